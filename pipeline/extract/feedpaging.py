"""Where a feed leads to older entries: archived and paged feeds (RFC 5005, sections 3 and 4), JSON Feed's `next_url`, WordPress and Joomla.

An archived feed names the document before it (`prev-archive`), a paged feed the next one (`next`). WordPress names none, but gives every
feed pages as `?paged=2` (beyond the last one: 404); Joomla gives its feeds as `?start=10`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urldefrag, urlencode, urlsplit, urlunsplit

import orjson
from lxml import etree

from pipeline.extract.jsonfeed import is_json
from pipeline.model.entry import Older
from pipeline.web.encoding import decode
from pipeline.web.urls import absolute, same_site
from pipeline.web.xml import mend, parser

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from pipeline.model.capture import Capture
    from pipeline.model.source import Source

_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
#: RFC 5005, section 2: a feed that holds everything.
_COMPLETE = "{http://purl.org/syndication/history/1.0}complete"
_WORDPRESS = re.compile(r"wordpress\.(?:org|com)", re.IGNORECASE)
_JOOMLA = re.compile(r"joomla", re.IGNORECASE)
#: In the order of trust.
_RELATIONS = ("prev-archive", "next")


def older_of_feed(capture: Capture, source: Source, *, count: int, visited: Container[str]) -> tuple[Older, ...]:
    """The document of a feed that holds what is older than `capture`, which has `count` entries; empty where there is none.

    Never one that was visited, or of another site.
    """
    candidates = _of_json(capture) if is_json(capture.body) else _of_xml(capture, count)
    for older in candidates:
        if older.url not in visited and same_site(older.url, source.url, capture.url):
            return (older,)
    return ()


def _of_json(capture: Capture) -> Iterator[Older]:
    try:
        feed = orjson.loads(capture.body)
    except orjson.JSONDecodeError:
        return
    written = feed.get("next_url") if isinstance(feed, dict) else None
    if isinstance(written, str) and (address := absolute(written, capture.url)):
        yield Older(url=urldefrag(address).url)


def _of_xml(capture: Capture, count: int) -> Iterator[Older]:
    text = mend(decode(capture.body, content_type=capture.headers.get("Content-Type"), kind="xml").text)
    root: etree._Element | None = etree.fromstring(text.strip().encode(), parser(recover=True))
    if root is None:
        return
    heads = [root, *(child for child in root if _name(child) == "channel")]
    links: dict[str, str] = {}
    for head in heads:
        for child in head:
            if _name(child) == "link" and (href := child.get("href")):
                base = absolute(child.get(_XML_BASE) or head.get(_XML_BASE) or "", capture.url) or capture.url
                for relation in (child.get("rel") or "").lower().split():
                    links.setdefault(relation, absolute(href, base) or "")
    named = [links[relation] for relation in _RELATIONS if links.get(relation)]
    yield from (Older(url=urldefrag(address).url) for address in named)
    if named or not count or any(child.tag == _COMPLETE for head in heads for child in head):
        return
    generator = next((_text(child) for head in heads for child in head if _name(child) == "generator"), "")
    if _WORDPRESS.search(generator):
        yield Older(url=_stepped(capture.url, "paged", 1, first=1), guessed=True)
    elif _JOOMLA.search(generator):
        yield Older(url=_stepped(capture.url, "start", count, first=0), guessed=True)


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def _text(element: etree._Element) -> str:
    return " ".join([*(str(text) for text in element.itertext()), *map(str, element.attrib.values())])


def _stepped(url: str, name: str, step: int, *, first: int) -> str:
    """The address with a number that is larger by `step`; one that has none has `first`."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    current = next((int(value) for key, value in query if key == name and value.isdigit() and len(value) < 7), first)
    query = [pair for pair in query if pair[0] != name]
    return urlunsplit(parts._replace(query=urlencode([*query, (name, str(current + step))]), fragment=""))
