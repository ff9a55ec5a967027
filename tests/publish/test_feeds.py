"""The three feeds: what they promise together, and what each standard wants of its own."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import feedparser
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline.publish import edition, publish
from tests.builders import archive_info, config, record, source, story

FOLDERS = [
    "",
    "sources/adda/",
    "sources/electronics-watch/",
    "sources/nytt/",
    "topics/elektronik/",
    "topics/textil/",
    "feeds/svenska/",
]
ATOM = "{http://www.w3.org/2005/Atom}"
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))


def document(made, path: str):
    return next(each for each in publish(made) if str(each.path) == path)


def entries(content: bytes) -> list[etree._Element]:
    return etree.fromstring(content).findall(f"{ATOM}entry")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder or "all")
def test_every_section_has_a_page_and_three_feeds_that_hold_the_same(published, folder):
    assert f"{folder}index.html" in published
    atom_feed = feedparser.parse(published[f"{folder}feed.atom"])
    rss_feed = feedparser.parse(published[f"{folder}feed.rss"])
    json_feed = json.loads(published[f"{folder}feed.json"])

    assert not atom_feed.bozo
    assert not rss_feed.bozo
    assert atom_feed.version == "atom10"
    assert rss_feed.version == "rss20"
    ids = [each.id for each in atom_feed.entries]
    assert ids
    assert ids == [each.id for each in rss_feed.entries] == [each["id"] for each in json_feed["items"]]
    titles = [each.title for each in atom_feed.entries]
    assert titles == [each.title for each in rss_feed.entries] == [each["title"] for each in json_feed["items"]]


def test_the_main_feeds_have_an_entry_for_each_story(small, published):
    assert len(small.stories) == 4
    for name in ("feed.atom", "feed.rss"):
        assert len(small.stories) == len(feedparser.parse(published[name]).entries)
    assert len(small.stories) == len(json.loads(published["feed.json"])["items"])


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder or "all")
def test_atom_is_valid_by_the_schema_of_the_rfc(published, folder):
    document = etree.fromstring(published[f"{folder}feed.atom"])

    assert SCHEMA.validate(document), SCHEMA.error_log
    assert len(set(document.xpath("//a:entry/a:id/text()", namespaces={"a": ATOM[1:-1]}))) == len(
        entries(published[f"{folder}feed.atom"])
    )


def test_the_schema_tells_a_feed_without_an_id():
    """So that the test above means something."""
    assert not SCHEMA.validate(etree.fromstring(f'<feed xmlns="{ATOM[1:-1]}"><title>x</title></feed>'))


def test_a_feed_without_entries_is_valid_too():
    nothing = edition(config(source()), (), (), ())

    main = document(nothing, "feed.atom")

    assert SCHEMA.validate(etree.fromstring(main.content)), SCHEMA.error_log
    assert feedparser.parse(document(nothing, "feed.rss").content).version == "rss20"
    assert json.loads(document(nothing, "feed.json").content)["items"] == []


def test_an_entrys_id_depends_on_nothing_but_the_archives_address_and_the_storys_id(shared):
    def id_of(records, **info):
        made = edition(config(source(), archive=archive_info(**info)), records, (story("i1", "i2"),), ())
        return entries(document(made, "feed.atom").content)[0].findtext(f"{ATOM}id")

    assert id_of(shared) == "tag:nyheter.example.se,2026-01-01:stories/s-i1"
    assert id_of(shared) == id_of(shared[:1], title="Ny titel", language="en")
    assert id_of(shared, url="https://example.se/a/") == "tag:example.se,2026-01-01:a/stories/s-i1"


def test_an_atom_entry_says_who_carries_the_story(published):
    (entry,) = [
        each for each in entries(published["feed.atom"]) if each.findtext(f"{ATOM}title") == "Konferensen i Malmö"
    ]

    links = {(each.get("rel"), each.get("href"), each.get("hreflang")) for each in entry.findall(f"{ATOM}link")}
    assert links == {
        ("alternate", "https://nyheter.example.se/stories/s-i1/", None),
        ("via", "https://adda.example.se/nyheter/i1", "sv"),
        ("related", "https://electronicswatch.org/en/conference_1", "en"),
    }
    assert entry.findtext(f"{ATOM}source/{ATOM}id") == "https://adda.example.se/feed"
    assert [each.get("term") for each in entry.findall(f"{ATOM}category")] == ["elektronik", "nätverk"]
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Åsa Öberg"
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "sv"
    content = entry.findtext(f"{ATOM}content")
    assert content.startswith("<p>Första stycket.</p>\n<p>Andra stycket.</p>\n")
    assert '<a href="https://electronicswatch.org/en/conference_1">Electronics Watch</a>' in content


def test_a_text_of_unknown_language_is_marked_so(published):
    (entry,) = [each for each in entries(published["feed.atom"]) if each.findtext(f"{ATOM}title") == "Odaterad"]

    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "und"
    assert entry.find(f"{ATOM}published") is None
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Nytt & <Nyttigt>"


def test_a_day_is_its_first_moment_where_the_source_is(published):
    (entry,) = [each for each in entries(published["feed.atom"]) if each.findtext(f"{ATOM}title") == "Dagens"]

    assert entry.findtext(f"{ATOM}published") == "2024-05-17T00:00:00+02:00"
    assert b"<pubDate>Fri, 17 May 2024 00:00:00 +0200</pubDate>" in published["feed.rss"]


def test_the_feed_is_as_new_as_its_newest_entry(published):
    document = etree.fromstring(published["feed.atom"])
    own = [each.findtext(f"{ATOM}updated") for each in document.findall(f"{ATOM}entry")]

    assert document.findtext(f"{ATOM}updated") == max(own, key=datetime.fromisoformat) == "2026-03-04T09:00:00Z"


def test_rss_has_what_its_specification_requires(published):
    channel = etree.fromstring(published["feed.rss"]).find("channel")

    assert {"title", "link", "description", "lastBuildDate", f"{ATOM}link"} <= {each.tag for each in channel}
    for item in channel.findall("item"):
        assert item.find("guid").get("isPermaLink") == "false"
        assert item.findtext("title")
        assert item.findtext("description")


def test_plain_text_stays_plain_text_where_rss_means_html():
    records = [record(summary="Om a < b & <b>c</b>")]
    made = edition(config(source()), records, [story("i1")], ())

    description = etree.fromstring(document(made, "feed.rss").content).findtext("channel/item/description")

    assert description == "Om a &lt; b &amp; &lt;b&gt;c&lt;/b&gt;"


def test_json_feed_has_what_its_specification_requires(published):
    feed = json.loads(published["feed.json"])

    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://nyheter.example.se/feed.json"
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert "content_html" in item
        assert "content_text" in item
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", item["date_modified"])
        assert None not in item.values()
    (one,) = [item for item in feed["items"] if item["title"] == "Konferensen i Malmö"]
    assert [each["title"] for each in one["_samflode"]["items"]] == ["Konferensen i Malmö", "Conference in Malmö"]


ANY_TEXT = st.text(st.characters(), max_size=40)


@settings(max_examples=60, deadline=None)
@given(title=ANY_TEXT, summary=ANY_TEXT, text=ANY_TEXT, author=ANY_TEXT, tag=ANY_TEXT, url=ANY_TEXT, language=ANY_TEXT)
def test_whatever_an_item_holds_every_feed_can_be_read(title, summary, text, author, tag, url, language):
    """Control characters, lone surrogates, markup, addresses that are none."""
    wild = record(title=title, summary=summary, text=text, authors=(author,), tags=(tag,), url=url, language=language)
    made = edition(config(source()), [wild], [story("i1")], ())

    files = {str(file.path): file.content for file in publish(made)}

    assert SCHEMA.validate(etree.fromstring(files["feed.atom"])), SCHEMA.error_log
    assert len(etree.fromstring(files["feed.rss"]).findall("channel/item")) == 1
    assert len(orjson.loads(files["feed.json"])["items"]) == 1
