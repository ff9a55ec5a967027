"""One state of the publication: everything that analysts read, before it has a form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path, PurePosixPath

    from pipeline.model.config import ArchiveInfo, FeedSpec, Topic
    from pipeline.model.history import Attempt
    from pipeline.model.item import Moment, Record
    from pipeline.model.quality import SourceQuality
    from pipeline.model.report import Failure
    from pipeline.model.source import Source, SourceId
    from pipeline.model.story import StoryId

#: "ailing": it answers, but lacks something that it used to give.
#: "retired": its address is gone for good, and it is not asked any more.
Condition = Literal["ok", "ailing", "failing", "new", "retired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """A story with what its items say."""

    id: StoryId
    #: Stories that were joined into this one.
    former: tuple[StoryId, ...]
    lead: Record
    #: Oldest first, the lead among them.
    records: tuple[Record, ...]
    #: Of the lead; None where no item has a date.
    published: Moment | None
    #: Aware; when something in it last changed: by a source's own word where it gives one, else by our clock.
    updated: datetime
    #: Aware; what it is sorted by: `published`, else when it was first seen.
    sorted_by: datetime
    #: Of all items, each once, the lead's first.
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    #: Each once, in the order of `records`.
    sources: tuple[SourceId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How one source is doing."""

    source: Source
    condition: Condition
    #: UTC; None: never.
    last_success: datetime | None
    #: UTC; since when it has been failing or ailing.
    failing_since: datetime | None
    #: The last failure, while it lasts.
    failure: Failure | None
    #: What its last answer lacked, a sentence each.
    complaints: tuple[str, ...] = ()
    #: What the maintainer should write into sources.yaml, a sentence each.
    notices: tuple[str, ...] = ()
    #: Entries that the last good answer held; None: never had one.
    entries: int | None
    #: Items in the archive.
    items: int
    #: UTC; None: at once.
    next_due: datetime | None
    #: How it was asked last, oldest first.
    recent: tuple[Attempt, ...] = ()
    #: The same, a character each: × failed, ▁ nothing new, ▂ to █ more and more that is new.
    trend: str = ""
    #: Oldest first: when it was asked (UTC), and whether it answered; as many as are remembered.
    visits: tuple[tuple[datetime, bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """All that is published, newest story first."""

    info: ArchiveInfo
    stories: Sequence[StoryView]
    sources: tuple[Source, ...]
    health: tuple[SourceHealth, ...]
    topics: tuple[Topic, ...]
    feeds: tuple[FeedSpec, ...]
    #: How good the newest items of each source are; empty: nobody looked.
    quality: tuple[SourceQuality, ...] = ()
    #: A digest of all that is neither story nor health: names, words, templates. Every page depends on it.
    setting: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of the publication."""

    #: Relative to the publication's folder.
    path: PurePosixPath
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A file of the publication that is only made where what it is made of has changed."""

    #: Relative to the publication's folder.
    path: PurePosixPath
    #: A digest of everything that the content follows from: the same digest, the same bytes.
    made_of: str
    make: Callable[[], bytes]
    #: Whether what was published once stays, also when it would be made otherwise today.
    lasting: bool = False
    #: Bytes that it holds already, of what it will be.
    held: int = 0

    @property
    def content(self) -> bytes:
        """The bytes of the file; each time made anew."""
        return self.make()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file that another one is put together of."""

    #: As `Joined.of` names it.
    name: str
    path: Path
    #: Of its content.
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A file that is put together of others of the publication."""

    #: Relative to the publication's folder.
    path: PurePosixPath
    #: Made before it.
    of: tuple[PurePosixPath, ...]
    #: Writes the file, of its parts; what it was before lies at the second path, where that is known and can be trusted.
    join: Callable[[Sequence[Part], Path | None, Path], None]
    make: Callable[[], bytes]

    @property
    def content(self) -> bytes:
        """The bytes of the file, made without the others."""
        return self.make()


Made = File | Draft | Joined
