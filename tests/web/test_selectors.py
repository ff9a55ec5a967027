"""Selectors find what the maintainer of sources.yaml means, also where the page nests things another way."""

from __future__ import annotations

import pytest

from pipeline.web.html import parse_html
from pipeline.web.selectors import date_in, first_value, link_in, outermost, problem_of, select

BASE = "https://a.example.se/nyheter/"


def test_a_broken_selector_is_told_in_one_line():
    assert problem_of("a.more") is None
    told = problem_of("a[")
    assert told
    assert "\n" not in told
    with pytest.raises(ValueError, match="not a CSS selector"):
        select(parse_html("<a>"), "a[")


def test_a_selector_that_matches_only_the_element_itself_means_it():
    (item,) = select(parse_html('<a class="item" href="/1">Ett</a>'), "a.item")

    assert select(item, "a.item") == [item]
    assert select(item, "a.other") == []


def test_the_first_match_that_has_a_value_counts():
    soup = parse_html("<h2> </h2><h2>Rubrik</h2><h2>Annan</h2>")

    assert first_value(soup, "h2", None) == "Rubrik"
    assert first_value(parse_html('<a data-url=" /1 ">'), "a", "data-url") == "/1"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param('<a class="x" href="1">a</a>', BASE + "1", id="the link itself"),
        pytest.param('<h2 class="x"><a href="1">a</a></h2>', BASE + "1", id="around the link"),
        pytest.param('<a href="1"><h2 class="x">a</h2></a>', BASE + "1", id="inside the link"),
        pytest.param(
            '<h2 class="x"><a href="mailto:a@b.se">a</a> <a href="2">b</a></h2>', BASE + "2", id="the first of the web"
        ),
        pytest.param('<a class="x" href="#">a</a>', None, id="nowhere"),
        pytest.param('<p class="x">a</p>', None, id="none"),
    ],
)
def test_an_element_leads_where_its_nearest_link_does(markup, expected):
    (tag,) = select(parse_html(markup), ".x")

    assert link_in(tag, BASE) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param('<time datetime="2024-05-03T10:00">i går</time>', "2024-05-03T10:00", id="for programs"),
        pytest.param('<p><time datetime="2024-05-03">3 maj</time></p>', "2024-05-03", id="inside"),
        pytest.param('<time datetime="P2D">3 maj 2024</time>', "3 maj 2024", id="no date in the attribute"),
        pytest.param('<abbr title="2024-05-03">i dag</abbr>', "2024-05-03", id="title"),
        pytest.param('<meta itemprop="datePublished" content="2024-05-03">', "2024-05-03", id="content"),
        pytest.param("<p>Publicerad 3 maj 2024</p>", "Publicerad 3 maj 2024", id="as it is written"),
    ],
)
def test_a_date_for_programs_goes_before_the_words_for_readers(markup, expected):
    (tag,) = select(parse_html(markup), "body > *, head > meta")

    assert date_in(tag) == expected


def test_what_lies_inside_another_is_left_out():
    soup = parse_html('<div id="a"><div id="b"></div></div><div id="c"></div>')

    assert [tag["id"] for tag in outermost(soup.find_all("div"))] == ["a", "c"]


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("+ p", ["i går"]),
        ("+ p + p a", ["Läs"]),
        ("~ .ingress", ["En ingress"]),
        ("+ .ingress", []),
        ("~ .ingress a", []),
        ("+ p:not(.ingress, [x])", ["i går"]),
    ],
)
def test_a_relative_selector_looks_behind_the_element(css, expected):
    page = parse_html('<h2>A</h2><p>i går</p><p><a href="/a">Läs</a></p><p class="ingress">En ingress</p><h2>B</h2>')

    assert expected == [tag.text for tag in select(page.h2, css)]
    assert problem_of(css) is None


@pytest.mark.parametrize("css", ["+", "~ ", "+ p, + div", "+ p ["])
def test_a_broken_relative_selector_is_told(css):
    assert problem_of(css)
    with pytest.raises(ValueError, match="is not a CSS selector"):
        select(parse_html("<p>"), css)
