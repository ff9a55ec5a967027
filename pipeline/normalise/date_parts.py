"""What is asked of the readers of dates, and what they make their answers of: days, times, zones, the words beside a date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import timezone as fixed
from typing import TYPE_CHECKING, Literal

from pipeline.model.item import Moment
from pipeline.normalise import date_forms as forms
from pipeline.normalise.date_words import BYLINE, LIGHT, NUMBERED, PUBLISHED, UPDATED

if TYPE_CHECKING:
    from datetime import tzinfo

    from pipeline.model.item import Precision

#: Which of three numbers comes first, where the other dates of a source tell.
Order = Literal["day", "month", "year"]
#: A moment, and where in the text it stands.
Found = tuple[Moment, tuple[int, int]]

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
SAID_PUBLISHED = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, PUBLISHED))})(?!\w)")
SAID_UPDATED = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, UPDATED))})(?!\w)")
_NUMBERED = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, NUMBERED))})[.:]?\s*\Z")
_BESIDE = frozenset(
    (*LIGHT, *PUBLISHED, *UPDATED, *["kl", "klo", "klockan", "klokken", "klokka", "at", "um"], *forms.WEEKDAY_NAMES)
)
_BYLINE = frozenset(BYLINE)
#: Between the parts of a line about an article: "Nyhet | 3 mars | 5 min".
_DIVIDERS = re.compile(r"[|•·]")
#: Years of two digits from here on are of the last century, where they would be of the future (POSIX, strptime).
_LAST_CENTURY = 69
#: What "p.m." begins with, in English, Finnish (iltapäivällä) and Swedish (eftermiddagen).
_AFTERNOON = frozenset("pie")
#: Of a byline: the word and a name or two.
_LONGEST_BYLINE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A text to be read, and what is known beside it."""

    #: In lower case, white space folded to single spaces of the same length.
    text: str
    languages: tuple[str, ...]
    timezone: tzinfo
    now: datetime | None
    #: None: language and zone decide.
    order: Order | None = None


def is_numbered(text: str) -> bool:
    """Whether a text ends in a word that says: the number behind it is a version's, a telephone's, a standard's."""
    return _NUMBERED.search(text) is not None


def is_clock(match: re.Match[str]) -> bool:
    """Whether a number behind a date is a time of day: with minutes, or with a word that says so.

    "5 h" may be how long it takes to read, and "5 AP" an agency's: they say so only at the end of a text.
    """
    if match["minute"] is not None or match["word"]:
        return True
    half, unit = match["half"] or "", (match["unit"] or "").strip()
    if unit == "uhr" or (half.startswith(("a", "p")) and half.endswith("m")):
        return True
    return bool(half or unit) and not match.string[match.end() :].strip(" .,;:)")


def is_light(before: str, after: str) -> bool:
    """Whether what stands beside a date says nothing else, as far as the next divider."""
    return _is_light(_DIVIDERS.split(before)[-1]) and _is_light(_DIVIDERS.split(after)[0])


def _is_light(text: str) -> bool:
    words = re.findall(r"[^\W_]+", text)
    if words and words[0] in _BYLINE and len(words) <= _LONGEST_BYLINE:
        return not any(map(str.isdecimal, words))
    return all(word in _BESIDE for word in words)


def weekday(ask: Ask, start: int) -> int | None:
    """The day of the week (Monday is 0) that is named right before a place in the text, in one of its languages."""
    named = forms.WEEKDAY_BEFORE.search(ask.text, max(0, start - 40), start)
    return None if named is None else number_of_weekday(ask, named["weekday"])


def number_of_weekday(ask: Ask, name: str) -> int | None:
    """The day of the week of that name: in one of the text's languages, else in any where the name is long enough."""
    for language in ask.languages:
        if (number := forms.WEEKDAYS_OF.get(language, {}).get(name)) is not None:
            return number
    return forms.WEEKDAY_NUMBERS.get(name)


def full_year(text: str, now: datetime | None) -> int:
    """A year of four digits, or of two: not more than one year ahead, else of the last century if that had news on the web or nearly.

    What is neither ("28" in 2026) is a year to come: an event's, not one of 1928.
    """
    number = int(text.strip("'"))
    if number >= 100:
        return number
    this = now.year if now else 2069
    return 2000 + number if 2000 + number <= this + 1 or number < _LAST_CENTURY else 1900 + number


def day_of(year: int, month: int, day: int) -> date | None:
    """A day of the calendar, None where it has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_of(ask: Ask, year: int, month: int, span: tuple[int, int]) -> Found | None:
    """A month of a year, as its first midnight."""
    made = day_of(year, month, 1)
    if made is None:
        return None
    return Moment(at=local(datetime(year, month, 1), ask.timezone), precision="month"), span  # noqa: DTZ001


def moment_of(ask: Ask, day: date, clock: re.Match[str] | None) -> Moment:
    """The moment of a day, at the time that a match of one of the clocks says."""
    if clock is None:
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001
        return Moment(at=local(midnight, ask.timezone), precision="day")
    said = clock.groupdict()
    hour, minute, second = int(said["hour"]), int(said["minute"] or 0), min(int(said["second"] or 0), 59)
    half = said.get("half")
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half[0] in _AFTERNOON else 0)
    at = datetime(day.year, day.month, day.day) + timedelta(hours=hour, minutes=minute, seconds=second)  # noqa: DTZ001
    zone = _zone(said.get("zone"))
    precision: Precision = "second" if said["second"] else "minute"
    return Moment(at=at.replace(tzinfo=zone) if zone else local(at, ask.timezone), precision=precision)


def _zone(text: str | None) -> tzinfo | None:
    """The offset that a text says: +0200, +02:00, UTC+2, CEST."""
    if not text:
        return None
    name = text.strip()
    if name in forms.ZONES:
        return UTC if forms.ZONES[name] == 0 else fixed(timedelta(minutes=forms.ZONES[name]))
    digits = re.search(r"([+-])(\d\d?):?(\d\d)?", name)
    if digits is None:
        return None
    minutes = int(digits[2]) * 60 + int(digits[3] or 0)
    if minutes > 14 * 60:
        return None
    return fixed(timedelta(minutes=minutes if digits[1] == "+" else -minutes)) if minutes else UTC


def local(at: datetime, zone: tzinfo) -> datetime:
    """A local time in a zone; one that a change of the clocks leaves out is moved behind it, one that is there twice is the first (PEP 495).

    The latter has a fixed offset, because Python takes such a time of a zone for unequal to the same moment in any other.
    """
    aware = at.replace(tzinfo=zone)
    offset, other = aware.utcoffset(), aware.replace(fold=1).utcoffset()
    if offset is None or offset == other:
        return aware
    there = aware.astimezone(UTC).astimezone(zone)
    return there if there.replace(tzinfo=None) != at else at.replace(tzinfo=fixed(offset))
