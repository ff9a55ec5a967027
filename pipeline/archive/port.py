"""What an archive is: the promises that every store keeps, whatever it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from pipeline.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from pipeline.model.alert import Told
    from pipeline.model.change import Changes, Snapshot
    from pipeline.model.entry import EntryVersion
    from pipeline.model.history import History
    from pipeline.model.item import IdentityKey, Item, ItemId, Record
    from pipeline.model.search import Term
    from pipeline.model.source import SourceId
    from pipeline.model.story import Story, StoryId

EVERYTHING = Query()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much an archive holds."""

    items: int
    stories: int
    by_source: Mapping[SourceId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What may have changed in an archive since it was last looked at."""

    #: To be handed in the next time.
    marks: Mapping[str, str]
    #: Every story of which anything may have changed, its items among it; each once. A story that was joined into another is a former one of that.
    stories: Iterator[Story]
    #: Whether these are all stories that there are.
    whole: bool


@runtime_checkable
class Marked(Protocol):
    """An archive that can tell what changed since a moment without being read as a whole."""

    def changed_since(self, marks: Mapping[str, str]) -> Difference:
        """What may have changed since it gave those marks; everything where there are none, or none that it knows."""


class Memory(Protocol):
    """What people were told of an archive."""

    def told(self) -> Told | None:
        """All of it; None where nothing ever was noted."""

    def keep(self, told: Told) -> None:
        """Notes it; it is durable when this returns."""


@runtime_checkable
class Shared(Protocol):
    """An archive that several machines collect into, which knows itself what people were told of it."""

    def telling(self) -> AbstractContextManager[Memory]:
        """Within it nobody else tells anybody anything; waits for who is at it."""


@runtime_checkable
class Readable(Protocol):
    """An archive that other processes can read meanwhile, as this one sees it."""

    def beside(self) -> Callable[[], AbstractContextManager[Archive]]:
        """What opens it there; to be pickled."""


class Archive(Protocol):
    """All that was ever collected. Every method may raise ArchiveDamaged; those that write, ArchiveUnwritable."""

    def turn(self) -> AbstractContextManager[None]:
        """Within it nobody else puts anything into the archive: what `near` said still holds at `commit`."""

    def one_state(self) -> AbstractContextManager[None]:
        """Within it everything that is read is of one moment; nothing may be committed."""

    def history(self, source: SourceId) -> History:
        """How collecting this source went until now; an empty history for one that never was."""

    def histories(self) -> Mapping[SourceId, History]:
        """The histories of all sources that ever were collected."""

    def seen(self, source: SourceId) -> Container[EntryVersion]:
        """The versions of this source's entries that the archive holds; asked by extractors, one by one."""

    def known_as(self, keys: Iterable[IdentityKey]) -> Mapping[IdentityKey, ItemId]:
        """Of each of the keys that an item has, the item; of several the one that came first. No record is read for it."""

    def near(self, items: Sequence[Item], also: Iterable[ItemId] = ()) -> tuple[Record, ...]:
        """The records that the items are to be compared with: those that share keys with them, and those of `also`.

        Costs what is found, not what the archive holds: who is near of the many that share a key, `model.nearness` says.
        """

    def told(self, stories: Iterable[StoryId]) -> Snapshot:
        """The stories that live on in these, and all records of those."""

    def commit(self, changes: Changes, histories: Mapping[SourceId, History]) -> None:
        """Keeps the changes and the histories, all or nothing: the changes are durable when this returns, and seen by what is asked next.

        Histories without changes, which say that nothing new was found, are durable with the next changes or the checkpoint: after a
        power cut before that these sources are asked again.

        Nothing is written when both are empty.
        """

    def checkpoint(self) -> None:
        """Brings what was committed into its final place. A crash before or within loses nothing: the next opening does it again."""

    def record(self, item: ItemId) -> Record | None:
        """The record of an item; None where there is no such item."""

    def held(self, items: Sequence[ItemId]) -> tuple[Record, ...]:
        """The records of items, in that order; of those that there are."""

    def story(self, story: StoryId) -> Story | None:
        """The story of that id, or the one that it was joined into; None where there never was one."""

    def records(self, query: Query = EVERYTHING) -> Iterator[Record]:
        """The records that the query asks for: the newest first, by when they were published or first seen, then by id."""

    def search(self, asked: Sequence[Term], query: Query = EVERYTHING) -> Iterator[Record]:
        """The records that hold every wanted term, in any form of its words, and none of the others: the best first, then the newest.

        A word counts for more in the title than in the summary, and there for more than in the text. At least one term is wanted.
        """

    def stories(self) -> Iterator[Story]:
        """All stories, in no order that means anything."""

    def count(self) -> Counts:
        """How much there is; costs nothing that grows with the archive."""
