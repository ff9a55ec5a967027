"""How a source did day by day: a calendar strip, readable without colour, with a sentence that says the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Literal

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from pipeline.publish.words import Words

#: Days of the strip.
DAYS = 28
_SIDE, _STEP = 12, 15

Day = Literal["ok", "mixed", "failed", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A picture with what it says in words."""

    picture: Markup
    said: str


def strip(visits: Iterable[tuple[datetime, bool]], last: date, words: Words) -> Strip:
    """The strip of the days that end with `last`, in UTC; a visit is its time and whether the source answered."""
    days = _by_day(visits)
    shown = [last - timedelta(days=back) for back in reversed(range(DAYS))]
    states: list[Day] = [days.get(each, "none") for each in shown]
    # Of numbers and constants alone.
    marks = "".join(_mark(number, state) for number, state in enumerate(states))
    picture = f'<svg class="strip" viewBox="0 0 {DAYS * _STEP} {_SIDE + 2}" width="{DAYS * _STEP}" height="{_SIDE + 2}" aria-hidden="true">{marks}</svg>'
    told = [
        f"{words.days[state]} {states.count(state)}{_named(shown, states, words) if state == 'failed' else ''}"
        for state in ("ok", "mixed", "failed", "none")
        if state in states
    ]
    return Strip(picture=Markup(picture), said="; ".join(told))  # noqa: S704


def _by_day(visits: Iterable[tuple[datetime, bool]]) -> dict[date, Day]:
    found: dict[date, Day] = {}
    for at, answered in visits:
        day = at.astimezone(UTC).date()
        state: Day = "ok" if answered else "failed"
        found[day] = state if found.get(day, state) == state else "mixed"
    return found


def _named(shown: list[date], states: list[Day], words: Words) -> str:
    """The days on which it failed, where they are few."""
    failed = [words.day(day) for day, state in zip(shown, states, strict=True) if state == "failed"]
    return f" ({', '.join(failed)})" if len(failed) <= 3 else ""


def _mark(number: int, state: Day) -> str:
    """A filled square, one with a bar below, one with a cross, an empty one."""
    x, low = number * _STEP + 1, _SIDE + 1
    square = f'<rect class="{state}" x="{x}" y="1" width="{_SIDE}" height="{_SIDE}"/>'
    match state:
        case "failed":
            return square + f'<path class="cross" d="M{x + 3} 4l6 6M{x + 9} 4l-6 6"/>'
        case "mixed":
            return square + f'<rect class="ok" x="{x}" y="{low - 6}" width="{_SIDE}" height="6"/>'
        case "ok" | "none":
            return square
