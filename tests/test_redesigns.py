"""Every list of news on the recorded networks is redesigned in many ways: the run says so, `doctor --fix` mends it, nothing is doubled.

The second network lies beside the repository and is left out where it is not there.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.extract.infer import infer, written
from pipeline.web.html import parse_html
from tests.redesigns import REDESIGNS, redesigned

ROOT = Path(__file__).parents[1]
FIRST = ROOT / "examples" / "partners"
SECOND = ROOT.parent / "shared" / "real" / "sites-2"
#: Of each network, the pages that list news.
LISTS = {
    FIRST: (
        "https://xn--hllbarupphandling-8qb.se/nyheter",
        "https://xn--hllbarupphandling-8qb.se/nyheter?start=8",
        "https://electronicswatch.org/en/news_819",
        "https://nordisk-innkjop.example.org/",
        "https://comprapublica.example.cat/actualitat",
        "https://upphandlingsnytt.example.se/nyheter/",
    ),
    SECOND: (
        "https://comprapublica.example.cat/en/news",
        "https://comprapublica.example.cat/noticies",
        "https://electronicswatch.org/en/news_819",
        "https://electronicswatch.org/en/news_819?block886.page=2",
        "https://electronicswatch.org/en/news_819?block886.page=3",
        "https://nordisk-innkjop.example.org/",
        "https://upphandlingsnytt.example.se/nyheter/",
        "https://xn--hllbarupphandling-8qb.se/nyheter",
        "https://xn--hllbarupphandling-8qb.se/nyheter?start=10",
    ),
}
HEAD = """\
archive: {title: T, url: "https://n.example.se/", timezone: Europe/Stockholm}
fetch: {delay: 0s}
sources:
"""


class Network:
    """A copy of a network, each of its lists a source that is read by selectors."""

    def __init__(self, origin: Path, folder: Path) -> None:
        self.folder = folder / "web"
        self.store = folder / "store"
        self.sources = folder / "sources.yaml"
        shutil.copytree(origin, self.folder, ignore=shutil.ignore_patterns("later", "sources.yaml"))
        routes = json.loads((self.folder / "routes.json").read_text(encoding="utf-8"))
        self.files = {url: self.folder / routes[url]["file"] for url in LISTS[origin]}
        self.selectors = {}
        lines = [HEAD]
        for number, (url, file) in enumerate(self.files.items()):
            listing = infer(parse_html(file.read_text(encoding="utf-8")), url).listing
            fields = {name: getattr(listing, name) for name in ("title", "link", "date", "summary")}
            self.selectors[url] = {"item": listing.item} | {
                name: None if value is None else written(value) for name, value in fields.items()
            }
            given = {name: value for name, value in self.selectors[url].items() if value is not None}
            lines.append(f"  - id: list-{number}\n    url: {json.dumps(url)}\n    listing: {json.dumps(given)}\n")
        self.sources.write_text("".join(lines), encoding="utf-8")

    def redesign(self, redesign) -> None:
        for url, file in self.files.items():
            file.write_text(
                redesigned(file.read_text(encoding="utf-8"), redesign, **self.selectors[url]), encoding="utf-8"
            )

    def command(self, *words) -> int:
        places = ("--sources", self.sources, "--store", self.store, "--quiet")
        return main([str(word) for word in (*words, *places)])

    def run(self, capfd) -> dict[str, list[str]]:
        """What a run has to say of each source: its warnings, and its error with kind and hint."""
        capfd.readouterr()
        self.command("run", "--all", "--replay", self.folder, "--no-publish", "--json")
        rows = json.loads(capfd.readouterr().out)["sources"]
        return {
            row["id"]: [*row["warnings"], *([row["error"]["kind"], row["error"]["hint"]] if row["error"] else [])]
            for row in rows
        }

    def items(self, capfd) -> dict[tuple[str, str], str]:
        """The ids of the archive's items by source and address; an address twice would be an item doubled."""
        capfd.readouterr()
        assert self.command("export", "items") == 0
        rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
        assert len({(row["source"], row["url"]) for row in rows}) == len(rows)
        return {(row["source"], row["url"]): row["id"] for row in rows}


@pytest.mark.parametrize("name", REDESIGNS)
@pytest.mark.parametrize("origin", LISTS, ids=lambda origin: origin.name)
def test_a_redesign_is_reported_and_mended_and_doubles_nothing(origin, name, tmp_path, capfd):
    if not origin.is_dir():
        pytest.skip(f"{origin} is not there")
    network = Network(origin, tmp_path)
    assert {f"list-{number}": [] for number in range(len(network.files))} == network.run(capfd)
    before = network.items(capfd)

    network.redesign(REDESIGNS[name])

    assert [] == [source for source, said in network.run(capfd).items() if not said], "not reported"
    assert before == network.items(capfd)
    assert network.command("doctor", "--replay", network.folder, "--fix") == 0
    shown = capfd.readouterr().out
    assert {} == {source: said for source, said in network.run(capfd).items() if said}, shown
    assert before == network.items(capfd)
    assert network.command("doctor", "--replay", network.folder, "--json") == 0
    # An older page is long out of date when it is a source of its own.
    assert [] == [each for each in json.loads(capfd.readouterr().out) if each["condition"] != "quiet"]
