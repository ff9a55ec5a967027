"""Which items are one story.

Theory. Two items are the same news when they stand at one address ("a:" keys, whatever the source), when they begin with
the same words ("t:" keys) and were published within weeks of each other, or when they have the same words all through (`likeness`;
the "n:" keys only say who is to be compared), or when they tell of the same event in other words or another language (`events`; "k:"
keys). One source that gives two items the same words under two titles means two things by it:
newsletters, job adverts and series do that, so within a source the titles have to agree as well; likewise where a date is
missing. A wrong join is worse than a missed one.

What joins two items depends on those two alone, so the order in which they come does not matter.

Known mistakes: those of `likeness` and of `events`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline.model.corrections import Corrections
from pipeline.model.nearness import nearest
from pipeline.model.story import Story, StoryId
from pipeline.organise.events import may_be_one, same_event
from pipeline.organise.likeness import WINDOW, same_words, tell_apart, titles_alike
from pipeline.organise.revisions import is_one_by_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from pipeline.model.item import IdentityKey, Item, ItemId, Record

#: Of two texts the shorter one is as good a lead as the longer one, where it is no shorter than this share of it.
FULL = 0.5


def same_story(one: Item, other: Item, shared: IdentityKey) -> str | None:
    """Why two items that share an identity key are the same news, as a sentence; None where they are not."""
    match shared[:2]:
        case "a:":
            return "they stand at the same address"
        case "t:" if _begin_alike(one, other) and titles_alike(one.title, other.title):
            return "they begin with the same words"
        case "t:" | "n:":
            return same_words(one, other)
        case "k:":
            return same_event(one, other)
        case "e:" | "v:":
            return (
                "their source has one id for both" if one.source == other.source and is_one_by_id(one, other) else None
            )
        case _:
            # What may be one item under new ids was judged when it came (`revisions`).
            return None


def reasons(records: Iterable[Record], corrections: Corrections) -> dict[ItemId, str]:
    """For each item of a story but the oldest: why it is the same news as another one before it, as a sentence that names that one."""
    said: dict[ItemId, str] = {}
    before: list[Record] = []
    for record in sorted(records, key=lambda each: (_moment(each), each.item.id)):
        if before:
            said[record.item.id] = _reason(record, before, corrections)
        before.append(record)
    return said


def _reason(record: Record, before: Sequence[Record], corrections: Corrections) -> str:
    for other in before:
        if corrections.joins(record.item.id, other.item.id):
            return f"with {other.item.id}: a maintainer said so"
        shared = {key[:2]: key for key in record.item.keys if key in other.item.keys}
        for key in shared.values():
            if (why := same_story(record.item, other.item, key)) is not None:
                return f"with {other.item.id}: {why}"
    return "a later or earlier wording, or another item, joined them"


def _begin_alike(one: Item, other: Item) -> bool:
    """Whether the same first words mean the same news."""
    same_title = one.title.casefold().split() == other.title.casefold().split()
    if one.published is None or other.published is None:
        return same_title and one.source != other.source
    near = abs(one.published.at - other.published.at) <= WINDOW
    return near and (same_title or (one.source != other.source and not tell_apart(one, other)))


def founded(record_id: ItemId) -> StoryId:
    """The id of the story that begins with this item."""
    return StoryId(f"s-{record_id}")


def arranged(records: Iterable[Record]) -> tuple[ItemId, ...]:
    """The ids of the items, oldest first."""
    return tuple(record.item.id for record in sorted(records, key=lambda each: (_moment(each), each.item.id)))


def lead(records: Sequence[Record], language: str | None = None) -> ItemId:
    """The item that speaks for the story: the original of the earliest day, in its fullest text, in the preferred language.

    Of the items of the first day those that say at least `FULL` of what the one says that says most; of these one in the archive's own
    `language`, where there is one; of those the one that says most.
    """
    first = min(_moment(record).date() for record in records)
    earliest = [record for record in records if _moment(record).date() == first]
    fullest = max(map(_said, earliest))

    def rank(record: Record) -> tuple[bool, bool, int, str]:
        own = language is not None and (record.item.language or "").partition("-")[0] == language.partition("-")[0]
        return (_said(record) < FULL * fullest, not own, -_said(record), record.item.id)

    return min(earliest, key=rank).item.id


def _said(record: Record) -> int:
    return len(record.item.text) + len(record.item.summary)


def _moment(record: Record) -> datetime:
    return record.item.published.at if record.item.published else record.first_seen


@dataclass
class Shelf:
    """The records and stories at hand while a set of items is put into stories."""

    corrections: Corrections = field(default_factory=Corrections)
    #: The archive's own.
    language: str | None = None
    records: dict[ItemId, Record] = field(default_factory=dict)
    stories: dict[StoryId, Story] = field(default_factory=dict)
    #: Stories that were joined into another.
    joined: list[StoryId] = field(default_factory=list)
    #: Of each key the items that have it: one, or a list of them, for most keys have one.
    by_key: dict[IdentityKey, ItemId | list[ItemId]] = field(default_factory=dict)
    #: The keys that will be asked for; None: all.
    asked: frozenset[IdentityKey] | None = None
    #: Stories that have other items than before, whose order and lead are to be found.
    touched: set[StoryId] = field(default_factory=set)

    def put(self, record: Record) -> None:
        """Lay a record where its keys find it, in place of an older state of it."""
        item = record.item
        before = self.records.get(item.id)
        self.records[item.id] = record
        if before is None or before.item.keys != item.keys:
            known = () if before is None else before.item.keys
            asked = item.keys if self.asked is None else self.asked.intersection(item.keys)
            for key in asked:
                if key not in known:
                    having = self.by_key.setdefault(key, item.id)
                    if isinstance(having, list):
                        having.append(item.id)
                    elif having != item.id:
                        self.by_key[key] = [having, item.id]

    def found(self, key: IdentityKey) -> list[Record]:
        """The records that have this key."""
        having = self.by_key.get(key)
        if having is None:
            return []
        return [self.records[each] for each in having] if isinstance(having, list) else [self.records[having]]

    def place(self, item_id: ItemId) -> None:
        """Put the item into the story that it tells, which may make one story of several."""
        record = self.records[item_id]
        told = self._stories_with(record)
        if record.story in self.stories:
            told.add(record.story)
        chosen = self._oldest(told) if told else self._found_story(record)
        for other in sorted(told - {chosen}):
            self._join(other, chosen)
        self._take(item_id, chosen)
        self.touched.add(chosen)

    def settle(self) -> None:
        """Bring the items of the stories that were touched into their order, and find which speaks for each."""
        for each in self.touched & self.stories.keys():
            story = self.stories[each]
            members = [self.records[member] for member in story.items]
            if len(members) > 1 or story.lead != story.items[0]:
                self.stories[each] = replace(story, items=arranged(members), lead=lead(members, self.language))
        self.touched.clear()

    def _stories_with(self, record: Record) -> set[StoryId]:
        told: set[StoryId] = set()
        asked: set[tuple[ItemId, str]] = set()
        others = {key: others for key in record.item.keys if (others := self._others(key, record.item))}
        near = nearest(others, others.__getitem__)
        for key, having in others.items():
            for each in having:
                # What keys of one kind say of two items is the same; and a story that is told already is told.
                question = (each, key[:2])
                if each not in near or question in asked or self.records[each].story in told:
                    continue
                asked.add(question)
                if self._is_one(record.item, self.records[each].item, key):
                    told.add(self.records[each].story)
        said = self.corrections.partners((record.item.id,)) & self.records.keys()
        return (told | {self.records[each].story for each in said}) & self.stories.keys()

    def _others(self, key: IdentityKey, than: Item) -> Sequence[ItemId]:
        """The items beside one that have a key, and may be one with it for having that key."""
        having = self.by_key.get(key)
        if having is None or having == than.id:
            return ()
        found = [each for each in (having if isinstance(having, list) else (having,)) if each != than.id]
        if key.startswith("k:"):
            return [each for each in found if may_be_one(than, self.records[each].item)]
        return found

    def _is_one(self, one: Item, other: Item, shared: IdentityKey) -> bool:
        said = self.corrections.joins(one.id, other.id)
        return same_story(one, other, shared) is not None if said is None else said

    def _oldest(self, told: set[StoryId]) -> StoryId:
        return min(told, key=self._age) if len(told) > 1 else next(iter(told))

    def _age(self, story_id: StoryId) -> tuple[datetime, StoryId]:
        return (min(self.records[each].first_seen for each in self.stories[story_id].items), story_id)

    def _found_story(self, record: Record) -> StoryId:
        story_id = founded(record.item.id)
        self.stories[story_id] = Story(id=story_id, lead=record.item.id, items=())
        return story_id

    def _join(self, gone: StoryId, into: StoryId) -> None:
        story = self.stories.pop(gone)
        for each in story.items:
            self._take(each, into)
        kept = self.stories[into]
        self.stories[into] = replace(kept, former=tuple(dict.fromkeys((*kept.former, *story.former, gone))))
        self.joined.append(gone)

    def _take(self, item_id: ItemId, into: StoryId) -> None:
        self.records[item_id] = replace(self.records[item_id], story=into)
        story = self.stories[into]
        if item_id not in story.items:
            self.stories[into] = replace(story, items=(*story.items, item_id))
