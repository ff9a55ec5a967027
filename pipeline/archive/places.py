"""Where a record or a story goes when it is settled: into which month, and which part of it.

What is settled never moves. What is new goes where the last part of its month has room, by what the index says and not the files: so a
checkpoint that crashed puts it into the same part when it is done again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from pipeline.archive.answers import dated
from pipeline.archive.records import record_to_json, story_to_json
from pipeline.archive.tables import month_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from pipeline.archive.index import Index
    from pipeline.archive.tables import Partitions, Room
    from pipeline.model.item import ItemId, Record
    from pipeline.model.story import Story, StoryId


def put_records(waiting: Mapping[ItemId, Record], items: Partitions, index: Index) -> dict[str, str]:
    """Puts records into their parts; the part of each."""
    known, rooms = index.items_in(waiting), _Rooms(index, "items")
    parts: dict[str, str] = {}
    for each, record in waiting.items():
        row = record_to_json(record)
        parts[each] = known.get(each) or rooms.taken(f"{dated(record):%Y-%m}", row)
        items.put(parts[each], row)
    return parts


def put_stories(
    waiting: Mapping[StoryId, Story],
    joined: Iterable[StoryId],
    stories: Partitions,
    index: Index,
    *,
    record: Callable[[ItemId], Record | None],
) -> dict[str, str]:
    """Puts stories into their parts, and takes out those that were joined; the part of each. `record` looks an item up."""
    gone = list(joined)
    known, rooms = index.stories_in([*waiting, *gone]), _Rooms(index, "stories")
    firsts = index.items_in(story.items[0] for each, story in waiting.items() if each not in known)
    parts: dict[str, str] = {}
    for each, story in waiting.items():
        row = story_to_json(story)
        parts[each] = known.get(each) or rooms.taken(_first_month(story, firsts, record), row)
        stories.put(parts[each], row)
    for each in gone:
        if (part := known.get(each)) is not None:
            stories.drop(part, each)
    return parts


def story_month(story: Story, index: Index, *, record: Callable[[ItemId], Record | None]) -> str:
    """The month of a story: that of its first item when it was founded."""
    if (part := index.stories_in([story.id]).get(story.id)) is not None:
        return month_of(part)
    return _first_month(story, index.items_in(story.items[:1]), record)


def _first_month(story: Story, parts: Mapping[str, str], record: Callable[[ItemId], Record | None]) -> str:
    first = record(story.items[0])
    return "undated" if first is None else month_of(parts.get(first.item.id) or f"{dated(first):%Y-%m}")


class _Rooms:
    """The room in the last part of each month."""

    def __init__(self, index: Index, kind: str) -> None:
        self._index, self._kind = index, kind
        self._rooms: dict[str, Room] = {}

    def taken(self, month: str, row: dict[str, Any]) -> str:
        """The part that has room for one more row."""
        room = self._rooms.get(month) or self._rooms.setdefault(month, self._index.room(self._kind, month))
        return room.taken(len(orjson.dumps(row)))
