"""How every source is doing: what `status` and the status page say. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.edition import Condition, SourceHealth
from pipeline.model.history import History

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
        condition=_condition(history),
        last_success=history.last_success,
        failing_since=history.failing_since or history.complained_since,
        failure=last.failure if last else None,
        complaints=history.complaints,
        entries=next((each.entries for each in reversed(history.attempts) if each.outcome == "ok"), None),
        items=items,
        next_due=history.next_due,
    )


def _condition(history: History) -> Condition:
    if not history.attempts:
        return "new"
    if history.failures:
        return "failing"
    return "ailing" if history.complaints else "ok"
