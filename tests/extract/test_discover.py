"""A search for ways in ends, whatever the site answers, and asks for nothing twice."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import HttpStatusError
from pipeline.extract.asking import MOST_REQUESTS
from pipeline.extract.discover import discover
from tests.builders import capture, source

SITE = "https://a.example.se"
LINKS = (
    "/feed/",
    "/rss",
    "/nyheter/",
    "/nyheter/1",
    "//b.example.se/rss",
    "/sitemap.xml",
    "?format=feed&type=rss",
    "mailto:a@b.se",
    "http://[",
    "#x",
)
PIECES = (
    *(f'<a href="{link}">{text}</a>' for link in LINKS for text in ("RSS", "Nyheter", "En nyhet om ingenting alls")),
    *(f'<link rel="alternate" type="application/rss+xml" href="{link}">' for link in LINKS),
    f'<link rel="https://api.w.org/" href="{SITE}/wp-json/">',
    '<meta name="generator" content="Joomla!">',
    '<script type="application/ld+json">[{"@type": ["NewsArticle"], "publisher": {"name": 7}}, null, 3]</script>',
    '<base href="https://b.example.se/">',
    "<article><h2><a href='/n/1'>En nyhet om ett och annat</a></h2><time>2026-05-01</time></article>",
    "<p>" + "Regionerna har tagit fram kraven. " * 20 + "</p>",
)  # fmt: skip
pages = st.lists(st.sampled_from(PIECES), max_size=6).map(lambda parts: "<html><body>" + "".join(parts))
others = st.sampled_from((
    "", "{}", "[]", "[1, 2]", '{"items": [{"title": 1}, {"url": 2}]}', '[{"title": "a", "link": "/b"}, {"title": "c", "link": "/d"}]',
    "<rss/>", "<rss><channel><item><link>/n/1</link><title>a</title></item></channel></rss>", "<feed><entry/></feed>",
    "<urlset><url><loc>/nyheter/1</loc></url></urlset>", f"<sitemapindex><sitemap><loc>{SITE}/sitemap.xml</loc></sitemap></sitemapindex>",
    f"Sitemap: {SITE}/sitemap.xml\nSitemap:", "\x00\xff", "<?xml",
))  # fmt: skip


@settings(max_examples=60)
@given(first=pages | others, answers=st.lists(pages | others | st.none(), min_size=1, max_size=12))
def test_a_search_ends_and_asks_for_nothing_twice(first, answers):
    talk = discover(source(url=f"{SITE}/"), newest=lambda *_: None)
    asked = [next(talk).url]
    answer = first
    try:
        while True:
            if answer is None:
                request = talk.throw(HttpStatusError("404", status=404))
            else:
                request = talk.send(capture(url=asked[-1], body=answer))
            asked.append(request.url)
            answer = answers[len(asked) % len(answers)]
    except StopIteration as end:
        found = end.value

    assert len(asked) == len(set(asked)) == found.requests <= MOST_REQUESTS
    assert all(way.extraction.entries for way in found.ways)
