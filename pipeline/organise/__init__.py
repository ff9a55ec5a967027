"""4 · items → stories and changes. A snapshot of the archive goes in, what changes in it comes out. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.model.change import Changes, Snapshot
from pipeline.model.corrections import Corrections
from pipeline.model.item import Item, ItemId, Record
from pipeline.organise.corrections import joined, split_off
from pipeline.organise.revisions import known, merged_keys, moved, revised, seen_before, tells_later
from pipeline.organise.stories import Shelf, founded, reasons
from pipeline.organise.topics import topics_of

__all__ = ["joined", "organise", "reasons", "split_off", "topics_of"]

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pipeline.model.config import Topic
    from pipeline.model.story import Story, StoryId

NONE = Corrections()


def organise(
    items: Sequence[Item],
    snapshot: Snapshot,
    *,
    topics: Sequence[Topic],
    now: datetime,
    departed: Sequence[Record] = (),
    last_held: datetime | None = None,
    older: bool = False,
    corrections: Corrections = NONE,
    language: str | None = None,
) -> tuple[Changes, tuple[ItemId, ...]]:
    """What the items of one source change in the archive, and the ids under which the archive holds them, each once.

    `snapshot` is the part of the archive that they could touch. `departed` are records that the source held at `last_held`
    and may hold no more. With `older` the items stood on an older page, which seldom knows better than the archive. What a maintainer
    said in `corrections` is stronger than any likeness. `language` is the archive's own, in which readers like to be told. The same items
    a second time change nothing.
    """
    before = {record.item.id: record for record in (*departed, *snapshot.records)}
    shelf = Shelf(
        corrections=corrections, language=language, asked=frozenset(key for item in items for key in item.keys)
    )
    for record in before.values():
        shelf.put(record)
    shelf.stories.update((story.id, story) for story in snapshot.stories)

    surely = {sure.item.id for item in items if (sure := known(item, shelf.found)) is not None}
    held: dict[ItemId, None] = {}
    for item in items:
        old = known(item, shelf.found) or shelf.records.get(item.id) or moved(item, shelf.found, surely | held.keys())
        if old is None:
            shelf.put(_fresh(item, topics, now))
            shelf.place(item.id)
        elif old.item.id in held:
            shelf.put(_with_keys(old, item))
        elif not seen_before(item, old) and (not older or tells_later(item, old)):
            again = revised(old, item, now)
            shelf.put(replace(again, topics=topics_of(again.item, topics)))
            shelf.place(old.item.id)
        held[item.id if old is None else old.item.id] = None

    shelf.settle()
    for record in departed:
        if record.item.id not in held and last_held is not None:
            current = shelf.records[record.item.id]
            shelf.put(replace(current, last_seen=max(current.last_seen, last_held)))
    return _changes(shelf, before, {story.id: story for story in snapshot.stories}), tuple(held)


def _fresh(item: Item, topics: Sequence[Topic], now: datetime) -> Record:
    return Record(item=item, story=founded(item.id), topics=topics_of(item, topics), first_seen=now, last_seen=now)


def _with_keys(record: Record, item: Item) -> Record:
    """The record, found under the keys of another spelling of its entry as well."""
    return replace(record, item=replace(record.item, keys=merged_keys(record.item.keys, item.keys)))


def _changes(shelf: Shelf, records: Mapping[ItemId, Record], stories: Mapping[StoryId, Story]) -> Changes:
    """How what is on the shelf differs from what was there before."""
    added, revisions, amended = [], [], []
    for record in shelf.records.values():
        old = records.get(record.item.id)
        if old is None:
            added.append(record)
        elif len(record.history) > len(old.history):
            revisions.append(record)
        elif record != old:
            amended.append(record)
    return Changes(
        added=tuple(added),
        revised=tuple(revisions),
        amended=tuple(amended),
        stories=tuple(story for story in shelf.stories.values() if stories.get(story.id) != story),
        joined=tuple(story for story in shelf.joined if story in stories),
    )
