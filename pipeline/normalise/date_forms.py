"""The forms that dates are written in, as patterns over lower-case text, made of the tables of `date_words` and of `web.months`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.normalise.date_words import (
    CLOCK,
    FIRST,
    HOURS,
    LAST,
    LINKING,
    ORDINALS,
    PAST,
    UNTIL,
    WEEKDAYS,
    spellings,
)
from pipeline.web.months import MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterable


def _months() -> dict[str, int]:
    named: dict[str, int] = {}
    for months in MONTHS.values():
        for number, names in enumerate(months, start=1):
            for name in names.split():
                named.update(dict.fromkeys(spellings(name), number))
    return named


def _weekdays() -> dict[str, dict[str, int]]:
    """By language; Monday is 0."""
    return {
        language: {
            spelled: number
            for number, names in enumerate(days)
            for name in names.split()
            for spelled in spellings(name)
        }
        for language, days in WEEKDAYS.items()
    }


def _any(words: Iterable[str]) -> str:
    """One of the words, the longest that fits; as a tree of their letters, because `re` tries the branches of an alternative one by one."""
    branches: dict[str, list[str]] = {}
    ends = False
    for word in words:
        if word:
            branches.setdefault(word[0], []).append(word[1:])
        else:
            ends = True
    tree = "|".join(
        re.escape(letter) + (_any(rests) if any(rests) else "") for letter, rests in sorted(branches.items())
    )
    return f"(?:{tree}){'?' if ends else ''}"


MONTH_NUMBERS = _months()
WEEKDAYS_OF = _weekdays()
WEEKDAY_NAMES = frozenset(name for named in WEEKDAYS_OF.values() for name in named)
#: In any language. A name that is another day in another language is the first language's; two letters are words elsewhere.
WEEKDAY_NUMBERS = {
    name: number for named in reversed(WEEKDAYS_OF.values()) for name, number in named.items() if len(name) > 2
}

#: In full: what "i måndags" is made of, in Swedish, Norwegian and Danish.
_NORDIC_DAYS = [name for language in ("sv", "nb", "nn", "da") for name in WEEKDAYS_OF[language] if name.endswith("dag")]

_MONTH = rf"(?P<{{}}>{_any(MONTH_NUMBERS)})(?![^\W\d_])\.?"
_ORDINAL = rf"(?:\s?:\s?[ae]|\.º|\.|(?:{_any(ORDINALS)})(?![^\W\d_]))?"
_LINK = rf"(?:\s*(?:(?<![^\W\d_])(?:{_any(LINKING)})(?![^\W\d_])|[dl]['’]|[-–/.,])\s*|\s+)*"
_UNTIL = rf"\s*(?:[-–—&/]|(?<![^\W\d_])(?:{_any(UNTIL)})(?![^\W\d_]))\s*(?:den\s+|el\s+|am\s+)?"
_DAY_NUMBER = r"(?P<{}>0?[1-9]|[12]\d|3[01])(?!\d)"
_DAY = rf"(?<![\d$€£])(?<!\d[.,:/-]){_DAY_NUMBER}"
_YEAR4 = r"(?P<{}>(?:19|20)\d\d)(?![\d])"
_YEAR = r"(?P<{}>(?:19|20)\d\d|(?<![\d])['’]?\d\d)(?!\d|[:.]\d)"
_WEEKDAY = rf"(?P<weekday>{_any(WEEKDAY_NAMES)})(?![^\W\d_])\.?"

#: 5–6 juni 2025, 30 maj till 2 juni 2025: the first day counts.
_RANGE = rf"{_DAY.format('first')}{_ORDINAL}(?:{_LINK}{_MONTH.format('first_month')})?(?:{_LINK}{_YEAR4.format('first_year')})?{_UNTIL}"

#: 13 sep 2021, den 3:e mars 2021, 3rd of March 2021, 8 d’octubre de 2024, 3. toukokuuta 2024.
_MONTH_YEAR = rf"{_LINK}{_MONTH.format('month')}{_LINK}{_YEAR.format('year')}"
DAY_MONTH_YEAR = re.compile(rf"(?:{_DAY.format('day')}{_ORDINAL}|(?<![^\W\d_])(?P<one>{_any(FIRST)})){_MONTH_YEAR}")
DAYS_MONTH_YEAR = re.compile(rf"{_RANGE}{_DAY_NUMBER.format('day')}{_ORDINAL}{_MONTH_YEAR}")
#: Without it a text holds no range.
RANGED = re.compile(rf"{_UNTIL}\d")
#: December 20, 2017; Jul 13 2017.
MONTH_DAY_YEAR = re.compile(
    rf"(?<![^\W\d_]){_MONTH.format('month')}\s+(?P<day>0?[1-9]|[12]\d|3[01])(?!\d){_ORDINAL}"
    rf"(?:{_UNTIL}(?:{_MONTH.format('last_month')}\s+)?\d{{1,2}}(?!\d){_ORDINAL})?(?:,\s*|\s+)(?:del?\s+)?(?:{_YEAR4.format('year')}|['’](?P<short>\d\d)(?!\d))"
)
#: 2017 December 20, 2017-Dec-20.
YEAR_MONTH_DAY = re.compile(
    rf"(?<![\d.]){_YEAR4.format('year')}[\s,./-]+{_MONTH.format('month')}[\s,./-]+(?P<day>0?[1-9]|[12]\d|3[01])(?!\d)"
)
#: mars 2021, març de 2021, September, 2021.
#: "des de 1975" is Catalan for "since 1975".
MONTH_YEAR = re.compile(rf"(?<![^\W\d_])(?!des\s+del?\s){_MONTH.format('month')}{_LINK}{_YEAR4.format('year')}")
YEAR_MONTH = re.compile(rf"(?<![\d.]){_YEAR4.format('year')}[\s,]+{_MONTH.format('month')}(?!\s*\d)")
#: tisdag 3 mars, March 3: the year is to be found out.
DAY_MONTH = re.compile(
    rf"(?:{_DAY.format('day')}{_ORDINAL}(?:(?:{_LINK}{_MONTH.format('first_month')})?{_UNTIL}\d{{1,2}}(?!\d){_ORDINAL})?{_LINK}{_MONTH.format('month')}"
    rf"|(?<![^\W\d_]){_MONTH.format('month2')}\s+(?P<day2>0?[1-9]|[12]\d|3[01])(?!\d){_ORDINAL})"
)
#: Right before a date: tisdagen den, ti, Wed, the.
WEEKDAY_BEFORE = re.compile(rf"(?<![^\W\d_]){_WEEKDAY}[\s,:–-]*(?:(?:{_any(LINKING)}|el|am)(?![^\W\d_])\.?\s*)?\Z")

#: "i måndags", "last Monday", "viime maanantaina", "el lunes pasado": the last day of that name before today.
PAST_WEEKDAY = re.compile(
    rf"(?<!\w)(?:(?:{_any(LAST)})\s+{_WEEKDAY}(?!s\b)|{_WEEKDAY.replace('weekday', 'before')}\s+(?:{_any(PAST)})|i\s+(?P<nordic>{_any(_NORDIC_DAYS)})s)(?!\w)"
)

#: 2021-03-04, 2021/3/4, 2021.03.04.
NUMERIC_YEAR_FIRST = re.compile(
    r"(?<![\d.,/-])(?P<year>(?:19|20)\d\d)(?P<mark>[-./])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?![\d]|[-/]\d)"
)
#: 3.3.2021, 3/3/21, 03-03-2021, 3/3-21, 3/5 2024, 3. 3. 2021.
NUMERIC_YEAR_LAST = re.compile(
    r"(?<![\d.,:/-])(?:(?P<first>\d{1,2})\.?(?:\s?[./]\s?(?P<first_month>\d{1,2})\.?)?\s*(?:[-–—]|till|til|bis|to|al|a)\s*)?"
    r"(?P<one>\d{1,2})\s?(?P<mark>[-./])\s?(?P<two>\d{1,2})(?:\s?(?P<mark2>[-./])\s?|(?<=\d)\s)(?P<year>(?:19|20)\d\d|\d\d)(?![\d]|[-/.:]\d)"
)
#: 3.3., 3/3: without a year.
NUMERIC_DAY_MONTH = re.compile(r"(?<![\d.,:/-])(?P<day>\d{1,2})(?P<mark>[./])(?P<month>\d{1,2})\.?(?![\d/:-]|[.,]\d)")
#: 20210303, 2021 03 03, 210303.
COMPACT = re.compile(
    r"(?<![\w.,:/+-])(?:(?P<century>19|20)(?P<year>\d\d)(?P<gap> ?)(?P<month>\d\d)(?P=gap)|(?P<year2>\d\d)(?P<month2>\d\d))(?P<day>\d\d)(?![\w:/-]|[.,]\d)"
)
#: 03/2021, 2021-03.
NUMERIC_MONTH = re.compile(
    r"\A(?:(?P<month>0?[1-9]|1[0-2])[/.](?P<year>(?:19|20)\d\d)|(?P<year2>(?:19|20)\d\d)[-/](?P<month2>0[1-9]|1[0-2]))\Z"
)
#: Week dates and ordinal dates (ISO 8601, sections 5.2.2 and 5.2.3): 2021-W09-3, 2021W093, 2021-062.
ISO_WEEK = re.compile(r"\A(?P<year>(?:19|20)\d\d)-?w(?P<week>\d\d)(?:-?(?P<day>[1-7]))?\Z")
ISO_ORDINAL = re.compile(r"\A(?P<year>(?:19|20)\d\d)-?(?P<days>\d{3})\Z")
#: 20210304T140500Z, 20210304.
BASIC = re.compile(
    r"\A(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?:t?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?:[.,]\d+)?(?P<zone>z|[+-]\d\d:?(?:\d\d)?)?)?\Z"
)
#: Seconds or milliseconds since 1970.
EPOCH = re.compile(r"\A(?P<seconds>1[0-9]\d{8})(?P<milli>\d{3})?(?:\.\d+)?\Z")

#: The names of zones that feeds and sites write, in minutes east of Greenwich (RFC 822, section 5; European usage).
ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 60, "bst": 60, "cet": 60, "cest": 120, "mez": 60, "mesz": 120,
    "met": 60, "mest": 120, "eet": 120, "eest": 180, "msk": 180, "est": -300, "edt": -240, "cst": -360, "cdt": -300,
    "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
}  # fmt: skip
_ZONE = rf"\(?(?P<zone>(?:utc|gmt)?\s?[+-−]\d\d?:?(?:\d\d)?(?!\d)|(?:{_any(ZONES)})(?![^\W_]))\)?"
_CLOCK_WORD = rf"(?:(?:{_any(CLOCK)}|a les|a las)(?![^\W\d_])\.?:?\s*)"
#: a.m. and p.m.; fm and em in Swedish, ap. and ip. in Finnish.
_HALF = r"(?P<half>[ap]\.?\s?m|[ai]\.?\s?p|[fe]\.?\s?m)(?![^\W\d_])\.?"
_HOUR = r"(?P<hour>[01]?\d|2[0-4])(?!\d)"
_MINUTES = r"[:.h](?P<minute>[0-5]\d)(?!\d)(?:[:.](?P<second>[0-5]\d|60)(?!\d)(?:[.,]\d{1,9})?)?(?![.:/]\d)"
_UNIT = rf"(?:(?:{_any(HOURS)})(?![^\W\d_]))"
_GAP = r"[\s,;:|•·()@/–—-]*(?:t(?=\d))?"
#: Right behind a date: kl. 14.05, at 2 pm, 14:05:00 +0100, T14:05Z.
CLOCK_AFTER = re.compile(
    rf"{_GAP}(?:(?P<word>{_CLOCK_WORD})|(?:den|at|,)\s+)?{_HOUR}(?:{_MINUTES})?(?:\s*{_HALF})?(?P<unit>\s*{_UNIT})?(?:\s*{_ZONE})?"
)
#: Right before a date: 14:05, 3 mars 2021.
CLOCK_BEFORE = re.compile(
    rf"(?<![\d.,:/-])(?:{_CLOCK_WORD})?{_HOUR}{_MINUTES}(?:\s*{_HALF})?(?:\s*{_UNIT}\.?)?(?:\s*{_ZONE})?{_GAP}(?:(?:on|den|am|el|del|the|{_any(WEEKDAY_NAMES)})\.?,?\s+)*\Z"
)
#: Tue Mar 03 14:05:00 CET 2021, as programs in C, Java and Ruby print it.
CTIME = re.compile(
    rf"(?<![^\W\d_]){_MONTH.format('month')}\s+{_DAY_NUMBER.format('day')}\s+{_HOUR}{_MINUTES}(?:\s+{_ZONE})?\s+{_YEAR4.format('year')}"
)
#: Wed, 03 Mar 2021 14:05:00 +0100, with a day of the week in any language or a wrong one.
INTERNET = re.compile(
    r"\A(?:[^\W\d_]{2,12}\.?,? ?)?(?P<day>\d\d?) (?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) (?P<year>(?:19|20)\d\d)"
    r" (?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d|60))? (?P<zone>[+-]\d{4}|gmt|utc?|z)\Z"
)
