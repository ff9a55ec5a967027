"""Selectors and JMESPath are checked by the libraries that will read them, or plain enough to need no check."""

from __future__ import annotations

from contextlib import suppress

import pytest
import soupsieve
from hypothesis import given
from hypothesis import strategies as st
from jmespath.parser import Parser

from pipeline.config.expressions import _PLAIN_CSS, _PLAIN_JMESPATH, css, item_css, jmespath, selector
from pipeline.config.wording import Unfit
from pipeline.model.source import Selector


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("h2", Selector(css="h2")),
        ("a@data-url", Selector(css="a", attribute="data-url")),
        ("time@DateTime ", Selector(css="time", attribute="datetime")),
        ("a[href*='@x']", Selector(css="a[href*='@x']")),
        ('a[href*="@x"]@href', Selector(css='a[href*="@x"]', attribute="href")),
        (".a > .b:nth-of-type(2n+1)", Selector(css=".a > .b:nth-of-type(2n+1)")),
    ],
)
def test_a_selector_ends_at_its_last_at_sign(text, expected):
    assert expected == selector(text)


@pytest.mark.parametrize(
    "text", ["", " ", "h2 >", "..a", "a[", ":nope", "h2::text", "//h2", "<div>", "@href", "a" * 501]
)
def test_what_is_no_selector_is_refused(text):
    with pytest.raises(Unfit) as caught:
        selector(text)

    assert caught.value.advice


_PIECES = st.sampled_from(
    ["a", "h2", ".x", "#y", "[a]", '[href="/x"]', "[href^='q']", ":not(.x)", ":has(a", ")", ":first-child", " ", ">", ",",
     "+", "~", "1", "-", "*", '"', "é", ":is(", "|", "\\", "]"],
)  # fmt: skip


@given(st.lists(_PIECES, min_size=1, max_size=7).map("".join))
def test_what_is_taken_unchecked_is_css(text):
    if _PLAIN_CSS.match(text):
        soupsieve.compile(text)


@given(st.text(alphabet="ab_.[]1-", min_size=1, max_size=8))
def test_what_is_taken_unchecked_is_jmespath(text):
    if _PLAIN_JMESPATH.match(text):
        Parser().parse(text)


@given(st.text())
def test_any_text_is_read_or_refused(text):
    for read in (css, item_css, selector, jmespath):
        with suppress(Unfit):
            read(text)


@pytest.mark.parametrize("text", ["[]", "title.rendered", "items[?type=='news']", "join('', [date, 'Z'])", '"a-b".c'])
def test_jmespath_is_taken_as_it_stands(text):
    assert text == jmespath(text)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("$.items[*]", "it is JSONPath, another language; write `items[*]`"),
        ("title-text.b", "write '\"title-text\".b', with both kinds of quotation marks"),
    ],
)
def test_what_is_nearly_jmespath_is_mended(text, advice):
    with pytest.raises(Unfit) as caught:
        jmespath(text)

    assert advice == caught.value.advice


@pytest.mark.parametrize("text", ["+ p", "~ .date", "+ p + p", "~ time@datetime"])
def test_a_part_may_stand_behind_the_item(text):
    css, _, attribute = text.partition("@")

    assert selector(text) == Selector(css=css, attribute=attribute or None)


@pytest.mark.parametrize("text", ["+", "~ ", "> p", "+ > p", "+ //p"])
def test_what_stands_behind_the_item_has_to_be_a_selector(text):
    with pytest.raises(Unfit):
        selector(text)
