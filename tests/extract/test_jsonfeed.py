"""JSON Feeds become entries; what is broken in them costs no more than itself."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import DecodeError, NotAFeed, SourceError
from pipeline.extract.feed import read_feed
from pipeline.model.entry import Text
from tests.builders import capture, source

URL = "https://upphandling.example.se/feed.json"
ITEM = {
    "id": "1",
    "url": "/nyheter/1",
    "title": "R&D: nya krav på <handskar>",
    "summary": "Kort.",
    "content_html": "<p>Långt och <b>brett</b>.</p>",
    "content_text": "Långt och brett.",
    "date_published": "2026-03-02T08:00:00+01:00",
    "date_modified": "2026-03-03T08:00:00+01:00",
    "tags": ["Vård", 7, ""],
    "language": "nb",
}


def feed(*items, **fields):
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Nyheter",
        "language": "sv",
        **fields,
        "items": list(items),
    }


def read(value):
    body = value if isinstance(value, str | bytes) else json.dumps(value, ensure_ascii=False)
    return read_feed(capture(URL, body, content_type="text/html"), source("adda"))


def test_an_item_says_all_that_an_entry_can():
    (entry,) = read(feed(ITEM, authors=[{"name": "Åsa"}, {"url": "x"}, "Bo"])).entries

    assert entry.key == "1"
    assert entry.title == Text(value="R&D: nya krav på <handskar>")
    assert entry.summary == Text(value="Kort.")
    assert entry.content == Text(value="<p>Långt och <b>brett</b>.</p>", type="html")
    assert entry.link == "https://upphandling.example.se/nyheter/1"
    assert (entry.published, entry.updated) == ("2026-03-02T08:00:00+01:00", "2026-03-03T08:00:00+01:00")
    assert (entry.authors, entry.tags, entry.language) == (("Åsa", "Bo"), ("Vård",), "nb")
    assert (entry.base, entry.origin.by, entry.origin.position) == (URL, "jsonfeed", 0)


def test_version_1_has_one_author_and_texts_without_markup():
    (entry,) = read(
        feed({"id": 7, "content_text": "a < b", "author": {"name": "Ann"}}, version="https://jsonfeed.org/version/1")
    ).entries

    assert (entry.key, entry.authors, entry.content, entry.language) == ("7", ("Ann",), Text(value="a < b"), "sv")
    assert (entry.title, entry.summary, entry.link) == (None, None, None)


def test_a_link_list_leads_to_what_it_lists():
    assert read(feed({"id": "1", "title": "x", "external_url": "https://a.se/1"})).entries[0].link == "https://a.se/1"


@pytest.mark.parametrize(
    "junk", [None, 7, "x", [], {}, {"id": {}, "url": [], "title": 1, "tags": {}, "authors": "x", "author": []}]
)
def test_a_broken_item_never_hides_its_neighbours(junk):
    extraction = read(feed(ITEM, junk, ITEM | {"id": "2"}))

    assert [entry.key for entry in extraction.entries] == ["1", "2"]
    assert extraction.warnings


@pytest.mark.parametrize(
    ("spoil", "keys"),
    [
        pytest.param(lambda text: text[:-30], ["1"], id="cut off"),
        pytest.param(lambda text: text.replace('"id": "2"', '"id": "2'), ["1"], id="broken in the middle"),
        pytest.param(lambda text: text.replace("Kort.", "Kort\t\n."), ["1", "2"], id="line ends within a string"),
        pytest.param(lambda text: text.replace("Kort.", r"Kort\ud800."), ["1", "2"], id="half of a surrogate pair"),
        pytest.param(lambda text: "\ufeff\n " + text, ["1", "2"], id="a byte order mark"),
        pytest.param(lambda text: text.encode("utf-16"), ["1", "2"], id="utf-16"),
        pytest.param(lambda text: text.encode("cp1252"), ["1", "2"], id="windows-1252"),
    ],
)
def test_what_is_whole_in_a_broken_feed_is_read(spoil, keys):
    extraction = read(spoil(json.dumps(feed(ITEM, ITEM | {"id": "2"}), ensure_ascii=False)))

    assert [entry.key for entry in extraction.entries] == keys
    assert extraction.entries[0].title.value == "R&D: nya krav på <handskar>"
    assert extraction.entries[0].language == "nb"
    assert extraction.entries[0].version


@pytest.mark.parametrize(
    "value", [{"a": 1}, [ITEM], {"items": [{"title": "x", "link": "/1"}]}, {"items": 7}, {"version": 1, "items": []}]
)
def test_json_of_another_kind_is_no_feed(value):
    with pytest.raises(NotAFeed) as raised:
        read(value)

    assert "`json:`" in raised.value.hint


@pytest.mark.parametrize(
    "body",
    ["{", '{"version": "https://jsonfeed.org/version/1", "items": [', "{nonsense}", "[" * 100_000, '{"a":' * 100_000],
)
def test_broken_json_without_a_whole_item_can_not_be_read(body):
    with pytest.raises((DecodeError, NotAFeed)):
        read(body)


def test_a_feed_without_its_version_is_known_by_its_words():
    assert len(read({"items": [ITEM]}).entries) == 1


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from([*ITEM, "items", "version", "author", "authors", "name"]), inner, max_size=6
            )
        ),
    )
)
def test_any_json_gives_entries_or_an_error_of_ours(value):
    with suppress(SourceError):
        read(
            json.dumps(
                feed(value, ITEM)
                if not isinstance(value, dict)
                else value | {"version": "https://jsonfeed.org/version/1"}
            )
        )
