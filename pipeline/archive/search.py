"""The words of the embedded archive's items: an SQLite file with an FTS5 index, derived from the files and made anew at need.

The index holds no texts, only where each stem stands (https://sqlite.org/fts5.html, section 4.4.3). Such an index forgets nothing
without the old words, which are gone when an item has been revised; so a revised item is put in anew under a new number, and what is
found under the old one is passed over. When most is of old numbers, the file is made anew.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from pipeline.archive import files
from pipeline.archive.answers import best_first, dated
from pipeline.archive.records import record_from_json
from pipeline.archive.tables import Partitions
from pipeline.archive.terms import forms, is_plain, stemmed
from pipeline.errors import ArchiveUnwritable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pipeline.model.item import Item, Record
    from pipeline.model.query import Query
    from pipeline.model.search import Term

NAME = "search.sqlite"
VERSION = 1
_SCHEMA = f"""
BEGIN;
CREATE TABLE items (
    id TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, at REAL NOT NULL, source TEXT NOT NULL, language TEXT, sum BLOB NOT NULL
) STRICT;
CREATE TABLE numbers (last INTEGER NOT NULL, living INTEGER NOT NULL) STRICT;
INSERT INTO numbers VALUES (0, 0);
CREATE VIRTUAL TABLE words USING fts5(title, summary, text, plain, content='', tokenize='unicode61 remove_diacritics 0');
PRAGMA user_version = {VERSION};
COMMIT;
"""
#: What a word counts in title, summary, text and without its marks.
_WEIGHTS = "8.0, 3.0, 1.0, 0.5"
_PATIENCE = 30.0
#: Of old numbers there may be as many as of living ones, and these.
_MOST_OLD = 10_000


class SearchIndex:
    """From words to items. Every method may raise sqlite3.DatabaseError: then the file is of no use, and is made anew."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def opened(cls, path: Path, *, items: int, write: bool) -> SearchIndex | None:
        """The index in a file; None where there is none that can be used, or it is not of as many items."""
        if not path.exists():
            return None
        address = f"{path.resolve().as_uri()}?mode={'rw' if write else 'ro'}"
        try:
            connection = sqlite3.connect(address, uri=True, timeout=_PATIENCE, isolation_level=None)
        except sqlite3.Error:
            return None
        try:
            known = connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
            if known:
                ((last, living),) = connection.execute("SELECT last, living FROM numbers").fetchall()
                if living == items and last <= 2 * living + _MOST_OLD:
                    return cls(connection)
        except (sqlite3.Error, ValueError):
            pass
        connection.close()
        return None

    @classmethod
    def made(cls, home: Path, *, write: bool) -> SearchIndex:
        """The index of all that is in the archive's files; in a file without a name where nothing may be written. Reads the whole archive.

        Raises ArchiveDamaged where a file can't be read, ArchiveUnwritable.
        """
        beside = home / (NAME + files.SUFFIX)
        if write:
            with files.writing(beside):
                beside.unlink(missing_ok=True)
        try:
            connection = sqlite3.connect(beside if write else "", isolation_level=None)
            # It takes its name when it is whole.
            connection.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;" + _SCHEMA)
            index = cls(connection)
            index._fill(home)
            if not write:
                return index
            connection.close()
            with files.writing(beside):
                beside.replace(home / NAME)
                files.sync_folder(home)
            return cls(sqlite3.connect(home / NAME, timeout=_PATIENCE, isolation_level=None))
        except sqlite3.Error as error:
            raise ArchiveUnwritable(f"{beside} can't be written: {error}", path=str(beside)) from error

    @classmethod
    def of(cls, records: Iterable[Record]) -> SearchIndex:
        """An index of these records, in memory."""
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.executescript(_SCHEMA)
        index = cls(connection)
        index.update(records)
        return index

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()

    def update(self, records: Iterable[Record]) -> None:
        """Puts in what is new or has other words, in one step; doing it again changes nothing."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            for record in records:
                self._put(record)
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def found(self, asked: Sequence[Term], query: Query) -> Iterator[tuple[float, str]]:
        """Score (the lower, the better) and id of each item that has all the words, the best first, then the newest."""
        where, values = ["words MATCH ?"], list[object]([matching(asked)])
        for column, among in (("source", query.sources), ("language", query.languages)):
            if among:
                where.append(f"{column} IN ({', '.join('?' * len(among))})")
                values += among
        for condition, moment in (("at >= ?", query.since), ("at < ?", query.until)):
            if moment is not None:
                where.append(condition)
                values.append(moment.timestamp())
        best = (
            f"SELECT bm25(words, {_WEIGHTS}) AS score, id FROM words JOIN items ON items.number = words.rowid"
            f" WHERE {' AND '.join(where)} ORDER BY score, at DESC, id LIMIT ? OFFSET ?"
        )
        return best_first(lambda limit, after: self._connection.execute(best, (*values, limit, after)).fetchall())

    def _fill(self, home: Path) -> None:
        parts = Partitions(home / "items", "id")
        for part in reversed(parts.names()):
            self.update(record_from_json(row) for row in parts[part].rows().values())

    def _put(self, record: Record) -> None:
        item, at = record.item, dated(record).timestamp()
        summed = _sum(item)
        row = self._connection.execute("SELECT number, sum, at FROM items WHERE id = ?", (item.id,)).fetchone()
        if row is not None and row[1] == summed:
            if row[2] != at:
                self._connection.execute("UPDATE items SET at = ? WHERE id = ?", (at, item.id))
            return
        self._connection.execute("UPDATE numbers SET last = last + 1, living = living + ?", (row is None,))
        ((number,),) = self._connection.execute("SELECT last FROM numbers").fetchall()
        put = "INSERT OR REPLACE INTO items (id, number, at, source, language, sum) VALUES (?, ?, ?, ?, ?, ?)"
        self._connection.execute(put, (item.id, number, at, item.source, item.language, summed))
        words = stemmed(item)
        self._connection.execute(
            "INSERT INTO words (rowid, title, summary, text, plain) VALUES (?, ?, ?, ?, ?)",
            (number, *(" ".join(part) for part in (words.title, words.summary, words.text, _parted(words.plain)))),
        )


def found_in(home: Path, asked: Sequence[Term], query: Query, *, items: int) -> Iterator[tuple[float, str]]:
    """What the kept index of words finds; one made anew, where there is none that can be used. `items` is how many the archive has."""
    told: set[str] = set()
    kept = SearchIndex.opened(home / NAME, items=items, write=False)
    try:
        if kept is not None:
            with closing(kept):
                for place in kept.found(asked, query):
                    told.add(place[1])
                    yield place
            return
    except sqlite3.DatabaseError:
        pass
    with closing(SearchIndex.made(home, write=False)) as made:
        yield from (place for place in made.found(asked, query) if place[1] not in told)


def brought_up(home: Path, records: Iterable[Record], *, items: int) -> None:
    """Brings the kept index of words up to date; `items` is how many the archive held before these records."""
    index = SearchIndex.opened(home / NAME, items=items, write=True)
    try:
        if index is not None:
            with closing(index):
                index.update(records)
            return
    except sqlite3.DatabaseError:
        pass
    SearchIndex.made(home, write=True).close()


def faults(path: Path, items: int) -> list[str]:
    """What is wrong with the index in a file, of an archive of so many items; nothing where there is no file."""
    if not path.exists():
        return []
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)) as connection:
            if connection.execute("PRAGMA user_version").fetchone() != (VERSION,):
                return ["it is of another version; the next run makes it anew"]
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
            ((living,),) = connection.execute("SELECT count(*) FROM items").fetchall()
    except sqlite3.Error as error:
        return [f"it can't be used ({error}); the next run makes it anew"]
    if living != items:
        found.append(f"it counts {living} items, the files hold {items}; the next run makes it anew")
    return [each for each in found if each != "ok"]


def matching(asked: Sequence[Term]) -> str:
    """The terms in FTS5's language (section 3 of its documentation).

    >>> from pipeline.model.search import terms
    >>> matching(terms('får -"två tre"'))
    '({title summary text} : ("får")) NOT ({title summary text} : ("två tre"))'
    """
    wanted = " AND ".join(_any_form(term) for term in asked if term.wanted)
    return " NOT ".join(
        [f"({wanted})" if wanted.count(" AND ") else wanted, *(_any_form(term) for term in asked if not term.wanted)]
    )


def _any_form(term: Term) -> str:
    written = " OR ".join(f'"{" ".join(form)}"' for form in forms(term))
    places = "{title summary text plain}" if is_plain(term) else "{title summary text}"
    return f"({places} : ({written}))"


#: Stands between the parts of an item, so that no phrase goes over; no stem is like it.
_BREAK = "\U000f0000"


def _parted(words: Sequence[str]) -> Iterator[str]:
    return (word or _BREAK for word in words)


def _sum(item: Item) -> bytes:
    """A digest of all that is searched or asked for."""
    said = json.dumps([item.title, item.summary, item.text, item.language, item.source])
    return hashlib.blake2b(said.encode(), digest_size=16).digest()
