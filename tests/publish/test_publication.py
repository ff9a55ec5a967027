"""What analysts read: valid feeds, pages that hold what they should and nothing that runs, files that change only when they must."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from pipeline.health import health
from pipeline.model.history import Attempt, History
from pipeline.model.item import Revision
from pipeline.model.report import Failure
from pipeline.model.story import StoryId
from pipeline.publish import EXPORTS, edition, export_items, publish, put_out
from tests.builders import NOW, archive_info, config, moment, record, source, story

ATOM = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
EVIL = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "<svg/onload=alert(1)>",
    "]]><script>alert(1)</script>", "</title><script>alert(1)</script>", "{{ 7 * 7 }}", "<!--", "&lt;script&gt;alert(1)&lt;/script&gt;",
    "</script><script>alert(1)</script>", "\x00\x0b\ufffe", "\u202egnp.exe",
]  # fmt: skip


def made(*records, stories=None, sources=None, language="sv", histories=None):
    """The edition of those records, each a story by itself where nothing else is said."""
    known = sources or [source("adda"), source("anbud", name="Anbud & Co", language="nb")]
    told = stories if stories is not None else [story(each.item.id) for each in records]
    setup = config(*known, archive=archive_info(language=language))
    return edition(setup, records, told, health(known, histories or {}, {}))


def files(made_edition) -> dict[str, bytes]:
    made_files = list(publish(made_edition))
    assert len({each.path for each in made_files}) == len(made_files), "each path once"
    return {str(each.path): each.content for each in made_files}


@pytest.fixture(scope="module")
def news():
    """A story of two sources in two languages, a revised one, an undated one, one of which only the month is known."""
    return made(
        record("a", story=StoryId("s-a"), topics=()),
        record("b", story=StoryId("s-a"), source="anbud", language="nb", title="Krav til hansker"),
        record(
            "c",
            published=moment("2025-12-24T00:00:00+01:00", "day"),
            history=(Revision(seen_at=NOW, before={"title": "Gammal rubrik", "summary": None}),),
        ),
        record("d", published=None, url=None),
        record("e", published=moment("2025-11-01T00:00:00+01:00", "month"), text="Ett.\n\nTvå.", authors=("Eva Berg",)),
        stories=[story("a", "b"), story("c", former=("s-old",)), story("d"), story("e")],
    )


@pytest.mark.parametrize("name", ["feed.atom", "sources/adda/feed.atom", "sources/anbud/feed.atom"])
def test_atom_is_valid_by_the_schema_of_rfc_4287(news, name):
    document = etree.fromstring(files(news)[name])

    assert ATOM.validate(document), ATOM.error_log


@pytest.mark.parametrize("name", ["feed.atom", "feed.rss"])
def test_a_reader_finds_an_entry_for_each_story(news, name):
    parsed = feedparser.parse(files(news)[name])

    assert not parsed.bozo
    assert 4 == len(parsed.entries)
    assert 4 == len({each.id for each in parsed.entries})


def test_the_three_feeds_agree(news):
    made_files = files(news)
    atom, rss = (feedparser.parse(made_files[name]) for name in ("feed.atom", "feed.rss"))
    items = json.loads(made_files["feed.json"])["items"]

    assert (
        [each.title for each in atom.entries]
        == [each.title for each in rss.entries]
        == [each["title"] for each in items]
    )
    assert [each.id for each in atom.entries] == [each.id for each in rss.entries] == [each["id"] for each in items]


def test_rss_has_what_the_specification_asks_for(news):
    channel = etree.fromstring(files(news)["feed.rss"]).find("channel")

    assert all(channel.findtext(name) for name in ("title", "link", "description"))
    for each in channel.iter("item"):
        assert "false" == each.find("guid").get("isPermaLink")
        if each.findtext("pubDate"):
            assert parsedate_to_datetime(each.findtext("pubDate")).tzinfo is not None


def test_the_id_of_a_feed_entry_never_changes(news):
    ids = [each["id"] for each in json.loads(files(news)["feed.json"])["items"]]

    assert "tag:nyheter.example.se,2026-01-01:" in ids[0]
    assert any(each.endswith("s-a") for each in ids)


def test_a_story_page_names_all_sources_with_their_wording_and_their_language(news):
    page = files(news)["stories/s-a/index.html"].decode()

    for text in ("Nyhet a", "Krav til hansker", "Anbud &amp; Co", 'lang="nb"', "https://adda.example.se/nyheter/a"):
        assert text in page


def test_a_revised_story_shows_the_old_wording(news):
    assert "Gammal rubrik" in files(news)["stories/s-c/index.html"].decode()


def test_a_joined_story_leaves_a_page_that_leads_on(news):
    page = files(news)["stories/s-old/index.html"].decode()

    assert "s-c" in page
    assert "refresh" in page


def test_an_undated_story_says_when_it_was_first_seen(news):
    assert "utan datum" in files(news)["stories/s-d/index.html"].decode().lower()


def test_the_same_edition_gives_the_same_bytes(news):
    assert files(news) == files(news)


def test_the_site_speaks_english_too():
    assert 'lang="en"' in files(made(record("a"), language="en"))["index.html"].decode()


def test_an_empty_archive_is_a_publication_too():
    made_files = files(made())

    assert b"<html" in made_files["index.html"]
    assert ATOM.validate(etree.fromstring(made_files["feed.atom"])), ATOM.error_log


def test_a_failing_source_is_shown_with_why():
    failed = Attempt(
        at=NOW, outcome="failed", entries=0, new=0, seconds=1.0,
        failure=Failure(kind="timeout", message="adda.se did not answer", hint="Wait."),
    )  # fmt: skip
    history = History(attempts=(failed,), failures=1, failing_since=NOW, next_due=NOW + timedelta(hours=6))
    made_files = files(made(histories={"adda": history}))

    assert "adda.se did not answer" in made_files["status.html"].decode()
    states = {each["id"]: each for each in json.loads(made_files["status.json"])["sources"]}
    assert "failing" == states["adda"]["condition"]


class Markup(HTMLParser):
    """Finds what could run, and what would be asked of elsewhere."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name.startswith("on") or (
                name in {"href", "src"} and (value or "").strip().lower().startswith(("javascript:", "data:text"))
            ):
                self.found.append((tag, name, value))
            is_fetched = name == "src" or (tag == "link" and dict(attrs).get("rel") in {"stylesheet", "icon"})
            if is_fetched and "//" in (value or ""):
                self.found.append((tag, name, value))
        own = tag == "script" and (dict(attrs).get("src") or "").lstrip("./") == "site.js"
        if (
            not own
            and tag in {"script", "iframe", "object", "embed", "base"}
            and dict(attrs).get("type") != "application/ld+json"
        ):
            self.found.append((tag, attrs))


@pytest.mark.parametrize("text", EVIL, ids=range(len(EVIL)))
def test_nothing_that_an_item_says_runs_anywhere(text):
    hostile = record(
        "a", title=text, summary=text, text=f"{text}\n\n{text}", authors=(text,), tags=(text,), language="sv",
        url="https://a.example.se/?q=%22%3E%3Cscript%3E",
        history=(Revision(seen_at=NOW, before={"title": text, "summary": text}),),
    )  # fmt: skip
    made_files = files(made(hostile, sources=[source("adda", name=text)]))

    for name, content in made_files.items():
        if name.endswith(".html"):
            markup = Markup()
            markup.feed(content.decode())
            assert [] == markup.found, name
        elif name.endswith((".atom", ".rss", ".xml", ".opml", ".svg")):
            document = etree.fromstring(content)
            assert not [each for each in document.iter() if etree.QName(each).localname == "script"], name
        elif name.endswith(".json"):
            json.loads(content)
    for name in ("feed.atom", "feed.rss"):
        for each in feedparser.parse(made_files[name], sanitize_html=False).entries:
            for part in (each.get("summary_detail"), *each.get("content", ())):
                if part is not None and part["type"] != "text/plain":
                    markup = Markup()
                    markup.feed(part["value"])
                    assert [] == markup.found


def test_every_page_forbids_what_it_does_not_need(news):
    for name, content in files(news).items():
        if name.endswith(".html"):
            assert b"Content-Security-Policy" in content, name
            assert b"default-src" in content, name


def test_the_front_page_is_light():
    many = [record(f"i{number}", summary="Regionerna ställer nya krav. " * 10) for number in range(400)]
    made_files = files(made(*many))

    assert len(made_files["index.html"]) + len(made_files["style.css"]) < 100_000


@pytest.mark.parametrize("form", sorted(EXPORTS))
def test_a_spreadsheet_runs_no_formula_of_an_item(form):
    exported = b"".join(export_items([record("a", title="=HYPERLINK(1)")], form)).decode("utf-8-sig")

    assert "=HYPERLINK(1)" in exported
    if form == "csv":
        assert not re.search(r"(?:^|,)\"?=HYPERLINK", exported)


def test_files_are_written_whole_and_only_when_they_change(tmp_path):
    first = made(record("a"))
    put_out(first, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}

    written = put_out(first, tmp_path)

    assert (0, 0) == (written.written, written.removed)
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}


def test_pages_that_are_no_longer_made_go_and_what_others_put_there_stays(tmp_path):
    put_out(made(record("a"), record("b")), tmp_path)
    (tmp_path / "googlecode.html").write_text("mine")

    written = put_out(made(record("a")), tmp_path)

    assert written.removed >= 1
    assert not (tmp_path / "stories" / "s-b").exists()
    assert "mine" == (tmp_path / "googlecode.html").read_text()


def test_a_file_that_was_changed_by_hand_is_mended(tmp_path):
    put_out(made(record("a")), tmp_path)
    good = (tmp_path / "index.html").read_bytes()
    (tmp_path / "index.html").write_text("x")

    put_out(made(record("a")), tmp_path, full=True)

    assert good == (tmp_path / "index.html").read_bytes()
