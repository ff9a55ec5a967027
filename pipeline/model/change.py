"""What `organise` is shown of the archive, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.model.item import Record
    from pipeline.model.story import Story, StoryId


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A part of the archive: records that new items are compared with, or stories with all of their records."""

    records: tuple[Record, ...] = ()
    stories: tuple[Story, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Everything that a set of items changes in the archive; empty when they bring nothing new."""

    #: Records that were not there before.
    added: tuple[Record, ...] = ()
    #: Records whose item the source changed (one more revision).
    revised: tuple[Record, ...] = ()
    #: Records that changed without the source changing what readers see: another key, another story, gone from its source.
    amended: tuple[Record, ...] = ()
    #: Stories as they are from now on.
    stories: tuple[Story, ...] = ()
    #: Stories that were joined into another and are no more.
    joined: tuple[StoryId, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.revised or self.amended or self.stories or self.joined)
