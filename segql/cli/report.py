"""`segql report`: every segment and analysis of a file on one page."""

from __future__ import annotations

import os
from typing import Any

import click

from segql.cli import inputs, pictures, say
from segql.cli.run import waiting
from segql.cli.segments import Asked, asked
from segql.compiler import Statement
from segql.engine import running, sets
from segql.semantics import model


@click.command()
@inputs.file_argument
@click.option(
    "--output", "-o", metavar="FILE", required=True, help="The page to write, whole or not at all: report.html"
)
@inputs.compile_options
@inputs.server_option
def command(file: str, output: str, now: str | None, params: dict[str, str], database: str | None) -> None:
    """Write a page with every segment and analysis of FILE: sizes, pictures, definitions and SQL."""
    if os.path.splitext(output)[1].lower() not in (".html", ".htm"):
        raise click.UsageError(f"a report is a page: end {output} with .html")
    pictures.needs_library()
    of = asked(file, (), now, params, database, all_kinds=True)
    from segql.charts import report

    segments, analyses = [], []
    for statement in of.compiled.statements:
        with waiting(f"running {statement.name}"):
            meant = of.checked.program.find(statement.name)
            if isinstance(meant, model.Segment):
                segments.append(_segment(report, of, statement, meant))
            elif meant is not None:
                found = running.run(statement, of.checked, of.place, None, None)
                if not found.ok:
                    say.stop(found.diagnostics)
                analyses.append(report.AnalysisPart(**_part(of, statement), asked=meant, rows=found.rows))
    about = f"{of.checked.source.name}, as of {of.now.isoformat(sep=' ', timespec='minutes')} UTC"
    pictures.keep(output, report.report(os.path.basename(file), about, segments, analyses))
    say.tell(
        f"{say.counted(len(segments), 'segment')} and {say.counted(len(analyses), 'analysis', 'analyses')} in {output}"
    )


def _segment(report: Any, of: Asked, statement: Statement, segment: model.Segment) -> Any:
    with of.engine(statement.name) as engine:
        size = sets.size(engine, of.checked.program, segment, of.now)
    return report.SegmentPart(**_part(of, statement), key=size.key, keys=size.keys, universe=size.universe)


def _part(of: Asked, statement: Statement) -> dict[str, str]:
    scope = of.checked.scope
    declared = scope.find("segment", statement.name) or scope.find("analysis", statement.name)
    assert declared is not None, "what has a statement is declared"
    span = declared.node.span
    text = declared.piece.text[span.start : span.end]
    return {"name": statement.name, "doc": statement.doc, "text": text, "sql": statement.sql}
