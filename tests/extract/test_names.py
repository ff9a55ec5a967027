"""Selectors are made of names that people chose, not of hashes and of how things look."""

from __future__ import annotations

import pytest

from pipeline.extract.names import means_something, stems, sturdy_classes
from pipeline.web.html import parse_html


@pytest.mark.parametrize(
    "name",
    [
        "news-item",
        "newsListItem",
        "nyhet",
        "card__title",
        "c-teaser--large",
        "views-row",
        "puff_rubrik",
        "entry",
        "post",
    ],
)
def test_names_that_people_chose(name):
    assert means_something(name)


@pytest.mark.parametrize(
    "name",
    [
        "css-1x2y3z", "sc-bdVaJa", "kKqWzE", "jsx-3282", "svelte-abcdef", "_2kXyZ", "Card_title__a1B2c", "x1lliihq",
        "mt-4", "lg:flex", "col-md-6", "d-flex", "text-gray-500", "max-w-xl", "rounded-lg", "clearfix", "is-active", "w-1/2",
    ],
)  # fmt: skip
def test_names_that_programs_made_up_and_names_of_looks(name):
    assert not means_something(name)


def test_the_part_of_a_hashed_class_that_stays():
    tag = parse_html('<a class="NewsCard_card__3xYz9 Teaser-sc-1a2b3c-0 css-1x2y3z">').a

    assert ["NewsCard_card", "Teaser"] == stems(tag)
    assert [] == sturdy_classes(tag)
