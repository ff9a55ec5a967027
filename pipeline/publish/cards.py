"""What lists, feeds and neighbours have to know of a story, so that they are made without reading it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import orjson

from pipeline.publish import paths
from pipeline.publish.listing import listed
from pipeline.publish.moments import day_of, whole_month
from pipeline.publish.occasions import Occasion, occasion_from_json, occasions
from pipeline.publish.rows import Listed, listed_from_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from pipeline.model.config import FeedSpec
    from pipeline.model.edition import StoryView
    from pipeline.model.item import Record
    from pipeline.model.story import StoryId
    from pipeline.publish.content import Names

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: More than the microseconds from the year 1 to 1970.
_BEFORE = 10**17
#: Of a story of very many sources so many are counted two by two.
_PAIRED = 20
#: A story stands in several lists that are made after one another, and beside two others: so many cards are read once.
_AT_HAND = 1_000
#: Of a digest, in bytes.
_SIZE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A story as everything but its own page, its entries in feeds and its rows in exports sees it."""

    id: StoryId
    #: Of the whole story, with all its items.
    digest: str
    former: tuple[StoryId, ...]
    #: The day that it stands under.
    day: date
    #: Whether no more than the month is known.
    month_only: bool
    #: What stories are sorted by, the newest last: the day that it stands under, then the time, then the id; of a month alone it ends that month.
    place: str
    #: Aware.
    updated: datetime
    #: Of the item that was there first, by our clock: microseconds since 1970.
    seen: int
    #: Folders of the sections that it is in.
    sections: tuple[str, ...]
    listed: Listed
    #: What it announces, the next first.
    occasions: tuple[Occasion, ...]

    @property
    def month(self) -> str:
        """Year and month that it stands under: "2026-03"."""
        return self.place[:7]


class Slot(NamedTuple):
    """A story in a list, with its card, which is only read where somebody asks for it."""

    id: StoryId
    digest: str
    #: As the card has it.
    place: str
    text: bytes

    @property
    def card(self) -> Card:
        """Its card."""
        return card_from_json(self.text)


def card_of(view: StoryView, names: Names, zone: ZoneInfo, feeds: Iterable[FeedSpec], told: str) -> Card:
    """The card of a story; the same in every language of the site's words. `told` is its digest."""
    day, month_only = day_of(view, zone), whole_month(view)
    folders = [
        paths.ROOT,
        *(paths.inside(paths.SOURCES, each) for each in view.sources),
        *(paths.inside(paths.TOPICS, each) for each in view.topics),
        *(paths.inside(paths.FEEDS, spec.id) for spec in feeds if any(holds(spec, record) for record in view.records)),
        paths.language_folder(view.lead.item.language),
    ]
    return Card(
        id=view.id,
        digest=told,
        former=view.former,
        day=day,
        month_only=month_only,
        place=f"{day.isoformat()}{'+' if month_only else ''}{micros(view.sorted_by) + _BEFORE:018}{view.id}",
        updated=view.updated,
        seen=micros(min(record.first_seen for record in view.records)),
        sections=tuple(dict.fromkeys(map(str, folders))),
        listed=listed(view, names, zone),
        occasions=occasions(view, names, zone),
    )


def micros(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment_of(micros: int) -> datetime:
    """The moment so many microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=micros)


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


def tallies_of(card: Card) -> list[str]:
    """What a story counts under beside its sections: "pair SECTION SECTION" for each two of its sources, "untold MONTH" without a topic."""
    sources = sorted(each for each in card.sections if each.startswith(f"{paths.SOURCES}/"))
    topical = any(each.startswith(f"{paths.TOPICS}/") for each in card.sections)
    pairs = (f"pair {one} {other}" for one, other in combinations(sources[:_PAIRED], 2))
    return [*pairs, *([] if topical else [f"untold {card.month}"])]


def digest(parts: Iterable[str]) -> str:
    """Of texts in their order: 32 hexadecimal digits."""
    return blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=_SIZE).hexdigest()


def digest_of(view: StoryView) -> str:
    """Changes with all that a story is, its items and all that they say."""
    try:
        content = orjson.dumps(view)
    except TypeError:  # a lone surrogate in an old wording, or a value that JSON has no word for
        content = repr(view).encode("utf-8", "backslashreplace")
    return blake2b(content, digest_size=_SIZE).hexdigest()


def card_to_json(card: Card) -> bytes:
    """The card as a list of its fields."""
    fields = (
        card.id, card.digest, card.former, card.day, card.month_only, card.place, card.updated, card.seen, card.sections, card.listed,
        card.occasions,
    )  # fmt: skip
    return orjson.dumps(fields, default=tuple)


@lru_cache(maxsize=_AT_HAND)
def card_from_json(text: bytes) -> Card:
    """The card of its fields."""
    story, digest_, former, day, month_only, place, updated, seen, sections, listed_, occasions_ = orjson.loads(text)
    return Card(
        id=story,
        digest=digest_,
        former=tuple(former),
        day=date.fromisoformat(day),
        month_only=month_only,
        place=place,
        updated=datetime.fromisoformat(updated),
        seen=seen,
        sections=tuple(sections),
        listed=listed_from_json(listed_),
        occasions=tuple(map(occasion_from_json, occasions_)),
    )
