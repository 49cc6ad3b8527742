"""Regular expressions of R11.7: what RE2, which most engines have, and the reference would not read alike is said before
anything runs."""

from __future__ import annotations

import re
import warnings

# What a pattern is made of. A `brace` is a character like any other, which some engines do not take for one.
TOKEN = re.compile(
    r"(?P<escape>\\(?s:.))|(?P<set>\[\^?\]?(?:\\(?s:.)|[^\]\\])*\])|(?P<dots>\(\?s\))"
    r"|(?P<group>\((?:\?:|\?P<\w+>|(?!\?)))|(?P<close>\))"
    r"|(?P<repeat>(?:[*+?]|\{\d+(?:,\d*)?\})\??)|(?P<mark>[|^$])|(?P<any>\.)|(?P<brace>\]|\}|\{(?!,\d*\}))"
    r"|(?P<plain>[^\\\[\](){}*+?|^$.])",
    re.DOTALL | re.ASCII,
)
MOST_REPEATS = 1000  # of RE2; what is repeated inside of what is repeated counts so many times

_LOOK = re.compile(r"\(\?(?:[=!>]|<[=!]|P=)|\\[1-9]|[*+?}]\+")
_ESCAPE = re.compile(r"\\([dDwWsSnrtfva]|x[0-9A-Fa-f]{2}|0[0-7]{0,2}|[\x00-/:-@\[-`{-\x7f])")
_EDGE = re.compile(r"\\[bBA]")
_NESTED = re.compile(r"\[|--|&&|\|\||~~")
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_BACKSLASH = "a mark that stands for itself has a backslash before it: `\\(`"


def wrong(pattern: str) -> tuple[str, str] | None:
    """Why a pattern cannot be used, and what helps; None if it can."""
    if _LOOK.search(pattern):
        why = "look-around, back-references and possessive repeats are not known to every engine"
        return why, "ask in several parts, with `and` and `not`"
    found = _unlike(pattern)
    if found is not None:
        return found
    try:
        with warnings.catch_warnings(action="ignore"):  # of what it may read otherwise one day, and is broken here
            re.compile(pattern)
    except re.error as error:
        return str(error), _BACKSLASH
    return None


def _unlike(pattern: str) -> tuple[str, str] | None:
    """The first part that engines read in more than one way."""
    at, tokens = 0, []
    while token := TOKEN.match(pattern, at):
        found = _in_token(token, pattern)
        if found is not None:
            return found
        tokens.append(token)
        at = token.end()
    if at < len(pattern):
        return _unknown(pattern[at:])
    if _repeats(tokens) > MOST_REPEATS:
        return f"something is repeated more than {MOST_REPEATS} times", "ask for fewer, or for any number with `+`"
    return None


def _in_token(token: re.Match[str], pattern: str) -> tuple[str, str] | None:
    """What is not known of an escape, or of what stands in brackets."""
    if token.lastgroup not in ("escape", "set"):
        return None
    in_set = token.lastgroup == "set"
    for escape in _ESCAPED.finditer(token[0]):
        rest = pattern[token.start() + escape.start() :]
        if not (_ESCAPE.match(rest) or (not in_set and _EDGE.match(rest))):
            return f"`{escape[0]}` is not known to every engine", "write the character itself"
    if in_set and _NESTED.search(_ESCAPED.sub("", token[0][1:-1])):
        return "engines differ about `[`, `--`, `&&`, `||` and `~~` inside brackets", "write `\\[`, or one mark alone"
    return None


def _unknown(rest: str) -> tuple[str, str] | None:
    """Of what begins no token; None if it is broken in every engine."""
    if re.match(r"\(\?[A-Za-z]*i", rest):
        return "engines differ about the letters that `(?i)` takes for the same", "write `lower(…) matches '…'`"
    if rest.startswith("(?"):
        return f"`{rest[:3]}` is not known to every engine", "leave it out: `(?:…)`, `(?P<name>…)` and `(?s)` are known"
    return ("`{,…}` is read in two ways", "write `{0,…}`") if rest.startswith("{") else None


def _repeats(tokens: list[re.Match[str]]) -> int:
    """How often the most repeated part is: what stands in a repeated group counts so many times."""
    most, last = [1], 1  # of each open group, and of what came last
    for token in tokens:
        match token.lastgroup:
            case "group":
                most.append(1)
            case "close" if len(most) > 1:
                last = most.pop()
            case "repeat":
                last *= max((int(number) for number in re.findall(r"\d+", token[0])), default=1)
            case _:
                last = 1
        most[-1] = max(most[-1], last)
    return max(most)
