"""The exports as an SQLite database that Datasette, DB Browser and any program open: with keys, indexes, views and full-text search."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from itertools import islice
from shutil import copyfile
from typing import TYPE_CHECKING, Any

import orjson

from pipeline.publish.columns import DAYS, day_of, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.model.edition import Part

#: Rows that are written at once.
_BATCH = 1_000
_SQL_TYPES = {"string": "TEXT", "time": "TEXT", "list": "TEXT", "integer": "INTEGER"}
#: Lists of each table that become a table of their own: field, what one of them is called, the table that it leads to.
_LISTS: Mapping[str, tuple[tuple[str, str, str | None], ...]] = {
    "items": (("authors", "author", None), ("tags", "tag", None), ("topics", "topic", "topics")),
    "stories": (
        ("items", "item", None),
        ("sources", "source", "sources"),
        ("languages", "language", None),
        ("topics", "topic", "topics"),
    ),
}
#: What one of its rows is called.
_ONE = {"items": "item", "stories": "story"}
_SEARCHED = {"items": ("title", "summary", "text"), "stories": ("title", "summary")}
_INDEXED = {"items": ("story", "source", "language", "published_date"), "stories": ("language", "published_date")}
_VIEWS = {
    "items": (
        (
            "CREATE VIEW items_by_month AS SELECT substr(published_date, 1, 7) AS month, source, count(*) AS items"
            " FROM items GROUP BY 1, 2 ORDER BY 1 DESC, 2"
        ),
        "CREATE VIEW items_by_topic AS SELECT topic, count(*) AS items FROM items_topics GROUP BY 1 ORDER BY 2 DESC",
        (
            "CREATE VIEW stories_of_several_sources AS SELECT story, count(DISTINCT source) AS sources, count(*) AS items,"
            " min(published) AS first_published FROM items GROUP BY 1 HAVING count(DISTINCT source) > 1 ORDER BY 2 DESC"
        ),
    ),
    "stories": (
        (
            "CREATE VIEW stories_by_month AS SELECT substr(published_date, 1, 7) AS month, count(*) AS stories"
            " FROM stories GROUP BY 1 ORDER BY 1 DESC"
        ),
        "CREATE VIEW stories_by_topic AS SELECT topic, count(*) AS stories FROM stories_topics GROUP BY 1 ORDER BY 2 DESC",
        (
            "CREATE VIEW stories_of_several_sources AS SELECT stories.* FROM stories JOIN (SELECT story FROM stories_sources"
            " GROUP BY 1 HAVING count(*) > 1) AS shared ON shared.story = stories.id"
        ),
    ),
}


def write_sqlite(
    path: Path, what: str, fields: Sequence[tuple[str, str, str]], rows: Iterable[Mapping[str, Any]]
) -> None:
    """Writes the rows into a new database: `what` is "items" or "stories", the name of its main table.

    Lists are in it twice: as JSON arrays in the main table, as Datasette's facets want them, and a row each in `items_topics` and the
    like, for joins. Times are RFC 3339; `published_date` is the day as the source named it. The same rows give the same bytes.
    """
    with _opened(path) as connection:
        _make_tables(connection, what, fields)
        _put(connection, what, fields, rows)
        _finish(connection, what)


def join_sqlite(
    what: str, fields: Sequence[tuple[str, str, str]], parts: Sequence[Part], before: Path | None, target: Path
) -> None:
    """Writes the rows of NDJSON files into one database, or into a copy of what it was the rows of those files that changed since.

    Which rows came from which file stands in its tables `_files` and `_rows`. Its bytes depend on what it was before, its rows do not.
    """
    if before is None or not _renewed(what, fields, parts, before, target):
        target.unlink(missing_ok=True)
        with _opened(target) as connection:
            _make_tables(connection, what, fields)
            connection.execute("CREATE TABLE _files (name TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID")
            connection.execute("CREATE TABLE _rows (file TEXT, id TEXT, PRIMARY KEY (file, id)) WITHOUT ROWID")
            for part in parts:
                _take_in(connection, what, fields, part)
            _finish(connection, what)


def _renewed(
    what: str, fields: Sequence[tuple[str, str, str]], parts: Sequence[Part], before: Path, target: Path
) -> bool:
    """Whether the copy of an earlier database could be brought up to date."""
    copyfile(before, target)
    try:
        with _opened(target) as connection:
            if connection.execute("SELECT name, type, meaning FROM fields ORDER BY rowid").fetchall() != list(fields):
                return False
            known = dict(connection.execute("SELECT name, digest FROM _files"))
            _leave_out(connection, what, known.items() - {(part.name, part.digest) for part in parts})
            last = connection.execute(f"SELECT coalesce(max(rowid), 0) FROM {what}").fetchone()[0]
            for part in parts:
                if known.get(part.name) != part.digest:
                    _take_in(connection, what, fields, part)
            searched = ", ".join(_SEARCHED[what])
            connection.execute(
                f"INSERT INTO {what}_fts (rowid, {searched}) SELECT rowid, {searched} FROM {what} WHERE rowid > ?",
                (last,),
            )
            for table in ("sources", "topics"):
                used = (
                    "SELECT source FROM items"
                    if (what, table) == ("items", "sources")
                    else f"SELECT {table[:-1]} FROM {what}_{table}"
                )
                connection.execute(f"DELETE FROM {table} WHERE id NOT IN ({used})")
            connection.execute("COMMIT")
    except sqlite3.DatabaseError:  # not what it should be; where the disk is full, the next try says so
        return False
    return True


def _leave_out(connection: sqlite3.Connection, what: str, files: Iterable[tuple[str, str]]) -> None:
    """Takes out the rows of files that changed, or are no more."""
    searched, one_of = ", ".join(_SEARCHED[what]), _ONE[what]
    for name, _ in files:
        rows = f"{what} WHERE id IN (SELECT id FROM _rows WHERE file = ?)"
        connection.execute(
            f"INSERT INTO {what}_fts ({what}_fts, rowid, {searched}) SELECT 'delete', rowid, {searched} FROM {rows}",
            (name,),
        )
        for field, _, _ in _LISTS[what]:
            connection.execute(
                f"DELETE FROM {what}_{field} WHERE {one_of} IN (SELECT id FROM _rows WHERE file = ?)", (name,)
            )
        connection.execute(f"DELETE FROM {rows}", (name,))
        connection.execute("DELETE FROM _rows WHERE file = ?", (name,))
        connection.execute("DELETE FROM _files WHERE name = ?", (name,))


def _take_in(connection: sqlite3.Connection, what: str, fields: Sequence[tuple[str, str, str]], part: Part) -> None:
    """Puts the rows of a file in."""

    def noted() -> Iterator[dict[str, Any]]:
        for row in rows_of(part.path):
            connection.execute("INSERT INTO _rows VALUES (?, ?)", (part.name, row["id"]))
            yield row

    _put(connection, what, fields, noted())
    connection.execute("INSERT INTO _files VALUES (?, ?)", (part.name, part.digest))


def rows_of(lines: Path) -> Iterator[dict[str, Any]]:
    """The rows of an NDJSON file."""
    with lines.open("rb") as stream:
        for line in stream:
            yield orjson.loads(line)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The database in a transaction. Nothing is lost with a file that is not whole yet: it takes its name when it is."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; BEGIN;"
        )
        yield connection


def _finish(connection: sqlite3.Connection, what: str) -> None:
    """What is made once all rows are there."""
    for name in _INDEXED[what]:
        connection.execute(f"CREATE INDEX {what}_by_{name} ON {what} ({name})")
    for field, one, _ in _LISTS[what]:
        connection.execute(f"CREATE INDEX {what}_{field}_by_{one} ON {what}_{field} ({one})")
    connection.execute(f"INSERT INTO {what}_fts ({what}_fts) VALUES ('rebuild')")
    for view in _VIEWS[what]:
        connection.execute(view)
    connection.execute("COMMIT")
    connection.execute("ANALYZE")


def _make_tables(connection: sqlite3.Connection, what: str, fields: Sequence[tuple[str, str, str]]) -> None:
    columns = []
    for name, said, _ in fields:
        leads = " REFERENCES sources (id)" if (what, name) == ("items", "source") else ""
        key = " PRIMARY KEY" if name == "id" else ""
        empty = "" if "null" in said else " NOT NULL"
        columns.append(f"{name} {_SQL_TYPES[kind_of(name, said)]}{key}{empty}{leads}")
        if name in DAYS:
            columns.append(f"{name}_date TEXT")
    one_of = _ONE[what]
    connection.execute("CREATE TABLE sources (id TEXT PRIMARY KEY) WITHOUT ROWID")
    connection.execute("CREATE TABLE topics (id TEXT PRIMARY KEY) WITHOUT ROWID")
    connection.execute(f"CREATE TABLE {what} ({', '.join(columns)})")
    for field, one, table in _LISTS[what]:
        leads = f" REFERENCES {table} (id)" if table else ""
        connection.execute(
            f"CREATE TABLE {what}_{field} ({one_of} TEXT NOT NULL REFERENCES {what} (id), position INTEGER NOT NULL,"
            f" {one} TEXT NOT NULL{leads}, PRIMARY KEY ({one_of}, position)) WITHOUT ROWID"
        )
    connection.execute("CREATE TABLE fields (name TEXT PRIMARY KEY, type TEXT NOT NULL, meaning TEXT NOT NULL)")
    connection.executemany("INSERT INTO fields VALUES (?, ?, ?)", fields)
    # Diacritics are not folded: å, ä and ö are letters.
    connection.execute(
        f'CREATE VIRTUAL TABLE {what}_fts USING fts5({", ".join(_SEARCHED[what])}, content="{what}",'
        " tokenize='unicode61 remove_diacritics 0')"
    )


def _put(
    connection: sqlite3.Connection, what: str, fields: Sequence[tuple[str, str, str]], rows: Iterable[Mapping[str, Any]]
) -> None:
    waiting = iter(rows)
    while batch := list(islice(waiting, _BATCH)):
        _put_batch(connection, what, fields, batch)


def _put_batch(
    connection: sqlite3.Connection, what: str, fields: Sequence[tuple[str, str, str]], rows: Sequence[Mapping[str, Any]]
) -> None:
    names: list[str] = []
    for name, _, _ in fields:
        names += [name, f"{name}_date"] if name in DAYS else [name]
    sources = {each for row in rows for each in (row["sources"] if what == "stories" else [row["source"]])}
    connection.executemany("INSERT OR IGNORE INTO sources VALUES (?)", [(each,) for each in sorted(sources)])
    topics = {each for row in rows for each in row["topics"]}
    connection.executemany("INSERT OR IGNORE INTO topics VALUES (?)", [(each,) for each in sorted(topics)])
    connection.executemany(
        f"INSERT INTO {what} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
        [[_value(row, name) for name in names] for row in rows],
    )
    for field, _, _ in _LISTS[what]:
        connection.executemany(
            f"INSERT INTO {what}_{field} VALUES (?, ?, ?)",
            [(row["id"], place, each) for row in rows for place, each in enumerate(row[field], start=1)],
        )


def _value(row: Mapping[str, Any], name: str) -> str | int | None:
    if name.removesuffix("_date") in DAYS and name.endswith("_date"):
        day = day_of(row[name.removesuffix("_date")])
        return None if day is None else day.isoformat()
    value: str | int | list[str] | None = row[name]
    return orjson.dumps(value).decode() if isinstance(value, list) else value
