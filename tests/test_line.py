"""The whole line over recordings of partner sites: what users see first."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from datetime import datetime
from itertools import combinations
from pathlib import Path

import feedparser
import pytest

from pipeline.cli import main
from pipeline.normalise import canonical_url

ROOT = Path(__file__).parents[1]
PARTNERS = ROOT / "examples" / "partners"
GOLD = json.loads((PARTNERS / "gold.json").read_text(encoding="utf-8"))["items"]


def run(store: Path, recordings: Path = PARTNERS, *more: str) -> int:
    return main(
        ["run", "--replay", str(recordings), "--store", str(store), "--sources", str(PARTNERS / "sources.yaml"), *more]
    )


def exported(store: Path, what: str, capfdbinary, form: str = "ndjson", *more: str) -> bytes:
    capfdbinary.readouterr()
    sources = str(PARTNERS / "sources.yaml")
    assert main(["export", what, "--format", form, "--store", str(store), "--sources", sources, *more]) == 0
    return capfdbinary.readouterr().out


def lines(data: bytes) -> list[dict]:
    return [json.loads(line) for line in data.splitlines()]


def digest(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below the folder with its bytes and its time stamp."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def collected(tmp_path_factory) -> Path:
    """A store after one run over the recordings."""
    store = tmp_path_factory.mktemp("partners") / "store"
    assert run(store) == 0
    return store


@pytest.fixture
def store(collected, tmp_path) -> Path:
    """A copy of that store, to be changed."""
    shutil.copytree(collected, tmp_path / "store")
    return tmp_path / "store"


def test_every_item_of_the_partners_is_there_once_and_right(collected, capfdbinary):
    """Titles, addresses and dates ≥ 98 % right each, languages ≥ 95 %."""
    items = {(each["source"], each["url"]): each for each in lines(exported(collected, "items", capfdbinary))}
    gold = {(each["source"], canonical_url(each["url"])): each for each in GOLD}

    assert gold.keys() == items.keys()
    right = Counter()
    for key, expected in gold.items():
        right["title"] += expected["title"] == items[key]["title"]
        right["language"] += expected["language"] == items[key]["language"]
        right["published"] += same_moment(expected["published"], items[key]["published"])
    assert right["title"] >= 0.98 * len(gold)
    assert right["published"] >= 0.98 * len(gold)
    assert right["language"] >= 0.95 * len(gold)


def same_moment(expected: str, got: str | None) -> bool:
    if got is None or "T" not in expected:
        return expected == (got or "")[:10]
    return datetime.fromisoformat(expected) == datetime.fromisoformat(got)


def test_verbatim_copies_are_one_story_and_nothing_is_joined_wrongly(collected, capfdbinary):
    kinds = json.loads((PARTNERS / "gold.json").read_text(encoding="utf-8"))["clusters"]
    by_cluster = defaultdict(set)
    for each in GOLD:
        by_cluster[each["cluster"]].add((each["source"], canonical_url(each["url"])))
    items = lines(exported(collected, "items", capfdbinary))
    story_of = {(each["source"], each["url"]): each["story"] for each in items}
    cluster_of = {member: cluster for cluster, members in by_cluster.items() for member in members}

    for cluster, about in kinds.items():
        if about["kind"] in {"verbatim", "near"}:
            assert 1 == len({story_of[member] for member in by_cluster[cluster]}), cluster
    wrong = [
        (one, other)
        for one, other in combinations(story_of, 2)
        if story_of[one] == story_of[other] and cluster_of[one] != cluster_of[other]
    ]
    assert [] == wrong


def test_the_same_run_again_changes_no_byte(store, capfdbinary):
    before = digest(store)
    capfdbinary.readouterr()

    assert run(store, PARTNERS, "--json") == 0

    report = json.loads(capfdbinary.readouterr().out)
    assert {"unchanged"} == {each["outcome"] for each in report["sources"]}
    assert before == digest(store)


def test_some_weeks_on_two_are_new_one_is_revised_and_nothing_is_gone(store, capfdbinary):
    before = {each["id"] for each in lines(exported(store, "items", capfdbinary))}

    assert run(store, PARTNERS / "later", "--json") == 0

    report = json.loads(capfdbinary.readouterr().out)
    assert (2, 1, 0) == tuple(report["totals"][key] for key in ("new", "updated", "failed"))
    after = lines(exported(store, "items", capfdbinary))
    assert before <= {each["id"] for each in after}
    assert len(before) + 2 == len(after)
    (revised,) = [each for each in after if each["revisions"]]
    assert main(["show", revised["id"], "--store", str(store), "--sources", str(PARTNERS / "sources.yaml")]) == 0
    shown = capfdbinary.readouterr().out.decode()
    old = "Startskottet har gått för revideringen av de nationella kontraktsvillkoren för hållbara leveranskedjor."
    assert f"- {old}\n" in shown
    assert f"+ {old} Rättelse: remisstiden går ut den 15 november, inte den 1 november.\n" in shown


def test_the_feeds_hold_an_entry_for_each_story(collected, capfdbinary):
    stories = lines(exported(collected, "stories", capfdbinary))

    for name in ("feed.atom", "feed.rss"):
        parsed = feedparser.parse((collected / "public" / name).read_bytes())
        assert not parsed.bozo, name
        assert len(stories) == len(parsed.entries), name
    json_feed = json.loads((collected / "public" / "feed.json").read_bytes())
    assert len(stories) == len(json_feed["items"])


def test_a_story_names_all_its_sources(collected, capfdbinary):
    stories = lines(exported(collected, "stories", capfdbinary))
    (shared,) = [each for each in stories if each["title"].startswith("Ny rapport: statligt tvångsarbete")]

    page = next((collected / "public" / "stories").glob(f"*{shared['id']}*/index.html")).read_text(encoding="utf-8")

    assert {"hallbar-upphandling", "upphandlingsnytt"} == set(shared["sources"])
    assert "https://xn--hllbarupphandling-8qb.se/nyheter/403-statligt-tvangsarbete-rapport" in page
    assert "https://upphandlingsnytt.example.se/nyheter/2024/statligt-tvangsarbete/" in page


def test_a_dead_source_stops_no_other(tmp_path, capfdbinary):
    recordings = tmp_path / "partners"
    shutil.copytree(PARTNERS, recordings, ignore=shutil.ignore_patterns("later"))
    routes = json.loads((recordings / "routes.json").read_text(encoding="utf-8"))
    del routes["https://electronicswatch.org/en/news_819"]
    (recordings / "routes.json").write_text(json.dumps(routes), encoding="utf-8")

    assert run(tmp_path / "store", recordings, "--json") == 1

    output = capfdbinary.readouterr()
    outcomes = {each["id"]: each for each in json.loads(output.out)["sources"]}
    assert "failed" == outcomes["electronics-watch"]["outcome"]
    assert "http_status" == outcomes["electronics-watch"]["error"]["kind"]
    assert ["ok"] * 4 == [each["outcome"] for each in outcomes.values() if each["id"] != "electronics-watch"]
    assert (tmp_path / "store" / "public" / "feed.atom").is_file()
    assert b"electronics-watch: failed (http_status)" in output.err


def test_a_csv_export_has_the_fields_of_the_contract(collected, capfdbinary):
    rows = list(csv.DictReader(io.StringIO(exported(collected, "items", capfdbinary, "csv").decode("utf-8-sig"))))

    assert len(GOLD) == len(rows)
    assert ["id", "story", "source", "url", "title"] == list(rows[0])[:5]


def test_an_export_can_be_narrowed(collected, capfdbinary):
    narrow = lines(exported(collected, "items", capfdbinary, "ndjson", "--language", "ca", "--since", "2025-01-01"))

    assert {"ca"} == {each["language"] for each in narrow}
    assert 2 == len(narrow)


def test_a_killed_run_is_completed_by_the_next_and_nothing_is_double(tmp_path, capfdbinary):
    """SIGKILL at some random moments of a run, each time over what the last one left."""
    store = tmp_path / "store"
    command = [sys.executable, "-m", "pipeline", "run", "--replay", str(PARTNERS), "--store", str(store), "--quiet"]
    chance = random.Random(7)
    began = time.monotonic()
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    usual = time.monotonic() - began
    shutil.rmtree(store)
    for _ in range(5):
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
        try:
            process.wait(chance.uniform(0.2, 1.0) * usual)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()

    assert run(store) == 0

    items = lines(exported(store, "items", capfdbinary))
    assert sorted((each["source"], canonical_url(each["url"])) for each in GOLD) == sorted(
        (each["source"], each["url"]) for each in items
    )
    stories = lines(exported(store, "stories", capfdbinary))
    assert sorted(each["id"] for each in items) == sorted(member for each in stories for member in each["items"])
    assert len(stories) == len(feedparser.parse((store / "public" / "feed.atom").read_bytes()).entries)


def test_a_topic_that_is_added_later_holds_for_what_came_before(store, tmp_path, capfdbinary):
    sources = tmp_path / "sources.yaml"
    text = (PARTNERS / "sources.yaml").read_text(encoding="utf-8")
    added = "  - {id: klader, name: {sv: Kläder}, words: [arbetskläder]}\n"
    sources.write_text(text.rstrip("\n") + "\n" + added, encoding="utf-8")

    assert main(["publish", "--store", str(store), "--sources", str(sources), "--quiet"]) == 0

    items = lines(exported(store, "items", capfdbinary, "ndjson", "--topic", "klader"))
    assert ["Nya kriterier: PFAS i arbetskläder"] == [each["title"] for each in items]
    assert (store / "public" / "topics" / "klader" / "feed.atom").is_file()
