"""What we published: path, digest and size of every file, what it was made of, and the part of the publication that it belongs to.

An SQLite file, `.samflode/manifest.sqlite`. What it doesn't name is somebody else's and is never removed.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from pipeline.publish.damage import is_damage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

#: Digest and size of a file, and the digest of what it was made of; "" where nobody said.
Entry = tuple[str, int, str]

NAME = "manifest.sqlite"
#: `PRAGMA user_version`; a file of another one is made anew.
FORMAT = 3


class Manifest:
    """The manifest of a folder, and what is made in this pass. Nothing is durable before `keep`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[Manifest]:
        """The manifest in that file; an empty one where there is none that can be read: nothing is trusted then, nothing removed."""
        if not is_known(path):
            path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
                connection.execute(
                    "CREATE TABLE file (path TEXT PRIMARY KEY, digest TEXT NOT NULL, size INTEGER NOT NULL,"
                    " made_of TEXT NOT NULL, part TEXT NOT NULL) WITHOUT ROWID"
                )
                connection.execute("CREATE INDEX file_by_part ON file (part)")
                connection.execute(f"PRAGMA user_version = {FORMAT}")
            connection.execute("CREATE TEMP TABLE made (path TEXT PRIMARY KEY) WITHOUT ROWID")
            yield cls(connection)

    def keep(self) -> None:
        """Makes it durable."""
        self._db.execute("COMMIT")

    def entry(self, path: str) -> Entry | None:
        """What is known of a file; None where it is none of ours."""
        row: Entry | None = self._db.execute(
            "SELECT digest, size, made_of FROM file WHERE path = ?", (path,)
        ).fetchone()
        return row

    def put(self, path: str, entry: Entry, part: str) -> None:
        """Takes in what a file is now."""
        self._db.execute(
            "INSERT INTO file VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " digest = excluded.digest, size = excluded.size, made_of = excluded.made_of, part = excluded.part"
            # What stays the same is not written: the manifest is as old as the last change, too.
            " WHERE (digest, size, made_of, part) IS NOT (excluded.digest, excluded.size, excluded.made_of, excluded.part)",
            (path, *entry, part),
        )

    def take(self, path: str) -> bool:
        """Whether a path is made for the first time in this pass."""
        return self._db.execute("INSERT OR IGNORE INTO made VALUES (?)", (path,)).rowcount == 1

    def drop(self, path: str) -> None:
        """Forgets a file."""
        self._db.execute("DELETE FROM file WHERE path = ?", (path,))

    def distrust(self, paths: Iterable[str]) -> None:
        """Takes files for ours, but believes nothing of them."""
        self._db.executemany(
            "INSERT OR REPLACE INTO file SELECT ?1, '', -1, '', coalesce((SELECT part FROM file WHERE path = ?1), '')",
            ((each,) for each in paths),
        )

    def left(self, parts: Iterable[str] | None) -> list[str]:
        """The files of these parts (None: of all) that were not made in this pass."""
        if parts is None:
            rows = self._db.execute("SELECT path FROM file WHERE path NOT IN (SELECT path FROM made) ORDER BY path")
            return [path for (path,) in rows]
        query = "SELECT path FROM file WHERE part = ? AND path NOT IN (SELECT path FROM made)"
        return sorted({path for part in parts for (path,) in self._db.execute(query, (part,))})

    def count(self) -> int:
        """How many files there are."""
        return int(self._db.execute("SELECT count(*) FROM file").fetchone()[0])


def is_known(path: Path) -> bool:
    """Whether there is a manifest that can be read."""
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(path)) as connection:
            return bool(connection.execute("PRAGMA user_version").fetchone()[0] == FORMAT)
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            return False
        raise


def spoiled(path: Path, folder: Path) -> set[str]:
    """The parts of which a file is no more as long as it was, or is not there; every file is looked at, none is read."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT path, size, part FROM file")
        return {part for name, size, part in rows if not has_size(f"{folder}/{name}", size)}


def has_size(path: str, size: int) -> bool:
    """Whether a file of that length lies there."""
    try:
        # Thousands of times, in a publication in which nothing changed: pathlib would take half of its time.
        return os.stat(path, follow_symlinks=False).st_size == size  # noqa: PTH116
    except (FileNotFoundError, NotADirectoryError):
        return False
