"""A regular expression is taken as it is meant, unless it could run away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config.patterns import address_pattern, text_pattern
from pipeline.config.wording import Unfit


@pytest.mark.parametrize(
    "text",
    [
        "procure|worker",
        "upphandl(ing|are|aren)?",
        r"\bit-utrustning\b",
        "/noticies/",
        r"/nyheter/\d+-[\w-]+$",
        "a.*b|c.*d|e.*f|g.*h",
        "(foo|bar)+",
        "(abc){3}",
        "(?i)PFAS",
        "^(?!.*vacancy).*procure",
        r"(\w)\1",
        "[[]x",
        "colou?r",
    ],
)
def test_what_people_write_is_taken(text):
    assert text == text_pattern(text).pattern


@pytest.mark.parametrize(
    "text",
    [
        "(a+)+",
        "(a*)*",
        "(a+)*b",
        "(?:a|a)*",
        "(a|ab)*c",
        "(a?)+",
        "(?:a?b?)*",
        r"(\w+\s?)+",
        "(a{1,5}){2,}",
        "((ab)+c?)+",
        "(?=(a+))*",
        "(ix|ıx)*",
        "(.*a){12}",
        ".*.*.*.*x",
        "a?" * 30 + "a" * 30,
        "(a|b|ab)" * 12,
        "(x+x+)+y",
    ],
)
def test_what_could_run_away_is_refused(text):
    with pytest.raises(Unfit, match="could run for"):
        text_pattern(text)


@pytest.mark.parametrize("text", ["", "(", "*a", "[a", "a{2,1}", "(?L)a", "a{99999999999}", "x" * 501, r"\9", "(?P<a"])
def test_what_is_no_expression_is_refused(text):
    with pytest.raises(Unfit) as caught:
        text_pattern(text)

    assert caught.value.advice


def test_words_are_found_in_either_case_and_addresses_only_as_they_stand():
    assert text_pattern("procure").search("Procurement")
    assert not address_pattern("/nyheter/").search("/NYHETER/")


@given(st.text(alphabet="ab.*+?|()[]{}\\1,^$", max_size=12), st.integers(20, 60))
def test_what_is_taken_ends_soon_on_an_unlucky_text(text, length):
    try:
        pattern = text_pattern(text)
    except Unfit:
        return
    pattern.search("a" * length + "!")
