"""A JSON API gives its items as the expressions say, or says which expression is wrong."""

from __future__ import annotations

import json

import pytest

from pipeline.errors import DecodeError, HttpStatusError, NothingMatched
from pipeline.extract.jsonapi import json_api
from pipeline.model.capture import Headers
from pipeline.model.entry import Text
from pipeline.model.source import JsonApi
from tests.builders import capture, source

URL = "https://a.example.no/wp-json/wp/v2/posts?per_page=2"
WORDPRESS = {
    "items": "[]",
    "title": "title.rendered",
    "link": "link",
    "date": "date_gmt",
    "summary": "excerpt.rendered",
}


def api(**expressions) -> JsonApi:
    return JsonApi(
        **({"items": "items", "title": "title", "link": "url", "date": None, "summary": None, "pages": 1} | expressions)
    )


def talk(kind: JsonApi, pages: dict, *, headers: tuple = ()):
    conversation = json_api(source(url=URL, kind=kind), kind)
    asked = [next(conversation).url]
    while True:
        body = pages.get(asked[-1])
        try:
            if body is None:
                asked.append(conversation.throw(HttpStatusError("answered 400", status=400)).url)
                continue
            data = body if isinstance(body, (bytes, str)) else json.dumps(body)
            asked.append(conversation.send(capture(asked[-1], data, headers=Headers(headers))).url)
        except StopIteration as end:
            return end.value, asked


def post(number: int) -> dict:
    return {
        "link": f"https://a.example.no/{number}/",
        "title": {"rendered": f"Krav &#8211; nr {number}"},
        "excerpt": {"rendered": "<p>Tekst</p>\n"},
        "date_gmt": "2026-03-02T09:00:00",
    }


def test_wordpress_posts_become_entries():
    (entry,) = talk(api(**WORDPRESS), {URL: [post(1)]})[0].entries

    assert entry.title == Text(value="Krav &#8211; nr 1", type="html")
    assert entry.summary == Text(value="<p>Tekst</p>", type="html")
    assert entry.link == entry.key == "https://a.example.no/1/"
    assert entry.published == "2026-03-02T09:00:00Z"
    assert entry.origin.by == "json"


@pytest.mark.parametrize(
    "counts",
    [
        {"current_page": 1, "last_page": 2},
        {"meta": {"page": 1, "total_pages": 2}},
        {"pagination": {"page": 1, "pages": 2}},
    ],
)
def test_a_document_that_counts_its_pages_leads_to_the_next(counts):
    pages = {
        URL: {**counts, "items": [{"title": "1", "url": "/1"}]},
        URL + "&page=2": {"items": [{"title": "2", "url": "/2"}]},
    }

    assert len(talk(api(pages=9), pages)[0].entries) == 2


def test_wordpress_pages_are_followed_as_far_as_there_are_any():
    pages = {URL: [post(1), post(2)], URL + "&page=2": [post(2), post(3)], URL + "&page=3": [post(4)]}
    total = (("X-WP-TotalPages", "3"),)

    assert len(talk(api(**WORDPRESS), pages, headers=total)[1]) == 1
    assert len(talk(api(**WORDPRESS, pages=2), pages, headers=total)[0].entries) == 3
    result, asked = talk(api(**WORDPRESS, pages=9), pages, headers=total)
    assert len(result.entries) == 4
    assert asked == list(pages)


@pytest.mark.parametrize(
    ("first", "headers"),
    [
        pytest.param(
            {"items": [{"title": "1", "url": "/1"}]},
            (("Link", '</2>; rel="prev", </p2>; rel="last next"'),),
            id="Link header",
        ),
        pytest.param({"items": [{"title": "1", "url": "/1"}], "links": {"next": "/p2"}}, (), id="JSON:API"),
        pytest.param({"items": [{"title": "1", "url": "/1"}], "next": "https://a.example.no/p2"}, (), id="next"),
    ],
)
def test_other_apis_name_their_next_page(first, headers):
    pages = {URL: first, "https://a.example.no/p2": {"items": [{"title": "2", "url": "/2"}]}}

    assert len(talk(api(pages=2), pages, headers=headers)[0].entries) == 2


def test_a_further_page_that_fails_costs_only_itself():
    result, _ = talk(api(**WORDPRESS, pages=2), {URL: [post(1)]}, headers=(("X-WP-TotalPages", "2"),))

    assert len(result.entries) == 1
    assert "answered 400" in result.warnings[0]
    assert not result.complete


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("2 mars 2026", "2 mars 2026"),
        (1772442000, "2026-03-02T09:00:00+00:00"),
        (1772442000000, "2026-03-02T09:00:00+00:00"),
        (["2026-03-02"], "2026-03-02"),
        (None, None),
        (2026, "2026"),
    ],
)
def test_a_date_is_kept_as_written_and_a_count_of_seconds_is_a_time(written, published):
    document = {"items": [{"title": "1", "url": "/1", "d": written}]}

    assert talk(api(date="d"), {URL: document})[0].entries[0].published == published


def test_text_that_holds_no_markup_is_plain():
    (entry,) = talk(api(), {URL: {"items": [{"title": "AT&T < 5", "url": ""}]}})[0].entries

    assert entry.title == Text(value="AT&T < 5", type="text")
    assert entry.link is None
    assert entry.key.startswith("title:")


@pytest.mark.parametrize(
    ("kind", "body", "error", "words"),
    [
        (api(), "<html>", DecodeError, "web page"),
        (api(), b"\xff{", DecodeError, "is no JSON"),
        (api(items="posts"), {"data": []}, NothingMatched, "names data"),
        (api(items="@"), {"5": {}}, NothingMatched, "values(@)"),
        (api(items="items"), {"items": "x"}, NothingMatched, "not a list"),
        (api(), {"items": [{"title": {"rendered": "x"}, "url": "/1"}]}, NothingMatched, "title.rendered"),
        (api(), {"items": [{"headline": "x"}]}, NothingMatched, "headline"),
        (api(), {"items": [1, None]}, NothingMatched, "None of the 2 items"),
        (api(items="items["), {}, NothingMatched, "can't be applied"),
    ],
    ids=[
        "html",
        "broken",
        "no such name",
        "object",
        "string",
        "object for a text",
        "other names",
        "no objects",
        "expression",
    ],
)
def test_a_wrong_shape_is_an_error_that_says_what_to_write(kind, body, error, words):
    with pytest.raises(error) as caught:
        talk(kind, {URL: body})

    assert words in f"{caught.value.message} {caught.value.hint}"


def test_one_broken_item_does_not_hide_its_neighbours():
    items = [{"title": {"a": "x"}, "url": "/1"}, {"title": "Två", "url": "/2"}, {}]

    result, _ = talk(api(), {URL: {"items": items}})

    assert [entry.title.value for entry in result.entries] == ["Två"]
    assert len(result.warnings) == 2


def test_an_empty_list_is_told_and_no_error():
    result, _ = talk(api(), {URL: {"items": []}})

    assert result.entries == ()
    assert "empty list" in result.warnings[0]
