"""A new archive in the place of the old one, in a database: what anew.py is to one in a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from psycopg import Connection  # noqa: TID251

#: The schema that the new archive grows in; what a crash left there is removed by the next one.
BESIDE = "samflode_rebuild"
#: Those of postgres.sql.
_TABLES = ("archive_format", "items", "keys", "keys_fresh", "keys_recent", "stories", "sources", "counts", "told")


def kept_in(now: datetime) -> str:
    """The schema that the old archive is kept in."""
    return f"before_rebuild_{now:%Y%m%dt%H%M%Sz}"


def make_room(connection: Connection[Any]) -> None:
    """Makes the schema that the new archive grows in, empty."""
    with connection.transaction():
        connection.execute(f"DROP SCHEMA IF EXISTS {BESIDE} CASCADE")
        connection.execute(f"CREATE SCHEMA {BESIDE}")


def put_in_place(connection: Connection[Any], now: datetime) -> None:
    """Puts the new archive into the place of the old one, which is kept; at one moment, for whoever reads."""
    with connection.transaction():
        old = [
            table for table in _TABLES if connection.execute("SELECT to_regclass(%s)", (table,)).fetchall() != [(None,)]
        ]
        if old:
            connection.execute(f"CREATE SCHEMA {kept_in(now)}")
        for table in old:
            connection.execute(f"ALTER TABLE {table} SET SCHEMA {kept_in(now)}")
        ((home,),) = connection.execute("SELECT quote_ident(current_schema())").fetchall()
        for table in _TABLES:
            connection.execute(f"ALTER TABLE {BESIDE}.{table} SET SCHEMA {home}")
        connection.execute(f"DROP SCHEMA {BESIDE}")
