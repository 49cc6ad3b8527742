"""What an editor shows of a name: its declaration, its meaning in a sentence, its documentation; a segment's SQL."""

from __future__ import annotations

import pytest

from segql.ide.hover import hover
from tests.ide.cursor import asked
from tests.ide.world import at


def shown(cursor: str) -> str:
    found = hover(*asked(at(cursor)))
    return found.text if found else ""


@pytest.mark.parametrize(
    ("cursor", "text"),
    [
        (
            "where rum.amo",
            "```seg\nfield amount : decimal\n```\n\nA field of `rum`.\n\nWhat was paid.",
        ),
        (
            "where geo.cou",
            "```seg\nfield geo.country : text = country\n```\n\nA field of `rum`, kept in `country`.",
        ),
        ("did bu", "```seg\nevent buy : kind = 'buy'\n```\n\nThe rows of `rum` where `kind = 'buy'`."),
        ("via usr.em", "```seg\nkey usr.email = mail\n```\n\nA key: rows of `rum`, `plans` carry it."),
        ("= $cou", "```seg\nparam country : text = 'Brazil'\n```\n\nA parameter: 'Brazil' unless given."),
        (
            "where bi",
            (
                "```seg\ndefine big = amount > 100\n```\n\n"
                "An expression with a name: it means what it means on the row that reads it."
            ),
        ),
        (
            "> loo",
            (
                "```seg\nview as look\n```\n\n"
                "An earlier step of this sequence: its fields are those of the row that it took."
            ),
        ),
        (
            "  from ru",
            (
                "```seg\nsource rum\n```\n\n"
                "A source of events with 3 fields, of `usr.id`, `usr.email`.\n\nRows of the shop."
            ),
        ),
    ],
)
def test_a_name_says_what_it_is(cursor: str, text: str) -> None:
    assert shown(cursor) == text


def test_a_segment_shows_its_sql() -> None:
    found = shown("  in pay")
    assert found.startswith("```seg\nsegment payers\n```\n\nThe `usr.id` in rows of `rum` for which")
    assert "Pays well." in found
    assert "\n\n```sql\n" in found
    assert "SELECT" in found
    assert found.endswith("\n```")


def test_a_segment_that_cannot_be_compiled_says_why() -> None:
    found = hover(*asked("segment a<|> { key u  from nobody }\n"))
    assert found
    assert "It has no SQL: there is no source" in found.text


def test_a_function_says_how_it_is_used() -> None:
    found = hover(
        *asked(
            at("did buy where big")
            .replace("where big", "where low<|>er(kind) = 'x' and big", 1)
            .replace("<|> and", " and", 1)
        )
    )
    assert found
    assert found.text == "```seg\nlower(text)\n```\n\nThe text in lower case, letter by letter."


@pytest.mark.parametrize("cursor", ["## Pays", "100", "'pr"])
def test_what_has_no_name_shows_nothing(cursor: str) -> None:
    assert shown(cursor) == ""
