"""What becomes of the elements of a feed that have no name of their own, or the same one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.drafts import Draft, keys_of, looks_like_html
from pipeline.model.entry import Text


def draft(id=None, link=None, title=None, published=None):  # noqa: A002
    return Draft(
        id=id,
        title=Text(value=title) if title else None,
        summary=None,
        content=None,
        link=link,
        published=published,
        updated=None,
        authors=(),
        tags=(),
        language=None,
        base="https://a.se/",
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("R&amp;D", True),
        ("Sm&ouml;rg&#229;s", True),
        ("<em>Ny</em> lag", True),
        ("rad<br>rad", True),
        ("List<int> & 5 < 6", False),
        ("A&B;C &nosuch; &", False),
        ("Så skriver du <title> i HTML", False),
        ("a <b", False),
    ],
)
def test_a_text_without_a_type_is_html_where_it_looks_like_it(value, expected):
    assert looks_like_html(value) is expected


def test_an_id_that_one_feed_wears_out_gives_way_to_the_link_and_that_to_a_digest():
    drafts = [
        draft("x", "https://a.se/1", "a"),
        draft("x", "https://a.se/2", "b"),
        draft("x", "https://a.se/2", "c"),
        draft("x", None, "d"),
    ]

    keys = keys_of(drafts)

    assert keys[0] == "https://a.se/1"
    assert len(set(keys)) == 4
    assert not {"x", "https://a.se/2"} & set(keys)


@given(
    st.lists(
        st.builds(
            draft,
            st.sampled_from([None, "i", "j"]),
            st.sampled_from([None, "https://a.se/1", "https://a.se/2"]),
            st.sampled_from([None, "t", "u"]),
            st.sampled_from([None, "2026"]),
        ),
        max_size=8,
    )
)
def test_the_same_element_has_the_same_key_wherever_it_stands(drafts):
    keys = dict(zip(map(repr, drafts), keys_of(drafts), strict=True))

    assert {repr(each): key for each, key in zip(reversed(drafts), keys_of(drafts[::-1]), strict=True)} == keys
    assert all(keys.values())
