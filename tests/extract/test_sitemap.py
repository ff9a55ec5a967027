"""A sitemap gives the newest pages that the source wants, however it is packed."""

from __future__ import annotations

import gzip
import re

import pytest

from pipeline.errors import DecodeError, HttpStatusError, NotAFeed, NothingMatched
from pipeline.extract import sitemap as module
from pipeline.extract.sitemap import sitemap
from pipeline.model.source import Sitemap
from tests.builders import capture, source

URL = "https://a.example.cat/sitemap.xml"


def wanted(include: str | None = None, exclude: str | None = None) -> Sitemap:
    return Sitemap(include=re.compile(include) if include else None, exclude=re.compile(exclude) if exclude else None)


def urlset(*pages: tuple[str, str], namespace: str = ' xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"') -> str:
    urls = "".join(f"<url><loc>{loc}</loc>{f'<lastmod>{date}</lastmod>' if date else ''}</url>" for loc, date in pages)
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset{namespace}>{urls}</urlset>'


def index(*children: tuple[str, str]) -> str:
    maps = "".join(
        f"<sitemap><loc>{loc}</loc>{f'<lastmod>{date}</lastmod>' if date else ''}</sitemap>" for loc, date in children
    )
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{maps}</sitemapindex>'


def talk(pages, kind: Sitemap | None = None):
    kind = kind or wanted()
    conversation = sitemap(source(url=URL, kind=kind), kind)
    asked = [next(conversation).url]
    while True:
        body = pages.get(asked[-1])
        try:
            if body is None:
                asked.append(conversation.throw(HttpStatusError("answered 404", status=404)).url)
            else:
                asked.append(conversation.send(capture(asked[-1], body, content_type="application/xml")).url)
        except StopIteration as end:
            return end.value, asked


def test_pages_are_given_newest_first_with_lastmod_as_their_update():
    result, _ = talk(
        {
            URL: urlset(
                ("https://a.example.cat/", "2026-03-03"), ("/a/1", "2026-03-01"), ("/a/2", "2026-03-02"), ("/a/ö", "")
            )
        }
    )

    assert [(entry.link, entry.updated, entry.published, entry.title) for entry in result.entries] == [
        ("https://a.example.cat/a/2", "2026-03-02", None, None),
        ("https://a.example.cat/a/1", "2026-03-01", None, None),
        ("https://a.example.cat/a/%C3%B6", None, None, None),
    ]
    assert [entry.origin.position for entry in result.entries] == [0, 1, 2]
    assert {entry.origin.by for entry in result.entries} == {"sitemap"}


def test_only_addresses_that_are_included_and_not_excluded_are_entries():
    pages = {URL: urlset(("/en/news/1", ""), ("/en/news/tag/x", ""), ("/noticies/1", ""))}

    result, _ = talk(pages, wanted("/en/news/", "/tag/"))

    assert [entry.link for entry in result.entries] == ["https://a.example.cat/en/news/1"]


def test_a_news_sitemap_gives_titles_and_dates_of_publication():
    body = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
      <url><loc>https://a.example.cat/1</loc><n:news><n:publication><n:name>A</n:name><n:language>ca</n:language></n:publication>
      <n:publication_date>2026-03-02T10:00:00+01:00</n:publication_date><n:title>Nova guia &amp; més</n:title>
      <n:keywords>compra, tèxtil</n:keywords></n:news></url></urlset>"""

    (entry,) = talk({URL: body})[0].entries

    assert entry.title.value == "Nova guia & més"
    assert (entry.published, entry.updated, entry.language) == ("2026-03-02T10:00:00+01:00", None, "ca")
    assert entry.tags == ("compra", "tèxtil")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(gzip.compress(urlset(("/1", "")).encode()), id="gzip"),
        pytest.param(urlset(("/1", ""), namespace=""), id="no namespace"),
        pytest.param(
            urlset(("/1", ""), namespace=' xmlns="http://www.google.com/schemas/sitemap/0.84"'), id="old namespace"
        ),
        pytest.param("https://a.example.cat/1\nhttps://a.example.cat/1\n", id="plain text"),
    ],
)
def test_every_packing_of_a_sitemap_is_read(body):
    assert [entry.link for entry in talk({URL: body})[0].entries] == ["https://a.example.cat/1"]


def test_an_index_is_followed_newest_first_and_inner_indexes_once_more():
    pages = {
        URL: index(("/old.xml", "2025-01-01"), ("/new.xml", "2026-01-01"), ("/more.xml", "2024-01-01")),
        "https://a.example.cat/new.xml": urlset(("/2", "2026-01-01")),
        "https://a.example.cat/old.xml": urlset(("/1", "2025-01-01")),
        "https://a.example.cat/more.xml": index(("/deep.xml", ""), ("/sitemap.xml", "")),
        "https://a.example.cat/deep.xml": index(("/deeper.xml", "")),
    }

    result, asked = talk(pages)

    assert [entry.link[-1] for entry in result.entries] == ["2", "1"]
    assert [url.rsplit("/", 1)[1] for url in asked] == ["sitemap.xml", "new.xml", "old.xml", "more.xml", "deep.xml"]


def test_a_sitemap_of_an_index_that_fails_costs_only_itself():
    result, _ = talk({URL: index(("/a.xml", ""), ("/b.xml", "")), "https://a.example.cat/b.xml": urlset(("/1", ""))})

    assert len(result.entries) == 1
    assert "a.xml" in result.warnings[0]
    assert not result.complete


def test_no_more_is_kept_than_the_newest(monkeypatch):
    monkeypatch.setattr(module, "MOST_ENTRIES", 3)
    pages = {
        URL: index(("/a.xml", "2026-02-01"), ("/b.xml", "2026-01-01")),
        "https://a.example.cat/a.xml": urlset(*((f"/{day}", f"2026-02-0{day}") for day in range(1, 6))),
    }

    result, asked = talk(pages)

    assert [entry.link[-1] for entry in result.entries] == ["5", "4", "3"]
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        (urlset(("/en/1", "")), NothingMatched, "None of the 1 addresses"),
        (urlset(), NothingMatched, "lists no pages"),
        ("<rss version='2.0'><channel/></rss>", NotAFeed, "its root is <rss>"),
        ("<html><p>404", NotAFeed, "is no sitemap"),
        ("", NotAFeed, "is no sitemap"),
        (b"\x1f\x8b\x08broken", DecodeError, "can't be decompressed"),
    ],
    ids=["nothing wanted", "empty", "a feed", "a page", "nothing", "broken gzip"],
)
def test_what_is_no_use_is_an_error_that_says_so(body, error, words):
    with pytest.raises(error) as caught:
        talk({URL: body}, wanted("/noticies/"))

    assert words in caught.value.message
