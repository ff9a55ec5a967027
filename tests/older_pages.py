"""Sites with older pages, each in the manner of one program: what their addresses answer, and a web to ask them in."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from pipeline.errors import HttpStatusError
from pipeline.model.capture import Headers
from pipeline.model.source import AutoListing, Feed, JsonApi, Listing, Selector, Sitemap
from tests.builders import capture, source

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES, ON_PAGE = 5, 4
HOST = "https://a.example.se"


@dataclass
class Site:
    """A source, and what its site answers: a body, or a body with header fields and a media type, or an error."""

    source: Any
    answers: dict[str, Any]
    #: Requests of a walk to the end.
    requests: int = PAGES


class Stop(BaseException):
    """Kill -9, as far as a process can do that to itself."""


class Web:
    """Answers for a site; what is not listed is a 404. `stop_at` is the request, from 1, that never gets an answer."""

    def __init__(self, answers: dict[str, Any], stop_at: int | None = None) -> None:
        self.answers, self.stop_at = answers, stop_at
        self.asked: list[str] = []

    async def fetch(self, request):
        self.asked.append(request.url)
        if len(self.asked) == self.stop_at:
            raise Stop
        answer = self.answers.get(request.url)
        if answer is None:
            raise HttpStatusError("not found", status=404, url=request.url)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, tuple):
            body, fields = answer
            given = capture(request.url, body)
            return replace(given, headers=Headers([*given.headers, *fields]), url=dict(fields).get("At", request.url))
        return capture(request.url, answer)

    @asynccontextmanager
    async def opened(self, *_):
        """In place of `pipeline.run.fetcher_of`."""
        yield self


def day(number: int) -> date:
    """When news `number` was published; 1 is the newest."""
    return date(2026, 2, 28) - timedelta(days=3 * number)


def news(page: int, *, shift: int = 0) -> list[int]:
    """The news of a page; the last one of the page before stands there again."""
    first = (page - 1) * ON_PAGE + 1 - shift
    return [*([first - 1] if page > 1 else []), *range(first, first + ON_PAGE)]


def item(number: int) -> str:
    """An item of a listing."""
    return (
        f'<article class="post"><h2><a href="/nyheter/n{number}">Regionerna skärper kraven på handskar, del {number}</a></h2>'
        f'<time datetime="{day(number)}">{day(number)}</time>'
        f"<p>En ingress som i en hel mening säger vad nyhet {number} handlar om.</p></article>"
    )


def html(page: int, pager: str) -> str:
    """A page of a listing."""
    menu = '<nav><ul><li><a href="/">Start</a></li><li><a href="/kontakt">Kontakta oss</a></li></ul></nav>'
    return f'<html lang="sv"><body>{menu}<main>{"".join(map(item, news(page)))}{pager}</main></body></html>'


SELECTORS = {
    "item": "article.post",
    "title": Selector(css="h2"),
    "link": Selector(css="h2 a"),
    "date": Selector(css="time", attribute="datetime"),
    "summary": Selector(css="p"),
    "next": None,
    "pages": 1,
}


def listed(
    address: Callable[[int], str], pager: Callable[[int], str], *, kind: Any = None, requests: int = PAGES
) -> Site:
    """A listing whose pages lie at `address(number)`."""
    answers = {HOST + address(number): html(number, pager(number)) for number in range(1, PAGES + 1)}
    return Site(source(url=HOST + address(1), kind=kind or Listing(**SELECTORS)), answers, requests)


def links(pairs: list[tuple[str, str]]) -> str:
    """Links with their texts."""
    return " ".join(f'<a href="{href}">{text}</a>' for href, text in pairs)


def joomla(number: int) -> str:
    """Joomla's addresses: they count items."""
    return "/nyheter" + (f"?start={(number - 1) * ON_PAGE}" if number > 1 else "")


def joomla_pager(number: int) -> str:
    """Numbers, next and last, as Joomla has them; and beside it an archive that always leads to the second page."""
    pairs = [(joomla(each), str(each)) for each in range(1, PAGES + 1) if each != number]
    if number < PAGES:
        pairs += [(joomla(number + 1), "Nästa"), (joomla(PAGES), "Slut")]
    return f'<div class="pagination">{links(pairs)}</div><aside><h3>Arkiv</h3>{links([(joomla(2), "Äldre nyheter")])}</aside>'


def wordpress_pager(number: int) -> str:
    """The links of WordPress, where "previous" is older."""
    older = f'<div class="nav-previous">{links([(f"/page/{number + 1}/", "← Äldre inlägg")])}</div>'
    newer = f'<div class="nav-next">{links([(f"/page/{number - 1}/", "Nyare inlägg →")])}</div>'
    return (older if number < PAGES else "") + (newer if number > 1 else "")


def drupal_pager(number: int) -> str:
    """Bare numbers, counted from 0 in the addresses and from 1 for readers."""
    return links([(f"?page={each - 1}", str(each)) for each in range(1, PAGES + 1) if each != number])


def bare_pager(number: int) -> str:
    """Numbers whose addresses have nothing in common but that they stand in a pager."""
    parts = [
        f"<b class=current>{each}</b>" if each == number else f'<a href="/lista/{"abcdefgh"[each]}">{each}</a>'
        for each in range(1, PAGES + 1)
    ]
    return f'<ul class="pager">{" ".join(parts)}</ul>'


def rss(numbers: list[int], head: str) -> str:
    """An RSS feed."""
    items = "".join(
        f"<item><title>Nyhet {number}</title><link>{HOST}/nyheter/n{number}</link><guid>n{number}</guid>"
        f"<pubDate>{day(number):%a, %d %b %Y} 08:00:00 +0100</pubDate><description>Om nyhet {number}.</description></item>"
        for number in numbers
    )
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"'
        f' xmlns:fh="http://purl.org/syndication/history/1.0"><channel><title>A</title><link>{HOST}/</link>{head}{items}</channel></rss>'
    )


def feed(address: Callable[[int], str], head: Callable[[int], str], *, requests: int = PAGES) -> Site:
    """A feed whose documents lie at `address(number)`."""
    answers = {HOST + address(number): rss(news(number), head(number)) for number in range(1, PAGES + 1)}
    return Site(source(url=HOST + address(1), kind=Feed()), answers, requests)


def related(relation: str, address: Callable[[int], str]) -> Callable[[int], str]:
    """Links from a feed to its next document."""
    return lambda number: (
        f'<atom:link rel="{relation}" href="{address(number + 1)}"/><atom:link rel="self" href="{address(number)}"/>'
        if number < PAGES
        else ""
    )


def json_feed() -> Site:
    """A JSON Feed with `next_url`."""
    answers: dict[str, Any] = {}
    for number in range(1, PAGES + 1):
        items = [
            {"id": f"n{each}", "url": f"{HOST}/nyheter/n{each}", "title": f"Nyhet {each}", "content_text": "Text.",
             "date_published": f"{day(each)}T08:00:00Z"}
            for each in news(number)
        ]  # fmt: skip
        document = {"version": "https://jsonfeed.org/version/1.1", "title": "A", "items": items}
        if number < PAGES:
            document["next_url"] = f"/feed.json?page={number + 1}"
        answers[f"{HOST}/feed.json" + (f"?page={number}" if number > 1 else "")] = json.dumps(document)
    return Site(source(url=f"{HOST}/feed.json", kind=Feed()), answers)


def wp_json(*, counted: bool) -> Site:
    """The posts of WordPress, with or without the field that counts the pages."""
    url = f"{HOST}/wp-json/wp/v2/posts"
    answers: dict[str, Any] = {}
    for number in range(1, PAGES + 1):
        posts = [
            {"title": {"rendered": f"Nyhet {each}"}, "link": f"{HOST}/nyheter/n{each}", "date_gmt": f"{day(each)}T08:00:00"}
            for each in news(number)
        ]  # fmt: skip
        fields = [("X-WP-TotalPages", str(PAGES))] if counted else []
        answers[url + (f"?page={number}" if number > 1 else "")] = (json.dumps(posts), fields)
    if not counted:
        answers[f"{url}?page={PAGES + 1}"] = HttpStatusError("rest_post_invalid_page_number", status=400, url=url)
    kind = JsonApi(items="[]", title="title.rendered", link="link", date="date_gmt", summary=None, pages=1)
    return Site(source(url=url, kind=kind), answers, PAGES if counted else PAGES + 1)


def sitemaps() -> Site:
    """A news sitemap in parts, in an index; read with `pipeline.extract.sitemap.MOST_ENTRIES` of `ON_PAGE`."""
    news_namespace = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    children, answers = [], {}
    for number in range(1, PAGES + 1):
        own = news(number)
        child = f"{HOST}/sitemap-{number}.xml"
        children.append(f"<sitemap><loc>{child}</loc><lastmod>{day(own[0])}</lastmod></sitemap>")
        urls = "".join(
            f"<url><loc>{HOST}/nyheter/n{each}</loc><news:news><news:title>Nyhet {each}</news:title>"
            f"<news:publication_date>{day(each)}</news:publication_date></news:news></url>"
            for each in own
        )
        answers[child] = f"<urlset {news_namespace}>{urls}</urlset>"
    answers[f"{HOST}/sitemap.xml"] = f"<sitemapindex>{''.join(children)}</sitemapindex>"
    return Site(source(url=f"{HOST}/sitemap.xml", kind=Sitemap(include=None, exclude=None)), answers, PAGES + 1)


def years() -> Site:
    """A front page with an archive that has a page for each year; the first of them begins with what the front page holds."""
    annals = links([(f"/nyheter/arkiv/{2027 - number}", str(2027 - number)) for number in range(1, PAGES)])
    answers = {f"{HOST}/nyheter": html(1, links([("/nyheter/arkiv", "Arkiv"), ("/om", "Om oss")]))}
    answers[f"{HOST}/nyheter/arkiv"] = html(1, f"<ul>{annals}</ul>")
    for number in range(1, PAGES):
        body = html(number, f"<ul>{annals}</ul>") if number == 1 else html(number + 1, f"<ul>{annals}</ul>")
        answers[f"{HOST}/nyheter/arkiv/{2027 - number}"] = body
    answers[f"{HOST}/nyheter/arkiv/2026"] = html(1, annals).replace("</main>", f"{''.join(map(item, news(2)))}</main>")
    return Site(source(url=f"{HOST}/nyheter", kind=Listing(**SELECTORS)), answers, PAGES + 1)


def numbered(word: str, path: str = "/nyheter/") -> Callable[[int], str]:
    """Addresses with a parameter that numbers the pages."""
    return lambda number: path + (f"?{word}={number}" if number > 1 else "")


def wordpress(number: int) -> str:
    """Addresses of WordPress."""
    return f"/page/{number}/" if number > 1 else "/"


def lettered(number: int) -> str:
    """Addresses without a number."""
    return f"/lista/{'abcdefgh'[number]}"


def archived(number: int) -> str:
    """The current document of a feed, and its archive."""
    return f"/arkiv/{number}.xml" if number > 1 else "/feed.xml"


def joomla_feed(number: int) -> str:
    """Joomla's addresses of a feed; they count items."""
    before = sum(len(news(each)) for each in range(1, number))
    return "/feed?type=rss" + (f"&start={before}" if number > 1 else "")


def sites() -> dict[str, Site]:
    """Each manner once."""
    page, block = numbered("page"), numbered("block886.page")
    feed_page = numbered("page", "/feed/")
    paged = numbered("paged", "/feed/")

    older = Selector(css="a.older")
    return {
        "joomla": listed(joomla, joomla_pager),
        "joomla, auto": listed(joomla, joomla_pager, kind=AutoListing(next=None, pages=1)),
        "joomla, two pages by itself": listed(joomla, joomla_pager, kind=Listing(**{**SELECTORS, "pages": 2})),
        "wordpress": listed(wordpress, wordpress_pager),
        "wordpress, auto": listed(wordpress, wordpress_pager, kind=AutoListing(next=None, pages=1)),
        "drupal": listed(lambda n: "/nyheter" + (f"?page={n - 1}" if n > 1 else ""), drupal_pager),
        "sida": listed(numbered("sida"), lambda n: links([(f"?sida={each}", f"Sida {each}") for each in range(1, PAGES + 1)])),
        "bare numbers": listed(lettered, bare_pager),
        "rel=next": listed(page, lambda n: f'<link rel="next" href="?page={n + 1}">' if n < PAGES else ""),
        "a selector": listed(
            block,
            lambda n: f'<a class="newer" href="?block886.page={n - 1}">x</a>'
            + (f'<a class="older" href="?block886.page={n + 1}">x</a>' if n < PAGES else ""),
            kind=Listing(**{**SELECTORS, "next": older}),
        ),
        "years": years(),
        "wordpress feed": feed(paged, lambda _: "<generator>https://wordpress.org/?v=6.4</generator>", requests=PAGES + 1),
        "joomla feed": feed(joomla_feed, lambda _: "<generator>Joomla! - Open Source Content Management</generator>", requests=PAGES + 1),
        "archived feed": feed(archived, related("prev-archive", archived)),
        "paged feed": feed(feed_page, related("next", feed_page)),
        "JSON Feed": json_feed(),
        "wp-json": wp_json(counted=True),
        "wp-json, not counted": wp_json(counted=False),
        "sitemaps": sitemaps(),
    }  # fmt: skip
