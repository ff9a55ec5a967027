"""The stories of an edition, newest first: a card of each is in memory, the story itself is fetched when a page is made of it.

A card says where a story stands and, by its digest, whether it is as it was when a page was last made. So an edition of a hundred
thousand stories costs their cards, and a page that holds none that changed costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, overload

import orjson

from pipeline.model.edition import Edition, StoryView
from pipeline.publish.moments import day_of, whole_month

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from zoneinfo import ZoneInfo

    from pipeline.model.config import FeedSpec
    from pipeline.model.item import Record
    from pipeline.model.source import SourceId
    from pipeline.model.story import StoryId

#: So many stories with their texts are in memory at once.
AT_HAND = 3_000
#: Of the title on a card, in characters: it names the neighbour of a story's page.
_TITLE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What lists and feeds have to know of a story to tell whether they hold it and whether it changed."""

    id: StoryId
    #: Of the whole story, with all its items.
    digest: str
    former: tuple[StoryId, ...]
    title: str
    language: str | None
    #: The day that it stands under.
    day: date
    #: Whether no more than the month is known.
    month_only: bool
    sorted_by: datetime
    updated: datetime
    #: UTC, our clock: of the item that was there first.
    first_seen: datetime
    sources: tuple[SourceId, ...]
    topics: tuple[str, ...]
    #: Ids of the further merged feeds that it is in.
    feeds: tuple[str, ...]

    @property
    def rank(self) -> tuple[date, bool, datetime, str]:
        """By the day it stands under, then by time, then by id; of a month alone it ends that month."""
        return self.day, not self.month_only, self.sorted_by, self.id


class Shelf(Sequence[StoryView]):
    """Stories in order. Two shelves are equal when they hold the same stories, as they are."""

    __hash__ = None  # type: ignore[assignment]  # as of a list

    def __init__(self, cards: Sequence[Card], fetch: Callable[[StoryId], StoryView]) -> None:
        self.cards = cards
        self._fetch = fetch

    def __len__(self) -> int:
        return len(self.cards)

    def __iter__(self) -> Iterator[StoryView]:
        for card in self.cards:
            yield self._fetch(card.id)

    @overload
    def __getitem__(self, index: int) -> StoryView: ...
    @overload
    def __getitem__(self, index: slice) -> Shelf: ...
    def __getitem__(self, index: int | slice) -> StoryView | Shelf:
        if isinstance(index, slice):
            return Shelf(self.cards[index], self._fetch)
        return self._fetch(self.cards[index].id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shelf) and list(self.cards) == list(other.cards)

    def of(self, cards: Iterable[Card]) -> Shelf:
        """A shelf of some of the stories."""
        return Shelf(tuple(cards), self._fetch)

    def fetched(self, story: StoryId) -> StoryView:
        """The story of that id."""
        return self._fetch(story)

    @property
    def digests(self) -> str:
        """Changes with any of the stories, and with their order."""
        return digest(each.digest for each in self.cards)


def shelf_of(edition: Edition) -> Shelf:
    """The stories of an edition, with their cards."""
    assert isinstance(edition.stories, Shelf)
    return edition.stories


def at_hand(fetch: Callable[[StoryId], StoryView]) -> Callable[[StoryId], StoryView]:
    """The same, keeping those that were asked for last."""
    return lru_cache(maxsize=AT_HAND)(fetch)


def card_of(view: StoryView, zone: ZoneInfo, feeds: Iterable[FeedSpec]) -> Card:
    """The card of a story."""
    return Card(
        id=view.id,
        digest=_digest_of(view),
        former=view.former,
        title=view.lead.item.title[:_TITLE],
        language=view.lead.item.language,
        day=day_of(view, zone),
        month_only=whole_month(view),
        sorted_by=view.sorted_by,
        updated=view.updated,
        first_seen=min(record.first_seen for record in view.records),
        sources=view.sources,
        topics=view.topics,
        feeds=tuple(spec.id for spec in feeds if any(holds(spec, record) for record in view.records)),
    )


def holds(spec: FeedSpec, record: Record) -> bool:
    """Whether an item is one that the feed is for; all its conditions have to hold of the same item.

    A language of the feed covers its regions: "sv" takes "sv-FI" (RFC 4647, section 3.3.1).
    """
    language = (record.item.language or "").lower()
    return (
        (not spec.sources or record.item.source in spec.sources)
        and (not spec.topics or not set(spec.topics).isdisjoint(record.topics))
        and (
            not spec.languages
            or any(language == each.lower() or language.startswith(f"{each.lower()}-") for each in spec.languages)
        )
    )


def digest(parts: Iterable[str]) -> str:
    """Of texts in their order: 32 hexadecimal digits."""
    return blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _digest_of(view: StoryView) -> str:
    try:
        content = orjson.dumps(view)
    except TypeError:  # a lone surrogate in an old wording, or a value that JSON has no word for
        content = repr(view).encode("utf-8", "backslashreplace")
    return blake2b(content, digest_size=16).hexdigest()


def card_to_json(card: Card) -> list[Any]:
    """The card as a row, in the order of its fields."""
    return [
        card.id, card.digest, card.former, card.title, card.language, card.day.isoformat(), card.month_only,
        card.sorted_by.isoformat(), card.updated.isoformat(), card.first_seen.isoformat(),
        card.sources, card.topics, card.feeds,
    ]  # fmt: skip


def card_from_json(row: list[Any], same: dict[str, tuple[str, ...]]) -> Card:
    """The card of a row. `same` keeps one tuple of those that are alike. Raises ValueError or TypeError for what is none."""
    story, digest_, former, title, language, day, month_only, sorted_by, updated, first_seen, *lists = row
    sources, topics, feeds = (same.setdefault(repr(each), tuple(each)) for each in lists)
    if not re.fullmatch("[0-9a-f]{32}", digest_):
        raise ValueError("no digest")
    return Card(
        id=story,
        digest=digest_,
        former=tuple(former),
        title=title,
        language=language,
        day=date.fromisoformat(day),
        month_only=month_only,
        sorted_by=datetime.fromisoformat(sorted_by),
        updated=datetime.fromisoformat(updated),
        first_seen=datetime.fromisoformat(first_seen),
        sources=sources,  # type: ignore[arg-type]  # ids are text in JSON
        topics=topics,
        feeds=feeds,
    )
