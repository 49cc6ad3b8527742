"""What can be wrong with how a text is written: found by the parser, worded for the person who wrote it."""

from __future__ import annotations

from collections.abc import Callable

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
    """A string or name without its end, or a character that no rule knows."""
    if token.kinds[0] == UNKNOWN:
        return Problem(code="SEG104", span=Span(token.start, token.end), words=(token.text, _instead(token)))
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
}


def _instead(token: Token) -> str:
    return INSTEAD.get(token.text[:1], "names with odd characters stand in backticks: `a name`")


def too_deep(token: Token, deepest: int) -> Problem:
    """Brackets or signs within one another beyond the limit."""
    return Problem(code="SEG106", span=Span(token.start, token.end), words=(str(deepest),))


def unexpected(token: Token, tokens: list[Token], expected: list[str]) -> Problem:
    """The first token that fits nowhere, or the end of the text inside a block."""
    if token.kinds == (END,):
        return _unfinished(token, tokens, expected)
    span = Span(token.start, token.end)
    return Problem(code="SEG101", span=span, words=(token.text, listed(expected), _hint(token, tokens, expected)))


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


def _hint(token: Token, tokens: list[Token], expected: list[str]) -> str:
    here = tokens.index(token)
    before = tokens[here - 1].text if here else ""
    words = {text: names for text, names in (*tables.WORDS.items(), *tables.SYMBOLS.items())}
    takes = [text for text, names in words.items() if any(name in expected for name in names)]
    if token.text in ("where", "during", "key", "from") and "DID" in expected:
        return f"a segment's own `{token.text}` stands above its conditions"
    if token.text == "=" and before in ("=", "!", "<", ">"):
        return "equality is one sign: `a = b`"
    if token.text == ">" and before == "<":
        return "write `!=`"
    if before == "last" and "NUMBER" in expected:
        return f"write how many: `last 1 {token.text}`"
    if token.text in ("then",) and "WITHOUT" not in expected:
        return "`then` stands inside `steps { … }`"
    if "NAME" in expected and token.text in tables.WORDS:
        return f"`{token.text}` is a word of the language here; as a name it stands in backticks: `{token.text}`"
    if token.kinds[-1] == "NAME":
        near = nearest(token.text, [text for text in takes if text.isalpha()])
        if near:
            return f"did you mean `{near}`?"
    if token.text == "null":
        return "write `is missing` or `is not missing`"
    return ""


SHOWN = {
    "NAME": "a name",
    "PATH": "a dotted name",
    "STRING": "a text in quotes",
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
_SILENT = {"PATH"}
_DECLARATIONS = {name for name in ("USE", "ZONE", "SOURCE", "TABLE", "PARAM", "DEFINE", "SEGMENT")}


def listed(expected: list[str]) -> str:
    """What could stand at a place, for people: at most eight things, the most telling first."""
    if set(expected) >= _DECLARATIONS and "}" not in expected:
        rest = [name for name in expected if name not in _TOP]
        return _joined(["a declaration (`segment`, `source`, …)", *(shown(name) for name in rest if name != END)])
    return _joined([shown(name) for name in expected if name not in _SILENT])


_TOP = {
    name
    for word in "use zone source table param define segment explore paths funnel retention test".split()
    for name in tables.WORDS[word]
}


def shown(terminal: str) -> str:
    """A terminal as people know it."""
    return SHOWN.get(terminal) or f"`{_FIXED.get(terminal, terminal)}`"


def _joined(parts: list[str]) -> str:
    parts = sorted(dict.fromkeys(parts), key=lambda p: (p.startswith("`"), p))
    if len(parts) > 8:
        return ", ".join(parts[:8]) + ", …"
    return " or ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
