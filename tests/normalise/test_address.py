"""One page has one address; two pages never get the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.address import address_key, canonical_url
from pipeline.normalise.tracking import is_tracking

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

S, D = True, False
PAIRS = [
    # The same page in two spellings.
    ("https://example.se/a", "http://example.se/a", S, "scheme"),
    ("https://example.se/a", "https://www.example.se/a", S, "www"),
    ("https://example.se/a", "https://www2.example.se/a", S, "numbered www"),
    ("https://example.se/a", "https://m.example.se/a", S, "mobile host"),
    ("https://example.se/a", "https://mobile.example.se/a", S, "mobile host, long"),
    ("https://example.se/a", "https://amp.example.se/a", S, "AMP host"),
    ("https://example.se/a", "https://example.se/a/", S, "final slash"),
    ("https://example.se", "https://example.se/", S, "root"),
    ("https://example.se/a", "https://EXAMPLE.se/a", S, "host's case"),
    ("https://example.se/a", "https://example.se:443/a", S, "default port"),
    ("https://example.se/a", "https://example.se./a", S, "final dot"),
    ("https://hållbar.se/a", "https://xn--hllbar-iua.se/a", S, "punycode"),
    ("https://example.se/å", "https://example.se/%c3%a5", S, "escapes"),
    ("https://example.se/%C3%A5r", "https://example.se/a%CC%8Ar", S, "decomposed letters"),
    ("https://example.se/~anna/a", "https://example.se/%7Eanna/a", S, "unreserved"),
    ("https://example.se/a/b", "https://example.se/a/./b", S, "dot segment"),
    ("https://example.se/a/b", "https://example.se/a/c/../b", S, "double dot segment"),
    ("https://example.se/a/b", "https://example.se/a//b", S, "doubled slash"),
    ("https://example.se/a/", "https://example.se/a/index.html", S, "default document"),
    ("https://example.se/a/", "https://example.se/a/index.php", S, "default document, PHP"),
    ("https://example.se/a/", "https://example.se/a/default.aspx", S, "default document, ASP.NET"),
    ("https://example.se/", "https://example.se/Default.aspx", S, "default document, capital"),
    ("https://example.se/index.php/nyheter/4-a", "https://example.se/nyheter/4-a", S, "Joomla's front controller"),
    ("https://example.se/nyheter/4-a", "https://example.se/nyheter/4-a?tmpl=component&print=1", S, "Joomla's print view"),
    ("https://example.se/nyheter/4-a", "https://example.se/nyheter/4-a?format=html", S, "Joomla's format"),
    ("https://example.se/nyheter/4-a", "https://example.se/nyheter/4-a?format=feed&type=rss", S, "Joomla's feed of it"),
    ("https://e.se/index.php?option=com_content&view=article&id=7:a&catid=3&Itemid=9",
     "https://e.se/index.php?option=com_content&view=article&id=7&Itemid=12", S, "Joomla's menu"),
    ("https://example.se/?a=1&b=2", "https://example.se/?b=2&a=1", S, "order of the query"),
    ("https://example.se/?q=a+b", "https://example.se/?q=a%20b", S, "plus and space"),
    ("https://example.se/a?x=1", "https://example.se/a?x=1&", S, "empty parameter"),
    ("https://example.se/a?x=1&y=2", "https://example.se/a?x=1&amp;y=2", S, "entity"),
    (A, f"{A}#respond", S, "fragment"),
    (A, f"{A}#:~:text=dom", S, "text fragment"),
    (A, f"{A}?", S, "empty query"),
    (A, f"{A}?utm_source=rss&utm_medium=rss&utm_campaign=ny-dom", S, "utm"),
    (A, f"{A}?utm_term=a&utm_content=b&utm_id=c", S, "more utm"),
    (A, f"{A}?fbclid=IwAR0", S, "Facebook"),
    (A, f"{A}?gclid=Cj0K", S, "Google Ads"),
    (A, f"{A}?gad_source=1&gbraid=x&wbraid=y&dclid=z", S, "Google's others"),
    (A, f"{A}?msclkid=1", S, "Microsoft"),
    (A, f"{A}?mc_cid=1&mc_eid=2", S, "Mailchimp"),
    (A, f"{A}?mkt_tok=abc", S, "Marketo"),
    (A, f"{A}?_hsenc=a&_hsmi=1&__hstc=2&hsCtaTracking=3&hsa_acc=4", S, "HubSpot"),
    (A, f"{A}?at_medium=a&at_campaign=b", S, "Piano"),
    (A, f"{A}?pk_campaign=a&pk_kwd=b", S, "Piwik"),
    (A, f"{A}?mtm_campaign=a&matomo_x=b&piwik_campaign=c", S, "Matomo"),
    (A, f"{A}?igshid=abc&igsh=d", S, "Instagram"),
    (A, f"{A}?wt_mc=a&wt_zmc=b&WT.mc_id=c", S, "Webtrends"),
    (A, f"{A}?cmpid=rss", S, "campaign id"),
    (A, f"{A}?CMP=share_btn_tw", S, "The Guardian"),
    (A, f"{A}?ref_src=twsrc%5Etfw", S, "Twitter"),
    (A, f"{A}?ns_mchannel=rss&ns_source=a", S, "Comscore"),
    (A, f"{A}?xtor=RSS-1", S, "AT Internet"),
    (A, f"{A}?s_cid=a&icid=b&ncid=c&ocid=d", S, "campaigns"),
    (A, f"{A}?yclid=1&_openstat=2", S, "Yandex"),
    (A, f"{A}?li_fat_id=1&trk=public_post-text", S, "LinkedIn"),
    (A, f"{A}?twclid=1&ttclid=2", S, "Twitter, TikTok"),
    (A, f"{A}?vero_id=1&oly_enc_id=2&_ke=3&dm_i=4", S, "newsletters"),
    (A, f"{A}?elqTrackId=1&elqaid=2", S, "Eloqua"),
    (A, f"{A}?spm=1.2&scm=3", S, "Alibaba"),
    (A, f"{A}?share=twitter", S, "Jetpack"),
    (A, f"{A}?replytocom=12", S, "WordPress's comment form"),
    (A, f"{A}?ref=rss", S, "ref"),
    (A, f"{A}?source=newsletter", S, "source"),
    (A, f"{A}?from=facebook", S, "from"),
    (A, f"{A}?__twitter_impression=true", S, "AMP's counter"),
    (A, f"{A}?PHPSESSID=a1b2c3", S, "PHP session"),
    (A, f"{A};jsessionid=A1B2", S, "Java session"),
    (A, f"{A}?sid=0a1b2c3d4e5f60718293a4b5c6d7e8f9", S, "session id"),
    (A, f"{A}/amp", S, "AMP"),
    (A, f"{A}/amp/", S, "AMP folder"),
    (A, f"{A}/amp.html", S, "AMP file"),
    (A, f"{A}?amp=1", S, "AMP parameter"),
    (A, f"{A}?outputType=amp", S, "AMP parameter, Arc"),
    (A, "https://www.example.se/amp/nyheter/2024/ny-dom", S, "AMP in front"),
    (A, "https://www-example-se.cdn.ampproject.org/c/s/www.example.se/nyheter/2024/ny-dom/amp", S, "AMP cache"),
    (A, f"https://www.google.com/url?q={A}&sa=t", S, "Google's redirect"),
    (A, "http://http://www.example.se/nyheter/2024/ny-dom", S, "scheme twice"),
    ("https://example.se/#!/nyheter/1", "http://www.example.se/#!/nyheter/1", S, "application"),
    ("https://anna:x@example.se/a", "https://example.se/a", S, "credentials"),
    # Two pages.
    ("https://example.se/a", "https://example.se/b", D, "path"),
    ("https://example.se/a", "https://example.se/A", D, "path's case"),
    ("https://example.se/a", "https://example.no/a", D, "top-level domain"),
    ("https://example.se/a", "https://blogg.example.se/a", D, "subdomain"),
    ("https://example.se/a", "https://en.example.se/a", D, "language's host"),
    ("https://example.se/a", "https://example.se:8080/a", D, "another port"),
    ("https://example.se/a", "https://example.se/en/a", D, "language's folder"),
    ("https://example.se/?id=1", "https://example.se/?id=2", D, "id"),
    ("https://example.se/?p=1", "https://example.se/?p=2", D, "WordPress"),
    ("https://example.se/?p=1", "https://example.se/?page_id=1", D, "WordPress's pages"),
    ("https://example.se/nyheter?start=10", "https://example.se/nyheter?start=20", D, "paging"),
    ("https://example.se/nyheter?page=1", "https://example.se/nyheter?page=2", D, "paging"),
    ("https://example.se/nyheter", "https://example.se/nyheter?page=2", D, "second page"),
    ("https://example.se/a/1", "https://example.se/a/2", D, "number"),
    ("https://example.se/400-arsrapport-2021", "https://example.se/484-arsrapport-2022", D, "year"),
    ("https://example.se/2024/a", "https://example.se/2025/a", D, "folder's year"),
    ("https://example.se/a", "https://example.se/a/b", D, "deeper"),
    ("https://example.se/a/b", "https://example.se/a-b", D, "hyphen"),
    ("https://example.se/a%2Fb", "https://example.se/a/b", D, "escaped slash"),
    ("https://example.se/a%3Fb=1", "https://example.se/a?b=1", D, "escaped question mark"),
    ("https://example.se/å", "https://example.se/a", D, "ring"),
    ("https://example.se/ö", "https://example.se/o", D, "dots"),
    ("https://example.se/#!/nyheter/1", "https://example.se/#!/nyheter/2", D, "route"),
    ("https://example.se/#/1", "https://example.se/", D, "route and root"),
    ("https://example.se/?sid=1", "https://example.se/?sid=2", D, "section id"),
    ("https://example.se/?s=a", "https://example.se/?s=b", D, "search"),
    ("https://example.se/?ref=4711", "https://example.se/?ref=4712", D, "reference number"),
    ("https://example.se/?source=adda", "https://example.se/?source=skr", D, "source that is content"),
    ("https://example.se/?from=2024-01-01", "https://example.se/?from=2025-01-01", D, "from a date"),
    ("https://example.se/?via=1", "https://example.se/?via=2", D, "via"),
    ("https://example.se/?type=1", "https://example.se/?type=2", D, "type that is content"),
    ("https://example.se/?format=7", "https://example.se/?format=8", D, "format that is content"),
    ("https://example.se/?layout=2", "https://example.se/?layout=3", D, "layout that is content"),
    ("https://example.se/?lang=sv", "https://example.se/?lang=en", D, "language"),
    ("https://example.se/?catid=1", "https://example.se/?catid=2", D, "category outside Joomla"),
    ("https://e.se/index.php?option=com_content&id=7", "https://e.se/index.php?option=com_content&id=8", D, "Joomla's id"),
    ("https://e.se/index.php?option=com_content&id=7", "https://e.se/index.php?option=com_content&id=70", D, "Joomla's longer id"),
    ("https://e.se/index.php?option=com_content&id=7", "https://e.se/index.php?option=com_tags&id=7", D, "Joomla's component"),
    ("https://example.se/index.php/a", "https://example.se/index.php/b", D, "front controller"),
    ("https://example.se/index.php?id=1", "https://example.se/index.php?id=2", D, "script's id"),
    ("https://example.se/a.html", "https://example.se/b.html", D, "file"),
    ("https://example.se/a.html", "https://example.se/a.pdf", D, "file's kind"),
    ("https://example.se/index-2.html", "https://example.se/", D, "a second index"),
    ("https://example.se/produkter/ampere", "https://example.se/produkter", D, "ampere"),
    ("https://example.se/amp/kurser", "https://example.se/kurser", D, "a section called amp"),
    ("https://example.se/a;v=1", "https://example.se/a;v=2", D, "path parameter"),
    ("https://example.se/en/news_819", "https://example.se/en/news_820", D, "number with underscore"),
    ("https://example.se/?block886.page=2", "https://example.se/?block886.page=3", D, "block's page"),
    ("https://example.se/visa?share=1", "https://example.se/visa?share=2", D, "share that is content"),
    ("https://m.se/a", "https://se/a", D, "a host of one letter"),
    ("https://example.se/ut?url=https://b.se/a", "https://b.se/a", D, "a site's own redirect"),
    ("http://feedproxy.google.com/~r/adda/~3/X1/", "http://feedproxy.google.com/~r/adda/~3/X2/", D, "feed proxy"),
    ("https://example.se/?nb=1", "https://example.se/?nb=2", D, "French for number"),
    ("https://example.se/?date=2024-01", "https://example.se/?date=2024-02", D, "month"),
    ("https://example.se/?a=1&a=2", "https://example.se/?a=1", D, "repeated parameter"),
    ("https://news.example.se/a", "https://press.example.se/a", D, "hosts"),
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


@pytest.mark.parametrize(
    ("one", "other", "same", "reason"), [pytest.param(*p, id=f"{n}: {p[3]}") for n, p in enumerate(PAIRS)]
)
def test_two_spellings_are_one_page_and_two_pages_are_two(one, other, same, reason):
    assert (address_key(one) == address_key(other)) is same


def test_the_table_is_large_and_asks_both_questions():
    assert len(PAIRS) >= 120
    assert min(sum(same for *_, same, _ in PAIRS), sum(not same for *_, same, _ in PAIRS)) >= 50


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
def test_a_canonical_address_is_its_own_and_nothing_raises(url):
    canonical = canonical_url(url)

    assert canonical is None or canonical_url(canonical) == canonical
    assert address_key(url) == address_key(canonical or url)
    if canonical is not None:
        assert canonical.isascii()
        assert canonical.startswith(("http://", "https://"))
