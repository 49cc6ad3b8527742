"""A text to the one canonical text: the same tree, every comment, and one way to write it.

The style, chosen so that a change to one line seldom moves another:
- Two spaces for each block; one clause, condition, step or row a line; at most 100 columns, where a line can be broken.
- The first word of a clause fills six columns (`key    usr.id`, `from   rum`, `during last 30 days`), whatever
  stands around it; conditions and steps read as sentences. The one table is a run of fields, or of events, without a
  blank line or a comment between: their colons stand in a column.
- Two spaces part what a step must keep to from its event (`then within 1 hour  click`), a row's time from its values,
  and a comment from what it follows.
- Clauses stand in the order of `_ORDER`. One blank line stands between declarations; between `use`, `zone`, `param`
  and `define`, and inside a block, the author's blank lines stay, at most one at a time.
- Too long for a line: `and`, `or` and clauses begin lines of their own, and lists have one entry a line.
- Backticks only where the parser would not read the name without them; parentheses only where the tree needs them.

Comments stay on their line, or above the line that follows. One amid words that do not break moves above the line
that holds it. If that would make it documentation (`##`), its declaration stays as written; so does a broken piece.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, NamedTuple, TypeVar

from segql_grammar import tables

from segql.node import Node
from segql.source import Source, Span
from segql.syntax import ast
from segql.syntax.layout import INDENT, LINE, SOFT, Doc, Group, Nest, Raw, Remark, group, one_line, rendered
from segql.syntax.parse import Piece, choices, parse
from segql.syntax.scan import Comment, scan

_N = TypeVar("_N", bound=Node)


def format(source: Source) -> str:
    """The canonical text of a text. What cannot be read stays as it was written."""
    return _formatted(source, otherwise=_as_written)


def format_expr(node: Node) -> str:
    """An expression on one line, as a message or a hover shows it."""
    return one_line(_Printer("", (), padded=False).expr(node))


def format_node(node: Node) -> str:
    """Any node on one line; the items of a block stand in its braces."""
    printer = _Printer("", (), padded=False)
    if isinstance(node, ast.File):
        return "  ".join(_flat(item) for item in printer.items(node.declarations, Span(0, 0)).items)
    return _flat(printer.item(ordered(node)))


# ---------------------------------------------------------------- files: pieces, and the blank lines between them


class _Entry(NamedTuple):
    """Lines that stand together at the left margin, and whether the author left a blank line above them."""

    lines: list[str]
    kind: Literal["comment", "small", "large"]
    blank: bool


_Spare = Callable[[Piece, str], list[_Entry]]
_LEADING = re.compile(r"\A(?:[ \t\f\uFEFF]*\n)*\uFEFF*")
_SPACES = " \t\f\n\ufeff"
_SMALL = ast.Use | ast.Zone | ast.Param | ast.Define


def _formatted(source: Source, otherwise: _Spare) -> str:
    text = _LEADING.sub("", source.text.replace("\r\n", "\n").replace("\r", "\n"))
    entries: list[_Entry] = []
    above = ""
    for piece in parse(Source(text)).pieces:
        found = _entries(piece, otherwise)
        if found and _blank(above[len(above.rstrip(_SPACES)) :]):
            found[0] = found[0]._replace(blank=True)
        entries += found
        above = piece.text
    return _joined(entries)


def _entries(piece: Piece, otherwise: _Spare) -> list[_Entry]:
    if piece.problem:
        return _as_written(piece, "")
    entries = _printed(piece)
    text = _joined(entries)
    return entries if _same(piece, text) else otherwise(piece, text)


def _as_written(piece: Piece, _: str) -> list[_Entry]:
    text = piece.text.rstrip(" \t\f\n")
    return [_Entry(text.split("\n"), "large", False)] if text else []


def _printed(piece: Piece) -> list[_Entry]:
    declarations = tuple(ordered(d) for d in piece.declarations)
    printer = _Printer(piece.text, piece.comments, quoted=_colliding(declarations))
    body = printer.items(declarations, Span(0, len(piece.text)))
    entries: list[_Entry] = []
    for item in body.items:
        entries += (_Entry([note.text], "comment", note.blank) for note in item.above)
        lines = _lines(item._replace(above=[], blank=False), 0)
        entries.append(_Entry(lines, "small" if isinstance(item.node, _SMALL) else "large", item.blank))
    return entries + [_Entry([note.text], "comment", note.blank) for note in body.tail]


def _joined(entries: list[_Entry]) -> str:
    lines: list[str] = []
    heads = _heads(entries)
    for i, entry in enumerate(entries):
        if i and (entry.blank or _parted(entries[i - 1], heads[i])):
            lines.append("")
        lines += entry.lines
    return "".join(f"{line}\n" for line in lines)


def _heads(entries: list[_Entry]) -> list[_Entry]:
    """What each entry belongs to: a comment right above a declaration belongs to it."""
    heads = list(entries)
    for i in range(len(entries) - 2, -1, -1):
        if entries[i].kind == "comment" and not entries[i + 1].blank:
            heads[i] = heads[i + 1]
    return heads


def _parted(above: _Entry, below: _Entry) -> bool:
    """Whether a blank line stands between two entries even if the author left none."""
    return "comment" not in (above.kind, below.kind) and "large" in (above.kind, below.kind)


def _same(piece: Piece, text: str) -> bool:
    """Whether the printed text says what the piece says, with the same comments."""
    again = parse(Source(text)).pieces
    if any(part.problem for part in again):
        return False
    was, now = piece.declarations, [d for part in again for d in part.declarations]
    said = Counter(comment.text for comment in piece.comments)
    return (
        len(was) == len(now)
        and all(ordered(a) == ordered(b) for a, b in zip(was, now, strict=True))
        and said == Counter(comment.text for part in again for comment in part.comments)
    )


# ---------------------------------------------------------------- the order of clauses

_ANALYSIS = (ast.FromSources, ast.ForSegments, ast.Key, ast.During, ast.Where)
_BEHAVIOUR = (ast.Where, ast.Times, ast.Days, ast.During)
_STEP = (ast.Optional, ast.Directly, ast.After, ast.Within, ast.Where, ast.StepTimes, ast.As)
_DATA = (ast.FromRelation, ast.FromFile, ast.Time, ast.Order, ast.Keys, ast.Layout, ast.Field, ast.Event, ast.Valid)
# Of each node, the kinds of its clauses, in order; what is not named comes last, in the order written.
_ORDER: dict[type[Node], tuple[type[Node], ...]] = {
    ast.Source: _DATA,
    ast.Table: _DATA,
    ast.Segment: (ast.Key, ast.FromSources, ast.During, ast.Where),
    ast.Did: _BEHAVIOUR,
    ast.Never: _BEHAVIOUR,
    ast.FirstDid: _BEHAVIOUR,
    ast.Aggregate: _BEHAVIOUR,
    ast.Steps: (ast.Within, ast.Same, ast.During),
    ast.Step: _STEP,
    ast.AnyOrder: _STEP,
    ast.Explore: (*_ANALYSIS, ast.By, ast.MeasureItem, ast.Sort, ast.Top, ast.Totals),
    ast.Paths: (*_ANALYSIS, ast.NodeItem, ast.Collapse, ast.PathStart, ast.PathEnd, ast.Depth, ast.Top),
    ast.Funnel: (*_ANALYSIS, ast.Steps, ast.By, ast.TimeToConvert),
    ast.Retention: (*_ANALYSIS, ast.CohortStart, ast.CohortReturn, ast.Every, ast.By, ast.Totals),
}
_CLAUSES = ("items", "clauses", "modifiers")


def ordered(node: _N) -> _N:
    """The node with all clauses in canonical order: what two texts must agree in to say the same."""
    fields = {name: _ordered(value) for name, value in vars(node).items() if name in node._fields}
    kinds = _ORDER.get(type(node))
    if kinds and not isinstance(node, ast.Steps):
        fields |= {name: _sorted(fields[name], kinds) for name in _CLAUSES if name in fields}
    elif kinds:  # the items of `steps` are a sequence
        fields["clauses"] = _sorted(fields["clauses"], kinds)
    return type(node)(**fields)


def _ordered(value: Any) -> Any:
    if isinstance(value, Node):
        return ordered(value)
    if isinstance(value, tuple) and not isinstance(value, Span):
        return tuple(_ordered(part) for part in value)
    return value


def _sorted(clauses: tuple[Node, ...], kinds: tuple[type[Node], ...]) -> tuple[Node, ...]:
    return tuple(sorted(clauses, key=lambda c: kinds.index(type(c)) if type(c) in kinds else len(kinds)))


# ---------------------------------------------------------------- names

_PLAIN = re.compile(r"[^\W\d]\w*")
# The scanner joins these with the words around them before the parser is asked.
_ALWAYS_QUOTED = ("in", "not")


def _colliding(declarations: tuple[ast.Declaration, ...]) -> frozenset[int]:
    """Where names stand (their offsets) that the parser would take for keywords if they had no backticks.

    Each such name is printed as its offset in backticks, and the parser is asked what else it would take there.
    """
    found: set[int] = set()
    printer = _Printer("", (), padded=False, numbered=True)
    for declaration in declarations:
        text = _flat(printer.item(declaration))
        if printer.numbers:
            found |= {at for at, row in _numbered(text) if any(t in row for t in tables.WORDS[printer.numbers[at]])}
    return frozenset(found)


def _numbered(text: str) -> Iterable[tuple[int, Any]]:
    return ((int(token.text[2:-1]), row) for token, row in choices(text) if token.text.startswith("`\t"))


# ---------------------------------------------------------------- items: lines of a block, with the comments around them


class _Note(NamedTuple):
    text: str
    blank: bool = False


class _Item(NamedTuple):
    node: Node
    above: list[_Note]
    blank: bool
    head: Doc
    opened: str = ""  # the comment after `{`
    body: _Body | None = None
    after: str = ""  # the comment at its end


class _Body(NamedTuple):
    items: list[_Item]
    tail: list[_Note]


def _lines(item: _Item, indent: int) -> list[str]:
    margin = " " * indent
    lines = _noted(item.above, margin)
    if item.blank:
        lines.append("")
    opening = "" if item.body is None else " {" if _open(item) else " {}"
    lines += rendered([item.head, opening], indent)
    if item.opened:
        lines[-1] += f"  {item.opened}"
    if item.body is not None and _open(item):
        inner = [line for each in item.body.items for line in _lines(each, indent + INDENT)]
        inner += _noted(item.body.tail, margin + " " * INDENT)
        lines += inner[1:] if inner and not inner[0] else inner
        lines.append(f"{margin}}}")
    if item.after:
        lines[-1] += f"  {item.after}"
    return lines


def _open(item: _Item) -> bool:
    return bool(item.opened or (item.body and (item.body.items or item.body.tail)))


def _noted(notes: list[_Note], margin: str) -> list[str]:
    return [line for note in notes for line in ([""] if note.blank else []) + [margin + note.text]]


def _flat(item: _Item) -> str:
    if item.body is None:
        return one_line(item.head)
    inner = "  ".join(_flat(each) for each in item.body.items)
    return f"{one_line(item.head)} {{ {inner} }}" if inner else f"{one_line(item.head)} {{}}"


def _blank(between: str) -> bool:
    return between.count("\n") > 1


# ---------------------------------------------------------------- the printer

_DOCUMENTED = ast.Data | ast.Field | ast.Event | ast.Param | ast.Define | ast.Segment | ast.Analysis | ast.Test
# How tightly expressions bind: parentheses stand around what binds less tightly than its place asks for.
_OR, _AND, _NOT, _PREDICATE, _SUM, _PRODUCT, _UNARY, _ATOM = range(8)


def _level(node: Node) -> int:
    match node:
        case ast.AnyTrue():
            return _OR
        case ast.AllTrue():
            return _AND
        case ast.NotTrue():
            return _NOT
        case ast.Compare() | ast.IsMissing() | ast.InList() | ast.MatchText():
            return _PREDICATE
        case ast.Arithmetic():
            return _SUM if node.op in "+-" else _PRODUCT
        case ast.Negate():
            return _UNARY
        case _:
            return _ATOM


class _Printer:
    """Prints the nodes of one piece. A comment goes to the innermost place that can hold it; `taken` has those placed."""

    def __init__(
        self,
        text: str,
        comments: Sequence[Comment],
        *,
        quoted: frozenset[int] = frozenset(),
        padded: bool = True,
        numbered: bool = False,
    ) -> None:
        self.text = text
        self.comments = comments
        self.starts = [comment.start for comment in comments]
        self.taken: set[int] = set()
        self.marks = [token for token in scan(text).tokens if token.text in ("{", "(")] if comments else []
        self.quoted = quoted
        self.padded = padded
        self.numbered = numbered
        self.numbers: dict[int, str] = {}

    # comments

    def between(self, start: int, end: int) -> list[Comment]:
        """The comments of a stretch of text that have no place yet."""
        if not self.comments:
            return []
        found = self.comments[bisect_left(self.starts, start) : bisect_left(self.starts, end)]
        return [comment for comment in found if comment.start not in self.taken]

    def take(self, comments: Iterable[Comment]) -> None:
        self.taken.update(comment.start for comment in comments)

    def opening(self, mark: str, start: int) -> int:
        """Where the first such bracket stands at or after an offset."""
        return next((token.start for token in self.marks if token.start >= start and token.text == mark), start)

    # items and blocks

    def items(self, nodes: Sequence[Node], inside: Span) -> _Body:
        """The items of a block, each with the comments around it. `nodes` may stand in another order than the text."""
        found: dict[int, _Item] = {}
        at, notes = inside.start, list[_Note]()
        by_place = sorted(nodes, key=lambda n: n.span)
        for node in by_place:
            after, notes, at, blank = self.around(at, node.span.start)
            if after and found:
                last = next(reversed(found))
                found[last] = found[last]._replace(after=after)
            elif after:
                notes.insert(0, _Note(after))
            found[id(node)] = self.item(node, notes, blank)
            at = node.span.end
        after, notes, _, _ = self.around(at, inside.end)
        if after and found:
            last = next(reversed(found))
            found[last] = found[last]._replace(after=after)
        elif after:
            notes.insert(0, _Note(after))
        items = [found[id(node)] for node in nodes]
        return _Body(_aligned(items) if self.padded else items, notes)

    def around(self, start: int, end: int) -> tuple[str, list[_Note], int, bool]:
        """Between two items: the comment after the first, those above the second, and whether a blank line ends them."""
        after, notes = "", list[_Note]()
        at = start
        comments = self.between(start, end)
        self.take(comments)
        for comment in comments:
            if not comment.alone and not after and not notes:
                after = comment.text
            else:
                notes.append(_Note(comment.text, _blank(self.text[at : comment.start])))
            at = comment.start + len(comment.text)
        return after, notes, at, _blank(self.text[at:end])

    def item(self, node: Node, above: Sequence[_Note] = (), blank: bool = False) -> _Item:
        """One item: its first line, its block, and above it the comments that have no place inside."""
        item = self.block(node) or _Item(node, [], False, self.line(node))
        lost = self.between(*node.span)
        if isinstance(node, _DOCUMENTED) and any(comment.text.startswith("##") for comment in lost):
            self.take(self.between(*node.span))
            item = _Item(node, [], False, Raw(self.text[slice(*node.span)].split("\n")))
            lost = []
        self.take(lost)
        notes = [*above]
        for comment in lost:
            notes.append(_Note(comment.text, blank))
            blank = False
        return item._replace(above=_documenting(notes), blank=blank and not _documents(notes))

    def block(self, node: Node) -> _Item | None:
        """A node with braces; None for others."""
        head = self.head(node)
        if head is None:
            return None
        nodes = _inside(node)
        brace = self.opening("{", node.span.start)
        start = brace + 1
        first = min((child.span.start for child in nodes), default=node.span.end)
        opened = [comment for comment in self.between(start, first)[:1] if not comment.alone]
        self.take(opened)
        text = opened[0].text if opened else ""
        if opened:
            start = opened[0].start + len(text)
        return _Item(node, [], False, head, text, self.items(nodes, Span(start, node.span.end)))

    # parts of a line, with comments between them

    def spread(self, nodes: Sequence[_N], build: Callable[[_N], Doc], inside: Span | None = None) -> list[_Part]:
        """The parts of a list, each with the comments above it and after it.

        Without brackets around (`inside`), what stands above the first and after the last has no place here.
        """
        parts = {id(node): _Part([], build(node), "") for node in nodes}
        by_place = sorted(nodes, key=lambda n: n.span)
        for before, node in zip([None, *by_place], by_place, strict=False):
            if before is None:
                found = self.between(inside.start, node.span.start) if inside else []
            else:
                found = self.between(before.span.end, node.span.start)
            if before is not None and found and not found[0].alone and before is not nodes[-1]:
                self.take(found[:1])
                parts[id(before)] = parts[id(before)]._replace(after=found.pop(0).text)
            found += self.between(*node.span)
            if inside or node is not nodes[0]:
                self.take(found)
                parts[id(node)].above.extend(comment.text for comment in found)
        return [parts[id(node)] for node in nodes]

    def chain(self, nodes: Sequence[_N], words: Sequence[str], build: Callable[[_N], Doc]) -> Doc:
        """`a and b and c`: each word begins a line if the whole does not fit on one."""
        first, *rest = self.spread(nodes, build)
        doc: list[Doc] = [first.doc, _remark(first.after)]
        for word, part in zip(words, rest, strict=True):
            for text in part.above:
                doc += [LINE, Remark(text)]
            doc += [LINE, f"{word} " if word else "", part.doc, _remark(part.after)]
        return group(Nest(doc))

    def listed(self, nodes: Sequence[_N], build: Callable[[_N], Doc]) -> Doc:
        """`a, b, c`: one entry a line if the whole does not fit on one."""
        doc: list[Doc] = []
        for part in self.spread(nodes, build):
            doc += [",", _remark(doc.pop()), LINE] if doc else []
            for text in part.above:
                doc += [Remark(text), LINE]
            doc += [part.doc, part.after]
        return group(Nest(doc[:-1]))

    def bracketed(self, nodes: Sequence[_N], build: Callable[[_N], Doc], after: int, end: int) -> Doc:
        """`(a, b, c)`: the brackets stand around the lines if the whole does not fit on one."""
        inside = Span(self.opening("(", after) + 1, end)
        doc: list[Doc] = []
        for part in self.spread(nodes, build, inside):
            doc += [",", _remark(doc.pop()), LINE] if doc else [SOFT]
            for text in part.above:
                doc += [Remark(text), LINE]
            doc += [part.doc, part.after]
        last = _remark(doc.pop()) if doc else ""
        tail = self.between(max((node.span.end for node in nodes), default=inside.start), end)
        self.take(tail)
        if tail and nodes and not tail[0].alone and not last:
            last = _remark(tail.pop(0).text)
        doc += [last, *(part for comment in tail for part in (LINE, Remark(comment.text)))]
        return group("(", Nest(doc), SOFT, ")") if nodes or tail else "()"

    # expressions

    def expr(self, node: Node, level: int = _OR) -> Doc:
        doc = self.bare(node)
        return group("(", Nest([SOFT, _unnested(doc)]), SOFT, ")") if _level(node) < level else doc

    def bare(self, node: Node) -> Doc:
        """An expression or a measure, without parentheses around it."""
        match node:
            case ast.AnyTrue(terms=terms):
                return self.chain(terms, ["or"] * (len(terms) - 1), lambda term: self.expr(term, _AND))
            case ast.AllTrue(terms=terms):
                return self.chain(terms, ["and"] * (len(terms) - 1), lambda term: self.expr(term, _NOT))
            case ast.NotTrue():
                return ["not ", self.expr(node.expr, _NOT)]
            case ast.Compare():
                return [self.expr(node.left, _SUM), f" {node.op} ", self.expr(node.right, _SUM)]
            case ast.IsMissing():
                return [self.expr(node.expr, _SUM), f" is {'not ' * node.negated}missing"]
            case ast.InList():
                items = self.bracketed(
                    node.items, lambda item: self.expr(item, _SUM), node.expr.span.end, node.span.end
                )
                return [self.expr(node.expr, _SUM), f" {'not ' * node.negated}in ", items]
            case ast.MatchText():
                word = f" {'not ' * node.negated}{node.op} "
                return [self.expr(node.expr, _SUM), word, self.expr(node.pattern, _SUM)]
            case ast.Arithmetic():
                return self.arithmetic(node)
            case ast.Negate():
                return ["-", self.expr(node.expr, _UNARY)]
            case ast.Call():
                items = self.bracketed(node.arguments, self.expr, node.function.span.end, node.span.end)
                return [node.function.text, items]
            case ast.Aggregate():
                return self.aggregate(node)
            case _:
                return self.word(node)

    def arithmetic(self, node: ast.Arithmetic) -> Doc:
        """A sum or a product: its left spine is one chain."""
        level = _level(node)
        terms, words = list[Node](), list[str]()
        left: Node = node
        while isinstance(left, ast.Arithmetic) and _level(left) == level:
            terms.insert(0, left.right)
            words.insert(0, left.op)
            left = left.left
        terms.insert(0, left)
        return self.chain(terms, words, lambda term: self.expr(term, level + (term is not left)))

    def aggregate(self, node: ast.Aggregate) -> Doc:
        inside: list[Node] = [*filter(None, (node.expr, node.event)), *node.clauses]
        distinct = "distinct" if node.distinct else ""

        def build(part: Node) -> Doc:
            first = f"{distinct} " if distinct and part is inside[0] else ""
            return [first, "of " if part is node.event else "", self.part(part)]

        words = [""] * (len(inside) - 1)
        return [node.function.text, "(", self.chain(inside, words, build) if inside else distinct, ")"]

    def part(self, node: Node) -> Doc:
        return self.clause(node, "") or self.expr(node)

    # words

    def word(self, node: Node) -> str:
        """A node that is a word or two, and never breaks."""
        match node:
            case ast.Name():
                return self.name(node.text, node.span.start)
            case ast.Path(parts=(part,)):
                return self.name(part, node.span.start)
            case ast.Path():
                return ".".join(part if _PLAIN.fullmatch(part) else f"`{part}`" for part in node.parts)
            case ast.Entry():
                inside = "".join(f".{part if _PLAIN.fullmatch(part) else f'`{part}`'}" for part in node.inside)
                return f"{self.word(node.of)}[{self.word(node.by)} = {self.word(node.value)}]{inside}"
            case ast.EventRef():
                return self.word(node.path)
            case ast.MeasureRef():
                return self.word(node.name)
            case ast.String():
                return _quoted(node.value)
            case ast.Number() | ast.Date() | ast.Timestamp():
                return node.text
            case ast.Boolean():
                return "true" if node.value else "false"
            case ast.Missing():
                return "missing"
            case ast.ParamRef():
                return f"${node.name}"
            case ast.Type():
                return node.name
            case ast.Duration():
                return f"{node.count.text} {_units(node.unit, node.count)}"
            case ast.Unit():
                return node.name
            case ast.Calendar():
                return f"calendar {node.unit.name}"
            case ast.Bound():
                return node.kind
            case ast.Ago():
                return f"{self.word(node.duration)} ago"
            case ast.Fate():
                return f"{node.kind} {'at' if node.kind == 'converted' else 'after'}"
            case ast.FirstOf():
                return "first step"
            case ast.LastOf():
                return "last step"
            case ast.Labelled():
                return f"step {self.word(node.step)}"
            case ast.Audience():
                return f"{self.word(node.segment)}{self.via(node.via)}"
            case ast.KeyColumn():
                column = f" = {self.word(node.column)}" if node.column else ""
                return f"{self.word(node.key)}{column}{' unique' * node.unique}"
            case ast.SortItem():
                return f"{self.word(node.name)} {node.direction}".rstrip()
            case ast.Assignment():
                return f"{self.word(node.path)} = {self.word(node.value)}"
            case _:
                return self.window(node)

    def window(self, node: Node) -> str:
        match node:
            case ast.Last():
                return f"last {self.word(node.duration)}"
            case ast.This():
                return f"this {node.unit.name}"
            case ast.Previous(count=None):
                return f"previous {node.unit.name}"
            case ast.Previous(count=ast.Number() as count):
                return f"previous {count.text} {_units(node.unit, count)}"
            case ast.Since():
                return f"since {self.word(node.moment)}"
            case ast.Before():
                return f"before {self.word(node.moment)}"
            case ast.Between():
                return f"from {node.start.text} to {node.end.text}"
            case ast.Ever():
                return "ever"
            case _:
                raise TypeError(f"no way to print a {type(node).__name__}")

    def name(self, text: str, at: int) -> str:
        if not _PLAIN.fullmatch(text) or text in _ALWAYS_QUOTED:
            return "`?`" if self.numbered else f"`{text}`"
        if self.numbered and text in tables.WORDS:
            self.numbers[at] = text
            return f"`\t{at}`"
        return f"`{text}`" if at in self.quoted else text

    def via(self, key: ast.Path | None) -> str:
        return f" via {self.word(key)}" if key else ""

    def type(self, node: Node) -> Doc:
        match node:
            case ast.EnumType():
                return ["enum", self.bracketed(node.values, self.word, node.span.start, node.span.end)]
            case ast.ListType():
                return ["list(", self.type(node.item), ")"]
            case ast.EpochType():
                return f"epoch({node.unit})"
            case _:
                return self.word(node)

    # clauses

    def start(self, word: str) -> str:
        """The first word of a clause that is a line of a block."""
        return f"{word:<6} " if self.padded else f"{word} "

    def clause(self, node: Node, pad: str | None = None) -> Doc | None:
        """A clause of a condition or a step; at the start of a line its first word fills its column."""
        match node:
            case ast.Where():
                return [self.start("where") if pad is None else "where ", self.expr(node.expr)]
            case ast.During():
                return [self.start("during") if pad is None else "during ", self.window(node.window)]
            case ast.Times():
                return f"{node.bound.kind} {node.count.text} times"
            case ast.Days():
                return f"on {node.bound.kind} {node.count.text} {'day' if node.count.text == '1' else 'days'}"
            case ast.Within():
                return f"within {self.word(node.duration)}"
            case ast.Same():
                return f"same {self.word(node.key)}"
            case ast.StepTimes():
                return f"{node.count.text} times"
            case ast.As():
                return f"as {self.word(node.name)}"
            case ast.After():
                return f"after {self.word(node.duration)}"
            case ast.Optional():
                return "optional"
            case ast.Directly(among=()):
                return "directly"
            case ast.Directly():
                return f"directly among {', '.join(self.word(event) for event in node.among)}"
            case _:
                return None

    def followed(self, start: str, node: Node, clauses: Sequence[Node | None]) -> Doc:
        """`did purchase where … at least 3 times`: words, what they are about, and clauses that may begin lines."""
        nodes = [node, *filter(None, clauses)]
        return self.chain(
            nodes, [""] * (len(nodes) - 1), lambda n: [start, self.word(n)] if n is node else self.part(n)
        )

    def modified(self, node: ast.Step | ast.AnyOrder) -> str:
        """What a step must keep to, and two spaces before its event, or nobody sees where that begins."""
        words = [*(["then"] if node.then else []), *(one_line(self.part(m)) for m in node.modifiers)]
        return " ".join(words) + (" " * min(len(words), 2))

    # lines

    def line(self, node: Node) -> Doc:
        """A node without a block, on a line of its own."""
        match node:
            case ast.Where() | ast.During():
                return self.clause(node) or ""
            case ast.Use():
                return f"use {self.word(node.file)}"
            case ast.Zone():
                return f"zone {self.word(node.zone)}"
            case ast.Param():
                default = f" = {self.word(node.default)}" if node.default else ""
                return [f"param {self.word(node.name)} : ", self.type(node.type), default]
            case ast.Define():
                return [f"define {self.word(node.name)} = ", self.expr(node.expr)]
            case ast.Did() | ast.Never() | ast.FirstDid():
                return self.followed(_VERBS[type(node)], node.event, node.clauses)
            case ast.InSegment():
                return f"{'not ' * node.negated}in {self.word(node.segment)}{self.via(node.via)}"
            case ast.OfFunnel():
                return f"{self.word(node.fate)} {self.word(node.step)} of {self.word(node.funnel)}{self.via(node.via)}"
            case ast.Join():
                words = f"join {self.word(node.table)} on "
                return self.followed(words, node.key, [node.where])
            case ast.CompareMeasures():
                return [self.expr(node.left), f" {node.op} ", self.expr(node.right)]
            case ast.Step():
                return self.followed(self.modified(node), node.event, node.clauses)
            case ast.Without():
                return self.followed("without ", node.event, [node.where])
            case ast.Given():
                return ["given ", self.listed(node.assignments, self.word)]
            case ast.Row():
                at = [self.word(node.at)] if node.at else []
                of = [f"{self.word(node.of)}:"] if node.of else []
                return ["  ".join([*at, " ".join([*of, ""])]), self.listed(node.assignments, self.word)]
            case _:
                return self.data_line(node)

    def data_line(self, node: Node) -> Doc:
        match node:
            case ast.FromRelation():
                return self.start("from") + self.word(node.relation)
            case ast.FromFile():
                return f"{self.start('from')}file {self.word(node.file)}"
            case ast.Time():
                type = [" : ", self.type(node.type)] if node.type else []
                return [self.start("time") + self.word(node.column), *type]
            case ast.Order():
                return [self.start("order"), self.listed(node.columns, self.word)]
            case ast.Keys():
                return [self.start("key"), self.listed(node.columns, self.word)]
            case ast.Layout():
                return f"{self.start('layout')}{node.kind}{f'({self.word(node.column)})' if node.column else ''}"
            case ast.Field():
                column = f" = {self.word(node.column)}" if node.column else ""
                return [self.start("field") + self.word(node.path), " : ", self.type(node.type), column]
            case ast.Event():
                return [self.start("event") + self.word(node.name), " : ", self.expr(node.predicate)]
            case ast.Valid():
                return f"{self.start('valid')}from {self.word(node.start)} to {self.word(node.end)}"
            case _:
                return self.analysis_line(node)

    def analysis_line(self, node: Node) -> Doc:
        match node:
            case ast.Key():
                return self.start("key") + self.word(node.path)
            case ast.FromSources():
                return [self.start("from"), self.listed(node.names, self.word)]
            case ast.ForSegments():
                return [self.start("for"), self.listed(node.audiences, self.word)]
            case ast.By():
                return [self.start("by"), self.listed(node.items, self.by_item)]
            case ast.ByItem():
                return self.by_item(node)
            case ast.TimeToConvert():
                return "time to convert"
            case ast.MeasureItem():
                return [f"{self.start('measure')}{self.word(node.name)} = ", self.expr(node.measure)]
            case ast.Sort():
                return [self.start("sort"), self.listed(node.items, self.word)]
            case ast.Top():
                return f"{self.start('top')}{node.count.text}{' with other' * node.other}"
            case ast.Totals():
                return "totals"
            case ast.NodeItem():
                return [self.start("node"), self.expr(node.expr), f" of {self.word(node.event)}"]
            case ast.Collapse():
                return "collapse repeats"
            case ast.PathStart():
                return self.start("start") + self.word(node.value)
            case ast.PathEnd():
                return self.start("end") + self.word(node.value)
            case ast.Depth():
                return self.start("depth") + node.count.text
            case ast.CohortStart():
                return self.followed(self.start("start") + "first " * node.first, node.event, [node.where])
            case ast.CohortReturn():
                return self.followed(self.start("return"), node.event, [node.where])
            case ast.Every():
                later = " on or after" * node.later
                return f"{self.start('every')}{self.word(node.length)} for {node.count.text}{later}"
            case ast.EnumType() | ast.ListType() | ast.EpochType():
                return self.type(node)
            case _:
                return self.part(node)

    def by_item(self, node: ast.ByItem) -> Doc:
        value = node.expr.unit.name if isinstance(node.expr, ast.Bucket) else self.expr(node.expr)
        step = f" of {self.word(node.step)}" if node.step else ""
        return [value, step, f" as {self.word(node.name)}" if node.name else ""]

    def head(self, node: Node) -> Doc | None:
        """What stands before the brace of a node with a block; None for others."""
        match node:
            case ast.Source(like=like):
                return f"source {self.word(node.name)}{f' like {self.word(like)}' if like else ''}"
            case ast.Table() | ast.Segment() | ast.Explore() | ast.Paths() | ast.Funnel() | ast.Retention():
                return f"{type(node).__name__.lower()} {self.word(node.name)}"
            case ast.AnyOf():
                return "any"
            case ast.AllOf():
                return "all"
            case ast.NoneOf():
                return "none"
            case ast.Steps():
                return " ".join(["steps", *(one_line(self.part(clause)) for clause in node.clauses)])
            case ast.AnyOrder():
                return f"{self.modified(node)}any order"
            case ast.Test():
                given: Doc = [" with ", Nest(self.listed(node.params, self.word))] if node.params else ""
                return [f"test {self.word(node.name)} at {node.at.text}", given]
            case ast.Case():
                return f"{self.word(node.key)} {node.expected}"
            case _:
                return None


class _Part(NamedTuple):
    above: list[str]
    doc: Doc
    after: str


_VERBS: dict[type[Node], str] = {ast.Did: "did ", ast.Never: "never ", ast.FirstDid: "first did "}


def _inside(node: Any) -> tuple[Node, ...]:
    """The items in the braces of a node."""
    match node:
        case ast.AnyOf() | ast.AllOf() | ast.NoneOf():
            return node.conditions
        case ast.AnyOrder():
            return node.steps
        case ast.Case():
            return node.rows
        case _:
            items: tuple[Node, ...] = node.items
            return items


def _aligned(items: list[_Item]) -> list[_Item]:
    """The items with the colons of each run of fields, and of events, in one column."""
    runs: list[list[_Item]] = []
    for item in items:
        same = runs and type(runs[-1][-1].node) is type(item.node) and not item.above and not item.blank
        runs[-1].append(item) if same else runs.append([item])
    return [item for run in runs for item in _aligned_run(run)]


def _aligned_run(run: list[_Item]) -> list[_Item]:
    heads = [item.head for item in run if isinstance(item.node, ast.Field | ast.Event) and isinstance(item.head, list)]
    if len(heads) < len(run):
        return run
    width = max(len(head[0]) for head in heads)
    return [item._replace(head=[f"{head[0]:<{width}}", *head[1:]]) for item, head in zip(run, heads, strict=True)]


def _units(unit: ast.Unit, count: ast.Number) -> str:
    return unit.name if count.text == "1" else f"{unit.name}s"


def _quoted(text: str) -> str:
    quote = '"' if "'" in text and '"' not in text else "'"
    return f"{quote}{text.replace(quote, quote * 2)}{quote}"


def _unnested(doc: Doc) -> Doc:
    """What a chain holds, to be broken together with the brackets around it."""
    match doc:
        case Group(inside=[Nest(inside=inside)]):
            return inside
        case _:
            return doc


def _remark(text: Any) -> Doc:
    return Remark(f"  {text}") if text else ""


def _documents(notes: Sequence[_Note]) -> bool:
    return any(note.text.startswith("##") for note in notes)


def _documenting(notes: list[_Note]) -> list[_Note]:
    """Documentation stands right above what it documents, whatever was left between."""
    return [_Note(note.text, note.blank and not _documents(notes[:i])) for i, note in enumerate(notes)]
