"""Instants that are kept as numbers: the number of a unit since 1970 that a window is compared with."""

from __future__ import annotations

import datetime as dt
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segql.engine.trial import kept
from segql.semantics import model
from segql.sql.scan import first_at

EPOCH = dt.datetime(1970, 1, 1)
UNITS = {
    "seconds": dt.timedelta(seconds=1),
    "milliseconds": dt.timedelta(milliseconds=1),
    "microseconds": dt.timedelta(microseconds=1),
}
NUMBERS = st.integers(-60_000_000_000, 250_000_000_000)  # as seconds, within the years of Python's calendar


@given(unit=st.sampled_from(get_args(model.EpochUnit)), at=st.datetimes())
def test_a_number_is_before_an_edge_exactly_if_its_instant_is(unit: model.EpochUnit, at: dt.datetime) -> None:
    edge = first_at(at, unit)
    assert (edge - 1) * UNITS[unit] < at - EPOCH <= edge * UNITS[unit]


@given(unit=st.sampled_from(get_args(model.EpochUnit)), number=NUMBERS)
def test_an_instant_is_kept_as_its_number(unit: model.EpochUnit, number: int) -> None:
    assert kept(EPOCH + number * UNITS[unit], unit) == number


@pytest.mark.parametrize("value", [None, 5, "text"])
def test_other_values_are_kept_as_they_are(value: object) -> None:
    assert kept(value, "seconds") == value
    assert kept(dt.datetime(2026, 1, 1), None) == dt.datetime(2026, 1, 1)
