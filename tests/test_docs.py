"""Every command, every kind of error, every file that users meet has its place in the documentation."""

from __future__ import annotations

import doctest
import importlib
import inspect
import re
from pathlib import Path

import click
import pytest

from pipeline import errors
from pipeline.cli import samflode

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
CONTRACT = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
#: Of a Markdown link, the target; not of an image's, nor in code.
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def names(group: click.Group, above: str = "") -> list[str]:
    found = []
    for name, command in group.commands.items():
        found.append(f"{above}{name}")
        if isinstance(command, click.Group):
            found += names(command, f"{above}{name} ")
    return found


@pytest.mark.parametrize("name", names(samflode))
def test_every_command_is_in_the_contract(name):
    group, _, last = name.rpartition(" ")
    # The commands of a group may share a row: "`samflode store verify` / `repair`".
    shared = any(f"`samflode {group} " in row and f"/ `{last}" in row for row in CONTRACT.splitlines() if group)
    assert f"`samflode {name}" in CONTRACT or shared


@pytest.mark.parametrize(
    "kind", sorted({each.kind for _, each in inspect.getmembers(errors, inspect.isclass) if hasattr(each, "kind")})
)
def test_every_kind_of_error_is_explained_to_operators(kind):
    assert f"| `{kind}` |" in OPERATIONS
    assert f"`{kind}`" in CONTRACT


@pytest.mark.parametrize("code", [0, 1, 2, 3, 75])
def test_every_exit_code_is_explained_to_operators(code):
    assert f"| {code} | " in OPERATIONS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [link.partition("#")[0] for link in LINK.findall(text) if "://" not in link and not link.startswith("#")]

    assert [] == [target for target in targets if not (page.parent / target).exists()]


@pytest.mark.parametrize(
    "line", re.findall(r"`samflode ([a-z]+[^`]*)`", (ROOT / "README.md").read_text(encoding="utf-8"))
)
def test_the_commands_of_the_readme_exist(line):
    assert line.split()[0].startswith("-") or line.split()[0] in {*samflode.commands, "COMMAND"}


SHOWING = [each for each in sorted((ROOT / "pipeline").rglob("*.py")) if ">>> " in each.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", SHOWING, ids=lambda each: each.stem)
def test_what_a_docstring_shows_is_what_comes_out(path):
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)

    assert 0 == doctest.testmod(importlib.import_module(name)).failed
