"""Diagnostics for programs: JSON of our own, GitHub annotations, and SARIF 2.1.0.

Lines and columns count from 1, columns in code points, and the end is the place after the last character.
`json` is imported when it is needed: a run that draws pictures should not pay for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from segql.diagnostics import explain
from segql.diagnostics.cells import visible
from segql.diagnostics.model import Diagnostic, Edit, Fix, Label
from segql.diagnostics.register import REGISTER
from segql.source import Source, Span

Json = dict[str, Any]

SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_json(diagnostics: Sequence[Diagnostic]) -> str:
    """Our own shape, which only ever grows; `version` changes if something has to go.

    ```
    {"version": 1, "errors": 1, "warnings": 0, "diagnostics": [
      {"code": "SEG201", "name": "unknown-segment", "severity": "error", "message": "…", "help": "…",
       "primary": PLACE, "related": [PLACE, …], "fixes": [{"title": "…", "edits": [PLACE, …]}]}]}
    PLACE = {"file": "a.seg", "start": AT, "end": AT, "text": "the label's words, or the edit's new text"}
    AT    = {"offset": 0, "line": 1, "column": 1}
    ```
    """
    errors = sum(d.is_error for d in diagnostics)
    counts = {"errors": errors, "warnings": len(diagnostics) - errors}
    return _dumps({"version": 1, **counts, "diagnostics": [_diagnostic(d) for d in diagnostics]})


def _dumps(value: Json) -> str:
    import json

    return json.dumps(value, indent=2)


def _diagnostic(d: Diagnostic) -> Json:
    return {
        "code": d.code,
        "name": d.name,
        "severity": d.severity,
        "message": d.message,
        "help": d.help,
        "primary": _place(d.primary),
        "related": [_place(label) for label in d.related],
        "fixes": [{"title": fix.title, "edits": [_place(edit) for edit in fix.edits]} for fix in d.fixes],
    }


def _place(at: Label | Edit) -> Json:
    start, end = (_at(at.source, offset) for offset in at.span)
    return {"file": at.source.name, "start": start, "end": end, "text": at.text}


def _at(source: Source, offset: int) -> Json:
    line, column = source.position(offset)
    return {"offset": offset, "line": line, "column": column}


def as_github(diagnostics: Sequence[Diagnostic]) -> str:
    """One workflow command per line, which GitHub Actions shows beside the code."""
    return "\n".join(_command(d) for d in diagnostics)


def _command(d: Diagnostic) -> str:
    source, span = d.primary.source, d.primary.span
    start, end = source.position(span.start), source.position(max(span))
    fields: dict[str, object] = {"file": source.name, "line": start.line, "col": start.column, "endLine": end.line}
    if start.line == end.line:
        fields["endColumn"] = end.column
    else:
        del fields["col"]  # GitHub takes columns only for annotations of one line.
    fields["title"] = f"{d.code} {d.name}"
    listed = ",".join(f"{name}={_escape(str(value), ':,')}" for name, value in fields.items())
    said = (d.message, d.primary.text, d.help and f"help: {d.help}")
    return f"::{d.severity} {listed}::{_escape(chr(10).join(part for part in said if part))}"


def _escape(text: str, more: str = "") -> str:
    """Percent-escapes for what would end a command or one of its fields; other control characters are made visible."""
    lines = "\n".join(visible(line) for line in text.replace("%", "%25").split("\n"))
    escaped = lines.replace("\n", "%0A")
    for char in more:
        escaped = escaped.replace(char, f"%{ord(char):02X}")
    return escaped


def as_sarif(diagnostics: Sequence[Diagnostic], version: str = "") -> str:
    """A SARIF 2.1.0 log of one run; every rule carries its whole page, so it can be read without a network."""
    driver: Json = {"name": "segql", **({"version": version} if version else {}), "rules": _rules(diagnostics)}
    indices = {rule["id"]: i for i, rule in enumerate(driver["rules"])}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(d, indices[d.code]) for d in diagnostics],
    }
    return _dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def _rules(diagnostics: Iterable[Diagnostic]) -> list[Json]:
    said = {d.code: d for d in diagnostics}
    return [_rule(said[code]) for code in sorted(said)]


def _rule(d: Diagnostic) -> Json:
    page = explain.page(d.code)
    rule: Json = {"id": d.code, "name": d.name, "defaultConfiguration": {"level": d.severity}}
    rule["shortDescription"] = {"text": REGISTER[d.code].title if d.code in REGISTER else d.name}
    if page:
        rule["help"] = {"text": page, "markdown": page}
    return rule


def _result(d: Diagnostic, rule: int) -> Json:
    result: Json = {
        "ruleId": d.code,
        "ruleIndex": rule,
        "level": d.severity,
        "message": {"text": f"{d.message}\nhelp: {d.help}" if d.help else d.message},
        "locations": [_location(d.primary)],
    }
    if d.related:
        result["relatedLocations"] = [{"id": i, **_location(label)} for i, label in enumerate(d.related)]
    if d.fixes:
        result["fixes"] = [_fix(fix) for fix in d.fixes]
    return result


def _location(label: Label) -> Json:
    place = {"artifactLocation": _artifact(label.source), "region": _region(label.source, label.span)}
    return {"physicalLocation": place, **({"message": {"text": label.text}} if label.text else {})}


def _artifact(source: Source) -> Json:
    from urllib.parse import quote

    path = source.name.replace("\\", "/")
    return {"uri": ("file://" if path.startswith("/") else "") + quote(path, errors="surrogateescape")}


def _region(source: Source, span: Span) -> Json:
    start, end = source.position(span.start), source.position(max(span))
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "charOffset": span.start,
        "charLength": max(0, span.end - span.start),
    }


def _fix(fix: Fix) -> Json:
    changes: dict[str, Json] = {}
    for edit in fix.edits:
        change = changes.setdefault(edit.source.name, {"artifactLocation": _artifact(edit.source), "replacements": []})
        region = _region(edit.source, edit.span)
        change["replacements"].append({"deletedRegion": region, "insertedContent": {"text": edit.text}})
    return {"description": {"text": fix.title}, "artifactChanges": list(changes.values())}
