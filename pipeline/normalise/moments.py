"""When an entry says that it was published and updated, where that can be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.normalise.dates import parse_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model.entry import Entry
    from pipeline.model.item import Moment
    from pipeline.model.source import Source

#: A clock or a time zone may be wrong by so much; what lies further ahead is an event's date, or a mistake.
AHEAD = timedelta(days=2)
#: No news was published on the web before it.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A date that was left out: as it is written, and what is wrong with it ("can't be read", …)."""

    written: str
    why: str


def published_of(
    entry: Entry, source: Source, guessed: str | None, now: datetime
) -> tuple[Moment | None, Doubt | None]:
    """When the entry says it was published; None where it does not say, or says what can't be, and then the doubt."""
    return _read(entry.published, entry, source, guessed, now)


def updated_of(entry: Entry, source: Source, guessed: str | None, now: datetime) -> Moment | None:
    """When the entry says it was last changed; None where it does not say, or says what can't be."""
    return _read(entry.updated, entry, source, guessed, now)[0]


def _read(
    written: str | None, entry: Entry, source: Source, guessed: str | None, now: datetime
) -> tuple[Moment | None, Doubt | None]:
    if written is None or not written.strip():
        return None, None
    languages = _languages(source.language, entry.language, guessed, "en")
    moment = parse_date(written, languages=languages, timezone=source.timezone, now=now)
    if moment is None:
        return None, Doubt(written, "can't be read")
    if moment.at > now + AHEAD:
        return None, Doubt(written, "lies in the future")
    if moment.at < EARLIEST:
        return None, Doubt(written, "lies before 1990")
    return moment, None


def _languages(*codes: str | None) -> Sequence[str]:
    """The languages that a date may be written in, the likeliest first, without regions."""
    return tuple(dict.fromkeys(code.replace("_", "-").partition("-")[0].lower() for code in codes if code))
