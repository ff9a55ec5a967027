"""What is due, and when next: pure, `now` is an argument.

A source is due again one `every` after the start of the run that asked it. A source that fails is asked less and less often,
twice the wait after each failure, but at least once a day; it is back at its own pace with the first success. A server's
Retry-After (RFC 9110, section 10.2.3) lengthens the wait, up to a day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.model.history import REMEMBERED_ATTEMPTS, Attempt, History
from pipeline.model.source import Cron, Interval, Source, SourceId

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from pipeline.model.capture import Validators
    from pipeline.model.item import ItemId

#: The longest that a failing source is left alone.
LONGEST_WAIT = timedelta(days=1)
#: A cron job that is started every six hours starts some seconds early or late: a source of `every: 6h` is due all the same.
LARGEST_SLACK = timedelta(minutes=15)
SLACK_SHARE = 10


def due(sources: Iterable[Source], histories: Mapping[SourceId, History], now: datetime) -> tuple[Source, ...]:
    """The sources to collect at `now`, in their own order."""
    return tuple(source for source in sources if is_due(source, histories.get(source.id, History()), now))


def is_due(source: Source, history: History, now: datetime) -> bool:
    """Whether the source is to be asked at `now`; a source that never was is due at once."""
    return history.next_due is None or now >= history.next_due - _slack(source)


def next_due(source: Source, history: History, started: datetime, zone: ZoneInfo) -> datetime:
    """When to ask again (UTC) after the attempts in `history`, the last of which began at `started`.

    `zone` is the archive's: cron expressions are read in it.
    """
    regular = _regular(source, started, zone)
    if not history.failures:
        return regular
    wait: timedelta = min((regular - started) * 2.0 ** min(history.failures - 1, 20), LONGEST_WAIT)
    failure = history.attempts[-1].failure if history.attempts else None
    if failure is not None and failure.retry_after is not None:
        wait = max(wait, min(timedelta(seconds=failure.retry_after), LONGEST_WAIT))
    return started + wait


def after(
    source: Source,
    history: History,
    attempt: Attempt,
    *,
    validators: Validators | None,
    held: Sequence[ItemId] | None,
    zone: ZoneInfo,
) -> History:
    """The history with one more attempt. `held` is what the source held this time; None: what it held before."""
    if attempt.failure is None:
        changed = replace(history, last_success=attempt.at, failing_since=None, failures=0, validators=validators)
        if held is not None:
            changed = replace(changed, held=tuple(held))
    else:
        changed = replace(
            history, failing_since=history.failing_since or attempt.at, failures=history.failures + 1, validators=None
        )
    changed = replace(changed, attempts=(*history.attempts, attempt)[-REMEMBERED_ATTEMPTS:])
    return replace(changed, next_due=next_due(source, changed, attempt.at, zone))


def _regular(source: Source, started: datetime, zone: ZoneInfo) -> datetime:
    match source.every:
        case Interval(length=length):
            return started + length
        case Cron(expression=expression):
            from cronsim import CronSim

            following = next(CronSim(expression, started.astimezone(zone)))
            return following.astimezone(UTC)


def _slack(source: Source) -> timedelta:
    match source.every:
        case Interval(length=length):
            return min(length / SLACK_SHARE, LARGEST_SLACK)
        case Cron():
            return timedelta(0)
