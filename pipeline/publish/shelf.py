"""Stories in order, newest first, of one section or of all: a view of the catalogue; a story itself is fetched when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, overload

from pipeline.model.edition import Edition, StoryView
from pipeline.publish.cards import Card, digest, moment_of
from pipeline.publish.catalogue import ALL
from pipeline.publish.moments import rfc3339

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.model.story import StoryId
    from pipeline.publish.cards import Slot
    from pipeline.publish.catalogue import Catalogue

#: So many stories with their texts are in memory at once.
AT_HAND = 1_000


class Shelf(Sequence[StoryView]):
    """The stories of a section. Two shelves are equal when they hold the same stories, as they are."""

    __hash__ = None  # type: ignore[assignment]  # as of a list

    def __init__(
        self, catalogue: Catalogue, fetch: Callable[[StoryId], StoryView], section: str = ALL, period: str = ""
    ) -> None:
        self.catalogue = catalogue
        self.section = section
        #: A year or a month ("2026", "2026-03") that they are of; "": of all.
        self.period = period
        self._fetch = fetch
        self._beside: dict[StoryId, tuple[Card, Card | None, Card | None] | None] = {}

    def __len__(self) -> int:
        return self.catalogue.count(self.section, self.period)

    def __iter__(self) -> Iterator[StoryView]:
        yield from map(self._fetch, self._ids())

    @overload
    def __getitem__(self, index: int) -> StoryView: ...
    @overload
    def __getitem__(self, index: slice) -> list[StoryView]: ...
    def __getitem__(self, index: int | slice) -> StoryView | list[StoryView]:
        if isinstance(index, slice):
            return [self._fetch(each) for each in islice(self._ids(), *index.indices(len(self)))]
        number = range(len(self))[index]
        return self._fetch(next(islice(self._ids(), number, None)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shelf) and list(self.cards()) == list(other.cards())

    def _ids(self) -> Iterator[StoryId]:
        return self.catalogue.ids(self.period, self.section)

    def cards(self, *, most: int = -1) -> Iterator[Card]:
        """Their cards, the newest first; no more than `most`."""
        return self.catalogue.cards(self.section, self.period, most=most)

    def slots(self, *, most: int = -1) -> Iterator[Slot]:
        """The same, as lists need them."""
        return self.catalogue.slots(self.section, self.period, most=most)

    def digests(self, *, most: int = -1) -> str:
        """Changes with any of them, and with their order."""
        return digest(self.catalogue.digests(self.section, self.period, most=most))

    def of(self, section: str) -> Shelf:
        """Those of another section."""
        return Shelf(self.catalogue, self._fetch, section)

    def within(self, period: str) -> Shelf:
        """Those of one year or one month."""
        return Shelf(self.catalogue, self._fetch, self.section, period)

    def months(self) -> dict[str, int]:
        """How many there are of each month, the newest first."""
        return self.catalogue.by_month(self.section)

    def years(self) -> dict[str, int]:
        """How many there are of each year, the newest first."""
        found: dict[str, int] = {}
        for month, number in self.months().items():
            found[month[:4]] = found.get(month[:4], 0) + number
        return found

    def newest_seen(self) -> str:
        """When our clock first saw the one that came last: RFC 3339, UTC; "" where there is none."""
        micros = self.catalogue.newest_seen(self.section)
        return "" if micros is None else rfc3339(moment_of(micros))

    def beside(self, story: StoryId) -> tuple[Card, Card | None, Card | None] | None:
        """The card of a story, and those right after and before it in time; None: it is no more."""
        # Its page is there in several languages.
        if story not in self._beside:
            card = self.catalogue.card(story)
            self._beside = {story: None if card is None else (card, *self.catalogue.neighbours(card))}
        return self._beside[story]

    def fetched(self, story: StoryId) -> StoryView:
        """The story of that id."""
        return self._fetch(story)


def shelf_of(edition: Edition) -> Shelf:
    """The stories of an edition, with their cards."""
    assert isinstance(edition.stories, Shelf)
    return edition.stories


def at_hand(fetch: Callable[[StoryId], StoryView]) -> Callable[[StoryId], StoryView]:
    """The same, keeping those that were asked for last."""
    return lru_cache(maxsize=AT_HAND)(fetch)
