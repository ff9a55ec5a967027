"""RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed: the bytes of a feed → entries. The only door to feedparser.

Which format it is is seen from the bytes, never from the Content-Type. The document is decoded and mended by us (pipeline.web), so
feedparser is given clean UTF-8 without a DOCTYPE: nothing in it can name an entity, a file or an address, and one bad byte doesn't
change the encoding of the rest. Markup is neither sanitised nor are its links resolved here; `Entry.base` says what they are relative to.
"""

from __future__ import annotations

import re
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal
from xml.sax import SAXParseException

from lxml import etree

from pipeline.errors import NotAFeed
from pipeline.extract.drafts import Draft, extraction, looks_like_html
from pipeline.extract.fastfeed import read_fast
from pipeline.extract.jsonfeed import is_json, read_json_feed
from pipeline.model.entry import Text
from pipeline.web.encoding import decode
from pipeline.web.urls import absolute
from pipeline.web.xml import mend, parser

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.model.capture import Capture
    from pipeline.model.entry import Extraction
    from pipeline.model.source import Source

#: How a feed begins: rss, Atom's feed, RSS 1.0's rdf:RDF, and the channel of feeds that lost their first line.
_FEED_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel)(?=[\s/>])", re.IGNORECASE)
_RDF_ROOT = re.compile(rb"\s*<(?:[\w.-]+:)?rdf[\s>]", re.IGNORECASE)
_FEED_END = re.compile(r"</(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_SITEMAP_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:urlset|sitemapindex)(?=[\s/>])", re.IGNORECASE)
#: What only a page has.
_PAGE = re.compile(r"<(?:html|head|body)(?=[\s/>])", re.IGNORECASE)
#: Media types of the feeds that a page announces (HTML, section 4.6.7.1; RSS advisory board, "RSS Autodiscovery").
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
#: Of the feeds that a page announces, named in a hint; a blog has two, a newspaper dozens.
_MOST_ANNOUNCED = 3

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "html", "xhtml"})


def read_feed(capture: Capture, source: Source) -> Extraction:
    """The entries of a feed of any format, as it orders them, with what was wrong with it as warnings.

    Raises NotAFeed where the response neither is a feed nor holds anything of one; the hint names the feeds that a page announces.
    Raises DecodeError for broken JSON.
    """
    if is_json(capture.body):
        return read_json_feed(capture, source)
    decoded = decode(capture.body, content_type=capture.headers.get("Content-Type"), kind="xml")
    warnings = [decoded.warning] if decoded.warning else []
    text = mend(decoded.text)
    root = _feed_root(text)
    if root:
        text = text[root:]
        warnings.append("There is other text before the feed; the site should mend its feed.")
    elif root is None and not _may_hold_entries(text):
        raise _not_a_feed(decoded.text, capture.url)
    by, drafts = _read(text, capture.url, warnings)
    if root is None and not drafts:
        raise _not_a_feed(decoded.text, capture.url)
    return extraction(drafts, capture=capture, source=source, by=by, warnings=warnings)


def _feed_root(text: str) -> int | None:
    """Where the feed's root element begins, 0 for the start; None where there is none.

    Before it may stand what a server's scripts print (warnings of PHP), but no page.
    """
    if _FEED_ROOT.match(text.lstrip()):
        return 0
    root = _FEED_ROOT.search(text)
    return root.start() if root and not _PAGE.search(text, 0, root.start()) else None


def _may_hold_entries(text: str) -> bool:
    """Whether elements of a feed may stand in the document under a root that is none of a feed's."""
    return (
        not _SITEMAP_ROOT.match(text.lstrip())
        and not _PAGE.search(text)
        and re.search("<(?:item|entry)", text) is not None
    )


def _not_a_feed(text: str, url: str) -> NotAFeed:
    """The error for a document that is no feed, with the hint that helps most."""
    if not text.strip():
        return NotAFeed(
            "The response is empty.",
            url=url,
            hint="Open the address in a browser; if it is empty there too, tell the site's owner.",
        )
    if _SITEMAP_ROOT.search(text, 0, 2_000):
        return NotAFeed(
            "The response is a sitemap, no feed.", url=url, hint="Add `sitemap: {}` to the source in sources.yaml."
        )
    if not _PAGE.search(text) and "<!doctype html" not in text[:200].lower():
        return NotAFeed("The response is no feed.", url=url)
    feeds = list(dict.fromkeys(announced_feeds(text, url)))[:_MOST_ANNOUNCED]
    if not feeds:
        return NotAFeed("The response is a web page, no feed, and it announces none.", url=url)
    which = "a feed: write" if len(feeds) == 1 else "feeds: write one of them,"
    hint = f"The page announces {which} {' or '.join(f'`url: {feed}`' for feed in feeds)}, in sources.yaml."
    return NotAFeed("The response is a web page, no feed.", url=url, hint=hint)


def announced_feeds(text: str, url: str) -> Iterator[str]:
    """The addresses of the feeds that a page announces, in its order."""
    from pipeline.web.html import attribute, base_address, parse_html

    soup = parse_html(text)
    base = base_address(soup, url)
    for link in soup.find_all("link"):
        relations = (attribute(link, "rel") or "").lower().split()
        media_type = (attribute(link, "type") or "").partition(";")[0].strip().lower()
        address = absolute(attribute(link, "href") or "", base)
        if address and "alternate" in relations and media_type in _FEED_TYPES:
            yield address


def _read(text: str, url: str, warnings: list[str]) -> tuple[str, list[Draft]]:
    """The feed's version and elements.

    A document that is no XML is read twice, by feedparser's own lenient parser and after lxml has closed what is open: which of them
    loses less depends on what is broken. The reading that tells more counts.
    """
    fast = read_fast(text)
    if fast is not None:
        return fast["version"], _drafts(fast, url)
    readings = []
    try:
        parsed = _feedparser(text.encode())
        problem = parsed.get("bozo_exception")
        readings.append(parsed)
    except Exception as error:  # noqa: BLE001 - whatever a stranger's bytes can make a parser raise
        problem = error
    if problem is not None:
        warnings.append(f"The feed is not well-formed XML{_where(problem)}; what could be read of it was read.")
        with suppress(Exception):
            readings.append(_feedparser(_recovered(text)))
    drafts = [_drafts(each, url) for each in readings]
    best = max(range(len(readings)), key=lambda number: _told(drafts[number]), default=None)
    return ("feed", []) if best is None else (readings[best].get("version") or "feed", drafts[best])


def _where(problem: Exception) -> str:
    """Line and reason, where the parser knows them."""
    if not isinstance(problem, SAXParseException):
        return ""
    # feedparser puts a declaration on a line of its own before the document.
    return f" in line {(problem.getLineNumber() or 2) - 1} ({problem.getMessage()})"


def _recovered(text: str) -> bytes:
    """The document as lxml mends it, without an entry at its end that was cut off: half a title would be news tomorrow."""
    end = max((match.end() for match in _ENTRY_END.finditer(text)), default=0)
    whole = text if _FEED_END.search(text, end) else text[:end]
    root: etree._Element | None = etree.fromstring(whole.encode(), parser(recover=True))
    return b"" if root is None else etree.tostring(root, encoding="utf-8")


def _told(drafts: list[Draft]) -> int:
    return sum(part is not None for draft in drafts for part in (draft.title, draft.summary, draft.content, draft.link))


def _feedparser(document: bytes) -> Mapping[str, Any]:
    import feedparser  # noqa: TID251

    # As a file: what is no file is first tried as an address and a file's name.
    parsed: dict[str, Any] = feedparser.parse(BytesIO(document), sanitize_html=False, resolve_relative_uris=False)
    if parsed.get("version", "").startswith("atom") and _RDF_ROOT.match(document):
        # feedparser goes by the first namespace that it knows, be it that of a single atom:link.
        parsed["version"] = "rss10"
    return parsed


def _drafts(parsed: Mapping[str, Any], url: str) -> list[Draft]:
    version: str = parsed.get("version") or ""
    feed: Mapping[str, Any] = parsed.get("feed") or {}
    return [_draft(entry, feed, version, url) for entry in parsed.get("entries") or ()]


def _draft(entry: Mapping[str, Any], feed: Mapping[str, Any], version: str, url: str) -> Draft:
    is_atom = version.startswith("atom")
    content = _content(entry)
    published, updated = _dates(entry, is_atom=is_atom)
    link = _link(entry, url)
    return Draft(
        id=_string(entry, "id"),
        title=_title(entry, is_atom=is_atom),
        summary=_summary(entry, content),
        content=_content_text(content),
        link=link,
        published=published,
        updated=updated,
        authors=_authors(entry) or (_authors(feed) if is_atom else ()),
        tags=_tags(entry),
        language=_language(entry, feed),
        base=_base(entry, content, url),
        fields=_elements(entry, link, is_atom=is_atom),
    )


def _elements(entry: Mapping[str, Any], link: str | None, *, is_atom: bool) -> dict[str, str]:
    """The elements that link and date came from, where others are usual; empty for most entries."""
    elements = {}
    if link is not None and _string(entry, "feedburner_origlink"):
        elements["link"] = "feedburner:origLink"
    elif link is not None and not is_atom and not any(_is_alternate(each) for each in _list(entry, "links")):
        # feedparser puts a <link> among the links, a guid that serves as one not; enclosures are there, too.
        elements["link"] = "guid"
    if not is_atom and _string(entry, "published") is None and (_string(entry, "created") or _string(entry, "updated")):
        elements["published"] = "dcterms:created" if _string(entry, "created") else "dc:date"
    return elements


def _is_alternate(link: object) -> bool:
    return isinstance(link, dict) and link.get("rel") == "alternate"


def _title(entry: Mapping[str, Any], *, is_atom: bool) -> Text | None:
    """The title, with the type that Atom gives it; RSS gives none, so there it is what it looks like."""
    value = _string(entry, "title")
    if value is None:
        return None
    detail = _detail(entry, "title")
    if is_atom or str(detail.get("type")).endswith("xml"):
        return Text(value=value, type=_type(detail))
    return Text(value=value, type="html" if looks_like_html(value) else "text")


def _content_text(content: Mapping[str, Any] | None) -> Text | None:
    return None if content is None else Text(value=content["value"].strip(), type=_type(content))


def _content(entry: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The longest of the entry's contents, where it says more than the summary."""
    contents = [each for each in _list(entry, "content") if isinstance(each, dict) and _is_text(each)]
    longest = max(contents, key=lambda each: len(each["value"]), default=None)
    summary = _string(entry, "summary") if "summary_detail" in entry else None
    if longest is None or (summary and len(summary) > len(longest["value"].strip())):
        return None
    return longest


def _is_text(content: Mapping[str, Any]) -> bool:
    """Whether there is something to read in a content: pictures in base64 and contents at another address have nothing."""
    kind = str(content.get("type") or "text/plain").lower()
    value = content.get("value")
    return (
        isinstance(value, str)
        and bool(value.strip())
        and (kind.startswith("text/") or "/" not in kind or kind.endswith("xml"))
    )


def _summary(entry: Mapping[str, Any], content: Mapping[str, Any] | None) -> Text | None:
    """The summary that the source wrote: feedparser repeats the content in it where there is none."""
    value = _string(entry, "summary")
    if value is None or ("summary_detail" not in entry and content is not None):
        return None
    return Text(value=value, type=_type(_detail(entry, "summary")))


def _link(entry: Mapping[str, Any], url: str) -> str | None:
    """The address of the entry's page: the one before FeedBurner's counting, else the link, else any alternate of Atom."""
    links = [each for each in _list(entry, "links") if _is_alternate(each)]
    link = _string(entry, "link")
    if link == _string(entry, "id") and not _ADDRESS.match(link or ""):
        # feedparser takes any guid for an address that does not deny it: "12345" too.
        link = None
    candidates = [_string(entry, "feedburner_origlink"), link, *(_string(each, "href") for each in links)]
    return next((address for link in candidates if link and (address := absolute(link, url))), None)


def _dates(entry: Mapping[str, Any], *, is_atom: bool) -> tuple[str | None, str | None]:
    """`published` and `updated` as written.

    RSS has no word for an update: its dc:date, which feedparser calls updated, is when the element was published, if nothing else is.
    """
    published = _string(entry, "published") or _string(entry, "created")
    updated = _string(entry, "updated")
    if published is None and not is_atom:
        return updated, None
    return published, updated


def _authors(holder: Mapping[str, Any]) -> tuple[str, ...]:
    people = [each for each in _list(holder, "authors") if isinstance(each, dict)]
    names = [_string(person, "name") or _string(person, "email") for person in people]
    return tuple(dict.fromkeys(name for name in names if name))


def _tags(entry: Mapping[str, Any]) -> tuple[str, ...]:
    tags = [each for each in _list(entry, "tags") if isinstance(each, dict)]
    names = [_string(tag, "label") or _string(tag, "term") for tag in tags]
    return tuple(dict.fromkeys(name for name in names if name))


def _language(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> str | None:
    """xml:lang in force at the entry's title or text, else dc:language, else the feed's own."""
    details = [_detail(entry, "title"), _detail(entry, "summary"), *_list(entry, "content")]
    candidates = [_string(detail, "language") for detail in details if isinstance(detail, dict)]
    candidates += [_string(entry, "language"), _string(feed, "language")]
    return next((language for language in candidates if language), None)


def _base(entry: Mapping[str, Any], content: Mapping[str, Any] | None, url: str) -> str:
    """xml:base in force at the entry's text, else the address of the feed (RFC 3986, section 5.1)."""
    detail = content or _detail(entry, "summary") or _detail(entry, "title")
    base = _string(detail, "base")
    return (absolute(base, url) if base else None) or url


def _type(detail: Mapping[str, Any]) -> Literal["text", "html"]:
    kind = str(detail.get("type") or "text/plain").lower()
    return "html" if kind in _HTML_TYPES or kind.endswith("xml") else "text"


def _detail(entry: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    detail = _own(entry, f"{key}_detail")
    return detail if isinstance(detail, dict) else {}


def _list(holder: Mapping[str, Any], key: str) -> list[Any]:
    value = _own(holder, key)
    return value if isinstance(value, list) else []


def _string(holder: Mapping[str, Any], key: str) -> str | None:
    value = _own(holder, key)
    return value.strip() or None if isinstance(value, str) else None


def _own(holder: Mapping[str, Any], key: str) -> Any:
    """What the holder itself says: feedparser's own look-up answers `updated` with `published` and the like."""
    return dict.get(holder, key) if isinstance(holder, dict) else None
