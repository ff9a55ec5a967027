"""The measurements in docs/performance.md can be made again with a command of the repository."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_collecting_is_measured_in_three_steps_and_what_is_not_there_is_named():
    command = [sys.executable, ROOT / "benchmarks" / "collect", "--feeds", "2", "--only", "samflode run --no-publish"]

    answer = subprocess.run(
        [*command, "--samflode", ROOT / ".venv" / "bin" / "samflode"], capture_output=True, text=True, check=False
    )

    rows = [line.split("|")[1:-1] for line in answer.stdout.splitlines() if line.startswith("| samflode")]
    assert answer.returncode == 0, answer.stderr
    assert [(row[1].strip(), row[-2].strip(), row[-1].strip()) for row in rows] == [
        ("first collection", "2", "0"),
        ("nothing changed", "2", "2"),
        ("one new in each", "2", "0"),
    ]
    assert "reader and the floors (--peers)" in answer.stderr


def test_what_recording_costs_is_measured_and_the_archive_comes_back():
    command = [sys.executable, ROOT / "benchmarks" / "recordings", "--feeds", "2"]

    answer = subprocess.run(
        [*command, "--samflode", ROOT / ".venv" / "bin" / "samflode"], capture_output=True, text=True, check=False
    )

    assert answer.returncode == 0, answer.stderr
    steps = [line.split("|")[1].strip() for line in answer.stdout.splitlines() if line.startswith("| ")][2:]
    assert ["first collection", "nothing changed", "nothing changed", "one new in each"] == steps
    assert answer.stdout.endswith("the exports are the same\n")


def test_one_command_measures_the_quality_of_one_subject_or_of_all():
    command = [sys.executable, ROOT / "benchmarks" / "quality"]

    answer = subprocess.run([*command, "addresses", "page_dates"], capture_output=True, text=True, check=False)
    refused = subprocess.run([*command, "adresses"], capture_output=True, text=True, check=False)

    assert answer.returncode == 0, answer.stderr
    sections = answer.stdout.split("\n## ")[1:]
    assert [section.partition("\n")[0] for section in sections] == [
        "Addresses (addresses)",
        "Dates: pages (page_dates)",
    ]
    assert [line.split()[1:7] for line in sections[0].splitlines() if line.startswith("samflode")] == [
        ["173", "of", "173", "0", "of", "171"]
    ]
    assert [line.split()[1:5] for line in sections[1].splitlines() if line.startswith("samflode")] == [
        ["408", "408", "0", "0"]
    ]
    assert refused.returncode == 2
    assert "There is no subject called adresses. There are: dates, " in refused.stderr
