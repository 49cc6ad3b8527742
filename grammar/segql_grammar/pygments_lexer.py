"""Generated from segql.lark by `make grammar`. Do not edit.

SegQL for Pygments, which finds it as `segql` and by `*.seg`: the package says so in its entry points.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pygments.lexer import RegexLexer, default
from pygments.token import Comment, Error, Keyword, Literal, Name, Number, Operator, Punctuation, String, Whitespace

SPACE = r"[ \t\f\r\n\ufeff]+"
COMMENTS = [
    (r"##[^\r\n]*", Comment.Special),
    (r"#[^\r\n]*", Comment.Single),
]


class SegqlLexer(RegexLexer):
    """Segments of users, accounts or sessions, to be compiled to SQL."""

    name = "SegQL"
    aliases: ClassVar[list[str]] = ["segql", "seg"]
    filenames: ClassVar[list[str]] = ["*.seg"]
    mimetypes: ClassVar[list[str]] = ["text/x-segql"]

    tokens: ClassVar[dict[str, list[Any]]] = {
        "root": [
            (SPACE, Whitespace),
            (r"##[^\r\n]*", Comment.Special),
            (r"not[ \t]+in(?=[ \t]*\()", Operator.Word),
            (r"in(?=[ \t]*\()", Operator.Word),
            (r"not[ \t]+in(?!\w|\.)", Operator.Word),
            (r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+\-][0-9]{2}:[0-9]{2})?", Literal.Date),
            (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", Literal.Date),
            (r"[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?", Number),
            (r"(?:`[^`\r\n]+`|[^\W\d]\w*)(?:\.(?:`[^`\r\n]+`|[^\W\d]\w*))+", Name),
            (r"enum(?=\()", Keyword.Type),
            (r"epoch(?=\()", Keyword.Type),
            (r"json(?=\()", Keyword),
            (r"list(?=\()", Keyword.Type),
            (r"(?!(?:not|and|or|where|by|node|distinct|like|contains|with|matches)\()[^\W\d]\w*(?=\()", Name.Function),
            (r"#[^\r\n]*", Comment.Single),
            (r"(?:\.(?:`[^`\r\n]+`|[^\W\d]\w*))+", Name),
            (r"(?:convert|repeats|nested|totals|after|other|times|flat)(?!\w|[ \t]*(?:!=|<=|>=|[\]()*+,/:<=>\[{\-]))", Keyword),
            (r"ago(?!\w|[ \t]*[\](:\[])", Keyword),
            (r"(?:order|steps|none|all|any|out)(?!\w|[ \t]*(?:!=|<=|>=|[\]()*+,/:<=>\[}\-]))", Keyword),
            (r"(?:without|return|among|given|never|join|same|sort|did|key|via)(?!\w|[ \t]*(?:!=|<=|>=|[\]()*+,/:<=>\[{}\-]))", Keyword, "name"),
            (r"(?:contains|matches|like|with|and|not|or)(?!\w|[ \t]*(?:!=|<=|>=|[\])*+,/:<=>\[{}]))", Operator.Word),
            (r"(?:measure|event|field|as)(?!\w|[ \t]*(?:!=|<=|>=|[\]()*+,/:<=>\[{}\-]))", Keyword, "declared"),
            (r"(?:unique|desc|step|asc)(?!\w|[ \t]*(?:!=|<=|>=|[\]()*+/:<=>\[{\-]))", Keyword),
            (r"(?:converted|calendar|collapse|directly|optional|previous|dropped|exactly|pending|before|during|layout|within|depth|every|first|least|since|start|valid|file|from|last|most|then|this|time|end|for|top|at|of|on|to)(?!\w|[ \t]*(?:!=|<=|>=|[\]()*+,/:<=>\[{}\-]))", Keyword),
            (r"(?:timestamptz|timestamp|boolean|decimal|integer|float|date|text)(?!\w|[ \t]*(?:!=|<=|>=|[\](*+,/:<>\[{\-]))", Keyword.Type),
            (r"(?:where|node|by)(?!\w|[ \t]*(?:!=|<=|>=|[\])*+,/:<=>\[{}]))", Keyword),
            (r"(?:quarters|minutes|quarter|seconds|minute|months|second|hours|month|weeks|years|days|hour|week|year|day)(?!\w|[ \t]*(?:!=|<=|>=|[\](*+/:<=>\[\-]))", Keyword),
            (r"(?:retention|explore|segment|define|funnel|source|param|paths|table)(?!\w|[ \t]*(?:!=|<=|>=|[\]()*+,/:<=>\[{}\-]))", Keyword.Declaration, "declared"),
            (r"distinct(?!\w|[ \t]*(?:!=|<=|>=|[\]*+,/:<=>\[{}]))", Keyword),
            (r"(?:starts|ends|is)(?!\w|[ \t]*(?:!=|<=|>=|[\]()*+,/:<=>\[{}\-]))", Operator.Word),
            (r"(?:epoch|enum|list)(?!\w|[ \t]*(?:!=|<=|>=|[\])*+,/:<=>\[{}\-]))", Keyword.Type),
            (r"ever(?!\w|[ \t]*(?:!=|<=|>=|[\](*+,/:<=>\[\-]))", Keyword),
            (r"(?:false|true)(?!\w|[ \t]*[\](:\[])", Keyword.Constant),
            (r"in(?!\w|[ \t]*(?:!=|<=|>=|[\]()*+,/:<=>\[}\-]))", Operator.Word),
            (r"json(?!\w|[ \t]*(?:!=|<=|>=|[\])*+,/:<=>\[{}\-]))", Keyword),
            (r"mi(?:croseconds|lliseconds)(?!\w|[ \t]*(?:!=|<=|>=|[\](*+,/:<=>\[{}\-]))", Keyword),
            (r"missing(?!\w|[ \t]*(?:!=|<=|>=|[\](*+/:<=>\[\-]))", Keyword.Constant),
            (r"test(?!\w|[ \t]*(?:!=|<=|>=|[\]()*+,/:<=>\[{}\-]))", Keyword.Declaration, "name"),
            (r"(?:zone|use)(?!\w|[ \t]*(?:!=|<=|>=|[\]()*+,/:<=>\[{}\-]))", Keyword.Declaration),
            (r"(?:`[^`\r\n]+`|[^\W\d]\w*)", Name),
            (r"\$[^\W\d]\w*", Name.Variable),
            (r"""(?:'(?:[^'\r\n]|'')*'|"(?:[^"\r\n]|"")*")""", String),
            (r"""(?:'[^'\r\n]*|"[^"\r\n]*|`[^`\r\n]*)""", Error),
            (r"(?:!=|<=|>=|[*+/<=>\-])", Operator),
            (r"[\](),:\[{}]", Punctuation),
        ],
        "name": [
            (SPACE, Whitespace),
            *COMMENTS,
            (r"(?m:^)(?=(?:define|explore|funnel|param|paths|retention|segment|source|table|test|use|zone)(?!\w))", Whitespace, "#pop"),
            (r"(?:(?:`[^`\r\n]+`|[^\W\d]\w*)(?:\.(?:`[^`\r\n]+`|[^\W\d]\w*))+|`[^`\r\n]+`|[^\W\d]\w*)", Name, "#pop"),
            default("#pop"),
        ],
        "declared": [
            (SPACE, Whitespace),
            *COMMENTS,
            (r"(?m:^)(?=(?:define|explore|funnel|param|paths|retention|segment|source|table|test|use|zone)(?!\w))", Whitespace, "#pop"),
            (r"(?:(?:`[^`\r\n]+`|[^\W\d]\w*)(?:\.(?:`[^`\r\n]+`|[^\W\d]\w*))+|`[^`\r\n]+`|[^\W\d]\w*)", Name.Class, "#pop"),
            default("#pop"),
        ],
    }
