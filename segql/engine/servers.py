"""Work on a database that a URL names: watched, so that it can be ended there, and with its troubles in our words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from segql.compiler import Statement
from segql.engine import drivers, live
from segql.engine.addresses import Address
from segql.engine.patience import OutOfTime, patiently
from segql.engine.sessions import Rows, Session, Writer
from segql.engine.spool import Kept, Row
from segql.engine.troubles import Misdeclared, Trouble, kind_of, words_of

T = TypeVar("T")
S = TypeVar("S", bound=Session | Writer)


@contextmanager
def asked(
    address: Address,
    statement: Statement,
    fits: Callable[[live.Tables], None],
    limit: int | None = None,
    seconds: float | None = None,
) -> Iterator[Kept]:
    """The rows that a statement gives: the first `limit` of them, all here before the first is looked at.

    `fits` gets the tables first, if there is a catalogue. Raises what it raises, and Trouble. On Ctrl-C, and when its time is over, the query is ended on the server.
    """
    kept = Kept()

    driver = drivers.BY_SCHEME[address.scheme]

    def work(session: Session) -> None:
        _look(driver, session, fits)
        found = session.rows(statement.sql)
        kept.fill(found.columns or statement.columns, found.batches, limit)

    try:
        working(address, work, seconds)
        yield kept
    finally:
        kept.close()


def _look(driver: drivers.Driver, session: Session, fits: Callable[[live.Tables], None]) -> None:
    try:
        found = live.tables(driver, session)
    except Exception as error:
        if kind_of(error) == "lost":
            raise
        return  # without a catalogue, the query itself tells what is not there
    fits(found)


def tables(address: Address, seconds: float | None = None) -> live.Tables:
    """The tables of a database, as its catalogue has them. Raises Trouble."""
    driver = drivers.BY_SCHEME[address.scheme]
    return working(address, lambda session: live.tables(driver, session), seconds)


def working(address: Address, work: Callable[[Session], T], seconds: float | None = None) -> T:
    """Opens a session, works with it and closes it. Raises Trouble."""
    return _watched(address, drivers.BY_SCHEME[address.scheme].open, work, seconds)


def answers(address: Address, queries: tuple[str, ...], seconds: float | None = None) -> list[list[Row] | Trouble]:
    """What each of several queries gives, in one session: its rows, or why there are none.

    A query that is refused is passed over; what keeps the others from being asked, too, is the last answer.
    """
    open = drivers.BY_SCHEME[address.scheme].open
    found: list[list[Row] | Trouble] = []

    def work(session: Ending) -> None:
        for query in queries[len(found) :]:
            found.append([row for batch in session.rows(query).batches for row in batch])

    while len(found) < len(queries):
        try:
            _watched(address, lambda driver, at: Ending(open(driver, at)), work, seconds)
        except Trouble as trouble:
            found.append(trouble)
            if trouble.kind != "refused":
                break
    return found


class Ending:
    """A session in which no query follows one that was cancelled."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ended = False

    def rows(self, sql: str) -> Rows:
        """As the session does it, until it is cancelled."""
        if self._ended:
            raise InterruptedError
        return self._session.rows(sql)

    def cancel(self) -> None:
        """Ends the query that runs, and lets no other begin."""
        self._ended = True
        self._session.cancel()

    def close(self) -> None:
        """Ends the session."""
        self._session.close()


def writing(address: Address, open: Callable[[Any, Address], Writer], work: Callable[[Writer], T]) -> T:
    """Opens a writer, works with it and closes it. Raises Trouble; what was not committed then never was."""
    return _watched(address, open, work, None)


def _watched(address: Address, open: Callable[[Any, Address], S], work: Callable[[S], T], seconds: float | None) -> T:
    sessions: list[S] = []

    def do() -> T:
        session = drivers.connected(address, open)
        sessions.append(session)
        try:
            return work(session)
        finally:
            session.close()

    def cancel() -> bool:
        for session in sessions:
            session.cancel()
        return bool(sessions)  # a server that has not answered yet is not waited for

    try:
        return patiently(do, cancel, seconds)
    except (Trouble, Misdeclared):
        raise
    except OutOfTime as error:
        trouble = Trouble("time", f"{error.seconds:g} s")
    except Exception as error:  # noqa: BLE001  # drivers have classes of their own
        trouble = Trouble(kind_of(error), address.scrubbed(words_of(error)))
    raise trouble  # out here, without the driver's exception, which may hold a secret
