"""The archive in PostgreSQL: many at once, moved there and back, and what can go wrong with a database."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.archive import open_archive
from pipeline.archive.postgres_tables import shown
from pipeline.archive.upkeep import verify
from pipeline.archive.verify import Inspection
from pipeline.cli import main
from pipeline.errors import ArchiveError, ArchiveUnwritable
from pipeline.merging import merged
from pipeline.model.change import Changes
from pipeline.model.item import IdentityKey
from tests.builders import NOW, config, item, record, story

ROOT = Path(__file__).parents[2]
PARTNERS = ROOT / "examples" / "partners"


def collected(store: str, recordings: Path = PARTNERS) -> None:
    words = ["--replay", str(recordings), "--sources", str(PARTNERS / "sources.yaml"), "--store", store]
    assert main(["run", *words, "--quiet", "--no-publish"]) == 0


def exported(store: str, capsysbinary) -> list[bytes]:
    capsysbinary.readouterr()
    found = []
    for what in ("items", "stories"):
        assert main(["export", what, "--store", store]) == 0
        found.append(capsysbinary.readouterr().out)
    return found


def without_times(exports: list[bytes]):
    """The exports without what our own clock said: a story counts as updated when the run saw it change."""
    return [
        [
            {name: value for name, value in json.loads(line).items() if not name.endswith(("_seen", "updated"))}
            for line in each.splitlines()
        ]
        for each in exports
    ]


def test_a_run_into_a_database_gives_what_one_into_a_folder_gives(database, tmp_path, capsysbinary):
    folder = str(tmp_path / "store")
    for recordings in (PARTNERS, PARTNERS / "later"):
        collected(folder, recordings)
        collected(database, recordings)

    here, there = exported(folder, capsysbinary), exported(database, capsysbinary)

    assert without_times(here) == without_times(there)


def test_there_and_back_gives_the_same_exports_to_the_byte(database, tmp_path, capsysbinary):
    first, last = str(tmp_path / "first"), str(tmp_path / "last")
    collected(first)
    collected(first, PARTNERS / "later")
    name = next(
        row["id"] for row in map(json.loads, exported(first, capsysbinary)[1].splitlines()) if len(row["items"]) > 1
    )

    for here, there in ((first, database), (first, database), (database, last)):
        assert main(["store", "migrate", "--store", here, "--to", there]) == 0

    assert exported(first, capsysbinary) == exported(database, capsysbinary) == exported(last, capsysbinary)
    assert main(["store", "verify", "--store", last]) == 0
    with open_archive(first, write=False) as one, open_archive(last, write=False) as other:
        assert one.histories() == other.histories()
        assert one.story(name) == other.story(name)


def test_a_store_that_holds_something_else_is_not_migrated_into(database, tmp_path, capsys):
    collected(str(tmp_path / "store"))
    with open_archive(database, write=True) as archive:
        archive.commit(Changes(added=(record("a"),), stories=(story("a"),)), {})

    assert main(["store", "migrate", "--store", str(tmp_path / "store"), "--to", database]) == 2
    assert "the other store holds 1 items already, and not only these" in capsys.readouterr().err


def test_many_at_once_lose_nothing_and_make_one_story_of_what_is_one(database):
    """Six collectors each bring twenty items; each of the twenty is reported by all six."""
    collectors, news = 6, 20
    problems = []

    def collect(number: int) -> None:
        try:
            with open_archive(database, write=True) as archive:
                for each in range(news):
                    name = f"{number}-{each}"
                    one = item(name, source=f"s{number}", title=f"Nyhet {each}", keys=(IdentityKey(f"a:{each}"),))
                    with archive.turn():
                        archive.commit(merged([one], archive, config(), now=NOW)[0], {})
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=collect, args=(number,)) for number in range(collectors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == problems
    with open_archive(database, write=False) as archive:
        told = list(archive.stories())
        assert [collectors] * news == [len(each.items) for each in told]
        assert collectors * news == archive.count().items
        for each in told:
            assert {each.id} == {archive.record(member).story for member in each.items}


@pytest.mark.parametrize(
    "shares",
    [
        ((), ()),
        (
            ("--source", "hallbar-upphandling", "--source", "compra-publica"),
            ("--source", "electronics-watch", "--source", "nordisk-nettverk", "--source", "upphandlingsnytt"),
        ),
    ],
    ids=["of the same sources", "of different sources"],
)
def test_two_runs_at_once_tell_the_stories_that_one_run_tells(shares, database, tmp_path):
    alone = str(tmp_path / "store")
    collected(alone)
    asked = ["run", "--replay", PARTNERS, "--sources", PARTNERS / "sources.yaml", "--store", database]
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "pipeline", *map(str, asked), "--quiet", "--no-publish", *share], cwd=ROOT
        )
        for share in shares
    ]

    assert [0, 0] == [each.wait() for each in runs]
    assert told(alone) == told(database)
    assert [] == list(verify(database, Inspection()))


def told(store: str):
    """Which items are one story, whatever it is called: that depends on which of them came first."""
    with open_archive(store, write=False) as archive:
        assert archive.count().items == len(list(archive.records()))
        return {frozenset(each.items) for each in archive.stories()}


def test_a_commit_that_fails_leaves_nothing_of_it(database):
    with open_archive(database, write=True) as archive:
        archive.commit(Changes(added=(record("a"),), stories=(story("a"),)), {})
        broken = Changes(added=(record("b"), record("c", source="NUL \x00")), stories=(story("b"),))
        with pytest.raises(ArchiveUnwritable, match="can't be used"):
            archive.commit(broken, {})

        assert ["a"] == [each.item.id for each in archive.records()]
        assert ["s-a"] == [each.id for each in archive.stories()]


def test_an_empty_database_is_an_empty_archive_and_reading_writes_nothing(database):
    for _ in range(2):
        with open_archive(database, write=False) as archive:
            assert [] == list(archive.records())
            assert 0 == archive.count().stories
            assert {} == archive.histories()


def test_records_come_in_pages_without_a_gap(database):
    records = [
        record(f"x{number:04d}", first_seen=NOW - timedelta(minutes=number // 3), published=None)
        for number in range(1_200)
    ]
    with open_archive(database, write=True) as archive:
        archive.commit(Changes(added=tuple(records), stories=tuple(story(each.item.id) for each in records)), {})

        assert [each.item.id for each in records] == [each.item.id for each in archive.records()]
        assert 1_200 == len(list(archive.stories()))


def test_a_database_that_is_not_there_is_said_so_without_its_password(tmp_path, capsys):
    url = f"postgresql://samflode:hemligt@/news?host={tmp_path}"

    assert main(["status", "--store", url, "--sources", str(PARTNERS / "sources.yaml")]) == 3

    shown_ = capsys.readouterr().err
    assert "postgresql://samflode@/news can't be reached: " in shown_
    assert "Look whether PostgreSQL runs there" in shown_
    assert "hemligt" not in shown_


def test_a_database_of_a_newer_format_is_refused(database):
    import psycopg

    with open_archive(database, write=True):
        pass
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE archive_format SET format = 4")

    with pytest.raises(ArchiveError, match=r"was written by a newer Samflöde \(format 4; this one writes 3\)"):
        open_archive(database, write=True).__enter__()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://a:b@db.example.se:5432/news?password=c", "postgresql://a@db.example.se:5432/news"),
        ("postgresql:///news", "postgresql:///news"),
        ("postgresql://a@/news", "postgresql://a@/news"),
    ],
)
def test_an_address_is_shown_without_what_is_secret(url, expected):
    assert expected == shown(url)


def test_the_program_says_what_to_install(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "pipeline.archive.postgres", raising=False)
    from pipeline.errors import UsageError

    with pytest.raises(UsageError, match="needs the package psycopg"):
        open_archive("postgresql:///news", write=False).__enter__()


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    shutil.copy(PARTNERS / "sources.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
