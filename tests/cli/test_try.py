"""`sources try` shows what a source would give, and stores nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.cli import main

PARTNERS = Path(__file__).parents[2] / "examples" / "partners"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty folder to stand in: nothing is to be left there."""
    monkeypatch.chdir(tmp_path)
    yield
    assert [] == list(tmp_path.iterdir())


def tried(capsys, *words):
    code = main(["sources", "try", *words, "--replay", str(PARTNERS)])
    return code, capsys.readouterr().out


def test_a_configured_source_shows_its_entries_and_where_they_came_from(capsys):
    code, shown = tried(capsys, "electronics-watch")

    assert 0 == code
    assert "7  2017-07-13  en        New regional risk assessment of the Philippines" in shown
    assert "7 entries, 2 requests; nothing was stored" in shown
    assert "\npublished  `.date`                               all\n" in shown
    assert "\nauthors    nothing: the source does not give it  all\n" in shown


def test_an_address_of_nobodys_is_read_as_a_feed_or_as_a_listing(capsys):
    for url, by in (
        ("https://nordisk-innkjop.example.org/feed/", "rss20"),
        ("https://xn--hllbarupphandling-8qb.se/nyheter", "listing"),
    ):
        code, shown = tried(capsys, url, "--json")
        entries = json.loads(shown)["entries"]
        assert 0 == code
        assert {by} == {each["by"] for each in entries}
        assert len(entries) >= 6


def test_a_guessed_field_says_so(capsys):
    _, shown = tried(capsys, "https://xn--hllbarupphandling-8qb.se/nyheter")

    assert "\ntitle      guessed from the item" in shown


def test_a_source_that_fails_says_why_and_what_to_do(capsys):
    code, shown = tried(capsys, "https://electronicswatch.org/gone")

    assert 1 == code
    assert "failed (http_status): electronicswatch.org answers with 404 Not Found" in shown


def test_what_is_neither_an_id_nor_an_address_is_said_so(capsys):
    assert 2 == main(["sources", "try", "nobody", "--replay", str(PARTNERS)])
    assert "there is no source `nobody`" in capsys.readouterr().err


FEED = """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">
<channel><language>sv</language>
<item><title>Nya krav på handskar</title><link>/1</link><guid>a</guid><pubDate>Mon, 02 Mar 2026 08:00:00 +0100</pubDate></item>
<item><title>Nya krav på skor</title><guid>https://a.example.se/2</guid><dc:date>2026-03-01</dc:date></item>
<item><title>Nya krav på handskar, igen</title><link>https://a.example.se/1?utm_source=rss</link><guid>b</guid></item>
<item><title>Lediga tjänster: upphandlare</title><link>/3</link></item>
<item><title>Sommarfest</title><link>/4</link></item>
<item><description>Regionerna ställer nya krav på tvätt. De gäller från maj.</description><link>/5</link>
  <feedburner:origLink>https://a.example.se/5-orig</feedburner:origLink></item>
<item><pubDate>Sun, 01 Mar 2026 08:00:00 +0100</pubDate></item>
</channel></rss>"""
PAGE = """<html lang="sv"><title>Nyheter</title><ul>
<li><h2><a href="/1">Nya krav på handskar</a></h2><b>2026-03-02</b>
<li><h2><a href="/2">Nya krav på skor</a></h2> den 1 mars 2026
<li><h2><a href="/1">Nya krav på handskar</a></h2><b>2026-03-02</b>
<li><i></i></ul>"""
ARTICLE = """<html><title>x</title><h1>Nya krav</h1><p class=av>Åsa Öberg</p>
<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-03-02T08:00:00+01:00", "headline": "Nya krav på handskar"}</script>
<article><p>Regionerna ställer från och med i år nya krav på de handskar som köps in till vården, skriver de i ett meddelande.</p></article>"""
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://a.example.se/nyheter/1</loc><lastmod>2026-03-02</lastmod></url>
<url><loc>https://a.example.se/om-oss</loc></url><url><loc>https://a.example.se/nyheter/tag/x</loc></url></urlset>"""
API = """[{"id": 1, "t": "Nya krav", "u": "/1"}, {"id": 2, "t": "Nya krav", "u": "/1"}, {"id": 3}]"""
SOURCES = """
archive: {title: T, url: "https://n.example.se/"}
sources:
  - {id: feed, url: "https://a.example.se/feed", include: krav|tjänst, exclude: lediga}
  - {id: page, url: "https://a.example.se/page", listing: {item: li, title: h2, date: b}, article: {author: .av}}
  - {id: map, url: "https://a.example.se/map", sitemap: {include: /nyheter/, exclude: /tag/}}
  - {id: api, url: "https://a.example.se/api", json: {title: t, link: u}}
"""


@pytest.fixture
def site(tmp_path_factory):
    """Recordings of one source of each kind."""
    folder = tmp_path_factory.mktemp("site")
    bodies = {"feed": FEED, "page": PAGE, "map": SITEMAP, "api": API, "1": ARTICLE, "2": ARTICLE, "nyheter/1": ARTICLE}
    routes = {}
    for path, body in bodies.items():
        file = path.replace("/", "-")
        (folder / file).write_text(body, encoding="utf-8")
        routes[f"https://a.example.se/{path}"] = {
            "file": file,
            "status": 200,
            "content_type": "text/html; charset=utf-8",
        }
    (folder / "routes.json").write_text(json.dumps(routes), encoding="utf-8")
    (folder / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    return folder


def told(site, capsys, source):
    assert main(["sources", "try", source, "--replay", str(site), "--json"]) == 0
    trial = json.loads(capsys.readouterr().out)
    return {each["title"]: each["from"] for each in trial["entries"]}, [
        (each["what"], each["why"]) for each in trial["dropped"]
    ]


def test_a_feeds_elements_are_named_and_each_element_that_was_left_out_says_why(site, capsys):
    origins, dropped = told(site, capsys, "feed")

    assert {
        "Nya krav på handskar": ("<link>", "<pubDate>"),
        "Nya krav på skor": ("<guid>", "<dc:date>"),
        "Regionerna ställer nya krav på tvätt.": ("<feedburner:origLink>", None),
    } == {title: (each["link"], each.get("published")) for title, each in origins.items()}
    assert "the first sentence of its text" == origins["Regionerna ställer nya krav på tvätt."]["title"]
    assert [
        ("Sun, 01 Mar 2026 08:00:00 +0100", "has no title, no text and no link"),
        ("Nya krav på handskar, igen", "leads to the same page as entry 1"),
        ("Lediga tjänster: upphandlare", "`exclude: lediga` is found in it"),
        ("Sommarfest", "`include: krav|tjänst` is not found in it"),
    ] == dropped


def test_a_listings_selectors_guesses_and_article_pages_are_named(site, capsys):
    origins, dropped = told(site, capsys, "page")

    assert {
        "title": "`h2`",
        "link": "guessed from the item",
        "published": "JSON-LD of its page",
        "authors": "`.av` on its page",
        "language": "declared by the source",
        "text": "guessed from its page",
        "summary": "the beginning of its text",
    } == origins["Nya krav på handskar"]
    assert [
        ("item 4 on https://a.example.se/page", "has neither a title nor a link"),
        ("Nya krav på handskar", "is shown a second time on https://a.example.se/page"),
    ] == dropped


def test_a_sitemaps_and_an_apis_parts_are_named(site, capsys):
    origins, dropped = told(site, capsys, "map")
    assert ("<loc>", "<lastmod>") == (
        origins["Nya krav"]["link"],
        origins["Nya krav"]["updated"],
    )
    assert [
        ("https://a.example.se/om-oss", "`include: /nyheter/` is not found in it"),
        ("https://a.example.se/nyheter/tag/x", "`exclude: /tag/` is found in it"),
    ] == dropped

    origins, dropped = told(site, capsys, "api")
    assert ("`t`", "`u`") == (origins["Nya krav"]["title"], origins["Nya krav"]["link"])
    assert [
        ("Nya krav", "stands there twice, with the same address"),
        ("item 3 on https://a.example.se/api", "has neither title nor link"),
    ] == dropped


def test_what_was_left_out_is_a_table_of_its_own(site, capsys):
    assert main(["sources", "try", "feed", "--replay", str(site)]) == 0

    shown = capsys.readouterr().out
    assert "left out: 4 elements\nWHAT " in shown
    assert "\nLediga tjänster: upphandlare     `exclude: lediga` is found in it\n" in shown
    assert "\nlink       <link>                                1\n" in shown
