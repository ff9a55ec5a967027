"""Events are found with the days that a text states, and left out where there is doubt."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.web.announcements import LASTS, announcements

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "announcements.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def said(found) -> str:
    return " + ".join(
        f"{each.kind} {each.first}{f' {each.last}' if each.last != each.first else ''}" for each in found
    ) or "-"  # fmt: skip


@pytest.mark.parametrize(("published", "title", "text", "expected"), ROWS)
def test_what_a_text_announces(published, title, text, expected):
    assert expected == said(announcements(title, text, date.fromisoformat(published)))


def test_the_sentence_is_the_one_that_states_the_day():
    text = "Vi har nyheter. Välkommen till ett webbinarium den 12 maj kl. 9.00 om handskar! Fler nyheter kommer."

    (found,) = announcements("Nytt", text, date(2026, 3, 2))

    assert found.sentence == "Välkommen till ett webbinarium den 12 maj kl. 9.00 om handskar!"


@given(st.text(), st.text(), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_whatever_a_text_says_its_days_are_to_come_and_stand_in_it(title, text, published):
    for each in announcements(title, text, published):
        assert published <= each.last
        assert each.last - each.first <= LASTS


def test_a_word_for_an_event_that_stands_in_the_title_or_in_another_word_is_enough_to_look_closely():
    stated = announcements(
        "Branschdag för alla", "Leverantörsdialogen hålls den 12 maj 2026 i Malmö.", date(2026, 3, 1)
    )

    assert [date(2026, 5, 12)] == [each.first for each in stated]
