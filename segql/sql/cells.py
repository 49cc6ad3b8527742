"""Files as DuckDB reads them, and the cells of a CSV: which texts are values of a type, and that they are read as nothing else.

DuckDB alone would make 2 of the integer `1.5`, and forget the offset of `10:00+02:00`.
"""

from __future__ import annotations

from sqlglot import exp

from segql.semantics import model
from segql.sql import spellings as s

_NAIVE = r"[\d-]+([ T][\d:]+(\.\d{1,6}0*)?)?"
_AWARE = r"[\d-]+[ T][\d:]+(\.\d{1,6}0*)? ?(Z|UTC|[+-][\d:]+)"
# What a cell must look like, or its cast would be another value. That it is a value at all is for the cast to say.
FORMS = {
    "integer": r"[+-]?\d+(\.0*)?",
    "decimal": r"[+-]?\d*\.?\d{0,10}0*",  # what a decimal of the language keeps exactly
    "float": r"[+-]?[\d.]+([eE][+-]?([0-2]?\d{1,2}|30[0-7]))?",
    "boolean": r"(?i)true|false|t|f|yes|no|y|n|1|0",
    "date": r"[\d-]+([ T]00:00(:00(\.0+)?)?)?",
    "timestamp": f"{_NAIVE}|{_AWARE}",
    "timestamptz": f"{_NAIVE}|{_AWARE}",
}
KINDS = {
    "integer": "a whole number from -2^63 to 2^63 - 1",
    "decimal": "a decimal with at most 28 digits before the point and 10 after it",
    "float": "a number",
    "boolean": "true or false",
    "date": "a date: 2026-01-31",
    "timestamp": "a timestamp: 2026-01-31 10:00:00",
    "timestamptz": "a timestamp: 2026-01-31 10:00:00Z",
}
READ = FORMS.keys() - {"boolean"}  # what DuckDB's own reader takes for another value
NO_VALUE = "is no value of column `"  # what is said of a cell, after it
READERS = {
    ".parquet": "READ_PARQUET",
    ".csv": "READ_CSV",
    ".tsv": "READ_CSV",
    ".txt": "READ_CSV",
    ".json": "READ_JSON",
    ".jsonl": "READ_JSON",
    ".ndjson": "READ_JSON",
}


def file(path: str, types: dict[str, model.Type]) -> exp.Expr:
    """A file as a relation. A CSV has no types of its own, so it is given those that were declared."""
    name = path.lower().removesuffix(".gz").removesuffix(".zst")
    ending = next((e for e in READERS if name.endswith(e)), "")
    if not ending:
        return exp.Table(this=s.call("READ_PARQUET", s.text(path)))
    reader = READERS[ending]
    if reader != "READ_CSV":
        return exp.Table(this=s.call(reader, s.text(path)))
    # The format is said, not guessed: a guess turns a ragged file into one with other columns.
    options: list[exp.Expr] = [exp.EQ(this=exp.Var(this="header"), expression=exp.true())]
    if ending != ".txt":
        delimiter = s.text("\t" if ending == ".tsv" else ",")
        options.append(exp.EQ(this=exp.Var(this="delim"), expression=delimiter))
        # Of a file with one odd quote, DuckDB would guess that it has none at all, and keep those around every cell.
        options += [exp.EQ(this=exp.Var(this=name), expression=s.text('"')) for name in ("quote", "escape")]
    if types:
        fields = [
            exp.PropertyEQ(this=exp.Identifier(this=column, quoted=True), expression=s.text(_type(type).sql("duckdb")))
            for column, type in types.items()
        ]
        options.append(exp.EQ(this=exp.Var(this="types"), expression=exp.Struct(expressions=fields)))
    found = exp.Table(this=exp.Anonymous(this=reader, expressions=[s.text(path), *options]))
    read = {name: value(name, type) for name, type in types.items() if type.name in READ}
    if not read:
        return found
    values = [exp.Alias(this=cell, alias=exp.Identifier(this=name, quoted=True)) for name, cell in read.items()]
    return exp.Subquery(this=exp.select(exp.Star(replace=values)).from_(found, copy=False))


def _type(type: model.Type) -> exp.DataType:
    """The type that a column is read with."""
    return s.duckdb_type(model.Type(name="text") if type.name in READ else type)


def value(name: str, type: model.Type) -> exp.Expr:
    """The value of a cell in a column of text. One that has none is an error of the statement, which names it."""
    cell = exp.Column(this=exp.Identifier(this=name, quoted=True))
    wrong = s.call("ERROR", s.call("CONCAT", cell, s.text(f" {NO_VALUE}{name}`")))
    there = exp.Not(this=exp.Is(this=cell.copy(), expression=exp.null()))
    return exp.Case(ifs=[*_ways(cell, type.name), exp.If(this=there, true=wrong)])


def _ways(cell: exp.Column, type: model.TypeName) -> list[exp.If]:
    """Each form of a cell, with its value. Without an offset, an instant is one of UTC."""
    match type:
        case "timestamp":
            utc = s.timezone_utc(_cast(cell, "timestamptz"))
            return [_way(cell, _NAIVE, _cast(cell, type)), _way(cell, _AWARE, utc)]
        case "timestamptz":
            utc = s.timezone_aware(_cast(cell, "timestamp"))
            return [_way(cell, _NAIVE, utc), _way(cell, _AWARE, _cast(cell, type))]
        case _:
            return [_way(cell, FORMS[type], _cast(cell, type))]


def _way(cell: exp.Column, form: str, value: exp.Expr) -> exp.If:
    return exp.If(this=s.call("REGEXP_FULL_MATCH", cell.copy(), s.text(rf" *({form}) *")), true=value)


def _cast(cell: exp.Column, type: model.TypeName) -> exp.Expr:
    return s.duckdb_cast(cell.copy(), model.Type(name=type))


def without_unread(statement: exp.Expr) -> exp.Expr:
    """The statement without the values of cells that nothing in it reads."""
    files = [each for each in statement.find_all(exp.Subquery) if _replaced(each)]
    if not files:
        return statement
    inside = {id(name) for each in files for name in each.this.find_all(exp.Identifier)}
    named = {name.name.lower() for name in statement.find_all(exp.Identifier) if id(name) not in inside}
    for each in files:
        read = [cell for cell in _replaced(each) if cell.alias.lower() in named]
        if read:
            each.this.selects[0].set("replace", read)
        else:
            file = each.this.args["from_"].this
            file.set("alias", each.args["alias"])
            each.replace(file)
    return statement


def _replaced(relation: exp.Subquery) -> list[exp.Alias]:
    """The values of cells, if it is a file that is read so."""
    first = relation.this.selects[:1] if isinstance(relation.this, exp.Select) else ()
    return next((each.args["replace"] for each in first if each.args.get("replace")), [])
