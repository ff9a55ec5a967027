"""What search engines read: sitemap.xml (sitemaps.org) and robots.txt (RFC 9309)."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pipeline.model.edition import File
from pipeline.publish import paths
from pipeline.publish.moments import rfc3339
from pipeline.publish.sections import sections
from pipeline.publish.shelf import shelf_of
from pipeline.publish.xml import child, document, root

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model.edition import Edition

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
#: Addresses in one file (sitemaps.org, "Sitemap index files").
MOST = 50_000


def sitemap(edition: Edition, *, most: int = MOST) -> Iterator[File]:
    """sitemap.xml with every page, or, where they are more than `most`, an index of sitemap-1.xml and so on; robots.txt."""
    pages = list(_pages(edition))
    if len(pages) <= most:
        yield File(path=paths.SITEMAP, content=_urlset(pages))
    else:
        index = root("sitemapindex", {None: NAMESPACE})
        for number, start in enumerate(range(0, len(pages), most), start=1):
            path = PurePosixPath(f"sitemap-{number}.xml")
            child(child(index, "sitemap"), "loc", paths.url(edition.info, path))
            yield File(path=path, content=_urlset(pages[start : start + most]))
        yield File(path=paths.SITEMAP, content=document(index))
    robots = f"User-agent: *\nAllow: /\n\nSitemap: {paths.url(edition.info, paths.SITEMAP)}\n"
    yield File(path=paths.ROBOTS, content=robots.encode())


def _pages(edition: Edition) -> Iterator[tuple[str, str | None]]:
    """Every page's address, and when it last changed where that is known."""
    info = edition.info
    cards = shelf_of(edition).cards
    months = [paths.month_page(first) for first in dict.fromkeys(card.day.replace(day=1) for card in cards)]
    indexes = [
        folder / paths.INDEX for folder in (paths.ARCHIVE, paths.SOURCES, paths.TOPICS, paths.FEEDS, paths.EXPORT)
    ]
    for path in (*(section.page for section in sections(edition)), *indexes, *months, paths.STATUS_PAGE):
        yield paths.url(info, path), None
    for card in cards:
        yield paths.url(info, paths.story_page(card.id)), rfc3339(card.updated)


def _urlset(pages: Sequence[tuple[str, str | None]]) -> bytes:
    element = root("urlset", {None: NAMESPACE})
    for address, changed in pages:
        page = child(element, "url")
        child(page, "loc", address)
        if changed is not None:
            child(page, "lastmod", changed)
    return document(element)
