"""Items put into stories, once it is known which of them are one: which story takes an item, and what becomes of those that are joined."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline.model.story import Story, StoryId
from pipeline.organise.shelf import MOST_ASKED
from pipeline.organise.stories import arranged, founded, lead

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.model.item import ItemId, Record

#: A story of more items takes another one only where two of its items are like it; one of so many none that is only alike.
CROWD, FULL = 6, 60


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

    def place(self, item_id: ItemId, partners: Mapping[ItemId, bool]) -> None:
        """Put the item into the story that it tells, which may make one story of several; `partners` are one with it, and whether surely."""
        record = self.records[item_id]
        told = self._stories_of(partners)
        if record.story in self.stories:
            told.add(record.story)
        chosen = self._oldest(told) if told else self._found_story(record)
        for other in sorted(told - {chosen}):
            self._join(other, chosen)
        self._take(item_id, chosen)
        self.touched.add(chosen)

    def _stories_of(self, partners: Mapping[ItemId, bool]) -> set[StoryId]:
        """The stories that partners say an item belongs to: those with one that is surely the same, else with as many as are asked for.

        Of alike ones one is enough, but not in a crowd. What is alike by twos, one to the next, would otherwise become one story of all
        news that share their phrases, and any two news that are like two items of it would join all of them.
        """
        votes: Counter[StoryId] = Counter()
        for each, is_sure in partners.items():
            if (story := self.records[each].story) in self.stories:
                votes[story] += FULL if is_sure else 1
        return {story for story, count in votes.items() if count >= self._asked(story)}

    def _asked(self, story: StoryId) -> int:
        """How many of a story's items have to be like one that is to join it; `FULL` says that likeness is not enough."""
        size = len(self.stories[story].items)
        return 1 if size <= CROWD else FULL if size >= FULL else MOST_ASKED

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
