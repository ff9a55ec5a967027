"""Items that are the same news."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from pipeline.model.item import ItemId

#: Lasts for ever: also the published feed entry's id and the name of the story's page.
StoryId = NewType("StoryId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The items, from one or more sources, that are the same news."""

    id: StoryId
    #: The item that speaks for the story.
    lead: ItemId
    #: Oldest first.
    items: tuple[ItemId, ...]
    #: Stories that were joined into this one; their pages lead here.
    former: tuple[StoryId, ...] = ()
