"""A listing gives each of its news once, with what can be known of it, or says what is wrong with its selectors."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.errors import FetchTimeout, NothingMatched
from pipeline.extract.listing import listing
from pipeline.model.capture import Purpose
from pipeline.model.source import Listing, Selector
from tests.builders import capture, source

URL = "https://a.example.se/nyheter/"


def selector(written: str | None) -> Selector | None:
    css, _, attribute = (written or "").partition("@")
    return Selector(css=css, attribute=attribute or None) if written else None


def described(item: str = ".n", pages: int = 1, **selectors: str) -> Listing:
    names = ("title", "link", "date", "summary", "next")
    return Listing(item=item, pages=pages, **{name: selector(selectors.get(name)) for name in names})


def talk(kind: Listing, pages: dict[str, Any]):
    """The extraction, and the requests that were made; a page that is an error is thrown."""
    conversation = listing(source(url=URL, kind=kind), kind)
    requests = [next(conversation)]
    while True:
        page = pages[requests[-1].url]
        try:
            if isinstance(page, Exception):
                requests.append(conversation.throw(page))
            else:
                requests.append(conversation.send(capture(requests[-1].url, page)))
        except StopIteration as end:
            return end.value, requests


def entries(markup: str, kind: Listing):
    return talk(kind, {URL: markup})[0].entries


def test_each_selector_gives_its_field():
    (entry,) = entries(
        """<html lang="sv"><div class=n><h2>Nya <b>krav</b></h2><a class=m href="/1?a=å#x">Läs mer</a>
        <time datetime="2026-03-02T10:00">i dag</time><p class=i>Ingress<br>här</p></div>""",
        described(title="h2", link="a.m", date="time@datetime", summary=".i"),
    )

    assert entry.title.value == "Nya krav"
    assert entry.link == entry.key == "https://a.example.se/1?a=%C3%A5#x"
    assert entry.published == "2026-03-02T10:00"
    assert entry.summary.value == "Ingress här"
    assert entry.language == "sv"
    assert entry.content is None
    assert entry.version is not None
    assert (entry.origin.by, entry.origin.position, dict(entry.origin.fields)) == ("listing", 0, {})


@pytest.mark.parametrize(
    ("markup", "kind", "link"),
    [
        pytest.param('<li class=n><a href="1">Ett</a>', described(link="a@href"), URL + "1", id="attribute"),
        pytest.param(
            '<li class=n data-url="1">Ett', described(link=".n@data-url"), URL + "1", id="attribute of the item"
        ),
        pytest.param(
            '<a class=n href="1"><h2>Ett</h2></a>', described(title="h2"), URL + "1", id="the item is the link"
        ),
        pytest.param(
            '<a href="1"><div class=n><h2>Ett</h2></div></a>', described(), URL + "1", id="the item is inside the link"
        ),
        pytest.param('<li class=n><h2><a href="1">Ett</a></h2>', described(link="h2"), URL + "1", id="around the link"),
        pytest.param('<li class=n><a href="1"><h2>Ett</h2></a>', described(link="h2"), URL + "1", id="inside the link"),
        pytest.param(
            '<li class=n><a rel=tag href="/t">Etiketten med långt namn</a><h3>Ett</h3><a href="1">Läs mer</a>',
            described(),
            URL + "1",
            id="not the tag",
        ),
        pytest.param(
            '<li class=n><a href="/bild"><img src=x></a><h3><a href="1">Ett</a></h3><a href="/kategori/lang">En lång kategori här</a>',
            described(),
            URL + "1",
            id="the heading's of several",
        ),
        pytest.param(
            '<base href="/en/"><li class=n><a href="1">Ett</a>', described(), "https://a.example.se/en/1", id="base"
        ),
        pytest.param('<li class=n><h2>Ett</h2><a href="#">Upp</a>', described(), None, id="leads nowhere"),
        pytest.param(
            '<li class=n><h2>Ett</h2><a href="/nyheter/">Alla</a>', described(), None, id="leads to the listing"
        ),
        pytest.param(
            '<li class=n><a href="HTTPS://HÅLLBAR.se/Ö">Ett</a>',
            described(),
            "https://xn--hllbar-iua.se/%C3%96",
            id="IDN",
        ),
    ],
)
def test_an_item_leads_to_its_own_page(markup, kind, link):
    (entry,) = entries(markup, kind)

    assert entry.link == link


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        pytest.param('<li class=n><a href="1">Nya krav</a>', "Nya krav", id="link only"),
        pytest.param('<li class=n><h3>Nya krav</h3><a href="1">Läs mer</a>', "Nya krav", id="heading"),
        pytest.param(
            '<li class=n><a href="1">Läs mer</a> <a href="1">Nya krav</a>', "Nya krav", id="not the read-more"
        ),
        pytest.param('<li class=n><a href="1" title="Nya krav">»</a>', "Nya krav", id="title attribute"),
        pytest.param('<li class=n><a href="1"><img src=x alt="Nya krav"></a>', "Nya krav", id="picture"),
        pytest.param('<li class=n><a href="1">2026-03-02</a><a href="1">Nya krav</a>', "Nya krav", id="not the date"),
    ],
)
def test_a_title_that_no_selector_finds_comes_from_the_link(markup, title):
    (entry,) = entries(markup, described())

    assert entry.title.value == title
    assert entry.origin.fields["title"] == "listing:guessed"


def test_an_item_without_any_title_keeps_its_text_to_make_one_of():
    (entry,) = entries('<li class=n>Vi flyttar. Ny adress är Storgatan 1. <a href="1">Läs mer</a>', described())

    assert entry.title is None
    assert entry.summary.value.startswith("Vi flyttar. Ny adress")


def test_a_date_without_a_selector_is_found_and_marked_as_guessed():
    (entry,) = entries('<li class=n><a href="1">Ett</a> <span class=datum>2 mars 2026</span>', described())

    assert entry.published == "2 mars 2026"
    assert entry.origin.fields["published"] == "listing:guessed"


def test_items_without_a_link_are_told_apart_by_their_titles():
    first, second = entries("<p class=n><b>Ett</b><p class=n><b>Två</b><p class=n><b>Ett</b>", described(title="b"))

    assert [first.title.value, second.title.value] == ["Ett", "Två"]
    assert first.key != second.key


def test_places_on_the_listing_itself_are_keys_and_no_addresses():
    first, second = entries("<p class=n><a href='#ett'>Ett</a><p class=n><a href='#tva'>Två</a>", described())

    assert [first.key, second.key] == [URL + "#ett", URL + "#tva"]
    assert first.link is second.link is None


def test_rows_of_an_inner_table_are_the_items_and_not_the_table_around_them():
    markup = """<table><tr><td><table><tr><th>Datum<th>Rubrik</tr>
      <tr><td>2026-03-02<td><a href=1>Ett</a></tr><tr><td>2026-03-01<td><a href=2>Två</a></tr></table></td></tr></table>"""

    result, _ = talk(described("tr", date="td"), {URL: markup})

    assert [(entry.title.value, entry.published) for entry in result.entries] == [
        ("Ett", "2026-03-02"),
        ("Två", "2026-03-01"),
    ]
    assert result.warnings == ()


def test_a_teaser_inside_an_item_is_part_of_it():
    markup = "<article><h2><a href=1>Ett</a></h2><article><a href=9>Relaterat</a></article></article><article><a href=2>Två</a></article>"

    assert [entry.link for entry in entries(markup, described("article"))] == [URL + "1", URL + "2"]


def test_an_item_shown_in_a_box_and_in_the_list_is_one_entry_with_the_most_that_is_said():
    markup = """<div class=n><a href="http://www.a.example.se/1/?utm_source=box">Ett</a></div>
      <div class=n><a href="/2">Två</a></div><div class=n><a href="/1">Ett</a><i class=d>2 mars 2026</i></div>"""

    result = entries(markup, described(link="a", date=".d"))

    assert [(entry.link, entry.published) for entry in result] == [
        ("https://a.example.se/1", "2 mars 2026"),
        ("https://a.example.se/2", None),
    ]


def page(*numbers: int, older: str = "") -> str:
    items = "".join(f'<li class=n><a href="/{number}">Nyhet {number}</a>' for number in numbers)
    return f'<ul>{items}</ul><p class=next><a href="{older}">Äldre</a></p>'


def test_older_pages_are_followed_as_far_as_the_source_says():
    pages = {URL: page(1, 2, older="?p=2"), URL + "?p=2": page(2, 3, older="?p=3"), URL + "?p=3": page(4)}
    kind = described(next=".next", pages=2)

    result, requests = talk(kind, pages)
    assert [entry.link[-1] for entry in result.entries] == ["1", "2", "3"]
    assert [request.purpose for request in requests] == [Purpose.SOURCE, Purpose.PAGE]

    result, requests = talk(replace(kind, pages=9), pages)
    assert len(result.entries) == 4
    assert len(requests) == 3

    assert len(talk(replace(kind, pages=1), pages)[1]) == 1


def test_pages_that_lead_in_a_circle_end():
    pages = {URL: page(1, older="?p=2"), URL + "?p=2": page(2, older="/nyheter/")}

    result, requests = talk(described(next=".next a", pages=50), pages)

    assert len(result.entries) == len(requests) == 2


def test_pages_that_show_the_same_for_ever_end():
    pages = {URL + (f"?p={number}" if number else ""): page(1, older=f"?p={number + 1}") for number in range(60)}

    assert len(talk(described(next=".next a", pages=50), pages)[1]) == 2


def test_an_older_page_that_fails_costs_only_itself():
    pages = {URL: page(1, older="?p=2"), URL + "?p=2": FetchTimeout("too slow")}

    result, _ = talk(described(next=".next a", pages=5), pages)

    assert len(result.entries) == 1
    assert "too slow" in result.warnings[0]
    assert not result.complete


def test_without_a_selector_the_page_itself_says_what_is_next():
    pages = {URL: page(1) + "<a rel=next href='?p=2'>x</a>", URL + "?p=2": page(2)}

    assert len(talk(described(pages=2), pages)[0].entries) == 2


def test_a_selector_that_finds_nothing_in_any_item_is_told():
    result, _ = talk(described(title="h2", date=".when@title"), {URL: page(1, 2)})

    assert [warning.split(" found")[0] for warning in result.warnings] == ["`title: h2`", "`date: .when@title`"]


def test_a_page_without_items_is_an_error_that_names_the_selector_and_the_feed():
    with pytest.raises(NothingMatched) as caught:
        talk(described(".news"), {URL: '<link rel=alternate type="application/rss+xml" href="/feed"><p>Inget'})

    assert "`item: .news`" in caught.value.message
    assert "https://a.example.se/feed" in caught.value.hint


def test_a_feed_in_place_of_a_page_is_named_as_one():
    with pytest.raises(NothingMatched) as caught:
        talk(described(".news"), {URL: "<?xml version='1.0'?><rss version='2.0'><channel/></rss>"})

    assert "leave out `listing:`" in caught.value.hint


def test_items_that_hold_nothing_are_no_entries():
    with pytest.raises(NothingMatched, match="matched 2 elements"):
        talk(described("li"), {URL: "<li></li><li>2</li>"})


def test_a_page_in_another_encoding_is_read():
    (entry,) = talk(
        described(), {URL: '<meta charset="iso-8859-1"><li class=n><a href="/å">Åtgärd</a>'.encode("latin-1")}
    )[0].entries

    assert entry.title.value == "Åtgärd"
