"""Every code block of README and docs/ does what it says: commands run, settings load, units parse, pictures match the code."""

from __future__ import annotations

import configparser
import http.server
import json
import os
import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cronsim import CronSim

from pipeline import config
from pipeline.cli import main, samflode
from tests.builders import NOW
from tests.takeover.files import OPML, reader_database

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PARTNERS = ROOT / "examples" / "partners"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
#: A site as the documentation's commands meet it: a page that announces a feed.
PAGE = '<!doctype html><html lang="sv"><head><title>Nytt</title><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head></html>'
FEED = """<rss version="2.0"><channel><title>Nytt</title><link>https://www.example.se/</link><language>sv</language>
<item><title>Nya krav på handskar</title><link>https://www.example.se/1</link><pubDate>Mon, 02 Mar 2026 12:00:00 +0100</pubDate>
<description>Regionerna ställer nya krav på handskar i vården.</description></item></channel></rss>"""
#: Programs of other people, which the commands stand beside.
OTHERS = {"mail", "systemctl", "journalctl", "man", "pip", "apt-get"}


@dataclass(frozen=True)
class Block:
    page: str
    line: int
    language: str
    mark: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    """The fenced and the indented blocks of a page; what stands before one may say more of it."""
    lines = page.read_text(encoding="utf-8").splitlines()
    at, name = 0, str(page.relative_to(ROOT))
    while at < len(lines):
        end = at + 1
        if fence := re.match(r"\s*```(\w*)", lines[at]):
            while not lines[end].strip().startswith("```"):
                end += 1
            yield Block(name, at + 1, fence[1], lines[at - 1], "\n".join(lines[at + 1 : end]))
            end += 1
        elif re.match(r"    \S", lines[at]) and not lines[at - 1].strip():
            while end < len(lines) and (lines[end].startswith("    ") or not lines[end].strip()):
                end += 1
            yield Block(name, at + 1, "sh", "", "\n".join(line[4:] for line in lines[at:end]).rstrip())
        at = end


ALL = [block for page in PAGES for block in blocks(page)]


def of(*languages: str) -> list[Block]:
    return [block for block in ALL if block.language in languages]


def test_every_block_has_a_language_that_is_tried_here():
    assert {"sh", "yaml", "ini", "text", "crontab"} >= {block.language for block in ALL}, [
        str(block) for block in ALL if block.language not in {"sh", "yaml", "ini", "text", "crontab"}
    ]


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """A folder with an archive of two sources; the web is a recording, and nobody is waited for."""
    from pipeline import run

    web = tmp_path / "web"
    web.mkdir()
    (web / "page.html").write_text(PAGE, encoding="utf-8")
    (web / "feed.xml").write_text(FEED, encoding="utf-8")
    routes = {
        "https://www.example.se/": "page.html",
        "https://www.example.se/feed.xml": "feed.xml",
        "https://www.adda.se/feed/": "feed.xml",
    }
    (web / "routes.json").write_text(json.dumps({url: {"file": file} for url, file in routes.items()}))
    home = tmp_path / "home"
    home.mkdir()
    reader_database(home / "reader.sqlite")
    (home / "feeds.opml").write_text(OPML, encoding="utf-8")
    (home / "sources.yaml").write_text(
        'archive: {title: Nytt, url: "https://nyheter.example.se/"}\nfetch: {delay: 0s}\ncaptures: 1d\nsources:\n'
        "  - id: adda\n    url: https://www.adda.se/feed/\n",
        encoding="utf-8",
    )
    for name in ("examples", "scripts", "benchmarks"):
        (home / name).symlink_to(ROOT / name)
    monkeypatch.chdir(home)
    whole = run.fetcher_of
    monkeypatch.setattr(
        run,
        "fetcher_of",
        lambda settings, recordings, *rest: whole(
            settings, web if recordings is None else recordings, (), None, *rest[2:]
        ),
    )

    def stopped(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(http.server.ThreadingHTTPServer, "serve_forever", stopped)
    return home


def commands(text: str) -> Iterator[list[str]]:
    """The commands of a block as lists of words: comments, what another program does with the result, and line breaks taken away."""
    text = re.sub(r"\\\n\s*", " ", text).replace("$(date +%u)", "3")
    for line in text.splitlines():
        for each in re.split(r"\s(?:&&|\|\||;)\s", line):
            words = shlex.split(each, comments=True)
            if ">" in words:
                words = words[: words.index(">")]
            if words:
                yield words


def carried_out(words: list[str], tmp_path: Path) -> None:
    """Runs a command of the documentation."""
    program, *arguments = words
    arguments = [
        "adda" if each == "ID" else str(tmp_path / each.lstrip("/")) if each.startswith("/backup/") else each
        for each in arguments
    ]
    if program == "cd":
        os.chdir(arguments[0])
    elif program in {".", "python3"} or program.endswith(("/pip", "/activate")) or program in OTHERS:
        return  # the wheel's own test makes environments
    elif program == "python":
        assert (ROOT / arguments[0]).exists(), words
    elif program.startswith(("./scripts/", "scripts/")):
        script = ROOT / program
        assert os.access(script, os.X_OK), words
        if script.name == "run":
            assert main(["run", *arguments]) in {0, 1}, words
    else:
        assert "samflode" == Path(program).name, words
        if arguments[:2] == ["sources", "add"] and not {"--yes", "--dry-run"} & set(arguments):
            arguments.append("--dry-run")  # nobody is there to be asked
        if arguments[:2] == ["store", "backup"]:
            Path(arguments[2]).parent.mkdir(parents=True, exist_ok=True)
        assert main(arguments) in {0, 1}, words


@pytest.mark.parametrize("block", of("sh"), ids=str)
def test_the_commands_run(block, place, tmp_path, capsys):
    if "import" not in block.text and "init" not in block.text:
        assert 0 == main(["run", "--quiet"])

    for words in commands(block.text):
        carried_out(words, tmp_path)


PLAIN = 'archive: {title: T, url: "https://n.example.se/"}\n', "sources:\n  - {id: adda, url: 'https://adda.se/'}\n"


@pytest.mark.parametrize("block", of("yaml"), ids=str)
def test_the_settings_are_right(block, tmp_path):
    recipe = re.match(r"<!-- recipe: (\S+) -->", block.mark)
    if recipe:
        whole = (ROOT / "docs" / "recipes" / f"{recipe[1]}.yaml").read_text(encoding="utf-8")
        assert block.text.strip() in whole, "tests/test_recipes.py tries the whole file"
        return
    text = block.text + "\n"
    for part in PLAIN:
        if not re.search(rf"^{part.partition(':')[0]}:", text, re.MULTILINE):
            text += part
    (tmp_path / "sources.yaml").write_text(text, encoding="utf-8")
    names = set(re.findall(r"\$\{(\w+)\}", re.sub(r"#.*", "", text)))

    assert config.load(tmp_path / "sources.yaml", dict.fromkeys(names, "hemligt")).sources


def understood(line: str) -> None:
    """That a command line of samflode is one: all its words are known. Nothing is run."""
    program, *arguments = shlex.split(line)
    assert "samflode" == Path(program).name
    command, context = samflode, samflode.make_context("samflode", list(arguments), resilient_parsing=True)
    name, found, rest = command.resolve_command(context, arguments)
    assert found is not None
    found.make_context(name, rest, parent=context)


@pytest.mark.parametrize("block", of("ini"), ids=str)
def test_the_units_are_units(block):
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read_string(block.text)

    assert {"Unit"} <= set(parser.sections()) <= {"Unit", "Service", "Timer", "Install"}
    for section in parser.sections():
        if "ExecStart" in parser[section]:
            understood(parser[section]["ExecStart"])


@pytest.mark.parametrize("block", of("crontab"), ids=str)
def test_the_crontabs_say_when_and_what(block):
    for line in block.text.splitlines():
        if line.strip() and not line.startswith("#"):
            *times, command = line.split(None, 5)
            assert next(CronSim(" ".join(times), NOW)) > NOW
            understood(re.split(r"&&|\|\|", command)[1].strip())


def test_the_picture_of_the_rooms_is_the_one_that_is_checked():
    (picture,) = [block.text for block in of("text") if block.text.startswith("cli\n")]
    rooms = set(re.findall(r"[a-z_]+", re.sub(r"\s{2,}.*", "", picture, flags=re.MULTILINE)))
    layers = re.search(r"^layers = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text(), re.MULTILINE | re.DOTALL)

    assert set(re.findall(r"[a-z_]+", layers[1])) == rooms


def test_the_line_names_rooms_that_there_are():
    for block in of("text"):
        if "──▶ Source" in block.text:
            for name in re.findall(r"[a-z]+", block.text.splitlines()[1]):
                assert (ROOT / "pipeline" / name).is_dir() or (ROOT / "pipeline" / f"{name}.py").is_file()


def test_the_store_has_the_files_that_are_described(tmp_path):
    (picture,) = [block.text for block in of("text") if block.text.startswith("store/\n")]
    assert 0 == main(["run", "--replay", str(PARTNERS), "--store", str(tmp_path / "store"), "--quiet"])

    below = None
    for line in picture.splitlines()[1:]:
        name, said = re.match(r"\s*(\S+)\s*(.*)", line).groups()
        below = name if re.match(r"  \S", line) else below
        path = name if name == below else f"{below}{name}"
        pattern = re.sub(r"\d{4}-\d{2}(\.\d+)?|ID", "*", path)
        if "only" not in said and below != "backups/":
            assert list((tmp_path / "store").glob(pattern.rstrip("/"))), line


def test_doctor_says_what_is_shown(tmp_path, capsys):
    (shown,) = [block.text for block in of("text") if block.text.startswith("electronics-watch: failing")]
    later = tmp_path / "later"
    shutil.copytree(PARTNERS, later)
    for page in (later / "electronicswatch.org").glob("news-*.html"):
        text = page.read_text(encoding="utf-8")
        text = re.sub(r'<(div|li|article)([^>]*)class="news-item"', r'<\1\2class="card"', text)
        page.write_text(text, encoding="utf-8")
    options = ["--sources", str(PARTNERS / "sources.yaml"), "--store", str(tmp_path / "store")]
    assert 0 == main(["run", "--replay", str(PARTNERS), *options, "--quiet", "--no-publish"])
    assert 1 == main(
        ["run", "--replay", str(later), *options, "--quiet", "--no-publish", "--source", "electronics-watch"]
    )
    capsys.readouterr()

    assert 0 == main(["doctor", "electronics-watch", "--replay", str(later), *options])

    said = capsys.readouterr().out
    for line in shown.splitlines():
        start = re.split(r"[\d`;…]", line)[0].rstrip()
        assert start in said, line


def test_the_site_is_built_without_a_dead_link(tmp_path, monkeypatch):
    """MkDocs, strictly: links between pages, anchors in them, and pages that no menu leads to."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    settings = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(tmp_path), strict=True)

    build(settings)

    assert "Samflöde" in (tmp_path / "index.html").read_text(encoding="utf-8")
    for page in tmp_path.rglob("*.html"):
        assert not re.search(r'(?:src|href)="https?://(?:fonts|unpkg|cdn)', page.read_text(encoding="utf-8")), page
