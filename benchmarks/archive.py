"""What a run of a hundred new items costs in archives of different sizes, ours beside plain stores.

    python benchmarks/archive.py 10000 100000 1000000

Each archive is filled first, with items of about 1.8 kB over ten years from twenty sources, each with a story of its own. Then a
process of its own brings in a hundred new ones from ten sources, five times: for ours the lookups, commits and checkpoint of a
`samflode run` without the web; for the others the lookups of the same keys and the writing of the same rows. Wall time and bytes
written (/proc/self/io) are medians, memory is the process's peak. TinyDB's own storages are left out above 100,000 items, where
they need more than ten gigabytes.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.memory import peak  # noqa: E402

FIRST, SPAN = datetime(2016, 1, 1, tzinfo=UTC), timedelta(days=3650)
TEXT = "Regionerna ställer krav på leverantörerna i upphandlingen. " * 22
RUNS, NEW, SOURCES = 5, 100, 20
LARGEST_TINYDB = 100_000


def record_of(number: int, total: int):
    """The item of that number in an archive of so many; later numbers are newer."""
    from pipeline.model.item import IdentityKey, Moment
    from pipeline.model.source import SourceId
    from tests.builders import record

    source = SourceId(f"source{number % SOURCES}")
    name = f"x{number:09d}"
    return record(
        name,
        source=source,
        keys=tuple(IdentityKey(f"{kind}:{source}:{name}") for kind in "veat"),
        text=TEXT,
        published=Moment(at=FIRST + SPAN * (number / total), precision="minute"),
    )


def rows_of(numbers: range, total: int) -> list[dict]:
    """The same items as the archive's files hold them."""
    from pipeline.archive.records import record_to_json

    return [record_to_json(record_of(number, total)) for number in numbers]


def keep(archive, numbers: range, total: int) -> None:
    """One commit of items with their stories."""
    from pipeline.model.change import Changes
    from tests.builders import story

    records = [record_of(number, total) for number in numbers]
    archive.commit(Changes(added=tuple(records), stories=tuple(story(each.item.id) for each in records)), {})


class Samflode:
    """The embedded archive."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, total: int) -> None:
        """The archive before the runs."""
        from pipeline.archive import open_archive

        with open_archive(self.folder, write=True) as archive:
            for start in range(0, total, 1_000):
                keep(archive, range(start, min(total, start + 1_000)), total)

    def run(self, first: int, total: int) -> None:
        """A run of a hundred new items, from ten sources."""
        from pipeline.archive import open_archive

        with open_archive(self.folder, write=True) as archive:
            for start in range(first, first + NEW, 10):
                archive.near([record_of(number, total).item for number in range(start, start + 10)])
                keep(archive, range(start, start + 10), total)


class Sqlite:
    """A table of JSON with an index of keys, in sqlite3."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.path = folder / "items.sqlite"

    def fill(self, total: int) -> None:
        """The table before the runs."""
        with sqlite3.connect(self.path) as base:
            base.execute("CREATE TABLE items (id TEXT PRIMARY KEY, row TEXT)")
            base.execute("CREATE TABLE keys (key TEXT, id TEXT, PRIMARY KEY (key, id)) WITHOUT ROWID")
            for start in range(0, total, 1_000):
                self._insert(base, range(start, min(total, start + 1_000)), total)

    def run(self, first: int, total: int) -> None:
        """A hundred new rows, a transaction for each ten."""
        base = sqlite3.connect(self.path)
        for start in range(first, first + NEW, 10):
            with base:
                for row in rows_of(range(start, start + 10), total):
                    for key in row["keys"]:
                        base.execute("SELECT id FROM keys WHERE key = ?", (key,)).fetchall()
                self._insert(base, range(start, start + 10), total)
        base.close()

    def _insert(self, base: sqlite3.Connection, numbers: range, total: int) -> None:
        for row in rows_of(numbers, total):
            base.execute("INSERT INTO items VALUES (?, ?)", (row["id"], json.dumps(row)))
            base.executemany("INSERT INTO keys VALUES (?, ?)", [(key, row["id"]) for key in row["keys"]])


class TinyDb:
    """TinyDB as it comes: one file, written anew for every change."""

    caching = False

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.path = folder / "items.json"

    def _opened(self):
        from tinydb import TinyDB
        from tinydb.middlewares import CachingMiddleware
        from tinydb.storages import JSONStorage

        return TinyDB(self.path, storage=CachingMiddleware(JSONStorage) if self.caching else JSONStorage)

    def fill(self, total: int) -> None:
        """The file before the runs."""
        with self._opened() as base:
            base.insert_multiple(rows_of(range(total), total))

    def run(self, first: int, total: int) -> None:
        """A hundred new rows, inserted by tens; looked up by id, because a search by key reads everything."""
        from tinydb import where

        with self._opened() as base:
            for start in range(first, first + NEW, 10):
                rows = rows_of(range(start, start + 10), total)
                base.contains(where("id") == rows[0]["id"])
                base.insert_multiple(rows)


class CachingTinyDb(TinyDb):
    """TinyDB with its CachingMiddleware: one write, when it is closed. A crash loses the run."""

    caching = True


STORES = {
    "samflode": Samflode,
    "sqlite3": Sqlite,
    "tinydb CachingMiddleware": CachingTinyDb,
    "tinydb JSONStorage": TinyDb,
}


def written() -> int:
    """Bytes that this process has caused to be written to disk."""
    lines = Path("/proc/self/io").read_text(encoding="utf-8").splitlines()
    return int(dict(line.split(": ") for line in lines)["write_bytes"])


def measure(name: str, folder: str, total: int) -> None:
    """Prints what the runs cost, as JSON; in a process of its own."""
    store = STORES[name](Path(folder))
    seconds, size = [], []
    for number in range(RUNS):
        before, began = written(), time.monotonic()
        store.run(total + number * NEW, total)
        seconds.append(time.monotonic() - began)
        size.append(written() - before)
    began = time.monotonic()
    if name == "samflode":
        from pipeline.archive import open_archive

        with open_archive(folder, write=False) as archive:
            archive.count()
            archive.histories()
    print(
        json.dumps({
            "seconds": statistics.median(seconds),
            "bytes": statistics.median(size),
            "memory": peak(),
            "opening": time.monotonic() - began,
        })
    )  # fmt: skip


def main(sizes: list[int]) -> None:
    """The table."""
    print(
        f"{'store':<26}{'items':>10}{'filling s':>11}{'run s':>9}{'written kB':>12}{'memory MB':>11}{'opening s':>11}"
    )
    for name, kind in STORES.items():
        for total in sizes:
            if name.startswith("tinydb") and total > LARGEST_TINYDB:
                continue
            folder = Path(tempfile.mkdtemp(prefix="samflode-archive-"))
            try:
                began = time.monotonic()
                kind(folder / "store").fill(total)
                filling = time.monotonic() - began
                words = [sys.executable, __file__, "measure", name, str(folder / "store"), str(total)]
                done = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
            finally:
                shutil.rmtree(folder)
            opening = f"{done['opening']:>11.3f}" if name == "samflode" else ""
            print(
                f"{name:<26}{total:>10,}{filling:>11.1f}{done['seconds']:>9.3f}{done['bytes'] / 1000:>12,.0f}"
                f"{done['memory']:>11.0f}{opening}",
                flush=True,
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        measure(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        main([int(each) for each in sys.argv[1:]] or [10_000, 100_000, 1_000_000])
