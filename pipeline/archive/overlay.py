"""What was committed and is not yet in its place: read before the files are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.model.change import Changes
    from pipeline.model.history import History
    from pipeline.model.item import ItemId, Record
    from pipeline.model.source import SourceId
    from pipeline.model.story import Story, StoryId


@dataclass
class Overlay:
    """The newest state of all that some commits changed, in the order in which it was first changed."""

    records: dict[ItemId, Record] = field(default_factory=dict)
    stories: dict[StoryId, Story] = field(default_factory=dict)
    #: Stories that are no more, with those that they were joined into.
    joined: dict[StoryId, StoryId] = field(default_factory=dict)
    #: The items that have a key, in the order in which they came; one may be there twice.
    keys: dict[str, list[ItemId]] = field(default_factory=dict)
    histories: dict[SourceId, History] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.records or self.stories or self.joined or self.histories)

    def take(self, changes: Changes, histories: Mapping[SourceId, History]) -> None:
        """Takes in a commit."""
        for record in (*changes.added, *changes.revised, *changes.amended):
            item = record.item
            before = self.records.get(item.id)
            self.records[item.id] = record
            if before is None or before.item.keys != item.keys:
                for key in item.keys:
                    self.keys.setdefault(key, []).append(item.id)
        for story in changes.stories:
            # A story that was joined into another and split off again lives anew.
            self.joined.pop(story.id, None)
            self.stories[story.id] = story
        for story in changes.stories:
            self.joined.update(dict.fromkeys(story.former, story.id))
        for gone in changes.joined:
            self.stories.pop(gone, None)
        self.histories.update(histories)
