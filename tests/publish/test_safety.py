"""Nothing that a source says becomes markup of ours."""

from __future__ import annotations

import email
import json
import re
from collections import Counter
from dataclasses import replace

import feedparser
import icalendar
import pytest
from lxml import etree, html

from pipeline.model.config import FeedSpec, Topic
from pipeline.model.edition import SourceHealth
from pipeline.model.item import Revision
from pipeline.model.report import Failure
from pipeline.publish import edition, letter, publish
from tests.builders import NOW, archive_info, config, record, source, story
from tests.publish.conftest import TOPICS
from tests.publish.vectors import VECTORS as ALL
from tests.publish.vectors import hostile as all_hostile

VECTORS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "javascript:alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{ 7 * 7 }}{% raw %}<b>",
    '" onmouseover="alert(1)',
]
URLS = [
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//x",
    "vbscript:x",
    'https://x.se/"><script>',
]


def hostile(vector: str, url: str) -> dict[str, bytes]:
    """A publication in which everything that others can say says `vector`."""
    evil = record(
        title=vector, summary=vector, text=f"{vector}\n\n{vector}", url=url, language=vector, authors=(vector,),
        tags=(vector,), topics=("t",), story="s-i1", published=None,
        history=(Revision(seen_at=NOW, before={"title": vector, "text": vector, "url": url, vector: vector}),),
    )  # fmt: skip
    evil = replace(evil, item=replace(evil.item, source="x"))
    src = source("x", name=vector, url=url, language=vector)
    health = SourceHealth(
        source=src, condition="failing", last_success=None, failing_since=NOW, entries=None, items=1, next_due=None,
        failure=Failure(kind="dns", message=vector, hint=vector),
    )  # fmt: skip
    made = edition(
        config(
            src,
            archive=archive_info(title=vector, contact=vector),
            topics=(Topic(id="t", name={"sv": vector}, words=()),),
            feeds=(FeedSpec(id="f", title=vector, languages=(), topics=(), sources=()),),
        ),
        [evil],
        [story("i1", former=(vector,))],
        [health],
    )
    return {str(file.path): file.content for file in publish(made)}


def assert_inert(tree: etree._Element) -> None:
    own = [each for each in tree.xpath("//script") if each.get("type") != "application/ld+json"]
    assert all(re.fullmatch(r"(\.\./)*site\.js", each.get("src")) and not each.text for each in own)
    assert not tree.xpath("//img | //svg[not(@class='picture') and not(@class='strip')] | //iframe | //object | //b"), (
        etree.tostring(tree)
    )
    assert not tree.xpath("//@*[starts-with(name(), 'on')]")
    for address in tree.xpath("//@href | //@src"):
        assert not address.lower().startswith(("javascript", "data", "vbscript")), address


@pytest.mark.parametrize("vector", VECTORS)
def test_no_page_runs_what_a_source_says(vector):
    for path, content in hostile(vector, URLS[0]).items():
        if path.endswith(".html"):
            assert_inert(html.fromstring(content.decode()))


@pytest.mark.parametrize("vector", VECTORS)
def test_no_feed_carries_what_a_source_says_as_markup(vector):
    files = hostile(vector, URLS[0])

    (entry,) = etree.fromstring(files["feed.atom"]).findall("{*}entry")
    (item,) = etree.fromstring(files["feed.rss"]).findall("channel/item")
    (json_item,) = json.loads(files["feed.json"])["items"]
    contents = (
        entry.findtext("{*}content"),
        item.findtext("{*}encoded"),
        item.findtext("description"),
        json_item["content_html"],
    )
    for content in contents:
        assert_inert(html.fromstring(f"<div>{content}</div>"))
    assert entry.findtext("{*}title") == vector == json_item["title"]
    for address in etree.fromstring(files["feed.atom"]).xpath("//@href"):
        assert not address.startswith("javascript")
    for name in ("feed.atom", "feed.rss"):
        assert len(feedparser.parse(files[name]).entries) == 1


def test_whatever_every_field_says_no_file_holds_more_than_text():
    """All ways around filters that `vectors` lists, in every field, in every page, feed, table and calendar."""
    made = {str(file.path): file.content for file in publish(all_hostile())}

    kinds = Counter(name.rpartition(".")[2] for name in made)
    assert {"html", "atom", "rss", "json", "ics", "csv", "ndjson", "opml", "xml"} <= kinds.keys()
    for name, content in made.items():
        if name.endswith(".html"):
            assert_inert(html.fromstring(content.decode()))
        elif name.endswith((".atom", ".rss", ".opml", ".xml")):
            tree = etree.fromstring(content)
            assert not tree.xpath("//*[local-name() = 'script']"), name
            for address in tree.xpath("//@href | //@url | //@xmlUrl | //@htmlUrl | //*[local-name() = 'link']/text()"):
                assert address.startswith(("https://", "http://", "feed.", "../")), (name, address)
            contents = "//*[local-name() = 'content' or local-name() = 'encoded'] | //item/description"
            for markup in filter(None, (each.text for each in tree.xpath(contents))):
                assert_inert(html.fromstring(f"<div>{markup}</div>"))
        elif name.endswith("feed.json"):
            for item in json.loads(content)["items"]:
                assert_inert(html.fromstring(f"<div>{item['content_html']}</div>"))
    events = icalendar.Calendar.from_ical(made["events.ics"])
    assert {each.name for each in events.walk()} == {"VCALENDAR", "VEVENT"}
    assert not any("ATTENDEE" in each or "ATTACH" in each for each in events.walk())


def test_whatever_every_field_says_the_digest_holds_only_text():
    stories = list(all_hostile().stories)
    sent = letter(
        config(
            *(source(f"x{n}", name=vector) for n, vector in enumerate(ALL)),
            archive=archive_info(title=ALL[0]),
            topics=TOPICS,
        ),
        stories,
        since=NOW,
    )

    assert_inert(html.fromstring(sent.html))
    message = email.message_from_bytes(sent.message(sender="a@example.se", to=("b@example.se",), at=NOW, number="1"))
    assert message["Bcc"] is None
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.parametrize("url", URLS)
def test_no_address_but_those_of_the_web_is_linked(url):
    files = hostile("x", url)

    for path, content in files.items():
        if path.endswith(".html"):
            assert_inert(html.fromstring(content.decode()))
    assert etree.fromstring(files["sources.opml"]).find("body/outline").get("xmlUrl", "https://").startswith("https://")
