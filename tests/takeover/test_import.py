"""Who comes from another program finds sources and items as they were there: ids, dates, when they were first seen; and nothing twice."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.cli import main
from pipeline.errors import UsageError
from pipeline.takeover import estate_of
from pipeline.web.urls import readable
from tests.takeover.files import ADDA, BYLINE, FEED, NEWS, OPML, freshrss, freshrss_zip, miniflux, reader_database

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
# kept
archive: {title: Nyheter, url: "https://nyheter.example.se/", timezone: Europe/Stockholm}
fetch: {delay: 0s, robots: false}
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch) -> Path:
    """A folder whose sources.yaml has no source yet, and recordings of the site as it is afterwards."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sources.yaml").write_text(f"{HEAD}sources:\n", encoding="utf-8")
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "feed.xml").write_text(FEED, encoding="utf-8")
    (tmp_path / "web" / "routes.json").write_text(json.dumps({ADDA: {"file": "feed.xml"}}))
    return tmp_path


def told(capsys, *arguments: str) -> dict:
    assert 0 == main([*arguments, "--json"])
    return json.loads(capsys.readouterr().out)


def items(capsys) -> dict[str, dict]:
    capsys.readouterr()
    assert 0 == main(["export", "items"])
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {row["url"].rpartition("/")[2]: row for row in rows}


PROGRAMS = {
    "reader": lambda path: reader_database(path / "db.sqlite"),
    "reader of old": lambda path: reader_database(path / "db.sqlite", old=True),
    "Miniflux": lambda path: miniflux(path / "entries.json"),
    "FreshRSS": lambda path: freshrss(path / "feed.json"),
    "FreshRSS's ZIP": lambda path: freshrss_zip(path / "export.zip"),
}


@pytest.fixture(params=PROGRAMS, ids=str)
def export(request, place) -> Path:
    return PROGRAMS[request.param](place)


def test_items_keep_their_dates_their_words_and_when_they_were_first_seen(export, capsys):
    assert 2 == sum(each["added"] for each in told(capsys, "import", str(export))["sources"])

    found = items(capsys)
    assert {place for _, place, *_ in NEWS} == found.keys()
    for _, address, title, published, seen, _ in NEWS:
        row = found[address]
        assert (title, published.replace("+00:00", "Z"), "sv") == (row["title"], row["published"], row["language"])
        assert "Eva Ek" in row["authors"]
        if "sqlite" not in export.name or "first_updated" in columns(export):
            assert f"{seen}Z" == row["first_seen"]
    assert "Regionerna ställer nya krav på handskar i vården." == found["nya-krav"]["summary"]
    assert 0 == main(["store", "verify"])


def columns(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as db:
        return {row[1] for row in db.execute("PRAGMA table_info(entries)")}


def test_a_source_that_is_collected_afterwards_brings_only_what_is_new(export, capsys):
    (adda, *_) = told(capsys, "import", str(export))["sources"]
    before = items(capsys)

    report = told(capsys, "run", "--replay", "web", "--source", adda["id"], "--quiet", "--no-publish")

    assert 1 == report["totals"]["new"]
    after = items(capsys)
    assert before.keys() | {"tredje"} == after.keys()
    for address, row in before.items():
        for field in ("id", "story", "first_seen", "title"):
            assert row[field] == after[address][field]
        assert 0 == after[address]["revisions"], "that it is told in other words is no change by the source"


def test_the_same_file_twice_changes_nothing(export, place, capsys):
    assert 0 == main(["import", str(export), "--quiet"])
    before, file = items(capsys), (place / "sources.yaml").read_bytes()

    again = told(capsys, "import", str(export))

    assert {("present", 0)} == {(each["outcome"], each["added"]) for each in again["sources"]}
    assert (before, file) == (items(capsys), (place / "sources.yaml").read_bytes())


def test_what_was_collected_already_keeps_its_id_and_learns_when_it_was_first_seen(export, place, capsys):
    path = place / "sources.yaml"
    path.write_text(f"{HEAD}sources:\n  - {{id: gammal, url: 'http://www.adda.example.se/feed'}}\n", encoding="utf-8")
    (place / "web" / "routes.json").write_text(json.dumps({"http://www.adda.example.se/feed": {"file": "feed.xml"}}))
    assert 0 == main(["run", "--replay", "web", "--no-publish", "--quiet"])
    before = items(capsys)

    report = told(capsys, "import", str(export))

    assert 0 == sum(each["added"] for each in report["sources"])
    assert [("gammal", "present")] == [(each["id"], each["outcome"]) for each in report["sources"]][:1]
    after = items(capsys)
    assert {key: row["id"] for key, row in before.items()} == {key: row["id"] for key, row in after.items()}
    if export.suffix != ".sqlite" or "first_updated" in columns(export):
        assert f"{NEWS[0][4]}Z" == after["nya-krav"]["first_seen"]


def test_a_killed_import_is_done_again(export, place, capsys, monkeypatch):
    """sources.yaml is written first; where the archive was not reached, the same command brings the items."""
    from pipeline import moving

    def killed(*_args, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(moving, "move_in", killed)
        assert 130 == main(["import", str(export), "--quiet"])
    assert ADDA in (place / "sources.yaml").read_text(encoding="utf-8")
    capsys.readouterr()

    assert 2 == sum(each["added"] for each in told(capsys, "import", str(export))["sources"])


def test_sources_of_an_opml_are_added_behind_the_others_with_name_and_folders(place, capsys):
    (place / "feeds.opml").write_text(OPML, encoding="utf-8")

    assert 0 == main(["sources", "import", "feeds.opml"])

    assert (
        f"{HEAD}sources:\n"
        "  # From OPML.\n"
        "  - id: adda-co\n    name: Adda & co\n    url: https://adda.example.se/feed/\n    tags:\n    - Upphandling\n"
        "  # From OPML.\n"
        "  - id: byline\n    name: Byline\n    url: " + readable(BYLINE) + "\n"
        "    tags:\n    - Upphandling\n    - Norden\n    - Kemi\n    - Textil\n"
    ) == (place / "sources.yaml").read_text(encoding="utf-8")
    said = capsys.readouterr().out
    assert "feeds.opml: OPML, 2 sources\n" in said
    assert said.endswith("2 sources added to sources.yaml; `samflode run` collects them\n")
    assert not (place / "store").exists()


def test_what_other_readers_scrape_is_read_as_well_as_can_be_and_said(place, capsys):
    (place / "feeds.opml").write_text(
        '<opml version="2.0" xmlns:frss="https://freshrss.org/opml" xmlns:miniflux="https://miniflux.app/opml"><body>'
        '<outline text="Sida" type="HTML+XPath" xmlUrl="https://a.example.se/n" frss:xPathItem="//li" frss:cssFullContent="article .b"/>'
        '<outline text="Api" type="JSON+DotNotation" xmlUrl="https://b.example.se/n" frss:jsonItem="data.items"'
        ' frss:jsonItemTitle="meta.title" frss:jsonItemUri="links[0].href" frss:jsonItemTimestamp="date"/>'
        '<outline text="Av" type="rss" xmlUrl="https://c.example.se/n" miniflux:disabled="true" miniflux:crawler="true"/>'
        '<outline text="Fil" type="rss" xmlUrl="file:///home/me/feed.xml"/>'
        '<outline text="Lista" frss:opmlUrl="https://d.example.se/list.opml"/>'
        '<outline text="Variabel ${HOME}" type="rss" xmlUrl="feed://e.example.se/rss"/></body></opml>',
        encoding="utf-8",
    )

    report = told(capsys, "sources", "import", "feeds.opml")

    from pipeline import config

    loaded = {source.id: source for source in config.load(place / "sources.yaml", {}).sources}
    assert ["AutoListing", "JsonApi", "Feed", "Feed"] == [type(source.kind).__name__ for source in loaded.values()]
    assert ("data.items[]", "links[0].href") == (loaded["api"].kind.items, loaded["api"].kind.link)
    assert "article .b" == loaded["sida"].article.text.css
    assert loaded["av"].article is not None
    assert ("Variabel $ {HOME}", "https://e.example.se/rss") == (
        loaded["variabel-home"].name,
        loaded["variabel-home"].url,
    )
    remarks = {each["id"]: each["remark"] for each in report["sources"]}
    assert "It was switched off there." == remarks["av"]
    assert "XPath (//li)" in remarks["sida"]
    assert ["The folder Lista is read from https://d.example.se/list.opml: import that as well."] == report["remarks"][
        :1
    ]
    assert report["remarks"][1].startswith("Fil was left out: ")


def test_a_list_of_addresses_is_read_with_newsboats_tags(place, capsys):
    (place / "urls").write_text(
        "# mine\nhttps://a.example.se/feed\n"
        'https://b.example.se/feed "krav" "två ord" "~Titeln" !\n'
        "https://c.example.se/feed nyheter om krav\n\n"
        '"query:Olästa:unread = \\"yes\\""\nexec:~/feeds.sh\nhttps://a.example.se/feed\n',
        encoding="utf-8",
    )

    report = told(capsys, "sources", "import", "urls")

    assert ["a-example-se", "titeln", "c-example-se"] == [each["id"] for each in report["sources"]]
    assert 2 == len(report["remarks"])
    from pipeline import config

    assert ("krav", "två ord") == config.load(place / "sources.yaml", {}).sources[1].tags


def test_a_feed_that_was_kept_as_a_file_goes_to_the_source_that_it_names(place, capsys):
    (place / "old.xml").write_text(FEED, encoding="utf-8")

    assert [("adda", 3)] == [(each["id"], each["added"]) for each in told(capsys, "import", "old.xml")["sources"]]
    assert 0 == told(capsys, "run", "--replay", "web", "--quiet", "--no-publish")["totals"]["new"]


def test_a_feed_without_a_name_goes_where_it_is_told_to(place, capsys):
    (place / "old.xml").write_text(FEED.replace('rel="self"', 'rel="hub"'), encoding="utf-8")
    assert 2 == main(["import", "old.xml"])
    assert "old.xml is a feed that does not say whose it is\nSay it with `--source ID`" in capsys.readouterr().err

    (place / "sources.yaml").write_text(f"{HEAD}sources:\n  - {{id: a, url: '{ADDA}'}}\n", encoding="utf-8")
    assert [("a", 3)] == [
        (each["id"], each["added"]) for each in told(capsys, "import", "old.xml", "--source", "a")["sources"]
    ]


def test_a_dry_run_shows_and_writes_nothing(export, place, capsys):
    before = sorted(path.name for path in place.iterdir())

    assert 0 == main(["import", str(export), "--dry-run"])

    output = capsys.readouterr()
    assert "adda" in output.out
    assert "sources.yaml: nothing was written\n" == output.err
    assert before == sorted(path.name for path in place.iterdir())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param("a.opml", b"<opml><body><outline", "a.opml can't be taken over: it is broken OPML (", id="broken OPML"),
        pytest.param("a.json", b'{"entries": [', "a.json can't be taken over: it is broken JSON (", id="broken JSON"),
        pytest.param("a.json", b'{"a": 1}', "a.json is nothing that can be taken over\nIt may be OPML", id="other JSON"),
        pytest.param("a.zip", b"PK\x03\x04nothing", "a.zip can't be taken over: it is a broken ZIP (", id="broken ZIP"),
        pytest.param("a.db", b"SQLite format 3\0nothing", "a.db can't be taken over: its database can't be read (", id="broken database"),
        pytest.param("a.txt", b"Hej hopp", "a.txt is nothing that can be taken over\nIt may be OPML", id="some text"),
        pytest.param("a.bin", bytes(range(256)), "a.bin is nothing that can be taken over\n", id="bytes"),
        pytest.param("a.txt", b"", "a.txt is nothing that can be taken over\n", id="nothing"),
        pytest.param("none.opml", None, "none.opml can't be read: No such file or directory\nName another file.", id="no file"),
    ],
)  # fmt: skip
def test_what_is_broken_is_named_and_nothing_is_changed(place, capsys, name, content, message):
    if content is not None:
        (place / name).write_bytes(content)
    before = (place / "sources.yaml").read_bytes()

    assert 2 == main(["import", name])

    assert capsys.readouterr().err.startswith(f"samflode: {message}")
    assert before == (place / "sources.yaml").read_bytes()
    assert not (place / "store").exists()


def test_a_database_of_another_program_is_refused(place, capsys):
    with closing(sqlite3.connect(place / "a.db")) as db:
        db.execute("CREATE TABLE moz_places (id INTEGER)")

    assert 2 == main(["import", "a.db"])

    assert "a.db can't be taken over: it is a database, but not one of `reader`\n" in capsys.readouterr().err


_JUNK = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.lists(st.integers(), max_size=2)
    | st.just({"a": 1})
)


def _mutated(value, data):
    if data.draw(st.integers(0, 12)) == 0:
        return data.draw(_JUNK)
    if isinstance(value, dict):
        return {key: _mutated(each, data) for key, each in value.items()}
    return [_mutated(each, data) for each in value] if isinstance(value, list) else value


@given(st.data(), st.sampled_from([miniflux, freshrss]))
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_json_of_any_shape_is_read_or_refused_in_words(place, data, write):
    path = place / "export.json"
    whole = json.loads(write(path).read_text(encoding="utf-8"))
    path.write_text(json.dumps(_mutated(whole, data)), encoding="utf-8")

    with suppress(UsageError):
        estate_of(path)


@given(st.lists(st.tuples(st.integers(100, 12_000), st.integers(0, 255)), min_size=1, max_size=40))
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_a_database_with_broken_bytes_is_read_or_refused_in_words(place, changes):
    path = place / "broken.sqlite"
    path.unlink(missing_ok=True)
    content = bytearray(reader_database(path).read_bytes())
    for at, byte in changes:
        content[at % len(content)] = byte
    path.write_bytes(content)

    with suppress(UsageError):
        estate_of(path)
