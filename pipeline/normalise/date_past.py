"""Dates that are counted back from the present: yesterday, two hours ago, last Monday, a day without a year."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.model.item import Moment
from pipeline.normalise import date_forms as forms
from pipeline.normalise.date_parts import (
    SAID_PUBLISHED,
    YEAR,
    day_of,
    is_clock,
    is_light,
    is_numbered,
    moment_of,
    number_of_weekday,
    weekday,
)
from pipeline.normalise.date_relative import read_said

if TYPE_CHECKING:
    import re
    from datetime import date, datetime

    from pipeline.normalise.date_parts import Ask, Found

#: A day and a month with dots behind both ("3.3.") are a date there, and nothing else.
_DOTTED = frozenset({"fi", "de", "nb", "nn", "no", "da"})
#: 29 February on a certain day of the week comes every 28 years, 40 around 1900 and 2100.
_YEARS_BACK = 12


def read_relative(ask: Ask) -> Found | None:
    """Yesterday, two hours ago."""
    if ask.now is None:
        return None
    read = read_said(ask.text, ask.now.astimezone(ask.timezone))
    if read is None:
        return _past_weekday(ask, ask.now)
    at, precision, span = read
    if precision == "day":
        return _with_clock(ask, at.date(), span)
    return (Moment(at=at, precision=precision), span) if is_light(ask.text[: span[0]], ask.text[span[1] :]) else None


def _past_weekday(ask: Ask, now: datetime) -> Found | None:
    match = forms.PAST_WEEKDAY.search(ask.text)
    if match is None:
        return None
    name = match["weekday"] or match["before"] or match["nordic"]
    number = number_of_weekday(ask, name)
    if number is None:
        return None
    today = now.astimezone(ask.timezone).date()
    return _with_clock(ask, today - timedelta(days=(today.weekday() - number) % 7 or 7), match.span())


def read_yearless(ask: Ask) -> Found | None:
    """A day and a month: of the nearest past year in which the day of the week fits, where one is named."""
    if ask.now is None or YEAR.search(ask.text):
        return None
    match = forms.DAY_MONTH.search(ask.text)
    if match is not None:
        day, month = int(match["day"] or match["day2"]), forms.MONTH_NUMBERS[match["month"] or match["month2"]]
    else:
        match = forms.NUMERIC_DAY_MONTH.search(ask.text)
        if match is None or is_numbered(ask.text[: match.start()]) or not _is_said_as_date(ask, match):
            return None
        day, month = int(match["day"]), int(match["month"])
    today = ask.now.astimezone(ask.timezone).date() + timedelta(days=1)
    named = weekday(ask, match.start())
    for year in range(today.year, today.year - _YEARS_BACK, -1):
        made = day_of(year, month, day)
        if made is not None and made <= today and named in {None, made.weekday()}:
            return _with_clock(ask, made, match.span())
    return None


def _is_said_as_date(ask: Ask, match: re.Match[str]) -> bool:
    """Whether two numbers are a date, which is no fraction and no number of a section only if something beside them says so."""
    before = ask.text[: match.start()]
    if weekday(ask, match.start()) is not None or SAID_PUBLISHED.search(before):
        return True
    clock = forms.CLOCK_AFTER.match(ask.text, match.end())
    if clock is not None and clock["word"] and is_clock(clock):
        return True
    return match["mark"] == "." and match[0].endswith(".") and not _DOTTED.isdisjoint(ask.languages[:1])


def _with_clock(ask: Ask, day: date, span: tuple[int, int]) -> Found | None:
    """The day, at the time that stands beside it; None where anything else stands there, too."""
    start, end = span
    clock = forms.CLOCK_AFTER.match(ask.text, end)
    if clock and is_clock(clock):
        end = clock.end()
    elif clock := forms.CLOCK_BEFORE.search(ask.text[:start]):
        start = clock.start()
    if not is_light(ask.text[:start], ask.text[end:]):
        return None
    return moment_of(ask, day, clock), (start, end)
