"""`samflode init`: a folder to begin with, right as it is but for the sources that it has not yet."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline import config
from pipeline.cli import main
from pipeline.model.config import FetchPolicy

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch) -> Path:
    """An empty folder on a Swedish machine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Europe/Stockholm")
    monkeypatch.setenv("LC_ALL", "sv_SE.UTF-8")
    return tmp_path


def with_a_source(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("\nsources:\n", "\nsources:\n  - {id: adda, url: 'https://adda.se/'}\n"), encoding="utf-8"
    )


def test_a_new_folder_has_a_file_for_this_machine_and_says_how_to_go_on(place, capsys):
    assert 0 == main(["init", "news"])

    said = capsys.readouterr().out
    assert said.startswith("news/sources.yaml: written\n")
    assert "cd news" in said
    assert {"sources.yaml", "sources.schema.json"} == {path.name for path in (place / "news").iterdir()}
    with_a_source(place / "news" / "sources.yaml")
    archive = config.load(place / "news" / "sources.yaml", {}).archive
    assert ("sv", "Europe/Stockholm") == (archive.language, archive.timezone.key)


def test_every_example_in_the_comments_is_right(place):
    assert 0 == main(["init"])
    path = place / "sources.yaml"
    head, sources = path.read_text(encoding="utf-8").split("\nsources:\n")
    head, examples = head.split("# A feed needs")
    opened = [
        "\n".join(line.removeprefix("# ") for line in part.splitlines() if re.match(r"(?!#)|# ( |\w+:)", line))
        for part in (head, "\n".join(re.findall(r"^#   .*", examples, re.MULTILINE)), sources)
    ]
    path.write_text("{}\nsources:\n{}\n{}\n".format(*opened), encoding="utf-8")

    loaded = config.load(path, {"MAIL_PASSWORD": "hemligt", "PING_ID": "abc"})

    assert ["adda", "electronics-watch"] == [source.id for source in loaded.sources]
    assert ("elektronik", "svenska") == (loaded.topics[0].id, loaded.feeds[0].id)
    assert FetchPolicy() == loaded.fetch, "what is commented out is what holds anyway"
    assert timedelta(days=2) == loaded.alert_after
    assert ("mailto://redaktion:hemligt@example.se",) == loaded.notify
    assert "https://monitor.example.se/abc" == loaded.ping


def test_title_and_address_are_taken_as_they_are(place):
    assert 0 == main(["init", "--title", 'Nytt: om "krav" # ett', "--url", "https://nyheter.region.se/krav"])
    with_a_source(place / "sources.yaml")

    archive = config.load(place / "sources.yaml", {}).archive
    assert ('Nytt: om "krav" # ett', "https://nyheter.region.se/krav/") == (archive.title, archive.url)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--url", "nyheter"], "samflode: `nyheter` is no web address\n", id="an address that is none"),
        pytest.param(["--title", " "], "samflode: an empty text says nothing\nWrite the text", id="an empty title"),
    ],
)
def test_what_would_make_the_file_invalid_is_refused(place, capsys, arguments, message):
    assert 2 == main(["init", *arguments])

    assert capsys.readouterr().err.startswith(message)
    assert [] == list(place.iterdir())


def test_what_is_there_is_left_alone(place, capsys):
    (place / "sources.yaml").write_text("mine\n", encoding="utf-8")

    assert 2 == main(["init"])

    assert "samflode: sources.yaml is there already\nNothing was changed. Name a new folder" in capsys.readouterr().err
    assert "mine\n" == (place / "sources.yaml").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_made_is_named(place, capsys):
    (place / "file").write_text("", encoding="utf-8")

    assert 2 == main(["init", "file/news"])

    assert (
        "samflode: file/news/sources.yaml can't be written: Not a directory\nName a folder that you may write to"
        in (capsys.readouterr().err)
    )


@pytest.mark.parametrize(("zone", "expected"), [("", None), ("Mars/Olympus", "UTC"), (":Europe/Oslo", "Europe/Oslo")])
def test_a_machine_without_a_zone_that_has_a_name_is_in_utc(place, monkeypatch, zone, expected):
    monkeypatch.setenv("TZ", zone)
    monkeypatch.setenv("LC_ALL", "C")

    assert 0 == main(["init", "--quiet"])

    with_a_source(place / "sources.yaml")
    archive = config.load(place / "sources.yaml", {}).archive
    assert "en" == archive.language
    assert expected in (None, archive.timezone.key)


def test_a_run_before_there_is_a_source_says_how_to_add_one(place, capsys):
    assert 0 == main(["init", "--quiet"])

    assert 2 == main(["run"])

    said = capsys.readouterr().err
    assert said == (
        "sources.yaml:40:1: there is no source yet; add one: `samflode sources add ADDRESS` takes any address of a site,"
        " `samflode sources import FILE` a list of feeds\nNothing was fetched or written.\n"
    )


def test_a_run_in_an_empty_folder_says_how_to_begin(place, capsys):
    assert 2 == main(["run"])

    assert capsys.readouterr().err == (
        "sources.yaml:1:1: there is no such file; write one, or let `samflode init` write one with examples;"
        " `--sources FILE` takes another\nNothing was fetched or written.\n"
    )
