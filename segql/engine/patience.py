"""Waiting for a database so that a person is heard: drivers hear Ctrl-C only between two calls."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import TypeVar

LAST = 10.0  # seconds that a database has to let go of a query

T = TypeVar("T")


class OutOfTime(Exception):
    """The time that there was for a query is over, and the query was ended."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:g} s")
        self.seconds = seconds


def patiently(work: Callable[[], T], cancel: Callable[[], object], seconds: float | None = None) -> T:
    """The value of some work, done in a thread. At Ctrl-C, and when its time is over, `cancel` is called.

    It gives False where there is nothing to wait for. Raises what the work raises, KeyboardInterrupt and OutOfTime; then the work has ended, or ends with the process.
    """
    done = threading.Event()
    made: list[T] = []
    failed: list[Exception] = []

    def do() -> None:
        try:
            made.append(work())
        except Exception as error:  # noqa: BLE001  # raised again below
            failed.append(error)
        finally:
            done.set()

    threading.Thread(target=do, daemon=True).start()
    end = None if seconds is None else time.monotonic() + seconds
    try:
        while not done.wait(0.1):  # a wait without an end would not hear Ctrl-C everywhere
            if end is not None and time.monotonic() >= end:
                _end(cancel, done)
                raise OutOfTime(seconds or 0)
    except KeyboardInterrupt:
        _end(cancel, done)
        raise
    if failed:
        raise failed[0]
    return made[0]


def _end(cancel: Callable[[], object], done: threading.Event) -> None:
    with contextlib.suppress(Exception):  # of a server that does not listen any more there is nothing to say
        if cancel() is False:
            return
    done.wait(LAST)
