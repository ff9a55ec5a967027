"""What is due, and when next."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import schedule
from pipeline.model.history import Attempt, History
from pipeline.model.report import Failure
from pipeline.model.source import Auto, Cron, Interval
from tests.builders import NOW, source

ZONE = ZoneInfo("Europe/Stockholm")


def attempt(at=NOW, failure=None):
    return Attempt(at=at, outcome="failed" if failure else "ok", failure=failure, entries=0, new=0, seconds=0.1)


def failure(retry_after=None):
    return Failure(kind="connect", message="m", hint="h", retry_after=retry_after)


def failed(times, every=timedelta(hours=6), retry_after=None):
    """The history of a source that failed so many times in a row, and the source."""
    asked = source(every=Interval(length=every))
    history = History()
    for _ in range(times):
        history = schedule.after(
            asked, history, attempt(failure=failure(retry_after)), validators=None, held=None, zone=ZONE
        )
    return history


def test_a_source_that_was_never_asked_is_due_at_once():
    assert schedule.is_due(source(), History(), NOW, ZONE)


@pytest.mark.parametrize(
    ("early", "expected"),
    [
        pytest.param(timedelta(0), True, id="on time"),
        pytest.param(timedelta(minutes=5), True, id="cron started a little early"),
        pytest.param(timedelta(hours=1), False, id="much too early"),
    ],
)
def test_a_cron_job_that_starts_a_little_early_still_finds_its_sources_due(early, expected):
    history = schedule.after(source(), History(), attempt(), validators=None, held=(), zone=ZONE)

    assert expected == schedule.is_due(source(), history, NOW + timedelta(hours=6) - early, ZONE)


def test_a_cron_expression_is_read_in_the_archives_time_zone():
    nightly = source(every=Cron(expression="0 6 * * 1-5"))
    friday = datetime(2026, 3, 27, 12, 0, tzinfo=UTC)

    history = schedule.after(nightly, History(), attempt(friday), validators=None, held=(), zone=ZONE)

    # Summer time begins on the Sunday between: 06:00 in Stockholm is 04:00 UTC on the Monday.
    assert datetime(2026, 3, 30, 4, 0, tzinfo=UTC) == history.next_due


@pytest.mark.parametrize(
    ("times", "hours"), [(1, 6), (2, 12), (3, 24), (4, 24), (40, 24)], ids=lambda number: str(number)
)
def test_a_failing_source_is_asked_less_and_less_but_once_a_day(times, hours):
    """From the second failure on a tenth of the wait is left to chance."""
    wait = failed(times).next_due - NOW

    assert timedelta(hours=hours) * (0.9 if times > 1 else 1) <= wait <= timedelta(hours=hours)


def test_sources_that_fell_together_do_not_come_back_together():
    dues = {
        schedule.next_due(source(f"s{number}"), failed(4), NOW, ZONE).replace(microsecond=0) for number in range(100)
    }

    assert len(dues) > 90


def test_a_weekly_source_that_fails_is_asked_again_the_next_day():
    assert NOW + timedelta(days=1) == failed(1, every=timedelta(weeks=1)).next_due


def test_retry_after_is_obeyed_across_runs_up_to_a_day():
    assert NOW + timedelta(hours=10) == failed(1, retry_after=36_000).next_due
    assert NOW + timedelta(days=1) == failed(1, retry_after=10_000_000).next_due


def test_a_wait_that_the_server_asked_for_is_not_cut_short_by_a_second():
    history = failed(1, retry_after=36_000)
    ends = NOW + timedelta(hours=10)

    assert (False, True) == (
        schedule.is_due(source(), history, ends - timedelta(seconds=1), ZONE),
        schedule.is_due(source(), history, ends, ZONE),
    )


def test_a_shorter_every_holds_at_once():
    weekly = source(every=Interval(length=timedelta(weeks=1)))
    history = schedule.after(weekly, History(), attempt(), validators=None, held=(), zone=ZONE)
    later = NOW + timedelta(hours=1)

    hourly = source(every=Interval(length=timedelta(hours=1)))
    assert (False, True) == (
        schedule.is_due(weekly, history, later, ZONE),
        schedule.is_due(hourly, history, later, ZONE),
    )


def test_the_first_success_brings_a_source_back_to_its_own_pace():
    history = failed(5)
    assert NOW == history.failing_since

    mended = schedule.after(source(), history, attempt(), validators=None, held=(), zone=ZONE)

    assert (0, None, NOW, NOW + timedelta(hours=6)) == (
        mended.failures,
        mended.failing_since,
        mended.last_success,
        mended.next_due,
    )


def test_a_failure_forgets_the_validators_so_that_the_next_answer_is_read():
    assert failed(1).validators is None


def test_only_so_many_attempts_are_remembered():
    assert 100 == len(failed(130).attempts)


def visited(*visits, pause=timedelta(0), every=Auto()):
    """The history of a source of `every: auto` after visits, each the hours since the one before it and how much it found."""
    asked, history, at = source(every=every), History(), NOW
    for hours, new in visits:
        at += timedelta(hours=hours)
        done = Attempt(at=at, outcome="ok", failure=None, entries=20, new=new, seconds=0.1)
        history = schedule.after(asked, history, done, validators=None, held=(), zone=ZONE, pause=pause)
    return history


def pause_after(*visits, **more):
    history = visited(*visits, **more)
    return history.next_due - history.attempts[-1].at


@pytest.mark.parametrize(
    ("visits", "least", "most"),
    [
        pytest.param([(0, 20)], 6, 6, id="nothing is known of a new source"),
        pytest.param([(1, 1)] * 60, 0.25, 0.5, id="something new at each hourly visit"),
        pytest.param([(0.25, 0)] * 90, 12, 18, id="a day without anything"),
        pytest.param([(6, 0)] * 60, 24, 24, id="a fortnight without anything"),
        pytest.param([(6, each % 4 == 0) for each in range(60)], 7, 10, id="once a day"),
        pytest.param([(0.01, 0)] * 99, 4, 8, id="visits in a row by hand say little"),
    ],
)
def test_auto_asks_as_often_as_there_is_news(visits, least, most):
    assert least <= pause_after(*visits) / timedelta(hours=1) <= most


def test_many_items_at_once_are_one_change():
    assert pause_after((0, 1), (5, 1), (5, 0)) == pause_after((0, 1), (5, 50), (5, 0))


@pytest.mark.parametrize("rate", [4, 1, 1 / 3, 1 / 8, 1 / 30], ids=lambda rate: f"{rate:.2f} an hour")
def test_auto_finds_the_pace_of_a_source_with_any_rate(rate):
    """A third of its visits find something, between the bounds; a source that was idle for long is found again."""
    chance = random.Random(7)
    history, hours = visited((0, 20)), 0.0
    pauses = []
    for _ in range(300):
        wait = (history.next_due - history.attempts[-1].at) / timedelta(hours=1)
        pauses.append(wait)
        hours += wait
        new = chance.random() > 2.718281828 ** (-rate * wait)
        done = Attempt(at=NOW + timedelta(hours=hours), outcome="ok", failure=None, entries=20, new=new, seconds=0.1)
        history = schedule.after(source(every=Auto()), history, done, validators=None, held=(), zone=ZONE)

    usual = sorted(pauses[100:])[100]
    wanted = min(max(0.4055 / rate, 0.25), 24)
    assert 0.6 * wanted <= usual <= 1.6 * wanted


VISITS = st.lists(st.tuples(st.floats(0.001, 2_000), st.integers(0, 50)), min_size=1, max_size=30)
PAUSES = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400))


@given(VISITS, PAUSES)
def test_auto_keeps_its_bounds_and_what_the_source_asks_for(visits, pause):
    found = pause_after(*visits, pause=pause)

    assert timedelta(minutes=15) <= found <= timedelta(days=1)
    assert found >= min(pause, timedelta(days=1))


@given(VISITS, st.data())
def test_auto_never_asks_less_because_more_was_found(visits, data):
    at = data.draw(st.integers(0, len(visits) - 1))
    fewer = [(hours, 0 if at == number else new) for number, (hours, new) in enumerate(visits)]
    more = [(hours, 1 if at == number else new) for number, (hours, new) in enumerate(visits)]

    assert pause_after(*more) <= pause_after(*fewer)


@given(st.integers(1, 12), st.integers(1, 100_000), st.one_of(st.none(), st.integers(0, 10**9)))
def test_a_failing_source_is_asked_within_a_day_and_not_before_the_server_allows(times, minutes, retry_after):
    every = Interval(length=timedelta(minutes=minutes))
    wait = failed(times, every=every.length, retry_after=retry_after).next_due - NOW

    assert min(timedelta(seconds=retry_after or 0), timedelta(days=1)) <= wait <= timedelta(days=1)
    assert wait >= 0.9 * min(every.length, timedelta(days=1))


def test_a_source_of_auto_that_fails_comes_back_at_the_pace_that_it_had():
    busy = visited(*[(1, 1)] * 60)
    down = schedule.after(
        source(every=Auto()), busy, attempt(busy.next_due, failure()), validators=None, held=None, zone=ZONE
    )
    back = schedule.after(source(every=Auto()), down, attempt(down.next_due), validators=None, held=(), zone=ZONE)

    assert back.next_due - down.next_due < timedelta(hours=1)
