"""Dates as pages write them: where one stands in a text, and whether two of them name the same day.

Nothing is read here, only found: an entry keeps its date as it was written, and `normalise` reads it.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

#: How the names of the months begin in sv, en, nb, nn, da, fi, ca, es and de, and in fr, it, nl and pt, full or cut short; January first.
MONTHS: tuple[tuple[str, ...], ...] = (
    ("jan", "jän", "gen", "ene", "tammi"),
    ("feb", "helmi", "fév", "fev"),
    ("mar", "mär", "maalis", "mrt", "maart"),
    ("apr", "abr", "huhti", "avr"),
    ("maj", "mai", "may", "touko", "mag", "mei"),
    ("jun", "kesä", "juin", "giu"),
    ("jul", "heinä", "juil", "lug"),
    ("aug", "ago", "elo", "aoû", "aou"),
    ("sep", "set", "syys"),
    ("okt", "oct", "loka", "ott", "out"),
    ("nov", "marras"),
    ("dec", "des", "dez", "dic", "joulu", "déc"),
)
_MONTH = "(?:" + "|".join(name for names in MONTHS for name in names) + r")[^\W\d_]{0,9}\.?"
_YEAR = r"(?:19|20)\d\d(?!\d)"
_DAY = r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])(?!\d)"
_ORDINAL = r"(?:st|nd|rd|th|:[ae]|\.|º)?"
_OF = r"(?:de\s+|del\s+|d['’]\s*|of\s+|(?:i|den)\s+)?"
_CLOCK = r"(?:[01]?\d|2[0-3])[:.][0-5]\d(?:[:.][0-5]\d)?(?:\.\d+)?(?!\d)"
_ZONE = r"(?:\s*(?:[ap]\.?m\b\.?|uhr\b|h\b))?(?:\s*(?:Z\b|[A-Z]{3,4}\b|(?:UTC|GMT)?\s?[+-]\d{2}:?\d{2}))?"
_BETWEEN = r"(?:\s*(?:[,|·•–-]|T|kl\.?|klokka|klokken|klockan|klo|at|um|a les|a las|à)\s*){0,2}\s*"
_FORMS = (
    r"(?<!\d)(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}(?!\d)",  # 2024-05-03
    rf"{_DAY}{_ORDINAL}\s*[-/]?\s*{_OF}{_MONTH}[-/]?,?\s*{_OF}{_YEAR}",  # 3 maj 2024, 3rd of May, 2024, 8 d’octubre de 2024
    rf"(?<![^\W\d_]){_MONTH}\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}",  # May 3, 2024
    rf"(?<!\d){_YEAR}\s+{_MONTH}\s+{_DAY}",  # 2017 Jul 13
    rf"{_DAY}\.\s?\d{{1,2}}\.\s?{_YEAR}|{_DAY}[-/]\d{{1,2}}[-/ ]{_YEAR}|(?<!\d)\d{{1,2}}[-/]{_DAY}[-/]{_YEAR}",  # 3.5.2024
)
_DATE = re.compile(rf"(?P<date>{'|'.join(_FORMS)})(?P<clock>{_BETWEEN}{_CLOCK}{_ZONE})?", re.IGNORECASE)
_ANY_YEAR = re.compile(r"(?:19|20)\d\d")
_HAS_CLOCK = re.compile(rf"(?<![\d.:-]){_CLOCK}(?![.:-]?\d)|T\d\d:?\d\d", re.IGNORECASE)
_ISO = re.compile(r"\A\s*(?:19|20)\d\d-\d\d-\d\d[T ]\d\d:\d\d")
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]\d\d:?\d\d)?\s*\Z")


_RELATIVE = (
    r"(?:i\s?dag|i\s?går|i\s?går|today|yesterday|heute|gestern|hoy|ayer|avui|ahir|tänään|eilen|just\s+nu|just\s+now|nyss)"
    rf"(?:{_BETWEEN}{_CLOCK}{_ZONE})?"
    r"|(?:(?:for|för|vor|hace|fa|about|ca\.?|cirka)\s+)?(?:\d{1,2}|en?|ett?|an?|una?|einem|einer)\s*"
    r"(?:sekund\w*|min(?:ut\w*)?\.?|tim(?:m[ae]\w*|e\w*|\.)?|h(?:ours?|rs?|oras?|ores?)?\.?|stund\w*|dag(?:a?r|e[rn]?|e)?|days?|d[ií]a?s?|dies|tage?n?|"
    r"weeks?|veck\w*|uk\w+|uge\w*|woche\w*|semanas?|setman\w+|month\w*|månad\w*|måned\w*|monat\w*|tunti\w*|päivä\w*|viikko\w*|kuukau\w+)"
    r"(?:\s+(?:sedan|siden|sidan|ago|sitten))?"
)
_WEEKDAY = r"(?:[^\W\d_]{2,10}\.?,?\s+(?:den\s+)?)?"
#: Dates that only a date's own place gives away: without a year, with two digits of one, reckoned from today.
_LOOSE = re.compile(
    rf"\W*(?:{_WEEKDAY}{_DAY}{_ORDINAL}\s*[-/]?\s*{_OF}{_MONTH}(?:\s*['’]?\d\d)?|{_WEEKDAY}{_MONTH}\s*{_DAY}(?:st|nd|rd|th)?"
    rf"|{_DAY}[-./]\d{{1,2}}[-./]\d\d|\d{{1,2}}[-/]{_DAY}[-/]\d\d|{_RELATIVE})(?:{_BETWEEN}{_CLOCK}{_ZONE})?\W*",
    re.IGNORECASE,
)


#: Characters of a text that are searched: a date stands at its beginning, and white space without end costs its square.
_LONGEST = 500
_LONGEST_LOOSE = 40
_LONGEST_SEARCHED = 5_000


def find_date(text: str) -> str | None:
    """The first date with day, month and year in `text`, with the time of day that follows it, as it is written.

    >>> find_date("Publicerad: fre 3 maj 2024 kl. 14.05 av Eva")
    '3 maj 2024 kl. 14.05'
    """
    match = _search(text)
    return match.group().strip() if match else None


def is_mostly_date(text: str) -> bool:
    """Whether a text is a date with at most a word or two beside it."""
    match = _search(text)
    return match is not None and len(text) - len(match.group()) <= 20  # "Publicerad onsdagen den"


def is_loosely_date(text: str) -> bool:
    """Whether a text is nothing but a date that lacks its year, has two digits of it, or is reckoned from today: "12 mar", "igår 10.15"."""
    return len(text) <= _LONGEST_LOOSE and _LOOSE.fullmatch(text) is not None


def without_dates(text: str) -> str:
    """A text without the dates in it."""
    return _DATE.sub("", text) if _ANY_YEAR.search(text) else text


def dates_in(text: str) -> list[str]:
    """Every date with day, month and year in a text, each once."""
    return list(dict.fromkeys(match.group().strip() for match in _DATE.finditer(text[: 4 * _LONGEST])))


def is_only_dates(text: str) -> bool:
    """Whether a text is dates, one or several, with hardly a word between them."""
    return len(text) <= _LONGEST and len(_DATE.sub("", text)) <= 20 and _search(text) is not None


def has_clock(text: str) -> bool:
    """Whether a date says a time of day: "3 maj 2024 kl. 14.05" does, "03.05.2024" does not."""
    match = _search(text)
    if match:
        return bool(match["clock"]) or bool(_HAS_CLOCK.search(text[: match.start()] + " " + text[match.end() :]))
    return bool(_HAS_CLOCK.search(text[:_LONGEST]))


def is_exact(text: str) -> bool:
    """Whether a date is written for programs, with a time of day that is more than a filled-in midnight."""
    return bool(_ISO.match(text)) and not _MIDNIGHT.search(text)


def same_day(written: str, exact: str, timezone: tzinfo) -> bool:
    """Whether a date of a page names the day of an exact one, as that is written or as it falls in `timezone`."""
    match = _search(written)
    try:
        moment = datetime.fromisoformat(exact.strip())
    except ValueError:
        return False
    days = {moment.date()} if moment.tzinfo is None else {moment.date(), moment.astimezone(timezone).date()}
    return match is not None and any(_names(match["date"], day) for day in days)


def days_of(written: str) -> tuple[date, ...]:
    """The days that a date can name: one, or two where the order of its numbers says nothing; none for months in no language of ours.

    >>> days_of("12/5 2024")
    (datetime.date(2024, 5, 12), datetime.date(2024, 12, 5))
    """
    match = _search(written)
    if match is None:
        return ()
    numbers = [int(number) for number in re.findall(r"\d+", match["date"])]
    words = re.findall(r"[^\W\d_]+", match["date"].lower())
    months = [month for month, names in enumerate(MONTHS, 1) if any(word.startswith(names) for word in words)]
    if len(numbers) == 2 and months:
        orders = [(max(numbers), months[0], min(numbers))]
    elif len(numbers) != 3:
        return ()
    elif numbers[0] > 31:
        orders = [(numbers[0], numbers[1], numbers[2])]
    else:
        orders = [(numbers[2], numbers[1], numbers[0]), (numbers[2], numbers[0], numbers[1])]
        orders = orders[:1] if "." in match["date"] else orders
    return tuple(dict.fromkeys(day for order in orders if (day := _date(*order))))


def clock_of(written: str) -> time | None:
    """The time of day that follows a date, to the minute; None where none does, or it is one of twelve hours."""
    match = _search(written)
    if match is None or not match["clock"] or re.search(r"[ap]\.?m\b", match["clock"], re.IGNORECASE):
        return None
    found = re.search(r"(\d{1,2})[:.](\d\d)", match["clock"])
    return time(int(found[1]), int(found[2])) if found else None


def writes_day(text: str, day: date) -> bool:
    """Whether `text` writes out a day somewhere, its numbers in any order that is in use."""
    return any(_names(match["date"], day) for match in _DATE.finditer(text[:_LONGEST_SEARCHED]))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _search(text: str) -> re.Match[str] | None:
    # Every form has a year; most texts have none, and are told apart a hundred times faster.
    return _DATE.search(text[:_LONGEST]) if _ANY_YEAR.search(text, 0, _LONGEST) else None


def _names(written: str, day: date) -> bool:
    numbers = [int(number) for number in re.findall(r"\d+", written)]
    words = re.findall(r"[^\W\d_]+", written.lower())
    if not words or len(numbers) > 2:
        return sorted(numbers) == sorted((day.year, day.month, day.day))
    return sorted(numbers) == sorted((day.year, day.day)) and any(
        word.startswith(MONTHS[day.month - 1]) for word in words
    )
