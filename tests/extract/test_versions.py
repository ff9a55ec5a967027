"""A version changes when, and only when, the source says something else of an entry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.versions import title_key, version_of
from pipeline.model.entry import Text

ENTRY = {
    "key": "https://a.example.se/1",
    "title": Text(value="Nya krav"),
    "summary": None,
    "content": None,
    "link": "https://a.example.se/1",
    "published": "2 mars 2026",
    "updated": None,
}


@pytest.mark.parametrize(
    "change",
    [
        {"key": "2"},
        {"title": Text(value="Nya krav på handskar")},
        {"title": Text(value="Nya krav", type="html")},
        {"title": None},
        {"summary": Text(value="")},
        {"content": Text(value="Text")},
        {"link": None},
        {"published": "3 mars 2026"},
        {"updated": "2026-03-03"},
    ],
    ids=str,
)
def test_whatever_the_source_changes_is_another_version(change):
    assert version_of(**ENTRY) != version_of(**(ENTRY | change))


@pytest.mark.parametrize("date", ["i går", "för 2 timmar sedan", "2 hours ago", "12 mars", None])
def test_a_date_without_a_year_is_no_change(date):
    assert version_of(**(ENTRY | {"published": date})) == version_of(**(ENTRY | {"published": None}))


@given(st.text(), st.text())
def test_what_moves_from_one_field_to_another_is_a_change(one, other):
    first = version_of(**(ENTRY | {"title": Text(value=one), "summary": Text(value=other)}))
    second = version_of(**(ENTRY | {"title": Text(value=other), "summary": Text(value=one)}))

    assert (first == second) == (one == other)


def test_a_key_from_a_title_does_not_hang_on_its_spacing():
    assert title_key("Nya  krav\n") == title_key("nya krav")
    assert title_key("Nya krav") != title_key("Nya krav 2")
