"""What other processes print is what one would print alone, and nothing is lost with them."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline import publication
from pipeline.archive import open_archive
from pipeline.model.change import Changes
from pipeline.model.config import Topic
from pipeline.publish import presses
from tests.builders import NOW, config, moment, record, source, story

if TYPE_CHECKING:
    from pathlib import Path

SETUP = config(source("adda"), source("anbud"), topics=(Topic(id="skola", name={"sv": "Skola"}, words=("skolmat",)),))


@pytest.fixture
def archive(tmp_path):
    """Stories of a year."""
    with open_archive(str(tmp_path / "store"), write=True) as opened:
        numbers = range(90)
        told = [
            record(
                f"i{number}",
                source=("adda", "anbud")[number % 2],
                text="Skolmat åt alla." if number % 3 else "",
                published=moment((NOW - timedelta(days=4 * number)).isoformat()),
                first_seen=NOW - timedelta(days=4 * number),
            )
            for number in numbers
        ]
        opened.commit(Changes(added=tuple(told), stories=tuple(story(f"i{number}") for number in numbers)), {})
        yield opened


@pytest.fixture
def two(monkeypatch):
    """Two cores, and an archive that is large enough for them; a list of the presses that were started."""
    begun = []
    monkeypatch.setattr(presses, "FEWEST_STORIES", 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    start = presses.subprocess.Popen
    monkeypatch.setattr(
        presses.subprocess, "Popen", lambda *args, **how: begun.append(start(*args, **how)) or begun[-1]
    )
    return begun


def content(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and not {".samflode", "search"} & set(path.parts))
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def printed_by_one(archive, folder: Path, monkeypatch) -> dict[str, bytes]:
    with monkeypatch.context() as patch:
        patch.setattr(presses, "FEWEST_STORIES", 1_000)
        publication.republish(SETUP, archive, folder)
    return content(folder)


def test_two_processes_print_what_one_prints_and_are_gone_then(archive, tmp_path, two, monkeypatch):
    alone = printed_by_one(archive, tmp_path / "alone", monkeypatch)

    publication.republish(SETUP, archive, tmp_path / "public")

    assert alone == content(tmp_path / "public")
    assert [0, 0] == [each.returncode for each in two]


def test_a_process_that_ends_at_once_leaves_its_share_to_the_first(archive, tmp_path, two, monkeypatch):
    alone = printed_by_one(archive, tmp_path / "alone", monkeypatch)
    monkeypatch.setattr(presses.sys, "executable", "/bin/false")

    publication.republish(SETUP, archive, tmp_path / "public")

    assert alone == content(tmp_path / "public")
    assert [1, 1] == [each.returncode for each in two]


@pytest.mark.parametrize("piece", [1, 1_000_000], ids=["in the midst of what it was told", "between"])
def test_a_process_that_is_killed_under_way_leaves_its_share_to_the_first(archive, tmp_path, two, monkeypatch, piece):
    monkeypatch.setattr(presses, "_PIECE", piece)
    alone = printed_by_one(archive, tmp_path / "alone", monkeypatch)
    receive = presses._Press.receive

    def killed(press):
        found = receive(press)
        two[0].kill()
        return found

    monkeypatch.setattr(presses._Press, "receive", killed)
    publication.republish(SETUP, archive, tmp_path / "public")

    assert alone == content(tmp_path / "public")
    assert -9 == two[0].returncode


def test_where_no_process_can_be_started_one_prints_it_all(archive, tmp_path, two, monkeypatch):
    alone = printed_by_one(archive, tmp_path / "alone", monkeypatch)
    monkeypatch.setattr(presses.sys, "executable", "/nowhere/python")

    publication.republish(SETUP, archive, tmp_path / "public")

    assert alone == content(tmp_path / "public")


def test_a_few_new_stories_start_no_process(archive, tmp_path, two):
    publication.republish(SETUP, archive, tmp_path / "public")
    two.clear()

    archive.commit(Changes(added=(record("new"),), stories=(story("new"),)), {})
    publication.republish(SETUP, archive, tmp_path / "public")

    assert [] == two
