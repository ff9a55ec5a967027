"""Which items are one story.

Theory. Two items are the same news when they stand at one address ("a:" keys, whatever the source), when they begin with
the same words ("t:" keys) and were published within weeks of each other, or when they have the same words all through (`likeness`;
the "n:" keys only say who is to be compared), or when they tell of the same event in other words or another language (`events`; "k:"
keys). One source that gives two items the same words under two titles means two things by it:
newsletters, job adverts and series do that, so within a source the titles have to agree as well; likewise where a date is
missing. A wrong join is worse than a missed one.

What joins two items depends on those two alone, so the order in which they come does not matter, in stories of a few items; a crowd takes
what two of it are like (`joining`).

Known mistakes: those of `likeness` and of `events`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.story import StoryId
from pipeline.organise.events import same_event
from pipeline.organise.likeness import WINDOW, same_words, tell_apart, titles_alike
from pipeline.organise.revisions import is_one_by_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from pipeline.model.corrections import Corrections
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
