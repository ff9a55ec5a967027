"""`sources add` on every site of the recorded networks, from any address of it: the best way in, and nothing the second time.

The second network lies beside the repository and is left out where it is not there.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.normalise.address import address_key

ROOT = Path(__file__).parents[2]
FIRST = ROOT / "examples" / "partners"
SECOND = ROOT.parent / "shared" / "real" / "sites-2"
EMPTY = "archive:\n  title: T\n  url: https://n.example.se/\n  timezone: Europe/Stockholm\n\nsources: []\n"

HALLBAR = "https://hållbarupphandling.se/nyheter?format=feed&type=rss"
NETWORK = "https://nordisk-innkjop.example.org"
WATCH = "https://electronicswatch.org/en"
CATALAN = "https://comprapublica.example.cat"
AGENCY = "https://upphandlingsnytt.example.se"

#: By network: the addresses that someone may give, what is found from there, and how many items it then collects.
STARTS = [
    *((FIRST, start, "feed", HALLBAR, 11) for start in (
        "https://xn--hllbarupphandling-8qb.se/nyheter",
        "https://hållbarupphandling.se/nyheter/400-nordiskt-mote-i-malmo",
        HALLBAR,
    )),
    (FIRST, f"{WATCH}/news_819", "listing", f"{WATCH}/news_819", 7),
    *((FIRST, NETWORK + start, "feed", f"{NETWORK}/feed/", 6) for start in ("/", "/2025/11/nordisk-mote-malmo/", "/feed/")),
    (FIRST, f"{NETWORK}/wp-json/wp/v2/posts", "json", f"{NETWORK}/wp-json/wp/v2/posts", 5),
    *((FIRST, CATALAN + start, "listing", f"{CATALAN}/actualitat", 5) for start in ("/actualitat", "/actualitat/mineria-i-drets")),
    (FIRST, f"{CATALAN}/sitemap.xml", "sitemap", f"{CATALAN}/sitemap.xml", 5),
    *((FIRST, AGENCY + start, "listing", f"{AGENCY}/nyheter/", 8) for start in ("/nyheter/", "/nyheter/2025/pfas-i-arbetsklader/")),
    *((SECOND, start, "feed", HALLBAR, 22) for start in (
        "https://xn--hllbarupphandling-8qb.se/",
        "https://xn--hllbarupphandling-8qb.se/nyheter",
        "https://xn--hllbarupphandling-8qb.se/nyheter/547-uppforandekod-i-ny-version",
        "https://hållbarupphandling.se/kontakt",
        HALLBAR,
    )),
    *((SECOND, WATCH + start, "listing", f"{WATCH}/news_819", 13) for start in ("/", "/news_819", "/about_1", "/vienna-joins_2790061")),
    *((SECOND, NETWORK + start, "feed", f"{NETWORK}/feed/", 12) for start in ("/", "/2025/09/klimatneutrala-sjukhusmaltider/", "/feed/")),
    *((SECOND, CATALAN + start, "listing", f"{CATALAN}/noticies", 8) for start in ("/", "/noticies", "/noticies/guia-textil-hospitalari")),
    *((SECOND, CATALAN + start, "listing", f"{CATALAN}/en/news", 3) for start in ("/en/news", "/en/news/toolkit-for-small-towns")),
    (SECOND, f"{CATALAN}/sitemap.xml", "sitemap", f"{CATALAN}/sitemap.xml", 8),
    *((SECOND, AGENCY + start, "listing", f"{AGENCY}/nyheter/", 9) for start in ("/nyheter/", "/kriterier", "/nyheter/pfas-arbetsklader")),
    (SECOND, "http://www.upphandlingsnytt.example.se/nyheter/pfas-arbetsklader?utm_source=start&utm_campaign=utvalt", "listing", f"{AGENCY}/nyheter/", 9),
]  # fmt: skip
#: What the sources are called then.
IDS = {
    HALLBAR: "hallbar-upphandling",
    f"{NETWORK}/feed/": "nordisk-nettverk-for-innkjop",
    f"{WATCH}/news_819": "electronics-watch",
    f"{CATALAN}/actualitat": "compra-publica-responsable",
    f"{AGENCY}/nyheter/": "upphandlingsnytt",
}


@pytest.mark.parametrize(
    ("network", "start", "kind", "url", "count"),
    STARTS,
    ids=[f"{network.name}: {start}" for network, start, *_ in STARTS],
)
def test_the_best_way_in_is_found_and_a_second_add_changes_nothing(
    network, start, kind, url, count, tmp_path, monkeypatch, capsys
):
    if not network.is_dir():
        pytest.skip(f"{network} is not there")
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "sources.yaml"
    file.write_text(EMPTY, encoding="utf-8")

    found = _added(start, network, capsys)

    assert ("added", kind, url) == (found["outcome"], found["ways"][0]["kind"], found["fields"]["url"])
    if network == FIRST:
        assert IDS.get(url) in {found["fields"]["id"], None}
    written = file.read_bytes()
    assert "present" == _added(start, network, capsys)["outcome"]
    assert written == file.read_bytes()
    assert 0 == main(["run", "--replay", str(network), "--sources", "sources.yaml", "--no-publish", "--quiet"])
    capsys.readouterr()
    assert 0 == main(["export", "items"])
    items = {
        address_key(row["url"]): row["published"]
        for row in map(json.loads, capsys.readouterr().out.splitlines())
        if row["url"]
    }
    gold = json.loads((network / "gold.json").read_text(encoding="utf-8"))["items"]
    days = {address_key(each["url"]): (each["published"] or "")[:10] for each in gold}
    assert count == len(items)
    assert {key: days[key] for key in items} == {key: (published or "")[:10] for key, published in items.items()}


def test_a_page_that_nothing_leads_on_from_is_said_to_lead_nowhere(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "sources.yaml"
    file.write_text(EMPTY, encoding="utf-8")
    # Its front page, its menu and the folder that it lies in answer with 404, and the list is linked from nowhere.
    url = f"{WATCH}/annual-conference-2025_2515207"

    assert 1 == main(["sources", "add", url, "--yes", "--replay", str(FIRST)])

    assert f"no news was found from {url}" in capsys.readouterr().err
    assert EMPTY == file.read_text(encoding="utf-8")


def _added(start, network, capsys):
    capsys.readouterr()
    assert 0 == main(["sources", "add", start, "--yes", "--json", "--replay", str(network)])
    return json.loads(capsys.readouterr().out)
