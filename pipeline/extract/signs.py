"""What a page says about where its site's news is: announced feeds, links to feeds and news lists, the system behind it, its name.

Facts about the web are tables here; what is done with them is decided in `discover`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import orjson

from pipeline.web.html import Tag, attribute, inline_text
from pipeline.web.selectors import address_of, select
from pipeline.web.urls import absolute, host_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.pages import Page
    from pipeline.model.capture import Capture

#: Media types of feeds (HTML, section 4.6.7.1), with the misspelt ones that were seen.
_FEED_TYPES = frozenset({
    "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/rss",
    "application/atom", "text/rss+xml", "text/rss", "application/x-rss+xml", "text/atom+xml",
})  # fmt: skip
#: The end of a feed's address, or a parameter that only feeds have.
_FEED_PATH = re.compile(
    r"(?:^|[/._-])(?:rss|atom|feeds?|rdf)(?:[12](?:\.0)?)?(?:\.(?:xml|rss|atom|rdf|aspx?|php|json))?/?$|\.(?:rss|atom|rdf)$|feed\.json$|/(?:rss|atom|feeds?)/[\w.-]+/?$",
    re.IGNORECASE,
)
_FEED_QUERY = re.compile(
    r"(?:^|&)(?:format=feed|feed=(?:rss2?|atom|rdf)|type=(?:9818|rss|atom)|rss(?:=|&|$)|output=rss|_format=rss)",
    re.IGNORECASE,
)
_FEED_TEXT = re.compile(
    r"^(?:rss|atom|feed|xml|rss[- ]?(?:feed|flöde|2\.0)|flödesposter|nyhetsflöde|web ?feed|prenumerera via rss|subscribe via rss|canal rss|fil rss|rss-syöte)$",
    re.IGNORECASE,
)
#: Feeds of something else than the news.
_COMMENTS = re.compile(
    r"comments?|kommentar|comentari|kommentti|replies|svar på|/komment|commentaires|diskussion", re.IGNORECASE
)
_OFF_TOPIC = re.compile(
    r"kalend|calendar|events?\b|evenemang|jobb|jobs?\b|vacanc|lediga|podd|podcast|search|tag/|author/|forum|product|shop",
    re.IGNORECASE,
)
#: What news lists are called, in menus and in addresses. A whole word of a link's text, or a whole segment of a path.
_NEWS_WORDS = {
    # The usual names come first; what may hold news, but often something else, weighs less.
    3: """nyheter nyhet aktuellt aktuelt nyheder news noticias noticies notícies noticia actualitat actualidad uutiset
       ajankohtaista aktuelles nachrichten actualites actualités nieuws nyhende siste-nytt latest-news senaste-nytt
       nyhetsarkiv newsroom nyhetsrum nyhetsliste notizie aktualnosci aktuality noticies-actualitat novetats novedades""",
    2: """pressmeddelanden pressmeldinger pressemeldinger pressreleases press-releases pressemitteilungen notas-de-prensa
       notes-de-premsa press presse blogg blog artiklar artikler articles meddelanden tiedotteet updates nytt stories aktuell
       magasin insights insikter publications press-room pressrum""",
    1: """arkiv archive archives arxiu archivo media sala-de-premsa sala-de-prensa latest posts""",
}  # fmt: skip
_WEIGHTS = {word: weight for weight, words in _NEWS_WORDS.items() for word in words.split()}
#: The systems that sites are made with, and their marks in a page.
_MARKS = {
    "WordPress": re.compile(r"/wp-(?:content|includes|json)/|api\.w\.org", re.IGNORECASE),
    "Joomla": re.compile(r"/media/(?:jui|system|vendor/joomla)|/components/com_|option=com_content", re.IGNORECASE),
    "Drupal": re.compile(r"/sites/(?:default|all)/|drupal-settings-json|data-drupal-|/core/misc/drupal", re.IGNORECASE),
    "TYPO3": re.compile(r"typo3(?:temp|conf|-)|/fileadmin/|tx_news", re.IGNORECASE),
}
_SEPARATORS = re.compile(r"\s+[|–—·•«»:/-]+\s+|\s*\|\s*|\s+[-–—]\s*|\s*[–—]\s+|»")
#: Letters of prose from which on a page is one text, and paragraphs that are looked at.
_PROSE, _MOST_PARAGRAPHS = 500, 1_000
#: What pages are called that have no name of their own, in the languages of our sources; news words are such too.
# fmt: off
_GENERIC = frozenset({
    "start", "startsida", "startsidan", "hem", "hjem", "forside", "home", "homepage", "front-page", "welcome", "välkommen",
    "inici", "inicio", "portada", "etusivu", "accueil", "startseite", "rss", "rss-feed", "feed", "atom", "rss-2-0", "all",
    "alla", "senaste", "sida", "page", "index", "logo", "till-startsidan", "comments-feed", "posts", "hovedside",
})
# fmt: on
_ARTICLE_TYPES = frozenset({"NewsArticle", "Article", "BlogPosting", "ReportageNewsArticle", "Report", "PressRelease"})
_ORGANISATIONS = frozenset({
    "Organization", "NewsMediaOrganization", "GovernmentOrganization", "NGO", "WebSite", "Corporation",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """An address that something points to."""

    url: str
    #: What it is called there; may be empty.
    title: str
    #: How much it looks like what is sought: more is better.
    weight: float = 0


def announced_feeds(page: Page) -> list[Pointer]:
    """The feeds that a page announces in its head (RSS Advisory Board, "RSS Autodiscovery"), in its order."""
    found: dict[str, Pointer] = {}
    for tag in select(page.soup, "link[href]"):
        rel = (attribute(tag, "rel") or "").lower().split()
        kind = (attribute(tag, "type") or "").partition(";")[0].strip().lower()
        href = attribute(tag, "href") or ""
        is_feed = kind in _FEED_TYPES or (kind in {"", "text/xml", "application/xml"} and looks_like_feed(href))
        is_feed = is_feed or (kind == "application/json" and href.partition("?")[0].endswith("feed.json"))
        if ("alternate" in rel or "feed" in rel) and is_feed and (url := absolute(href, page.base)):
            found.setdefault(url, Pointer(url=url, title=attribute(tag, "title") or ""))
    return list(found.values())


def linked_feeds(page: Page) -> list[Pointer]:
    """What readers are shown as feeds: links whose address or text is that of one, in the order of the page."""
    found: dict[str, Pointer] = {}
    for tag in select(page.soup, "a[href]"):
        url = address_of(tag, page.base)
        if url is None:
            continue
        text = inline_text(tag) or attribute(tag, "title") or ""
        kind = (attribute(tag, "type") or "").lower()
        if kind in _FEED_TYPES or looks_like_feed(url) or _FEED_TEXT.match(text.strip()):
            found.setdefault(url, Pointer(url=url, title=text))
    return list(found.values())


def looks_like_feed(url: str) -> bool:
    """Whether an address is written as those of feeds are."""
    parts = urlsplit(url)
    return _FEED_PATH.search(parts.path) is not None or _FEED_QUERY.search(parts.query) is not None


def is_feed_link(url: str, text: str) -> bool:
    """Whether a link leads to a feed and says so, or its address could be nothing else: it is no item of a list of news."""
    return _FEED_TEXT.match(text.strip()) is not None or _FEED_QUERY.search(urlsplit(url).query) is not None


def is_of_comments(url: str, title: str) -> bool:
    """Whether a feed is one of comments, by its address or title."""
    return _COMMENTS.search(f"{urlsplit(url).path} {title}") is not None


def feed_weight(url: str, title: str) -> float:
    """How much a feed seems to be the site's news, by what it is called: above 0 for news, below for other things."""
    words = f"{unquote(urlsplit(url).path)} {title}"
    return 0.3 * (news_weight(words) > 0) - 0.5 * (_OFF_TOPIC.search(words) is not None)


def news_weight(text: str) -> int:
    """How much a text or a path says that news is to be found there, from 0 to 3."""
    whole = re.sub(r"[\s_-]+", "-", text.strip().lower())
    words = re.split(r"[^\w]+|_|\d+", text.lower())
    return max([_WEIGHTS.get(whole, 0), *(_WEIGHTS.get(word, 0) for word in words)])


def news_sections(page: Page) -> list[Pointer]:
    """The pages of the same site that a page's links call its news, the likeliest first."""
    here = urlsplit(page.capture.url)
    best: dict[str, Pointer] = {}
    for tag in select(page.soup, "a[href], area[href]"):
        url = address_of(tag, page.base)
        if url is None or not same_site(url, page.capture.url) or looks_like_feed(url):
            continue
        parts = urlsplit(url)._replace(fragment="")
        text = inline_text(tag) or attribute(tag, "title") or attribute(tag, "alt") or ""
        segments = [segment for segment in unquote(parts.path).split("/") if segment]
        weight = _section_weight(text, segments)
        if here.path.startswith(f"{parts.path.rstrip('/')}/") and segments and parts.path != here.path:
            weight += 4  # what the page itself lies in
        if weight <= 0 or parts.query.count("=") > 1:
            continue
        if segments[:1] == [segment for segment in here.path.split("/") if segment][:1]:
            weight += 0.5  # the same language, the same part of the site
        url = parts.geturl()
        if url not in best or best[url].weight < weight:
            best[url] = Pointer(url=url, title=text, weight=weight)
    return sorted(best.values(), key=lambda pointer: -pointer.weight)


def _section_weight(text: str, segments: list[str]) -> float:
    """How much a link seems to lead to a list of news; the page of one piece of news has a longer name."""
    if len(text.split()) > 5 or not segments or len(segments) > 4:
        return 0
    last = re.sub(r"\.(?:html?|php|aspx?)$|_\d+$", "", segments[-1])
    by_path = news_weight(last) if last.count("-") <= 2 else 0
    by_text = news_weight(text) if len(text.split()) <= 4 else 0
    return by_text + by_path - (0.2 * (len(segments) - 1) if by_text + by_path else 0)


def parents_of(url: str) -> list[str]:
    """The folders that an address lies in, the nearest first, without the front page."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    return [
        parts._replace(path="/" + "/".join(segments[:count]) + "/", query="", fragment="").geturl()
        for count in range(len(segments) - 1, 0, -1)
    ]


def front_page(url: str) -> str:
    """The first page of the host."""
    return urlsplit(url)._replace(path="/", query="", fragment="").geturl()


def is_front_page(url: str) -> bool:
    """Whether an address is that of a site's first page, or of its first page in one language."""
    parts = urlsplit(url)
    return not parts.query and re.fullmatch(r"(?:/[a-z]{2}(?:-[a-zA-Z]{2})?)?/?(?:index\.\w+)?", parts.path) is not None


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one site: the same host, or hosts under the same registered name, nearly enough."""
    first, second = (host_of(url).removeprefix("www.") for url in (one, other))
    if first == second:
        return bool(first)
    return first.endswith(f".{second}") or second.endswith(f".{first}") or _registered(first) == _registered(second)


def _registered(host: str) -> str:
    """The name that a host was registered under, by its form: two labels, three where the second is as short as "co.uk"."""
    labels = host.split(".")
    count = 3 if len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3 else 2
    return ".".join(labels[-count:]) if len(labels) > 1 and not host.replace(".", "").isdigit() else host


def systems(page: Page) -> list[str]:
    """The systems that the site may be made with, by what its generator says or else its marks."""
    generator = " ".join(attribute(tag, "content") or "" for tag in select(page.soup, "meta[name=generator i]"))
    said = [name for name in _MARKS if name.lower() in generator.lower()]
    if said:
        return said
    markup = page.capture.body[:300_000].decode("utf-8", "replace")
    return [name for name, mark in _MARKS.items() if mark.search(markup)]


def wordpress_api(page: Page) -> str | None:
    """The address of WordPress's posts, where the page or its response names the API (WordPress REST API Handbook, "Discovery")."""
    for tag in select(page.soup, "link[rel~='https://api.w.org/'][href]"):
        if root := address_of(tag, page.base):
            return _posts(root)
    return api_in_headers(page.capture)


def api_in_headers(capture: Capture) -> str | None:
    """The same, of a response's Link field alone (RFC 8288)."""
    for target, parameters in re.findall(r"<([^>]*)>([^<]*)", capture.headers.get("Link") or ""):
        if "api.w.org" in parameters and (root := absolute(target, capture.url)):
            return _posts(root)
    return None


def _posts(root: str) -> str:
    return f"{root if root.endswith('/') else root + '/'}wp/v2/posts"


def is_article(page: Page) -> bool:
    """Whether a page says of itself, or shows by its prose, that it is one article.

    Open Graph's word for it alone is not believed: content systems say it of every page that is no front page.
    """
    if any(_types(node) & _ARTICLE_TYPES for node in _stated(page) if node.get("__top")):
        return True
    said = any(
        (attribute(tag, "content") or "").lower() == "article" for tag in select(page.soup, "meta[property='og:type']")
    )
    return _longest_prose(page.soup) > (_PROSE / 2 if said else _PROSE)


def _longest_prose(soup: Tag) -> int:
    """Letters of the longest run of paragraphs that stand side by side: those of one text, for a list has one or two an item."""
    runs: Counter[int] = Counter()
    for tag in soup.find_all("p", limit=_MOST_PARAGRAPHS):
        parent = tag.parent
        if isinstance(parent, Tag) and len(text := inline_text(tag)) > 80:
            runs[id(parent)] += len(text)
            if sum(heading.find("a", href=True) is not None for heading in parent.find_all(["h2", "h3"], limit=4)) > 1:
                runs[id(parent)] = 0  # headings that lead somewhere else: a list without frames
    return max(runs.values(), default=0)


def stated_names(page: Page) -> Iterator[str]:
    """What the site states that it is called, in what programs read."""
    for css in (
        "meta[property='og:site_name']",
        "meta[name='application-name' i]",
        "meta[name='apple-mobile-web-app-title']",
    ):
        yield from (attribute(tag, "content") or "" for tag in select(page.soup, css))
    for node in _stated(page):
        name = node.get("name")
        if _types(node) & _ORGANISATIONS and isinstance(name, str):
            yield name


def shown_names(page: Page) -> Iterator[str]:
    """What the site may be called, as readers see it: by its own link to its front page, by the ends of its titles."""
    for tag in select(page.soup, "a[href]"):
        url = address_of(tag, page.base)
        if url is not None and same_site(url, page.capture.url) and is_front_page(url):
            yield inline_text(tag)
            yield from (attribute(image, "alt") or "" for image in select(tag, "img[alt]") if image is not tag)
    title = page.soup.find("title")
    if isinstance(title, Tag):
        parts = parts_of_title(" ".join(title.get_text().split()))
        # Of an undivided title only the front page's is the site's name.
        yield from reversed(parts) if len(parts) > 1 or is_front_page(page.capture.url) else ()
    if is_front_page(page.capture.url):
        yield from (inline_text(tag) for tag in select(page.soup, "h1"))


def parts_of_title(title: str) -> list[str]:
    """A title's parts, where a bar or a dash divides it: "Nyheter | Electronics Watch"."""
    return [part for part in (each.strip(" -–—|·:") for each in _SEPARATORS.split(title)) if part]


def is_generic(name: str) -> bool:
    """Whether a name is that of any site's page: "Start", "Nyheter"."""
    folded = re.sub(r"[\s_.]+", "-", name.strip().lower())
    return (
        not re.search(r"[^\W\d_]{2}", name)
        or re.search(r"https?:|©", name) is not None
        or folded in _GENERIC
        or folded in _WEIGHTS
    )


def _stated(page: Page) -> Iterator[dict[str, object]]:
    """The things that a page states in JSON-LD, one after the other; `__top`: the page's own subject."""
    for tag in select(page.soup, "script[type='application/ld+json' i]"):
        try:
            waiting: list[tuple[object, bool]] = [(orjson.loads(tag.get_text()), True)]
        except orjson.JSONDecodeError:
            continue
        while waiting:
            node, top = waiting.pop(0)
            if isinstance(node, list):
                waiting.extend((each, top) for each in node)
            elif isinstance(node, dict):
                yield {**node, "__top": top}
                waiting.append((node.get("@graph"), top))
                waiting.extend((node.get(name), False) for name in ("publisher", "isPartOf"))


def _types(node: dict[str, object]) -> set[str]:
    kind = node.get("@type")
    return {each for each in (kind if isinstance(kind, list) else [kind]) if isinstance(each, str)}
