"""The wheel holds all that the program needs, runs outside the checkout, and is the same whenever it is built."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pipeline import __version__
from pipeline.cli import main

ROOT = Path(__file__).parents[2]


def built(folder: Path) -> Path:
    """The wheel of this checkout."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1767225600"},
    )
    assert 0 == done.returncode, done.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return built(tmp_path_factory.mktemp("dist"))


def test_the_same_tree_gives_the_same_bytes(wheel, tmp_path):
    assert built(tmp_path).read_bytes() == wheel.read_bytes()


def test_the_version_stands_in_one_place(wheel, capsys):
    assert wheel.name == f"samflode-{__version__}-py3-none-any.whl"
    assert 0 == main(["--version"])
    assert f"samflode, version {__version__}\n" == capsys.readouterr().out


def test_everything_that_is_no_code_is_in_the_wheel_too(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    needed = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "pipeline").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert set() == needed - held
    assert f"samflode-{__version__}.dist-info/licenses/LICENSE" in held


def test_init_add_run_and_serve_work_from_the_wheel_in_an_empty_folder(wheel, tmp_path):
    """The short form; `scripts/release --check` does it in an environment that holds nothing but the wheel and what it asks for."""
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(installed)
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    where = subprocess.run(
        [sys.executable, "-c", "import pipeline; print(pipeline.__file__)"],
        cwd=tmp_path, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert f"{installed / 'pipeline' / '__init__.py'}\n" == where.stdout, "not the checkout"

    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "release" / "trying.py", sys.executable, "-m", "pipeline"],
        cwd=tmp_path, env=environment, capture_output=True, text=True,
    )  # fmt: skip

    assert 0 == done.returncode, done.stderr
    assert "4 commands from an empty folder to the page" in done.stdout
