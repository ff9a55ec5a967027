"""verify finds whatever is not as it was written; repair loses at most what stood there; a backup comes back as it was."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.archive import open_archive
from pipeline.archive.backup import packed, unpacked
from pipeline.archive.format import check_format
from pipeline.archive.mend import repair
from pipeline.archive.verify import Inspection, Repair, verify
from pipeline.cli import main
from pipeline.errors import ArchiveBusy, UsageError
from pipeline.model.change import Changes
from pipeline.model.history import History
from pipeline.model.item import IdentityKey
from pipeline.model.source import SourceId
from tests.builders import NOW, moment, record, story

if TYPE_CHECKING:
    from pathlib import Path

ADDA = SourceId("adda")
THEN = datetime(2026, 3, 2, 12, tzinfo=UTC)


def rec(name, **fields):
    return record(name, keys=(IdentityKey(f"e:adda:{name}"), IdentityKey(f"a:{name}")), **fields)


@pytest.fixture
def store(tmp_path):
    """An archive of five items in four stories and two months, one of them joined."""
    folder = tmp_path / "store"
    old = {"published": moment("2024-05-01T00:00:00+02:00")}
    with open_archive(folder, write=True) as archive:
        archive.commit(
            Changes(added=(rec("a"), rec("b"), rec("c", **old)), stories=(story("a"), story("b"), story("c"))),
            {ADDA: History(next_due=NOW, held=("a", "b"))},
        )
        archive.commit(Changes(added=(rec("d", **old), rec("e")), stories=(story("d"), story("e"))), {})
        joined = Changes(amended=(rec("b", story="s-a"),), stories=(story("a", "b", former=("s-b",)),), joined=("s-b",))
        archive.commit(joined, {})
    return folder


def found(folder):
    return list(verify(folder, Inspection()))


def contents(folder):
    with open_archive(folder, write=False) as archive:
        records = {each.item.id: each for each in archive.records()}
        stories = {each.id: each for each in archive.stories()}
        return records, stories, dict(archive.histories())


def test_a_whole_archive_has_no_findings(store):
    seen = Inspection()

    assert [] == list(verify(store, seen))
    assert (5, 4, 1) == (seen.items, seen.stories, seen.sources)


@pytest.mark.parametrize(
    "name", ["items/2026-03.json", "items/2024-05.json", "stories/2026-03.json", "sources.json", "format.json"]
)
def test_each_byte_that_changes_is_found_and_repair_loses_at_most_what_stood_there(store, name):
    path = store / "archive" / name
    good, before = path.read_bytes(), contents(store)
    # Some bytes of each file here, all of them in tests/soak/flips.py; each with one bit of it turned.
    for at in range(0, len(good), max(1, len(good) // 40)):
        path.write_bytes(good[:at] + bytes([good[at] ^ (1 << at % 8)]) + good[at + 1 :])

        assert found(store), (name, at)
        list(repair(store, THEN))

        assert [] == found(store), (name, at)
        records, stories, histories = contents(store)
        assert before == (records, stories, histories), (name, at, "a changed bit can be turned back")
        path.write_bytes(good)
        shutil.rmtree(store / "damaged", ignore_errors=True)


def test_a_row_that_cannot_be_read_is_set_aside_and_the_others_stay(store):
    path = store / "archive" / "items" / "2026-03.json"
    good = path.read_bytes()
    line = next(each for each in good.split(b"\n") if b'"id":"b"' in each)
    path.write_bytes(good.replace(line, line[:40] + b"\x00" * 60 + line[100:]))

    done = list(repair(store, THEN))

    aside = store / "damaged" / "20260302T120000Z"
    said = f"items/2026-03.json: 2 rows are whole, 1 could not be read; the file as it was is in {aside}."
    assert Repair(what=said, aside=str(aside)) in done
    assert [] == found(store)
    records, stories, _ = contents(store)
    assert {"a", "c", "d", "e"} == set(records)
    assert ("a",) == stories["s-a"].items
    assert b"\x00" * 60 in (store / "damaged" / "20260302T120000Z" / "2026-03.json").read_bytes()


def test_rows_of_which_nothing_is_left_are_counted_as_lost(store):
    path = store / "archive" / "items" / "2026-03.json"
    content = path.read_bytes()
    lines = [each for each in content.split(b"\n") if b'"id":"a"' in each or b'"id":"b"' in each]
    for line in lines:
        content = content.replace(line, b"\x00" * len(line))
    path.write_bytes(content)

    done = list(repair(store, THEN))

    aside = store / "damaged" / "20260302T120000Z"
    said = f"items/2026-03.json: 1 row is whole, 2 could not be read; the file as it was is in {aside}."
    assert Repair(what=said, aside=str(aside)) in done


@pytest.mark.parametrize("change", [(b'"rows":3', b'"rows":7'), (b'"digest":"', b'"digest":"0')])
def test_a_damaged_check_loses_nothing_and_nobody_is_told_so(store, change):
    path = store / "archive" / "items" / "2026-03.json"
    good = path.read_bytes()
    head, mark, check = good.rpartition(b'"check"')
    path.write_bytes(head + mark + check.replace(*change))

    assert "items/2026-03.json: 3 rows are whole again; nothing was lost." in [
        each.what for each in repair(store, THEN)
    ]
    assert good == path.read_bytes()


def test_a_story_that_was_lost_is_made_anew_from_its_items(store):
    (store / "archive" / "stories" / "2026-03.json").write_bytes(b"\x00" * 100)

    done = list(repair(store, THEN))

    assert Repair(what="Story s-a was lost, and is made anew from its items.") in done
    assert [] == found(store)
    assert ("a", "b") == contents(store)[1]["s-a"].items


def test_a_file_that_is_missing_is_found(store):
    (store / "archive" / "items" / "2024-05.json").unlink()

    said = {(each.where, each.what) for each in found(store)}

    assert ("archive/items/2024-05.json", "the file is missing") in said
    assert ("archive/index.sqlite", "it counts 5 items, the files hold 3") in said


def test_an_index_that_is_damaged_or_missing_is_made_anew(store):
    before = contents(store)
    for content in (None, b"not an index", (store / "archive" / "index.sqlite").read_bytes()[:2048]):
        index = store / "archive" / "index.sqlite"
        index.unlink()
        if content is not None:
            index.write_bytes(content)

        list(repair(store, THEN))

        assert [] == found(store)
        assert before == contents(store)


def test_a_row_edited_by_hand_is_taken_at_its_word(store):
    path = store / "archive" / "items" / "2024-05.json"
    text = path.read_text(encoding="utf-8")
    rows, _, _ = text.partition(',\n"check"')
    edited = rows.replace("Nyhet c", "Rättad c")
    start = edited.index(',"sum"', edited.index("Rättad c"))
    path.write_text(edited[:start] + edited[start + len(',"sum":"0123456789abcdef"') :] + "}\n", encoding="utf-8")

    assert [] == found(store)
    assert "Rättad c" == contents(store)[0]["c"].item.title


def test_a_backup_comes_back_as_it_was_and_what_was_there_is_kept(store, tmp_path):
    before = contents(store)
    packed(store, tmp_path / "backup.tar.gz")
    with open_archive(store, write=True) as archive:
        archive.commit(Changes(added=(rec("f"),), stories=(story("f"),)), {})

    unpacked(tmp_path / "backup.tar.gz", store, THEN)

    assert before == contents(store)
    assert [] == found(store)
    assert (store / "backups" / "before-restore-20260302T120000Z" / "archive" / "format.json").exists()


def test_a_backup_in_the_middle_of_a_run_holds_what_was_committed(store, tmp_path):
    with open_archive(store, write=True) as archive:
        archive.commit(Changes(added=(rec("f"),), stories=(story("f"),)), {})
        packed(store, tmp_path / "backup.tar.gz")
        with pytest.raises(ArchiveBusy):
            unpacked(tmp_path / "backup.tar.gz", store, THEN)

    (tmp_path / "other").mkdir()
    unpacked(tmp_path / "backup.tar.gz", tmp_path / "other", THEN)

    assert "f" in contents(tmp_path / "other")[0]
    with open_archive(tmp_path / "other", write=True):
        pass
    assert [] == found(tmp_path / "other")


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_a_file_that_is_no_backup_is_refused_and_nothing_is_changed(store, tmp_path, content):
    path = tmp_path / "backup.tar.gz"
    if content is None:
        packed(store, path)
        content = path.read_bytes()[:-200]
    path.write_bytes(content)
    before = contents(store)

    with pytest.raises(UsageError, match="is no backup of an archive"):
        unpacked(path, store, THEN)

    assert before == contents(store)


def test_a_store_of_format_1_is_read_as_it_is_and_upgraded_with_a_backup(store):
    before = contents(store)
    home = store / "archive"
    for path in (*(home / "items").iterdir(), *(home / "stories").iterdir(), home / "sources.json"):
        _as_format_1(path)
    (home / "index.sqlite").unlink()
    (home / "index").mkdir()
    (home / "index" / "00.json").write_text('{"rows": {}}')
    (home / "catalogue.json").write_text('{"rows": {}}')
    (home / "format.json").write_text('{"format": 1}')

    assert before == contents(store), "reading upgrades nothing"
    with open_archive(store, write=True) as archive:
        archive.commit(Changes(revised=(rec("c", title="Rättelse"),)), {})

    assert [] == found(store)
    assert not (home / "index").exists()
    assert not (home / "catalogue.json").exists()
    unpacked(store / "backups" / "before-format-2.tar.gz", store, THEN)
    check_format(store, write=False)
    assert before == contents(store)


def _as_format_1(path: Path) -> None:
    import orjson

    rows = orjson.loads(path.read_bytes())["rows"]
    for row in rows.values():
        del row["sum"]
    path.write_bytes(orjson.dumps({"rows": rows}))


def test_the_commands_say_what_they_found_and_did(store, tmp_path, capsys):
    assert 0 == main(["store", "verify", "--store", str(store)])
    assert "5 items and 4 stories in 5 files, all as they were written\n" == capsys.readouterr().out

    path = store / "archive" / "items" / "2024-05.json"
    path.write_bytes(path.read_bytes().replace(b"Nyhet c", b"Nyhet x"))
    assert 3 == main(["store", "verify", "--store", str(store)])
    shown = capsys.readouterr()
    assert f"archive/items/2024-05.json: {path} is not as it was written\n" in shown.out
    assert "`samflode store repair` keeps what can be read and sets the rest aside" in shown.err

    assert 0 == main(["store", "repair", "--store", str(store)])
    assert (
        "items/2024-05.json: 2 rows are whole again; nothing was lost.\nThe index was made anew.\n"
        == capsys.readouterr().out
    )

    assert 0 == main(["store", "backup", str(tmp_path / "b.tar.gz"), "--store", str(store)])
    assert 0 == main(["store", "restore", str(tmp_path / "b.tar.gz"), "--store", str(tmp_path / "new")])
    capsys.readouterr()
    assert 0 == main(["store", "verify", "--store", str(tmp_path / "new"), "--json"])


def told(capsys, *words):
    assert 0 == main(["store", *words, "--json"])
    shown = capsys.readouterr()
    assert "" == shown.err
    return json.loads(shown.out)


def test_programs_are_told_what_was_done(store, tmp_path, capsys):
    file, new, third = tmp_path / "b.tar.gz", str(tmp_path / "new"), str(tmp_path / "third")

    done = told(capsys, "backup", str(file), "--store", str(store))
    assert {"file": str(file), "files": 6, "bytes": file.stat().st_size} == done

    assert {"store": new, "files": 6, "kept": None} == told(capsys, "restore", str(file), "--store", new)
    again = told(capsys, "restore", str(file), "--store", new)
    (kept,) = (tmp_path / "new" / "backups").iterdir()
    assert {"store": new, "files": 6, "kept": str(kept)} == again

    assert {"store": new, "to": third, "items": 5} == told(capsys, "migrate", "--to", third, "--store", new)

    (store / "archive" / "stories" / "2026-03.json").write_bytes(b"\x00" * 100)
    repairs = told(capsys, "repair", "--store", str(store))["repairs"]
    (aside,) = (store / "damaged").iterdir()
    assert [
        (f"stories/2026-03.json: nothing in it could be read; the file as it was is in {aside}.", str(aside)),
        ("Story s-a was lost, and is made anew from its items.", None),
    ] == [(each["what"], each["aside"]) for each in repairs][:2]


def test_who_restores_is_told_where_the_old_archive_is(store, tmp_path, capsys):
    assert 0 == main(["store", "backup", str(tmp_path / "b.tar.gz"), "--store", str(store), "--quiet"])
    assert 0 == main(["store", "restore", str(tmp_path / "b.tar.gz"), "--store", str(store)])

    (kept,) = (store / "backups").iterdir()
    assert [
        f"{store}: 6 files put in place; `samflode publish` makes the publication anew",
        f"{kept}: what was there before",
    ] == capsys.readouterr().out.splitlines()


def test_a_backup_that_can_be_written_nowhere_says_where_it_could(store, tmp_path, capsys):
    target = tmp_path / "missing" / "b.tar.gz"

    assert 3 == main(["store", "backup", str(target), "--store", str(store)])

    assert (
        f"samflode: {target} can't be written: No such file or directory\n"
        "Name a file in a folder that is there, that you may write to, and that has room. The archive is as it was.\n"
    ) == capsys.readouterr().err
