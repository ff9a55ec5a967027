"""What a query asks of a record, and in which order records come: the same in every store."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from pipeline.model.item import Record
    from pipeline.model.query import Query

#: Of what a search finds, so many are asked for first, and then so many times as many.
_FIRST_PAGE, _FURTHER = 100, 4


def best_first(page: Callable[[int, int], Sequence[tuple[float, str]]]) -> Iterator[tuple[float, str]]:
    """Score and id of all that a search finds, each id once; `page` gives so many after so many.

    Only what is taken is in memory, and the rest of its page; between two pages nobody waits for who reads.
    """
    told: set[str] = set()
    limit = _FIRST_PAGE
    while True:
        rows = page(limit, len(told))
        for score, each in rows:
            if each not in told:
                told.add(each)
                yield score, each
        if len(rows) < limit:
            return
        limit *= _FURTHER


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
