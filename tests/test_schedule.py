"""What is due, and when next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipeline import schedule
from pipeline.model.history import Attempt, History
from pipeline.model.report import Failure
from pipeline.model.source import Cron, Interval
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
    assert schedule.is_due(source(), History(), NOW)


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

    assert expected == schedule.is_due(source(), history, NOW + timedelta(hours=6) - early)


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
    assert NOW + timedelta(hours=hours) == failed(times).next_due


def test_a_weekly_source_that_fails_is_asked_again_the_next_day():
    assert NOW + timedelta(days=1) == failed(1, every=timedelta(weeks=1)).next_due


def test_retry_after_is_obeyed_across_runs_up_to_a_day():
    assert NOW + timedelta(hours=10) == failed(1, retry_after=36_000).next_due
    assert NOW + timedelta(days=1) == failed(1, retry_after=10_000_000).next_due


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
