"""What search engines read: sitemap.xml (sitemaps.org) and robots.txt (RFC 9309).

A small archive has one file. In a larger one sitemap.xml is an index of one for each month, so that news changes one of them.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pipeline.model.edition import Draft, File
from pipeline.publish import paths
from pipeline.publish.cards import digest
from pipeline.publish.moments import rfc3339
from pipeline.publish.site import first_of
from pipeline.publish.xml import child, document, root

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.publish.cards import Card
    from pipeline.publish.issue import Issue
    from pipeline.publish.shelf import Shelf

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
#: So many stories stand in sitemap.xml itself.
FEW = 1_000
#: Stories in one file: of each the address in both languages, 50,000 in all (sitemaps.org, "Sitemap index files").
MOST = 25_000

XHTML = "http://www.w3.org/1999/xhtml"

#: A page within each tree, and when it changed.
Page = tuple[PurePosixPath, str | None]


def is_split(issue: Issue) -> bool:
    """Whether each month has a sitemap of its own."""
    return len(issue.shelf) > FEW


def sitemap_and_robots(issue: Issue) -> Iterator[File | Draft]:
    """sitemap.xml and robots.txt."""
    info = issue.edition.info
    if is_split(issue):
        index = root("sitemapindex", {None: NAMESPACE})
        own = PurePosixPath("sitemap-pages.xml")
        yield File(path=own, content=_urlset(issue, _pages(issue)))
        months = issue.shelf.months().items()
        for path in (own, *(each for month, number in months for each in _files(month, number))):
            child(child(index, "sitemap"), "loc", paths.url(info, path))
        yield File(path=paths.SITEMAP, content=document(index))
    else:
        pages = list(_pages(issue))
        made_of = digest((issue.edition.setting, *(str(path) for path, _ in pages), issue.shelf.digests()))
        yield Draft(path=paths.SITEMAP, made_of=made_of, make=partial(_whole, issue, pages))
    robots = f"User-agent: *\nAllow: /\n\nSitemap: {paths.url(info, paths.SITEMAP)}\n"
    yield File(path=paths.ROBOTS, content=robots.encode())


def month_sitemap(issue: Issue, month: str) -> Iterator[Draft]:
    """The stories of a month, as many files as they need; none where sitemap.xml holds them."""
    stories = issue.shelf.within(month)
    if not is_split(issue):
        return
    made_of = digest((issue.edition.setting, stories.digests()))
    for number, path in enumerate(_files(month, len(stories))):
        yield Draft(path=path, made_of=made_of, make=partial(_of_month, issue, stories, number * MOST))


def _of_month(issue: Issue, stories: Shelf, start: int) -> bytes:
    return _urlset(issue, map(_entry, islice(stories.cards(), start, start + MOST)))


def _whole(issue: Issue, pages: list[Page]) -> bytes:
    return _urlset(issue, [*pages, *map(_entry, issue.shelf.cards())])


def _files(month: str, stories: int) -> list[PurePosixPath]:
    parts = -(-stories // MOST)
    return [PurePosixPath(f"sitemap-{month}{f'-{n}' if n > 1 else ''}.xml") for n in range(1, parts + 1)]


def _pages(issue: Issue) -> Iterator[Page]:
    """Every page that is none of a story's."""
    months = [paths.month_page(first_of(month)) for month in issue.shelf.months()]
    indexes = [
        folder / paths.INDEX
        for folder in (
            paths.ARCHIVE,
            paths.SOURCES,
            paths.TOPICS,
            paths.LANGUAGES,
            paths.FEEDS,
            paths.UPCOMING,
            paths.OVERVIEW,
            paths.EXPORT,
            paths.ABOUT,
        )
    ]
    for path in (*(section.page for section in issue.pages.values()), *indexes, *months, paths.STATUS_PAGE):
        yield path, None


def _entry(card: Card) -> Page:
    return paths.story_page(card.id), rfc3339(card.updated)


def _urlset(issue: Issue, pages: Iterable[Page]) -> bytes:
    """Each page in each language, with where it is in all of them (Google Search Central, "Localized versions")."""
    element = root("urlset", {None: NAMESPACE, "xhtml": XHTML})
    for path, changed in pages:
        places = [(tree.language, tree.address(path)) for tree in issue.press.trees]
        for _, address in places:
            page = child(element, "url")
            child(page, "loc", address)
            if changed is not None:
                child(page, "lastmod", changed)
            for language, other in places:
                child(page, f"{{{XHTML}}}link", rel="alternate", hreflang=language, href=other)
    return document(element)
