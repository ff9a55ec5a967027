"""Fills the disk under `samflode run`, N times, and proves that nothing is lost: python tests/soak/disks.py 100 (as root).

The store lies on a tmpfs of a few hundred kilobytes, another size each time, so that another write is the one that fails. The run has
to end with exit code 3 and say so, `store verify` has to be clean, and with room again the next run has to bring everything.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTNERS = ROOT / "examples" / "partners"


def run(store: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One whole run over recordings."""
    sources = ["--sources", str(PARTNERS / "sources.yaml"), "--store", str(store)]
    command = [sys.executable, "-m", "pipeline", "run", "--replay", str(PARTNERS), *sources, "--quiet", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def contents(store: Path) -> dict[str, str]:
    """Ids of the items by source and address; raises AssertionError where the archive is not whole."""
    from pipeline.archive import open_archive
    from pipeline.archive.verify import Inspection, verify

    findings = list(verify(store, Inspection()))
    assert not findings, findings
    with open_archive(store, write=False) as archive:
        return {f"{each.item.source} {each.item.url}": each.item.id for each in archive.records()}


def main(disks: int) -> None:
    """So many disks, and what became of the runs on them."""
    chance = random.Random(2026)
    items = json.loads((PARTNERS / "gold.json").read_text(encoding="utf-8"))["items"]
    gold = {f"{each['source']} {each['url']}" for each in items}
    full = 0
    for number in range(disks):
        with tempfile.TemporaryDirectory() as folder:
            size = chance.randrange(16, 640)
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", folder], check=True)
            try:
                store = Path(folder) / "store"
                done = run(store, *(["--no-publish"] if number % 2 else []))
                assert done.returncode in {0, 3}, done.stderr
                if done.returncode == 3:
                    full += 1
                    assert "can't be" in done.stderr, done.stderr
                before = contents(store) if store.exists() else {}
                subprocess.run(["mount", "-o", "remount,size=64m", folder], check=True)
                done = run(store)
                assert done.returncode == 0, done.stderr
                after = contents(store)
                assert before.items() <= after.items(), "an item that was there is gone, or has another id"
                assert after.keys() == gold, after.keys() ^ gold
            finally:
                subprocess.run(["umount", folder], check=True)
    print(
        f"{disks} disks, {full} full in the middle of a run: nothing lost, every check clean, all complete with room again"
    )


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
