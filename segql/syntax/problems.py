"""What can be wrong with how a text is written: found by the parser, worded for the person who wrote it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from segql_grammar import tables

from segql.diagnostics import register
from segql.diagnostics.model import Diagnostic, Label
from segql.diagnostics.suggest import nearest
from segql.node import Value
from segql.source import Span
from segql.syntax.scan import END, UNCLOSED_NAME, UNCLOSED_STRING, UNKNOWN, Token

BAD_TOKENS = (UNCLOSED_STRING, UNCLOSED_NAME, UNKNOWN)


class Problem(Value):
    """A mistake at a place of a piece: which code it has, and the words that fill it in."""

    code: str
    span: Span
    words: tuple[str, ...] = ()
    opened: Span | None = None


def diagnostic(problem: Problem, label: Callable[[Span, str], Label]) -> Diagnostic:
    """The problem as something to say about the file."""
    related = (label(problem.opened, "opened here"),) if problem.opened else ()
    return register.SYNTAX[problem.code](label(problem.span, ""), related, *problem.words)


def bad_token(token: Token) -> Problem:
    """A string or name without its end, a character that no rule knows, or a NUL inside a string or name.

    Engines end a text at a NUL, or refuse it, each in its own way: none must ever get one.
    """
    if "\0" in token.text:
        at = token.start + token.text.index("\0")
        return Problem(code="SEG104", span=Span(at, at + 1), words=("\0", "take it out: no engine keeps it in a text"))
    if token.kinds[0] == UNKNOWN:
        return Problem(code="SEG104", span=Span(token.start, token.end), words=(token.text, _instead(token.text[:1])))
    code = "SEG102" if token.kinds[0] == UNCLOSED_STRING else "SEG105"
    return Problem(code=code, span=Span(token.start, token.end), words=(token.text[0],))


INSTEAD = {
    "&": "write `and`",
    "|": "write `or`",
    "!": "write `not`, or `!=`",
    ";": "nothing ends a line: take it out",
    "“": "write straight quotes: '…' or \"…\"",
    "”": "write straight quotes: '…' or \"…\"",
    "‘": "write straight quotes: '…' or \"…\"",
    "’": "write straight quotes: '…' or \"…\"",
    "$": "a parameter is `$` and a name: $country",
    "[": "a list stands in parentheses: ('a', 'b')",
    "]": "a list stands in parentheses: ('a', 'b')",
    "%": "there is no remainder operator",
    "@": "a field is named without a mark: geo.country",
    ".": "write a dotted name without spaces: usr.id",
    "≠": "write `!=`",
    "≤": "write `<=`",
    "≥": "write `>=`",
    "–": "write `-`",
    "×": "write `*`",
}


def _instead(character: str) -> str:
    if character.isdigit():
        return "write it with the digits 0 to 9"
    if character.isspace() or not character.isprintable():
        return "it only looks like a space, or like nothing: write a plain space"
    return INSTEAD.get(character, "names with odd characters stand in backticks: `a name`")


def too_deep(token: Token, deepest: int) -> Problem:
    """Brackets or signs within one another beyond the limit."""
    return Problem(code="SEG106", span=Span(token.start, token.end), words=(str(deepest),))


def unexpected(token: Token, tokens: list[Token], expected: list[str]) -> Problem:
    """The first token that fits nowhere, or the end of the text inside a block."""
    if token.kinds == (END,):
        return _unfinished(token, tokens, expected)
    place = _Place.of(token, tokens, expected)
    advice = next(filter(None, (rule(place) for rule in _RULES)), None) or _Advice("")
    wrong = advice.wrong or token
    words = (_short(wrong.text), listed(expected), advice.hint)
    return Problem(code="SEG101", span=Span(wrong.start, wrong.end), words=words)


def _unfinished(token: Token, tokens: list[Token], expected: list[str]) -> Problem:
    opened: list[Token] = []
    for t in tokens:
        if t.text in ("{", "("):
            opened.append(t)
        elif t.text in ("}", ")") and opened:
            opened.pop()
    end = tokens[-1].end if tokens else token.end
    start = tokens[-1].start if tokens else token.start
    if opened:
        brace = opened[-1]
        closing = "}" if brace.text == "{" else ")"
        at = Span(start, end)
        return Problem(code="SEG103", span=at, words=(closing, listed(expected)), opened=Span(brace.start, brace.end))
    return Problem(code="SEG107", span=Span(start, end), words=(listed(expected),))


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


# ---------------------------------------------------------------- advice: typical mistakes, and the next keystroke


class _Place(NamedTuple):
    """A token that cannot stand where it does, what stands around it, and what could stand there."""

    token: Token
    earlier: list[Token]  # the tokens before it, the nearest first
    next: Token
    expected: frozenset[str]

    @classmethod
    def of(cls, token: Token, tokens: list[Token], expected: list[str]) -> _Place:
        here = tokens.index(token)
        earlier = [*tokens[max(here - 4, 0) : here][::-1], *([_NOTHING] * 4)]
        later = tokens[here + 1] if here + 1 < len(tokens) else _NOTHING
        return cls(token, earlier, later, frozenset(expected))

    @property
    def word(self) -> str:
        return self.token.text

    def before(self, count: int) -> tuple[str, ...]:
        """The words before the token, as they are read."""
        return tuple(token.text for token in self.earlier[:count][::-1])

    def touches_next(self) -> bool:
        return self.next.start == self.token.end

    def is_inside(self) -> bool:
        """Whether it touches the tokens on both sides."""
        return self.earlier[0].end == self.token.start and self.touches_next()

    def conditions(self) -> bool:
        return "DID" in self.expected and "NEVER" in self.expected


class _Advice(NamedTuple):
    hint: str
    wrong: Token | None = None  # what to point at, if not at the token that the parser stopped at


_NOTHING = Token(("",), "", -1, -1)
_Rule = Callable[[_Place], _Advice | None]


def _case(at: _Place) -> _Advice | None:
    """SQL's capitals: `WHERE`, and `NOT a`, which reads as two names."""
    lower = at.word.lower()
    if lower != at.word and lower in tables.WORDS:
        return _Advice(f"words of the language are written in lower case: `{lower}`")
    before = at.earlier[0]
    if before.text.isupper() and before.text.lower() in tables.WORDS:
        return _Advice(f"words of the language are written in lower case: `{before.text.lower()}`", before)
    return None


def _signs(at: _Place) -> _Advice | None:
    if at.word == "[" or at.token.kinds == ("INSIDE",):
        return _Advice(INSTEAD[at.word[0]])
    match at.before(1)[0] + at.word:
        case "==" | "!==":
            return _Advice("equality is one sign: `a = b`")
        case "<>":
            return _Advice("write `!=`", at.earlier[0])
        case "=>":
            return _Advice("write `>=`", at.earlier[0])
        case "=<":
            return _Advice("write `<=`", at.earlier[0])
    if {at.token.kinds[0], at.earlier[1].kinds[0]} <= {"COMPARE", "EQUAL"} and "AND" in at.expected:
        left, sign, middle = at.before(3)
        return _Advice(f"compare twice: `{left} {sign} {middle} and {middle} {at.word} {at.next.text}`")
    if at.touches_next() and at.word + at.next.text in ("--", "//", "/*"):
        return _Advice("a comment begins with `#`")
    if at.word == "/" and at.earlier[0].kinds[0] == "NUMBER" and "DAYS" in at.expected:
        return _Advice("a date is written year first: 2026-01-31", at.earlier[0])
    return None


def _quotes(at: _Place) -> _Advice | None:
    kind = at.token.kinds[0]
    if kind == "STRING" and at.before(1) == ("in",):
        return _Advice("a list of values stands in parentheses: `in ('a', 'b')`")
    if kind == "STRING" and at.before(1) == ("[",):
        return _Advice(f"say which field of the structs it stands in: `[key = {at.word}]`")
    if kind == "STRING" and "NAME" in at.expected and "STRING" not in at.expected:
        name = at.word[1:-1]
        return _Advice(f"a name has no quotes: `{name}`" if name.isidentifier() else "a name has no quotes")
    if at.expected == {"STRING"} and at.token.kinds[-1] in ("NAME", "PATH"):
        return _Advice("a text stands in quotes" + ("" if at.touches_next() else f": '{at.word}'"))
    if at.token.kinds == ("NAME",) and at.earlier[0].kinds == ("NAME",) and at.before(2)[0] in ("=", "!="):
        return _Advice(f"a text stands in quotes: '{at.before(1)[0]} {at.word}'", at.earlier[0])
    return None


def _names(at: _Place) -> _Advice | None:
    if at.word == "-" and at.earlier[0].kinds[-1] == "NAME" and at.is_inside() and "ADD" not in at.expected:
        name = f"{at.before(1)[0]}-{at.next.text}"
        return _Advice(f"a name with odd characters stands in backticks: ``{name}``".replace("``", "`"))
    if "NAME" not in at.expected:
        return None
    if at.token.kinds[0] == "NUMBER" and at.touches_next():
        return _Advice("a name begins with a letter, or stands in backticks")
    if at.token.kinds[0] == "PARAMETER" and "PARAMETER" not in at.expected:
        return _Advice(f"it is declared without its mark: `{at.word[1:]}`")
    if at.before(1)[0] in ("optional", "directly") and at.token.kinds[-1] != "NAME":
        word = at.before(1)[0]
        return _Advice(f"`{word}` is a word of the language here; as a name it stands in backticks", at.earlier[0])
    return None


def _conditions(at: _Place) -> _Advice | None:
    """What people write between or around conditions."""
    match at.before(2):
        case ("did", "not"):
            return _Advice(f"write `never {at.word}`", at.earlier[0])
    if not at.conditions():
        return None
    if at.word in ("at", "exactly", "on") and "never" in at.before(4):
        return _Advice("`never` takes no number: write `did … at most 1 times`")
    match at.word:
        case "where" | "during" | "key" | "from" as word if word.upper() not in at.expected:
            return _Advice(f"a segment's own `{word}` stands above its conditions")
        case "and":
            return _Advice("all conditions hold together as they stand: take `and` out")
        case "or":
            return _Advice("put what may hold instead of one another into `any { … }`")
        case "not" if at.next.text in ("did", "first"):
            return _Advice("write `never`, or put the condition into `none { … }`")
        case "not":
            return _Advice(f"write `not in {at.next.text}`" if at.next.kinds[-1] == "NAME" else "write `none { … }`")
        case "(":
            return _Advice("conditions are grouped in braces: `all { … }`, `any { … }` or `none { … }`")
        case ",":
            return _Advice("conditions stand one a line, without commas")
        case "then" | "without" as word:
            return _Advice(f"`{word}` stands inside `steps {{ … }}`")
        case "exists" | "has" | "have":
            return _Advice("write `did` and the event's name")
    return None


_AGGREGATES = ("count", "sum", "avg", "min", "max", "median")


def _measures(at: _Place) -> _Advice | None:
    before = at.earlier[0]
    if at.word in _AGGREGATES and at.token.kinds[-1] == "NAME" and "CALL" in at.expected:
        return _Advice(f"its parenthesis stands right after it: `{at.word}(…)`")
    if "OF" in at.expected and "RPAR" in at.expected and at.token.kinds[-1] in ("NAME", "PATH"):
        return _Advice(f"write `of` before the event: `of {at.word}`")
    if not {"ADD"} < at.expected <= {"EQUAL", "COMPARE", "ADD", "MULTIPLY"}:
        return None
    if at.before(3)[::2] == ("in", before.text) and at.before(2)[0] == "last":
        return _Advice(f"write `during last {before.text} {at.word}`", at.earlier[2])
    if before.kinds[0] == "NUMBER" and at.word in ("times", "time", "day", "days"):
        on, unit = ("on ", "days") if at.word.startswith("day") else ("", "times")
        number = before.text
        return _Advice(f"write `{on}at least {number} {unit}`, or `at most`, or `exactly`", before)
    return _Advice("compare it with something: `>= 3`")


_BOUNDS = {
    "atleast": "at least",
    "atmost": "at most",
    "more": "at least",
    "over": "at least",
    "minimum": "at least",
    "less": "at most",
    "fewer": "at most",
    "maximum": "at most",
    "once": "at least 1 times",
    "twice": "at least 2 times",
}
_NUMBERS = {"a": "1", "an": "1", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "ten": "10"}
_UNITS = {
    **dict.fromkeys(("s", "sec", "secs"), "seconds"),
    **dict.fromkeys(("m", "min", "mins"), "minutes"),
    **dict.fromkeys(("h", "hr", "hrs"), "hours"),
    "d": "days",
    **dict.fromkeys(("w", "wk", "wks"), "weeks"),
    **dict.fromkeys(("mo", "mon", "mth"), "months"),
    "q": "quarters",
    **dict.fromkeys(("y", "yr", "yrs"), "years"),
}


def _windows(at: _Place) -> _Advice | None:
    """Counts, units and windows."""
    if "AT" in at.expected and at.word in _BOUNDS:
        more = ": more than 3 times is at least 4" if at.word in ("more", "over") else ""
        fewer = ": fewer than 3 times is at most 2" if at.word in ("less", "fewer") else ""
        return _Advice(f"write `{_BOUNDS[at.word]}`{more}{fewer}")
    if "AT" in at.expected and at.token.kinds[0] == "NUMBER":
        return _Advice(f"write `at least {at.word}`, `at most {at.word}` or `exactly {at.word}`")
    if "LAST" in at.expected and at.token.kinds[0] == "NUMBER":
        return _Advice(f"write `last {at.word} {at.next.text}`")
    if "DATE" in at.expected and at.word in ("yesterday", "today", "tomorrow", "now"):
        return _Advice("write a date, as in 2026-01-31, or a time back from now, as in `1 day ago`")
    if at.before(1) == ("last",) and "NUMBER" in at.expected and at.word in tables.WORDS:
        unit = at.word.removesuffix("s")
        return _Advice(f"write how many, `last 1 {unit}`, or the calendar's: `previous {unit}`")
    if "NUMBER" in at.expected and "NAME" not in at.expected and at.word in _NUMBERS:
        return _Advice(f"write `{_NUMBERS[at.word]}`")
    if "DAYS" in at.expected and at.word.lower() in _UNITS:
        return _Advice(f"write `{_UNITS[at.word.lower()]}`")
    if at.word == "last" and "in" in at.before(2):
        return _Advice("write `during last`", at.earlier[at.before(2)[::-1].index("in")])
    return None


_TYPES = {
    **dict.fromkeys(("string", "str", "varchar", "char", "uuid"), "text"),
    **dict.fromkeys(("int", "int64", "bigint", "long"), "integer"),
    **dict.fromkeys(("number", "numeric", "money"), "decimal"),
    **dict.fromkeys(("double", "real", "float64"), "float"),
    "bool": "boolean",
    "datetime": "timestamp",
    "array": "list(…)",
}
_SQL = {"limit": "top", "group": "by", "order": "sort", "having": "where", "select": "measure"}


def _habits(at: _Place) -> _Advice | None:
    """Words of other languages."""
    if "TYPE_TEXT" in at.expected and at.word.lower() in _TYPES:
        return _Advice(f"write `{_TYPES[at.word.lower()]}`")
    if "SORT" in at.expected and at.word.lower() in _SQL:
        return _Advice(f"write `{_SQL[at.word.lower()]}`")
    if at.word.lower() == "between" and "COMPARE" in at.expected:
        field = at.before(1)[0]
        return _Advice(f"write `{field} >= … and {field} <= …`")
    if at.word.lower() in ("null", "nil", "none") and "MISSING" in at.expected:
        return _Advice("write `is missing` or `is not missing`")
    if at.word.lower() in ("equals", "eq", "equal") and "EQUAL" in at.expected:
        return _Advice("write `=`")
    return None


def _shape(at: _Place) -> _Advice | None:
    """Colons, equal signs, commas and braces."""
    if at.word == "}" and "SEGMENT" in at.expected:
        return _Advice("no block is open here: take it out")
    match at.before(2)[0], at.word, sorted(at.expected):
        case "param", "=", ["COLON"]:
            return _Advice(f"write its type first: `{at.before(1)[0]} : text = …`")
        case ("event" | "field", "=", ["COLON"]) | ("define", ":", ["EQUAL"]) | (_, "=" | ":", ["LBRACE"]):
            return _Advice(f"write {shown(next(iter(at.expected)))} instead")
        case _, "=", ["COLON"]:
            return _Advice(f"write `,` before `{at.before(1)[0]}`", at.earlier[0])
        case _, _, [one] if one in _FIXED or at.word in ("}", ")", "{"):
            return _Advice(f"write {shown(one)} before it")
    return None


def _near(at: _Place) -> _Advice | None:
    """A slip of the fingers."""
    if at.token.kinds[-1] != "NAME":
        return None
    takes = [text for text, names in tables.WORDS.items() if at.expected.intersection(names)]
    near = nearest(at.word, takes) if len(at.word) > 2 else None
    return _Advice(f"did you mean `{near}`?") if near else None


# The first that knows the mistake answers.
_RULES: tuple[_Rule, ...] = (
    _signs,
    _conditions,
    _measures,
    _case,
    _habits,
    _quotes,
    _names,
    _windows,
    _near,
    _shape,
)


# ---------------------------------------------------------------- what could stand at a place

SHOWN = {
    "NAME": "a name",
    "PATH": "a dotted name",
    "STRING": "a text in quotes",
    "INSIDE": "a field of it (`.value`)",
    "NUMBER": "a number",
    "DATE": "a date",
    "TIMESTAMP": "a timestamp",
    "PARAMETER": "a parameter",
    "CALL": "a function",
    "COMPARE": "a comparison",
    "ADD": "`+` or `-`",
    "MULTIPLY": "`*` or `/`",
    "IN_LIST": "`in (`",
    "NOT_IN_LIST": "`not in (`",
    "NOT_IN": "`not in`",
    END: "the end of the file",
}
_FIXED = {name: text for text, names in (*tables.WORDS.items(), *tables.SYMBOLS.items()) for name in names}
_AT_MOST = 6


def _terminals(words: str) -> frozenset[str]:
    return frozenset(name for word in words.split() for name in tables.WORDS[word])


# Terminals that people know by one name. A family is named where the first set can all stand, and hides the second.
_FAMILIES: tuple[tuple[frozenset[str], frozenset[str], str], ...] = (
    (
        _terminals("use zone source table param define segment"),
        _terminals("use zone source table param define segment explore paths funnel retention test") | {END},
        "a declaration (`segment`, `source`, …)",
    ),
    (
        _terminals("did never join"),
        _terminals("did never first in join any all none steps converted dropped pending")
        | {"NOT_IN", "CALL", "NUMBER", "PARAMETER"},
        "a condition (`did`, `never`, `any`, …)",
    ),
    (
        frozenset(("STRING", "PARAMETER", "CALL", "NUMBER")),
        _terminals("true false not")
        | {"STRING", "NUMBER", "DATE", "TIMESTAMP", "CALL", "PARAMETER", "NAME", "LPAR", "ADD"}
        | {"MINUS"},
        "a value",
    ),
    (
        _terminals("day days hour hours"),
        _terminals(
            "second seconds minute minutes hour hours day days week weeks month months quarter quarters year years"
        ),
        "a unit of time (`hours`, `days`, …)",
    ),
    (
        frozenset(("TYPE_TEXT", "TYPE_DATE")),
        _terminals("text integer decimal float boolean date timestamp timestamptz enum list"),
        "a type (`text`, `integer`, `date`, …)",
    ),
    (
        frozenset(("COMPARE", "LIKE", "CONTAINS")),
        _terminals("like contains starts ends matches is not")
        | {"COMPARE", "EQUAL", "ADD", "MULTIPLY", "IN_LIST", "NOT_IN_LIST"},
        "a comparison (`=`, `in (`, `like`, …)",
    ),
    (frozenset(("COMPARE",)), frozenset(("COMPARE", "EQUAL")), "a comparison"),
)


def listed(expected: list[str]) -> str:
    """What could stand at a place, for people: families by their name, and at most six things."""
    parts: list[str] = []
    left = set(expected) - {"PATH"}
    for needs, hides, name in _FAMILIES:
        if needs <= left:
            parts.append(name)
            left -= hides
    parts += sorted((shown(name) for name in left), key=lambda part: (part.startswith("`"), part))
    if len(parts) > _AT_MOST:
        return ", ".join(parts[:_AT_MOST]) + ", …"
    return " or ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def shown(terminal: str) -> str:
    """A terminal as people know it."""
    return SHOWN.get(terminal) or f"`{_FIXED.get(terminal, terminal)}`"
