"""Whether a file that the publication remembers itself in is spoiled: then it is made anew. Busy, or wrongly asked, is something else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SPOILED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def is_damage(error: sqlite3.Error) -> bool:
    """Whether SQLite says that the file itself is not what it should be (its documentation, "Result and Error Codes")."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _SPOILED


def is_whole(path: Path) -> bool:
    """Whether SQLite finds nothing wrong with the file."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            return False
        raise
