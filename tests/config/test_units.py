"""Amounts with units are read as they are written, and what has no unit is asked for one."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config.units import cron, duration, every, limit, pause, size, span
from pipeline.config.wording import Unfit
from pipeline.model.source import Auto, Cron, Interval


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("15m", 900), ("6h", 21_600), ("2d", 172_800), ("1w", 604_800), ("0.5s", 0.5), ("0s", 0)],
)
def test_a_duration_is_a_number_and_a_unit(text, seconds):
    assert timedelta(seconds=seconds) == duration(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("500kB", 500_000), ("10MB", 10_000_000), ("1GB", 1_000_000_000), ("2000B", 2_000), ("1.5MB", 1_500_000)],
)
def test_a_size_is_a_number_and_a_unit_of_thousands(text, number):
    assert number == size(text)


@pytest.mark.parametrize(
    ("read", "value", "advice"),
    [
        (duration, "6 h", "write 6h"),
        (duration, "6H", "write 6h"),
        (duration, "30min", "write 30m"),
        (duration, "2 veckor", "write 2w"),
        (duration, "30", "write 30h or 30m"),
        (pause, 2, "write 2s or 2m"),
        (span, "7", "write 7d or 7h"),
        (limit, "0s", "write a longer duration, such as 30s"),
        (span, "0d", "write a longer duration, such as 30d"),
        (duration, "9999w", "write a shorter duration, such as 30d"),
        (duration, "-6h", "write a number and s, m, h, d or w, such as 30s, 15m, 6h, 2d or 1w"),
        (duration, None, "write a number and s, m, h, d or w, such as 30s, 15m, 6h, 2d or 1w"),
        (duration, True, "write a number and s, m, h, d or w, such as 30s, 15m, 6h, 2d or 1w"),
        (size, "10MiB", "write 10MB"),
        (size, "10 mb", "write 10MB"),
        (size, 10_000_000, "write 10000000kB or 10000000MB"),
        (size, "big", "write a number and kB or MB, such as 500kB or 10MB"),
        (every, "@daily", "write 1d"),
        (every, "Automatic", "write auto"),
        (every, "06:30", 'write "30 6 * * *" for every day at 06:30'),
    ],
)
def test_what_is_meant_is_proposed(read, value, advice):
    with pytest.raises(Unfit) as caught:
        read(value)

    assert advice == caught.value.advice


@pytest.mark.parametrize("text", ["0 6 * * 1-5", "*/15 * * * *", "0 6 1 * *", "0 6 * * MON,FRI", "0  6 * *  7"])
def test_a_schedule_of_five_fields_is_a_cron_expression(text):
    assert Cron(expression=" ".join(text.split())) == every(text)


@pytest.mark.parametrize("text", ["", "* * * *", "60 * * * *", "0 6 30 2 *", "a b c d e", "0 0 6 * * *"])
def test_a_schedule_that_never_comes_or_is_none_is_refused(text):
    with pytest.raises(Unfit):
        cron(text)


@given(st.integers(1, 500), st.sampled_from("smhdw"))
def test_every_duration_of_the_contract_is_a_schedule(number, unit):
    assert Interval(length=duration(f"{number}{unit}")) == every(f"{number}{unit}")


@given(st.text() | st.integers() | st.floats() | st.none() | st.lists(st.text()))
def test_any_value_is_read_or_refused(value):
    for read in (duration, size, every, pause, limit, span):
        with suppress(Unfit):
            read(value)


def test_auto_leaves_the_schedule_to_the_source():
    assert Auto() == every(" auto ")
