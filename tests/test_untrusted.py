"""What strangers send is data: nothing of it is fetched, run, expanded or believed beyond its bounds."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from pipeline.errors import SourceError
from pipeline.extract import extract
from pipeline.model.source import Feed, JsonApi, Listing, Selector, Sitemap
from pipeline.normalise import normalise
from tests.builders import capture, source

NOW = datetime(2026, 11, 25, tzinfo=UTC)
URL = "https://k.example/n"
LISTING = Listing(
    item="li", title=Selector(css="b"), link=Selector(css="a"), date=None, summary=None, next=None, pages=1
)
API = JsonApi(items="items", title="title", link="link", date=None, summary="text", pages=1)


def read(body, kind=None, content_type="application/xml"):
    """Extraction and items of one response."""
    own = source(url=URL, kind=kind or Feed())
    conversation = extract(own, ())
    next(conversation)
    try:
        conversation.send(capture(URL, body, content_type=content_type))
    except StopIteration as end:
        return end.value, normalise(end.value.entries, own, NOW)[0]
    raise AssertionError("nothing more is to be asked for")


def outcome(body, kind, content_type):
    """How many entries a response gives, or the kind of the error that it ends in; one that says nothing is none."""
    try:
        return len(read(body, kind, content_type)[0].entries)
    except SourceError as error:
        return error.kind if error.message and error.hint else None


def rss(items: str, doctype: str = "") -> str:
    return f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel><title>K</title>{items}</channel></rss>'


def item(title: str = "T", link: str = "https://k.example/1", more: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "lol">' for n in range(10))
QUADRATIC = f'<!ENTITY q "{"q" * 50_000}">'


@pytest.mark.parametrize(
    ("doctype", "reference"),
    [
        ('<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
        ('<!DOCTYPE rss [<!ENTITY x SYSTEM "http://127.0.0.1:1/x">]>', "&x;"),
        ('<!DOCTYPE rss SYSTEM "http://127.0.0.1:1/x.dtd">', "&x;"),
        ('<!DOCTYPE rss [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>', "&p;"),
        (f"<!DOCTYPE rss [{LAUGHS}]>", "&l9;"),
        (f"<!DOCTYPE rss [{QUADRATIC}]>", "&q;" * 5_000),
    ],
    ids=["file", "network", "dtd", "parameter", "laughs", "quadratic"],
)
@pytest.mark.parametrize("broken", ["", "<br>"], ids=["well-formed", "ill-formed"])
def test_no_entity_is_fetched_or_expanded(doctype, reference, broken):
    _, items = read(rss(item(f"Nya krav {reference}", more=broken), doctype))

    (only,) = items
    assert only.title.startswith("Nya krav")
    assert len(only.title) <= 500
    assert not re.search("root:|lol|qqq", only.title)


@pytest.mark.parametrize(
    ("body", "kind", "content_type"),
    [
        (rss("<item>" + "<a>" * 20_000 + "</a>" * 20_000 + "</item>"), Feed(), "application/xml"),
        ("<urlset>" + "<a>" * 20_000, Sitemap(include=None, exclude=None), "application/xml"),
        ('{"version":"https://jsonfeed.org/version/1.1","items":' + "[" * 20_000, Feed(), "application/json"),
        ('{"items":' + '{"a":' * 20_000, API, "application/json"),
        ('{"items":' + "[" * 900 + "]" * 900 + "}", API, "application/json"),
    ],
    ids=["feed", "sitemap", "json feed", "api, cut", "api, whole"],
)
def test_what_is_nested_without_end_is_refused_or_read_as_far_as_it_goes(body, kind, content_type):
    assert outcome(body, kind, content_type) in {0, 1, "decode", "not_a_feed", "nothing_matched"}


def test_a_page_nested_without_end_is_read():
    _, items = read("<ul><li><b>Nya krav</b><a href=/1>x</a></li></ul>" + "<div>" * 20_000, LISTING, "text/html")

    assert [each.title for each in items] == ["Nya krav"]


@pytest.mark.parametrize("kind", ["feed", "json feed", "api", "listing"])
def test_a_response_gives_at_most_two_thousand_entries_and_says_so(kind):
    number = 2_010
    links = [f"https://k.example/{n}" for n in range(number)]
    rows = [{"title": f"Nya krav {n}", "link": link, "url": link, "id": link} for n, link in enumerate(links)]
    body, how, content_type = {
        "feed": (rss("".join(item(row["title"], row["link"]) for row in rows)), Feed(), "application/xml"),
        "json feed": (
            json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "K", "items": rows}), Feed(), "application/json"
        ),
        "api": (json.dumps({"items": rows}), API, "application/json"),
        "listing": (
            "".join(f"<li><b>{row['title']}</b><a href={row['link']}>x</a></li>" for row in rows), LISTING, "text/html"
        ),
    }[kind]  # fmt: skip

    extraction, items = read(body, how, content_type)

    assert len(extraction.entries) == len(items) == 2_000
    assert any("2000" in warning or "2,000" in warning for warning in extraction.warnings), extraction.warnings


def test_titles_and_summaries_are_bounded_plain_text():
    more = f"<description>&lt;script&gt;alert(1)&lt;/script&gt;&lt;p onclick='x()'&gt;{'Nya krav på handskar. ' * 5_000}&lt;/p&gt;</description>"

    _, items = read(
        rss(item("&lt;b&gt;Nya&lt;/b&gt; &lt;img src=x onerror=alert(1)&gt; " + "krav " * 5_000, more=more))
    )

    (only,) = items
    assert len(only.title) <= 500
    assert len(only.summary) <= 2_000
    assert not re.search(r"[<>]|alert|onclick|onerror", only.title + only.summary + only.text)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x", "ftp://k.example/1", "java&#10;script:alert(1)",
        "https://", "mailto:a@k.example",
    ],
)  # fmt: skip
def test_an_address_is_http_or_none(link):
    _, items = read(rss(item("Nya krav", link, "<guid isPermaLink='false'>1</guid>")))

    (only,) = items
    assert only.url is None or only.url.startswith(("https://k.example/", "http://k.example/"))


@pytest.mark.parametrize(
    "guid", ["../../../etc/passwd", "/etc/passwd", "..\\..\\x", "a\x00b", "CON", "%2e%2e%2f", "." * 300, "é" * 300]
)
def test_an_id_of_an_item_can_be_a_file_name(guid):
    _, items = read(rss(item("Nya krav", "", f"<guid isPermaLink='false'>{guid}</guid>")))

    assert [bool(re.fullmatch(r"[a-z0-9]{10,40}", each.id)) for each in items] == [True]


def test_every_refusal_is_one_of_our_errors_with_something_to_do():
    for body in (
        b"",
        b"\x00" * 100,
        b"\xff" * 100,
        b"PK\x03\x04",
        b"%PDF-1.7",
        b"{",
        b"<",
        b"null",
        b"[]",
        b"0",
        b'"x"',
    ):
        for kind in (Feed(), LISTING, API, Sitemap(include=None, exclude=None)):
            assert outcome(body, kind, "text/plain") in {0, "decode", "not_a_feed", "nothing_matched"}
