"""A new archive in the place of the old one, in a database: what anew.py is to one in a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from psycopg import Connection  # noqa: TID251

#: The schema that the new archive grows in; what a crash left there is removed by the next one.
BESIDE = "samflode_rebuild"
#: Those of postgres.sql, and the parts of `item_words`.
_OURS = (
    "archive_format",
    "items",
    "item_words",
    "keys",
    "keys_fresh",
    "keys_recent",
    "stories",
    "sources",
    "counts",
    "told",
)
_TABLES = """
    SELECT quote_ident(relname) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = {} AND relkind IN ('r', 'p') AND (relname = ANY(%s) OR relname ~ '^item_words_[0-9]+$')
"""


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
    kept = kept_in(now)
    with connection.transaction():
        ((home,),) = connection.execute("SELECT quote_ident(current_schema())").fetchall()
        old = connection.execute(_TABLES.format("current_schema()"), (list(_OURS),)).fetchall()
        if old:
            connection.execute(f"CREATE SCHEMA {kept}")
        for (table,) in old:
            connection.execute(f"ALTER TABLE {home}.{table} SET SCHEMA {kept}")
        for (table,) in connection.execute(_TABLES.format(f"'{BESIDE}'"), (list(_OURS),)).fetchall():
            connection.execute(f"ALTER TABLE {BESIDE}.{table} SET SCHEMA {home}")
        connection.execute(f"DROP SCHEMA {BESIDE}")
