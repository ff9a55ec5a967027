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
import json
import math
import sqlite3
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
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
#: Keys that are gathered before they go over into the large table: about thirty runs of a hundred new items.
MOST_FRESH = 131_072
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
#: The newest numbers of each of some keys: of each table in one list.
_NEWEST = (
    "(SELECT group_concat(number) FROM (SELECT number FROM {} WHERE hash = value ORDER BY number DESC LIMIT :most))"
)
_SHARING = f"""
    SELECT * FROM (SELECT value, {_NEWEST.format("keys")} AS kept, {_NEWEST.format("fresh")} AS new FROM json_each(:hashes))
    WHERE kept IS NOT NULL OR new IS NOT NULL
"""
#: The numbers that a key leads to, the oldest first.
_BY_KEY = "(SELECT number FROM keys WHERE hash = :hash UNION SELECT number FROM fresh WHERE hash = :hash)"

_PART_OF_ITEM = f"SELECT part FROM items WHERE number IN {_BY_KEY} AND id = :id"
_PLACE_OF_STORY = f"SELECT living, part FROM stories WHERE number IN {_BY_KEY} AND id = :id"
_BY_KEYS = """(
    SELECT number FROM keys WHERE hash IN (SELECT value FROM json_each(:hashes))
    UNION SELECT number FROM fresh WHERE hash IN (SELECT value FROM json_each(:hashes))
)"""
_ASKED = "(SELECT value FROM json_each(:ids))"


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
        #: Keys by their hashes, with the numbers that they are to lead to; of numbers that are new no key is there before.
        self._leading: list[tuple[int, int]] = []
        self._leading_new: list[tuple[int, int]] = []

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
        connection.execute("PRAGMA cache_size = -8000")
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
        rows = self._all(_PART_OF_ITEM, {"hash": hashed(_item_key(item)), "id": item})
        return rows[0][0] if rows else None

    def items_in(self, items: Iterable[str]) -> dict[str, str]:
        """The part that each of the items is in, of those that there are."""
        return {item: part for item, (_, part, _) in self._items(list(items)).items()}

    def stories_in(self, stories: Iterable[str]) -> dict[str, str]:
        """The part that each of the stories is in, of those that live."""
        return {story: part for story, (_, living, part) in self._stories(list(stories)).items() if living == story}

    def holds(self, key: str) -> bool:
        """Whether any item has this key."""
        return bool(self._all(f"SELECT 1 FROM {_BY_KEY} LIMIT 1", {"hash": hashed(key)}))

    def sharing(self, keys: Iterable[str], *, most: int) -> dict[str, list[int]]:
        """The numbers of the items that have each of the keys, where any has: the newest, in the order in which they came."""
        by_hash = {hashed(key): key for key in keys}
        if not by_hash:
            return {}
        found = self._all(_SHARING, {"hashes": json.dumps(list(by_hash)), "most": most})
        return {
            by_hash[each]: sorted({int(number) for part in lists if part for number in part.split(",")})[-most:]
            for each, *lists in found
        }

    def ids(self, numbers: Iterable[int]) -> list[tuple[int, str]]:
        """The ids of the items that have these numbers, each with its number."""
        query = "SELECT number, id FROM items WHERE number IN (SELECT value FROM json_each(?))"
        return self._all(query, (json.dumps(list(numbers)),))

    def story(self, story: str) -> tuple[str, str] | None:
        """The story that lives on in that one, itself if it was not joined into another, and the part that it is in."""
        rows = self._all(_PLACE_OF_STORY, {"hash": hashed(_story_key(story)), "id": story})
        return (rows[0][0], rows[0][1]) if rows else None

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
                self._leading_new.clear()
                self._place_all(items)
                self._lead_all()
                self._shelve_all((story, story, part) for story, part in stories)
                self._shelve_all((gone, living, "") for gone, living in joined)
                self._connection.executemany(
                    "INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?)",
                    [(kind, month_of(name), name, rows, size) for kind, name, rows, size in sizes],
                )
                self._sweep()
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _place_all(self, items: Iterable[Placed]) -> None:
        placed = list(items)
        known = self._items([each.id for each in placed])
        ((last,),) = self._all("SELECT coalesce(max(number), 0) FROM items", ())
        rows, by_source = [], Counter[str]()
        for each in placed:
            found = known.get(each.id)
            if found is None:
                last += 1
                rows.append((last, each.id, each.part, each.at, each.source))
                by_source[each.source] += 1
                self._leading_new += [(hashed(key), last) for key in (_item_key(each.id), *each.keys)]
                # The same item may come twice.
                known[each.id] = (last, each.part, each.at)
            else:
                number = found[0]
                if found[2] != each.at:
                    self._connection.execute("UPDATE items SET at = ? WHERE number = ?", (each.at, number))
                self._leading += [(hashed(key), number) for key in each.keys]
        self._connection.executemany("INSERT INTO items (number, id, part, at, source) VALUES (?, ?, ?, ?, ?)", rows)
        self._connection.executemany(
            "INSERT INTO sources VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET items = items + excluded.items",
            by_source.items(),
        )

    def _shelve_all(self, told: Iterable[tuple[str, str, str]]) -> None:
        """Stories, each with the one that it lives on in and the part that this is in; each story once."""
        shelved = list(told)
        known = self._stories([story for story, _, _ in shelved])
        ((last,),) = self._all("SELECT coalesce(max(number), 0) FROM stories", ())
        rows, more = [], 0
        for story, living, part in shelved:
            found = known.get(story)
            if found is None:
                last += 1
                rows.append((last, story, living, part))
                self._leading_new.append((hashed(_story_key(story)), last))
            elif found[1:] != (living, part):
                self._connection.execute(
                    "UPDATE stories SET living = ?, part = ? WHERE number = ?", (living, part, found[0])
                )
            more += (living == story) - (found is not None and found[1] == story)
        self._connection.executemany("INSERT INTO stories (number, id, living, part) VALUES (?, ?, ?, ?)", rows)
        self._connection.execute("UPDATE counts SET stories = stories + ?", (more,))
        self._lead_all()

    def _lead_all(self) -> None:
        """Lets the keys lead to their numbers, those that do not yet: in SQLite's own loop, for there are many."""
        before = self._connection.total_changes
        self._connection.executemany("INSERT OR IGNORE INTO fresh VALUES (?, ?)", sorted(self._leading_new))
        self._connection.executemany(
            "INSERT OR IGNORE INTO fresh SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM keys WHERE hash = ?1 AND number = ?2)",
            self._leading,
        )
        self._leading.clear()
        self._leading_new.clear()
        added = self._connection.total_changes - before
        if added:
            self._connection.execute("UPDATE counts SET fresh = fresh + ?", (added,))

    def _sweep(self) -> None:
        """Brings the gathered keys over into the large table, when there are enough of them."""
        ((fresh,),) = self._all("SELECT fresh FROM counts", ())
        if fresh >= MOST_FRESH:
            self._connection.execute("INSERT OR IGNORE INTO keys SELECT hash, number FROM fresh ORDER BY hash, number")
            self._connection.execute("DELETE FROM fresh")
            self._connection.execute("UPDATE counts SET fresh = 0")

    def _items(self, items: Sequence[str]) -> dict[str, tuple[int, str, float]]:
        """Number, part and time of each of the items that there are."""
        query = f"SELECT id, number, part, at FROM items WHERE number IN {_BY_KEYS} AND id IN {_ASKED}"
        found = self._all(query, _asked(map(_item_key, items), items))
        return {each[0]: tuple(each[1:]) for each in found}

    def _stories(self, stories: Sequence[str]) -> dict[str, tuple[int, str, str]]:
        """Number, living story and part of each of the stories that there are."""
        query = f"SELECT id, number, living, part FROM stories WHERE number IN {_BY_KEYS} AND id IN {_ASKED}"
        found = self._all(query, _asked(map(_story_key, stories), stories))
        return {each[0]: tuple(each[1:]) for each in found}

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


def _asked(keys: Iterable[str], ids: Sequence[str]) -> dict[str, str]:
    return {"hashes": json.dumps([hashed(key) for key in keys]), "ids": json.dumps(list(ids))}


def _item_key(item: str) -> str:
    return f"i:{item}"


def _story_key(story: str) -> str:
    return f"s:{story}"


@lru_cache(maxsize=16_384)
def hashed(key: str) -> int:
    """A key as the stores' indexes keep it: 64 bits, signed. Two keys in one archive that share one are not to be expected."""
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)
