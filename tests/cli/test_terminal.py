"""On a terminal results have colours and long work shows how far it is; in a pipe, and where NO_COLOR is set, text is plain."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTNERS = ROOT / "examples" / "partners"
ESCAPE = "\x1b["


def on_a_terminal(folder: Path, *arguments: str, **environment: str) -> str:
    """What a person sees who calls the program with these arguments, escapes and all."""
    master, slave = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline", *arguments],
        cwd=folder,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLUMNS": "160", **environment},
    ) as program:
        os.close(slave)
        said = b""
        while True:
            try:
                part = os.read(master, 65_536)
            except OSError:  # Linux says so when the other end is closed.
                break
            if not part:
                break
            said += part
        program.wait()
    os.close(master)
    return said.decode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A folder with an archive, one of whose sources fails."""
    folder = tmp_path_factory.mktemp("terminal")
    (folder / "sources.yaml").write_text((PARTNERS / "sources.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "empty").mkdir()
    (folder / "empty" / "routes.json").write_text("{}")
    return folder


def test_a_run_shows_how_far_it_is_and_what_failed_in_red(folder):
    shown = on_a_terminal(folder, "run", "--replay", str(PARTNERS), "--sources", "sources.yaml", "--no-publish")
    assert "collecting" in shown
    assert "100%" in shown

    failed = on_a_terminal(folder, "run", "--replay", "empty", "--sources", "sources.yaml", "--no-publish")
    assert "failed (http_status)" in failed
    assert f"{ESCAPE}31m" in failed


def test_what_is_asked_in_turn_is_shown_while_it_is_asked(folder):
    tried = on_a_terminal(
        folder, "sources", "try", "electronics-watch", "--replay", str(PARTNERS), "--sources", "sources.yaml"
    )
    assert "asking https://" in tried
    assert f"{ESCAPE}2K" in tried, "and taken away again"

    quiet = on_a_terminal(
        folder, "sources", "try", "electronics-watch", "--replay", str(PARTNERS), "--sources", "sources.yaml", "--quiet"
    )
    assert "asking" not in quiet


def test_a_table_has_colours_and_none_where_nobody_wants_them(folder):
    assert f"{ESCAPE}1" in on_a_terminal(folder, "status")

    plain = on_a_terminal(folder, "status", NO_COLOR="1")
    assert "source" in plain
    for colour in range(30, 38):
        assert f"{colour}m" not in plain


@pytest.mark.parametrize("arguments", [["status"], ["run", "--all", "--replay", "empty", "--no-publish"]], ids=" ".join)
def test_a_pipe_gets_plain_text(folder, arguments):
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments, "--sources", "sources.yaml"],
        cwd=folder, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
    )  # fmt: skip

    assert "\x1b" not in done.stdout + done.stderr
    assert "collecting" not in done.stderr
