"""An item is known again by its source's id for it, by its address, by its words; and by nothing that others share."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.entry import EntryKey
from pipeline.model.source import SourceId
from pipeline.normalise.identity import distinct_keys, identity_keys, item_id
from tests.builders import entry

OPENING = "Regionerna skärper kraven på leverantörer av undersökningshandskar från och med maj."
HOME = "https://adda.example.se/feed"


def keys_of(*openings, **fields):
    own = entry(**fields)
    return identity_keys(own, own.link, openings)


def kinds(keys):
    return [key[0] for key in keys]


def test_the_keys_stand_in_the_order_of_trust():
    keys = keys_of(OPENING, OPENING + " Mer.")

    assert kinds(keys) == ["v", "e", "a", "t", "t"]
    assert keys[0] == "v:adda:v1"
    assert keys[1].startswith("e:adda:")
    assert keys[2] == "a:adda.example.se/nyheter/1"


def test_an_entry_whose_article_is_still_to_be_opened_has_no_version():
    assert kinds(keys_of(version=None)) == ["e", "a"]


def test_an_entry_without_address_has_no_address_key():
    assert kinds(keys_of(link=None)) == ["v", "e"]


def test_the_same_id_of_two_sources_is_two_ids():
    one = keys_of(source=SourceId("adda"))
    other = keys_of(source=SourceId("skr"))

    assert set(one) & set(other) == {"a:adda.example.se/nyheter/1"}


def test_a_teaser_and_the_full_text_that_begins_with_it_share_a_key():
    teaser = keys_of(OPENING)
    full = keys_of("»" + OPENING.upper() + "«", link="https://skr.example.se/2", source=SourceId("skr"))

    assert [key for key in teaser if key in full and key.startswith("t:")]


@pytest.mark.parametrize(
    "opening", ["", "Nyhetsbrev nr 3 är här", "a b c d e f g h i j", "Konkurrensupphandlingsavdelningen " * 3]
)
def test_a_phrase_that_anyone_may_write_is_no_identity(opening):
    assert "t" not in kinds(keys_of(opening))


def test_an_address_that_different_entries_share_is_no_identity():
    batch = [("Ny dom", keys_of(key=EntryKey("1"))), ("Nytt avtal", keys_of(key=EntryKey("2")))]

    assert [kinds(keys) for keys in distinct_keys(batch, HOME)] == [["v", "e"], ["v", "e"]]


@pytest.mark.parametrize(
    ("one", "other"), [("Ny dom", "NY DOM!"), ("Ny dom om handskar från Malaysia", "Ny dom om handskar…")]
)
def test_an_entry_that_is_shown_twice_keeps_its_address(one, other):
    batch = [(one, keys_of(key=EntryKey("1"))), (other, keys_of(key=EntryKey("2")))]

    assert [kinds(keys) for keys in distinct_keys(batch, HOME)] == [["v", "e", "a"], ["v", "e", "a"]]


def test_an_opening_that_different_entries_share_is_no_identity():
    batch = [
        ("Uppföljning i Skåne", keys_of(OPENING, link="https://adda.example.se/1")),
        ("Uppföljning i Stockholm", keys_of(OPENING, link="https://adda.example.se/2")),
    ]

    assert [kinds(keys) for keys in distinct_keys(batch, HOME)] == [["v", "e", "a"], ["v", "e", "a"]]


@pytest.mark.parametrize(
    "link", [HOME, "https://www.adda.example.se/", "http://adda.example.se", "https://adda.example.se/index.html"]
)
def test_the_address_of_the_site_or_the_source_is_no_items(link):
    assert [kinds(keys) for keys in distinct_keys([("Ny dom", keys_of(link=link))], HOME)] == [["v", "e"]]


def test_an_id_is_short_and_fit_for_file_names_and_lasts():
    assert item_id(SourceId("adda"), keys_of()) == item_id(
        SourceId("adda"), keys_of(OPENING, version=None, key=EntryKey("x"))
    )
    assert re.fullmatch(r"[a-z2-7]{16}", item_id(SourceId("adda"), keys_of()))


def test_an_id_follows_the_source_and_the_address_or_else_the_sources_id():
    ids = {
        item_id(SourceId("adda"), keys_of()),
        item_id(SourceId("skr"), keys_of()),
        item_id(SourceId("adda"), keys_of(link="https://adda.example.se/2")),
        item_id(SourceId("adda"), keys_of(link=None)),
        item_id(SourceId("adda"), keys_of(link=None, key=EntryKey("x"))),
    }

    assert len(ids) == 5


def test_ids_never_change():
    """The archive's files and the published feeds hold them."""
    assert item_id(SourceId("adda"), keys_of()) == "g3v23vbfp3ov3a7n"


@given(st.text(), st.text(), st.lists(st.text()))
def test_keys_are_made_of_anything(key, link, openings):
    own = entry(key=EntryKey(key), link=link)

    keys = identity_keys(own, link, openings)

    assert len(set(keys)) == len(keys)
    assert item_id(own.source, keys)
