"""Dates that say their year: a day with the name of a month, in numbers, or a month alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.normalise import date_forms as forms
from pipeline.normalise.date_parts import (
    SAID_PUBLISHED,
    SAID_UPDATED,
    day_of,
    full_year,
    is_clock,
    is_light,
    is_numbered,
    moment_of,
    month_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from pipeline.normalise.date_parts import Ask, Found, Order


_WORDS = re.compile(r"[^\W\d_]+")


def read_words(ask: Ask) -> Found | None:
    """A day, the name of a month and a year, in any order."""
    return _best(ask, _in_words(ask))


def read_numbers(ask: Ask) -> Found | None:
    """A day, a month and a year in numbers."""
    return _best(ask, _in_numbers(ask)) or _compact(ask)


def read_month(ask: Ask) -> Found | None:
    """A month of a year."""
    if match := forms.NUMERIC_MONTH.match(ask.text):
        year, month = int(match["year"] or match["year2"]), int(match["month"] or match["month2"])
        return month_of(ask, year, month, match.span())
    for pattern in (forms.MONTH_YEAR, forms.YEAR_MONTH):
        match = pattern.search(ask.text)
        # A number before the month is a day that the month does not have: then the month is not to be trusted either.
        if pattern is forms.YEAR_MONTH and match and not is_light(ask.text[: match.start()], ask.text[match.end() :]):
            continue
        if match and not re.search(r"\d\W*(?:[^\W\d]{1,2}\W*)?\Z", ask.text[: match.start()]):
            return month_of(ask, int(match["year"]), forms.MONTH_NUMBERS[match["month"]], match.span())
    return None


def _in_words(ask: Ask) -> Iterator[tuple[re.Match[str], date]]:
    if forms.MONTH_NUMBERS.keys().isdisjoint(_WORDS.findall(ask.text)):
        return
    ranges = (forms.DAYS_MONTH_YEAR,) if forms.RANGED.search(ask.text) else ()
    for pattern in (*ranges, forms.DAY_MONTH_YEAR, forms.MONTH_DAY_YEAR, forms.YEAR_MONTH_DAY, forms.CTIME):
        for match in pattern.finditer(ask.text):
            groups = match.groupdict()
            month = forms.MONTH_NUMBERS[groups["month"]]
            day = groups["day"] or "1"
            last = full_year(groups["year"] or groups["short"] or "", ask.now), month, int(day)
            if made := _first(groups, last, forms.MONTH_NUMBERS.get(groups.get("first_month") or "")):
                yield match, made


def _first(groups: dict[str, str | None], last: tuple[int, int, int], first_month: int | None) -> date | None:
    """The first day of a range, where it is one: what it leaves out is as in its last day, and it is not behind it."""
    first = groups.get("first")
    if first is None:
        return day_of(*last)
    year, month = int(groups.get("first_year") or last[0]), first_month or last[1]
    if groups.get("first_year") is None and (month, int(first)) > last[1:]:
        year -= 1
    return day_of(*last) and day_of(year, month, int(first))


def _in_numbers(ask: Ask) -> Iterator[tuple[re.Match[str], date]]:
    for match in forms.NUMERIC_YEAR_FIRST.finditer(ask.text):
        made = day_of(int(match["year"]), int(match["month"]), int(match["day"]))
        if made and not is_numbered(ask.text[: match.start()]):
            yield match, made
    for match in forms.NUMERIC_YEAR_LAST.finditer(ask.text):
        if is_numbered(ask.text[: match.start()]) or not _is_form(match):
            continue
        first_month = int(match["first_month"]) if match["first_month"] else None
        for order in orders(match, ask):
            if made := _first(match.groupdict(), order, first_month):
                yield match, made
                break


def orders(match: re.Match[str], ask: Ask) -> Iterator[tuple[int, int, int]]:
    """What three numbers can mean (year, month, day), the likeliest first."""
    one, two, last = int(match["one"]), int(match["two"]), match["year"]
    if _may_begin_with_year(match) and (ask.order == "year" or (ask.order is None and "sv" in ask.languages[:1])):
        yield full_year(match["one"], ask.now), two, int(last)
    year = full_year(last, ask.now)
    if ask.order == "month" or (ask.order is None and _is_american(ask)):
        yield year, one, two
        yield year, two, one
    else:
        yield year, two, one
        yield year, one, two


def order_told(text: str, latest: date) -> Order | None:
    """What comes first in a date of three numbers, where only one order makes it a day that is not behind `latest`."""
    match = forms.NUMERIC_YEAR_LAST.search(text)
    if match is None or is_numbered(text[: match.start()].lower()) or not _is_form(match):
        return None
    one, two, year = int(match["one"]), int(match["two"]), full_year(match["year"], None)
    if _may_begin_with_year(match):
        # Two digits for the year, and a hyphen: any of them may be it.
        return "year" if one > 31 else None
    made: dict[Order, date | None] = {"day": day_of(year, two, one), "month": day_of(year, one, two)}
    possible = [order for order, day in made.items() if day is not None and day <= latest]
    return possible[0] if len(possible) == 1 else None


def _may_begin_with_year(match: re.Match[str]) -> bool:
    hyphens = match["mark"] == match["mark2"] == "-"
    return hyphens and len(match["one"]) == len(match["two"]) == len(match["year"]) == 2


def _is_form(match: re.Match[str]) -> bool:
    """Whether the marks between three numbers are those of a date: the same twice, or one of the mixed forms that sites use."""
    marks = (match["mark"], match["mark2"])
    if match["first"] and match["mark"] == "-":
        return False
    if len(match["year"]) == 4:
        return True
    return marks in {(".", "."), ("/", "/"), ("-", "-"), ("/", "-")}


def _is_american(ask: Ask) -> bool:
    return "en" in ask.languages[:1] and str(ask.timezone).startswith(("America/", "US/"))


def _compact(ask: Ask) -> Found | None:
    """20210303, 2021 03 03, and in Swedish 210303: only where nothing else is said, for eight digits may count anything."""
    match = forms.COMPACT.search(ask.text)
    if match is None or (match["century"] is None and "sv" not in ask.languages[:1]):
        return None
    clock = forms.CLOCK_AFTER.match(ask.text, match.end())
    clock = clock if clock and clock["minute"] else None
    end = clock.end() if clock else match.end()
    if is_numbered(ask.text[: match.start()]) or not is_light(ask.text[: match.start()], ask.text[end:]):
        return None
    year = int(match["century"] + match["year"]) if match["century"] else full_year(match["year2"], ask.now)
    made = day_of(year, int(match["month"] or match["month2"]), int(match["day"]))
    return (moment_of(ask, made, clock), (match.start(), end)) if made and year >= 1990 else None


def _best(ask: Ask, found: Iterator[tuple[re.Match[str], date]]) -> Found | None:
    """Of the dates in a text the one that it was published at: behind such a word, else the first that is no update."""
    dates = sorted(found, key=lambda each: (each[0].start(), -each[0].end()))
    if not dates:
        return None
    said = SAID_PUBLISHED.search(ask.text) if len(dates) > 1 else None
    if said is not None and SAID_UPDATED.search(ask.text):
        dates = [each for each in dates if each[0].start() >= said.end()] or dates
    match, day = dates[0]
    if match.groupdict().get("hour") is not None:
        return moment_of(ask, day, match), match.span()
    clock = forms.CLOCK_AFTER.match(ask.text, match.end())
    if clock and is_clock(clock):
        return moment_of(ask, day, clock), (match.start(), clock.end())
    clock = forms.CLOCK_BEFORE.search(ask.text[: match.start()])
    if clock:
        return moment_of(ask, day, clock), (clock.start(), match.end())
    return moment_of(ask, day, None), match.span()
