"""A date is found in a text as it stands there, and compared without being read."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.dating import find_date, has_clock, is_exact, is_mostly_date, same_day


@pytest.mark.parametrize(
    ("text", "date", "clock"),
    [
        ("Publicerad: fre 3 maj 2024 kl. 14.05 av Eva", "3 maj 2024 kl. 14.05", True),
        ("den 3:e maj 2024", "3:e maj 2024", False),
        ("2017 Jul 13", "2017 Jul 13", False),
        ("8 d’octubre de 2024", "8 d’octubre de 2024", False),
        ("May 3rd, 2024 at 3:05 pm EST | Opinion", "May 3rd, 2024 at 3:05 pm EST", True),
        ("3. toukokuuta 2024 klo 9.30", "3. toukokuuta 2024 klo 9.30", True),
        ("03.05.2024", "03.05.2024", False),
        ("2024-05-03T10:00:00+02:00", "2024-05-03T10:00:00+02:00", True),
        ("12/05/2024", "12/05/2024", False),
        ("13-sep-2021", "13-sep-2021", False),
        ("SOU 2024:12", None, False),
        ("Träffar: 1620", None, False),
        ("i maj 2024", None, False),
        ("", None, False),
    ],
)
def test_a_date_is_found_as_it_is_written(text, date, clock):
    assert (find_date(text), has_clock(text)) == (date, clock)


@pytest.mark.parametrize(
    ("written", "exact", "same"),
    [
        ("3 mars 2024", "2024-03-03T10:00:00+01:00", True),
        ("3 de març de 2024", "2024-03-03T10:00:00+01:00", True),
        ("2024-03-03", "2024-03-02T23:30:00Z", True),
        ("3 april 2024", "2024-03-03T10:00:00+01:00", False),
        ("4 mars 2024", "2024-03-03T10:00:00+01:00", False),
        ("3 mars 2024", "no date", False),
        ("i går", "2024-03-03T10:00:00+01:00", False),
    ],
)
def test_two_dates_name_the_same_day_or_not(written, exact, same):
    assert same_day(written, exact, ZoneInfo("Europe/Stockholm")) is same


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("2024-05-12T10:15:00Z", True),
        ("2024-05-12", False),
        ("2024-05-12T00:00:00+02:00", False),
        ("12 maj 2024 10.15", False),
    ],
)
def test_a_filled_in_midnight_is_no_time(text, exact):
    assert is_exact(text) is exact


@given(st.text(alphabet="0123456789 .:-/majMarch,kl\n", max_size=600))
def test_no_text_is_too_strange(text):
    date = find_date(text)

    assert date is None or date in text
    assert not is_mostly_date(text) or date is not None
    has_clock(text)
    same_day(text, text, UTC)
