"""The ways into a site's news, found from any of its addresses and tried out: what `sources add` stands on. Pure.

Theory. A site tells where its news is, so it is asked first: the feeds that its pages announce, the links that they show as
feeds, what its content system always has. Only then come the usual addresses, the API, the sitemap of news, and last the page
that lists news, read by what it looks like. Each is read before it counts, for sites announce feeds that are empty, dead, of
comments or of another's, and answer a page to whatever is asked. The search ends with the first kind of way that holds; the
number of requests is bounded, whatever the site answers.

Known mistakes: a site whose list of news is reached only through a search form; one that is drawn by scripts alone.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pipeline.errors import ExtractError
from pipeline.extract import prospects
from pipeline.extract.asking import HTML, MOST_REQUESTS, Asking
from pipeline.extract.feed import read_feed
from pipeline.extract.feed_titles import feed_titles
from pipeline.extract.jsonapi import json_api
from pipeline.extract.shape import shape_of
from pipeline.extract.signs import (
    Pointer,
    announced_feeds,
    api_in_headers,
    feed_weight,
    front_page,
    is_generic,
    is_of_comments,
    linked_feeds,
    news_sections,
    parents_of,
    same_site,
    shown_names,
    stated_names,
    systems,
    wordpress_api,
)
from pipeline.extract.sitemap import sitemap
from pipeline.model.discovery import Discovery, Way
from pipeline.model.source import WORDPRESS, Feed, Sitemap
from pipeline.web.urls import readable

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Generator, Iterable, Iterator, Sequence
    from datetime import datetime

    from pipeline.extract.prospects import Prospect
    from pipeline.model.capture import Capture, Request
    from pipeline.model.discovery import Search
    from pipeline.model.entry import Entry
    from pipeline.model.source import Source

    #: When the newest of some entries was published; None where none says so.
    Newest = Callable[[Source, Sequence[Entry]], datetime | None]

#: Feeds of one page that are read, and pages of news that are looked at.
_MOST_FEEDS = 5
_MOST_SECTIONS = 3
#: A feed is about a page where so much of it is linked there.
_ABOUT = 0.3
#: Days that a feed may lie behind the page that announces it.
_STALE_DAYS = 90
_MOST_SITEMAPS = 4


def discover(source: Source, *, newest: Newest, known: Container[str] = frozenset()) -> Search:
    """The ways into the news of the site that `source.url` is an address of, the best first, each with what it gives now.

    Of several feeds with the same news the one in `known` is taken. Raises what the request of the address itself fails with.
    """
    search = _Search(source, newest, known)
    yield from search.all_ways()
    return search.discovery()


class _Search:
    """One search: what was asked, and what was found."""

    def __init__(self, source: Source, newest: Newest, known: Container[str]) -> None:
        self._ask = Asking(source)
        self._newest = newest
        self._known = known
        self._ways: list[Way] = []
        self._tried: set[str] = set()
        #: What stood where a feed was promised; a page may be one that lists the site's feeds.
        self._overviews: list[Capture] = []
        self._in_vain: list[str] = []
        self._addresses: tuple[str, ...] = ()

    def discovery(self) -> Discovery:
        """What was found until now."""
        pages = [each.page for each in self._ask.pages.values()]
        return Discovery(
            addresses=self._addresses,
            ways=tuple(self._ways),
            stated_names=_distinct(name for page in pages for name in stated_names(page)),
            shown_names=_distinct(name for page in pages for name in shown_names(page)),
            language=next((page.language for page in pages if page.language), None),
            requests=self._ask.requests,
            in_vain=tuple(dict.fromkeys(self._in_vain)),
        )

    def all_ways(self) -> Generator[Request, Capture, None]:
        """Asks until a way holds."""
        capture = yield from self._ask.first()
        self._addresses = (capture.url, *capture.redirects, capture.request.url)
        if not HTML.search(capture.body[:4_000]):
            yield from self._itself(capture)
            if self._ways:
                yield from self._glance(front_page(capture.url))
                return
        page = self._ask.page(capture)
        yield from self._feeds(page)
        if not self._holds():
            yield from self._api(page)
        if not self._holds():
            yield from self._sitemaps(page, of_news=True)
        if not self._holds():
            yield from self._listings(page)
        if not self._holds():
            yield from self._sitemaps(page, of_news=False)
        self._ways.sort(key=lambda way: way.doubt is not None)
        if not any(each.is_front for each in self._ask.pages.values()) and not self._has_name():
            yield from self._glance(front_page(page.url))

    def _has_name(self) -> bool:
        """Whether a page says what only this site would be called."""
        pages = [each.page for each in self._ask.pages.values()]
        return any(not is_generic(name) for page in pages for name in (*stated_names(page), *shown_names(page)))

    def _holds(self) -> bool:
        return any(way.doubt is None for way in self._ways)

    # What the address itself is, where it is no page.

    def _itself(self, capture: Capture) -> Generator[Request, Capture, None]:
        how = "the address that was given"
        way = self._read_feed(capture, how)
        if way is None and capture.body.lstrip()[:1] in {b"{", b"["}:
            kind = WORDPRESS if "/wp/v2/" in capture.url else shape_of(capture)
            if kind is not None:
                way = yield from self._ask.talked(
                    capture.url, kind, how, json_api(self._ask.at(capture.url, kind), kind)
                )
        if way is None and re.search(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", capture.body[:4_000]):
            way = yield from self._sitemap(capture.url, how, here=capture.url, of_news=False)
        if way is not None:
            self._ways.append(replace(way, doubt=None))

    def _glance(self, url: str) -> Generator[Request, Capture, None]:
        """Looks at a page for what the site is called."""
        capture = yield from self._ask.fetch(url)
        if capture is not None and HTML.search(capture.body[:4_000]):
            self._ask.page(capture)

    # Feeds.

    def _feeds(self, page: Prospect) -> Generator[Request, Capture, None]:
        """Feeds, from what says most of them to what says least; ends as soon as one holds."""
        yield from self._feeds_of(page, page)
        for overview in [] if self._holds() else self._overviews[:1]:
            if HTML.search(overview.body[:4_000]) and same_site(overview.url, page.url):
                yield from self._feeds_of(self._ask.page(overview), page)
        if self._holds():
            return
        looked_at = [page]
        # An article and a front page have the list beside them; a list is where it is.
        if page.is_front or page.is_article or not page.is_news_list:
            for pointer in news_sections(page.page)[:_MOST_SECTIONS]:
                section = yield from self._ask.open(pointer.url)
                if section is not None and section not in looked_at:
                    looked_at.append(section)
                    yield from self._feeds_of(section, page)
                if self._holds():
                    return
        front = None if page.is_front else (yield from self._ask.open(front_page(page.url)))
        if front is not None and front not in looked_at:
            looked_at.append(front)
            yield from self._feeds_of(front, page)
            if self._holds():
                return
        for url, how in self._usual_feeds(looked_at):
            if self._ask.requests > MOST_REQUESTS // 2:
                break
            yield from self._feed(Pointer(url=url, title=""), how, page)
            if self._holds():
                return
        self._in_vain.append("a feed")

    def _feeds_of(self, page: Prospect, given: Prospect) -> Generator[Request, Capture, None]:
        """The feeds that one page points to; of several that hold the one that is most about the given page comes first."""
        here = page.url
        pointers = [(each, f"announced by {readable(here)}") for each in announced_feeds(page.page)]
        pointers += [(each, f"linked from {readable(here)}") for each in linked_feeds(page.page)]
        pointers = [each for each in pointers if not is_of_comments(each[0].url, each[0].title)]
        first: dict[str, tuple[Pointer, str]] = {}
        for each in pointers:
            first.setdefault(each[0].url, each)
        pointers = list(first.values())
        pointers.sort(
            key=lambda each: (
                prospects.folded(each[0].url) not in self._known,
                -feed_weight(each[0].url, each[0].title),
            )
        )
        links = given.links
        found: list[tuple[float, Way]] = []
        for pointer, how in pointers[:_MOST_FEEDS]:
            before = len(self._ways)
            yield from self._feed(pointer, how, given)
            for way in self._ways[before:]:
                share = prospects.share_linked(way.extraction.entries, links, given.url)
                found.append((share, way))
                if way.doubt is None and (share >= _ABOUT or not given.is_news_list):
                    break
            else:
                continue
            break
        best = sorted(found, key=lambda pair: (pair[1].doubt is not None, -round(pair[0], 1)))
        ways = [way for _, way in best]
        self._ways = [*(way for way in self._ways if way not in ways), *ways]

    def _feed(self, pointer: Pointer, how: str, given: Prospect) -> Generator[Request, Capture, None]:
        capture = yield from self._ask.fetch(pointer.url)
        if capture is None or capture.url in self._tried:
            return
        self._tried.add(capture.url)
        way = self._read_feed(capture, how)
        if way is None:
            self._overviews.append(capture)
            return
        entries = way.extraction.entries
        if is_of_comments(way.url, " ".join(way.titles[:1])):
            way = replace(way, doubt="it holds comments")
        elif not any(entry.link is None or same_site(entry.link, given.url) for entry in entries):
            way = replace(way, doubt="its entries lead to another site")
        elif behind := self._days_behind(way, given):
            way = replace(way, doubt=f"its newest entry is {behind} days older than the newest on the page")
        self._ways.append(way)

    def _read_feed(self, capture: Capture, how: str) -> Way | None:
        """A response as a feed; None where it is none, or an empty one."""
        url = capture.url if same_site(capture.url, capture.request.url) else capture.request.url
        try:
            extraction = read_feed(capture, self._ask.at(url, Feed()))
        except ExtractError:
            return None
        if not extraction.entries:
            self._in_vain.append(f"the feed {url}, which is empty")
            return None
        addresses = (capture.request.url, *capture.redirects, capture.url)
        return Way(
            url=url, kind=Feed(), how=how, extraction=extraction, titles=feed_titles(capture), addresses=addresses
        )

    def _days_behind(self, way: Way, given: Prospect) -> int:
        """How many days the newest entry is older than the newest on the page, where that is a list and much newer; else 0."""
        on_page = given.entries
        if len(on_page) < 3 or prospects.share_linked(way.extraction.entries, given.links, ""):
            return 0
        newest_there = self._newest(self._ask.source, on_page)
        newest_here = self._newest(self._ask.at(way.url, way.kind), way.extraction.entries)
        if newest_there is None or newest_here is None:
            return 0
        days = (newest_there - newest_here).days
        return days if days > _STALE_DAYS else 0

    def _usual_feeds(self, pages: Sequence[Prospect]) -> Iterator[tuple[str, str]]:
        """Where feeds lie that nobody announces: by the content system, then by custom."""
        made_with = list(dict.fromkeys(name for page in pages for name in systems(page.page)))
        # The feed of an article is one of comments on it.
        lists = [page.url for page in pages if not page.is_front and not page.is_article][:2]
        front = front_page(pages[0].url)
        for system in made_with:
            for place in [*lists, front]:
                for url in prospects.feeds_of_system(system, place):
                    yield url, f"where {system} has its feeds"
        for path in prospects.USUAL_FEEDS:
            yield urljoin(front, path), "at a usual address of feeds"
        for place in lists:
            for path in prospects.USUAL_BESIDE:
                yield urljoin(place if place.endswith("/") else f"{place}/", path), "at a usual address of feeds"

    # The API of WordPress.

    def _api(self, page: Prospect) -> Generator[Request, Capture, None]:
        pages = [page, *(each for each in self._ask.pages.values() if each is not page)]
        named = next(
            (api for each in pages if (api := wordpress_api(each.page) or api_in_headers(each.page.capture))), None
        )
        how = "the WordPress API that the page names"
        if named is None and any("WordPress" in systems(each.page) for each in pages):
            named, how = urljoin(page.url, "/wp-json/wp/v2/posts"), "where WordPress has its API"
        if named is None:
            return
        way = yield from self._ask.talked(named, WORDPRESS, how, json_api(self._ask.at(named, WORDPRESS), WORDPRESS))
        if way is None:
            self._in_vain.append("WordPress's API")
        else:
            self._ways.append(way)

    # Sitemaps.

    def _sitemaps(self, page: Prospect, *, of_news: bool) -> Generator[Request, Capture, None]:
        for url, how in (yield from self._sitemap_places(page)):
            way = yield from self._sitemap(url, how, here=page.url, of_news=of_news)
            if way is not None:
                self._ways.append(way)
                return
        self._in_vain.append("a sitemap of news" if of_news else "a sitemap")

    def _sitemap_places(self, page: Prospect) -> Generator[Request, Capture, list[tuple[str, str]]]:
        """Where sitemaps may lie, those of news first (sitemaps.org, "Submitting your Sitemap"; RFC 9309, section 2.2.4)."""
        robots = urljoin(page.url, "/robots.txt")
        capture = yield from self._ask.fetch(robots)
        places = prospects.sitemaps_in(capture) if capture is not None else []
        named = [(url, f"named by {readable(robots)}") for url in places]
        usual = [(urljoin(page.url, path), "at a usual address of sitemaps") for path in prospects.USUAL_SITEMAPS]
        return [*named[:_MOST_SITEMAPS], *(each for each in usual if each[0] not in places)][: _MOST_SITEMAPS + 1]

    def _sitemap(self, url: str, how: str, *, here: str, of_news: bool) -> Generator[Request, Capture, Way | None]:
        """A sitemap as a way in, narrowed to what is news in it; None where there is none, or not of the kind that is sought."""
        every = Sitemap(include=None, exclude=None)
        way = yield from self._ask.talked(url, every, how, sitemap(self._ask.at(url, every), every), most=4)
        if way is None:
            return None
        titled = [entry for entry in way.extraction.entries if entry.title is not None]
        if len(titled) * 2 >= len(way.extraction.entries):
            return way
        if of_news:
            return None
        include = prospects.news_path(way.extraction.entries, here)
        if include is None:
            return None
        kept = tuple(entry for entry in way.extraction.entries if entry.link and include.search(entry.link))
        kind = Sitemap(include=include, exclude=None)
        return replace(way, kind=kind, extraction=replace(way.extraction, entries=kept)) if kept else None

    # Pages that list news.

    def _listings(self, page: Prospect) -> Generator[Request, Capture, None]:
        """Pages that may be the list of news, the best first; the page that was given counts more than one it leads to."""
        pages = [page]
        if page.is_front or not page.is_news_list:
            wanted = [pointer.url for pointer in news_sections(page.page)][:_MOST_SECTIONS]
            front = self._ask.pages.get(front_page(page.url))
            if not wanted and front is not None:
                wanted = [pointer.url for pointer in news_sections(front.page)][:_MOST_SECTIONS]
            wanted += parents_of(page.url)[:2]
            for url in dict.fromkeys(wanted):
                other = yield from self._ask.open(url)
                if other is not None and other not in pages:
                    pages.append(other)
        ranked = prospects.ranked_lists(pages)
        for each in ranked[:2]:
            kind = prospects.kind_of_list(each)
            how = "the page that was given" if each is page else f"the list of news that {readable(page.url)} leads to"
            way = yield from self._ask.talked(
                each.url, kind, how, prospects.reading(self._ask.at(each.url, kind), kind), most=kind.pages
            )
            if way is not None:
                self._ways.append(replace(way, kind=prospects.without_dead_next(kind, way.extraction)))
        if not ranked:
            self._in_vain.append("a page that lists news")


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for each in names if (name := " ".join(each.split()))))
