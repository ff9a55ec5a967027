"""The site's own words, in both languages."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest
from babel.dates import format_date

from pipeline.model.item import REVISED_FIELDS
from pipeline.publish.texts import EN, SV, Words, words


@pytest.mark.parametrize("field", [each.name for each in fields(Words)])
def test_both_languages_have_every_word(field):
    swedish, english = getattr(SV, field), getattr(EN, field)

    assert swedish
    assert english
    if isinstance(swedish, dict):
        assert swedish.keys() == english.keys()
    if isinstance(swedish, str):
        assert swedish.count("{") == english.count("{")


@pytest.mark.parametrize("table", [SV, EN], ids=["sv", "en"])
def test_every_field_that_can_change_has_a_name(table):
    assert set(REVISED_FIELDS) == table.fields.keys()


@pytest.mark.parametrize(("table", "locale"), [(SV, "sv"), (EN, "en_GB")], ids=["sv", "en"])
def test_days_are_written_as_cldr_writes_them(table, locale):
    for month in range(1, 13):
        day = date(2025, month, 17)
        assert format_date(day, "EEEE d MMMM y", locale) == table.weekday(day)


def test_a_monday_in_march():
    assert SV.weekday(date(2025, 3, 17)) == "måndag 17 mars 2025"
    assert EN.weekday(date(2025, 3, 17)) == "Monday 17 March 2025"


@pytest.mark.parametrize(
    ("number", "expected"), [(0, "0\xa0källor"), (1, "1\xa0källa"), (12000, "12\xa0000\xa0källor")]
)
def test_things_are_counted(number, expected):
    assert expected == SV.counted(number, "sources")


@pytest.mark.parametrize(
    ("tag", "expected"), [("sv", "svenska"), ("sv-FI", "svenska"), ("xx", "xx"), (None, "okänt språk")]
)
def test_languages_are_named(tag, expected):
    assert expected == SV.language_name(tag)


@pytest.mark.parametrize(("tag", "expected"), [("sv", SV), ("sv-SE", SV), ("en", EN), ("fi", EN)])
def test_a_language_without_words_gets_english(tag, expected):
    assert words(tag) is expected
