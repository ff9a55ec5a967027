"""`sources add`: any address of a site becomes a source, without help; what is there already is said so, and left as it is."""

from __future__ import annotations

import json

import pytest

from pipeline.cli import add, main
from tests.cli.sites import TITLES, article, feed, page, recorded, slug, teasers

HEAD = "# Our sources.\narchive:\n  title: T\n  url: https://n.example.se/\n  timezone: Europe/Stockholm\n\n"
EMPTY = HEAD + "sources: []\n"
OTHER = HEAD + "sources:\n  - id: other   # first of all\n    url: https://other.example.se/feed/\n# the end"
HOST = "hallbartinkop.se"
SITE = f"https://{HOST}"


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    """A folder with a sources.yaml."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "sources.yaml"
    path.write_text(EMPTY, encoding="utf-8")
    return path


@pytest.fixture
def web(tmp_path):
    """Makes recordings of addresses and answers."""
    folder = tmp_path / "web"
    folder.mkdir()
    return lambda answers: recorded(folder, answers)


def added(capsys, url, recordings, *words):
    """What `sources add --yes --json` says, with exit code 0."""
    assert 0 == main(["sources", "add", url, "--yes", "--json", "--replay", str(recordings), *words])
    return json.loads(capsys.readouterr().out)


def said(capsys, url, recordings, *words):
    code = main(["sources", "add", url, "--replay", str(recordings), *words])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


WORDPRESS_HEAD = (
    '<meta name="generator" content="WordPress 6.6"><meta property="og:site_name" content="Hållbart inköp">'
    f'<link rel="alternate" type="application/rss+xml" title="Hållbart inköp &raquo; Kommentarer" href="{SITE}/comments/feed/">'
    f'<link rel="alternate" type="application/rss+xml" title="Hållbart inköp &raquo; Flöde" href="{SITE}/feed/">'
    f'<link rel="https://api.w.org/" href="{SITE}/wp-json/">'
)
POSTS = json.dumps(
    [
        {
            "id": number,
            "date_gmt": f"2026-0{number + 1}-04T08:00:00",
            "link": f"{SITE}/nyheter/{slug(title)}/",
            "title": {"rendered": title},
            "excerpt": {"rendered": f"<p>{title}, och mer.</p>"},
        }
        for number, title in enumerate(TITLES)
    ]
)
JSON_LD = (
    '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "%s", '
    '"datePublished": "2026-05-0%dT08:00:00+02:00"}</script>'
)
URLSET = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">%s</urlset>'
NEWS_SITEMAP = URLSET % "".join(
    f"<url><loc>{SITE}/2026/{slug(title)}</loc><news:news><news:title>{title}</news:title>"
    f"<news:publication_date>2026-05-1{number}</news:publication_date></news:news></url>"
    for number, title in enumerate(TITLES)
)
SITEMAP = URLSET % "".join(
    f"<url><loc>{SITE}/{path}</loc><lastmod>2026-05-01</lastmod></url>"
    for path in ("", "om", "kontakt", "tjanster/radgivning", *(f"aktuellt/{slug(title)}" for title in TITLES))
)

#: What it is → the address that is given, what the site answers, the kind and address that are to be found.
SITES = {
    "WordPress: the feed of news, not of comments, from the front page": (
        f"{SITE}/",
        {f"{SITE}/": page(teasers(), WORDPRESS_HEAD), f"{SITE}/feed/": feed(HOST), f"{SITE}/comments/feed/": feed(HOST, name="Kommentarer till Hållbart inköp")},
        ("feed", f"{SITE}/feed/"),
    ),
    "WordPress: an article announces its own comments first": (
        f"{SITE}/nyheter/{slug(TITLES[0])}/",
        {
            f"{SITE}/nyheter/{slug(TITLES[0])}/": article(
                head=f'<link rel="alternate" type="application/rss+xml" title="Hållbart inköp &raquo; {TITLES[0]} Kommentarer" href="{SITE}/nyheter/{slug(TITLES[0])}/feed/">'
                + WORDPRESS_HEAD
            ),
            f"{SITE}/nyheter/{slug(TITLES[0])}/feed/": feed(HOST, ["Av: Anna", "Av: Bo"]),
            f"{SITE}/feed/": feed(HOST),
            f"{SITE}/comments/feed/": feed(HOST, ["Av: Anna", "Av: Bo"]),
        },
        ("feed", f"{SITE}/feed/"),
    ),
    "WordPress: the feeds are switched off, the API is not": (
        SITE,
        {
            f"{SITE}/": page("<p>Välkommen.</p>", f'<link rel="https://api.w.org/" href="{SITE}/wp-json/">'),
            f"{SITE}/wp-json/wp/v2/posts": ("application/json", POSTS),
        },
        ("json", f"{SITE}/wp-json/wp/v2/posts"),
    ),
    "WordPress: only the response names the API": (
        SITE,
        {
            f"{SITE}/": (*page("<p>Välkommen.</p>"), {"Link": f'<{SITE}/?rest_route=/>; rel="https://api.w.org/"'}),
            f"{SITE}/?rest_route=/wp/v2/posts": ("application/json", POSTS),
        },
        ("json", f"{SITE}/?rest_route=/wp/v2/posts"),
    ),
    "Joomla: nothing is announced, the list has a feed all the same": (
        SITE,
        {
            f"{SITE}/": page('<a href="/nyheter">Nyheter</a>', '<meta name="generator" content="Joomla! - Open Source Content Management">'),
            f"{SITE}/nyheter": page(teasers(), '<meta name="generator" content="Joomla! - Open Source Content Management">'),
            f"{SITE}/nyheter?format=feed&type=rss": feed(HOST, name="Nyheter"),
        },
        ("feed", f"{SITE}/nyheter?format=feed&type=rss"),
    ),
    "Drupal: its feed of the front page": (
        f"{SITE}/node/12",
        {f"{SITE}/node/12": article(head='<script data-drupal-selector="drupal-settings-json">{}</script>'), f"{SITE}/rss.xml": feed(HOST)},
        ("feed", f"{SITE}/rss.xml"),
    ),
    "TYPO3: the feed is a page type": (
        f"{SITE}/aktuellt",
        {
            f"{SITE}/aktuellt": page(teasers(folder="aktuellt"), '<meta name="generator" content="TYPO3 CMS">'),
            f"{SITE}/aktuellt?type=9818": feed(HOST, folder="aktuellt"),
        },
        ("feed", f"{SITE}/aktuellt?type=9818"),
    ),
    "a feed that only a link shows, as an icon": (
        SITE,
        {f"{SITE}/": page('<a href="/syndikering.php?id=7"><img src="/i.png" alt="ikon"> RSS</a>'), f"{SITE}/syndikering.php?id=7": feed(HOST)},
        ("feed", f"{SITE}/syndikering.php?id=7"),
    ),
    "the link to the feeds leads to a page that lists them": (
        SITE,
        {
            f"{SITE}/": page('<a href="/rss-floden">RSS</a>'),
            f"{SITE}/rss-floden": page('<h1>RSS</h1><a href="/rss/kalender.xml">Kalender</a> <a href="/rss/nyheter.xml">Nyheter</a>'),
            f"{SITE}/rss/kalender.xml": feed(HOST, ["Möte i Umeå den tredje", "Möte i Lund den femte", "Möte i Gävle den sjätte", "Möte i Kiruna"], folder="kalender"),
            f"{SITE}/rss/nyheter.xml": feed(HOST),
        },
        ("feed", f"{SITE}/rss/nyheter.xml"),
    ),
    "a feed that only the list of news announces": (
        SITE,
        {
            f"{SITE}/": page('<p>Välkommen.</p><a href="/press/nyheter/">Senaste nytt</a>'),
            f"{SITE}/press/nyheter/": page(teasers(), '<link rel="alternate" type="application/atom+xml" href="atom">'),
            f"{SITE}/press/nyheter/atom": feed(HOST),
        },
        ("feed", f"{SITE}/press/nyheter/atom"),
    ),
    "a feed that nobody announces, at a usual address": (
        f"{SITE}/om",
        {f"{SITE}/om": page("<p>Om oss.</p>"), f"{SITE}/": page("<p>Välkommen.</p>"), f"{SITE}/index.xml": feed(HOST)},
        ("feed", f"{SITE}/index.xml"),
    ),
    "a feed that is JSON": (
        SITE,
        {
            f"{SITE}/": page("", '<link rel="alternate" type="application/feed+json" href="/feed.json">'),
            f"{SITE}/feed.json": (
                "application/json",
                json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Hållbart inköp", "items": [{"id": str(n), "url": f"{SITE}/{n}", "title": title, "content_text": title} for n, title in enumerate(TITLES)]}),
            ),
        },
        ("feed", f"{SITE}/feed.json"),
    ),
    "the announced feed has moved to another host, its address has not": (
        SITE,
        {
            f"{SITE}/": page(teasers(), '<link rel="alternate" type="application/rss+xml" href="/rss">'),
            f"{SITE}/rss": "https://feeds.elsewhere.example/hallbart",
            "https://feeds.elsewhere.example/hallbart": feed(HOST),
        },
        ("feed", f"{SITE}/rss"),
    ),
    "the feed is announced under an old address": (
        SITE,
        {f"{SITE}/": page(teasers(), '<link rel="alternate" type="application/rss+xml" href="/rss">'), f"{SITE}/rss": f"{SITE}/feed/", f"{SITE}/feed/": feed(HOST)},
        ("feed", f"{SITE}/feed/"),
    ),
    "the announced feed is of another site": (
        SITE,
        {
            f"{SITE}/": page(teasers(), '<link rel="alternate" type="application/rss+xml" href="/partner.rss"><link rel="alternate" type="application/rss+xml" href="/egna.rss">'),
            f"{SITE}/partner.rss": feed("partner.example.org"),
            f"{SITE}/egna.rss": feed(HOST),
        },
        ("feed", f"{SITE}/egna.rss"),
    ),
    "of several feeds the one that the page is about": (
        f"{SITE}/klimat/",
        {
            f"{SITE}/klimat/": page(
                teasers(TITLES[4:], folder="klimat"),
                "".join(f'<link rel="alternate" type="application/rss+xml" title="{name}" href="/{name}.rss">' for name in ("allt", "kalender", "klimat")),
            ),
            f"{SITE}/allt.rss": feed(HOST, TITLES[:4]),
            f"{SITE}/kalender.rss": feed(HOST, ["Möte i Umeå den tredje", "Möte i Lund den femte"], folder="kalender"),
            f"{SITE}/klimat.rss": feed(HOST, TITLES[4:], folder="klimat"),
        },
        ("feed", f"{SITE}/klimat.rss"),
    ),
    "the announced feeds are gone, empty and a page: the list is read": (
        f"{SITE}/nyheter/",
        {
            f"{SITE}/nyheter/": page(teasers(), "".join(f'<link rel="alternate" type="application/rss+xml" href="/{name}">' for name in ("gone", "empty", "a-page"))),
            f"{SITE}/empty": feed(HOST, []),
            f"{SITE}/a-page": page("<p>Sidan finns inte.</p>"),
        },
        ("listing", f"{SITE}/nyheter/"),
    ),
    "the feed was forgotten years ago: the list is read": (
        f"{SITE}/nyheter/",
        {
            f"{SITE}/nyheter/": page(teasers(), '<link rel="alternate" type="application/rss+xml" href="/feed/">'),
            f"{SITE}/feed/": feed(HOST, ["En gammal nyhet om ingenting", "En ännu äldre nyhet om allt"], age=900),
        },
        ("listing", f"{SITE}/nyheter/"),
    ),
    "every address answers with the same page": (
        SITE,
        {f"{SITE}{path}": page('<a href="/nyheter/">Nyheter</a>') for path in ("/", "/feed/", "/rss.xml", "/rss", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json", "/sitemap.xml", "/robots.txt")}
        | {f"{SITE}/nyheter/": page(teasers())},
        ("listing", f"{SITE}/nyheter/"),
    ),
    "a sitemap of news that robots.txt names": (
        SITE,
        {
            f"{SITE}/": page("<div id=app></div>"),
            f"{SITE}/robots.txt": ("text/plain", f"User-agent: *\nDisallow: /admin/\n\nSitemap: {SITE}/sitemap.xml\nSitemap: {SITE}/sitemap-news.xml\n"),
            f"{SITE}/sitemap-news.xml": ("application/xml", NEWS_SITEMAP),
            f"{SITE}/sitemap.xml": ("application/xml", SITEMAP),
        },
        ("sitemap", f"{SITE}/sitemap-news.xml"),
    ),
    "a sitemap of everything, where there is no other way": (
        SITE,
        {f"{SITE}/": page("<div id=app></div>"), f"{SITE}/sitemap.xml": ("application/xml", SITEMAP)}
        | {f"{SITE}/aktuellt/{slug(title)}": article(title) for title in TITLES},
        ("sitemap", f"{SITE}/sitemap.xml"),
    ),
    "the front page leads to the list": (
        SITE,
        {
            f"{SITE}/": page('<h1>Välkommen</h1><p>Vi hjälper dig.</p><a href="/tjanster">Tjänster</a><a href="/aktuellt">Aktuellt</a>'),
            f"{SITE}/aktuellt": page(teasers(folder="aktuellt")),
        },
        ("listing", f"{SITE}/aktuellt"),
    ),
    "an article leads to the list that it lies in": (
        f"{SITE}/en/news/{slug(TITLES[0])}/",
        {
            f"{SITE}/en/news/{slug(TITLES[0])}/": article(body='<a href="/nyheter/">Nyheter</a> <a href="/en/news/">English</a>'),
            f"{SITE}/nyheter/": page(teasers()),
            f"{SITE}/en/news/": page(teasers(TITLES[:4], folder="en/news")),
        },
        ("listing", f"{SITE}/en/news/"),
    ),
    "a list without dates; the articles have them in JSON-LD": (
        f"{SITE}/nyheter/",
        {f"{SITE}/nyheter/": page(teasers(dated=False))}
        | {f"{SITE}/nyheter/{slug(title)}/": article(title, JSON_LD % (title, number + 1)) for number, title in enumerate(TITLES)},
        ("listing", f"{SITE}/nyheter/"),
    ),
    "an API that nobody described": (
        f"{SITE}/api/news?lang=sv",
        {
            f"{SITE}/api/news?lang=sv": (
                "application/json",
                json.dumps({"total": 8, "data": {"items": [{"headline": title, "permalink": f"/nyheter/{n}", "publishedAt": f"2026-05-0{n + 1}", "ingress": title} for n, title in enumerate(TITLES)]}}),
            )
        },
        ("json", f"{SITE}/api/news?lang=sv"),
    ),
    "the address is the feed": (f"{SITE}/feed/", {f"{SITE}/feed/": feed(HOST)}, ("feed", f"{SITE}/feed/")),
    "the address is a sitemap of news": (f"{SITE}/s.xml", {f"{SITE}/s.xml": ("text/xml", NEWS_SITEMAP)}, ("sitemap", f"{SITE}/s.xml")),
}  # fmt: skip


@pytest.mark.parametrize(("url", "answers", "wanted"), SITES.values(), ids=SITES.keys())
def test_the_best_way_in_is_found_without_help(url, answers, wanted, web, capsys, file):
    folder = web(answers)

    found = added(capsys, url, folder)

    assert wanted == (found["ways"][0]["kind"], found["fields"]["url"])
    assert found["requests"] <= 30
    assert len(found["entries"]) >= 4
    # The block is right, collects what was shown, and is not added a second time.
    assert 0 == main(["sources", "check", "--quiet"])
    written = file.read_text(encoding="utf-8")
    assert "present" == added(capsys, url, folder)["outcome"]
    assert written == file.read_text(encoding="utf-8")
    assert 0 == main(["run", "--replay", str(folder), "--sources", "sources.yaml", "--json", "--no-publish"])
    assert len(found["entries"]) == json.loads(capsys.readouterr().out)["totals"]["new"]


def test_the_whole_block(web, capsys, file):
    file.write_text(OTHER, encoding="utf-8")
    head = '<meta property="og:site_name" content="Hållbart inköp">'
    folder = web(
        {
            f"{SITE}/nyheter/": page(teasers() + '<a class="next" href="?sida=2">Äldre</a>', head),
            f"{SITE}/nyheter/?sida=2": page(
                teasers(["Ännu en nyhet från förra året", "Den sista nyheten av dem alla"])
            ),
        }
    )

    code, shown, _ = said(capsys, f"{SITE}/nyheter/", folder, "--yes")

    assert 0 == code
    added_text = (
        file.read_text(encoding="utf-8").removeprefix(OTHER.removesuffix("# the end")).removesuffix("# the end")
    )
    first, second, *rest = added_text.splitlines()
    assert first.startswith("  # Found on 20")
    assert first.endswith(": a listing, the page that was given.")
    assert second.startswith("  # It gave 10 entries, the newest of ")
    assert (
        """\
  - id: hallbart-inkop
    name: Hållbart inköp
    url: https://hallbartinkop.se/nyheter/
    language: sv
    listing:
      item: .teaser
      title: h2
      link: a
      date: time
      summary: p
      next: a.next
      pages: 3""".splitlines()
        == rest
    )
    assert f"{TITLES[0]}  https://{HOST}/nyheter/" in shown
    assert "sources.yaml:12: added `hallbart-inkop`" in shown


def test_articles_are_opened_where_the_list_has_no_dates(web, capsys):
    url, answers, _ = SITES["a list without dates; the articles have them in JSON-LD"]

    found = added(capsys, url, web(answers))

    assert found["fields"]["article"] is True
    assert "2026-05-01T08:00:00+02:00" == found["entries"][0]["published"].replace(" ", "T")


@pytest.mark.parametrize(
    "spelling",
    [
        "https://hållbartinköp.se/nyheter",
        "http://www.xn--hllbartinkp-x8a4u.se/nyheter/",
        "HTTPS://hållbartinköp.se:443/nyheter?utm_source=brev#topp",
        "hållbartinköp.se/nyheter/",
    ],
)
def test_a_source_that_is_there_in_another_spelling_is_said_so(spelling, web, capsys, file):
    text = HEAD + "sources:\n  - id: adda\n    url: https://hållbartinköp.se/nyheter\n    listing: auto\n"
    file.write_text(text, encoding="utf-8")

    code, shown, _ = said(capsys, spelling, web({}), "--yes")

    assert (0, text) == (code, file.read_text(encoding="utf-8"))
    assert "sources.yaml:8: `adda` collects https://hållbartinköp.se/nyheter already; nothing was changed\n" == shown


def test_a_source_that_is_there_under_an_address_that_redirects_is_said_so(web, capsys, file):
    text = HEAD + "sources:\n  - id: adda\n    url: https://gammal.example.se/rss\n"
    file.write_text(text, encoding="utf-8")
    folder = web({f"{SITE}/": "https://gammal.example.se/rss", "https://gammal.example.se/rss": feed(HOST)})

    assert "present" == added(capsys, SITE, folder)["outcome"]
    assert text == file.read_text(encoding="utf-8")


def test_a_source_whose_own_address_redirects_to_what_is_found_is_said_so(web, capsys, file):
    text = HEAD + f"sources:\n  - id: adda\n    url: {SITE}/gammal.rss\n"
    file.write_text(text, encoding="utf-8")
    folder = web(
        {
            f"{SITE}/": page(teasers(), '<link rel="alternate" type="application/rss+xml" href="/feed/">'),
            f"{SITE}/feed/": feed(HOST),
            f"{SITE}/gammal.rss": f"{SITE}/feed/",
        }
    )

    assert "adda" == added(capsys, SITE, folder)["present"]["id"]


def test_the_same_news_as_atom_is_no_second_source(web, capsys, file):
    text = HEAD + f"sources:\n  - id: adda\n    url: {SITE}/atom\n"
    file.write_text(text, encoding="utf-8")
    links = "".join(f'<link rel="alternate" type="application/{name}+xml" href="/{name}">' for name in ("rss", "atom"))
    folder = web({f"{SITE}/": page(teasers(), links), f"{SITE}/rss": feed(HOST), f"{SITE}/atom": feed(HOST)})

    assert "adda" == added(capsys, SITE, folder)["present"]["id"]


def test_the_same_news_by_another_way_is_no_second_source(web, capsys, file):
    text = HEAD + f"sources:\n  - id: adda\n    url: {SITE}/sitemap.xml\n    sitemap: {{include: /aktuellt/}}\n"
    file.write_text(text, encoding="utf-8")
    answers = {
        f"{SITE}/aktuellt/": page(teasers(folder="aktuellt")),
        f"{SITE}/sitemap.xml": ("application/xml", SITEMAP),
    }

    assert "adda" == added(capsys, f"{SITE}/aktuellt/", web(answers))["present"]["id"]
    assert text == file.read_text(encoding="utf-8")


def test_another_part_of_the_same_site_is_another_source(web, capsys, file):
    folder = web(
        {
            f"{SITE}/nyheter/": page(teasers()),
            f"{SITE}/press/": page(
                teasers(
                    [
                        "Pressmeddelande om det ena i år",
                        "Pressmeddelande om det andra i år",
                        "Pressmeddelande om det tredje i år",
                    ],
                    folder="press",
                )
            ),
        }
    )
    added(capsys, f"{SITE}/nyheter/", folder)

    found = added(capsys, f"{SITE}/press/", folder)

    assert ("added", "hallbart-inkop-sv", ["hallbart-inkop"]) == (
        found["outcome"],
        found["fields"]["id"],
        found["neighbours"],
    )


def test_without_a_terminal_nothing_is_written_and_that_is_said(web, capsys, file):
    code, shown, problem = said(capsys, SITE, web({f"{SITE}/": page(teasers())}))

    assert (2, EMPTY) == (code, file.read_text(encoding="utf-8"))
    assert "- id: hallbart-inkop" in shown
    assert "nothing was written, for there is no terminal to ask at\n`--yes` writes the block without asking" in problem


def test_dry_run_prints_the_block_and_writes_nothing(web, capsys, file):
    code, shown, _ = said(capsys, SITE, web({f"{SITE}/": page(teasers())}), "--dry-run", "--quiet", "--yes")

    assert (0, EMPTY) == (code, file.read_text(encoding="utf-8"))
    assert shown.startswith("  # Found on ")
    assert shown.endswith("      summary: p\n")


@pytest.mark.parametrize(
    ("answers", "id_"), [("y\n", "hallbart-inkop"), ("n\n", None), ("what\n2\ny\n", "hallbart-inkop")]
)
def test_on_a_terminal_it_asks(answers, id_, web, capsys, file, monkeypatch):
    import io

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(add.sys, "stdin", Terminal(answers))
    folder = web({f"{SITE}/": page(teasers() + '<a href="/nyheter/">Nyheter</a>'), f"{SITE}/nyheter/": page(teasers())})

    assert 0 == main(["sources", "add", SITE, "--replay", str(folder)])

    text = file.read_text(encoding="utf-8")
    assert (id_ is not None) == (text != EMPTY)
    assert "2" not in answers or f"url: {SITE}/\n" in text
    assert "Write it to sources.yaml?" in capsys.readouterr().out


def test_another_way_can_be_taken(web, capsys, file):
    folder = web({f"{SITE}/": page(teasers() + '<a href="/nyheter/">Nyheter</a>'), f"{SITE}/nyheter/": page(teasers())})

    assert f"{SITE}/" == added(capsys, SITE, folder, "--way", "2")["fields"]["url"]
    assert 2 == main(
        ["sources", "add", f"{SITE}/x", "--replay", str(web({f"{SITE}/x": page(teasers())})), "--way", "9"]
    )
    assert "there is no way 9" in capsys.readouterr().err


def test_a_file_with_problems_is_left_alone(web, capsys, file):
    file.write_text(HEAD + "sources:\n  - id: Adda\n    url: nowhere\n", encoding="utf-8")

    code, _, problem = said(capsys, SITE, web({f"{SITE}/": page(teasers())}), "--yes")

    assert 2 == code
    assert "sources.yaml:8:9: id: `Adda` is no id" in problem
    assert "sources.yaml:9:10:" in problem


def test_a_file_that_is_not_there_is_said_so(web, capsys, file):
    file.unlink()

    code, _, problem = said(capsys, SITE, web({}), "--yes")

    assert 2 == code
    assert "there is no such file" in problem


def test_an_article_is_not_taken_for_a_list_because_of_what_stands_beside_it(web, capsys, file):
    related = "".join(
        f'<li class="mer"><a href="/p/{n}">{title}</a> <time>2026-05-0{n + 1}</time></li>'
        for n, title in enumerate(TITLES)
    )

    code, _, problem = said(capsys, f"{SITE}/p/77", web({f"{SITE}/p/77": article(body=f"<ul>{related}</ul>")}), "--yes")

    assert (1, EMPTY) == (code, file.read_text(encoding="utf-8"))
    assert "no news was found" in problem


def test_no_news_is_an_error_that_says_what_was_looked_for(web, capsys, file):
    code, _, problem = said(capsys, SITE, web({f"{SITE}/": page("<p>Välkommen.</p>")}), "--yes")

    assert (1, EMPTY) == (code, file.read_text(encoding="utf-8"))
    assert "no news was found from https://hallbartinkop.se/" in problem
    assert "looked in vain for a feed, a sitemap of news, a page that lists news, a sitemap" in problem
    assert "Give the address of the page that lists the news" in problem


@pytest.mark.parametrize(
    ("url", "code", "message"),
    [
        (f"{SITE}/gone", 1, "hallbartinkop.se answers with 404 Not Found"),
        ("http://127.0.0.1:8000/", 1, "127.0.0.1 is an address of this machine or of a private network"),
        ("mailto:a@b.se", 2, "is no web address"),
        ("https://", 2, "has no host that can be asked"),
        ("two words", 2, "has a space in it"),
    ],
)
def test_what_can_not_be_added_is_a_clear_error(url, code, message, web, capsys, file):
    assert code == main(["sources", "add", url, "--yes", *([] if "127" in url else ["--replay", str(web({}))])])
    assert message in capsys.readouterr().err
    assert EMPTY == file.read_text(encoding="utf-8")
