"""Every recipe of the cookbook is a file that works: valid, free of warnings, and giving the entries that it should."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from pipeline.config import check, load, schema
from pipeline.run import fetcher_of
from pipeline.trial import attempt
from tests.builders import NOW

ROOT = Path(__file__).parents[1]
RECIPES = sorted((ROOT / "docs" / "recipes").glob("*.yaml"))
HERE = Path(__file__).parent / "recipes"
#: By recipe and source: title, moment and address of each entry. To write it anew: python -m tests.test_recipes
EXPECTED = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))
COOKBOOK = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")


def recorded(folder: Path) -> Path:
    """The partner sites and the pages that only recipes need, in one folder of recordings."""
    shutil.copytree(ROOT / "examples" / "partners", folder, ignore=shutil.ignore_patterns("later"))
    routes = json.loads((folder / "routes.json").read_text(encoding="utf-8"))
    routes |= json.loads((HERE / "routes.json").read_text(encoding="utf-8"))
    for path in HERE.iterdir():
        if path.name != "routes.json":
            shutil.copy(path, folder)
    (folder / "routes.json").write_text(json.dumps(routes), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    return recorded(tmp_path_factory.mktemp("recipes") / "recordings")


def tried(path: Path, recordings: Path) -> dict[str, list[list[str | None]]]:
    """What each source of a recipe gives."""
    config = load(path, os.environ)

    async def all_of_them():
        async with fetcher_of(config, recordings) as fetcher:
            return [await attempt(source, fetcher, NOW) for source in config.sources]

    trials = asyncio.run(all_of_them())
    assert [] == [(trial.warnings, trial.error) for trial in trials if trial.warnings or trial.error]
    return {
        trial.source.id: [
            [each.item.title, each.item.published and each.item.published.at.isoformat(), each.item.url]
            for each in trial.tried
        ]
        for trial in trials
    }


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_gives_the_entries_that_it_should(path, recordings):
    assert EXPECTED[path.stem] == tried(path, recordings)


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_is_valid_for_the_program_and_for_editors_and_nothing_in_it_is_frail(path):
    data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))

    assert [] == [error.message for error in Draft202012Validator(json.loads(schema())).iter_errors(data)]
    assert check(path, {})[1] == ()


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_the_cookbook_shows_the_recipe_as_it_is(path):
    shown = re.search(rf"<!-- recipe: {path.stem} -->\n```yaml\n(.*?)```", COOKBOOK, re.DOTALL)

    assert shown, f"docs/sources.md does not show {path.name}"
    assert path.read_text(encoding="utf-8").partition("timezone: Europe/Stockholm\n\n")[2] == shown[1]


def test_the_cookbook_shows_no_recipe_that_is_no_file():
    names = set(re.findall(r"<!-- recipe: ([\w-]+) -->", COOKBOOK))

    assert names == {path.stem for path in RECIPES} == EXPECTED.keys()


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        made = recorded(Path(folder) / "recordings")
        found = {path.stem: tried(path, made) for path in RECIPES}
        (HERE / "expected.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
