"""Durations, sizes and schedules as people write them: 30s, 6h, 10MB, "0 6 * * 1-5"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.config.wording import Unfit, kind_of, quoted
from pipeline.model.source import Auto, Cron, Every, Interval

if TYPE_CHECKING:
    from collections.abc import Mapping

DURATION_PATTERN = r"^[0-9]+(\.[0-9]+)?[smhdw]$"
SIZE_PATTERN = r"^[0-9]+(\.[0-9]+)?(B|kB|MB|GB)$"
CRON_PATTERN = r"^\S+( +\S+){4}$"
#: As often as the source brings something new.
AUTO = "auto"

_NUMBER_AND_UNIT = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)(\s*)([^\W\d_]*)\Z")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])\Z")
#: Nothing in an archive of news is planned further ahead.
_LONGEST = timedelta(days=3_660)
_LEAST_BYTES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    """A kind of amount: how it is called and written."""

    name: str
    #: What one of each unit comes to.
    units: Mapping[str, int]
    #: What people write instead, in English and Swedish, in lower case.
    others: Mapping[str, str]
    form: str


# fmt: off
_DURATION = _Measure(
    name="duration",
    units={"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800},
    others={
        "sec": "s", "secs": "s", "second": "s", "seconds": "s", "sek": "s", "sekund": "s", "sekunder": "s",
        "min": "m", "mins": "m", "minute": "m", "minutes": "m", "minut": "m", "minuter": "m",
        "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "t": "h", "tim": "h", "timme": "h", "timmar": "h",
        "day": "d", "days": "d", "dag": "d", "dagar": "d", "dygn": "d",
        "wk": "w", "week": "w", "weeks": "w", "v": "w", "vecka": "w", "veckor": "w",
    },
    form="write a number and s, m, h, d or w, such as 30s, 15m, 6h, 2d or 1w",
)
_SIZE = _Measure(
    name="size",
    units={"B": 1, "kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000},
    others={
        "byte": "B", "bytes": "B", "k": "kB", "kib": "kB", "kilobyte": "kB", "m": "MB", "mib": "MB", "megabyte": "MB",
        "g": "GB", "gib": "GB", "gigabyte": "GB",
    },
    form="write a number and kB or MB, such as 500kB or 10MB",
)
_WORDS = {
    "hourly": "1h", "@hourly": "1h", "daily": "1d", "@daily": "1d", "@midnight": "1d", "weekly": "1w", "@weekly": "1w",
    "monthly": "30d", "@monthly": "30d", "dagligen": "1d", "varje dag": "1d", "every day": "1d", "varje timme": "1h",
    "every hour": "1h", "varje vecka": "1w", "every week": "1w",
}
_AUTO_WORDS = {"auto", "automatic", "automatically", "adaptive", "automatisk", "automatiskt"}
# fmt: on
_CRON_RANGES = {
    "minute": "0 to 59",
    "hour": "0 to 23",
    "day-of-month": "a day that the month has, 1 to 31",
    "month": "1 to 12",
    "day-of-week": "0 to 7, where 0 and 7 are Sunday",
}
_CRON_FORM = 'write five fields (minute hour day month weekday), such as "0 6 * * 1-5" for working days at six'


def duration(value: object, usual: tuple[str, str] = ("h", "m")) -> timedelta:
    """The length of time that "30s", "15m", "6h", "2d" or "1w" says; `usual` units are proposed where it has none.

    Raises Unfit.

    >>> duration("1.5h")
    datetime.timedelta(seconds=5400)
    """
    seconds = _amount(value, _DURATION, usual)
    if seconds > _LONGEST.total_seconds():
        raise Unfit(f"{quoted(str(value))} is longer than ten years", "write a shorter duration, such as 30d")
    return timedelta(seconds=seconds)


def pause(value: object) -> timedelta:
    """A duration of seconds, usually; it may be none. Raises Unfit."""
    return duration(value, ("s", "m"))


def limit(value: object) -> timedelta:
    """A duration of seconds, usually, and longer than nothing. Raises Unfit."""
    found = pause(value)
    if not found:
        raise Unfit(f"{quoted(str(value))} is no time at all", "write a longer duration, such as 30s")
    return found


def span(value: object) -> timedelta:
    """A duration of days, usually, and longer than nothing. Raises Unfit."""
    found = duration(value, ("d", "h"))
    if not found:
        raise Unfit(f"{quoted(str(value))} is no time at all", "write a longer duration, such as 30d")
    return found


def size(value: object) -> int:
    """The bytes that "500kB" or "10MB" says; kilo and mega are thousands, as on a disk's label. Raises Unfit.

    >>> size("1.5MB")
    1500000
    """
    found = int(_amount(value, _SIZE, ("kB", "MB")))
    if found < _LEAST_BYTES:
        raise Unfit(f"{quoted(str(value))} is too small for any page", "write 1kB or more, such as 10MB")
    return found


def every(value: object) -> Every:
    """How often a source is asked: a duration, a cron expression of five fields, or `auto`. Raises Unfit."""
    if isinstance(value, str):
        text = value.strip()
        if text == AUTO:
            return Auto()
        if text.lower() in _AUTO_WORDS:
            raise Unfit(f"{quoted(text)} is no duration", f"write {AUTO}")
        if (known := _WORDS.get(text.lower())) is not None:
            raise Unfit(f"{quoted(text)} is no duration", f"write {known}")
        if clock := _CLOCK.match(text):
            hour, minute = int(clock[1]), int(clock[2])
            raise Unfit(f"{quoted(text)} is a time of day", f'write "{minute} {hour} * * *" for every day at {text}')
        if len(text.split()) > 2 or text.startswith("@") or "*" in text:
            return Cron(expression=cron(text))
    between = duration(value)
    if between < timedelta(seconds=1):
        raise Unfit(f"{quoted(str(value))} would never stop asking", "write at least 1s; 6h suits most sources")
    return Interval(length=between)


def cron(text: str) -> str:
    """A cron expression with single spaces, found to be one that comes to pass. Raises Unfit."""
    from cronsim import CronSim, CronSimError

    expression = " ".join(text.split())
    fields = len(expression.split())
    if fields != 5:
        raise Unfit(
            f"{quoted(text)} has {fields} field{'' if fields == 1 else 's'}, a cron expression five", _CRON_FORM
        )
    try:
        next(CronSim(expression, datetime(2024, 1, 1, tzinfo=UTC)))
    except StopIteration:
        raise Unfit(f"{quoted(text)} names a time that never comes", _CRON_FORM) from None
    except (CronSimError, ValueError, OverflowError) as error:
        raise Unfit(f"{quoted(text)} is no cron expression{_cron_fault(str(error))}", _CRON_FORM) from None
    return expression


def _cron_fault(told: str) -> str:
    """Which of the five fields is wrong, and what it may hold."""
    name = told.removeprefix("Bad ").lower()
    return f": its {name.replace('-', ' ')} has to be {_CRON_RANGES[name]}" if name in _CRON_RANGES else ""


def _amount(value: object, measure: _Measure, usual: tuple[str, str]) -> float:
    """What a number with a unit comes to. Raises Unfit, with the right spelling where we know what is meant."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unfit(f"{kind_of(value)} stands where a {measure.name} is needed", measure.form)
    text = str(value).strip()
    found = _NUMBER_AND_UNIT.match(text)
    if not found:
        raise Unfit(f"{quoted(text)} is no {measure.name}", measure.form)
    number, gap, unit = found.groups()
    if not unit:
        raise Unfit(f"{quoted(text)} has no unit", f"write {number}{usual[0]} or {number}{usual[1]}")
    if gap or unit not in measure.units:
        meant = _unit_meant(unit, measure)
        raise Unfit(f"{quoted(text)} is no {measure.name}", f"write {number}{meant}" if meant else measure.form)
    return float(number) * measure.units[unit]


def _unit_meant(unit: str, measure: _Measure) -> str | None:
    """Our spelling of a unit that is written in another way."""
    by_case = {name.lower(): name for name in measure.units}
    return by_case.get(unit.lower()) or measure.others.get(unit.lower())
