"""How every source is doing: what `status` and the status page say. Pure."""

from __future__ import annotations

from datetime import timedelta
from math import log1p
from typing import TYPE_CHECKING

from pipeline.model.edition import Condition, SourceHealth
from pipeline.model.history import History
from pipeline.web.urls import host_of, readable_host, speakable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from pipeline.model.history import Attempt
    from pipeline.model.source import Source, SourceId


#: So many of the last visits are shown.
RECENT = 20
_BARS = "▁▂▃▄▅▆▇█"


def health(
    sources: Iterable[Source], histories: Mapping[SourceId, History], items: Mapping[SourceId, int]
) -> tuple[SourceHealth, ...]:
    """The health of each source, in the order of sources.yaml. `items` counts what the archive holds of each."""
    return tuple(_one(source, histories.get(source.id, History()), items.get(source.id, 0)) for source in sources)


def _one(source: Source, history: History, items: int) -> SourceHealth:
    last = history.attempts[-1] if history.attempts else None
    return SourceHealth(
        source=source,
        condition=_condition(source, history),
        last_success=history.last_success,
        failing_since=history.failing_since or history.complained_since,
        failure=last.failure if last else None,
        complaints=history.complaints,
        entries=next((each.entries for each in reversed(history.attempts) if each.outcome == "ok"), None),
        items=items,
        next_due=history.next_due,
        notices=notices(source, history),
        recent=history.attempts[-RECENT:],
        trend=sparkline(history.attempts[-RECENT:]),
        visits=tuple((each.at, each.outcome != "failed") for each in history.attempts),
    )


def sparkline(attempts: Sequence[Attempt]) -> str:
    """What the last visits brought, a character each, oldest first: × failed, ▁ nothing new, ▂ to █ more and more that is new.

    The tallest is the most that one of them brought; steps are of equal ratio, so that a first collection doesn't flatten the rest.
    """
    most = max((each.new for each in attempts), default=0)
    return "".join(_bar(each, most) for each in attempts)


def _bar(attempt: Attempt, most: int) -> str:
    if attempt.outcome == "failed":
        return "×"
    if attempt.new == 0:
        return _BARS[0]
    share = log1p(attempt.new) / log1p(most)
    return _BARS[max(1, min(len(_BARS) - 1, round(share * (len(_BARS) - 1))))]


def overdue(healths: Iterable[SourceHealth], now: datetime) -> tuple[int, timedelta]:
    """How many sources are to be asked by now and were not, and by how much the latest of them is late."""
    late = [now - each.next_due for each in healths if each.condition != "retired" and each.next_due is not None]
    late = [each for each in late if each > timedelta(0)]
    return len(late), max(late, default=timedelta(0))


def _condition(source: Source, history: History) -> Condition:
    if history.whereabouts_of(source.url).gone_since:
        return "retired"
    if not history.attempts:
        return "new"
    if history.failures:
        return "failing"
    return "ailing" if history.complaints else "ok"


def notices(source: Source, history: History) -> tuple[str, ...]:
    """What the maintainer should write into sources.yaml, a sentence each."""
    known = history.whereabouts_of(source.url)
    sentence = None
    if known.address:
        sentence = (
            f"{speakable(source.url)} has moved for good: write `url: {speakable(known.address)}` in sources.yaml"
            " (it is asked there already)."
        )
    elif known.gone_since:
        sentence = (
            f"{readable_host(host_of(source.url))} said on {known.gone_since:%Y-%m-%d} that {speakable(source.url)} is gone"
            " for good (410), so it is not asked any more: write its new address in sources.yaml, or take the source out;"
            f" `samflode run --source {source.id}` asks once more."
        )
    return () if sentence is None else (sentence,)
