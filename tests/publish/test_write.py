"""Files are whole or not there; what stays the same is not touched; what is no more goes, and nobody else's."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ArchiveUnwritable
from pipeline.model.edition import Draft, File
from pipeline.publish.write import Written
from pipeline.publish.write import write as write_parts


def files(**contents: str) -> list[File]:
    return [File(path=PurePosixPath(name.replace("__", "/")), content=text.encode()) for name, text in contents.items()]


def write(made, folder: Path, **options) -> Written:
    return write_parts((("", file) for file in made), folder, **options)


def seen(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and ".samflode" not in path.parts
    }


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


class Killed(BaseException):
    """What SIGKILL is to a generator."""


def killed_after(made: list[File], number: int):
    yield from made[:number]
    raise Killed


def test_files_come_to_lie_where_they_belong(tmp_path):
    assert write(files(a="1", b__c="2"), tmp_path / "public") == Written(written=2, removed=0, unchanged=0)

    assert seen(tmp_path / "public") == {"a": "1", "b/c": "2"}


@pytest.mark.parametrize("full", [False, True])
def test_the_same_again_touches_nothing(tmp_path, full):
    write(files(a="1", b__c="2"), tmp_path)
    before = state(tmp_path)

    assert write(files(a="1", b__c="2"), tmp_path, full=full) == Written(written=0, removed=0, unchanged=2)

    assert before == state(tmp_path)


def test_only_what_changed_is_written(tmp_path):
    write(files(a="1", b="2"), tmp_path)
    before = state(tmp_path)

    assert write(files(a="1", b="3"), tmp_path) == Written(written=1, removed=0, unchanged=1)

    assert seen(tmp_path) == {"a": "1", "b": "3"}
    assert before[str(tmp_path / "a")] == state(tmp_path)[str(tmp_path / "a")]


def test_what_is_no_longer_made_is_removed_with_its_folder(tmp_path):
    write(files(a="1", b__c__d="2"), tmp_path)

    assert write(files(a="1"), tmp_path).removed == 1

    assert seen(tmp_path) == {"a": "1"}
    assert not (tmp_path / "b").exists()


def test_what_others_put_there_stays(tmp_path):
    write(files(b__c="2"), tmp_path)
    (tmp_path / "b" / "theirs").write_text("x")
    (tmp_path / "CNAME").write_text("y")

    write(files(a="1"), tmp_path)

    assert seen(tmp_path) == {"a": "1", "b/theirs": "x", "CNAME": "y"}


def test_a_file_that_somebody_removed_or_cut_is_written_again(tmp_path):
    write(files(a="1", b="22"), tmp_path)
    (tmp_path / "a").unlink()
    (tmp_path / "b").write_text("2")

    assert write(files(a="1", b="22"), tmp_path).written == 2

    assert seen(tmp_path) == {"a": "1", "b": "22"}


def test_full_mends_what_the_manifest_does_not_notice(tmp_path):
    write(files(a="one"), tmp_path)
    (tmp_path / "a").write_text("two")

    assert write(files(a="one"), tmp_path).written == 0
    assert write(files(a="one"), tmp_path, full=True).written == 1

    assert seen(tmp_path) == {"a": "one"}


@pytest.mark.parametrize("number", range(4))
def test_a_kill_in_the_middle_is_mended_by_the_next_run(tmp_path, number):
    """Changed, new and removed files; then back to what was, so that the old manifest seems to agree."""
    old, new = files(a="1", b="1", gone="1"), files(a="2", b="2", fresh__x="2")
    write(old, tmp_path)
    with pytest.raises(Killed):
        write(killed_after(new, number), tmp_path)

    write(old, tmp_path)

    assert seen(tmp_path) == {"a": "1", "b": "1", "gone": "1"}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_however_often_it_is_killed_the_next_run_leaves_exactly_its_own_files(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("public")
    (folder / "theirs").write_text("theirs")
    editions = st.dictionaries(st.sampled_from(["a", "b", "c__d", "c__e", "f__g"]), st.sampled_from(["1", "2"]))
    for _ in range(data.draw(st.integers(1, 4))):
        made = files(**data.draw(editions))
        with pytest.raises(Killed):
            write(killed_after(made, data.draw(st.integers(0, len(made)))), folder)
    last = files(**data.draw(editions))

    write(last, folder)

    assert seen(folder) == {str(file.path): file.content.decode() for file in last} | {"theirs": "theirs"}


def test_a_note_with_a_cut_last_line_does_not_hide_the_next_one(tmp_path):
    write(files(a="1"), tmp_path)
    (tmp_path / ".samflode" / "writing").write_text('"a"\n"b')
    with pytest.raises(Killed):
        write(killed_after(files(new="1"), 1), tmp_path)

    write(files(a="1"), tmp_path)

    assert seen(tmp_path) == {"a": "1"}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"files": {"../x": ["d", 1]}}', b'{"files": 3}', b"\xff"])
def test_a_broken_manifest_is_not_believed_and_costs_nothing(tmp_path, content):
    public = tmp_path / "public"
    write(files(a="1"), public)
    (tmp_path / "x").write_text("outside")
    (public / ".samflode" / "manifest.json").write_bytes(content)

    write(files(a="1", b="2"), public)

    assert seen(public) == {"a": "1", "b": "2"}
    assert (tmp_path / "x").read_text() == "outside"


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", ".samflode/manifest.json", "."])
def test_no_file_leaves_the_folder(tmp_path, path):
    with pytest.raises(ValueError, match="no path of the publication"):
        write([File(path=PurePosixPath(path), content=b"")], tmp_path / "public")


def test_a_link_is_replaced_and_not_written_through(tmp_path):
    outside = tmp_path / "outside"
    outside.write_text("theirs")
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "a").symlink_to(outside)

    write(files(a="ours"), tmp_path / "public")

    assert (outside.read_text(), seen(tmp_path / "public")) == ("theirs", {"a": "ours"})


def test_what_can_not_be_written_is_named(tmp_path):
    (tmp_path / "a").mkdir()

    with pytest.raises(ArchiveUnwritable) as raised:
        write(files(a="1"), tmp_path)

    assert os.fspath(tmp_path / "a") == raised.value.path


def test_one_file_is_not_made_twice(tmp_path):
    with pytest.raises(ValueError, match="two files"):
        write([*files(a="1"), *files(a="2")], tmp_path)


def test_no_more_waits_to_be_written_than_there_is_memory_for(tmp_path):
    """Also of drafts that hold what they will be: fifty long pages are not in memory at once."""
    there = []

    def drafts():
        for number in range(6):
            there.append(len(seen(tmp_path)))
            yield Draft(path=PurePosixPath(f"{number}.html"), made_of=str(number), make=lambda: b"x", held=3_000_000)

    write(drafts(), tmp_path)

    assert [0, 0, 2, 2, 4, 4] == there
