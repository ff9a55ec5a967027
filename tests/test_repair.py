"""Sites are redesigned: the run says so, `doctor` finds the news again, and no item is doubled by it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from pipeline.cli import main

PARTNERS = Path(__file__).parents[1] / "examples" / "partners"


def renamed(names):
    """Every class another name."""

    def change(html):
        for old, new in names.items():
            html = re.sub(rf'(class="[^"]*)\b{re.escape(old)}\b', rf"\g<1>{new}", html)
        return html

    return change


def retagged(pattern, tag, classes):
    """Every item another element, with other classes."""

    def change(html):
        opening = re.compile(pattern)
        found = opening.search(html)
        old = re.match(r"<(\w+)", found[0])[1]
        pieces = opening.split(html)
        done = [pieces[0]]
        for piece in pieces[1:]:
            depth, end = 1, 0
            for tagged in re.finditer(rf"<(/?){old}\b[^>]*>", piece):
                depth += -1 if tagged[1] else 1
                if depth == 0:
                    end = tagged.start()
                    break
            rest = re.sub(rf"^</{old}>", "", piece[end:])
            done.append(f'<{tag} class="{classes}">{piece[:end]}</{tag}>{rest}')
        return "".join(done)

    return change


def both(*changes):
    def change(html):
        for each in changes:
            html = each(html)
        return html

    return change


ELECTRONICS = ("electronics-watch", "electronicswatch.org/news-0.html", "electronicswatch.org/news-1.html")
CATALAN = ("compra-publica", "comprapublica.example.cat/list.html")
AGENCY = ("upphandlingsnytt", "upphandlingsnytt.example.se/nyheter.html")

REDESIGNS = {
    "ngo: the item's class renamed": (ELECTRONICS, renamed({"news-item": "teaser-block"})),
    "ngo: every class renamed": (
        ELECTRONICS,
        renamed({"news-item": "entry-card", "date": "posted-on", "intro": "lead", "more": "go"}),
    ),
    "ngo: items become articles": (ELECTRONICS, retagged(r'<div class="news-item">', "article", "card")),
    "ngo: a wrapper around all, other classes": (
        ELECTRONICS,
        lambda html: (
            renamed({"news-item": "grid-story"})(html)
            .replace("<main>", '<main><div class="grid">')
            .replace("</main>", "</div></main>")
        ),
    ),
    "catalan: the item's class renamed": (CATALAN, renamed({"noticia": "entrada"})),
    "catalan: every class renamed": (
        CATALAN,
        renamed(
            {"noticia": "peca", "titol": "encapcalament", "data": "publicat", "resum": "extracte", "llista": "tot"}
        ),
    ),
    "catalan: the list becomes divisions": (
        CATALAN,
        lambda html: (
            retagged(r'<li class="noticia">', "div", "fitxa-noticia")(html)
            .replace('<ul class="llista">', '<div class="fitxes">')
            .replace("</ul></main>", "</div></main>")
        ),
    ),
    "catalan: the date after the title": (
        CATALAN,
        lambda html: renamed({"noticia": "notícia-nova", "data": "dia"})(
            re.sub(r'(<span class="data">.*?</span>)\s*(<a class="titol".*?</a>)', r"\2\1", html)
        ),
    ),
    "agency: the item's class renamed": (AGENCY, renamed({"nyhet": "puff"})),
    "agency: items become articles, headings smaller": (
        AGENCY,
        lambda html: (
            retagged(r'<div class="nyhet">', "article", "nyhetskort")(html)
            .replace("<h2>", "<h3>")
            .replace("</h2>", "</h3>")
        ),
    ),
    "agency: date and title change places, other classes": (
        AGENCY,
        lambda html: renamed({"nyhet": "inslag", "datum": "publicerad"})(
            re.sub(r'(<p class="datum">.*?</p>)(<h2>.*?</h2>)', r"\2\1", html)
        ),
    ),
    "agency: the list becomes a table": (
        AGENCY,
        lambda html: (
            re.sub(
                r'<div class="nyhet"><p class="datum">(.*?)</p><h2>(.*?)</h2><p>(.*?)</p></div>',
                r"<tr><td>\1</td><td>\2</td><td>\3</td></tr>",
                html,
            )
            .replace("<tr>", "<table><tr>", 1)
            .replace("</tr></main>", "</tr></table></main>")
        ),
    ),
}


@pytest.fixture
def site(tmp_path):
    """The recordings, to be redesigned, and a store that has collected them."""
    recordings = tmp_path / "partners"
    shutil.copytree(PARTNERS, recordings, ignore=shutil.ignore_patterns("later"))
    assert command(recordings, "run", "--replay", recordings, "--no-publish") == 0
    return recordings


def command(recordings: Path, *words) -> int:
    sources = ("--sources", recordings / "sources.yaml", "--store", recordings.parent / "store")
    return main([str(word) for word in (*words, *sources, "--quiet")])


def items(recordings: Path, capfd) -> dict[str, str]:
    """The ids of the archive's items by their addresses; an address twice would be an item doubled."""
    capfd.readouterr()
    assert command(recordings, "export", "items") == 0
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert len({(row["source"], row["url"]) for row in rows}) == len(rows)
    return {row["url"]: row["id"] for row in rows}


@pytest.mark.parametrize(("where", "redesign"), REDESIGNS.values(), ids=list(REDESIGNS))
def test_a_redesign_is_reported_and_mended_and_doubles_nothing(site, capfd, where, redesign):
    source, *pages = where
    before = items(site, capfd)
    for page in pages:
        old = (site / page).read_text(encoding="utf-8")
        (site / page).write_text(redesign(old), encoding="utf-8")
        assert redesign(old) != old, page

    command(site, "run", "--replay", site, "--no-publish")
    assert source in capfd.readouterr().err, "the run reports it"
    assert items(site, capfd) == before

    assert command(site, "doctor", source, "--replay", site, "--fix") == 0
    shown = capfd.readouterr().out
    assert "  replace `" in shown
    assert f"sources.yaml: written; `samflode run --source {source}` collects with it\n" in shown
    assert "--fix" not in shown, "what is done already is no next step"

    assert command(site, "run", "--replay", site, "--no-publish", "--json") == 0
    report = json.loads(capfd.readouterr().out)
    (mended,) = [each for each in report["sources"] if each["id"] == source]
    assert [] == mended["warnings"]
    assert items(site, capfd) == before
    assert command(site, "doctor") == 0
    assert "nothing ails the sources\n" == capfd.readouterr().out


def test_programs_are_told_what_doctor_wrote(site, capfd):
    page = site / AGENCY[1]
    page.write_text(renamed({"nyhet": "puff"})(page.read_text(encoding="utf-8")), encoding="utf-8")
    assert command(site, "run", "--replay", site, "--no-publish") == 1
    capfd.readouterr()

    assert command(site, "doctor", "--replay", site, "--json") == 0
    assert [("upphandlingsnytt", False)] == [(each["id"], each["fixed"]) for each in json.loads(capfd.readouterr().out)]
    assert command(site, "doctor", "--replay", site, "--json", "--fix") == 0
    assert [("upphandlingsnytt", True)] == [(each["id"], each["fixed"]) for each in json.loads(capfd.readouterr().out)]
    assert ".puff" in (site / "sources.yaml").read_text(encoding="utf-8")


def test_doctor_says_what_the_page_looked_like_before_and_now(site, capfd):
    page = site / AGENCY[1]
    page.write_text(renamed({"nyhet": "puff"})(page.read_text(encoding="utf-8")), encoding="utf-8")
    assert command(site, "run", "--replay", site, "--no-publish") == 1
    capfd.readouterr()

    assert command(site, "doctor", "--replay", site) == 0

    shown = capfd.readouterr().out
    assert "upphandlingsnytt: failing since " in shown
    assert "  before:  8 items; 5 februari 2025 Vi söker en jurist" in shown
    assert "  now:     0 items; " in shown
    assert "  replace `item: div.nyhet` by `item: .puff`\n  which finds 8 of the 8 newest known items" in shown
    assert "div.nyhet" in (site / "sources.yaml").read_text(encoding="utf-8")


def test_a_lost_date_is_a_warning_and_the_entries_are_taken(site, capfd):
    page = site / AGENCY[1]
    html = page.read_text(encoding="utf-8")
    page.write_text(re.sub(r'<p class="datum">.*?</p>', "", html), encoding="utf-8")

    assert command(site, "run", "--replay", site, "--no-publish") == 0

    assert "None of the 8 entries has a date any more" in capfd.readouterr().err
    assert command(site, "status", "--json") == 0
    states = {each["id"]: each["condition"] for each in json.loads(capfd.readouterr().out)["sources"]}
    assert {"upphandlingsnytt": "ailing", "electronics-watch": "ok"}.items() <= states.items()


def test_an_unknown_source_is_said_so(site, capfd):
    assert command(site, "doctor", "nobody") == 2
    assert "there is no source `nobody`" in capfd.readouterr().err
