"""Dates as people, sites and feeds write them → moments, with how much of the moment was said.

An ordered tuple of readers, each for one family of forms, the exact ones first. The first one that reads something wins;
what none of them reads is None, and so is what is only a number, a month or a day of the week: nothing is invented. The last
one asks dateparser for what is written in languages that are not ours.

Where order alone would decide, Europe writes the day first; English with an American time zone writes the month first, and
Swedish with hyphens the year. Of a range the first day counts. A date without a year is the nearest past one that fits its
day of the week.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import timezone as fixed
from typing import TYPE_CHECKING, Any

from pipeline.model.item import Moment
from pipeline.normalise import date_forms as forms
from pipeline.normalise.date_relative import read_relative
from pipeline.normalise.date_words import LIGHT, NUMBERED, PUBLISHED, UPDATED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import tzinfo

    from pipeline.model.item import Precision

#: Characters that are looked at: a date in a longer text is not the text's date.
LONGEST = 250
#: Characters that the slow reader is given.
LONGEST_SLOW = 60
EARLIEST, LATEST = 1900, 2100

_SPACES = re.compile(r"\s+")
_PUBLISHED = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, PUBLISHED))})(?!\w)")
_UPDATED = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, UPDATED))})(?!\w)")
_NUMBERED = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, NUMBERED))})[.:]?\s*\Z")
_BESIDE = frozenset(
    (*LIGHT, *PUBLISHED, *UPDATED, *["kl", "klo", "klockan", "klokken", "klokka", "at", "um"], *forms.WEEKDAY_NUMBERS)
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A date that was read, and why it was read so."""

    moment: Moment
    #: Where in the text it stands, from and to; of the text as it was given.
    span: tuple[int, int]
    #: The family of forms that it was read as.
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """A text to be read, and what is known beside it."""

    #: In lower case, white space folded to single spaces of the same length.
    text: str
    languages: tuple[str, ...]
    timezone: tzinfo
    now: datetime | None


def parse_date(
    text: str, *, languages: Sequence[str] = (), timezone: tzinfo = UTC, now: datetime | None = None
) -> Moment | None:
    """The moment that a text states, None where it states none. Never raises.

    `languages` (BCP 47, the likeliest first) decide where the order of numbers is ambiguous; `timezone` is for texts that say no
    offset; `now` (aware) is what "yesterday" and a date without a year are counted from: without it they are not read.

    >>> parse_date("Publicerad: den 3:e mars 2021 kl. 14.05", languages=["sv"]).at.isoformat()
    '2021-03-03T14:05:00+00:00'
    """
    reading = read_date(text, languages=languages, timezone=timezone, now=now)
    return reading.moment if reading else None


def read_date(
    text: str, *, languages: Sequence[str] = (), timezone: tzinfo = UTC, now: datetime | None = None
) -> Reading | None:
    """As `parse_date`, with where in the text the date stands and which rule read it."""
    if not any(map(str.isalnum, text[:LONGEST])):
        return None
    folded = unicodedata.normalize("NFC", text[:LONGEST]).translate(_SIGNS).lower()
    stripped = folded.strip()
    offset = len(folded) - len(folded.lstrip())
    ask = _Ask(
        text=stripped,
        languages=tuple(tag.partition("-")[0].lower() for tag in languages),
        timezone=timezone,
        now=now,
    )
    for rule, reader in READERS:
        try:
            found = reader(ask)
        except (ValueError, OverflowError):
            continue
        if found is not None and EARLIEST <= found[0].at.year <= LATEST:
            moment, (start, end) = found
            return Reading(moment=moment, span=(start + offset, end + offset), rule=rule)
    return None


#: Signs that look or mean the same as others, one for one so that places in the text stay.
_SIGNS = str.maketrans({
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\t": " ", "\n": " ", "\r": " ",
    "\u2019": "'", "\u02bc": "'", "\u2010": "-", "\u2011": "-", "\u2212": "-", "\u200e": " ", "\u200f": " ",
})  # fmt: skip

_Found = tuple[Moment, tuple[int, int]]


def _exact(ask: _Ask) -> _Found | None:
    """ISO 8601 as feeds and `datetime` attributes write it, read by the standard library."""
    text = ask.text
    if len(text) < 10 or not text[:4].isdigit() or text[4] != "-" or text[7:8] != "-":
        return None
    clock = text[10:]
    if not clock:
        return _moment(ask, date.fromisoformat(text), None), (0, 10)
    if clock[0] not in "t " or ":" not in clock:
        return None
    seconds = re.match(r"[t ]\d\d:\d\d(:\d\d)?", clock)
    at = datetime.fromisoformat(text.replace(" ", "t", 1).replace(" ", "").replace(",", "."))
    if at.tzinfo is None:
        at = _local(at, ask.timezone)
    precision: Precision = "second" if seconds and seconds[1] else "minute"
    return Moment(at=at.replace(microsecond=0), precision=precision), (0, len(text))


def _basic(ask: _Ask) -> _Found | None:
    """20210304T140500Z, week dates, ordinal dates, seconds since 1970."""
    whole = (0, len(ask.text))
    if match := forms.BASIC.match(ask.text):
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        return _moment(ask, day, match if match["hour"] else None), whole
    if match := forms.EPOCH.match(ask.text):
        at = datetime.fromtimestamp(int(match["seconds"]), UTC)
        return Moment(at=at, precision="second"), whole
    if match := forms.ISO_WEEK.match(ask.text):
        day = date.fromisocalendar(int(match["year"]), int(match["week"]), int(match["day"] or 1))
        return _moment(ask, day, None), whole
    if match := forms.ISO_ORDINAL.match(ask.text):
        return _moment(ask, date(int(match["year"]), 1, 1) + timedelta(days=int(match["days"]) - 1), None), whole
    return None


def _worded(ask: _Ask) -> _Found | None:
    """A day, the name of a month and a year, in any order."""
    return _best(ask, _in_words(ask))


def _in_words(ask: _Ask) -> Iterator[tuple[re.Match[str], date]]:
    for pattern in (forms.DAY_MONTH_YEAR, forms.MONTH_DAY_YEAR, forms.YEAR_MONTH_DAY):
        for match in pattern.finditer(ask.text):
            groups = match.groupdict()
            year = _year(groups.get("first_year") or groups["year"], ask)
            month = forms.MONTH_NUMBERS[groups.get("first_month") or groups["month"]]
            day = groups.get("first") or groups["day"] or "1"
            if made := _date(year, month, int(day)):
                yield match, made


def _numeric(ask: _Ask) -> _Found | None:
    """A day, a month and a year in numbers."""
    return _best(ask, _in_numbers(ask))


def _in_numbers(ask: _Ask) -> Iterator[tuple[re.Match[str], date]]:
    for match in forms.NUMERIC_YEAR_FIRST.finditer(ask.text):
        if not _is_numbered(ask, match) and (made := _date(int(match["year"]), int(match["month"]), int(match["day"]))):
            yield match, made
    for match in forms.NUMERIC_YEAR_LAST.finditer(ask.text):
        if _is_numbered(ask, match) or not _is_form(match):
            continue
        for year, month, day in _orders(match, ask):
            if made := _date(year, month, day):
                yield match, made
                break


def _orders(match: re.Match[str], ask: _Ask) -> Iterator[tuple[int, int, int]]:
    """What three numbers can mean, the likeliest first."""
    one, two, last = int(match["one"]), int(match["two"]), match["year"]
    hyphens = match["mark"] == match["mark2"] == "-"
    if hyphens and len(last) == 2 and len(match["one"]) == len(match["two"]) == 2 and "sv" in ask.languages[:1]:
        yield _year(match["one"], ask), two, int(last)
    year = _year(last, ask)
    if _is_american(ask):
        yield year, one, two
        yield year, two, one
    else:
        yield year, two, one
        yield year, one, two


def _is_form(match: re.Match[str]) -> bool:
    """Whether the marks between three numbers are those of a date: the same twice, or one of the mixed forms that sites use."""
    marks = (match["mark"], match["mark2"])
    if len(match["year"]) == 4:
        return True
    return marks in {(".", "."), ("/", "/"), ("-", "-"), ("/", "-")}


def _is_numbered(ask: _Ask, match: re.Match[str]) -> bool:
    """Whether a word before the numbers says that they are those of a version, a telephone, a standard."""
    return _NUMBERED.search(ask.text[: match.start()]) is not None


def _is_american(ask: _Ask) -> bool:
    return "en" in ask.languages[:1] and str(ask.timezone).startswith(("America/", "US/"))


def _month_alone(ask: _Ask) -> _Found | None:
    """A month of a year."""
    if match := forms.NUMERIC_MONTH.match(ask.text):
        year, month = int(match["year"] or match["year2"]), int(match["month"] or match["month2"])
        return _month(ask, year, month, match.span())
    for pattern in (forms.MONTH_YEAR, forms.YEAR_MONTH):
        match = pattern.search(ask.text)
        # A number before the month is a day that the month does not have: then the month is not to be trusted either.
        if match and not re.search(r"\d\W*(?:[^\W\d]{1,2}\W*)?\Z", ask.text[: match.start()]):
            return _month(ask, int(match["year"]), forms.MONTH_NUMBERS[match["month"]], match.span())
    return None


def _relative(ask: _Ask) -> _Found | None:
    """Yesterday, two hours ago."""
    if ask.now is None:
        return None
    read = read_relative(ask.text, ask.now.astimezone(ask.timezone))
    if read is None:
        return None
    at, precision, span = read
    if not _is_light(ask.text[: span[0]]):
        return None
    if precision == "day":
        clock = forms.CLOCK_AFTER.match(ask.text, span[1])
        if clock and _is_clock(clock):
            return _moment(ask, at.date(), clock), (span[0], clock.end())
        if _is_light(ask.text[span[1] :]):
            return _moment(ask, at.date(), None), span
        return None
    return (Moment(at=at, precision=precision), span) if _is_light(ask.text[span[1] :]) else None


def _yearless(ask: _Ask) -> _Found | None:
    """A day and a month: of the nearest past year in which the day of the week fits, where one is named."""
    match = forms.DAY_MONTH.search(ask.text)
    if match is None or ask.now is None or _YEAR.search(ask.text):
        return None
    month = forms.MONTH_NUMBERS[match["month"] or match["month2"]]
    day = int(match["day"] or match["day2"])
    today = ask.now.astimezone(ask.timezone).date() + timedelta(days=1)
    weekday = _weekday(ask.text, match)
    clock = forms.CLOCK_AFTER.match(ask.text, match.end())
    clock = clock if clock and _is_clock(clock) else None
    if not _is_light(ask.text[: match.start()]) or not _is_light(ask.text[clock.end() if clock else match.end() :]):
        return None
    for year in range(today.year, today.year - 12, -1):
        made = _date(year, month, day)
        if made is not None and made <= today and weekday in {None, made.weekday()}:
            return _moment(ask, made, clock), match.span()
    return None


def _foreign(ask: _Ask) -> _Found | None:
    """What dateparser reads strictly: dates in languages that are not ours."""
    text = ask.text
    if len(text) > LONGEST_SLOW or not _YEAR.search(text) or not re.search(r"[^\W\d_]{3}", text):
        return None
    if not re.search(r"(?<!\d)\d{1,2}(?!\d)", text) or _NUMBERED.search(text[: _first_digit(text)]):
        return None
    import dateparser  # noqa: TID251

    settings: Any = {"DATE_ORDER": "DMY", "STRICT_PARSING": True, "PREFER_DATES_FROM": "past"}
    languages = [tag for tag in ask.languages if tag not in _OURS] + ["fr", "it", "nl", "pt", "pl", "is", "et"]
    try:
        read = dateparser.parse(text, languages=languages, settings=settings)
    except Exception:  # noqa: BLE001  # a library that meets any text may trip over it
        return None
    if read is None:
        return None
    clock = re.search(r"\d{1,2}[:.]\d\d([:.]\d\d)?", _YEAR.sub(" ", text))
    at = read if read.tzinfo else _local(read, ask.timezone)
    precision: Precision = "day" if clock is None else "second" if clock[1] else "minute"
    return Moment(at=at.replace(microsecond=0), precision=precision), (0, len(text))


#: The order of trust.
READERS: tuple[tuple[str, Callable[[_Ask], _Found | None]], ...] = (
    ("iso", _exact),
    ("basic", _basic),
    ("words", _worded),
    ("numbers", _numeric),
    ("relative", _relative),
    ("month", _month_alone),
    ("no year", _yearless),
    ("dateparser", _foreign),
)
_OURS = frozenset({"sv", "en", "nb", "nn", "no", "da", "fi", "ca", "es", "de"})


def _best(ask: _Ask, found: Iterator[tuple[re.Match[str], date]]) -> _Found | None:
    """Of the dates in a text the one that it was published at: behind such a word, else the first that is no update."""
    dates = sorted(found, key=lambda each: (each[0].start(), -each[0].end()))
    if not dates:
        return None
    said = _PUBLISHED.search(ask.text) if len(dates) > 1 else None
    if said is not None and _UPDATED.search(ask.text):
        dates = [each for each in dates if each[0].start() >= said.end()] or dates
    match, day = dates[0]
    clock = forms.CLOCK_AFTER.match(ask.text, match.end())
    if clock and _is_clock(clock):
        return _moment(ask, day, clock), (match.start(), clock.end())
    clock = forms.CLOCK_BEFORE.search(ask.text[: match.start()])
    if clock:
        return _moment(ask, day, clock), (clock.start(), match.end())
    return _moment(ask, day, None), match.span()


def _is_clock(match: re.Match[str]) -> bool:
    """Whether a number behind a date is a time of day: with minutes, or with a word that says so."""
    return match["minute"] is not None or bool(match["word"] or match["half"] or (match["unit"] or "").strip())


def _is_light(text: str) -> bool:
    """Whether what stands beside a date says nothing else."""
    words = re.findall(r"[^\W_]+", text)
    return all(word in _BESIDE for word in words)


def _weekday(text: str, match: re.Match[str]) -> int | None:
    for named in forms.WEEKDAY.finditer(text[: match.start()]):
        return forms.WEEKDAY_NUMBERS[named["weekday"]]
    return None


def _first_digit(text: str) -> int:
    found = re.search(r"\d", text)
    return found.start() if found else 0


def _year(text: str, ask: _Ask) -> int:
    """A year of four digits, or of two: not more than one year ahead, else of the last century."""
    number = int(text.strip("'"))
    if number >= 100:
        return number
    this = ask.now.year if ask.now else 2069
    return 2000 + number if 2000 + number <= this + 1 else 1900 + number


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(ask: _Ask, year: int, month: int, span: tuple[int, int]) -> _Found | None:
    made = _date(year, month, 1)
    if made is None:
        return None
    return Moment(at=_local(datetime(year, month, 1), ask.timezone), precision="month"), span  # noqa: DTZ001


def _moment(ask: _Ask, day: date, clock: re.Match[str] | None) -> Moment:
    """The moment of a day, at the time that a match of one of the clocks says."""
    if clock is None:
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001
        return Moment(at=_local(midnight, ask.timezone), precision="day")
    said = clock.groupdict()
    hour, minute, second = int(said["hour"]), int(said["minute"] or 0), min(int(said["second"] or 0), 59)
    half = said.get("half")
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    at = datetime(day.year, day.month, day.day) + timedelta(hours=hour, minutes=minute, seconds=second)  # noqa: DTZ001
    zone = _zone(said.get("zone"))
    precision: Precision = "second" if said["second"] else "minute"
    return Moment(at=at.replace(tzinfo=zone) if zone else _local(at, ask.timezone), precision=precision)


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


def _local(at: datetime, zone: tzinfo) -> datetime:
    """A local time in a zone; one that a change of the clocks leaves out is moved behind it (PEP 495)."""
    aware = at.replace(tzinfo=zone)
    there = aware.astimezone(UTC).astimezone(zone)
    return there if there.replace(tzinfo=None) != at else aware
