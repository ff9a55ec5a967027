"""Feeds of every format become entries; what is broken in them costs no more than itself."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.quality.feeds import DIFFERENCES, FEEDS, rows
from pipeline.errors import NotAFeed, SourceError
from pipeline.extract.feed import read_feed
from pipeline.model.entry import Text
from tests.builders import capture, source

URL = "https://upphandling.example.se/feed/"

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>Nyheter</title><link>https://upphandling.example.se/</link><language>sv-SE</language>
<atom:link rel="self" type="application/rss+xml" href="https://upphandling.example.se/feed/"/>
<item>
  <title>R&amp;amp;D: nya krav på &lt;em&gt;handskar&lt;/em&gt;</title>
  <link>/nyheter/1</link>
  <guid isPermaLink="false">nyhet-1</guid>
  <pubDate>mån, 02 mar 2026 08:00:00 +0100</pubDate>
  <dc:date>2026-03-02</dc:date>
  <dc:creator>Åsa Öberg</dc:creator><dc:creator>Bo Ek</dc:creator>
  <category>Vård</category><category domain="x">Textil</category>
  <description>Regionerna ställer &lt;b&gt;krav&lt;/b&gt;.</description>
  <content:encoded><![CDATA[<p>Regionerna ställer <b>krav</b> på handskar från och med i år.</p>]]></content:encoded>
  <media:content url="/bild.jpg"><media:title>Bild</media:title></media:content>
</item>
<item><title>List&lt;int&gt; &amp; 5 &lt; 6</title><guid>https://upphandling.example.se/nyheter/2</guid></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://cdn.example.org/blog/">
<title>News</title><author><name>Electronics Watch</name></author>
<entry xml:lang="ca"><id>tag:example.org,2026:1</id><title type="html">Drets &amp;amp; mineria</title>
<link rel="enclosure" href="a.mp3"/><link rel="alternate" href="../1.html"/>
<published>2026-03-01T10:00:00+01:00</published><updated>2026-03-02T10:00:00Z</updated>
<summary>R&amp;amp;D is text here</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Conferència <a href="2.html">anual</a> dels socis</p></div></content>
<category term="mines" label="Mineria"/></entry>
<entry><id>tag:example.org,2026:2</id><title>Second</title><updated>2026-02-01T10:00:00Z</updated>
<author><name>Ann</name><email>ann@example.org</email></author><content type="html">&lt;p&gt;Text&lt;/p&gt;</content></entry>
</feed>"""

ATOM_03 = """<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="escaped" type="text/html">En &amp;lt;b&amp;gt;</title>
<id>tag:a</id><link rel="alternate" type="text/html" href="https://a.example.se/1"/>
<issued>2004-01-01T10:00:00Z</issued><modified>2004-01-02T10:00:00Z</modified></entry></feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://a.example.no/"><title>Nytt</title></channel>
<item rdf:about="https://a.example.no/1"><title>Én</title><link>https://a.example.no/1</link><dc:date>2026-03-01</dc:date>
<dc:language>nb</dc:language><description>Tekst</description></item></rdf:RDF>"""

RSS_091 = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel><title>Nytt</title><item><title>Första</title><link>https://a.example.se/1</link></item></channel></rss>"""


def read(body, url=URL, **fields):
    return read_feed(capture(url, body, **fields), source("adda"))


def items(*each: str) -> str:
    return '<rss version="2.0"><channel>' + "".join(f"<item>{item}</item>" for item in each) + "</channel></rss>"


def test_rss_2_is_read_with_dublin_core_content_and_media():
    first, second = read(RSS).entries

    assert first.title == Text(value="R&amp;D: nya krav på <em>handskar</em>", type="html")
    assert first.link == "https://upphandling.example.se/nyheter/1"
    assert first.key == "nyhet-1"
    assert (first.published, first.updated) == ("mån, 02 mar 2026 08:00:00 +0100", "2026-03-02")
    assert first.authors == ("Åsa Öberg", "Bo Ek")
    assert first.tags == ("Vård", "Textil")
    assert first.summary == Text(value="Regionerna ställer <b>krav</b>.", type="html")
    assert first.content == Text(
        value="<p>Regionerna ställer <b>krav</b> på handskar från och med i år.</p>", type="html"
    )
    assert (first.language, first.origin.by, first.origin.position) == ("sv-SE", "rss20", 0)
    assert second.title == Text(value="List<int> & 5 < 6")
    assert second.link == second.key == "https://upphandling.example.se/nyheter/2"
    assert (second.published, second.updated, second.summary, second.content) == (None, None, None, None)


def test_atom_1_is_read_with_its_bases_languages_and_types():
    first, second = read(ATOM).entries

    assert first.title == Text(value="Drets &amp; mineria", type="html")
    assert first.summary == Text(value="R&amp;D is text here")
    assert first.content == Text(value='<p>Conferència <a href="2.html">anual</a> dels socis</p>', type="html")
    assert first.link == "https://cdn.example.org/1.html"
    assert first.base == "https://cdn.example.org/blog/"
    assert (first.published, first.updated) == ("2026-03-01T10:00:00+01:00", "2026-03-02T10:00:00Z")
    assert (first.language, first.tags, first.authors) == ("ca", ("Mineria",), ("Electronics Watch",))
    assert (second.language, second.authors, second.link) == ("en", ("Ann",), None)
    assert second.published is None
    assert second.summary is None
    assert (second.key, second.origin.by) == ("tag:example.org,2026:2", "atom10")


@pytest.mark.parametrize(
    ("feed", "by", "title", "dates"),
    [
        pytest.param(
            ATOM_03, "atom03", "En &lt;b&gt;", ("2004-01-01T10:00:00Z", "2004-01-02T10:00:00Z"), id="Atom 0.3"
        ),
        pytest.param(RDF, "rss10", "Én", ("2026-03-01", None), id="RSS 1.0, dated by Dublin Core"),
        pytest.param(RSS_091, "rss091u", "Första", (None, None), id="RSS 0.91"),
        pytest.param(items("<title>a</title>").replace("2.0", "0.92"), "rss092", "a", (None, None), id="RSS 0.92"),
    ],
)
def test_older_formats_are_read(feed, by, title, dates):
    (entry,) = read(feed).entries

    assert (entry.origin.by, entry.title.value, (entry.published, entry.updated)) == (by, title, dates)


def test_the_format_is_seen_from_the_bytes():
    for content_type in ("text/html", "text/plain", "application/json", "image/png", ""):
        assert len(read(RSS, content_type=content_type).entries) == 2
    assert (
        read('{"version": "https://jsonfeed.org/version/1", "items": [{"id": 1, "content_text": "x"}]}').entries[0].key
        == "1"
    )


def test_feedburner_gives_way_to_the_link_that_it_counts():
    body = items(
        "<title>a</title><link>https://feedproxy.example.com/~r/1</link>"
        '<feedburner:origLink xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">https://a.example.se/1</feedburner:origLink>'
    )

    assert read(body).entries[0].link == "https://a.example.se/1"


@pytest.mark.parametrize(
    ("each", "keys"),
    [
        pytest.param(["<guid>a</guid><link>/1</link>", "<guid>b</guid><link>/1</link>"], ["a", "b"], id="ids"),
        pytest.param(
            ["<guid>a</guid><link>https://x.se/1</link>", "<guid>a</guid><link>https://x.se/2</link>"],
            ["https://x.se/1", "https://x.se/2"],
            id="one id for different links",
        ),
        pytest.param(
            ["<guid>a</guid><link>/1</link>", "<guid>a</guid><link>/1</link>"], ["a", "a"], id="one entry twice"
        ),
        pytest.param(["<title>x</title><link>https://x.se/1</link>"], ["https://x.se/1"], id="link"),
    ],
)
def test_an_entry_is_called_by_its_id_else_its_link(each, keys):
    assert keys == [entry.key for entry in read(items(*each)).entries]


def test_entries_without_id_and_link_of_their_own_are_told_apart_by_title_and_date():
    same_link = ["<title>x</title><link>https://x.se/</link>", "<title>y</title><link>https://x.se/</link>"]
    none = [
        "<title>x</title><pubDate>1 mars 2026</pubDate>",
        "<title>x</title><pubDate>2 mars 2026</pubDate>",
        "<description>z</description>",
    ]

    keys = [entry.key for entry in read(items(*same_link, *none)).entries]

    assert len(set(keys)) == 5
    assert keys == [entry.key for entry in read(items(*same_link, *none)).entries]


@pytest.mark.parametrize(
    ("base", "expected"), [("http://[", URL), ("javascript:x", URL), ("/b/", "https://upphandling.example.se/b/")]
)
def test_a_base_that_is_no_address_gives_way_to_the_feed(base, expected):
    feed = items("<title>a</title><description>b</description>").replace("<item>", f'<item xml:base="{base}">')

    assert read(feed).entries[0].base == expected


def test_an_id_that_is_no_address_is_no_link():
    entries = read(items("<title>x</title><guid>12345</guid>", "<title>y</title><guid>https://x.se/2</guid>")).entries

    assert [entry.link for entry in entries] == [None, "https://x.se/2"]


def test_a_link_that_is_no_web_address_is_none():
    assert [None, None, None] == [
        entry.link
        for entry in read(
            items(
                *(
                    f"<title>x</title><link>{link}</link>"
                    for link in ("javascript:alert(1)", "mailto:a@b.se", "http://[")
                )
            )
        ).entries
    ]


def test_entries_that_say_nothing_are_dropped_with_a_warning():
    extraction = read(items("<title>a</title>", "<guid>x</guid>", "", "<title>b</title>"))

    assert [(entry.title.value, entry.origin.position) for entry in extraction.entries] == [("a", 0), ("b", 3)]
    assert any("2 entries without" in warning for warning in extraction.warnings)


def test_at_most_two_thousand_entries_are_taken():
    extraction = read(items(*(f"<title>{number}</title>" for number in range(2_001))))

    assert len(extraction.entries) == 2_000
    assert any("2001" in warning for warning in extraction.warnings)


@pytest.mark.parametrize(
    ("spoil", "titles"),
    [
        pytest.param(lambda feed: feed[: feed.index("två")], ["ett"], id="cut off"),
        pytest.param(
            lambda feed: feed.replace("<item>", "<item><br>", 1), ["ett", "två", "tre"], id="a tag that is not closed"
        ),
        pytest.param(
            lambda feed: feed.replace("ett", "ett & <3 &nbsp;&#0;\x0b"), None, id="characters that XML forbids"
        ),
        pytest.param(lambda feed: feed.replace("två</title>", "två</titel>"), None, id="a tag that is closed wrongly"),
        pytest.param(
            lambda feed: feed.replace("<title>två", "<x:y>1</x:y><title>två"),
            ["ett", "två", "tre"],
            id="an undeclared namespace",
        ),
        pytest.param(lambda feed: "\n\n  " + feed, ["ett", "två", "tre"], id="blanks before the declaration"),
        pytest.param(
            lambda feed: "<br />\n<b>Warning</b>: mysql_connect() in x.php<br />\n" + feed,
            ["ett", "två", "tre"],
            id="a warning of PHP",
        ),
        pytest.param(lambda feed: feed.replace("ett", "ett&#xD800;&#99999999999;"), None, id="impossible references"),
        pytest.param(lambda feed: feed + "<!-- " * 1000, ["ett", "två", "tre"], id="rubbish behind the feed"),
        pytest.param(
            lambda feed: feed.replace("<item>", "<item><authors a='1'/><tags a='1'/><link a='1'/>", 1),
            ["ett", "två", "tre"],
            id="elements that break feedparser",
        ),
    ],
)
def test_a_broken_entry_never_hides_its_neighbours(spoil, titles):
    feed = '<?xml version="1.0"?>\n' + items("<title>ett</title>", "<title>två</title>", "<title>tre</title>")

    entries = read(spoil(feed)).entries
    found = [entry.title.value for entry in entries if entry.title]

    if titles is None:
        assert "tre" in found
        assert len(entries) == 3
    else:
        assert found == titles


def test_what_is_wrong_with_a_feed_is_said_with_its_line():
    (warning,) = read(
        "<?xml version='1.0'?>\n<rss version='2.0'><channel>\n<item><title>a</title></itm></channel></rss>"
    ).warnings

    assert "line 3" in warning


def test_one_bad_byte_costs_no_letters():
    body = items("<title>å ä ö – Malmö</title>").encode().replace(b"Malm", b"Malm\xe9 ")

    extraction = read(body, content_type="text/xml; charset=utf-8")

    assert extraction.entries[0].title.value == "å ä ö – Malmé ö"
    assert extraction.warnings


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>',
        '<!DOCTYPE rss [<!ENTITY a "' + "a" * 60_000 + '"><!ENTITY x "' + "&a;" * 10_000 + '">]>',
        "<!DOCTYPE rss [<!ENTITY x0 'ha'>"
        + "".join(f"<!ENTITY x{n} '{f'&x{n - 1};' * 10}'>" for n in range(1, 12))
        + "<!ENTITY x '&x11;'>]>",
        "<!DOCTYPE rss [<!-- ' --><!ENTITY x SYSTEM 'file:///etc/hostname'>]>",
    ],
)
def test_entities_neither_reach_out_nor_grow(doctype):
    (entry,) = read(doctype + items("<title>a &x; b</title>")).entries

    assert entry.title.value == "a &x; b"


def test_a_feed_is_never_taken_for_an_address_or_a_file(tmp_path):
    path = tmp_path / "x.xml"
    path.write_text(RSS)

    for body in (str(path), path.as_uri(), "http://127.0.0.1:9/feed"):
        with pytest.raises(NotAFeed):
            read(body)


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        pytest.param(
            '<!doctype html><html><head><base href="/start/"><link rel="alternate" type="application/rss+xml" href="nyheter.xml">'
            "<link rel=stylesheet href=a.css></head><body><rss/></body></html>",
            "`url: https://upphandling.example.se/start/nyheter.xml`",
            id="a page that announces a feed",
        ),
        pytest.param("<html><body>Hej</body></html>", "listing:", id="a page that announces none"),
        pytest.param("<!doctype html><title>Hej</title><p>Hej", "listing:", id="a page without html, head and body"),
        pytest.param(
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url/></urlset>', "sitemap:", id="a sitemap"
        ),
        pytest.param('[{"title": "x"}]', "json:", id="the answer of an API"),
        pytest.param("", "empty", id="nothing"),
        pytest.param("<catalog><book/></catalog>", "feed", id="other XML"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0", "feed", id="a picture"),
    ],
)
def test_what_is_no_feed_is_told_with_a_way_on(body, hint):
    with pytest.raises(NotAFeed) as raised:
        read(body)

    assert hint in raised.value.hint
    assert raised.value.url == URL


def test_an_empty_feed_is_a_feed():
    extraction = read('<rss version="2.0"><channel><title>x</title></channel></rss>')

    assert extraction.entries == ()
    assert extraction.warnings == ("The feed holds no entries.",)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(st.data())
def test_a_spoilt_feed_raises_nothing_but_errors_of_ours(data):
    feed = bytearray(data.draw(st.sampled_from([RSS, ATOM, RDF])).encode())
    for _ in range(data.draw(st.integers(0, 12))):
        place = data.draw(st.integers(0, len(feed) - 1))
        feed[place : place + data.draw(st.integers(0, 3))] = data.draw(
            st.sampled_from([b"<", b"&", b">", b"'", b"\xe5", b"<![CDATA[", b"]]>", b"&#", b"</", b"<!--"])
        )
    with suppress(SourceError):
        assert len(read(bytes(feed)).entries) <= 60


@pytest.mark.skipif(not FEEDS.is_dir(), reason="../shared/real is not here")
def test_real_feeds_are_read_as_others_read_them_and_as_their_authors_expect():
    """No exception; entries, titles and links; what differs by intent stands in the benchmark, with who is right."""
    table = rows()

    assert len(table) >= 380
    assert [row.name for row in table if row.raised] == []
    assert [(row.name, row.differences) for row in table if row.differences and not row.excuse] == []
    used = {part for row in table for part in DIFFERENCES if row.differences and part in row.name}
    assert used == DIFFERENCES.keys(), "an excuse that nothing needs"
