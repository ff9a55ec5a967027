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
from typing import TYPE_CHECKING, Any

from pipeline.model.item import Moment
from pipeline.normalise import date_forms as forms
from pipeline.normalise.date_absolute import read_month, read_numbers, read_words
from pipeline.normalise.date_parts import YEAR, Ask, is_numbered, local, moment_of
from pipeline.normalise.date_past import read_relative, read_yearless

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import tzinfo

    from pipeline.model.item import Precision
    from pipeline.normalise.date_parts import Found, Order

#: Characters that are looked at: a date in a longer text is not the text's date.
LONGEST = 250
#: Characters that the slow reader is given.
LONGEST_SLOW = 60
EARLIEST, LATEST = 1900, 2100


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A date that was read, and why it was read so."""

    moment: Moment
    #: Where in the text it stands, from and to; of the text as it was given.
    span: tuple[int, int]
    #: The family of forms that it was read as.
    rule: str


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
    text: str,
    *,
    languages: Sequence[str] = (),
    timezone: tzinfo = UTC,
    now: datetime | None = None,
    order: Order | None = None,
) -> Reading | None:
    """As `parse_date`, with where in the text the date stands and which rule read it.

    `order` is what comes first where three numbers could be read in several ways; None: language and zone decide.
    """
    if not any(map(str.isalnum, text[:LONGEST])):
        return None
    folded = unicodedata.normalize("NFC", text[:LONGEST]).translate(_SIGNS).lower()
    stripped = folded.strip()
    offset = len(folded) - len(folded.lstrip())
    ask = Ask(
        text=stripped,
        languages=tuple(tag.partition("-")[0].lower() for tag in languages),
        timezone=timezone,
        now=now,
        order=order,
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
    "\u2019": "'", "\u00b4": "'", "`": "'", "\u02bc": "'", "\u2010": "-", "\u2011": "-", "\u2212": "-", "\u200e": " ", "\u200f": " ",
})  # fmt: skip


def _exact(ask: Ask) -> Found | None:
    """ISO 8601 as feeds and `datetime` attributes write it, read by the standard library."""
    text = ask.text
    if len(text) < 10 or not text[:4].isdigit() or text[4] != "-" or text[7:8] != "-":
        return None
    clock = text[10:]
    if not clock:
        return moment_of(ask, date.fromisoformat(text), None), (0, 10)
    if clock[0] not in "t " or ":" not in clock:
        return None
    seconds = re.match(r"[t ]\d\d:\d\d(:\d\d)?", clock)
    at = datetime.fromisoformat(text.replace(" ", "t", 1).replace(" ", "").replace(",", "."))
    if at.tzinfo is None:
        at = local(at, ask.timezone)
    precision: Precision = "second" if seconds and seconds[1] else "minute"
    return Moment(at=at.replace(microsecond=0), precision=precision), (0, len(text))


def _internet(ask: Ask) -> Found | None:
    """RFC 822 as its section 5 has it, with the years of RFC 1123: most of what feeds write, and worth a pattern of its own."""
    match = forms.INTERNET.match(ask.text)
    if match is None:
        return None
    day = date(int(match["year"]), forms.MONTH_NUMBERS[match["month"]], int(match["day"]))
    return moment_of(ask, day, match), match.span()


def _basic(ask: Ask) -> Found | None:
    """20210304T140500Z, week dates, ordinal dates, seconds since 1970."""
    whole = (0, len(ask.text))
    if match := forms.BASIC.match(ask.text):
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        return moment_of(ask, day, match if match["hour"] else None), whole
    if match := forms.EPOCH.match(ask.text):
        at = datetime.fromtimestamp(int(match["seconds"]), UTC)
        return Moment(at=at, precision="second"), whole
    if match := forms.ISO_WEEK.match(ask.text):
        day = date.fromisocalendar(int(match["year"]), int(match["week"]), int(match["day"] or 1))
        return moment_of(ask, day, None), whole
    if match := forms.ISO_ORDINAL.match(ask.text):
        return moment_of(ask, date(int(match["year"]), 1, 1) + timedelta(days=int(match["days"]) - 1), None), whole
    return None


def _foreign(ask: Ask) -> Found | None:
    """What dateparser reads strictly: dates in languages that are not ours."""
    text = ask.text
    if len(text) > LONGEST_SLOW or not YEAR.search(text) or not re.search(r"[^\W\d_]{3}|[^\W\d_a-zà-ÿ]", text):
        return None
    if not re.search(r"(?<!\d)\d{1,2}(?!\d)", text) or is_numbered(text[: _first_digit(text)]):
        return None
    import dateparser  # noqa: TID251

    settings: Any = {"DATE_ORDER": "DMY", "STRICT_PARSING": True, "PREFER_DATES_FROM": "past"}
    scripts = (tags for letters, tags in _BY_SCRIPT if letters.search(text))
    languages = [tag for tag in ask.languages if tag not in _OURS] + list(next(scripts, _LATIN))
    try:
        read = dateparser.parse(text, languages=languages, settings=settings)
    except Exception:  # noqa: BLE001  # a library that meets any text may trip over it
        return None
    if read is None:
        return None
    clock = re.search(r"\d{1,2}[:.]\d\d([:.]\d\d)?", YEAR.sub(" ", text))
    at = read if read.tzinfo else local(read, ask.timezone)
    precision: Precision = "day" if clock is None else "second" if clock[1] else "minute"
    return Moment(at=at.replace(microsecond=0), precision=precision), (0, len(text))


def _first_digit(text: str) -> int:
    found = re.search(r"\d", text)
    return found.start() if found else 0


#: The order of trust.
READERS: tuple[tuple[str, Callable[[Ask], Found | None]], ...] = (
    ("iso", _exact),
    ("internet", _internet),
    ("basic", _basic),
    ("words", read_words),
    ("numbers", read_numbers),
    ("relative", read_relative),
    ("month", read_month),
    ("no year", read_yearless),
    ("dateparser", _foreign),
)
#: The languages that dateparser is asked in, by the letters of a text.
_LATIN = ("fr", "it", "nl", "pt", "pl", "is", "et", "hu", "cs", "lt", "lv", "ro")
_BY_SCRIPT = (
    (re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"), ("el",)),
    (re.compile(r"[\u0400-\u04ff]"), ("ru", "uk", "bg")),
    (re.compile(r"[\uac00-\ud7af]"), ("ko",)),
)
_OURS = frozenset({"sv", "en", "nb", "nn", "no", "da", "fi", "ca", "es", "de"})
