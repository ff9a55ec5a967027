"""How every source is doing: what `status` and the status page say. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.edition import Condition, SourceHealth
from pipeline.model.history import History
from pipeline.web.urls import host_of, readable_host, speakable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.model.source import Source, SourceId


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
    )


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
