"""`segql compile`."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Segql


def test_one_name_prints_one_statement_and_nothing_else(segql: Segql) -> None:
    done = segql("compile", "shop.seg", "--name", "lookers", "--now", "2026-03-31")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("-- Never bought.\n-- segment lookers of shop.seg (duckdb;")
    assert ";" not in done.stdout.partition("\nSELECT")[2]
    assert done.stdout.endswith("\n")
    assert not done.stdout.endswith("\n\n")


def test_several_statements_end_with_semicolons_and_are_parted_by_blank_lines(segql: Segql) -> None:
    done = segql("compile", "shop.seg")
    first, second = done.stdout.split(";\n\n")
    assert "-- segment buyers" in first
    assert "-- segment lookers" in second
    assert second.endswith(";\n")


def test_now_is_a_literal_when_it_is_pinned(segql: Segql) -> None:
    done = segql("compile", "shop.seg", "--name", "buyers", "--now", "2026-03-31T12:00+02:00")
    assert "2026-03-31 10:00:00" in done.stdout
    assert "-- now is 2026-03-31 10:00:00 UTC" in done.stdout


def test_a_parameter_takes_the_place_of_its_default(segql: Segql) -> None:
    assert "77" in segql("compile", "shop.seg", "--name", "buyers", "--param", "least=77").stdout


def test_every_segment_gets_its_file(segql: Segql, shop: Path) -> None:
    done = segql("compile", "shop.seg", "--out", "sql")
    assert (done.exit_code, done.stdout) == (0, "")
    assert sorted(path.name for path in (shop / "sql").iterdir()) == ["buyers.sql", "lookers.sql"]
    assert (shop / "sql/buyers.sql").read_text("utf-8").startswith("-- Bought something big.\n")


def test_no_file_is_written_when_one_cannot_be(segql: Segql, shop: Path) -> None:
    (shop / "sql/lookers.sql").mkdir(parents=True)
    done = segql("compile", "shop.seg", "--out", "sql")
    assert done.exit_code == 1
    assert "SEG111" in done.stderr
    assert [path.name for path in (shop / "sql").iterdir()] == ["lookers.sql"]


def test_standard_input_is_a_file_of_this_folder(segql: Segql, shop: Path) -> None:
    done = segql("compile", "-", "--name", "buyers", input="use 'shop.seg'\n")
    assert done.exit_code == 0
    assert "-- segment buyers" in done.stdout


def test_a_name_that_no_folder_would_take_is_written_in_numbers(segql: Segql, shop: Path) -> None:
    odd = "segment `../up` { key user.id  from events  did buy }\n"
    (shop / "odd.seg").write_text("use 'shop.seg'\n" + odd, "utf-8")
    assert segql("compile", "odd.seg", "--out", "sql").exit_code == 0
    assert [path.name for path in (shop / "sql").iterdir()] == ["%2E%2E%2Fup.sql"]


def test_settings_of_the_project_are_defaults(segql: Segql, shop: Path) -> None:
    (shop / "segql.toml").write_text('zone = "America/Sao_Paulo"\n', "utf-8")
    done = segql("compile", "shop.seg", "--name", "buyers", "--now", "2026-03-31")
    assert "-- now is 2026-03-31 03:00:00 UTC" in done.stdout


STEPS = """use 'shop.seg'
segment twice { key user.id  from events  steps { buy then buy } }
segment soon { key user.id  from events  steps { buy then within 1 day buy } }
"""


def test_every_plan_that_fits_writes_its_own_sql(segql: Segql) -> None:
    written = {
        plan: segql("compile", "-", "--name", "twice", "--plan", plan, input=STEPS).stdout
        for plan in ("extremes", "neighbors", "asof", "running")
    }
    assert len(set(written.values())) == 4
    assert segql("compile", "-", "--name", "twice", input=STEPS).stdout == written["extremes"]
    assert "ASOF JOIN" in written["asof"]


def test_a_plan_that_does_not_fit_is_told_with_those_that_do(segql: Segql) -> None:
    done = segql("compile", "-", "--name", "soon", "--plan", "extremes", input=STEPS)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "SEG461" in done.stderr
    assert "plans that fit: `running`, `neighbors`, `asof`" in done.stderr


def test_a_plan_that_the_engine_cannot_run_does_not_fit(segql: Segql) -> None:
    done = segql("compile", "-", "--name", "soon", "--dialect", "postgres", "--plan", "asof", input=STEPS)
    assert done.exit_code == 1
    assert "has no way to run it" in done.stderr


def test_a_segment_without_steps_has_no_plan(segql: Segql) -> None:
    done = segql("compile", "shop.seg", "--name", "buyers", "--plan", "running")
    assert done.exit_code == 1
    assert "it has no steps" in done.stderr


def test_a_plan_that_is_none_has_a_nearest(segql: Segql) -> None:
    done = segql("compile", "shop.seg", "--plan", "asop")
    assert done.exit_code == 1
    assert "SEG460" in done.stderr
    assert "did you mean `asof`?" in done.stderr


def test_segments_together_are_one_statement(segql: Segql) -> None:
    done = segql("compile", "shop.seg", "--together", "--now", "2026-03-31")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("-- segments buyers, lookers of shop.seg (duckdb;")
    assert ";" not in done.stdout.partition("\nWITH")[2]
    assert done.stdout.count("READ_CSV") == 1
    assert "'buyers' AS segment" in done.stdout


def test_segments_of_other_keys_do_not_go_together(segql: Segql) -> None:
    source = "source more { from more  time ts  key team }\nsegment teams { key team  from more }\n"
    done = segql("compile", "-", "--together", "--name", "buyers", "--name", "teams", input=f"use 'shop.seg'\n{source}")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "SEG462" in done.stderr
    assert "`teams` has the key `team`" in done.stderr


def test_an_analysis_goes_with_nothing(segql: Segql) -> None:
    explore = "explore size { from events  measure n = count(buy) }\n"
    done = segql("compile", "-", "--together", input=f"use 'shop.seg'\n{explore}")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "SEG463" in done.stderr
