"""å, ä and ö come out right of feeds and of pages, whatever is said of their bytes and whatever was done to them before."""

from __future__ import annotations

import unicodedata

import pytest

from pipeline.extract import extract
from pipeline.model.source import Feed, Listing, Selector
from pipeline.normalise import normalise
from tests.builders import NOW, capture, source

TITLE = "Räksmörgås på Åland – åtta öre"
FEED = '<rss version="2.0"><channel><title>K</title><item><title>{}</title><link>https://k.example/1</link></item></channel></rss>'
PAGE = '<html><head>{head}</head><body><ul><li class="n"><a href="/1">{title}</a></li><li class="n"><a href="/2">Två</a></li></ul></body></html>'
LISTING = Listing(
    item=".n",
    title=Selector(css="a"),
    link=Selector(css="a"),
    date=None,
    summary=None,
    next=None,
    pages=1,
)


def feed(title: str = TITLE, *, before: str = "") -> str:
    return before + FEED.format(title)


def page(title: str = TITLE, *, head: str = "", before: str = "") -> str:
    return before + PAGE.format(title=title, head=head)


def declared(name: str) -> str:
    return f'<?xml version="1.0" encoding="{name}"?>\n'


def meta(name: str) -> str:
    return f'<meta charset="{name}">'


def first_title(body: bytes, content_type: str | None, kind: Feed | Listing) -> str:
    """The title of the first item of a response."""
    own = source(url="https://k.example/n", kind=kind)
    conversation = extract(own, ())
    next(conversation)
    try:
        conversation.send(capture(own.url, body, content_type=content_type or ""))
    except StopIteration as end:
        items, _ = normalise(end.value.entries, own, NOW)
        return items[0].title
    raise AssertionError("one response is enough")


XML, HTML = "application/rss+xml", "text/html"
MOJIBAKE = TITLE.encode().decode("cp1252", "replace").replace("\ufffd", "\x81")
TWICE = TITLE.encode().decode("latin-1").encode().decode("latin-1")
REFERENCES = "R&amp;amp;auml;ksm&amp;amp;ouml;rg&amp;amp;aring;s p&amp;aring; &amp;Aring;land – &#229;tta &amp;#246;re"

FEEDS = {
    "UTF-8 with a byte order mark, called ISO-8859-1": (feed().encode("utf-8-sig"), f"{XML}; charset=iso-8859-1"),
    "the HTTP charset alone": (feed().encode("cp1252"), f"{XML}; charset=windows-1252"),
    "the XML declaration alone": (feed(before=declared("windows-1252")).encode("cp1252"), XML),
    "no declaration, windows-1252": (feed().encode("cp1252"), XML),
    "windows-1252 called UTF-8": (feed(before=declared("utf-8")).encode("cp1252"), f"{XML}; charset=utf-8"),
    "windows-1252 called ISO-8859-1": (feed(before=declared("iso-8859-1")).encode("cp1252"), XML),
    "UTF-8 called ISO-8859-1": (feed(before=declared("iso-8859-1")).encode(), f"{XML}; charset=iso-8859-1"),
    "UTF-16, little end first": (feed(before=declared("utf-16")).encode("utf-16"), XML),
    "UTF-16, big end first, without a mark": (feed(before=declared("utf-16")).encode("utf-16-be"), f"{XML}; charset=utf-8"),
    "UTF-16 called, UTF-8 sent": (feed(before=declared("utf-16")).encode(), f"{XML}; charset=utf-16"),
    "mojibake": (feed(MOJIBAKE).encode(), f"{XML}; charset=utf-8"),
    "mojibake twice": (feed(TWICE).encode(), XML),
    "references escaped twice and three times": (feed(REFERENCES).encode(), XML),
    "letters decomposed": (feed(unicodedata.normalize("NFD", TITLE)).encode(), XML),
    "a charset that does not exist": (feed(before=declared("x-nordic")).encode(), f"{XML}; charset=svenska"),
    "a charset that does not exist, windows-1252": (feed(before=declared("x-nordic")).encode("cp1252"), f"{XML}; charset=svenska"),
    "blanks before the XML declaration": (feed(before="\n \t" + declared("iso-8859-1")).encode("cp1252"), XML),
    "NULs and control characters": (feed("\0Räk\x08smörgås\0 på Åland\x0b – åtta\x1f öre\x7f").encode(), XML),
}  # fmt: skip
PAGES = {
    "UTF-8 with a byte order mark, called ISO-8859-1": (page(head=meta("iso-8859-1")).encode("utf-8-sig"), f"{HTML}; charset=iso-8859-1"),
    "the HTTP charset alone": (page().encode("cp1252"), f"{HTML}; charset=windows-1252"),
    "the meta element alone": (page(head=meta("windows-1252")).encode("cp1252"), HTML),
    "the old meta element": (page(head='<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">').encode("cp1252"), HTML),
    "the XML declaration alone": (page(before=declared("windows-1252")).encode("cp1252"), "application/xhtml+xml"),
    "no declaration, windows-1252": (page().encode("cp1252"), HTML),
    "windows-1252 called UTF-8": (page(head=meta("utf-8")).encode("cp1252"), f"{HTML}; charset=utf-8"),
    "UTF-8 called ISO-8859-1": (page(head=meta("iso-8859-1")).encode(), f"{HTML}; charset=iso-8859-1"),
    "UTF-16, little end first": (page(head=meta("utf-16")).encode("utf-16"), HTML),
    "UTF-16, big end first, without a mark": (page().encode("utf-16-be"), f"{HTML}; charset=utf-8"),
    "UTF-16 called, UTF-8 sent": (page(head=meta("utf-16")).encode(), HTML),
    "mojibake": (page(MOJIBAKE, head=meta("utf-8")).encode(), HTML),
    "mojibake twice": (page(TWICE, head=meta("utf-8")).encode(), HTML),
    "references escaped twice and three times": (page(REFERENCES).encode(), HTML),
    "letters decomposed": (page(unicodedata.normalize("NFD", TITLE)).encode(), HTML),
    "a charset that does not exist": (page(head=meta("x-nordic")).encode(), f"{HTML}; charset=svenska"),
    "a charset that does not exist, windows-1252": (page(head=meta("x-nordic")).encode("cp1252"), f"{HTML}; charset=svenska"),
    "blanks before the XML declaration": (page(before="\n \t" + declared("iso-8859-1")).encode("cp1252"), HTML),
    "NULs and control characters": (page("\0Räk\x08smörgås\0 på Åland\x0b – åtta\x1f öre\x7f").encode(), HTML),
}  # fmt: skip


@pytest.mark.parametrize(("body", "content_type"), FEEDS.values(), ids=FEEDS)
def test_a_feed_comes_out_right(body, content_type):
    assert TITLE == first_title(body, content_type, Feed())


@pytest.mark.parametrize(("body", "content_type"), PAGES.values(), ids=PAGES)
def test_a_page_comes_out_right(body, content_type):
    assert TITLE == first_title(body, content_type, LISTING)
