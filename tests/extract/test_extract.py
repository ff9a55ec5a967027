"""Every kind of source holds one conversation, and what it brings is what the recorded sites hold."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ruamel.yaml import YAML

from pipeline.errors import ExtractError, FetchTimeout, HttpStatusError
from pipeline.extract import extract
from pipeline.model.capture import Headers
from pipeline.model.source import Article, Feed, JsonApi, Listing, Selector, Sitemap
from pipeline.web.urls import ascii_url
from tests.builders import capture, source

REAL = Path(__file__).parents[2].parent / "shared" / "real"
FEED = """<rss version="2.0"><channel><item><title>Nya krav</title><link>https://adda.example.se/1</link><guid>1</guid>
<pubDate>Mon, 02 Mar 2026 08:00:00 +0100</pubDate></item></channel></rss>"""
PAGE = (
    "<h1>Nya krav</h1>"
    + "<p>Regionerna ställer från årsskiftet nya krav på dem som säljer handskar till vården.</p>" * 4
)


def selector(written: str | None) -> Selector | None:
    css, _, attribute = (written or "").partition("@")
    return Selector(css=css, attribute=attribute or None) if written else None


def described(block: dict[str, Any], zone: str):
    """A source of a recorded sources.yaml; config is another room, so only what those files hold."""
    kind: Any = Feed()
    if given := block.get("listing"):
        names = ("title", "link", "date", "summary", "next")
        kind = Listing(
            item=given["item"], pages=given.get("pages", 1), **{name: selector(given.get(name)) for name in names}
        )
    elif given := block.get("sitemap"):
        kind = Sitemap(**{name: re.compile(given[name]) if name in given else None for name in ("include", "exclude")})
    article = block.get("article")
    return source(
        block["id"],
        url=ascii_url(block["url"]),
        kind=kind,
        article=Article(**{name: selector(css) for name, css in article.items()}) if article else None,
        timezone=ZoneInfo(block.get("timezone", zone)),
    )


def replayed(conversation, folder: Path):
    """The extraction that a conversation ends with, answered from a folder with a routes.json."""
    routes = json.loads((folder / "routes.json").read_text("utf-8"))
    try:
        request = next(conversation)
        while True:
            url = request.url
            while (route := routes.get(url)) and "Location" in route.get("headers", {}):
                url = route["headers"]["Location"]
            if route is None:
                request = conversation.throw(HttpStatusError(f"{url} answered 404", status=404, url=url))
                continue
            answer = capture(
                url, (folder / route["file"]).read_bytes(), headers=Headers(route.get("headers", {}).items())
            )
            request = conversation.send(replace(answer, request=request))
    except StopIteration as end:
        return end.value


def folded(url: str) -> str:
    return re.sub(r"^https?://(www\.)?|\?utm_.*|/$", "", url)


@pytest.mark.parametrize("name", ["sites", "sites-2", "sites-2/later"])
def test_the_recorded_listings_and_sitemaps_give_what_they_hold(name):
    folder = REAL / name
    if not folder.is_dir():
        pytest.skip("../shared/real is not here")
    settings = YAML(typ="safe").load(folder / "sources.yaml")
    gold = json.loads((folder / "gold.json").read_text("utf-8"))["items"]
    blocks = [block for block in settings["sources"] if "listing" in block or "sitemap" in block]
    assert blocks
    for block in blocks:
        expected = {
            folded(item["url"]): item["title"]
            for item in gold
            if item["source"] == block["id"] and item.get("change") != "gone"
        }

        result = replayed(extract(described(block, settings["archive"]["timezone"]), frozenset()), folder)

        assert {folded(entry.link): entry.title.value for entry in result.entries} == expected
        assert len(result.entries) == len(expected)
        assert all(entry.published for entry in result.entries)
        assert result.warnings == ()
        assert result.complete


@pytest.mark.parametrize("name", ["sites", "sites-2"])
def test_the_recorded_api_gives_what_the_feed_of_the_same_site_holds(name):
    folder = REAL / name
    if not folder.is_dir():
        pytest.skip("../shared/real is not here")
    gold = json.loads((folder / "gold.json").read_text("utf-8"))["items"]
    routes = json.loads((folder / "routes.json").read_text("utf-8"))
    url = min((url for url in routes if url.endswith(("/posts", "?per_page=10"))), key=len)
    kind = JsonApi(
        items="[]", title="title.rendered", link="link", date="date_gmt", summary="excerpt.rendered", pages=9
    )

    result = replayed(extract(source(url=url, kind=kind), frozenset()), folder)

    assert {entry.link for entry in result.entries} <= {item["url"] for item in gold}
    assert len(result.entries) >= 6


def test_a_feed_is_read_and_its_new_articles_are_opened():
    conversation = extract(source(url="https://adda.example.se/feed", article=Article()), frozenset())

    assert next(conversation).url == "https://adda.example.se/feed"
    assert conversation.send(capture(body=FEED)).url == "https://adda.example.se/1"
    with pytest.raises(StopIteration) as end:
        conversation.send(capture("https://adda.example.se/1", PAGE))

    (entry,) = end.value.value.entries
    assert entry.content.value.startswith("Regionerna")

    again = extract(source(url="https://adda.example.se/feed", article=Article()), {entry.version})
    next(again)
    with pytest.raises(StopIteration):
        again.send(capture(body=FEED))


def test_a_source_that_does_not_answer_fails_with_what_the_fetcher_said():
    listing = Listing(item="li", title=None, link=None, date=None, summary=None, next=None, pages=1)
    api = JsonApi(items="[]", title="t", link="l", date=None, summary=None, pages=1)
    for kind in (Feed(), listing, api, Sitemap(include=None, exclude=None)):
        conversation = extract(source(kind=kind), frozenset())
        next(conversation)

        with pytest.raises(FetchTimeout):
            conversation.throw(FetchTimeout("too slow"))


@pytest.mark.parametrize("body", [b"", b"\x00\xff" * 50, b"<html></html>", b"{}", b"[]"], ids=str)
def test_no_answer_brings_anything_but_entries_or_an_error_for_the_source(body):
    listing = Listing(item="li", title=None, link=None, date=None, summary=None, next=None, pages=1)
    api = JsonApi(items="[]", title="t", link="l", date=None, summary=None, pages=1)
    for kind in (Feed(), listing, api, Sitemap(include=None, exclude=None)):
        conversation = extract(source(kind=kind), frozenset())
        next(conversation)

        with pytest.raises((StopIteration, ExtractError)):
            conversation.send(capture(body=body))
