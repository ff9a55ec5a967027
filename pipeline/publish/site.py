"""The archive site: the front page, the months, and a page for every source, topic and feed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pipeline.model.edition import File
from pipeline.publish import paths
from pipeline.publish.catalogue import ALL
from pipeline.publish.finder import available
from pipeline.publish.linked import item_list
from pipeline.publish.render import SEARCHING
from pipeline.publish.texts import capitalised
from pipeline.publish.timebar import timebar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.edition import Draft
    from pipeline.publish.issue import Issue
    from pipeline.publish.render import Press
    from pipeline.publish.rows import Day, Printed
    from pipeline.publish.sections import Section

#: So many stories stand on the front page and on the page of a source, topic or feed; the others on those of months and years.
NEWEST = 60
#: So many months, sources and topics are named on the front page.
_MONTHS, _NAMED = 12, 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """A year of a section, which has a page."""

    name: str
    #: From the publication's folder.
    page: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Period(Year):
    """A month, which has a page."""

    first: date


def looks(_issue: Issue) -> Iterator[File]:
    """What pages and feeds look like, and their scripts."""
    names = (paths.STYLE, paths.SCRIPT, paths.ICON, paths.FEED_STYLE, *((paths.SEARCH_SCRIPT,) if available() else ()))
    for name in names:
        yield File(path=name, content=(files("pipeline.publish") / "static" / str(name)).read_bytes())


def overview(issue: Issue) -> Iterator[File | Draft]:
    """The pages that lead to all others; the front page last, so that it never leads to what isn't there yet."""
    press = issue.press
    periods = _periods(issue)
    yield _archive(press, periods)
    yield _sources(press, issue.sources)
    yield _topics(press, issue.topics)
    yield _languages(press, issue.languages)
    yield _about(press, issue.sources)
    if available():
        yield _search(issue)
    yield _feeds(issue)
    yield _front_page(issue, periods)


def _front_page(issue: Issue, periods: list[Period]) -> Draft:
    press, main = issue.press, issue.sections[ALL]
    year = periods[0].first.year if periods else None
    beside = {
        "months": periods[:_MONTHS],
        "sources": _busiest(issue.sources),
        "topics": _busiest(issue.topics),
        "languages": _busiest(issue.languages),
        "newest": issue.shelf.newest_seen(),
        "bar": timebar((each.first for each in periods), year, press.desk.words),
        "year": year,
        "more_sources": len(issue.sources) > _NAMED,
        "more_topics": len(issue.topics) > _NAMED,
    }

    def values() -> dict[str, Any]:
        days = press.days(main.stories.slots(most=NEWEST))
        listed = item_list(_pages(days), press.info, paths.FRONT_PAGE, press.info.title)
        return {"title": press.info.title, "section": main, "days": days, "linked_data": listed, **beside}

    counts = (f"{each.folder} {len(each.stories)}" for each in (*issue.sources, *issue.topics, *issue.languages))
    shown = main.stories.digests(most=NEWEST)
    said = (str(beside["newest"]), repr(beside["bar"]), repr(periods[:_MONTHS]))
    return press.draft(paths.FRONT_PAGE, "front.html", values, shown, *counts, *said)


def _busiest(parts: tuple[Section, ...]) -> list[Section]:
    """As many as there is room for, those with most stories; in the order of sources.yaml."""
    chosen = Counter({each.folder: len(each.stories) for each in parts}).most_common(_NAMED)
    folders = {folder for folder, _ in chosen}
    return [each for each in parts if each.folder in folders]


def _periods(issue: Issue) -> list[Period]:
    """The months, newest first."""
    return [_period(issue, month, number) for month, number in issue.shelf.months().items()]


def _period(issue: Issue, month: str, count: int = 0) -> Period:
    first = first_of(month)
    name = capitalised(issue.press.desk.words.month(first))
    return Period(name=name, page=str(paths.month_page(first)), count=count, first=first)


def first_of(month: str) -> date:
    """The first day of a month: "2026-03"."""
    return date.fromisoformat(f"{month}-01")


def month_page(issue: Issue, month: str) -> Iterator[Draft]:
    """The page of a month; none where it has no story."""
    months = list(issue.shelf.months())
    if month not in months:
        return
    place = months.index(month)
    newer = _period(issue, months[place - 1]) if place else None
    older = _period(issue, months[place + 1]) if place + 1 < len(months) else None
    stories = issue.shelf.within(month)
    desk = issue.press.desk

    path = paths.month_page(first_of(month))
    year = int(month[:4])
    bar = timebar(map(first_of, months), year, desk.words)

    def values() -> dict[str, Any]:
        title, days = capitalised(desk.words.month(first_of(month))), issue.press.days(stories.slots())
        return {
            "title": title,
            "linked_data": item_list(_pages(days), issue.press.info, path, title),
            "count": desk.words.counted(len(stories), "stories"),
            "days": days,
            "bar": bar,
            "year": year,
            "newer": newer,
            "older": older,
        }

    beside = (each.page if each else "" for each in (newer, older))
    yield issue.press.draft(path, "month.html", values, stories.digests(), repr(bar), *beside)


def _archive(press: Press, periods: list[Period]) -> File:
    years = [
        (year, [(press.desk.words.months_long[each.first.month - 1], each.page, each.count) for each in members])
        for year, members in groupby(periods, key=lambda each: each.first.year)
    ]
    return press.page(paths.ARCHIVE / paths.INDEX, "archive.html", title=press.desk.words.archive, years=years)


def section_page(issue: Issue, folder: str) -> Iterator[Draft]:
    """The page of a source, topic or feed with its newest stories."""
    section = issue.pages.get(folder)
    if section is not None and folder != ALL:
        years = _years(section)
        newest = section.stories.digests(most=NEWEST)
        values = partial(_of_section, issue.press, section, years, None)
        yield issue.press.draft(section.page, "section.html", values, newest, repr(years))


def year_page(issue: Issue, name: str) -> Iterator[Draft]:
    """The page of one year of such a section: "2026 sources/adda"."""
    year, _, folder = name.partition(" ")
    section = issue.pages.get(folder)
    if section is None or folder == ALL or year not in section.stories.years():
        return
    # The page of a year doesn't say how much the others hold: it would have to be made anew with each of their stories.
    years = _years(section)
    values = partial(_of_section, issue.press, section, years, year)
    named = repr([each.name for each in years])
    path = paths.year_page(section.folder, int(year))
    yield issue.press.draft(path, "section.html", values, section.stories.within(year).digests(), named)


def _years(section: Section) -> list[Year]:
    return [
        Year(name=str(int(year)), page=str(paths.year_page(section.folder, int(year))), count=number)
        for year, number in section.stories.years().items()
    ]


def _of_section(press: Press, section: Section, years: list[Year], year: str | None) -> dict[str, Any]:
    stories = section.stories if year is None else section.stories.within(year)
    title = section.name if year is None else f"{section.name} {int(year)}"
    page = section.page if year is None else paths.year_page(section.folder, int(year))
    days = press.days(stories.slots(most=NEWEST if year is None else -1))
    return {
        "title": title,
        "linked_data": item_list(_pages(days), press.info, page, title),
        "count": press.desk.words.counted(len(stories), "stories"),
        "years": years,
        "section": section,
        "days": days,
        "year": year,
    }


def _pages(days: tuple[Day[Printed], ...]) -> Iterator[str]:
    return (row.page for day in days for row in day.rows)


def _languages(press: Press, parts: tuple[Section, ...]) -> File:
    return press.page(paths.LANGUAGES / paths.INDEX, "languages.html", title=press.desk.words.tongues, parts=parts)


def _about(press: Press, sources: tuple[Section, ...]) -> File:
    words = press.desk.words
    lead = words.about_lead.format(press.info.title, words.counted(len(sources), "sources"))
    return press.page(paths.ABOUT / paths.INDEX, "about.html", title=words.about, lead=lead)


def _search(issue: Issue) -> File:
    """The page that asks the indexes of `finder`."""
    words = issue.press.desk.words
    return issue.press.page(
        paths.SEARCH / paths.INDEX,
        "search.html",
        title=words.search,
        policy=SEARCHING,
        languages=[(each.id, each.name) for each in issue.languages],
        sources=[(each.id, each.name) for each in issue.sources],
        topics=[(each.id, each.name) for each in issue.topics],
        years=[(each, str(int(each))) for each in issue.shelf.years()],
    )


def _sources(press: Press, parts: tuple[Section, ...]) -> File:
    return press.page(
        paths.SOURCES / paths.INDEX, "sources.html", title=press.desk.words.sources, parts=parts, names=press.desk.words
    )


def _topics(press: Press, parts: tuple[Section, ...]) -> File:
    return press.page(paths.TOPICS / paths.INDEX, "topics.html", title=press.desk.words.topics, parts=parts)


def _feeds(issue: Issue) -> File:
    words = issue.press.desk.words
    groups = [
        (words.all_news, (issue.sections[ALL],)),
        (words.more_feeds, issue.feeds),
        (words.topics, issue.topics),
        (words.sources, issue.sources),
    ]
    return issue.press.page(
        paths.FEEDS / paths.INDEX, "feeds.html", title=words.subscribe, groups=[each for each in groups if each[1]]
    )
