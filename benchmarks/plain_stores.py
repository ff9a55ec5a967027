"""Plain stores beside ours: the same rows, and their keys, in sqlite3, PostgreSQL and TinyDB as they come."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path

from benchmarks.made_items import rows_of

#: Items that a run brings.
NEW = 100


class Logged:
    """A database of PostgreSQL at the address `where`."""

    where: str

    def written(self, *, before: tuple[int, int] | None = None) -> tuple[int, int]:
        """Bytes of the write-ahead log and of pages since the cluster began, or since `before`; no page is left to be written."""
        import psycopg

        with psycopg.connect(self.where, autocommit=True) as base:
            if before is None:
                self._checkpoint(base)
            (logged,) = base.execute("SELECT (pg_current_wal_lsn() - '0/0')::bigint").fetchone()
            pages = self._checkpoint(base) * 8192
        return (logged, pages) if before is None else (logged - before[0], pages - before[1])

    def _checkpoint(self, base) -> int:
        """Brings all pages to the disk, and says how many were since the cluster began."""
        asked = """
            SELECT checkpoints_timed + checkpoints_req, buffers_checkpoint + buffers_clean + buffers_backend FROM pg_stat_bgwriter
        """
        began, _ = base.execute(asked).fetchone()
        base.execute("CHECKPOINT")
        # The figures come a moment later.
        while (now := base.execute(asked).fetchone())[0] == began:
            time.sleep(0.01)
        return now[1]


class Sqlite:
    """A table of JSON with an index of keys, in sqlite3."""

    def __init__(self, where: str) -> None:
        Path(where).mkdir(exist_ok=True)
        self.path = Path(where) / "items.sqlite"

    def fill(self, total: int) -> None:
        """The table before the runs."""
        with sqlite3.connect(self.path) as base:
            # Eighteen million keys in no order would write each page a thousand times.
            for setting in ("journal_mode = off", "synchronous = off", "cache_size = -3000000"):
                base.execute(f"PRAGMA {setting}")
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


class PlainPostgres(Logged):
    """The same two tables in PostgreSQL."""

    def __init__(self, where: str) -> None:
        self.where = where

    def fill(self, total: int) -> None:
        """The tables before the runs."""
        import psycopg

        with psycopg.connect(self.where) as base:
            base.execute("CREATE TABLE items (id text, row json)")
            base.execute("CREATE TABLE keys (key text, id text)")
            for start in range(0, total, 10_000):
                self._insert(base, rows_of(range(start, min(total, start + 10_000)), total))
            base.execute("SET maintenance_work_mem = '1GB'")
            base.execute("ALTER TABLE items ADD PRIMARY KEY (id)")
            base.execute("ALTER TABLE keys ADD PRIMARY KEY (key, id)")
        with psycopg.connect(self.where, autocommit=True) as base:
            base.execute("VACUUM ANALYZE")
            base.execute("CHECKPOINT")

    def run(self, first: int, total: int) -> None:
        """A hundred new rows, a transaction for each ten."""
        import psycopg

        with psycopg.connect(self.where) as base:
            for start in range(first, first + NEW, 10):
                rows = rows_of(range(start, start + 10), total)
                for row in rows:
                    base.execute("SELECT id FROM keys WHERE key = ANY(%s)", (row["keys"],)).fetchall()
                self._insert(base, rows)
                base.commit()

    def _insert(self, base, rows: list[dict]) -> None:
        with base.cursor() as cursor:
            with cursor.copy("COPY items FROM STDIN") as into:
                for row in rows:
                    into.write_row((row["id"], json.dumps(row)))
            with cursor.copy("COPY keys FROM STDIN") as into:
                for row in rows:
                    for key in row["keys"]:
                        into.write_row((key, row["id"]))


class TinyDb:
    """TinyDB as it comes: one file, written anew for every change."""

    caching = False

    def __init__(self, where: str) -> None:
        Path(where).mkdir(exist_ok=True)
        self.path = Path(where) / "items.json"

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
