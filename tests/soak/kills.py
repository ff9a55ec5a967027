"""Kills `samflode run` at random moments, N times, and proves that nothing is lost or doubled: python tests/soak/kills.py 1000.

Each round begins where the last kill left the store, now and then with an empty one, over the recordings of the partners and of
some weeks later by turns. After each kill the archive has to open and agree with itself; at the end one whole run completes it.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTNERS = ROOT / "examples" / "partners"
#: Rounds after which the store is emptied, so that first runs are killed too.
FRESH_EVERY = 7


def command(store: Path, recordings: Path) -> list[str]:
    """A whole run over recordings."""
    sources = PARTNERS / "sources.yaml"
    words = ["run", "--replay", recordings, "--store", store, "--sources", sources, "--quiet", "--log-format", "json"]
    return [sys.executable, "-m", "pipeline", *map(str, words)]


def state(store: Path) -> tuple[dict[str, str], int]:
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


def main(kills: int) -> int:
    """The number of kills that hit a running process."""
    sys.path.insert(0, str(ROOT))
    chance = random.Random(2026)
    hits = 0
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        began = time.monotonic()
        subprocess.run(command(store, PARTNERS), cwd=ROOT, check=True)
        usual = time.monotonic() - began
        shutil.rmtree(store)
        seen: dict[str, str] = {}
        for number in range(kills):
            if number % FRESH_EVERY == 0 and store.exists():
                shutil.rmtree(store)
                seen = {}
            recordings = PARTNERS / "later" if number % 2 else PARTNERS
            process = subprocess.Popen(command(store, recordings), cwd=ROOT)
            try:
                process.wait(chance.uniform(0.25, 1.05) * usual)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                hits += 1
            items, _ = state(store)
            assert seen.items() <= items.items(), "an item that was there is gone, or has another id"
            seen = items
        for recordings in (PARTNERS, PARTNERS / "later"):
            subprocess.run(command(store, recordings), cwd=ROOT, check=True)
        items, stories = state(store)
        expected = json.loads((PARTNERS / "later" / "gold.json").read_text(encoding="utf-8"))["items"]
        first = json.loads((PARTNERS / "gold.json").read_text(encoding="utf-8"))["items"]
        gold = {f"{each['source']} {each['url']}" for each in (*expected, *first)}
        assert items.keys() == gold, items.keys() ^ gold
        print(f"{kills} rounds, {hits} killed; {len(items)} items, {stories} stories: none lost, none double")
    return hits


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
