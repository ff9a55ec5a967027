"""5 · edition → files. Publishers are pure functions of the edition: the same edition gives the same bytes. `write` alone writes.

A new kind of file is a function in the table `PUBLISHERS`, and its place in `paths`. What follows from all stories, and is small, is
made each time: its function takes the issue. What there is one of for each story, month or section takes its name beside; the
catalogue says which of these are due. Pages are made once for each language of the site's own words.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.model.edition import Draft, Joined
from pipeline.publish.damage import is_damage
from pipeline.publish.edition import edition, setting_of, story_views
from pipeline.publish.export_files import export_page, exports, month_exports
from pipeline.publish.exports import EXPORTS, FILES, export_items, export_stories, item_row, items_into, stories_into
from pipeline.publish.feeds import document, feed
from pipeline.publish.figures import figures
from pipeline.publish.finder import index_search
from pipeline.publish.issue import Issue
from pipeline.publish.letter import Letter, letter
from pipeline.publish.opml import opml
from pipeline.publish.parquet import has_parquet
from pipeline.publish.presses import CYCLES, Presses, processes
from pipeline.publish.quality_page import quality_page
from pipeline.publish.refresh import (
    EVERYTHING,
    edition_beside,
    edition_now,
    forget,
    kept,
    refreshed,
    section_of,
    spoiled_parts,
    vocabulary_of,
)
from pipeline.publish.site import NEWEST, looks, month_page, overview, section_page, year_page
from pipeline.publish.sitemap import month_sitemap, sitemap_and_robots
from pipeline.publish.status import status_data, status_page
from pipeline.publish.story_pages import story_page
from pipeline.publish.upcoming import calendar, upcoming
from pipeline.publish.write import Written, write

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pipeline.model.edition import Edition, Made

    #: Opens an edition in another process; it is pickled.
    Elsewhere = Callable[[], AbstractContextManager[Edition]]

__all__ = [
    "CYCLES",
    "EVERYTHING",
    "EXPORTS",
    "FILES",
    "Letter",
    "Written",
    "edition",
    "edition_beside",
    "edition_now",
    "export_items",
    "export_stories",
    "forget",
    "has_parquet",
    "index_search",
    "is_damage",
    "item_row",
    "items_into",
    "kept",
    "letter",
    "publish",
    "put_out",
    "refreshed",
    "section_of",
    "setting_of",
    "spoiled_parts",
    "stories_into",
    "story_views",
    "vocabulary_of",
    "write",
]

#: What there are many of, by kind, in the order of writing: what is led to before what leads there, so that a reader who comes
#: in the middle finds no page that isn't there yet.
PUBLISHERS: Mapping[str, Callable[[Issue, str], Iterable[Made]]] = {
    "story": story_page,
    "export": month_exports,
    "document": document,
    "year": year_page,
    "section": section_page,
    "month": month_page,
    "sitemap": month_sitemap,
    "feed": feed,
}
#: Those of them that print pages: once for each language of the site's own words.
PRINTERS = frozenset({"story", "year", "section", "month"})
#: What is made each time.
ALWAYS: tuple[Callable[[Issue], Iterable[Made]], ...] = (
    exports,
    opml,
    status_data,
    sitemap_and_robots,
    calendar,
    looks,
)
#: What is printed each time, once for each language; the front page last.
ALWAYS_PRINTED: tuple[Callable[[Issue], Iterable[Made]], ...] = (
    export_page,
    quality_page,
    status_page,
    upcoming,
    figures,
    overview,
)


def publish(edition: Edition) -> Iterator[Made]:
    """Every file of the publication, one after the other; each path once. A draft is made when its content is asked for."""
    for _, made in _parts(edition):
        yield made


def put_out(
    edition: Edition,
    folder: Path,
    *,
    due: Collection[str] | None = None,
    full: bool = False,
    elsewhere: Elsewhere | None = None,
) -> Written:
    """Writes the parts that are due (None: all) into `folder`; raises as `write` does.

    `elsewhere` opens the same edition in another process: where all is due, such ones make the parts.
    """
    always = [each.__name__ for each in (*ALWAYS, *ALWAYS_PRINTED)]
    parts = None if due is None else [*due, *always]
    return write(_parts(edition, due, elsewhere), folder, parts=parts, full=full, packed=edition.info.packed)


def _parts(
    edition: Edition, due: Iterable[str] | None = None, elsewhere: Elsewhere | None = None
) -> Iterator[tuple[str, Made]]:
    """The files of the parts that are due, and of those that always are, each with the name of its part; None: of all parts."""
    issue = Issue(edition)
    order = list(PUBLISHERS)
    if due is not None:
        parts: Iterable[str] = sorted(due, key=lambda part: order.index(part.partition(" ")[0]))
        yield from ((part, made) for part in parts for made in _made(issue, part))
    else:
        yield from _all_parts(issue, elsewhere)
    for publishers, issues in ((ALWAYS, (issue,)), (ALWAYS_PRINTED, issue.in_each_language)):
        for each in issues:
            for publisher in publishers:
                for made in publisher(each):
                    yield publisher.__name__, made


def _made(issue: Issue, part: str) -> Iterator[Made]:
    """The files of one part."""
    kind, _, name = part.partition(" ")
    for each in issue.in_each_language if kind in PRINTERS else (issue,):
        yield from PUBLISHERS[kind](each, name)


def _drafts(issue: Issue, part: str) -> Iterator[Draft]:
    """Those of its files that can be made anywhere."""
    return (made for made in _made(issue, part) if isinstance(made, Draft))


@contextmanager
def _issue(elsewhere: Elsewhere) -> Iterator[Issue]:
    with elsewhere() as edition:
        yield Issue(edition)


def _all_parts(issue: Issue, elsewhere: Elsewhere | None) -> Iterator[tuple[str, Made]]:
    """The files of every part that there is, in the order of writing."""
    number = 0 if elsewhere is None else processes(len(issue.shelf))
    with ExitStack() as stack:
        presses = None
        if number and elsewhere is not None:
            presses = stack.enter_context(Presses(number, partial(_issue, elsewhere), _drafts, issue))
        for parts in (_story_parts, _list_parts):
            if presses is None:
                yield from (
                    (part, made) for share in parts(issue, 1) for part in share for made in _drafts(issue, part)
                )
            else:
                yield from presses.printed(parts(issue, number))
    # What is put together of others comes when those are in their places, and the presses are gone: it needs memory of its own.
    for part in (f"export {month}" for month in issue.shelf.months()):
        yield from ((part, made) for made in _made(issue, part) if isinstance(made, Joined))
    # What is made of these stays in the catalogue.
    for each in issue.sections:
        yield from ((f"feed {each}", made) for made in _made(issue, f"feed {each}"))


def _story_parts(issue: Issue, shares: int) -> list[Iterator[str]]:
    """What needs the texts of stories, in shares of months that follow one another: what needs the same comes together."""
    months = issue.shelf.months()
    most, count = len(issue.shelf) / shares, 0
    ends: list[str] = []
    for month, stories in months.items():
        count += stories
        if count >= most * (len(ends) + 1) and len(ends) + 1 < shares:
            ends.append(month)
    bounds = pairwise(("~", *ends, ""))
    return [
        _of_months(issue, [each for each in months if since <= each < before], since, before)
        for before, since in bounds
    ]


def _of_months(issue: Issue, months: Sequence[str], since: str, before: str) -> Iterator[str]:
    catalogue = issue.shelf.catalogue
    documents = catalogue.all_documents(since, before)
    document = next(documents, None)
    for month in months:
        yield from (f"story {each}" for each in catalogue.ids(month))
        # What needs the same stories comes next: they are still in memory.
        yield f"export {month}"
        while document is not None and document[0] >= month:
            yield f"document {document[1]}"
            document = next(documents, None)
    while document is not None:
        yield f"document {document[1]}"
        document = next(documents, None)


def _list_parts(issue: Issue, shares: int) -> list[Iterator[str]]:
    """The pages of sections and months, and what else lists stories, in shares."""
    parts = list(_listing(issue))
    most, shared, count = sum(stories for _, stories in parts) / shares, [list[str]() for _ in range(shares)], 0
    for part, stories in parts:
        shared[min(shares - 1, int(count / most))].append(part)
        count += stories
    return [iter(each) for each in shared]


def _listing(issue: Issue) -> Iterator[tuple[str, int]]:
    """These parts, each with how many stories it shows: what shows the same stories comes together."""
    months = issue.shelf.months()
    years = {folder: section.stories.years() for folder, section in issue.pages.items()}
    for year in issue.shelf.years():
        yield from ((f"year {year} {folder}", counts[year]) for folder, counts in years.items() if year in counts)
        for month in (each for each in months if each[:4] == year):
            yield f"month {month}", months[month]
            yield f"sitemap {month}", 1
    yield from ((f"section {folder}", NEWEST) for folder in issue.pages)
