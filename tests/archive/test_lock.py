"""One writer at a time; one that died holds nothing."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.archive.lock import locked
from pipeline.errors import ArchiveBusy

HOLD = """
import sys
from pathlib import Path
from pipeline.archive.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path):
    """Another process that holds the lock."""
    path = tmp_path / "lock"
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    assert process.stdout is not None
    assert "held\n" == process.stdout.readline()
    yield path, process
    process.kill()
    process.communicate()


def test_the_second_writer_is_told_who_holds_it(other):
    path, process = other

    with pytest.raises(ArchiveBusy) as caught, locked(path):
        pass

    assert f"process {process.pid} on {socket.gethostname()}, since 20" in caught.value.message
    assert f"process {process.pid} on {socket.gethostname()}" == caught.value.holder
    assert caught.value.since is not None


def test_a_writer_that_was_killed_holds_nothing(other):
    path, process = other
    process.kill()
    process.wait()

    with locked(path):
        assert path.is_file()
    assert not path.exists()


def test_the_lock_is_free_again_when_the_writer_is_done(tmp_path):
    for _ in range(2):
        with locked(tmp_path / "lock"):
            pass
