"""`export/`: the archive in four formats, each made of what changed alone."""

from __future__ import annotations

import json
import logging
import sqlite3
from contextlib import closing
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from pipeline import publication
from pipeline.archive import open_archive
from pipeline.errors import ArchiveUnwritable
from pipeline.model.change import Changes
from pipeline.publish import database, export_files, items_into, parquet
from pipeline.publish import edition as made_edition
from tests.publish.test_incremental import SETUP, add, dump, told


@pytest.fixture
def archive(tmp_path):
    with open_archive(str(tmp_path / "store"), write=True) as opened:
        add(opened, *(told(n, text=f"Tryckluft nummer {n}") for n in range(0, 400, 20)))
        yield opened


@pytest.fixture
def taken(monkeypatch):
    """The files whose rows were put into a database."""
    found = []
    take_in = database._take_in

    def noted(connection, what, fields, part):
        found.append(part.name)
        take_in(connection, what, fields, part)

    monkeypatch.setattr(database, "_take_in", noted)
    return found


def ids(path, form):
    match form:
        case "parquet":
            return pq.read_table(path).column("id").to_pylist()
        case "sqlite":
            with closing(sqlite3.connect(path)) as db:
                return [each for (each,) in db.execute(f"SELECT id FROM {path.stem} ORDER BY rowid")]
        case _:
            return [each.split(b",")[0].decode() for each in path.read_bytes().splitlines()[1:]]


def test_all_four_formats_hold_the_same_rows_and_are_described(archive, tmp_path):
    publication.republish(SETUP, archive, tmp_path / "public")
    export = tmp_path / "public" / "export"
    described = json.loads((export / "datapackage.json").read_bytes())["resources"]

    assert {each["path"] for each in described} == {
        f"{what}.{form}" for what in ("items", "stories") for form in ("ndjson", "csv", "parquet", "sqlite")
    }
    for what in ("items", "stories"):
        rows = [json.loads(line)["id"] for line in (export / f"{what}.ndjson").read_bytes().splitlines()]
        assert len(rows) == 20
        assert {form: ids(export / f"{what}.{form}", form) for form in ("csv", "parquet", "sqlite")} == {
            "csv": rows, "parquet": rows, "sqlite": rows,
        }  # fmt: skip
        for form in ("parquet", "sqlite"):
            (resource,) = [each for each in described if each["path"] == f"{what}.{form}"]
            fields = [each["name"] for each in resource["schema"]["fields"]]
            with closing(sqlite3.connect(export / f"{what}.sqlite")) as db:
                columns = [row[1] for row in db.execute(f"PRAGMA table_info({what})")]
            assert fields == columns == pq.read_schema(export / f"{what}.parquet").names
    page = (tmp_path / "public" / "export" / "index.html").read_text("utf-8")
    assert all(f'href="../export/{each["path"]}"' in page for each in described)


def test_parquet_is_what_the_command_writes_whole_and_by_month(archive, tmp_path):
    publication.republish(SETUP, archive, tmp_path / "public")
    whole = pq.read_table(tmp_path / "public" / "export" / "items.parquet")
    records = {each.item.id: each for each in archive.records()}

    items_into(tmp_path / "items.parquet", [records[each] for each in whole.column("id").to_pylist()], "parquet")

    assert whole.replace_schema_metadata().equals(pq.read_table(tmp_path / "items.parquet"), check_metadata=True)
    months = sorted((tmp_path / "public" / "export").glob("*/*/items.parquet"), reverse=True)
    assert [row for each in months for row in pq.read_table(each, partitioning=None).to_pylist()] == whole.to_pylist()


def test_parquet_is_the_same_whatever_it_was_before(archive, tmp_path, monkeypatch):
    """In groups, of which some change and others don't; with a month that comes and one that goes."""
    monkeypatch.setattr(parquet, "_GROUP", 3)
    publication.republish(SETUP, archive, tmp_path / "public")
    read, group = [], pq.ParquetFile.read
    monkeypatch.setattr(pq.ParquetFile, "read", lambda self, **options: read.append(1) or group(self, **options))
    add(archive, told(1), told(41), told(800))
    (last, _), (other, joining) = told(380), told(360)
    joined = replace(joining, items=("i360", "i380"), former=("s-i380",))
    archive.commit(Changes(amended=(replace(last, story=joining.id), other), stories=(joined,), joined=("s-i380",)), {})

    publication.republish(SETUP, archive, tmp_path / "public")

    changed = len(read)
    publication.republish(SETUP, archive, tmp_path / "new")
    for what in ("items", "stories"):
        one, other = (tmp_path / place / "export" / f"{what}.parquet" for place in ("public", "new"))
        assert one.read_bytes() == other.read_bytes()
        assert pq.read_metadata(one).num_row_groups > 6
    assert 0 < changed < (len(read) - changed) / 2


def test_parquet_that_is_damaged_is_made_anew(archive, tmp_path):
    publication.republish(SETUP, archive, tmp_path / "public")
    path = tmp_path / "public" / "export" / "items.parquet"
    path.write_bytes(b"PAR1" + bytes(2000) + path.read_bytes()[2004:])

    add(archive, told(1))
    publication.republish(SETUP, archive, tmp_path / "public")

    publication.republish(SETUP, archive, tmp_path / "new")
    assert path.read_bytes() == (tmp_path / "new" / "export" / "items.parquet").read_bytes()


def test_of_a_database_only_the_months_that_changed_are_read_again(archive, tmp_path, taken):
    publication.republish(SETUP, archive, tmp_path / "public")
    export = tmp_path / "public" / "export"
    before = {each: each.stat().st_mtime_ns for each in export.rglob("*")}
    taken.clear()

    publication.republish(SETUP, archive, tmp_path / "public")
    assert (taken, before) == ([], {each: each.stat().st_mtime_ns for each in export.rglob("*")})

    add(archive, told(1, text="Visselblåsarnas nya stövlar"))
    publication.republish(SETUP, archive, tmp_path / "public")

    assert sorted(taken) == ["export/2026/03/items.ndjson", "export/2026/03/stories.ndjson"]
    with closing(sqlite3.connect(export / "items.sqlite")) as db:
        found = "SELECT id FROM items JOIN items_fts ON items_fts.rowid = items.rowid WHERE items_fts MATCH ?"
        assert db.execute(found, ("visselblåsarnas",)).fetchall() == [("i1",)]
        assert len(db.execute(found, ("tryckluft",)).fetchall()) == 20
        assert db.execute("SELECT sum(items) FROM items_by_month").fetchone() == (21,)


def test_what_is_revised_joined_or_gone_is_so_in_the_databases(archive, tmp_path):
    publication.republish(SETUP, archive, tmp_path / "public")
    (one, first), (other, _) = (
        told(0, text="Helt andra ord om skolmat", topics=("skola",)),
        told(380, source="anbud", text="Tillagt"),
    )
    joined = replace(first, items=("i0", "i380"), former=("s-i380",))
    moved = replace(other, story=first.id)
    archive.commit(Changes(revised=(one,), amended=(moved,), stories=(joined,), joined=("s-i380",)), {})

    publication.republish(SETUP, archive, tmp_path / "public")
    publication.republish(SETUP, archive, tmp_path / "new")

    for what in ("items", "stories"):
        assert dump(tmp_path / "public" / "export" / f"{what}.sqlite") == dump(
            tmp_path / "new" / "export" / f"{what}.sqlite"
        )
    with closing(sqlite3.connect(tmp_path / "public" / "export" / "items.sqlite")) as db:
        matches = "SELECT count(*) FROM items_fts WHERE items_fts MATCH ?"
        assert [db.execute(matches, (word,)).fetchone()[0] for word in ("tryckluft", "andra", "tillagt")] == [18, 1, 1]
        assert sorted(db.execute("SELECT id FROM topics")) == [("skola",)]


@pytest.mark.parametrize("spoiled", [b"\xa5", b"\x00"])
def test_a_database_that_is_damaged_is_made_anew(archive, tmp_path, spoiled):
    publication.republish(SETUP, archive, tmp_path / "public")
    path = tmp_path / "public" / "export" / "items.sqlite"
    path.write_bytes(path.read_bytes()[:4096] + spoiled * (path.stat().st_size - 4096))

    add(archive, told(1))
    publication.republish(SETUP, archive, tmp_path / "public")

    publication.republish(SETUP, archive, tmp_path / "new")
    assert dump(path) == dump(tmp_path / "new" / "export" / "items.sqlite")


def test_where_a_database_can_not_be_written_the_message_names_it(archive, tmp_path, monkeypatch):
    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(database, "_take_in", full)

    with pytest.raises(ArchiveUnwritable, match=r"export/stories\.sqlite can't be written: database or disk is full"):
        publication.republish(SETUP, archive, tmp_path / "public")


def test_without_pyarrow_there_is_no_parquet_and_the_log_says_so(archive, tmp_path, monkeypatch, caplog):
    publication.republish(SETUP, archive, tmp_path / "public")
    assert list((tmp_path / "public").rglob("*.parquet"))
    for place in (publication, export_files, made_edition.__globals__):
        name = "has_parquet"
        monkeypatch.setitem(place, name, lambda: False) if isinstance(place, dict) else monkeypatch.setattr(
            place, name, lambda: False
        )
    caplog.set_level(logging.INFO)

    publication.republish(SETUP, archive, tmp_path / "public")

    assert list((tmp_path / "public").rglob("*.parquet")) == []
    package = json.loads((tmp_path / "public" / "export" / "datapackage.json").read_bytes())
    assert {each["format"] for each in package["resources"]} == {"ndjson", "csv", "sqlite"}
    assert "export/ has no Parquet: that needs pyarrow (pip install 'samflode[parquet]')" in caplog.text
