"""4 · items → stories and changes. Records of the archive go in, what changes in it comes out. Pure.

In two steps, so that no more of the archive is read than is needed: `compared` says which items are new and which are one with others,
and `settled` puts them into their stories. `organise` does both, where everything is at hand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.model.change import Changes, Snapshot
from pipeline.model.corrections import Corrections
from pipeline.model.item import Item, ItemId, Record
from pipeline.organise.corrections import joined, split_off
from pipeline.organise.joining import Joining
from pipeline.organise.revisions import known, merged_keys, moved, revised, seen_before, tells_later, unseen
from pipeline.organise.shelf import Shelf
from pipeline.organise.stories import founded, reasons
from pipeline.organise.topics import topics_of

__all__ = ["Compared", "compared", "joined", "organise", "reasons", "settled", "split_off", "topics_of", "unseen"]

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pipeline.model.config import Topic
    from pipeline.model.item import IdentityKey
    from pipeline.model.story import Story, StoryId

NONE = Corrections()


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What the items of one source are to the archive, before they are in their stories."""

    #: Records as they were, and as they are now.
    before: Mapping[ItemId, Record]
    records: Mapping[ItemId, Record]
    #: The items that are to be put into stories, in this order, each with those that are one with it, and whether surely.
    partners: Mapping[ItemId, Mapping[ItemId, bool]]
    #: The ids under which the archive holds the items, each once.
    held: tuple[ItemId, ...]

    @property
    def stories(self) -> frozenset[StoryId]:
        """The stories that this may touch, of those that were there before."""
        asked = {each for placed, others in self.partners.items() for each in (placed, *others)}
        return frozenset(self.before[each].story for each in asked & self.before.keys())


def compared(
    items: Sequence[Item],
    near: Sequence[Record],
    *,
    topics: Sequence[Topic],
    now: datetime,
    seen: Mapping[IdentityKey, ItemId] | None = None,
    departed: Sequence[Record] = (),
    last_held: datetime | None = None,
    older: bool = False,
    corrections: Corrections = NONE,
) -> Compared:
    """What the items of one source are to the records of the archive that are `near` to them.

    `seen` are the versions ("v:" keys) of items of which nothing comes (`unseen`), with the ids of these: their records need not be
    there. `departed` are records that the source held at `last_held` and may hold no more. With `older` the items
    stood on an older page, which seldom knows better than the archive. What a maintainer said in `corrections` is stronger than any
    likeness.
    """
    passed = {at: seen[key] for at, item in enumerate(items) for key in item.keys if key in seen} if seen else {}
    fresh = [item for at, item in enumerate(items) if at not in passed]
    before = {record.item.id: record for record in (*departed, *near)}
    shelf = Shelf(corrections=corrections, asked=frozenset(key for item in fresh for key in item.keys))
    for record in before.values():
        shelf.put(record)

    surely = {*passed.values(), *(sure.item.id for item in fresh if (sure := known(item, shelf.found)) is not None)}
    held: dict[ItemId, None] = {}
    partners: dict[ItemId, Mapping[ItemId, bool]] = {}
    for at, item in enumerate(items):
        if at in passed:
            held[passed[at]] = None
            continue
        old = known(item, shelf.found) or shelf.records.get(item.id) or moved(item, shelf.found, surely | held.keys())
        if old is None:
            shelf.put(_fresh(item, topics, now))
            partners[item.id] = shelf.partners(item.id)
        elif old.item.id in held:
            shelf.put(_with_keys(old, item))
        elif not seen_before(item, old) and (not older or tells_later(item, old)):
            again = revised(old, item, now)
            shelf.put(replace(again, topics=topics_of(again.item, topics)))
            partners[old.item.id] = shelf.partners(old.item.id)
        held[item.id if old is None else old.item.id] = None

    for record in departed:
        if record.item.id not in held and last_held is not None:
            current = shelf.records[record.item.id]
            shelf.put(replace(current, last_seen=max(current.last_seen, last_held)))
    return Compared(before=before, records=shelf.records, partners=partners, held=tuple(held))


def settled(found: Compared, told: Snapshot, *, language: str | None = None) -> Changes:
    """What changes in the archive when the items are in their stories; the same items a second time change nothing.

    `told` has the stories of `found.stories`, with all of their records. `language` is the archive's own, in which readers like to be told.
    """
    before = {record.item.id: record for record in told.records} | {**found.before}
    stories = {story.id: story for story in told.stories}
    joining = Joining(records=before | {**found.records}, stories={**stories}, language=language)
    for item, partners in found.partners.items():
        joining.place(item, partners)
    joining.settle()
    return _changes(joining, before, stories)


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
    """What the items of one source change in an archive of which all that they could touch is at hand, and the ids under which it holds them."""
    found = compared(
        items,
        snapshot.records,
        topics=topics,
        now=now,
        departed=departed,
        last_held=last_held,
        older=older,
        corrections=corrections,
    )
    return settled(found, snapshot, language=language), found.held


def _fresh(item: Item, topics: Sequence[Topic], now: datetime) -> Record:
    return Record(item=item, story=founded(item.id), topics=topics_of(item, topics), first_seen=now, last_seen=now)


def _with_keys(record: Record, item: Item) -> Record:
    """The record, found under the keys of another spelling of its entry as well."""
    return replace(record, item=replace(record.item, keys=merged_keys(record.item.keys, item.keys)))


def _changes(joining: Joining, records: Mapping[ItemId, Record], stories: Mapping[StoryId, Story]) -> Changes:
    """How records and stories differ from what was there before."""
    added, revisions, amended = [], [], []
    for record in joining.records.values():
        old = records.get(record.item.id)
        if old is None:
            added.append(record)
        elif len(record.history) > len(old.history):
            revisions.append(record)
        elif record is not old and record != old:
            amended.append(record)
    return Changes(
        added=tuple(added),
        revised=tuple(revisions),
        amended=tuple(amended),
        stories=tuple(story for story in joining.stories.values() if stories.get(story.id) != story),
        joined=tuple(story for story in joining.joined if story in stories),
    )
