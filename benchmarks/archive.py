"""What a run of a hundred new items costs in archives of different sizes, ours in both kinds beside plain stores.

    python benchmarks/archive.py 10000 100000 1000000
    python benchmarks/archive.py --only samflode --keep /var/tmp/archives 10000 1000000   # what is filled is kept, and used again
    python benchmarks/archive.py --keep /var/tmp/archives --runs 0 1000000   # fills only

Each archive is filled first, with items of about 2 kB over ten years from twenty sources, each with a story of its own, with as many
keys and as random ids as collected items have, and words as frequent as those of a language (Zipf). Then processes bring in a hundred
new ones from ten sources each, fifteen in each archive, by turns, so that what else the machine does meets all sizes alike: for ours the
lookups, commits and checkpoint of a `samflode run` without the web; for the others the lookups of the same keys and the writing of the
same rows. Wall time and bytes written are medians, bytes also the mean, for now and then a run tidies up. Bytes are /proc/self/io's, of
PostgreSQL those of its write-ahead log and of the pages that it writes in the next checkpoint; there is one before each run, too, as
between two runs of a cron job: so each page that is touched is written twice. Memory is the process's peak, of PostgreSQL our side's.
`status` is the whole command, from the start of the interpreter on. TinyDB's own storages are left out above 100,000 items, where they
need more than ten gigabytes. In PostgreSQL (with fsync, in a cluster of its own) what is above 10,000 items is filled by copies of these
with other ids and keys, so that its words are those of 10,000. The plain tables are filled without a journal; their runs have all of it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.made_items import FIRST, KINDS, SOURCES, SPAN, record_of  # noqa: E402
from benchmarks.memory import peak  # noqa: E402
from benchmarks.plain_stores import NEW, CachingTinyDb, Logged, PlainPostgres, Sqlite, TinyDb  # noqa: E402

RUNS = 15
#: What PostgreSQL is filled with item by item.
BY_ITEM = 10_000
LARGEST_TINYDB = 100_000


def keep(archive, numbers: range, total: int) -> None:
    """One commit of items with their stories."""
    from pipeline.model.change import Changes
    from tests.builders import story

    records = [record_of(number, total) for number in numbers]
    archive.commit(Changes(added=tuple(records), stories=tuple(story(each.item.id) for each in records)), {})


class Samflode:
    """The embedded archive."""

    def __init__(self, where: str) -> None:
        self.where = where

    def fill(self, total: int) -> None:
        """The archive before the runs."""
        from pipeline.archive import open_archive

        with open_archive(self.where, write=True) as archive:
            for start in range(0, total, 1_000):
                keep(archive, range(start, min(total, start + 1_000)), total)
            archive.checkpoint()

    def run(self, first: int, total: int) -> None:
        """A run of a hundred new items, from ten sources."""
        from pipeline.archive import open_archive

        with open_archive(self.where, write=True) as archive:
            for start in range(first, first + NEW, 10):
                archive.near([record_of(number, total).item for number in range(start, start + 10)])
                keep(archive, range(start, start + 10), total)
            archive.checkpoint()


class Postgres(Logged, Samflode):
    """The archive in a database."""

    def fill(self, total: int) -> None:
        """The archive before the runs."""
        import psycopg

        from pipeline.archive.postgres_tables import RECOUNT
        from pipeline.archive.postgres_words import IN_PART, make_parts

        super().fill(min(total, BY_ITEM))
        at = f"{FIRST.timestamp()} + {SPAN.total_seconds()} * made::float8 / {total}"
        with psycopg.connect(self.where, autocommit=True) as base:
            if total > BY_ITEM:
                base.execute("DROP INDEX items_by_words")
                base.execute(f"""
                    INSERT INTO items (id, source, story, language, topics, at, row)
                    SELECT new, source, 's-' || new, language, topics, {at}, replace(row::text, id, new)::json
                    FROM (SELECT made, left(md5(made::text), 16) AS new FROM generate_series({BY_ITEM}, {total - 1}) AS made) AS those
                    JOIN items ON number = made % {BY_ITEM} + 1 ORDER BY made
                """)
                make_parts(base, range(total // IN_PART + 1))
                base.execute(f"""
                    INSERT INTO item_words SELECT number, words FROM items JOIN item_words ON item = (number - 1) % {BY_ITEM} + 1
                    WHERE number > {BY_ITEM} ORDER BY number
                """)
                base.execute(f"""
                    INSERT INTO keys SELECT hashtextextended(items.id, seed), number
                    FROM items, generate_series(1, {sum(KINDS.values())}) AS seed WHERE number > {BY_ITEM} ORDER BY 1
                """)
                base.execute(f"""
                    INSERT INTO stories SELECT story, story, json_build_object('id', story, 'lead', id, 'items', json_build_array(id))
                    FROM items WHERE number > {BY_ITEM}
                """)
                base.execute("SET maintenance_work_mem = '1GB'")
                base.execute(
                    "CREATE INDEX items_by_words ON item_words USING gin (words) WITH (gin_pending_list_limit = 16384)"
                )
                base.execute(RECOUNT)
            base.execute("VACUUM ANALYZE")
            base.execute("CHECKPOINT")


STORES = {
    "samflode": Samflode,
    "samflode postgresql": Postgres,
    "sqlite3": Sqlite,
    "postgresql": PlainPostgres,
    "tinydb CachingMiddleware": CachingTinyDb,
    "tinydb JSONStorage": TinyDb,
}


def written() -> int:
    """Bytes that this process has caused to be written to disk."""
    lines = Path("/proc/self/io").read_text(encoding="utf-8").splitlines()
    return int(dict(line.split(": ") for line in lines)["write_bytes"])


def measure(name: str, where: str, first: int, total: int) -> None:
    """Prints what a run costs, as JSON; in a process of its own."""
    store = STORES[name](where)
    before = store.written() if isinstance(store, Logged) else written()
    began = time.monotonic()
    store.run(first, total)
    seconds = time.monotonic() - began
    bytes_written = sum(store.written(before=before)) if isinstance(store, Logged) else written() - before
    figures = {"seconds": seconds, "bytes": bytes_written, "memory": peak()}
    if isinstance(store, Samflode):
        from pipeline.archive import open_archive

        began = time.monotonic()
        with open_archive(where, write=False) as archive:
            archive.count()
            archive.histories()
        figures["opening"] = time.monotonic() - began
    print(json.dumps(figures))


def status(where: str, folder: Path) -> float:
    """Seconds that `samflode status` takes, as a user starts it."""
    sources = folder / "sources.yaml"
    each = "\n".join(f"  - {{id: source{number}, url: https://{number}.example.se/}}" for number in range(SOURCES))
    sources.write_text(f"archive: {{title: A, url: https://a.example.se/}}\nsources:\n{each}\n", encoding="utf-8")
    words = [sys.executable, "-m", "pipeline", "status", "--store", where, "--sources", str(sources)]
    began = time.monotonic()
    subprocess.run(words, check=True, capture_output=True, cwd=ROOT)
    return time.monotonic() - began


@dataclass
class Filled:
    """An archive of some size, and what was measured in it."""

    where: str
    total: int
    #: What is remembered of it.
    known: Path
    filling: float
    #: Runs that it has had.
    runs: int = 0
    figures: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def measure(self, name: str) -> None:
        """One more run."""
        words = [
            sys.executable,
            __file__,
            "measure",
            name,
            self.where,
            str(self.total + self.runs * NEW),
            str(self.total),
        ]
        done = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
        self.runs += 1
        self.remember()
        for figure, value in done.items():
            self.figures[figure].append(value)

    def remember(self) -> None:
        """Says to a later call what it has had."""
        self.known.write_text(json.dumps({"filling": self.filling, "runs": self.runs}), encoding="utf-8")

    def median(self, figure: str) -> float:
        """The figure that is in the middle."""
        return statistics.median(self.figures[figure])


def filled(name: str, folder: Path, total: int, address: str) -> Filled:
    """An archive of that size; one that an earlier call has kept."""
    kept = folder / f"{name.replace(' ', '-')}-{total}"
    known = kept.with_suffix(".json")
    where = address.format(f"{name.replace(' ', '_')}_{total}") if address else str(kept)
    if known.exists():
        return Filled(where, total, known, **json.loads(known.read_text(encoding="utf-8")))
    if address:
        import psycopg

        with psycopg.connect(address.format("postgres"), autocommit=True) as base:
            base.execute(f"CREATE DATABASE {name.replace(' ', '_')}_{total} TEMPLATE template0")
    began = time.monotonic()
    STORES[name](where).fill(total)
    new = Filled(where, total, known, time.monotonic() - began)
    new.remember()
    return new


@contextmanager
def cluster(name: str, kept: Path | None):
    """The address of a PostgreSQL that keeps its promises, where it is needed."""
    if not issubclass(STORES[name], Logged):
        yield ""
        return
    from tests.archive.conftest import running_cluster

    with running_cluster(durable=True, kept=kept and kept / "cluster") as address:
        yield address


def measured(name: str, sizes: list[int], folder: Path, address: str, runs: int) -> None:
    """Prints the rows of one kind of store."""
    sizes = [each for each in sizes if not name.startswith("tinydb") or each <= LARGEST_TINYDB]
    archives = [filled(name, folder, each, address) for each in sizes]
    for _ in range(runs):
        for each in archives:
            each.measure(name)
    if not runs:
        return
    for each in archives:
        more = " " * 22
        if issubclass(STORES[name], Samflode):
            seconds = statistics.median(status(each.where, folder) for _ in range(runs))
            more = f"{each.median('opening'):>11.3f}{seconds:>11.2f}"
        print(
            f"{name:<26}{each.total:>10,}{each.filling:>11.1f}{each.median('seconds'):>9.3f}"
            f"{each.median('bytes') / 1000:>12,.0f}{statistics.mean(each.figures['bytes']) / 1000:>9,.0f}{max(each.figures['memory']):>11.0f}{more}",
            flush=True,
        )
    if len(archives) > 1:
        growth = [archives[-1].median(figure) / archives[0].median(figure) for figure in ("seconds", "bytes")]
        print(f"{'':<26}{'grows by':>10}{'':>11}{growth[0]:>9.2f}{growth[1]:>12.2f}", flush=True)


def main() -> None:
    """The table."""
    if sys.argv[1:2] == ["measure"]:
        measure(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
        return
    asked = argparse.ArgumentParser(description="What a run costs in archives of different sizes.")
    asked.add_argument("sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    asked.add_argument("--only", action="append", choices=STORES, help="measure this store; may be repeated")
    asked.add_argument("--keep", type=Path, help="a folder that the archives stay in, to be used again")
    asked.add_argument("--runs", type=int, default=RUNS, help="how many runs in each; 0 fills only")
    chosen = asked.parse_args()
    print(
        f"{'store':<26}{'items':>10}{'filling s':>11}{'run s':>9}{'written kB':>12}{'mean kB':>9}{'memory MB':>11}{'opening s':>11}{'status s':>11}"
    )
    for name in chosen.only or STORES:
        folder = chosen.keep or Path(tempfile.mkdtemp(prefix="samflode-archive-"))
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with cluster(name, chosen.keep) as address:
                measured(name, chosen.sizes, folder, address, chosen.runs)
        finally:
            if chosen.keep is None:
                shutil.rmtree(folder)


if __name__ == "__main__":
    main()
