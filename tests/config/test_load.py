"""sources.yaml becomes a Config: defaults merged, shorthands spelt out, variables filled in; or a ConfigError, never less."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.config import load
from pipeline.errors import ConfigError, Problem
from pipeline.model.source import Article, AutoListing, Cron, Feed, Interval, JsonApi, Listing, Selector, Sitemap

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "real"

#: The example of the contract, every field of it.
FULL = """\
# yaml-language-server: $schema=./sources.schema.json
archive:
  title: Hållbar upphandling – samlade nyheter
  url: https://nyheter.example.se/      # where the publication will be served
  language: sv
  timezone: Europe/Stockholm
  contact: redaktion@example.se
fetch:
  concurrency: 32
  per_host: 1
  delay: 1s
  timeout: 30s
  max_bytes: 10MB
  retries: 2
  robots: true
  allow_private_addresses: false
defaults:
  every: 6h
sources:
  - id: adda
    url: https://www.adda.se/feed/
  - id: electronics-watch
    name: Electronics Watch
    url: https://electronicswatch.org/en/news_819
    language: en
    timezone: Europe/Amsterdam
    every: 12h
    tags: [ngo]
    include: procure|worker
    exclude: vacancy
    listing:
      item: ".news-item"
      title: "h2"
      link: "a@data-url"
      date: ".date"
      summary: ".intro"
      next: "a.next"
      pages: 1
    article:
      text: "article .body"
      date: "time@datetime"
  - id: nordic-network
    url: https://network.example.org/wp-json/wp/v2/posts
    every: "0 6 * * 1-5"
    json:
      items: "[]"
      title: "title.rendered"
      link: "link"
      date: "date_gmt"
      summary: "excerpt.rendered"
      pages: 1
  - id: catalonia
    url: https://catalonia.example.cat/sitemap.xml
    sitemap: {include: "/noticies/"}
topics:
  - id: electronics
    name: {sv: Elektronik, en: Electronics}
    words: [elektronik, electronics, it-utrustning, "Electronics Watch"]
feeds:
  - id: svenska
    title: Bara svenska nyheter
    languages: [sv]
    topics: []
    sources: []
captures: 30d
alert_after: 2d
notify: []
store: store/
"""
HEAD = "archive: {title: Nyheter, url: https://nyheter.example.se/arkiv}\n"


@pytest.fixture
def loaded(tmp_path):
    """Loads a text as if it were sources.yaml."""

    def run(text: str | bytes, **environ: str):
        file = tmp_path / "sources.yaml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(file, environ)

    return run


def problems_of(attempt: Callable[[], object]) -> tuple[Problem, ...]:
    """What an attempt to load tells of; nothing where it succeeds."""
    try:
        attempt()
    except ConfigError as error:
        return error.problems
    return ()


def one(loaded, lines: str, before: str = "", **environ: str):
    """The one source of a file, with those lines."""
    text = HEAD + before + "sources:\n  - id: adda\n    url: https://www.adda.se/feed/\n"
    return loaded(text + "".join(f"    {line}\n" for line in lines.splitlines()), **environ).sources[0]


def test_every_field_of_the_contract_has_its_place(loaded):
    config = loaded(FULL)

    assert "redaktion@example.se" == config.archive.contact
    assert timedelta(seconds=1) == config.fetch.delay
    assert 10_000_000 == config.fetch.max_bytes
    assert timedelta(days=30) == config.captures
    assert timedelta(days=2) == config.alert_after
    assert "store/" == config.store
    assert {"sv": "Elektronik", "en": "Electronics"} == config.topics[0].name
    assert ("sv",) == config.feeds[0].languages
    adda, watch, network, catalonia = config.sources
    assert ("adda", "adda", Feed(), None, 20) == (adda.id, adda.name, adda.kind, adda.article, adda.line)
    assert Interval(length=timedelta(hours=6)) == adda.every
    assert "Europe/Stockholm" == adda.timezone.key
    assert "Europe/Amsterdam" == watch.timezone.key
    assert (
        Listing(
            item=".news-item",
            title=Selector(css="h2"),
            link=Selector(css="a", attribute="data-url"),
            date=Selector(css=".date"),
            summary=Selector(css=".intro"),
            next=Selector(css="a.next"),
            pages=1,
        )
        == watch.kind
    )
    assert Article(text=Selector(css="article .body"), date=Selector(css="time", attribute="datetime")) == watch.article
    assert watch.include is not None
    assert watch.include.search("Procurement of phones")
    assert Cron(expression="0 6 * * 1-5") == network.every
    assert "excerpt.rendered" == network.kind.summary
    assert catalonia.kind.include.search("https://catalonia.example.cat/noticies/1")


def test_the_least_file_takes_the_defaults_of_the_contract(loaded):
    config = loaded(HEAD + "sources: [{id: adda, url: https://www.adda.se/feed/}]")

    assert "https://nyheter.example.se/arkiv/" == config.archive.url
    assert ("sv", "UTC", "") == (config.archive.language, config.archive.timezone.key, config.archive.contact)
    assert (None, None, ()) == (config.captures, config.store, config.notify)
    assert timedelta(days=2) == config.alert_after


def test_a_source_takes_what_it_does_not_say_from_the_defaults(loaded):
    before = "defaults: {every: 1d, language: sv, tags: [ngo], article: true, timezone: Europe/Oslo}\n"

    source = one(loaded, "tags: [press]\narticle: false", before)

    assert (timedelta(days=1), "sv", ("press",)) == (source.every.length, source.language, source.tags)
    assert source.article is None
    assert "Europe/Oslo" == source.timezone.key


def test_a_source_that_says_how_it_is_read_takes_no_kind_from_the_defaults(loaded):
    before = "defaults: {listing: {item: .news}}\n"

    assert isinstance(one(loaded, "", before).kind, Listing)
    assert isinstance(one(loaded, "sitemap: true", before).kind, Sitemap)
    assert Feed() == one(loaded, "sitemap: false", before).kind


def test_json_wordpress_knows_what_wordpress_calls_things(loaded):
    kind = one(loaded, "json: wordpress").kind

    assert isinstance(kind, JsonApi)
    assert ("[]", "title.rendered", "link", "excerpt.rendered", 1) == (
        kind.items,
        kind.title,
        kind.link,
        kind.summary,
        kind.pages,
    )


def test_the_dates_of_wordpress_say_that_they_are_utc(loaded):
    import jmespath

    expression = one(loaded, "json: wordpress").kind.date

    assert "2026-03-02T07:00:00Z" == jmespath.search(expression, {"date_gmt": "2026-03-02T07:00:00"})
    assert jmespath.search(expression, {"date_gmt": None}) is None


def test_article_true_finds_everything_by_itself(loaded):
    assert Article() == one(loaded, "article: true").article
    assert one(loaded, "article: false").article is None


def test_an_address_is_kept_in_its_ascii_spelling(loaded):
    config = loaded(HEAD + "sources: [{id: h, url: 'https://hållbarupphandling.se/nyhet/å?q=ö'}]")

    assert "https://xn--hllbarupphandling-8qb.se/nyhet/%C3%A5?q=%C3%B6" == config.sources[0].url


def test_variables_come_from_the_environment_that_is_given(loaded):
    config = loaded(
        HEAD + 'sources: [{id: adda, url: https://www.adda.se/feed/}]\nnotify: ["mailto://${WHO}:${PASS}@example.se"]',
        WHO="a",
        PASS="${WHO}",
    )

    assert ("mailto://a:${WHO}@example.se",) == config.notify


def test_anchors_and_merges_work_as_in_yaml(loaded):
    text = """\
sources:
  - &base
    id: a
    url: https://a.example.se/
    listing: &news {item: .news, title: h2}
  - <<: *base
    id: b
    url: https://b.example.se/
    listing: {<<: *news, title: h3}
"""
    first, second = loaded(HEAD + text).sources

    assert ".news" == second.kind.item
    assert ("h2", "h3") == (first.kind.title.css, second.kind.title.css)


def test_one_address_may_be_read_in_parts(loaded):
    text = """\
sources:
  - {id: a, url: https://x.example.se/map.xml, sitemap: {include: /sv/}}
  - {id: b, url: https://x.example.se/map.xml, sitemap: {include: /en/}}
"""
    assert 2 == len(loaded(HEAD + text).sources)


@pytest.mark.parametrize(
    ("written", "stored"), [("nb", "nb"), ('"no"', "no"), ("EN-gb", "en-GB"), ("zh-hant", "zh-Hant")]
)
def test_a_language_is_kept_in_its_usual_case(loaded, written, stored):
    assert stored == one(loaded, f"language: {written}").language


def test_characters_escaped_as_in_json_are_whole(loaded):
    assert "\N{GRINNING FACE} \ufffd" == one(loaded, r'name: "\ud83d\ude00 \ud83d"').name


def test_a_byte_order_mark_does_no_harm(loaded):
    assert loaded(b"\xef\xbb\xbf" + FULL.encode()).sources


def test_a_file_in_another_encoding_is_told_where_it_is_not_utf_8(loaded):
    with pytest.raises(ConfigError) as caught:
        loaded((HEAD + "# Köp").encode("latin-1"))

    (problem,) = caught.value.problems
    assert (2, 4, "the file is not in UTF-8") == (problem.line, problem.column, problem.message)


def test_a_missing_file_is_told_by_its_name(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere\.yaml:1:1: there is no such file; .*samflode init"):
        load(tmp_path / "nowhere.yaml", {})


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ConfigError, match="this is a folder, not a file"):
        load(tmp_path, {})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 5_000, id="brackets"),
        pytest.param(
            "a: &a [x, x]\nb: &b [*a, *a]\n"
            + "".join(f"{chr(99 + i)}: &{chr(99 + i)} [{', '.join(['*' + chr(98 + i)] * 9)}]\n" for i in range(12)),
            id="aliases that multiply",
        ),
        pytest.param("a: " + "9" * 6_000, id="a number without end"),
        pytest.param('a: "\\UFFFFFFFF"', id="a character that there is not"),
        pytest.param("%YAML 9.9\n---\na: b", id="another YAML"),
        pytest.param("? [a, b]\n: c", id="a key that is a list"),
        pytest.param("a: !!binary x", id="binary"),
    ],
)
def test_yaml_that_means_harm_is_a_problem_like_any_other(loaded, text):
    with pytest.raises(ConfigError):
        loaded(text)


_TOKENS = st.sampled_from(
    [":", "-", "  ", "\n", "#", "{", "}", "[", "]", "*x", "&x ", "!x ", "'", '"', "|", ">", "\t", "~", "null", "true",
     "12", "1.5", "no", "${A}", "${", "<<: ", "@", "%", "é", "\x00", "\ufeff", "---\n", "? ", "6h", "listing"],
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.tuples(st.integers(0, len(FULL)), st.integers(0, 12), _TOKENS), min_size=1, max_size=6))
def test_whatever_becomes_of_the_file_nothing_but_a_config_error_is_raised(loaded, edits):
    text = FULL
    for at, removed, token in edits:
        text = text[:at] + token + text[at + removed :]

    problems = problems_of(lambda: loaded(text, A="x"))

    assert all(problem.line >= 1 and problem.column >= 1 and problem.advice for problem in problems)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=8,
    ),
    where=st.sampled_from(
        ["archive", "fetch", "defaults", "sources", "topics", "feeds", "captures", "notify", "store", "url", "every",
         "listing", "json", "sitemap", "article", "tags", "include", "language", "timezone"],
    ),
)  # fmt: skip
def test_any_value_in_any_field_is_taken_or_told_of(loaded, value, where):
    data = {
        "archive": {"title": "N", "url": "https://n.example.se/"},
        "sources": [{"id": "a", "url": "https://a.example.se/"}],
    }
    top = where in {"archive", "fetch", "defaults", "sources", "topics", "feeds", "captures", "notify", "store"}
    (data if top else data["sources"][0])[where] = value

    problems = problems_of(lambda: loaded(json.dumps(data)))

    assert all(problem.message and problem.advice for problem in problems)


def test_the_sources_of_the_project_load():
    assert len(load(ROOT / "sources.yaml", {}).sources) >= 9


@pytest.mark.parametrize("name", ["sites", "sites-2", "sites-2/later"])
def test_recorded_networks_load(name):
    file = REAL / name / "sources.yaml"
    if not file.exists():
        pytest.skip("../shared/real is not here")

    assert 5 <= len(load(file, {}).sources)


def test_importing_the_package_loads_neither_yaml_nor_pydantic():
    code = "import sys, pipeline.config; print({'pydantic', 'ruamel.yaml', 'bs4', 'jmespath'} & set(sys.modules))"

    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert "set()" == ran.stdout.strip()


@pytest.mark.parametrize(
    ("written", "pages"), [("listing: auto", 1), ("listing: {item: auto, pages: 5}", 5)], ids=["a word", "with pages"]
)
def test_a_listing_that_nobody_describes_is_found_by_itself(tmp_path, written, pages):
    path = tmp_path / "sources.yaml"
    path.write_text(
        f'archive: {{title: t, url: "https://a.se/"}}\nsources:\n  - {{id: a, url: "https://b.se/nyheter", {written}}}\n'
    )

    assert load(path, {}).sources[0].kind == AutoListing(next=None, pages=pages)
