"""What a query asks of a record, and in which order records come: the same in every store."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pipeline.model.item import Record
    from pipeline.model.query import Query


def dated(record: Record) -> datetime:
    """When an item was published, or first seen where its source does not say."""
    return record.item.published.at if record.item.published else record.first_seen


def newest_first(record: Record) -> tuple[float, str]:
    """The sorting key of records: the newest first, then by id."""
    return (-dated(record).timestamp(), record.item.id)


def matches(record: Record, query: Query) -> bool:
    """Whether a record is what the query asks for."""
    item = record.item
    return (
        (not query.sources or item.source in query.sources)
        and (not query.languages or item.language in query.languages)
        and (not query.topics or any(topic in query.topics for topic in record.topics))
        and (query.since is None or dated(record) >= query.since)
        and (query.until is None or dated(record) < query.until)
    )


def newest(records: Iterable[Record], query: Query) -> Record | None:
    """Of some records the first that a query gives; None where it gives none of them."""
    return min((record for record in records if matches(record, query)), key=newest_first, default=None)
