"""What a maintainer's corrections change in the stories that there are: the same as a rebuild would give. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.model.change import Changes
from pipeline.model.story import Story, StoryId
from pipeline.organise.stories import arranged, founded, lead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model.item import ItemId, Record


def split_off(story: Story, records: Sequence[Record], item: ItemId, language: str | None = None) -> Changes:
    """The changes that make an item of a story a story by itself; `records` are all of the story's.

    A story is named for the item that it began with. Where that is the one that leaves, it keeps its name, and the others get that of
    the first seen of them.
    """
    gone = next(record for record in records if record.item.id == item)
    rest = [record for record in records if record.item.id != item]
    name = founded(item)
    kept = story.id if story.id != name else founded(_first(rest).item.id)
    revived = {name, kept}
    former = tuple(each for each in story.former if each not in revived)
    amended = [replace(gone, story=name), *(replace(each, story=kept) for each in rest)]
    return Changes(
        amended=tuple(new for new, old in zip(amended, [gone, *rest], strict=True) if new != old),
        stories=(_told(kept, rest, former, language), _told(name, [gone], (), language)),
    )


def joined(one: Story, other: Story, records: Sequence[Record], language: str | None = None) -> Changes:
    """The changes that make one story of two; `records` are all of both. The older one's id lives on."""
    by_story = {story.id: [record for record in records if record.item.id in story.items] for story in (one, other)}
    into, gone = sorted((one, other), key=lambda story: (_first(by_story[story.id]).first_seen, story.id))
    former = tuple(dict.fromkeys((*into.former, *gone.former, gone.id)))
    return Changes(
        amended=tuple(replace(record, story=into.id) for record in by_story[gone.id]),
        stories=(_told(into.id, records, former, language),),
        joined=(gone.id,),
    )


def _told(name: StoryId, records: Sequence[Record], former: tuple[StoryId, ...], language: str | None) -> Story:
    return Story(id=name, lead=lead(records, language), items=arranged(records), former=former)


def _first(records: Sequence[Record]) -> Record:
    return min(records, key=lambda record: (record.first_seen, record.item.id))
