"""Where in the archive things are: an SQLite file, derived from the archive's own files and made anew from them at need.

A B-tree is what a lookup that costs the same in every archive needs, and SQLite's is the best kept one. Nothing is in it that the
files don't say, so nothing is lost with it.

The keys of new items fall anywhere among those that there are, and each would cost the writing of a page. So they are gathered in a
small table first, `fresh`, and go over into the large one together when it is full: a run writes as much as the small table has
pages for, whatever the archive holds, and one run in a hundred or so sweeps through the large one (the idea of O'Neil et al., The
log-structured merge-tree, 1996, with two levels).
"""

from __future__ import annotations

import hashlib
import math
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.archive.tables import Room, month_of, number_of
from pipeline.errors import ArchiveDamaged, ArchiveUnwritable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

#: Items that are read at once.
_PAGE = 2_000
#: Seconds to wait for another process that is just writing.
_PATIENCE = 30.0
#: Keys that are asked for in one question.
_AT_ONCE = 500
#: Keys that are gathered before they go over into the large table: about 130 runs of a hundred new items.
MOST_FRESH = 65_536
#: Of this file's tables; one of another version is made anew.
VERSION = 2
_SCHEMA = """
PRAGMA page_size = 1024;
BEGIN;
CREATE TABLE items (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, part TEXT NOT NULL, at REAL NOT NULL, source TEXT NOT NULL
) STRICT;
CREATE INDEX items_by_time ON items (at DESC, id);
CREATE TABLE stories (number INTEGER PRIMARY KEY, id TEXT NOT NULL, living TEXT NOT NULL, part TEXT NOT NULL) STRICT;
CREATE TABLE keys (hash INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (hash, number)) WITHOUT ROWID, STRICT;
CREATE TABLE fresh (hash INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (hash, number)) WITHOUT ROWID, STRICT;
CREATE TABLE parts (
    kind TEXT NOT NULL, month TEXT NOT NULL, name TEXT NOT NULL, rows INTEGER NOT NULL, bytes INTEGER NOT NULL,
    PRIMARY KEY (kind, month, name)
) WITHOUT ROWID, STRICT;
CREATE TABLE sources (id TEXT PRIMARY KEY, items INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE counts (stories INTEGER NOT NULL, fresh INTEGER NOT NULL) STRICT;
INSERT INTO counts VALUES (0, 0);
PRAGMA user_version = 2;
COMMIT;
"""
#: The numbers that a key leads to, the oldest first.
_BY_KEY = "(SELECT number FROM keys WHERE hash = :hash UNION SELECT number FROM fresh WHERE hash = :hash)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An item as the index knows it."""

    id: str
    #: Of `items/`; a part never changes.
    part: str
    source: str
    #: When it was published or first seen, in seconds since 1970.
    at: float
    keys: tuple[str, ...]


class Index:
    """From keys and ids to parts. Every method raises ArchiveDamaged where the file is no index that is whole."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection
        #: Keys by their hashes, with the numbers that they are to lead to.
        self._leading: list[tuple[int, int]] = []

    @classmethod
    def opened(cls, path: Path, *, write: bool) -> Index | None:
        """The index in a file; None where there is none, or one that this program can't use: it has to be made anew."""
        if not path.exists():
            return None
        try:
            connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode={'rw' if write else 'ro'}", uri=True, timeout=_PATIENCE
            )
            if connection.execute("PRAGMA user_version").fetchone() != (VERSION,):
                connection.close()
                return None
        except sqlite3.Error:
            return None
        connection.isolation_level = None
        connection.execute("PRAGMA cache_size = -16000")
        return cls(path, connection)

    @classmethod
    def created(cls, path: Path, *, write: bool) -> Index:
        """A new, empty index: in the file, or, where nothing may be written, in memory."""
        connection = sqlite3.connect(path if write else ":memory:", timeout=_PATIENCE, isolation_level=None)
        index = cls(path, connection)
        with index._said():
            connection.executescript(_SCHEMA)
        return index

    @property
    def is_kept(self) -> bool:
        """Whether it is in a file, not in memory."""
        return bool(self._connection.execute("PRAGMA database_list").fetchone()[2])

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()

    def part(self, item: str) -> str | None:
        """The part that an item is in."""
        found = self._item(item)
        return None if found is None else found[1]

    def holds(self, key: str) -> bool:
        """Whether any item has this key."""
        return bool(self._all(f"SELECT 1 FROM {_BY_KEY} LIMIT 1", {"hash": hashed(key)}))

    def known(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys that lead anywhere."""
        by_hash = {hashed(key): key for key in keys}
        hashes = list(by_hash)
        found: set[int] = set()
        for at in range(0, len(hashes), _AT_ONCE):
            some = hashes[at : at + _AT_ONCE]
            places = ", ".join("?" * len(some))
            for table in ("keys", "fresh"):
                found |= {
                    row[0] for row in self._all(f"SELECT DISTINCT hash FROM {table} WHERE hash IN ({places})", some)
                }
        return {by_hash[each] for each in found}

    def with_key(self, key: str, *, most: int) -> list[str]:
        """The ids of the items that have this key: the newest, in the order in which they came."""
        rows = self._all(
            f"SELECT id FROM items WHERE number IN {_BY_KEY} ORDER BY number DESC LIMIT :most",
            {"hash": hashed(key), "most": most},
        )
        return [row[0] for row in reversed(rows)]

    def story(self, story: str) -> tuple[str, str] | None:
        """The story that lives on in that one, itself if it was not joined into another, and the part that it is in."""
        found = self._story(story)
        return None if found is None else (found[1], found[2])

    def leads(self, key: str, item: str) -> bool:
        """Whether this key leads to that item."""
        query = f"SELECT 1 FROM items WHERE number IN {_BY_KEY} AND id = :id"
        return bool(self._all(query, {"hash": hashed(key), "id": item}))

    def parts(self) -> list[tuple[str, str]]:
        """Kind and name of each part that was written."""
        return self._all("SELECT kind, name FROM parts", ())

    def faults(self) -> list[str]:
        """What SQLite's own check finds."""
        found = [row[0] for row in self._all("PRAGMA integrity_check(5)", ())]
        return [] if found == ["ok"] else found

    def newest(
        self, *, sources: Sequence[str] = (), since: float | None = None, until: float | None = None
    ) -> Iterator[tuple[str, str]]:
        """Ids and parts of the items, the newest first, then by id; only of these sources, only of this time."""
        where, asked = (
            ["at >= ?", "at < ?"],
            [-math.inf if since is None else since, math.inf if until is None else until],
        )
        if sources:
            where.append(f"source IN ({', '.join('?' * len(sources))})")
        query = f"SELECT at, id, part FROM items WHERE {' AND '.join(where)}"
        # A page at a time, so that nobody has to wait for a reader who takes his time.
        after: tuple[float, str] | None = None
        while True:
            further = "" if after is None else " AND (at < ? OR (at = ? AND id > ?))"
            values = [*asked, *sources, *(() if after is None else (after[0], *after))]
            rows = self._all(f"{query}{further} ORDER BY at DESC, id LIMIT {_PAGE}", values)
            yield from ((row[1], row[2]) for row in rows)
            if len(rows) < _PAGE:
                return
            after = (rows[-1][0], rows[-1][1])

    def counts(self) -> tuple[dict[str, int], int]:
        """How many items there are of each source, and how many stories."""
        items = dict(self._all("SELECT id, items FROM sources", ()))
        ((stories,),) = self._all("SELECT stories FROM counts", ())
        return items, stories

    def room(self, kind: str, month: str) -> Room:
        """The last part of a month; an empty one where there is none."""
        rows = self._all("SELECT name, rows, bytes FROM parts WHERE kind = ? AND month = ?", (kind, month))
        stored = [Room(name, count, size) for name, count, size in rows]
        return max(stored, key=lambda each: number_of(each.name), default=Room(month))

    def update(
        self,
        *,
        items: Iterable[Placed] = (),
        stories: Iterable[tuple[str, str]] = (),
        joined: Iterable[tuple[str, str]] = (),
        sizes: Iterable[tuple[str, str, int, int]] = (),
    ) -> None:
        """Brings the index up to date in one step, durably; doing it again changes nothing. Raises ArchiveUnwritable.

        `stories` are ids with their parts, `joined` the gone ones with those that they live on in, `sizes` kind, name, rows and
        bytes of the parts that were written.
        """
        with self._said():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._leading.clear()
                for each in items:
                    self._place(each)
                self._lead_all()
                for story, part in stories:
                    self._shelve(story, story, part)
                self._lead_all()
                for gone, living in joined:
                    self._shelve(gone, living, "")
                    self._lead_all()
                self._connection.executemany(
                    "INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?)",
                    [(kind, month_of(name), name, rows, size) for kind, name, rows, size in sizes],
                )
                self._sweep()
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _place(self, each: Placed) -> None:
        found = self._item(each.id)
        if found is None:
            number = self._connection.execute(
                "INSERT INTO items (id, part, at, source) VALUES (?, ?, ?, ?)",
                (each.id, each.part, each.at, each.source),
            ).lastrowid
            assert number is not None
            self._connection.execute(
                "INSERT INTO sources VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET items = items + 1", (each.source,)
            )
            self._lead(_item_key(each.id), number)
        else:
            number = found[0]
            if found[2] != each.at:
                self._connection.execute("UPDATE items SET at = ? WHERE number = ?", (each.at, number))
        for key in each.keys:
            self._lead(key, number)

    def _shelve(self, story: str, living: str, part: str) -> None:
        found = self._story(story)
        if found is None:
            number = self._connection.execute(
                "INSERT INTO stories (id, living, part) VALUES (?, ?, ?)", (story, living, part)
            ).lastrowid
            assert number is not None
            self._lead(_story_key(story), number)
        elif found[1:] != (living, part):
            self._connection.execute(
                "UPDATE stories SET living = ?, part = ? WHERE number = ?", (living, part, found[0])
            )
        lived = found is not None and found[1] == story
        if lived != (living == story):
            self._connection.execute("UPDATE counts SET stories = stories + ?", (-1 if lived else 1,))

    def _lead(self, key: str, number: int) -> None:
        """Lets a key lead to a number, once `_lead_all` is called."""
        self._leading.append((hashed(key), number))

    def _lead_all(self) -> None:
        """Lets the keys lead to their numbers, those that do not yet: in SQLite's own loop, for there are many."""
        if not self._leading:
            return
        before = self._connection.total_changes
        self._connection.executemany(
            "INSERT OR IGNORE INTO fresh SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM keys WHERE hash = ?1 AND number = ?2)",
            self._leading,
        )
        self._leading.clear()
        added = self._connection.total_changes - before
        self._connection.execute("UPDATE counts SET fresh = fresh + ?", (added,))

    def _sweep(self) -> None:
        """Brings the gathered keys over into the large table, when there are enough of them."""
        ((fresh,),) = self._all("SELECT fresh FROM counts", ())
        if fresh >= MOST_FRESH:
            self._connection.execute("INSERT OR IGNORE INTO keys SELECT hash, number FROM fresh ORDER BY hash, number")
            self._connection.execute("DELETE FROM fresh")
            self._connection.execute("UPDATE counts SET fresh = 0")

    def _item(self, item: str) -> tuple[int, str, float] | None:
        """Number, part and time of an item."""
        rows = self._all(
            f"SELECT number, part, at FROM items WHERE number IN {_BY_KEY} AND id = :id",
            {"hash": hashed(_item_key(item)), "id": item},
        )
        return rows[0] if rows else None

    def _story(self, story: str) -> tuple[int, str, str] | None:
        """Number, living story and part of a story."""
        rows = self._all(
            f"SELECT number, living, part FROM stories WHERE number IN {_BY_KEY} AND id = :id",
            {"hash": hashed(_story_key(story)), "id": story},
        )
        return rows[0] if rows else None

    def _all(self, query: str, values: Sequence[object] | Mapping[str, object]) -> list[Any]:
        with self._said():
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def _said(self) -> Iterator[None]:
        """Turns what SQLite says into our errors (https://www.sqlite.org/rescode.html)."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise ArchiveUnwritable(f"{self._path} can't be used: {error}", path=str(self._path)) from error
        except sqlite3.DatabaseError as error:
            raise ArchiveDamaged(f"{self._path} is damaged: {error}", where=str(self._path)) from error


def _item_key(item: str) -> str:
    return f"i:{item}"


def _story_key(story: str) -> str:
    return f"s:{story}"


def hashed(key: str) -> int:
    """A key as the stores' indexes keep it: 64 bits, signed. Two keys in one archive that share one are not to be expected."""
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)
