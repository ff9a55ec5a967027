"""What is due, and when next: pure, `now` is an argument.

A source is due again one `every` after the start of the run that asked it. A source that fails is asked less and less often: at
its usual time after the first failure, then after twice the wait each time, a little sooner than that by chance so that sources
that fell together don't come back together, and at least once a day. It is back at its own pace with the first success. A
server's Retry-After (RFC 9110, section 10.2.3) lengthens the wait, up to a day, and is never cut short.

`every: auto`. A source brings something new as by a Poisson process, at a rate that is about that of its last weeks: a visit
after the time d finds something with the probability 1 - exp(-rate · d). Whether a visit found something is all that it tells, for
ten items that came at once are one change. The rate is the one under which the visits found what they found with the greatest
likelihood, at whatever distances they were made (J. Cho, H. Garcia-Molina: Estimating frequency of change, ACM Transactions on
Internet Technology 3(3), 2003); a visit counts half as much for each week of its age, and three more visits, six hours apart, of
which one found something, stand for what is usual. The pause is the one after which every third visit finds something. It is no
shorter than the source asks for (`ttl`, `sy:updatePeriod`, Cache-Control, Expires), and between a quarter of an hour and a day.

What it comes to for sources that publish on working days from eight to five (simulated; visits a day, mean delay in hours): 2 items
a week 1.8, 7.7; 15 items 3.7, 3.5; 50 items 6.1, 2.0; 200 items 10, 1.3. A fixed pace of six hours: 4, 2.8.

Known mistakes: a source with office hours is asked as often by night; one that brings everything on one day of the week is asked
evenly over the week; after a summer's silence the first news is up to a day late.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.model.history import REMEMBERED_ATTEMPTS, Attempt, History
from pipeline.model.source import Auto, Cron, Interval, Source, SourceId

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from pipeline.model.capture import Validators
    from pipeline.model.item import ItemId

#: The longest that a failing source is left alone, and one of `every: auto`.
LONGEST_WAIT = timedelta(days=1)
#: The shortest pause of `every: auto`.
SHORTEST_PAUSE = timedelta(minutes=15)
#: A cron job that is started every six hours starts some seconds early or late: a source of `every: 6h` is due all the same.
LARGEST_SLACK = timedelta(minutes=15)
#: Of a pause that the source itself had a say in.
LEAST_SLACK = timedelta(minutes=1)
SLACK_SHARE = 10
#: The part of a failing source's wait that is left to chance.
JITTER = 0.1
#: How far apart the visits are that stand for what is usual.
_USUAL = timedelta(hours=6)
#: One visit in so many is to find something.
_VISITS_A_FIND = 3
_HALF_LIFE = timedelta(weeks=1)
#: Halvings of the range of pauses: 96-fold, so that the pause is right to the second.
_STEPS = 24


def due(
    sources: Iterable[Source], histories: Mapping[SourceId, History], now: datetime, zone: ZoneInfo
) -> tuple[Source, ...]:
    """The sources to collect at `now`, in their own order. `zone` is the archive's: cron expressions are read in it."""
    return tuple(source for source in sources if is_due(source, histories.get(source.id, History()), now, zone))


def is_due(source: Source, history: History, now: datetime, zone: ZoneInfo) -> bool:
    """Whether the source is to be asked at `now`; one that never was is due at once, and one whose `every` is shorter now, sooner."""
    if history.next_due is None:
        return True
    planned = history.next_due
    if history.attempts and _may_be_shorter(source, history):
        planned = min(planned, next_due(source, history, history.attempts[-1].at, zone))
    return now >= planned - _slack(source, history, planned)


def next_due(source: Source, history: History, started: datetime, zone: ZoneInfo) -> datetime:
    """When to ask again (UTC) after the attempts in `history`, the last of which began at `started`.

    `zone` is the archive's: cron expressions are read in it.
    """
    regular = _regular(source, history, started, zone)
    if not history.failures:
        return regular
    wait: timedelta = min((regular - started) * 2.0 ** min(history.failures - 1, 20), LONGEST_WAIT)
    if history.failures > 1:
        wait *= 1 - JITTER * _chance(source, started)
    return started + max(wait, _retry_after(history))


def after(
    source: Source,
    history: History,
    attempt: Attempt,
    *,
    validators: Validators | None,
    held: Sequence[ItemId] | None,
    zone: ZoneInfo,
    pause: timedelta | None = None,
) -> History:
    """The history with one more attempt. `held` is what the source held this time, `pause` the one that its answer asks for.

    None in either: what it was before.
    """
    if attempt.failure is None:
        changed = replace(history, last_success=attempt.at, failing_since=None, failures=0, validators=validators)
        if held is not None:
            changed = replace(changed, held=tuple(held))
        if pause is not None:
            changed = replace(changed, pause=pause)
    else:
        changed = replace(
            history, failing_since=history.failing_since or attempt.at, failures=history.failures + 1, validators=None
        )
    changed = replace(changed, attempts=(*history.attempts, attempt)[-REMEMBERED_ATTEMPTS:])
    return replace(changed, next_due=next_due(source, changed, attempt.at, zone))


def pace(history: History, now: datetime) -> timedelta:
    """The pause of `every: auto` at `now`, between SHORTEST_PAUSE and LONGEST_WAIT."""
    likeliest = _likeliest_pause(_visits(history.attempts, now))
    return min(max(likeliest, history.pause, SHORTEST_PAUSE), LONGEST_WAIT)


def _visits(attempts: Sequence[Attempt], now: datetime) -> list[tuple[float, bool, float]]:
    """Of each visit that answered: the seconds since the one before it, whether it found something, and how much it counts."""
    visits = [(_USUAL.total_seconds(), found, 1.0) for found in (True, False, False)]
    before: datetime | None = None
    for attempt in attempts:
        if attempt.failure is not None:
            continue
        if before is not None and attempt.at > before:
            age = max(now - attempt.at, timedelta(0)) / _HALF_LIFE
            visits.append(((attempt.at - before).total_seconds(), attempt.new > 0, 0.5**age))
        before = attempt.at
    return visits


def _likeliest_pause(visits: Sequence[tuple[float, bool, float]]) -> timedelta:
    """The pause after which one visit in _VISITS_A_FIND finds something, where the rate is the likeliest: the slope of the likelihood falls with it, and is nought there."""
    idle = sum(weight * length for length, found, weight in visits if not found)
    shortest, longest = SHORTEST_PAUSE.total_seconds(), LONGEST_WAIT.total_seconds()
    for _ in range(_STEPS):
        pause = math.sqrt(shortest * longest)
        rate = -math.log(1 - 1 / _VISITS_A_FIND) / pause
        # More than 700 rates' worth of waiting would overflow, and says nothing more.
        found_at = sum(
            weight * length / math.expm1(min(rate * length, 700.0)) for length, found, weight in visits if found
        )
        if found_at > idle:
            longest = pause
        else:
            shortest = pause
    return timedelta(seconds=round(math.sqrt(shortest * longest)))


def _regular(source: Source, history: History, started: datetime, zone: ZoneInfo) -> datetime:
    match source.every:
        case Interval(length=length):
            return started + length
        case Auto():
            return started + pace(history, started)
        case Cron(expression=expression):
            from cronsim import CronSim

            following = next(CronSim(expression, started.astimezone(zone)))
            return following.astimezone(UTC)


def _retry_after(history: History) -> timedelta:
    """The wait that the server asked for at the last attempt, if that failed, up to a day."""
    failure = history.attempts[-1].failure if history.attempts and history.failures else None
    seconds = 0.0 if failure is None or failure.retry_after is None else failure.retry_after
    return min(timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds())), LONGEST_WAIT)


def _may_be_shorter(source: Source, history: History) -> bool:
    """Whether `every` can have become shorter since the next visit was planned; the pace of `auto` costs something to find."""
    if not isinstance(source.every, Auto):
        return True
    return history.next_due is not None and history.next_due - history.attempts[-1].at > LONGEST_WAIT


def _slack(source: Source, history: History, planned: datetime) -> timedelta:
    """How much too early is early enough."""
    if isinstance(source.every, Cron) or _retry_after(history):
        return timedelta(0)
    if not history.attempts:
        return LEAST_SLACK
    wait = max(planned - history.attempts[-1].at, timedelta(0))
    return min(wait / SLACK_SHARE, LEAST_SLACK if isinstance(source.every, Auto) else LARGEST_SLACK)


def _chance(source: Source, started: datetime) -> float:
    """A number between 0 and 1 that is another for each source and each time, and the same when it is asked for again."""
    digest = hashlib.blake2b(f"{source.id} {started.isoformat()}".encode(), digest_size=4).digest()
    return int.from_bytes(digest) / 2**32
