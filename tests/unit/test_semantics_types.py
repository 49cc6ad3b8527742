"""Every operator with every pair of types: what is alike is taken, what is unlike is one error, at the right place."""

from __future__ import annotations

from itertools import product

import pytest

import segql

FIELDS = {
    "text": "kind",
    "integer": "pieces",
    "decimal": "amount",
    "float": "score",
    "boolean": "paid",
    "date": "born",
    "timestamp": "seen",
    "timestamptz": "zoned",
    "enum('a', 'b')": "device",
    "list(text)": "tags",
}
OTHERS = {f"{name}_2": type for type, name in FIELDS.items()}
LITERALS = {
    "text": "'a'",
    "integer": "3",
    "decimal": "2.5",
    "boolean": "true",
    "date": "2026-01-31",
    "timestamp": "2026-01-31T10:00",
}
FAMILIES = {
    "enum('a', 'b')": "text",
    "integer": "number",
    "decimal": "number",
    "float": "number",
    "timestamptz": "timestamp",
}
PAIRS = list(product(FIELDS, FIELDS))
WRITTEN = list(product(FIELDS, LITERALS))
OPERATORS = ("=", "!=", "<", "<=", ">", ">=")

DATA = "".join(
    (
        "source app {\n  from app.events\n  time at\n  key usr.id\n",
        *(f"  field {name} : {type}\n" for type, name in FIELDS.items()),
        *(f"  field {name} : {type}\n" for name, type in OTHERS.items()),
        "}\n",
    )
)


def codes(condition: str, before: str = "") -> list[str]:
    """The codes of what is said about one condition on a row."""
    text = f"{before}{DATA}\nsegment s {{\n  key usr.id\n  from app\n  did app where {condition}\n}}\n"
    return [d.code for d in segql.check(text).diagnostics]


def family(type: str) -> str:
    return FAMILIES.get(type, type)


def expected(left: str, operator: str, right: str) -> list[str]:
    if "list(text)" in (left, right) or family(left) != family(right):
        return ["SEG301"]
    without_order = any(type == "boolean" or type.startswith("enum") for type in (left, right))
    return ["SEG315"] if without_order and operator not in ("=", "!=") else []


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_two_fields(left: str, operator: str, right: str) -> None:
    assert codes(f"{FIELDS[left]} {operator} {FIELDS[right]}_2") == expected(left, operator, right)


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize(("type", "literal"), WRITTEN)
def test_a_field_and_a_literal_either_way(type: str, operator: str, literal: str) -> None:
    """A date written out is the whole day of a timestamp (R3.7)."""
    wanted = expected(type, operator, literal)
    if literal == "date" and family(type) == "timestamp":
        wanted = []
    value = LITERALS[literal] if not type.startswith("enum") or literal != "text" else "'b'"
    assert codes(f"{FIELDS[type]} {operator} {value}") == wanted
    assert codes(f"{value} {operator} {FIELDS[type]}") == wanted


@pytest.mark.parametrize(("type", "literal"), WRITTEN)
def test_a_list_of_values(type: str, literal: str) -> None:
    wanted = expected(type, "=", literal)
    assert codes(f"{FIELDS[type]} in ({LITERALS[literal]})") == wanted
    assert codes(f"{FIELDS[type]} not in ({LITERALS[literal]}, {FIELDS[type]}_2)") == wanted + (
        ["SEG301"] if type == "list(text)" else []
    )


@pytest.mark.parametrize(("type", "other"), PAIRS)
def test_a_parameter_has_its_type_with_and_without_a_value(type: str, other: str) -> None:
    if other == "list(text)":
        return  # such a parameter is an error of its own
    wanted = expected(type, "=", other)
    if other == "date" and family(type) == "timestamp":
        wanted = []
    assert codes(f"{FIELDS[type]} = $p", f"param p : {other}\n\n") == wanted


@pytest.mark.parametrize("operator", ["like", "contains", "starts with", "ends with", "matches"])
@pytest.mark.parametrize("type", FIELDS)
def test_parts_of_texts(type: str, operator: str) -> None:
    texts = ("text", "enum('a', 'b')")
    fits = type in texts or (operator == "contains" and type == "list(text)")
    assert codes(f"{FIELDS[type]} {operator} 'a'") == ([] if fits else ["SEG315"])
    assert codes(f"not {FIELDS[type]} {operator} 'a'") == ([] if fits else ["SEG315"])
    if operator != "matches":
        assert codes(f"kind {operator} {FIELDS[type]}") == ([] if type in texts else ["SEG315"])


@pytest.mark.parametrize("operator", ["+", "-", "*", "/"])
@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_arithmetic(left: str, operator: str, right: str) -> None:
    wrong = sum(family(type) != "number" for type in (left, right))
    assert codes(f"{FIELDS[left]} {operator} {FIELDS[right]}_2 > 1") == ["SEG315"] * wrong


@pytest.mark.parametrize("type", FIELDS)
def test_a_sign(type: str) -> None:
    assert codes(f"-{FIELDS[type]} < 1") == ([] if family(type) == "number" else ["SEG315"])


@pytest.mark.parametrize("type", FIELDS)
@pytest.mark.parametrize("written", ["{}", "not {}", "{} or paid", "paid and not {}"])
def test_conditions(type: str, written: str) -> None:
    assert codes(written.format(FIELDS[type])) == ([] if type == "boolean" else ["SEG313"])


@pytest.mark.parametrize("type", FIELDS)
def test_anything_may_be_missing(type: str) -> None:
    assert codes(f"{FIELDS[type]} is missing or {FIELDS[type]} is not missing") == []


@pytest.mark.parametrize(
    ("function", "takes", "result"),
    [
        ("lower", "text", "text"),
        ("upper", "text", "text"),
        ("trim", "text", "text"),
        ("length", "text", "number"),
        ("abs", "number", "number"),
        ("date", "timestamp", "date"),
        ("hour", "timestamp", "number"),
        ("weekday", "timestamp", "number"),
        ("day", "timestamp", "number"),
        ("month", "timestamp", "number"),
        ("year", "timestamp", "number"),
    ],
)
@pytest.mark.parametrize("type", FIELDS)
def test_functions(function: str, takes: str, result: str, type: str) -> None:
    value = {"text": "'a'", "number": "1", "date": "2026-01-31"}
    call = f"{function}({FIELDS[type]})"
    assert codes(f"{call} = {value[result]}") == ([] if family(type) == takes else ["SEG314"])
    if family(type) == takes:
        assert codes(f"{call} = paid") == ["SEG301"]
    assert codes(f"{function}() = {value[result]}") == ["SEG314"]
    assert codes(f"{function}({FIELDS[type]}, kind) = {value[result]}") == ["SEG314"]


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_coalesce_takes_values_of_one_kind(left: str, right: str) -> None:
    fits = family(left) == family(right) and "list(text)" not in (left, right)
    assert codes(f"coalesce({FIELDS[left]}, {FIELDS[right]}_2) is missing") == ([] if fits else ["SEG314"])


def of_measure(condition: str) -> list[str]:
    text = f"{DATA}\nsegment s {{\n  key usr.id\n  from app\n  {condition}\n}}\n"
    return [d.code for d in segql.check(text).diagnostics]


@pytest.mark.parametrize("type", FIELDS)
@pytest.mark.parametrize("function", ["count", "count(distinct", "sum", "sum(distinct", "avg", "median", "min", "max"])
def test_aggregates(function: str, type: str) -> None:
    """What adds up takes numbers, what compares takes what has an order, and what counts takes single values."""
    name, _, distinct = function.partition("(")
    value = f"{name}({distinct} {FIELDS[type]})"
    fits = {
        "count": type != "list(text)",
        "min": type != "boolean" and not type.startswith(("enum", "list")),
        "max": type != "boolean" and not type.startswith(("enum", "list")),
    }.get(name, family(type) == "number")
    assert of_measure(f"{value} = {value}") == ([] if fits else ["SEG315", "SEG315"])
    if fits and name in ("min", "max"):
        assert of_measure(f"{value} > 3") == ([] if family(type) == "number" else ["SEG301"])


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_measures_are_compared_like_fields(left: str, right: str) -> None:
    ordered = [t for t in (left, right) if t == "boolean" or t.startswith(("enum", "list"))]
    wanted = ["SEG315"] * len(ordered) or ([] if family(left) == family(right) else ["SEG301"])
    assert of_measure(f"max({FIELDS[left]}) >= min({FIELDS[right]}_2)") == wanted


@pytest.mark.parametrize(("type", "literal"), WRITTEN)
def test_values_of_tests(type: str, literal: str) -> None:
    """A row's value is one of its field's type; a date stands for its start where a timestamp is wanted (R3.7)."""
    value = LITERALS[literal]
    text = f"{DATA}\nsegment s {{\n  key usr.id\n  from app\n}}\n"
    text += f"\ntest s at 2026-03-31 {{\n  'a' in {{\n    2026-03-30T10:00  {FIELDS[type]} = {value}\n  }}\n}}\n"
    found = [d.code for d in segql.check(text).diagnostics]
    if type == "list(text)":
        return  # a list of the one value
    fits = family(type) == family(literal) and (type, literal) != ("integer", "decimal")
    fits = fits or (literal == "date" and family(type) == "timestamp")
    assert found == ([] if fits else ["SEG315"])


def test_the_fix_of_a_literal_makes_it_right() -> None:
    for condition, right in {
        "amount > '10'": "amount > 10",
        "kind = 5": "kind = '5'",
        "paid = 'true'": "paid = true",
        "born = '2026-01-31'": "born = 2026-01-31",
        "seen < '2026-01-31T10:00'": "seen < 2026-01-31T10:00",
        "born = seen": "born = date(seen)",
        "born > 30 days ago": "born > date(30 days ago)",
        "amount in (1, '2')": "amount in (1, 2)",
        "kind = null": "kind is missing",
        "tags contains 5": "tags contains '5'",
    }.items():
        text = f"{DATA}\nsegment s {{\n  key usr.id\n  from app\n  did app where {condition}\n}}\n"
        (said,) = segql.check(text).diagnostics
        (edit,) = said.fixes[0].edits
        fixed = text[: edit.span.start] + edit.text + text[edit.span.end :]
        assert f"where {right}\n" in fixed
        assert segql.check(fixed).diagnostics == ()
