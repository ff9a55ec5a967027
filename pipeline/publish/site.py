"""The archive site: the front page, the months, and a page for every source, topic and feed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pipeline.model.edition import File
from pipeline.publish import paths
from pipeline.publish.render import Press
from pipeline.publish.sections import Section, everything, of_feeds, of_sources, of_topics
from pipeline.publish.shelf import shelf_of
from pipeline.publish.texts import capitalised

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from pipeline.model.edition import Draft, Edition
    from pipeline.publish.shelf import Shelf

#: So many stories stand on the front page and on the page of a source, topic or feed; the others on those of months and years.
NEWEST = 60
#: So many months, sources and topics are named on the front page.
_MONTHS, _NAMED = 12, 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A month or a year that has a page."""

    name: str
    #: From the publication's folder.
    page: str
    count: int


def site(edition: Edition) -> Iterator[File | Draft]:
    """All pages but those of stories; the front page last, so that it never leads to what isn't there yet."""
    press = Press.of(edition)
    sources, topics, feeds = (tuple(each(edition)) for each in (of_sources, of_topics, of_feeds))
    months = _by_month(edition)
    for name in (paths.STYLE, paths.ICON, paths.FEED_STYLE):
        yield File(path=name, content=(files("pipeline.publish") / "static" / str(name)).read_bytes())
    yield from _months(press, months)
    for section in (*sources, *topics, *feeds):
        yield from _section(press, section)
    yield _archive(press, months)
    yield _sources(press, sources)
    yield _topics(press, topics)
    yield _feeds(press, (everything(edition), *feeds), sources, topics)
    yield _front_page(press, everything(edition), sources, topics, months)


def _by_month(edition: Edition) -> dict[date, Shelf]:
    """The stories of each month, newest first; the months by their first day."""
    shelf = shelf_of(edition)
    return {first: shelf.of(cards) for first, cards in groupby(shelf.cards, key=lambda card: card.day.replace(day=1))}


def _front_page(
    press: Press, main: Section, sources: tuple[Section, ...], topics: tuple[Section, ...], months: dict[date, Shelf]
) -> Draft:
    newest = main.stories[:NEWEST]
    periods = list(_periods(press, months))[:_MONTHS]
    beside = {
        "months": periods,
        "sources": _busiest(sources),
        "topics": _busiest(topics),
        "more_sources": len(sources) > _NAMED,
        "more_topics": len(topics) > _NAMED,
    }

    def values() -> dict[str, Any]:
        return {"title": press.info.title, "section": main, "days": press.desk.days(newest), **beside}

    counts = (str(len(each.stories)) for each in (*sources, *topics))
    return press.draft(paths.FRONT_PAGE, "front.html", values, newest.digests, *counts, repr(periods))


def _busiest(parts: tuple[Section, ...]) -> list[Section]:
    """As many as there is room for, those with most stories; in the order of sources.yaml."""
    chosen = Counter({each.folder: len(each.stories) for each in parts}).most_common(_NAMED)
    folders = {folder for folder, _ in chosen}
    return [each for each in parts if each.folder in folders]


def _periods(press: Press, months: dict[date, Shelf]) -> Iterator[Period]:
    for month, stories in months.items():
        yield Period(
            name=capitalised(press.desk.words.month(month)), page=str(paths.month_page(month)), count=len(stories)
        )


def _months(press: Press, months: dict[date, Shelf]) -> Iterator[Draft]:
    periods = [None, *_periods(press, months), None]
    for number, (month, stories) in enumerate(months.items(), start=1):
        newer, older = periods[number - 1], periods[number + 1]
        values = partial(_month, press, month, stories, newer, older)
        beside = (each.page if each else "" for each in (newer, older))
        yield press.draft(paths.month_page(month), "month.html", values, stories.digests, *beside)


def _month(press: Press, month: date, stories: Shelf, newer: Period | None, older: Period | None) -> dict[str, Any]:
    return {
        "title": capitalised(press.desk.words.month(month)),
        "count": press.desk.words.counted(len(stories), "stories"),
        "days": press.desk.days(stories),
        "newer": newer,
        "older": older,
    }


def _archive(press: Press, months: dict[date, Shelf]) -> File:
    years = [
        (
            year,
            [
                (press.desk.words.months_long[month.month - 1], str(paths.month_page(month)), len(months[month]))
                for month in members
            ],
        )
        for year, members in groupby(months, key=lambda month: month.year)
    ]
    return press.page(paths.ARCHIVE / paths.INDEX, "archive.html", title=press.desk.words.archive, years=years)


def _section(press: Press, section: Section) -> Iterator[Draft]:
    """The page of a source, topic or feed with its newest stories, and one for each year."""
    years = {
        year: section.stories.of(cards)
        for year, cards in groupby(section.stories.cards, key=lambda card: card.day.year)
    }
    periods = [
        Period(name=str(year), page=str(paths.year_page(section.folder, year)), count=len(stories))
        for year, stories in years.items()
    ]
    newest = section.stories[:NEWEST]
    values = partial(_of_section, press, section, periods, newest, None)
    yield press.draft(section.page, "section.html", values, newest.digests, repr(periods))
    # The page of a year doesn't say how much the others hold: it would have to be made anew with each of their stories.
    named = repr(list(years))
    for year, stories in years.items():
        values = partial(_of_section, press, section, periods, stories, year)
        yield press.draft(paths.year_page(section.folder, year), "section.html", values, stories.digests, named)


def _of_section(
    press: Press, section: Section, years: list[Period], stories: Shelf, year: int | None
) -> dict[str, Any]:
    return {
        "title": section.name if year is None else f"{section.name} {year}",
        "count": press.desk.words.counted(len(section.stories if year is None else stories), "stories"),
        "years": years,
        "section": section,
        "days": press.desk.days(stories),
        "year": year,
    }


def _sources(press: Press, parts: tuple[Section, ...]) -> File:
    return press.page(
        paths.SOURCES / paths.INDEX, "sources.html", title=press.desk.words.sources, parts=parts, names=press.desk.words
    )


def _topics(press: Press, parts: tuple[Section, ...]) -> File:
    return press.page(paths.TOPICS / paths.INDEX, "topics.html", title=press.desk.words.topics, parts=parts)


def _feeds(
    press: Press, merged: tuple[Section, ...], sources: tuple[Section, ...], topics: tuple[Section, ...]
) -> File:
    words = press.desk.words
    groups = [
        (words.all_news, merged[:1]),
        (words.more_feeds, merged[1:]),
        (words.topics, topics),
        (words.sources, sources),
    ]
    return press.page(
        paths.FEEDS / paths.INDEX, "feeds.html", title=words.subscribe, groups=[each for each in groups if each[1]]
    )
