"""A maintainer's corrections hold at once, in later runs, and in an archive that is made anew."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline.archive import open_archive
from pipeline.archive.verify import Inspection, verify
from pipeline.cli import main

PARTNERS = Path(__file__).parents[2] / "examples" / "partners"


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A folder with the partners' sources.yaml and an archive of their recordings."""
    shutil.copy(PARTNERS / "sources.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    collect("store")
    return tmp_path


def collect(store: str) -> None:
    words = ["--replay", str(PARTNERS), "--sources", "sources.yaml", "--store", store, "--quiet", "--no-publish"]
    assert main(["run", *words]) == 0


def stories(store: str = "store") -> dict[str, tuple[str, ...]]:
    with open_archive(store, write=False) as archive:
        assert [] == list(verify(Path(store), Inspection()))
        return {story.id: story.items for story in archive.stories()}


def shared_story() -> tuple[str, tuple[str, ...]]:
    return next((name, items) for name, items in stories().items() if len(items) == 2)


@pytest.mark.parametrize("which", [0, 1])
def test_an_item_that_was_split_off_stays_by_itself(folder, capsys, which):
    name, items = shared_story()

    assert 0 == main(["story", "split", name, items[which]])

    after = stories()
    assert {(items[0],), (items[1],)} <= set(after.values())
    assert f"{items[which]} is story s-{items[which]} by itself" in capsys.readouterr().out
    collect("store")
    assert after == stories(), "a later run respects it"
    collect("anew")
    assert after == stories("anew"), "an archive that is made anew has the same stories"
    assert f"  - {items[which]}  # " in (folder / "corrections.yaml").read_text(encoding="utf-8")


def test_stories_that_were_joined_stay_joined(folder, capsys):
    one, other = [name for name, items in stories().items() if len(items) == 1][:2]

    assert 0 == main(["story", "join", one, other])

    after = stories()
    lived, gone = (one, other) if one in after else (other, one)
    assert gone not in after
    assert 2 == len(after[lived])
    with open_archive("store", write=False) as archive:
        assert lived == archive.story(gone).id, "the other's page leads here"
    collect("store")
    assert after == stories()
    collect("anew")
    assert {frozenset(items) for items in after.values()} == {frozenset(items) for items in stories("anew").values()}
    capsys.readouterr()
    assert 0 == main(["show", lived])
    assert "a maintainer said so" in capsys.readouterr().out


def test_programs_are_told_what_became_of_a_correction(folder, capsys):
    name, items = shared_story()

    assert 0 == main(["story", "split", name, items[1], "--json"])
    split = json.loads(capsys.readouterr().out)
    assert 0 == main(["story", "join", split["rest"], split["story"], "--json"])
    joined = json.loads(capsys.readouterr().out)

    assert (items[1], f"s-{items[1]}", f"s-{items[0]}") == (split["item"], split["story"], split["rest"])
    assert {joined["story"], *joined["joined"]} == {split["story"], split["rest"]}
    assert joined["items"] == list(stories()[joined["story"]])
    assert "corrections.yaml" == split["corrections"] == joined["corrections"]


def test_what_was_split_can_be_joined_again(folder):
    before = stories()
    name, items = shared_story()
    assert 0 == main(["story", "split", name, items[1]])

    assert 0 == main(["story", "join", f"s-{items[0]}", f"s-{items[1]}"])

    assert set(before.values()) == set(stories().values())


def test_show_says_why_two_items_are_one_story(folder, capsys):
    said = []
    for name, items in stories().items():
        if len(items) == 2:
            capsys.readouterr()
            assert 0 == main(["show", name, "--json"])
            first, second = (each["same_story_because"] for each in json.loads(capsys.readouterr().out)["items"])
            assert first is None
            said.append(second.removeprefix(f"with {items[0]}: "))

    assert "they begin with the same words" in said
    assert any(each.startswith("they tell of the same event: both have ") for each in said)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["split", "s-none", "x"], "the archive holds no story `s-none`"),
        (["split", "STORY", "x"], "has no item `x`"),
        (["split", "SINGLE", "ITEM"], "has only this item: there is nothing to split"),
        (["join", "STORY", "STORY"], "are one story already"),
    ],
)
def test_what_cannot_be_corrected_is_said_and_nothing_is_changed(folder, capsys, words, message):
    name, _ = shared_story()
    single, (item,) = next((each, items) for each, items in stories().items() if len(items) == 1)
    before = stories()
    named = {"STORY": name, "SINGLE": single, "ITEM": item}

    assert 2 == main(["story", *(named.get(word, word) for word in words)])

    assert message in capsys.readouterr().err
    assert before == stories()
    assert not (folder / "corrections.yaml").exists()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("alone: x\n", "corrections.yaml:1:8: this is no list of ids; write the ids as `samflode show` gives them"),
        ("alone:\n  - [a]\n", "corrections.yaml:2:5: "),
        ("together:\n  - [a]\n", "it takes two items to be one story; write `- [ID, ID]`"),
        ("split:\n  - a\n", "there is no field `split`; the file knows `alone` and `together`"),
        ("- a\n", "the file has no `alone:` and no `together:`; write one of them"),
        ("alone: [\n", "corrections.yaml:"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(folder, capsys, text, problem):
    (folder / "corrections.yaml").write_text(text, encoding="utf-8")

    assert 2 == main(["sources", "check"])

    assert problem in capsys.readouterr().err


def test_corrections_are_added_without_a_change_to_the_rest_of_the_file(folder):
    text = "# ours\ntogether:\n  - [a, b]   # kept\n\n# about the next\nalone:\n  - c\n"
    (folder / "corrections.yaml").write_text(text, encoding="utf-8")
    name, items = shared_story()

    assert 0 == main(["story", "split", name, items[0]])

    after = (folder / "corrections.yaml").read_text(encoding="utf-8")
    assert after.startswith(text)
    assert after[len(text) :].startswith(f"  - {items[0]}  # ")
