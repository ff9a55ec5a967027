"""5 · edition → files. Publishers are pure functions of the edition: the same edition gives the same bytes. `write` alone writes.

A new kind of file is a function in the table `PUBLISHERS`, and its place in `paths`. What follows from all stories, and is small, is
made each time: its function takes the issue. What there is one of for each story, month or section takes its name beside; the
catalogue says which of these are due. Pages are made once for each language of the site's own words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from pipeline.publish.quality_page import quality_page
from pipeline.publish.refresh import (
    EVERYTHING,
    edition_now,
    forget,
    kept,
    refreshed,
    section_of,
    spoiled_parts,
    vocabulary_of,
)
from pipeline.publish.site import looks, month_page, overview, section_page, year_page
from pipeline.publish.sitemap import month_sitemap, sitemap_and_robots
from pipeline.publish.status import status_data, status_page
from pipeline.publish.story_pages import story_page
from pipeline.publish.upcoming import calendar, upcoming
from pipeline.publish.write import Written, write

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from pipeline.model.edition import Edition, Made

__all__ = [
    "EVERYTHING",
    "EXPORTS",
    "FILES",
    "Letter",
    "Written",
    "edition",
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


def put_out(edition: Edition, folder: Path, *, due: Collection[str] | None = None, full: bool = False) -> Written:
    """Writes the parts that are due (None: all) into `folder`; raises as `write` does."""
    always = [each.__name__ for each in (*ALWAYS, *ALWAYS_PRINTED)]
    parts = None if due is None else [*due, *always]
    return write(_parts(edition, due), folder, parts=parts, full=full, packed=edition.info.packed)


def _parts(edition: Edition, due: Iterable[str] | None = None) -> Iterator[tuple[str, Made]]:
    """The files of the parts that are due, and of those that always are, each with the name of its part; None: of all parts."""
    issue = Issue(edition)
    order = list(PUBLISHERS)
    parts = _all_parts(issue) if due is None else sorted(due, key=lambda part: order.index(part.partition(" ")[0]))
    for part in parts:
        kind, _, name = part.partition(" ")
        for each in issue.in_each_language if kind in PRINTERS else (issue,):
            for made in PUBLISHERS[kind](each, name):
                yield part, made
    for publishers, issues in ((ALWAYS, (issue,)), (ALWAYS_PRINTED, issue.in_each_language)):
        for each in issues:
            for publisher in publishers:
                for made in publisher(each):
                    yield publisher.__name__, made


def _all_parts(issue: Issue) -> Iterator[str]:
    """The name of every part that there is, in the order of writing."""
    months, catalogue = list(issue.shelf.months()), issue.shelf.catalogue
    documents = list(catalogue.all_documents())
    documents.reverse()
    for month in months:
        yield from (f"story {each}" for each in catalogue.ids(month))
        # What needs the same stories comes next: they are still in memory.
        yield f"export {month}"
        while documents and documents[-1][0] >= month:
            yield f"document {documents.pop()[1]}"
    yield from (f"document {name}" for _, name in documents)
    for folder, section in issue.pages.items():
        yield from (f"year {year} {folder}" for year in section.stories.years())
    for kind, names in (("section", issue.pages), ("month", months), ("sitemap", months), ("feed", issue.sections)):
        yield from (f"{kind} {each}" for each in names)
