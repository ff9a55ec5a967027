"""The tables of a database: made, brought up to date, and what a record puts into them. postgres.sql says what they are."""

from __future__ import annotations

from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from pipeline.archive.answers import dated
from pipeline.archive.index import hashed
from pipeline.archive.postgres_words import IN_PART, make_parts, put_words
from pipeline.archive.records import record_from_json, record_to_json
from pipeline.archive.vectors import vector

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg import Connection  # noqa: TID251

    from pipeline.model.item import Item, Record
    from pipeline.model.query import Query

#: Of the tables; a program refuses to write into a newer one.
#: 1: words by PostgreSQL's own dictionaries, counted when asked. 2: words by `terms`, counts kept. 3: keys are
#: gathered before they go into their large table, words are in parts.
FORMAT = 3
#: Advisory locks: making the tables, having one's turn, and the turn in an archive that is built beside the old one. Any two numbers that no other program is likely to take.
SETTING_UP, TURN, BUILDING = 0x5A6D666C, 0x5A6D666D, 0x5A6D666F
#: Rows that are fetched at once.
PAGE = 500

PUT_ITEM = """
    INSERT INTO items (id, source, story, language, topics, at, row)
    VALUES (%(id)s, %(source)s, %(story)s, %(language)s, %(topics)s, %(at)s, %(row)s::json)
    ON CONFLICT (id) DO UPDATE SET
        story = excluded.story, language = excluded.language, topics = excluded.topics, at = excluded.at, row = excluded.row
    RETURNING number, xmax = 0
"""
PUT_STORY = "INSERT INTO stories VALUES (%s, %s, %s) ON CONFLICT (id) DO UPDATE SET living = excluded.living, row = excluded.row"


_KEPT_COUNTS = """
    CREATE TABLE counts (source text COLLATE "C" PRIMARY KEY, items bigint NOT NULL);
    CREATE TABLE told (stories bigint NOT NULL);
    INSERT INTO told VALUES (0);
"""
_GATHERING = """
    ALTER TABLE keys DROP CONSTRAINT IF EXISTS keys_item_fkey;
    CREATE TABLE keys_fresh (PRIMARY KEY (hash, item)) INHERITS (keys);
    CREATE TABLE keys_recent (PRIMARY KEY (hash, item)) INHERITS (keys);
    ALTER TABLE told ADD COLUMN fresh bigint NOT NULL DEFAULT 0, ADD COLUMN recent bigint NOT NULL DEFAULT 0;
"""
_PARTED_WORDS = """
    CREATE TABLE item_words (item bigint PRIMARY KEY, words tsvector NOT NULL) PARTITION BY RANGE (item);
    CREATE INDEX words_in_parts ON item_words USING gin (words) WITH (gin_pending_list_limit = 16384);
"""
#: Counts everything anew.
RECOUNT = """
    DELETE FROM counts;
    INSERT INTO counts SELECT source, count(*) FROM items GROUP BY source;
    UPDATE told SET stories = (SELECT count(*) FROM stories WHERE living = id),
        fresh = (SELECT count(*) FROM keys_fresh), recent = (SELECT count(*) FROM keys_recent);
"""


def format_of(connection: Connection[Any]) -> int | None:
    """The format of the tables; None where there are none."""
    (known,) = connection.execute("SELECT to_regclass('archive_format')").fetchone() or (None,)
    if known is None:
        return None
    row = connection.execute("SELECT format FROM archive_format").fetchone()
    return None if row is None else int(row[0])


def make_tables(connection: Connection[Any]) -> None:
    """Makes the tables or brings them up to date, once, however many collectors start at the same time; all or nothing."""
    # The lock before the transaction: one that began earlier may not see the tables that another has made meanwhile.
    with locked(connection, SETTING_UP), connection.transaction():
        found = format_of(connection)
        if found is None:
            connection.execute(files("pipeline.archive").joinpath("postgres.sql").read_text(encoding="utf-8").encode())
            connection.execute("INSERT INTO archive_format VALUES (%s)", (FORMAT,))
        elif found < FORMAT:
            _upgrade(connection, found)


def _upgrade(connection: Connection[Any], found: int) -> None:
    """Brings the tables of an older format up to date. What the archive holds, the column `row`, is never touched: there is nothing to back up."""
    # Who is writing is waited for.
    connection.execute("LOCK TABLE items, keys, stories, sources IN EXCLUSIVE MODE")
    if found < 2:
        connection.execute(_KEPT_COUNTS)
    connection.execute(_GATHERING)
    connection.execute(_PARTED_WORDS)
    if found < 2:
        connection.execute(RECOUNT)
        for page in _pages(connection):
            put_words(connection, ((number, vector(record.item)) for number, record in page))
    else:
        ((last,),) = connection.execute("SELECT coalesce(max(number), -1) FROM items").fetchall()
        make_parts(connection, range(last // IN_PART + 1), filled_from="items")
    # With its index.
    connection.execute("ALTER TABLE items DROP COLUMN words")
    connection.execute("ALTER INDEX words_in_parts RENAME TO items_by_words")
    connection.execute("UPDATE archive_format SET format = %s", (FORMAT,))


def _pages(connection: Connection[Any]) -> Iterator[list[tuple[int, Record]]]:
    """All records with their numbers; a page of them at a time."""
    after = 0
    while rows := connection.execute(
        "SELECT number, row FROM items WHERE number > %s ORDER BY number LIMIT %s", (after, PAGE)
    ).fetchall():
        yield [(number, record_from_json(row)) for number, row in rows]
        after = rows[-1][0]


@contextmanager
def locked(connection: Connection[Any], number: int, *, longest: int | None = None) -> Iterator[None]:
    """Holds an advisory lock; the server lets go of it when the connection ends, however it does.

    `longest`: the seconds after which the server ends the connection where nothing is asked of it meanwhile; None: never.
    """
    # One trip to the server, for others wait.
    patience = "" if longest is None else "set_config('idle_session_timeout', %s, false), "
    asked = [] if longest is None else [f"{longest}s"]
    connection.execute(f"SELECT {patience}pg_advisory_lock(%s)".encode(), [*asked, number])
    try:
        yield
    finally:
        if not connection.broken:
            connection.execute(f"SELECT {patience}pg_advisory_unlock(%s)".encode(), [*("0" for _ in asked), number])


def columns(record: Record) -> dict[str, Any]:
    """What a record puts into `items`."""
    item = record.item
    return {
        "id": item.id,
        "source": item.source,
        "story": record.story,
        "language": item.language,
        "topics": list(record.topics),
        "at": dated(record).timestamp(),
        "row": as_text(record_to_json(record)),
    }


def hashes(item: Item) -> Sequence[int]:
    """What of an item's keys stands in `keys`."""
    return [hashed(key) for key in dict.fromkeys(item.keys)]


def shown(url: str) -> str:
    """The address of a database without its password, for messages."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")
    name = host[0].partition(":")[0]
    return f"{parts.scheme}://{f'{name}@' if name else ''}{host[2]}{parts.path}"


def conditions(query: Query) -> tuple[list[str], dict[str, Any]]:
    """What a query comes to in SQL, and its values."""
    where, asked = ["true"], dict[str, Any]()
    for condition, value in (
        ("source = ANY(%(sources)s)", list(query.sources)),
        ("language = ANY(%(languages)s)", list(query.languages)),
        ("topics && %(topics)s", list(query.topics)),
        ("at >= %(since)s", None if query.since is None else query.since.timestamp()),
        ("at < %(until)s", None if query.until is None else query.until.timestamp()),
    ):
        if value is not None and value != []:
            where.append(condition)
            asked[condition.partition("%(")[2].partition(")")[0]] = value
    return where, asked


def as_text(row: dict[str, Any]) -> str:
    """A row as JSON."""
    return orjson.dumps(row).decode()
