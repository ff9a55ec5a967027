"""One page has one address; two pages never get the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.normalise.address import address_key, canonical_url
from pipeline.normalise.tracking import is_tracking

TABLE = Path(__file__).with_name("addresses.tsv")
A = "https://www.example.se/nyheter/2024/ny-dom"

# fmt: off
CANONICAL = [
    ("case of scheme and host", "HTTPS://WWW.Example.SE/Nyheter/A", "https://www.example.se/Nyheter/A"),
    ("scheme is kept", "http://example.se/a", "http://example.se/a"),
    ("www is kept", "https://www.example.se/a", "https://www.example.se/a"),
    ("final slash is kept", "https://example.se/a/", "https://example.se/a/"),
    ("no final slash is kept", "https://example.se/a", "https://example.se/a"),
    ("a host alone has a path", "https://example.se", "https://example.se/"),
    ("host in punycode", "https://hållbarupphandling.se/a", "https://xn--hllbarupphandling-8qb.se/a"),
    ("final dot of the host", "https://example.se./a", "https://example.se/a"),
    ("default port", "http://example.se:80/a", "http://example.se/a"),
    ("default port of https", "https://example.se:443/a", "https://example.se/a"),
    ("another port is kept", "https://example.se:8443/a", "https://example.se:8443/a"),
    ("empty port", "https://example.se:/a", "https://example.se/a"),
    ("credentials are nobody's business", "https://anna:hemlig@example.se/a", "https://example.se/a"),
    ("IPv6", "http://[2001:DB8::1]:80/a", "http://[2001:db8::1]/a"),
    ("dot segments", "https://example.se/a/./b/../c", "https://example.se/a/c"),
    ("dot segments above the root", "https://example.se/../../a", "https://example.se/a"),
    ("escaped dot segments", "https://example.se/a/%2e%2E/c", "https://example.se/c"),
    ("empty segments are kept", "https://example.se/a//b", "https://example.se/a//b"),
    ("escapes in upper case", "https://example.se/%c3%a5", "https://example.se/%C3%A5"),
    ("letters beyond ASCII escaped", "https://example.se/å?q=ö", "https://example.se/%C3%A5?q=%C3%B6"),
    ("unreserved unescaped", "https://example.se/%61%7E%2d", "https://example.se/a~-"),
    ("reserved stay escaped", "https://example.se/a%2Fb%3Fc", "https://example.se/a%2Fb%3Fc"),
    ("a stray percent sign", "https://example.se/100%", "https://example.se/100%25"),
    ("a space", "https://example.se/a b", "https://example.se/a%20b"),
    ("white space around", " \n https://example.se/a \t", "https://example.se/a"),
    ("line breaks within", "https://example.se/ny\n het", "https://example.se/ny%20het"),
    ("backslashes", "https:\\\\example.se\\a\\b", "https://example.se/a/b"),
    ("one slash", "https:/example.se/a", "https://example.se/a"),
    ("three slashes", "https:///example.se/a", "https://example.se/a"),
    ("scheme twice", "http://https://example.se/a", "https://example.se/a"),
    ("no scheme", "//example.se/a", "https://example.se/a"),
    ("ampersands as entities", "https://example.se/?a=1&amp;b=2", "https://example.se/?a=1&b=2"),
    ("fragment", f"{A}#kommentarer", A),
    ("text fragment", f"{A}#:~:text=ny%20dom", A),
    ("route of an application", "https://example.se/#!/nyheter/1", "https://example.se/#!/nyheter/1"),
    ("route without bang", "https://example.se/app#/nyheter/1", "https://example.se/app#/nyheter/1"),
    ("text fragment behind a route", "https://example.se/#/nyheter/1:~:text=a", "https://example.se/#/nyheter/1"),
    ("empty query", "https://example.se/a?", "https://example.se/a"),
    ("empty parameters", "https://example.se/a?&&b=1&", "https://example.se/a?b=1"),
    ("order of the query is kept", "https://example.se/?b=2&a=1", "https://example.se/?b=2&a=1"),
    ("tracking among others", f"{A}?utm_source=x&id=7&utm_medium=y", f"{A}?id=7"),
    ("tracking in capitals", f"{A}?UTM_Source=x", A),
    ("escaped tracking", f"{A}?utm%5Fsource=x", A),
    ("search is content", "https://example.se/?s=upphandling", "https://example.se/?s=upphandling"),
    ("WordPress id", "https://example.se/?p=123", "https://example.se/?p=123"),
    ("Joomla paging", "https://example.se/nyheter?start=10", "https://example.se/nyheter?start=10"),
    ("ref that names a thing", "https://example.se/?ref=4711", "https://example.se/?ref=4711"),
    ("ref that names a way", f"{A}?ref=rss", A),
    ("short sid", "https://example.se/?sid=42", "https://example.se/?sid=42"),
    ("long sid", f"{A}?sid=0123456789abcdef0123456789abcdef", A),
    ("PHP session", f"{A}?PHPSESSID=abc123def", A),
    ("Java session", "https://example.se/a.do;jsessionid=1A2B3C.node1?id=5", "https://example.se/a.do?id=5"),
    ("ASP.NET session", "https://example.se/(S(lit3py55t21z5v55vlm25s55))/a.aspx", "https://example.se/a.aspx"),
    ("other path parameters are kept", "https://example.se/a;v=1/b", "https://example.se/a;v=1/b"),
    ("AMP folder", "https://www.example.se/a/amp/", "https://www.example.se/a/"),
    ("AMP without slash", "https://www.example.se/a/amp", "https://www.example.se/a"),
    ("AMP file", "https://www.example.se/a/amp.html?x=1", "https://www.example.se/a/?x=1"),
    ("AMP ending", "https://www.example.se/a.amp.html", "https://www.example.se/a.html"),
    ("AMP parameter", f"{A}?amp=1", A),
    ("AMP parameter without value", f"{A}?amp", A),
    ("AMP host", "https://amp.example.se/a", "https://example.se/a"),
    ("a host called amp", "https://amp.se/a", "https://amp.se/a"),
    ("a page that only begins so", "https://example.se/ampere", "https://example.se/ampere"),
    ("Google's AMP cache", "https://www-example-se.cdn.ampproject.org/c/s/www.example.se/a/amp/", "https://www.example.se/a/"),
    ("Google's AMP viewer", "https://www.google.com/amp/s/www.example.se/a.amp.html", "https://www.example.se/a.html"),
    ("Google Alerts", f"https://www.google.com/url?rct=j&sa=t&url={A}%3Futm_source%3Dx&ct=ga&cd=x", A),
    ("Facebook's way out", "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.se%2Fa%3Ffbclid%3D1&h=x", "https://example.se/a"),
    ("Outlook's safe link", "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.se%2Fa&data=x", "https://example.se/a"),
    ("a search is no proxy", "https://www.google.com/search?q=https://example.se", "https://www.google.com/search?q=https://example.se"),
    ("a site's own way out is left alone", "https://example.se/ut?url=https://b.se/a", "https://example.se/ut?url=https://b.se/a"),
    ("a feed proxy that keeps its target", "http://feedproxy.google.com/~r/adda/~3/X1/", "http://feedproxy.google.com/~r/adda/~3/X1/"),
]
NONE = [
    "", "   ", "nyheter/1", "mailto:a@example.se", "javascript:alert(1)", "ftp://example.se/a", "data:text/html,x", "tel:08123", "#top",
    "http://", "https://?a=1", "http://exa mple.se/", "https://example.se:99999/", "https://[::1", "urn:isbn:1", "about:blank",
]

# fmt: on


@pytest.mark.parametrize(("url", "expected"), [pytest.param(u, e, id=i) for i, u, e in CANONICAL])
def test_an_address_has_one_spelling_that_still_works(url, expected):
    assert canonical_url(url) == expected
    assert canonical_url(expected) == expected


@pytest.mark.parametrize("url", NONE)
def test_what_is_no_address_of_a_page_is_none(url):
    assert canonical_url(url) is None


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("../b?id=1", "https://example.se/nyheter/b?id=1"),
        ("/b", "https://example.se/b"),
        ("?start=10", "https://example.se/nyheter/a/?start=10"),
        ("//cdn.example.se/b", "http://cdn.example.se/b"),
        ("b c.html", "https://example.se/nyheter/a/b%20c.html"),
        ("mailto:a@b.se", None),
    ],
)
def test_a_relative_address_is_relative_to_its_page(link, expected):
    base = "http://example.se/" if link.startswith("//") else "https://example.se/nyheter/a/"

    assert canonical_url(link, base=base) == expected


def test_two_spellings_are_one_page_and_two_pages_are_two():
    """Every pair of addresses.tsv. Two pages that become one are the worse mistake."""
    pairs = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    keys = [(says, reason, *(address_key(unescaped(each)) for each in two)) for says, *two, reason in pairs]

    assert [] == [key for key in keys if key[0] != ("same" if key[2] == key[3] else "different")]
    assert len(pairs) >= 300
    assert min(sum(says == each for says, *_ in pairs) for each in ("same", "different")) >= 150


def unescaped(field):
    """A field of the table, whose line breaks and backslashes are written as in Python."""
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], field)


def test_an_address_that_carries_its_target_inside_itself_many_times_is_followed_to_the_end():
    url = A
    for _ in range(3):
        url = "https://www.google.com/url?url=" + re.sub(r"[:/?&=%]", lambda match: f"%{ord(match[0]):02X}", url)

    assert canonical_url(url) == A


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("utm_anything", "", True),
        ("id", "1", False),
        ("FBCLID", "x", True),
        ("share", "7", False),
        ("sid", "12", False),
    ],
)
def test_a_parameter_is_tracking_by_its_name_or_by_name_and_value(name, value, expected):
    assert is_tracking(name, value) is expected


PIECES = st.sampled_from(
    ["http:", "https:", "//", "/", "\\", "amp", ".amp", "amp.", "www.", "m.", "example", ".se", "å", "%", "%2e", "%C3%A5", "%41", "..", ".",
     "?", "&", "&amp;", "=", "#", "!", "#!/", ":~:", "utm_source=1", "sid=", "index.php", "index.html", ";jsessionid=1", "(S(", ":", "@",
     "443", "url=", "https://www.google.com/url?url=", "cdn.ampproject.org/c/s/", "[", "]", " ", "\n", "a", "\ud800", "\u200b"]
)  # fmt: skip


@given(st.one_of(st.lists(PIECES, max_size=14).map("".join), st.text().map("https://example.se/".__add__), st.text()))
@example("//[")
def test_a_canonical_address_is_its_own_and_nothing_raises(url):
    canonical = canonical_url(url)

    assert canonical is None or canonical_url(canonical) == canonical
    assert address_key(url) == address_key(canonical or url)
    if canonical is not None:
        assert canonical.isascii()
        assert canonical.startswith(("http://", "https://"))
