"""What the newest items of each source are like, and how good its data, as it stands from one publication to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3


class Standing:
    """A table of the catalogue's file. It is younger than the others, and made where it is not there: for it nothing is forgotten."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        connection.execute(
            "CREATE TABLE IF NOT EXISTS surveyed"
            " (source TEXT PRIMARY KEY, state TEXT NOT NULL, quality TEXT NOT NULL, newest BLOB NOT NULL) WITHOUT ROWID"
        )

    def surveyed(self) -> dict[str, tuple[str, str]]:
        """By source, what its quality followed from beside its items, and the quality as JSON."""
        rows = self._db.execute("SELECT source, state, quality FROM surveyed")
        return {source: (state, quality) for source, state, quality in rows}

    def newest_of(self, source: str) -> bytes:
        """What was kept of the newest items of a source; nothing where it was never surveyed."""
        row = self._db.execute("SELECT newest FROM surveyed WHERE source = ?", (source,)).fetchone()
        return bytes(row[0]) if row else b""

    def keep_surveyed(self, source: str, state: str, quality: str, newest: bytes) -> None:
        """Keeps all of these."""
        self._db.execute(
            "INSERT INTO surveyed VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " state = excluded.state, quality = excluded.quality, newest = excluded.newest"
            # What stays the same is not written.
            " WHERE (state, quality, newest) IS NOT (excluded.state, excluded.quality, excluded.newest)",
            (source, state, quality, newest),
        )
