"""The days that a sentence states in one of nine languages, with where they stand in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pipeline.web.folding import fold
from pipeline.web.months import month_of

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A day without a year lies so far away at most, in either direction; what lies further could be the one of another year.
NEAR = timedelta(days=183)

_ORDINAL = r"(?:\.|:e|:a|st|nd|rd|th|r|è|º|°)?"
_AND = r"(?:och|og|and|i|y|e|und|ja|&)"
_TO = r"(?:till|til|to|al|bis|a|-|–|—)"
_MONTH_WORD = r"([^\W\d_]{3,12})\.?"
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}}){_ORDINAL}(?:\s*({_TO}|{_AND})\s*(?:den\s+|el\s+|zum\s+)?(\d{{1,2}}){_ORDINAL})?"
    rf"\s*(?:de\s+l['’]|de\s+|d['’]|of\s+)?{_MONTH_WORD}(?:,?\s+(?:de\s+|del\s+)?(20\d\d)\b)?",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"\b([A-Z][a-z]{{2,8}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:\s*({_TO}|{_AND})\s*(\d{{1,2}})(?:st|nd|rd|th)?)?(?:,?\s+(20\d\d)\b)?(?![\d:])"
)
_ISO = re.compile(r"(?<![\d-])(20\d\d)-(\d\d)-(\d\d)(?![\d-])")
_POINTS = re.compile(r"(?<![\d.,/])(?:(\d{1,2})\.?\s*[-–]\s*)?(\d{1,2})\.\s?(\d{1,2})\.\s?(20\d\d)(?!\d|\.\d)")
_SLASHES = re.compile(r"(?<![\d./])(\d{1,2})/(\d{1,2})/(20\d\d)(?![\d/])")
_FINNISH = re.compile(r"(?<![\d.,/])(?:(\d{1,2})\.?\s*[-–]\s*)?(\d{1,2})\.(\d{1,2})\.(?!\s?\d)(?=[\s,;:)–-]|$)")
#: Between two days that are the ends of a time.
_BETWEEN = re.compile(rf"\s*(?:{_TO}\s*(?:den\s+|el\s+|zum\s+|the\s+)?)\s*", re.IGNORECASE)
_WEEKDAY = re.compile(r"([^\W\d_]{2,12})\.?,?\s+(?:(?:den|the|el|dem|le|dia)\s+)?$", re.IGNORECASE)

#: Beginnings of the days of the week, folded, Monday first (CLDR).
_WEEKDAYS = (
    ("mandag", "monday", "maanantai", "dilluns", "lunes", "montag"),
    ("tisdag", "tirsdag", "tuesday", "tiistai", "dimarts", "martes", "dienstag"),
    ("onsdag", "wednesday", "keskiviikko", "dimecres", "miercoles", "mittwoch"),
    ("torsdag", "thursday", "torstai", "dijous", "jueves", "donnerstag"),
    ("fredag", "friday", "perjantai", "divendres", "viernes", "freitag"),
    ("lordag", "saturday", "lauantai", "dissabte", "sabado", "samstag", "sonnabend"),
    ("sondag", "sunday", "sunnuntai", "diumenge", "domingo", "sonntag"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """One day, or the first and the last of several."""

    first: date
    last: date
    #: Where it stands in the sentence.
    start: int
    end: int


def days_in(sentence: str, near: date) -> list[Days]:
    """The days of a sentence in their order, none in which there is doubt; a day without a year is the one next to `near`."""
    found: list[Days] = []
    for each in sorted(_all(sentence, near), key=lambda each: (each.start, -each.end)):
        if found and each.start < found[-1].end:
            continue
        if found and _BETWEEN.fullmatch(sentence, found[-1].end, each.start) and found[-1].first < each.first:
            found[-1] = replace(found[-1], last=each.last, end=each.end)
        else:
            found.append(each)
    return [each for each in found if _agrees(sentence, each)]


def _all(sentence: str, near: date) -> Iterator[Days]:
    for match in _DAY_FIRST.finditer(sentence):
        month = month_of(match[4])
        yield from _days(match, near, month, (match[1], match[2], match[3]), match[5])
    for match in _MONTH_FIRST.finditer(sentence):
        yield from _days(match, near, month_of(match[1]), (match[2], match[3], match[4]), match[5])
    for match in _ISO.finditer(sentence):
        yield from _days(match, near, int(match[2]), (match[3], None, None), match[1])
    for match in _POINTS.finditer(sentence):
        ends = (match[1] or match[2], "-" if match[1] else None, match[2] if match[1] else None)
        yield from _days(match, near, int(match[3]), ends, match[4])
    for match in _SLASHES.finditer(sentence):
        if int(match[1]) > 12 or match[1] == match[2]:  # else it could be month first
            yield from _days(match, near, int(match[2]), (match[1], None, None), match[3])
    for match in _FINNISH.finditer(sentence):
        ends = (match[1] or match[2], "-" if match[1] else None, match[2] if match[1] else None)
        yield from _days(match, near, int(match[3]), ends, None)


def _days(
    match: re.Match[str], near: date, month: int | None, ends: tuple[str, str | None, str | None], year: str | None
) -> Iterator[Days]:
    if month is None or not 1 <= month <= 12:
        return
    one, joined, other = ends
    first = _day(near, year, month, int(one))
    last = _day(near, year, month, int(other)) if other else first
    if first is None or last is None or last < first:
        return
    if joined and re.fullmatch(_AND, joined, re.IGNORECASE) and last - first > timedelta(days=1):
        return  # "5 och 19 maj": two times, not one
    yield Days(first=first, last=last, start=match.start(), end=match.end())


def _day(near: date, year: str | None, month: int, day: int) -> date | None:
    years = (int(year),) if year else (near.year - 1, near.year, near.year + 1)
    possible = []
    for each in years:
        try:
            possible.append(date(each, month, day))
        except ValueError:
            continue
    if not possible:
        return None
    best = min(possible, key=lambda each: abs(each - near))
    return best if year or abs(best - near) <= NEAR else None


def _agrees(sentence: str, days: Days) -> bool:
    """Whether the day of the week that stands before the day, if any, is its own."""
    before = _WEEKDAY.search(sentence[: days.start])
    if before is None:
        return True
    said = _weekday(fold(before[1]))
    return said is None or said == days.first.weekday()


def is_weekday(folded: str) -> bool:
    """Whether a folded word is the name of a day of the week."""
    return _weekday(folded) is not None


def _weekday(folded: str) -> int | None:
    return next((n for n, names in enumerate(_WEEKDAYS) if any(folded.startswith(name) for name in names)), None)
