"""What a shell completes, and the manual, both from the commands themselves."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from pipeline.cli import main, samflode
from pipeline.cli.manual import commands

ROOT = Path(__file__).parents[2]
FILE = """\
archive: {title: T, url: "https://n.example.se/"}
topics:
  - {id: not-a-source, name: {sv: N}, words: [n]}
sources:
  - id: adda
    name: Adda "alla"  # kept
    url: https://adda.se/
  - {id: anbud, url: "https://anbud.se/", name: 'Anbud'}
  - url: https://c.se/
    id: c-3
feeds: []
"""


def completed(*words: str) -> list[str]:
    """What the shell offers for the last word."""
    return [
        item.value
        for item in ShellComplete(samflode, {}, "samflode", "_X").get_completions(list(words[:-1]), words[-1])
    ]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell, capsys):
    assert 0 == main(["completion", shell])

    script = capsys.readouterr().out
    assert "_SAMFLODE_COMPLETE" in script
    assert f"{shell}_complete" in script
    if program := shutil.which(shell):
        done = subprocess.run([program, "-n"], input=script, capture_output=True, text=True)
        assert (0, "") == (done.returncode, done.stderr)


def test_commands_and_options_are_completed():
    assert ["status", "store", "story"] == completed("st")
    assert ["--replay", "--record"] == completed("run", "--re")


def test_ids_of_sources_are_completed_from_the_file_that_is_meant(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sources.yaml").write_text(FILE, encoding="utf-8")
    (tmp_path / "other.yaml").write_text(FILE.replace("id: adda", "id: ada"), encoding="utf-8")

    assert ["adda", "anbud"] == completed("run", "--source", "a")
    assert ["adda", "anbud", "c-3"] == completed("doctor", "")
    assert ["ada"] == completed("--sources", "other.yaml", "sources", "try", "ad")
    monkeypatch.setenv("SAMFLODE_SOURCES", "nowhere.yaml")
    assert [] == completed("doctor", "")


@pytest.mark.parametrize("text", ["", "sources:\n", "sources: [", "\x00", "sources:\n  - id: a\n    url: [\n"])
def test_a_file_that_is_being_written_is_completed_as_far_as_it_goes(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sources.yaml").write_text(text, encoding="utf-8")

    assert completed("doctor", "") in ([], ["a"])


def test_the_manual_has_every_command_with_all_its_options(capsys):
    assert 0 == main(["manual"])

    page = capsys.readouterr().out.replace("\\-", "-")
    for words, command in commands(samflode):
        assert f".SS {words}" in page
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.opts[0] in page


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_the_man_page_is_set_without_a_warning(capsys):
    main(["manual"])

    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-K", "utf8"], input=capsys.readouterr().out, capture_output=True, text=True
    )

    assert "" == done.stderr
    assert "samflode run" in done.stdout


@pytest.mark.parametrize("name", ["commands.md", "records.md", "errors.md"])
def test_the_reference_is_what_the_program_says_now(name):
    """`scripts/reference` writes it."""
    from tests.reference import PAGES

    assert PAGES[name]() == (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")


def test_the_man_page_of_the_wheel_is_what_the_program_says_now(capsys):
    main(["manual"])
    assert capsys.readouterr().out == (ROOT / "docs" / "samflode.1").read_text(encoding="utf-8")
