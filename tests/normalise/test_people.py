"""Authors are plain names, whatever a source makes of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.people import people

# fmt: off
AUTHORS = [
    ("a name", ["Anna Berg"], ("Anna Berg",)),
    ("RSS", ["redaktion@adda.se (Anna Berg)"], ("Anna Berg",)),
    ("an address alone is no name", ["redaktion@adda.se"], ()),
    ("address in angle brackets", ["Anna Berg <anna@adda.se>"], ("Anna Berg",)),
    ("web address", ["Adda (https://adda.se)"], ("Adda",)),
    ("markup", ["<span>Anna&nbsp;Berg</span>"], ("Anna Berg",)),
    ("by", ["By Anna Berg"], ("Anna Berg",)),
    ("av", ["Av Anna Berg"], ("Anna Berg",)),
    ("av, small", ["av Anna Berg, publicerad 2 mars"], ("Anna Berg",)),
    ("af", ["Af: Mette Holm"], ("Mette Holm",)),
    ("skrivet av", ["Skrivet av: Anna Berg"], ("Anna Berg",)),
    ("skrevet av", ["Skrevet av Kari Nordmann"], ("Kari Nordmann",)),
    ("text", ["Text och foto: Eva Ek"], ("Eva Ek",)),
    ("escrit per", ["Escrit per Núria Puig"], ("Núria Puig",)),
    ("por", ["Por Santiago Ramón y Cajal"], ("Santiago Ramón y Cajal",)),
    ("von", ["Von Jens Zimmer"], ("Jens Zimmer",)),
    ("a name that looks like a byline", ["Per Olof Berg", "Byron Lee", "von Essen"], ("Per Olof Berg", "Byron Lee", "von Essen")),
    ("list", ["Anna Berg, Bo Ek och Cia Dal"], ("Anna Berg", "Bo Ek", "Cia Dal")),
    ("list with semicolons", ["Anna Berg; Bo Ek"], ("Anna Berg", "Bo Ek")),
    ("list with ampersand", ["Anna Berg & Bo Ek"], ("Anna Berg", "Bo Ek")),
    ("title behind the name", ["Anna Berg, jurist"], ("Anna Berg",)),
    ("family name first", ["Berg, Anna"], ("Anna Berg",)),
    ("one body with two tasks", ["Kommunikation och press"], ("Kommunikation och press",)),
    ("doubles", ["ANNA BERG", "Anna Berg", "anna  berg"], ("ANNA BERG",)),
    ("nobody", ["admin", "Super User", ""], ()),
    ("only signs", ["–", "123"], ()),
]
# fmt: on


@pytest.mark.parametrize(("authors", "expected"), [pytest.param(a, e, id=i) for i, a, e in AUTHORS])
def test_authors_become_names(authors, expected):
    assert people(authors) == expected


def test_a_staff_page_is_cut():
    assert len(people([f"Anna {letter}berg" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"])) == 20


@given(st.lists(st.text()))
def test_names_are_names_whatever_is_given(authors):
    for name in people(authors):
        assert name == " ".join(name.split())
        assert 0 < len(name) <= 100
