"""Where a site's feeds, sitemaps and news lists may be, and how much one of them is what is sought: the judgement of `discover`."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pipeline.extract.autolisting import ByGuess, auto_listing
from pipeline.extract.infer import infer, next_of
from pipeline.extract.listing import BySelectors, listing
from pipeline.extract.signs import is_article, is_front_page, news_weight, same_site
from pipeline.model.source import AutoListing, Listing
from pipeline.web.selectors import address_of, select
from pipeline.web.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.extract.pages import Page
    from pipeline.model.capture import Capture
    from pipeline.model.entry import Conversation, Entry, Extraction
    from pipeline.model.source import Source

#: Paths of feeds that many sites have and do not announce, the commonest first.
USUAL_FEEDS = ("/feed/", "/rss.xml", "/rss", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
USUAL_BESIDE = ("feed/", "rss.xml")
USUAL_SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap.xml", "/sitemap_index.xml")
#: Older pages that a list with few items on each is proposed with.
_PAGES, _FEW = 3, 20
#: The share of fields that selectors must find as guessing does.
_AGREED = 0.9
_TRACKING = re.compile(r"(?:^|&)(?:utm_\w+|fbclid|gclid|mc_[ce]id)=[^&]*", re.IGNORECASE)
_ITEM_LIMIT = 500


def folded(url: str) -> str:
    """What the spellings of one address have in common: no scheme, no "www.", no final slash, no tracking.

    >>> folded("http://www.a.se/feed?utm_source=x") == folded("https://a.se/feed/")
    True
    """
    parts = urlsplit(absolute(url, "") or url)
    host = parts.netloc.rpartition("@")[2].removeprefix("www.")
    query = "&".join(sorted(part for part in _TRACKING.sub("", parts.query).split("&") if part))
    return f"{host}{unquote(parts.path).rstrip('/')}?{query}"


def feeds_of_system(system: str, place: str) -> Iterator[str]:
    """Where a content system has the feed of the page at `place`."""
    parts = urlsplit(place)._replace(query="", fragment="")
    folder = parts._replace(path=parts.path.rstrip("/") + "/").geturl()
    match system:
        case "WordPress":
            yield f"{folder}feed/"
            yield f"{parts._replace(path='/').geturl()}?feed=rss2"
        case "Joomla":
            yield parts._replace(query="format=feed&type=rss").geturl()
            yield parts._replace(query="format=feed&type=atom").geturl()
        case "Drupal":
            yield f"{folder}rss.xml"
            yield f"{folder}feed"
        case "TYPO3":
            yield parts._replace(query="type=9818").geturl()
            yield f"{folder}rss.xml"
            yield parts._replace(query="type=100").geturl()
            yield f"{folder}feed.xml"


def sitemaps_in(robots: Capture) -> list[str]:
    """The sitemaps that a robots.txt names, those of news first."""
    text = robots.body[:500_000].decode("utf-8", "replace")
    found = re.findall(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", text, re.IGNORECASE | re.MULTILINE)
    urls = list(dict.fromkeys(url for each in found if (url := absolute(each, robots.url))))
    return sorted(
        urls, key=lambda url: re.search(r"news|nyhet|notici|aktuel", urlsplit(url).path, re.IGNORECASE) is None
    )


def news_path(entries: Sequence[Entry], here: str) -> re.Pattern[str] | None:
    """What the addresses of news have in common in a sitemap of everything; None where nobody can tell.

    A folder that is called news, the one that `here` lies in before all others; else the year and month of a blog.
    """
    folders: Counter[str] = Counter()
    dated = 0
    for entry in entries:
        path = unquote(urlsplit(entry.link or "").path)
        segments = [segment for segment in path.split("/") if segment]
        dated += re.search(r"/20\d\d/(?:[01]?\d/)?", path) is not None
        folders.update("/" + "/".join(segments[:depth]) + "/" for depth in range(1, min(len(segments), 4)))
    wanted = unquote(urlsplit(here).path).rstrip("/") + "/"
    ranked = sorted(
        (
            folder
            for folder, count in folders.items()
            if count >= 2 and news_weight(folder.rstrip("/").rpartition("/")[2])
        ),
        key=lambda folder: (
            not wanted.startswith(folder),
            -news_weight(folder.rstrip("/").rpartition("/")[2]),
            -folders[folder],
        ),
    )
    if ranked:
        return re.compile(re.escape(ranked[0]).replace(r"\-", "-"))
    return re.compile(r"/20\d\d/") if dated >= 3 and dated * 4 >= len(entries) else None


# What a page lists.


class Prospect:
    """A page that was opened; what it lists is found out once, however often it is asked."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.url = page.capture.url
        self.is_front = is_front_page(self.url)

    @cached_property
    def entries(self) -> list[Entry]:
        """The news that it seems to list."""
        return ByGuess().read(self.page)[:_ITEM_LIMIT]

    @cached_property
    def links(self) -> set[str]:
        """Every address that it links to, folded."""
        page = self.page
        return {folded(url) for tag in select(page.soup, "a[href]") if (url := address_of(tag, page.base))}

    @cached_property
    def is_article(self) -> bool:
        """Whether it is one piece of news."""
        return is_article(self.page)

    @cached_property
    def is_news_list(self) -> bool:
        """Whether it is a list of news itself: dated items, or many under a name that says so."""
        if len(self.entries) < 3 or self.is_article:
            return False
        dated = sum(entry.published is not None for entry in self.entries) / len(self.entries)
        return dated >= 0.6 or (news_weight(_last_segment(self.url)) > 0 and len(self.entries) >= 5)


def share_linked(entries: Sequence[Entry], links: set[str], here: str) -> float:
    """The share of entries that a page links to, or 1 where the page is one of them."""
    own = [folded(entry.link) for entry in entries if entry.link]
    if here and folded(here) in own:
        return 1.0
    return sum(link in links for link in own[:20]) / max(1, len(own[:20]))


def ranked_lists(pages: Sequence[Prospect]) -> list[Prospect]:
    """Those of the pages that list something, the likeliest list of news first.

    The first page is the one that was given: it wins where others are no better, and a list that it lies in, or that lists it,
    before another one of the site.
    """
    given = pages[0]
    scored = [(score, page) for page in pages if (score := _score(page) * _nearness(page, given)) > 0]
    return [page for _, page in sorted(scored, key=lambda pair: -pair[0])]


def _nearness(page: Prospect, given: Prospect) -> float:
    if page is given:
        return 1.3
    around = urlsplit(given.url).path.startswith(urlsplit(page.url).path.rstrip("/") + "/")
    lists_it = folded(given.url) in {folded(entry.link) for entry in page.entries if entry.link}
    same_tongue = given.page.language is not None and given.page.language == page.page.language
    return (2.0 if around else 1.0) * (2.0 if lists_it else 1.0) * (1.2 if same_tongue else 1.0)


def _score(page: Prospect) -> float:
    entries = [entry for entry in page.entries if entry.link is None or same_site(entry.link, page.url)]
    named = news_weight(_last_segment(page.url))
    dated = sum(entry.published is not None for entry in entries)
    if page.is_article or len(entries) < 2 or (not dated and not named and len(entries) < 4):
        return 0.0
    score: float = min(len(entries), 20) ** 0.5 * (0.4 + dated / len(entries)) * (1 + 0.4 * named)
    return score * (0.6 if page.is_front else 1.0)


def _last_segment(url: str) -> str:
    segment = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    return re.sub(r"\.(?:html?|php|aspx?)$|_\d+$", "", segment)


def kind_of_list(prospect: Prospect) -> Listing | AutoListing:
    """How to read a page that lists news: by selectors where short ones find all that guessing finds, else by guessing."""
    page = prospect.page
    few = len(prospect.entries) < _FEW
    inferred = infer(page.soup, page.capture.url)
    if inferred is not None and _agree(prospect, inferred.listing):
        return replace(inferred.listing, pages=_PAGES if inferred.listing.next is not None and few else 1)
    older = next_of(page.soup)
    return AutoListing(next=older, pages=_PAGES if older is not None and few else 1)


def _agree(prospect: Prospect, kind: Listing) -> bool:
    """Whether selectors find the same items as guessing, with the same titles and dates."""
    guessed = {entry.link: entry for entry in prospect.entries}
    found = {entry.link: entry for entry in BySelectors(kind).read(prospect.page)}
    both = guessed.keys() & found.keys()
    if not both or len(both) < _AGREED * len(guessed.keys() | found.keys()):
        return False
    same = sum(guessed[link].title == found[link].title for link in both)
    dated = [link for link in both if guessed[link].published]
    kept = sum(found[link].published is not None for link in dated)
    return same >= _AGREED * len(both) and kept >= _AGREED * len(dated)


def reading(source: Source, kind: Listing | AutoListing) -> Conversation:
    """The conversation that reads a listing."""
    return listing(source, kind) if isinstance(kind, Listing) else auto_listing(source, kind)


def without_dead_next(kind: Listing | AutoListing, extraction: Extraction) -> Listing | AutoListing:
    """The same listing, without a way to older pages that led nowhere."""
    if kind.pages > 1 and any("older page" in each or "leads nowhere" in each for each in extraction.warnings):
        return replace(kind, next=None, pages=1)
    return kind
