"""What people were told of an archive that many collect into: in its database, so that each thing is said once, whoever says it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson

from pipeline.archive.postgres_tables import locked
from pipeline.archive.watch import told_from_json, told_to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection  # noqa: TID251

    from pipeline.model.alert import Told

#: The advisory lock of whoever tells.
TELLING = 0x5A6D666E
#: Seconds that one message may take; whoever stands still for longer loses its right to tell.
LONGEST_MESSAGE = 600


class ToldTable:
    """The table; it is made when somebody first has to be told of anything. Made by `telling`."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def told(self) -> Told | None:
        """What people were told; None where nothing ever was noted here."""
        row = self._connection.execute("SELECT row FROM people_told").fetchone()
        try:
            return None if row is None else told_from_json(row[0])
        except (ValueError, TypeError, KeyError, AttributeError):
            return None

    def keep(self, told: Told) -> None:
        """Notes what people were told; it is durable when this returns."""
        self._connection.execute(
            "INSERT INTO people_told VALUES (true, %s) ON CONFLICT (one) DO UPDATE SET row = excluded.row",
            (orjson.dumps(told_to_json(told)).decode(),),
        )


@contextmanager
def telling(connection: Connection[Any]) -> Iterator[ToldTable]:
    """Nobody else tells anybody anything meanwhile; waits for who is at it."""
    with locked(connection, TELLING, longest=LONGEST_MESSAGE):
        connection.execute(
            "CREATE TABLE IF NOT EXISTS people_told (one boolean PRIMARY KEY CHECK (one), row json NOT NULL)"
        )
        yield ToldTable(connection)
