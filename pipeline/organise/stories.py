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

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline.model.corrections import Corrections
from pipeline.model.story import Story, StoryId
from pipeline.organise.events import same_event
from pipeline.organise.likeness import WINDOW, same_words, tell_apart, titles_alike
from pipeline.organise.revisions import is_one_by_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from pipeline.model.item import IdentityKey, Item, ItemId, Record


#: A fingerprint that more records have than these is one of common words, of a template or a service's boilerplate; then so many of the
#: last are compared: copies of one text, however many, find one another also so.
MOST_ALIKE, FEW_ALIKE = 12, 1


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


def lead(records: Iterable[Record]) -> ItemId:
    """The item that speaks for the story: of the earliest day, and of those the one that says most."""

    def rank(record: Record) -> tuple[str, int, str]:
        said = len(record.item.text) + len(record.item.summary)
        return (_moment(record).date().isoformat(), -said, record.item.id)

    return min(records, key=rank).item.id


def _moment(record: Record) -> datetime:
    return record.item.published.at if record.item.published else record.first_seen


@dataclass
class Shelf:
    """The records and stories at hand while a set of items is put into stories."""

    corrections: Corrections = field(default_factory=Corrections)
    records: dict[ItemId, Record] = field(default_factory=dict)
    stories: dict[StoryId, Story] = field(default_factory=dict)
    #: Stories that were joined into another.
    joined: list[StoryId] = field(default_factory=list)
    by_key: dict[IdentityKey, dict[ItemId, None]] = field(default_factory=lambda: defaultdict(dict))

    def put(self, record: Record) -> None:
        """Lay a record where its keys find it, in place of an older state of it."""
        self.records[record.item.id] = record
        for key in record.item.keys:
            self.by_key[key][record.item.id] = None

    def found(self, key: IdentityKey) -> list[Record]:
        """The records that have this key."""
        return [self.records[each] for each in self.by_key.get(key, ())]

    def place(self, item_id: ItemId) -> None:
        """Put the item into the story that it tells, which may make one story of several."""
        record = self.records[item_id]
        told = self._stories_with(record)
        if record.story in self.stories:
            told.add(record.story)
        chosen = min(told, key=self._age) if told else self._found_story(record)
        for other in sorted(told - {chosen}):
            self._join(other, chosen)
        self._take(item_id, chosen)
        story = self.stories[chosen]
        members = [self.records[each] for each in story.items]
        self.stories[chosen] = replace(story, items=arranged(members), lead=lead(members))

    def _stories_with(self, record: Record) -> set[StoryId]:
        told: set[StoryId] = set()
        asked: set[tuple[ItemId, str]] = set()
        for key in record.item.keys:
            for other in self._candidates(record, key):
                # What keys of one kind say of two items is the same; and a story that is told already is told.
                question = (other.item.id, key[:2])
                if question in asked or other.story in told:
                    continue
                asked.add(question)
                if self._is_one(record.item, other.item, key):
                    told.add(other.story)
        said = self.corrections.partners((record.item.id,)) & self.records.keys()
        return (told | {self.records[each].story for each in said}) & self.stories.keys()

    def _candidates(self, record: Record, key: IdentityKey) -> list[Record]:
        """The others that have this key; of a fingerprint that more than a few have, only the last: it is of words that all write."""
        others = [other for other in self.found(key) if other.item.id != record.item.id]
        return others[-FEW_ALIKE:] if key[:2] == "n:" and len(others) > MOST_ALIKE else others

    def _is_one(self, one: Item, other: Item, shared: IdentityKey) -> bool:
        said = self.corrections.joins(one.id, other.id)
        return same_story(one, other, shared) is not None if said is None else said

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
