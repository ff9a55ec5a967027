"""A line for each commit: whole, or of nobody's concern, or damage that is named."""

from __future__ import annotations

import resource

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive.journal import Journal
from pipeline.errors import ArchiveDamaged, ArchiveUnwritable


@pytest.fixture
def path(tmp_path):
    journal = Journal(tmp_path / "journal.ndjson")
    for number in range(3):
        journal.append({"commit": number})
    return tmp_path / "journal.ndjson"


def commits(path):
    return [each["commit"] for each in Journal(path).commits()]


def test_commits_come_back_in_their_order(path):
    assert [0, 1, 2] == commits(path)


def test_a_torn_last_line_was_never_told_of(path):
    whole = path.read_bytes()
    for cut in range(1, len(whole) - whole[:-1].rfind(b"\n") - 1):
        path.write_bytes(whole[:-cut])
        assert commits(path) in ([0, 1], [0, 1, 2])


def test_a_torn_line_does_not_stand_in_the_way_of_the_next(path):
    path.write_bytes(path.read_bytes()[:-7])
    journal = Journal(path)
    journal.trim()
    journal.append({"commit": 3})

    assert [0, 1, 3] == commits(path)


def test_a_damaged_line_is_named(path):
    lines = path.read_bytes().split(b"\n")
    lines[1] = lines[1].replace(b"1}", b"7}")
    path.write_bytes(b"\n".join(lines))

    with pytest.raises(ArchiveDamaged, match=r"journal\.ndjson: line 2 is not as it was written"):
        commits(path)


def test_a_journal_that_is_not_there_holds_nothing(tmp_path):
    assert [] == commits(tmp_path / "nothing")


@given(st.data())
def test_a_changed_byte_is_never_taken_for_a_commit(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("j") / "journal.ndjson"
    Journal(path).append({"commit": 1})
    Journal(path).append({"commit": 2})
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 2))
    content[place] = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[place]))
    path.write_bytes(bytes(content))

    try:
        found = commits(path)
    except ArchiveDamaged:
        return
    assert found in ([1], [])


def test_a_commit_that_finds_room_for_half_of_it_leaves_nothing_of_itself(tmp_path):
    path = tmp_path / "journal.ndjson"
    journal = Journal(path)
    journal.append({"a": 1})
    before = path.read_bytes()
    # As a disk that fills up: the file takes so many bytes and no more.
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(ArchiveUnwritable, match=r"journal\.ndjson can't be written: File too large"):
            journal.append({"b": "x" * 21_000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert before == path.read_bytes()
    journal.append({"c": 3})
    assert [{"a": 1}, {"c": 3}] == list(journal.commits())
