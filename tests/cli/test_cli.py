"""Commands as users and programs call them: help, exit codes, what goes where."""

from __future__ import annotations

import csv
import json
import logging
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import click
import pytest

from pipeline import __version__
from pipeline.archive import open_archive
from pipeline.cli import logs, main, samflode

ROOT = Path(__file__).parents[2]
PARTNERS = ROOT / "examples" / "partners"
SOURCES = """\
archive: {title: Samlade nyheter, url: "https://nyheter.example.se/", language: sv, timezone: Europe/Stockholm, contact: a@example.se}
fetch: {delay: 0s, robots: false}
sources:
  - {id: adda, url: "https://adda.example.se/feed"}
"""


def commands(group: click.Group, path: tuple[str, ...] = ()):
    """Every command with the words that call it."""
    for name, command in group.commands.items():
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


ALL = list(commands(samflode))


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A folder with a sources.yaml, to work in."""
    (tmp_path / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / "routes.json").write_text("{}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


#: What these print is for programs already, or is made by them: exports, a schema, a script, log lines; or they only begin something.
WITHOUT_JSON = {"completion", "export", "init", "manual", "serve", "sources schema", "worker"}


def test_every_command_that_reports_something_does_so_for_programs_too():
    without = {
        " ".join(words)
        for words, command in ALL
        if not isinstance(command, click.Group) and not any("--json" in each.opts for each in command.params)
    }
    assert WITHOUT_JSON == without


@pytest.mark.parametrize("words", [words for words, _ in ALL], ids=" ".join)
def test_every_command_has_help_with_an_example(words, capsys):
    assert main([*words, "--help"]) == 0

    shown = capsys.readouterr().out
    assert f"Example: samflode {words[0]}" in shown
    for option in ("--sources FILE", "--store DIR", "--quiet", "--verbose", "--log-format"):
        assert option in shown


def test_help_lists_the_commands_in_the_order_of_the_work(capsys):
    assert main(["--help"]) == 0

    shown = capsys.readouterr().out
    positions = [shown.index(f"\n  {name} ") for name in samflode.commands]
    assert sorted(positions) == positions


def test_the_version_is_said(capsys):
    assert main(["--version"]) == 0
    assert f"samflode, version {__version__}\n" == capsys.readouterr().out


def test_common_options_stand_before_or_after_the_command(folder, capsys):
    (folder / "other.yaml").write_text(SOURCES.replace("adda", "anbud"), encoding="utf-8")

    assert main(["--sources", "other.yaml", "sources", "list", "--json"]) == 0
    before = capsys.readouterr().out
    assert main(["sources", "list", "--json", "--sources", "other.yaml"]) == 0

    assert before == capsys.readouterr().out
    assert ["anbud"] == [each["id"] for each in json.loads(before)]


def test_common_options_come_from_the_environment_too(folder, monkeypatch, capsys):
    (folder / "other.yaml").write_text(SOURCES.replace("adda", "anbud"), encoding="utf-8")
    monkeypatch.setenv("SAMFLODE_SOURCES", "other.yaml")

    assert main(["sources", "list", "--json"]) == 0

    assert ["anbud"] == [each["id"] for each in json.loads(capsys.readouterr().out)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["run", "--bogus"], "No such option", id="unknown option"),
        pytest.param(["flow"], "No such command 'flow'", id="unknown command"),
        pytest.param(
            ["run", "--source", "nobody"],
            "samflode: there is no source `nobody`\n`samflode sources list`",
            id="unknown source",
        ),
        pytest.param(
            ["show", "nothing"], "samflode: the archive holds no item and no story `nothing`\n", id="unknown id"
        ),
        pytest.param(
            ["serve"], "samflode: store/public holds no publication yet\nCollect first", id="nothing to serve"
        ),
        pytest.param(
            ["export", "items", "--since", "soon"],
            "'soon' is no date; write it as 2026-03-02",
            id="a date that is none",
        ),
        pytest.param(
            ["export", "items", "--output", "no/such/folder"], "samflode: no/such/folder can't be written", id="output"
        ),
        pytest.param(
            ["search", "-handskar"],
            "samflode: `-handskar` holds no word to search for\nWrite at least one without a minus",
            id="nothing to search for",
        ),
        pytest.param(
            ["export", "items", "--format", "sqlite"],
            "samflode: sqlite is no text, and needs a file\nName one: --output news.sqlite",
            id="a database on standard output",
        ),
        pytest.param(
            ["export", "items", "--format", "sqlite", "--output", "no/such/folder"],
            "samflode: no/such/folder can't be written: No such file or directory\nName another file with --output.",
            id="output of a database",
        ),
        pytest.param(
            ["export", "items", "--delimiter", ";"],
            "samflode: ndjson has no delimiter\nLeave --delimiter out",
            id="delimiter",
        ),
        pytest.param(["run", "--pages", "0"], "0 is not in the range", id="pages"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_to_do(folder, capsys, arguments, message):
    assert 2 == main(arguments)

    output = capsys.readouterr()
    assert message in output.err
    assert "" == output.out
    assert not (folder / "store" / "archive").exists()


def test_a_wrong_file_of_sources_exits_with_2_and_nothing_is_written(folder, capsys):
    (folder / "sources.yaml").write_text(SOURCES.replace("id: adda", "id: adda, intervall: 6h"), encoding="utf-8")

    assert 2 == main(["run"])

    output = capsys.readouterr()
    assert "sources.yaml:4:" in output.err
    assert "did you mean `every`?" in output.err
    assert "Nothing was fetched or written." in output.err
    assert not (folder / "store").exists()


def test_a_missing_file_of_sources_says_what_to_do(folder, capsys):
    assert 2 == main(["run", "--sources", "elsewhere.yaml"])
    assert "elsewhere.yaml" in capsys.readouterr().err


def test_a_run_beside_another_exits_with_75_and_does_nothing(folder, capsys):
    with open_archive("store", write=True):
        assert 75 == main(["run", "--replay", "recordings"])

    assert f"{os.getpid()}" in capsys.readouterr().err
    assert not (folder / "store" / "public").exists()


def test_a_failed_source_exits_with_1_and_says_why_and_what_to_do(folder, capsys):
    assert 1 == main(["run", "--replay", "recordings", "--quiet"])

    output = capsys.readouterr()
    assert "" == output.out
    assert output.err.startswith("adda: failed (http_status): ")
    assert output.err.endswith(" Next: samflode doctor adda\n")


def test_nothing_due_exits_with_0(folder, capsys):
    assert 1 == main(["run", "--replay", "recordings"])
    capsys.readouterr()

    assert 0 == main(["run"])

    assert "nothing was due" in capsys.readouterr().err


@pytest.mark.parametrize("library", ["procrastinate", "psycopg.pool", "stamina"])
def test_libraries_say_nothing_among_our_messages(library, capsys):
    """Of a request that is tried again stamina says `stamina.retry_scheduled`."""
    logs.configure(quiet=False, verbose=False, log_format="text")
    logging.getLogger(library).warning("library.did_something")

    assert "" == capsys.readouterr().err


def test_messages_are_one_json_object_a_line_when_asked(folder, capsys):
    main(["run", "--replay", "recordings", "--log-format", "json"])

    said = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert ("adda", "failed", "http_status") == tuple(said[0][key] for key in ("source", "outcome", "kind"))
    assert {"time", "level", "event"} <= said[0].keys()


def test_status_tells_what_ails_a_source(folder, capsys):
    main(["run", "--replay", "recordings", "--quiet"])
    capsys.readouterr()

    assert 0 == main(["status"])
    shown = capsys.readouterr().out
    assert "failing" in shown
    assert "(http_status, since " in shown

    assert 0 == main(["status", "--json"])
    (state,) = json.loads(capsys.readouterr().out)["sources"]
    assert ("adda", "failing", "http_status") == (state["id"], state["condition"], state["error"]["kind"])


def test_status_of_an_empty_store_writes_nothing(folder, capsys):
    assert 0 == main(["status"])

    assert "never" in capsys.readouterr().out
    assert not (folder / "store").exists()


def test_the_run_report_has_the_fields_of_the_contract(tmp_path, capsys):
    assert 0 == main(["run", "--replay", str(PARTNERS), "--store", str(tmp_path / "store"), "--json", "--quiet"])

    report = json.loads(capsys.readouterr().out)
    assert ["started", "finished", "sources", "totals"] == list(report)
    assert {
        "id", "outcome", "requests", "bytes", "entries", "new", "updated", "seconds", "warnings", "error", "next_due",
    } == report["sources"][0].keys()  # fmt: skip
    assert {"sources", "failed", "entries", "new", "updated", "stories"} == report["totals"].keys()


def test_run_ends_with_where_to_open_the_page_and_the_feed(tmp_path, capsys):
    store = tmp_path / "store"

    assert 0 == main(["run", "--replay", str(PARTNERS), "--store", str(store)])

    assert [
        f"archive page  {(store / 'public' / 'index.html').as_uri()}",
        f"merged feed   {(store / 'public' / 'feed.atom').as_uri()}",
    ] == capsys.readouterr().out.splitlines()


def test_publish_tells_programs_what_it_wrote(tmp_path, capsys):
    store = tmp_path / "store"
    assert 0 == main(["run", "--replay", str(PARTNERS), "--store", str(store), "--quiet"])
    arguments = ["publish", "--sources", str(PARTNERS / "sources.yaml"), "--store", str(store), "--json"]
    assert 0 == main(arguments)
    first = json.loads(capsys.readouterr().out)
    (Path(first["folder"]) / "index.html").unlink()
    assert 0 == main(arguments)

    assert (store / "public").resolve() == Path(first["folder"])
    assert {**first, "written": 1, "removed": 0, "unchanged": first["written"] + first["unchanged"] - 1} == json.loads(
        capsys.readouterr().out
    )


def test_a_run_that_does_not_publish_leaves_the_publication_alone(tmp_path):
    store = tmp_path / "store"

    assert 0 == main(["run", "--replay", str(PARTNERS), "--store", str(store), "--no-publish", "--quiet"])
    assert not (store / "public").exists()

    assert 0 == main(["publish", "--sources", str(PARTNERS / "sources.yaml"), "--store", str(store), "--quiet"])
    assert (store / "public" / "index.html").is_file()


@pytest.mark.parametrize("arguments", [["--help"], ["status"]], ids=" ".join)
def test_nothing_heavy_is_imported_before_it_is_needed(folder, arguments):
    """Start-up counts: the libraries of fetching, reading and rendering stay out of `--help` and `status`."""
    heavy = ["httpx", "bs4", "lxml", "feedparser", "dateparser", "trafilatura", "py3langid", "jinja2", "rich", "numpy"]
    program = (
        "import sys; from pipeline.cli import main; code = main(sys.argv[1:]);"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr); sys.exit(code)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert "[]\n" == done.stderr
    assert 0 == done.returncode


def test_what_needs_only_the_archive_asks_for_no_file_of_sources(tmp_path, monkeypatch, capsys):
    store = tmp_path / "elsewhere"
    assert 0 == main(["run", "--replay", str(PARTNERS), "--store", str(store), "--quiet"])
    monkeypatch.chdir(tmp_path)

    assert 0 == main(["export", "items", "--store", str(store)])
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert 0 == main(["show", first["id"], "--store", str(store), "--json"])
    assert first["title"] == json.loads(capsys.readouterr().out)["title"]


def test_every_format_holds_the_same_items(tmp_path, monkeypatch, capsys):
    store = str(tmp_path / "store")
    monkeypatch.chdir(tmp_path)
    assert 0 == main(["run", "--replay", str(PARTNERS), "--store", store, "--quiet", "--no-publish"])
    export = ["export", "items", "--store", store, "--language", "sv"]

    assert 0 == main(export)
    ids = [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()]
    for form in ("csv", "parquet", "sqlite"):
        assert 0 == main([*export, "--format", form, "--output", f"items.{form}"])

    from pyarrow import parquet

    assert ids
    assert ids == parquet.read_table("items.parquet").column("id").to_pylist()
    with closing(sqlite3.connect("items.sqlite")) as db:
        assert ids == [each for (each,) in db.execute("SELECT id FROM items ORDER BY rowid")]
    with Path("items.csv").open(encoding="utf-8-sig", newline="") as file:
        assert ids == [row["id"] for row in csv.DictReader(file)]
    assert {"items.csv", "items.parquet", "items.sqlite", "store"} == {path.name for path in tmp_path.iterdir()}


def test_search_shows_what_it_finds_the_best_first(tmp_path, monkeypatch, capsys):
    store = str(tmp_path / "store")
    assert 0 == main(["run", "--replay", str(PARTNERS), "--store", store, "--quiet", "--no-publish"])
    search = ["search", "--store", store, "--language", "sv"]

    assert 0 == main([*search, "upphandlingar", "--json", "--limit", "2"])
    first, _ = json.loads(capsys.readouterr().out)
    assert "upphandling" in first["title"].casefold()
    assert 0 == main([*search, "upphandlingar", "--limit", "1"])
    told = capsys.readouterr().out
    assert [first["title"], f"samflode show {first['id']}"] == [told.splitlines()[0], told.splitlines()[-1].strip()]
    assert 0 == main([*search, "upphandlingar", "-upphandling"])
    assert ("", "Nothing was found. Fewer words find more; every word has to be in an item.\n") == capsys.readouterr()


def test_problems_of_the_file_are_json_for_editors(folder, capsys):
    assert 0 == main(["sources", "check", "--json"])
    assert {"valid": True, "problems": []} == json.loads(capsys.readouterr().out)

    (folder / "sources.yaml").write_text(SOURCES.replace("id: adda", "id: adda, intervall: 6h"), encoding="utf-8")
    assert 2 == main(["sources", "check", "--json"])

    told = json.loads(capsys.readouterr().out)
    assert not told["valid"]
    assert [("error", "sources.yaml", 4, "did you mean `every`?")] == [
        (each["severity"], each["file"], each["line"], each["advice"]) for each in told["problems"]
    ]


def test_an_export_of_nothing_says_so_beside_it(folder, capsys):
    assert main(["run", "--replay", str(PARTNERS), "--sources", str(PARTNERS / "sources.yaml"), "--no-publish"]) == 0
    capsys.readouterr()

    assert main(["export", "items", "--topic", "elektronikk"]) == 0
    assert ("", "nothing in the archive is what was asked for\n") == tuple(capsys.readouterr())
    assert main(["export", "items", "--since", "2010-01-01"]) == 0
    shown = capsys.readouterr()
    assert (37, "") == (len(shown.out.splitlines()), shown.err)
