"""Addresses, languages, zones and ids are told from what only looks like them."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import names
from pipeline.config.names import ID_PATTERN, address, identifier, language, same_place, slug, store, zone
from pipeline.config.wording import Unfit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hållbar upphandling", "hallbar-upphandling"),
        ("Contratación Pública", "contratacion-publica"),
        ("Nordisk innkjøp & Ærlig", "nordisk-innkjop-aerlig"),
        ("https://www.adda.se/", "https-www-adda-se"),
        ("漢字", ""),
    ],
)
def test_a_slug_keeps_what_can_be_kept(text, expected):
    assert expected == slug(text)


@given(st.text())
def test_a_slug_is_an_id_or_nothing(text):
    made = slug(text)

    assert not made or identifier(made) == made
    assert not made or re.match(ID_PATTERN, made)


@pytest.mark.parametrize("text", ["Adda", "-adda", "å", "a b", "a_b", "adda\n", "", "a" * 65])
def test_an_id_with_other_characters_is_refused(text):
    with pytest.raises(Unfit):
        identifier(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://www.adda.se", "https://www.adda.se/"),
        (" HTTP://Adda.se:80/a ", "http://adda.se/a"),
        ("https://hållbarupphandling.se/", "https://xn--hllbarupphandling-8qb.se/"),
        ("http://127.0.0.1:8000/feed", "http://127.0.0.1:8000/feed"),
        ("http://[::1]:8000/feed", "http://[::1]:8000/feed"),
    ],
)
def test_an_address_is_given_in_ascii(text, expected):
    assert expected == address(text)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("adda.se", "write https://adda.se"),
        ("//adda.se/feed", "write https://adda.se/feed"),
        ("adda.se:8080/feed", "write https://adda.se:8080/feed"),
        ("https:/adda.se/", "write https://adda.se/"),
        ("feed:https://adda.se/", "write https://adda.se/"),
        ("ftp://adda.se/", "write an address that begins with https:// or http://"),
        ("mailto:a@adda.se", "write an address that begins with https:// or http://"),
        (
            "file:///etc/passwd",
            "give the address that it is served at; recordings are read with `samflode run --replay FOLDER`",
        ),
    ],
)
def test_an_address_that_is_none_is_mended_where_one_can(text, advice):
    with pytest.raises(Unfit) as caught:
        address(text)

    assert advice == caught.value.advice


@pytest.mark.parametrize(
    "other",
    [
        "http://www.adda.se/nyheter",
        "https://adda.se/nyheter/",
        "https://www.adda.se/nyheter/#topp",
        "https://www.adda.se/%6Eyheter/",
        "https://www.adda.se:443/nyheter/",
    ],
)
def test_spellings_of_one_address_are_the_same_place(other):
    assert same_place(address("https://www.adda.se/nyheter/")) == same_place(address(other))


@pytest.mark.parametrize(
    "other", ["https://adda.se/nyheter?start=10", "https://adda.se/Nyheter", "https://bdda.se/nyheter"]
)
def test_other_addresses_are_other_places(other):
    assert same_place(address("https://www.adda.se/nyheter/")) != same_place(address(other))


@pytest.mark.parametrize(
    ("text", "advice"),
    [("Swedish", "sv"), ("norska", "nb"), ("Català", "ca"), ("en_GB", "en-GB"), ("dk", "da"), ("jp", "ja")],
)
def test_languages_by_other_names_are_known(text, advice):
    with pytest.raises(Unfit) as caught:
        language(text)

    assert f"write `{advice}`" == caught.value.advice


@pytest.mark.parametrize("text", ["stockholm", "Europe/Stokholm", "EUROPE/STOCKHOLM", "Sweden/Stockholm"])
def test_zones_by_other_names_are_known(text):
    with pytest.raises(Unfit) as caught:
        zone(text)

    assert "write `Europe/Stockholm`" == caught.value.advice


@pytest.mark.parametrize("text", ["", "Europe", "../../etc/passwd", "/etc/passwd", "Europe/Stockholm\0", "x" * 5_000])
def test_what_is_no_zone_is_refused(text):
    with pytest.raises(Unfit):
        zone(text)


@pytest.mark.parametrize("text", ["store/", "/var/lib/samflode", "postgresql://user@host/database"])
def test_a_store_is_a_folder_or_postgresql(text):
    assert text == store(text)


@given(st.text())
def test_any_text_is_read_or_refused(text):
    for read in (address, names.site_address, names.contact, names.recipient, store, language, identifier, names.text):
        with suppress(Unfit):
            read(text)
