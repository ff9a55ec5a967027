"""Kills `samflode run` at random moments, N times, and proves that nothing is lost or doubled.

    python tests/soak/kills.py 1000                 # an archive in a folder
    python tests/soak/kills.py 1000 postgresql      # in Debian's PostgreSQL, in a cluster of its own

Each round begins where the last kill left the store, now and then with an empty one, over the recordings of the partners and of
some weeks later by turns. After each kill `store verify` has to be clean and the archive has to agree with itself; at the end one
whole run completes it. Every tenth round two runs are started at once: one of them has to be turned away (a folder), or both may work.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTNERS = ROOT / "examples" / "partners"
#: Rounds after which the store is emptied, so that first runs are killed too.
FRESH_EVERY = 7


def command(store: str, recordings: Path) -> list[str]:
    """A whole run over recordings."""
    sources = PARTNERS / "sources.yaml"
    words = ["run", "--replay", recordings, "--store", store, "--sources", sources, "--quiet", "--log-format", "json"]
    return [sys.executable, "-m", "pipeline", *map(str, words)]


def state(store: str) -> tuple[dict[str, str], int]:
    """Ids of the items by source and address, and the number of stories; raises AssertionError where they disagree."""
    from pipeline.archive import open_archive

    with open_archive(store, write=False) as archive:
        records = list(archive.records())
        stories = list(archive.stories())
        counts = archive.count()
    items = {f"{each.item.source} {each.item.url}": each.item.id for each in records}
    members = [member for each in stories for member in each.items]
    assert len(items) == len(records) == counts.items, "an item twice"
    assert sorted(members) == sorted(each.item.id for each in records), "an item in no story, or in two"
    assert len(stories) == counts.stories
    return items, len(stories)


def verified(store: str) -> None:
    """Raises AssertionError where the archive is not whole; a database answers for its own files."""
    from pipeline.archive.verify import Inspection, verify

    if "://" not in store:
        findings = list(verify(Path(store), Inspection()))
        assert not findings, findings


@contextmanager
def emptied(kind: str, folder: Path):
    """Gives a function that makes the store empty and says where it is."""
    if kind == "folder":

        def fresh() -> str:
            shutil.rmtree(folder / "store", ignore_errors=True)
            return str(folder / "store")

        yield fresh
        return
    import psycopg

    from tests.archive.conftest import running_cluster

    with running_cluster() as address:

        def fresh() -> str:
            with psycopg.connect(address.format("postgres"), autocommit=True) as connection:
                connection.execute("DROP DATABASE IF EXISTS soak WITH (FORCE)")
                connection.execute("CREATE DATABASE soak TEMPLATE template0")
            return address.format("soak")

        yield fresh


def main(kills: int, kind: str) -> int:
    """The number of kills that hit a running process."""
    chance = random.Random(2026)
    hits = turned_away = 0
    with tempfile.TemporaryDirectory() as folder, emptied(kind, Path(folder)) as fresh:
        store = fresh()
        began = time.monotonic()
        subprocess.run(command(store, PARTNERS), cwd=ROOT, check=True)
        usual = time.monotonic() - began
        seen: dict[str, str] = {}
        for number in range(kills):
            if number % FRESH_EVERY == 0:
                store, seen = fresh(), {}
            recordings = PARTNERS / "later" if number % 2 else PARTNERS
            process = subprocess.Popen(command(store, recordings), cwd=ROOT)
            other = (
                subprocess.Popen(command(store, recordings), cwd=ROOT, stderr=subprocess.DEVNULL)
                if number % 10 == 9
                else None
            )
            try:
                process.wait(chance.uniform(0.25, 1.05) * usual)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                hits += 1
            if other is not None:
                turned_away += other.wait() == 75
            items, _ = state(store)
            verified(store)
            assert seen.items() <= items.items(), "an item that was there is gone, or has another id"
            seen = items
        for recordings in (PARTNERS, PARTNERS / "later"):
            subprocess.run(command(store, recordings), cwd=ROOT, check=True)
        items, stories = state(store)
        verified(store)
        expected = json.loads((PARTNERS / "later" / "gold.json").read_text(encoding="utf-8"))["items"]
        first = json.loads((PARTNERS / "gold.json").read_text(encoding="utf-8"))["items"]
        gold = {f"{each['source']} {each['url']}" for each in (*expected, *first)}
        assert items.keys() == gold, items.keys() ^ gold
        print(
            f"{kind}: {kills} rounds, {hits} killed, {turned_away} second runs turned away;"
            f" {len(items)} items, {stories} stories: none lost, none double, every check clean"
        )
    return hits


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30, sys.argv[2] if len(sys.argv) > 2 else "folder")
