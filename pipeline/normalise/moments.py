"""When an entry says that it was published and updated, where that can be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.normalise.date_absolute import order_told
from pipeline.normalise.dates import read_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.model.entry import Entry
    from pipeline.model.item import Moment
    from pipeline.model.source import Source
    from pipeline.normalise.date_parts import Order

#: A clock or a time zone may be wrong by so much; what lies further ahead is an event's date, or a mistake.
AHEAD = timedelta(days=2)
#: No news was published on the web before it.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
#: Characters of a date that are looked at for its order.
_LOOKED_AT = 250


@dataclass(frozen=True, slots=True)
class Doubt:
    """A date that was left out: as it is written, and what is wrong with it ("can't be read", …)."""

    written: str
    why: str


def order_of(entries: Iterable[Entry], now: datetime) -> Order | None:
    """What comes first in the dates of one visit, where some of them tell ("25/3/2021") and none denies it; None: they don't tell.

    For the others ("4/3/2021") it decides instead of what language and zone make likely.
    """
    latest = (now + AHEAD).date()
    told = {
        order
        for entry in entries
        for written in (entry.published, entry.updated)
        if written and (order := order_told(written[:_LOOKED_AT], latest)) is not None
    }
    return told.pop() if len(told) == 1 else None


def published_of(
    entry: Entry, source: Source, guessed: str | None, now: datetime, order: Order | None = None
) -> tuple[Moment | None, Doubt | None]:
    """When the entry says it was published; None where it does not say, or says what can't be, and then the doubt."""
    return _read(entry.published, entry, source, guessed, now, order=order)


def updated_of(
    entry: Entry, source: Source, guessed: str | None, now: datetime, order: Order | None = None
) -> Moment | None:
    """When the entry says it was last changed; None where it does not say, or says what can't be."""
    return _read(entry.updated, entry, source, guessed, now, order=order)[0]


def _read(
    written: str | None,
    entry: Entry,
    source: Source,
    guessed: str | None,
    now: datetime,
    *,
    order: Order | None,
) -> tuple[Moment | None, Doubt | None]:
    if written is None or not written.strip():
        return None, None
    languages = _languages(source.language, entry.language, guessed, "en")
    reading = read_date(written, languages=languages, timezone=source.timezone, now=now, order=order)
    if reading is None:
        return None, Doubt(written, "can't be read")
    moment = reading.moment
    if moment.at > now + AHEAD:
        return None, Doubt(written, "lies in the future")
    if moment.at < EARLIEST:
        return None, Doubt(written, "lies before 1990")
    return moment, None


def _languages(*codes: str | None) -> Sequence[str]:
    """The languages that a date may be written in, the likeliest first, without regions."""
    return tuple(dict.fromkeys(code.replace("_", "-").partition("-")[0].lower() for code in codes if code))
