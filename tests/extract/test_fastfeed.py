"""The fast reading says what feedparser's says, or leaves the feed to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.fastfeed import read_fast
from pipeline.extract.feed import _drafts, _feedparser
from pipeline.web.encoding import decode
from pipeline.web.xml import mend

REAL = Path(__file__).parents[2].parent / "shared" / "real"
URL = "https://upphandling.example.se/feed/"

NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
)
RSS = f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" {NAMESPACES}><channel><title>N</title>%s</channel></rss>'
ATOM = f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:atom="http://www.w3.org/2005/Atom" {NAMESPACES}>%s</feed>'
RDF = (
    '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    f'{NAMESPACES}><channel rdf:about="https://a.se/">%s</channel></rdf:RDF>'
)

VALUES = [
    "",
    " ",
    "Å ä &amp; ö",
    "a&lt;b&gt;c&lt;/b&gt;",
    "R&amp;amp;D",
    "https://a.se/1?a=1&amp;b=2",
    "/1",
    "12345",
    "tag:a,1",
    "ann@example.org (Ann Ek)",
    "Ann &lt;ann@example.org&gt;",
    "2026-03-02T08:00:00Z",
    "&#146;&#226;&#128;&#166;",
    "<![CDATA[<p>x</p>]]>",
]
NAMES = [
    "title",
    "link",
    "guid",
    "id",
    "pubDate",
    "published",
    "updated",
    "description",
    "summary",
    "content",
    "content:encoded",
    "dc:creator",
    "dc:date",
    "dc:title",
    "dc:subject",
    "dc:language",
    "dc:description",
    "dcterms:modified",
    "author",
    "category",
    "media:title",
    "media:description",
    "media:category",
    "feedburner:origLink",
    "slash:comments",
    "comments",
    "atom:link",
    "enclosure",
    "language",
]
ATTRIBUTES = [
    "",
    "",
    "",
    "",
    ' isPermaLink="false"',
    ' isPermaLink="true"',
    ' type="html"',
    ' type="text"',
    ' type="xhtml"',
    ' href="/2"',
    ' rel="self" href="/3"',
    ' rel="alternate" href="https://a.se/4"',
    ' term="T"',
    ' domain="d"',
    ' term="T" label="L"',
    ' xml:lang="no"',
    ' xml:lang=""',
    ' xml:base="https://b.se/"',
    ' url="https://a.se/5"',
]


def assert_same(document: str) -> bool:
    """Whether the fast reading took the document; where it did, both readings are the same."""
    fast = read_fast(document)
    if fast is None:
        return False
    slow = _feedparser(document.encode())
    assert fast["version"] == slow["version"]
    assert _drafts(fast, URL) == _drafts(slow, URL)
    return True


leaves = st.builds(
    "<{0}{1}>{2}</{0}>".format, st.sampled_from(NAMES), st.sampled_from(ATTRIBUTES), st.sampled_from(VALUES)
)
nested = st.builds(
    "<{0}>{1}</{0}>".format,
    st.sampled_from(["media:group", "media:content", "source", "author", "slash:x", "title"]),
    leaves,
)
elements = st.one_of(
    leaves,
    leaves,
    leaves,
    nested,
    st.sampled_from(
        [
            '<site xmlns="com-wordpress:feed-additions:1">7</site>',
            "<author><name>Ann</name><email>a@b.se</email></author>",
        ]
    ),
)


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from([(RSS, "item"), (ATOM, "entry"), (RDF, "item")]),
    st.sampled_from(
        ["", "<language>sv</language>", "<dc:language>nb_NO</dc:language>", "<author><name>Bo</name></author>"]
    ),
    st.lists(st.lists(elements, max_size=6).map("".join), max_size=3),
)
def test_generated_feeds_are_read_alike(form, head, entries):
    frame, element = form
    assert_same(frame % (head + "".join(f"<{element}>{entry}</{element}>" for entry in entries)))


@pytest.mark.skipif(not REAL.is_dir(), reason="../shared/real is not here")
def test_real_feeds_are_read_alike_and_most_of_them_fast():
    paths = [path for path in sorted((REAL / "feeds").glob("*/*")) if path.suffix in {".xml", ".rss", ".atom"}]
    documents = [mend(decode(path.read_bytes(), content_type=None, kind="xml").text) for path in paths]

    taken = [path.name for path, document in zip(paths, documents, strict=True) if assert_same(document)]

    assert sum(name.startswith(("rss", "atom")) for name in taken) > 30


@pytest.mark.parametrize(
    "document",
    [
        pytest.param("<rss><channel>", id="not well-formed"),
        pytest.param("<html><body/></html>", id="a page"),
        pytest.param('<feed version="0.3" xmlns="http://purl.org/atom/ns#"/>', id="Atom 0.3"),
        pytest.param(RSS % "<item><title>a <b>b</b></title></item>", id="markup within text"),
        pytest.param(RSS % '<item xml:base="https://b.se/"><link>a</link></item>', id="xml:base"),
        pytest.param(
            RSS.replace("<channel>", '<channel xml:base="https://b.se/">') % "<item/>", id="xml:base of the feed"
        ),
        pytest.param(ATOM % '<entry><content type="xhtml"><div>a</div></content></entry>', id="XHTML"),
        pytest.param(
            RSS % "<item><description>a</description><media:description>b</media:description></item>",
            id="two descriptions",
        ),
    ],
)
def test_what_needs_forgiveness_is_left_to_feedparser(document):
    assert read_fast(document) is None
