"""An archive brought from one store into another, whatever both are made of."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice, pairwise
from typing import TYPE_CHECKING, TypeVar

from pipeline.errors import UsageError
from pipeline.model.change import Changes
from pipeline.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pipeline.archive.port import Archive

T = TypeVar("T")

#: Records in one commit.
_AT_ONCE = 500


def migrate(source: Archive, target: Archive, *, now: datetime, progress: Callable[[int], None]) -> int:
    """Copies everything, oldest first, and says how many items there are; `progress` hears how many are over.

    What was copied before, by a migration that was stopped, is copied again, which changes nothing. Raises UsageError where the target
    holds what the source does not.
    """
    there, here = target.count(), source.count()
    if any(items > here.by_source.get(name, 0) for name, items in there.by_source.items()):
        raise UsageError(
            f"the other store holds {there.items} items already, and not only these",
            hint="Name an empty folder or database. Nothing was changed.",
        )
    done = 0
    for since, until in pairwise([None, *_months(now), None]):
        # Of one month at a time the oldest first, so that the newest of those that share a key stay the newest.
        records = list(source.records(Query(since=since, until=until)))[::-1]
        for some in _some_of(records):
            target.commit(Changes(added=some), {})
            done += len(some)
            progress(done)
        target.checkpoint()
    for stories in _some_of(source.stories()):
        target.commit(Changes(stories=stories), {})
    target.commit(Changes(), source.histories())
    target.checkpoint()
    return done


def _months(now: datetime) -> Iterator[datetime]:
    """The first of each month, from before the oldest news to after the newest."""
    for year in range(1990, now.year + 3):
        for month in range(1, 13):
            yield datetime(year, month, 1, tzinfo=UTC)


def _some_of(things: Iterable[T]) -> Iterator[tuple[T, ...]]:
    """All of them, so many at once as go into a commit."""
    rest = iter(things)
    while some := tuple(islice(rest, _AT_ONCE)):
        yield some
