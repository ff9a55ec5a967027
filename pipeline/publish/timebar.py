"""A bar of months and years to jump in time by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.publish import paths
from pipeline.publish.texts import capitalised

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from pipeline.publish.texts import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A month, or another year."""

    name: str
    #: From the publication's folder, with a fragment for a year.
    page: str
    #: Whether it stands for its whole year.
    year: bool


def timebar(months: Iterable[date], year: int | None, words: Words) -> tuple[Stop, ...]:
    """The months of a year in their order, then the other years, the newest first. `months` are those that have a page, newest first."""
    months = list(months)
    # Of another year the page of all months, so that no page changes with the months of others.
    archive = paths.ARCHIVE / paths.INDEX
    own = [first for first in reversed(months) if first.year == year]
    others = dict.fromkeys(first.year for first in months if first.year != year)
    return (
        *(
            Stop(name=capitalised(words.months_long[first.month - 1]), page=str(paths.month_page(first)), year=False)
            for first in own
        ),
        *(Stop(name=str(each), page=f"{archive}#y{each}", year=True) for each in others),
    )
