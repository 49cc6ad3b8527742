"""The whole pipeline on one page: text → tree → meaning → SQL, and what there is to say about it.

Text and plain data come in, text and diagnostics go out: nothing here reads a file or opens a connection.
"""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from segql.diagnostics import register
from segql.diagnostics.model import Diagnostic, Label, in_order
from segql.diagnostics.suggest import nearest
from segql.node import Value
from segql.semantics import model
from segql.semantics.resolve import missing_parameters, parameters, resolve
from segql.semantics.scope import Declared, Read, Scope, collect
from segql.source import Source, Span


class SegqlError(Exception):
    """What is wrong with a text, as a picture; `diagnostics` has it as values."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        from segql.diagnostics.picture import picture  # drawn only when someone asks for an exception

        super().__init__(picture(diagnostics))
        self.diagnostics = diagnostics


class Answer(Value):
    """What every stage gives back: what it made, and everything there is to say about it."""

    diagnostics: tuple[Diagnostic, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong (warnings are not wrong)."""
        return not any(d.is_error for d in self.diagnostics)

    def raise_if_wrong(self) -> None:
        """Raises SegqlError if something is wrong."""
        if not self.ok:
            raise SegqlError(self.diagnostics)


class Checked(Answer):
    """A file with its meaning: `program` holds what could be resolved."""

    source: Source
    scope: Scope
    program: model.Program


class Statement(Value):
    """One compiled segment or analysis: its SQL, without a closing semicolon, and the columns that it returns.

    `column` is the first of them, and the only one of a segment; `kind` is the word that declares it.
    """

    name: str
    sql: str
    column: str
    doc: str = ""
    columns: tuple[str, ...] = ()
    kind: str = "segment"


class Compiled(Answer):
    """The statements, in the order asked for; none if there is an error among the diagnostics."""

    statements: tuple[Statement, ...]

    @property
    def sql(self) -> dict[str, str]:
        """The SQL of each statement, by its name."""
        return {statement.name: statement.sql for statement in self.statements}


class Options(Value):
    """How to compile. `now` is naive UTC; None leaves it to the engine's clock. `root` is a folder, with its slash, that is
    left out where the names of texts, in headers, and the paths of data begin with it: they are seen from there.

    `plan` is the plan for the sequences of what is asked; else the best is chosen for each. With `together`, several
    segments are one statement.
    """

    dialect: str = "duckdb"
    now: dt.datetime | None = None
    params: Mapping[str, object] = {}
    bind: bool = False
    root: str = ""
    plan: str = ""
    together: bool = False


Now = dt.datetime | dt.date | str | None


def pinned(now: Now, source: Source, zone: str = "UTC") -> dt.datetime | None:
    """A given `now` as naive UTC. `zone` is the default for a text that sets none.

    A date is its midnight, and text without an offset a local time, both in the zone of the text, as they are when
    they stand in it. A datetime without a zone is UTC. Raises TypeError and ValueError.
    """
    if now is None:
        return None
    if isinstance(now, str):
        return _read_now(now, source, zone)
    if isinstance(now, dt.datetime):
        return _without_zone(now) if now.tzinfo else now
    if isinstance(now, dt.date):
        return _in_zone(dt.datetime.combine(now, dt.time()), source, zone)
    raise TypeError(f"`now` is a datetime, a date or ISO text, not {type(now).__name__}")


def _read_now(text: str, source: Source, zone: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"'{text}' is no time: write 2026-03-31, 2026-03-31T10:00 or 2026-03-31T10:00Z") from None
    if moment.tzinfo is None:
        return _in_zone(moment, source, zone)
    return _without_zone(moment)


def _without_zone(moment: dt.datetime) -> dt.datetime:
    try:
        return moment.astimezone(dt.UTC).replace(tzinfo=None)
    except OverflowError:
        raise ValueError(f"'{moment}' is beyond the years 1 to 9999 in UTC") from None


def _in_zone(local: dt.datetime, source: Source, default: str) -> dt.datetime:
    main = collect(source, no_files, default).main
    assert main is not None
    if main.zone == "UTC":
        return local
    from segql.semantics.calendar import to_utc

    try:
        return to_utc(local, main.zone)
    except OverflowError:
        raise ValueError(f"'{local}' in {main.zone} is beyond the years 1 to 9999") from None


def no_files(file: str, source: Source) -> str:
    """A `Read` for texts without a home: nothing can be used."""
    return "this text has no folder to look in"


def check(
    source: Source, read: Read = no_files, zone: str = "UTC", params: Mapping[str, object] | None = None
) -> Checked:
    """The meaning of a text. `read` fetches the files that it uses, `zone` is the default time zone. Never raises."""
    scope = collect(source, read, zone)
    given, said = parameters(scope, params or {}, start_of(source))
    program, found = resolve(scope, given)
    return Checked(source=source, scope=scope, program=program, diagnostics=in_order((*found, *said)))


def unread(source: Source, problem: Diagnostic) -> Checked:
    """What there is to say about a file that cannot be read."""
    program = model.Program(segments=())
    return Checked(source=source, scope=Scope("UTC"), program=program, diagnostics=(problem,))


def compile(
    source: Source,
    names: Iterable[str] = (),
    options: Options | None = None,
    read: Read = no_files,
    zone: str = "UTC",
) -> Compiled:
    """SQL for the named segments and analyses (or all of the file itself), if they and what they need have no mistake.

    Only what the names need is resolved: a mistake elsewhere in the file is for `check` to tell.
    """
    options = options or Options()
    scope = collect(source, read, zone)
    wanted = tuple(names) or own_names(scope)
    said = (*_missing(scope, source, wanted), *known_dialect(source, options.dialect), *_known_plan(source, options))
    if said:
        return Compiled(statements=(), diagnostics=in_order((*scope.said, *said)))
    given, wrong = parameters(scope, options.params, start_of(source))
    program, found = resolve(scope, given, wanted)
    found = (*found, *wrong, *missing_parameters(scope, wanted, options.params, options.bind))
    if any(d.is_error for d in found):
        return Compiled(statements=(), diagnostics=in_order(found))
    wrote = write_together if options.together else write
    statements, refused = wrote(program, scope, wanted, options)
    return Compiled(statements=statements, diagnostics=in_order((*found, *refused)))


def write(
    program: model.Program, scope: Scope, names: Iterable[str], options: Options
) -> tuple[tuple[Statement, ...], tuple[Diagnostic, ...]]:
    """The statements of resolved segments and analyses. sqlglot is imported here, so that `check` never pays for it."""
    from segql.sql.write import statement  # sqlglot costs ten times a bare Python start

    made: list[Statement] = []
    refused: list[Diagnostic] = []
    with collector_paused():
        for name in names:
            declared = scope.find("segment", name) or scope.find("analysis", name)
            assert declared is not None
            asked = program.find(name)
            assert asked is not None, "what has a mistake is not compiled"
            at = declared.at(declared.node.name)
            unfit = _unfit(asked, at, options)
            if unfit is not None:
                refused.append(unfit)
                continue
            given = (options.dialect, options.now, options.bind, options.root, options.plan)
            written = statement(program, asked, *given)
            if isinstance(written, str):
                kind, columns = kind_of(declared), columns_of(asked)
                sql = f"{header(declared.piece.source, asked, kind, options)}\n{written}"
                made.append(Statement(name=name, sql=sql, column=columns[0], doc=asked.doc, columns=columns, kind=kind))
            else:
                refused.extend(register.unsupported(at, u.what, options.dialect, u.reason, u.others) for u in written)
    return (tuple(made) if not refused else ()), tuple(refused)


def write_together(
    program: model.Program, scope: Scope, names: Iterable[str], options: Options
) -> tuple[tuple[Statement, ...], tuple[Diagnostic, ...]]:
    """One statement for several segments: which segment, and the key."""
    from segql.sql.together import columns_together
    from segql.sql.write import statement

    asked: list[model.Segment] = []
    refused: list[Diagnostic] = []
    for name in names:
        declared = scope.find("segment", name) or scope.find("analysis", name)
        assert declared is not None
        found, at = program.find(name), declared.at(declared.node.name)
        if not isinstance(found, model.Segment):
            refused.append(register.not_together(at, name, kind_of(declared)))
        elif asked and found.key != asked[0].key:
            refused.append(register.other_key(at, name, found.key, asked[0].name, asked[0].key))
        else:
            unfit = _unfit(found, at, options)
            refused.extend((unfit,) if unfit else ())
            asked.append(found)
    if refused:
        return (), tuple(refused)
    with collector_paused():
        given = (options.dialect, options.now, options.bind, options.root, options.plan)
        written = statement(program, tuple(asked), *given)
    first = scope.find("segment", asked[0].name)
    assert first is not None
    if not isinstance(written, str):
        at = first.at(first.node.name)
        return (), tuple(register.unsupported(at, u.what, options.dialect, u.reason, u.others) for u in written)
    title = ", ".join(segment.name for segment in asked)
    columns = columns_together(asked[0])
    sql = f"{headed(first.piece.source, f'segments {title}', options)}\n{written}"
    made = Statement(name=title, sql=sql, column=columns[1], columns=columns, kind="segments")
    return (made,), ()


def _unfit(asked: model.Segment | model.Analysis, at: Label, options: Options) -> Diagnostic | None:
    """Why the plan that is named is of no use for a segment or analysis."""
    from segql.sql.plans import fitting, misfit

    if not options.plan:
        return None
    if not isinstance(asked, model.Segment):
        return register.plan_does_not_fit(at, asked.name, options.plan, "plans are for the steps of a segment", ())
    why = misfit(asked, options.dialect, options.plan)
    if not why:
        return None
    return register.plan_does_not_fit(at, asked.name, options.plan, why, fitting(asked, options.dialect))


@contextmanager
def collector_paused() -> Iterator[None]:
    """Without Python's cycle collector: sqlglot's trees point both ways, and looking through them doubles the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def header(source: Source, asked: model.Segment | model.Analysis, kind: str, options: Options) -> str:
    """The comment above a statement: what it is, and what made it."""
    return headed(source, f"{kind} {asked.name}", options, asked.doc)


def headed(source: Source, what: str, options: Options, doc: str = "") -> str:
    """The comment above what was made of a text."""
    from segql.sql.write import versions

    lines = [*doc.splitlines(), f"{what} of {source.name.removeprefix(options.root)} ({options.dialect}; {versions()})"]
    if options.now is not None:
        lines.append(f"now is {options.now.isoformat(sep=' ')} UTC")
    return "\n".join(f"-- {_one_line(line)}" for line in lines)


def _one_line(text: str) -> str:
    """Text that cannot leave its comment line."""
    return "".join(c if c.isprintable() else " " for c in text)


def column_name(key: str) -> str:
    """The name of the column that holds a key: `usr.id` is `usr_id`."""
    return key.replace(".", "_")


def columns_of(asked: model.Segment | model.Analysis) -> tuple[str, ...]:
    """The names of the columns that a statement returns."""
    return (column_name(asked.key),) if isinstance(asked, model.Segment) else tuple(c.name for c in asked.columns)


def kind_of(declared: Declared) -> str:
    """The word that declares it: `segment`, `explore`."""
    return type(declared.node).__name__.lower()


def own_names(scope: Scope) -> tuple[str, ...]:
    """The segments and analyses that the file itself declares, not those of files that it uses."""
    assert scope.main is not None
    kinds = (scope.names[kind] for kind in ("segment", "analysis"))
    return tuple(name for names in kinds for name, declared in names.items() if declared.file is scope.main)


def start_of(source: Source) -> Label:
    """The place of a diagnostic about a whole text."""
    return Label(source=source, span=Span(0, 0))


def _missing(scope: Scope, source: Source, names: tuple[str, ...]) -> tuple[Diagnostic, ...]:
    known = scope.known("segment", "analysis")
    if not names:
        return () if scope.broken else (nothing_declared(source, known),)
    absent = [n for n in names if n not in known and n not in scope.broken]
    return tuple(register.nothing_of_that_name(_whole(source), n, nearest(n, known), known) for n in absent)


def nothing_declared(source: Source, known: tuple[str, ...] = (), kinds: str = "segment and no analysis") -> Diagnostic:
    """What there is to say about a file that has nothing to ask for; `known` are those of files that it uses."""
    return register.nothing_of_that_name(_whole(source), "", None, known, kinds)


def _whole(source: Source) -> Label:
    """A file, and no place in it."""
    return start_of(Source("", source.name))


def known_dialect(source: Source, name: str) -> tuple[Diagnostic, ...]:
    """What there is to say about a dialect that is none."""
    from segql.sql.names import DIALECT_NAMES

    if name in DIALECT_NAMES:
        return ()
    return (register.unknown_dialect(_whole(source), name, nearest(name, DIALECT_NAMES), DIALECT_NAMES),)


def _known_plan(source: Source, options: Options) -> tuple[Diagnostic, ...]:
    from segql.sql.names import PLAN_NAMES

    if not options.plan or options.plan in PLAN_NAMES:
        return ()
    return (register.unknown_plan(_whole(source), options.plan, nearest(options.plan, PLAN_NAMES), PLAN_NAMES),)
