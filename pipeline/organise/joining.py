"""Items put into stories, once it is known which of them are one: which story takes an item, and what becomes of those that are joined."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline.model.story import Story, StoryId
from pipeline.organise.stories import arranged, founded, lead

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pipeline.model.item import ItemId, Record


@dataclass
class Joining:
    """Stories with all of their records, while items are put into them."""

    records: dict[ItemId, Record]
    stories: dict[StoryId, Story]
    #: The archive's own.
    language: str | None
    #: Stories that were joined into another.
    joined: list[StoryId] = field(default_factory=list)
    #: Stories that have other items than before, whose order and lead are to be found.
    touched: set[StoryId] = field(default_factory=set)

    def place(self, item_id: ItemId, partners: Iterable[ItemId]) -> None:
        """Put the item into the story that it tells, which may make one story of several."""
        record = self.records[item_id]
        told = {story for each in (item_id, *partners) if (story := self.records[each].story) in self.stories}
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
