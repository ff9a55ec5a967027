"""From words to items, in a database: what it costs to put words in does not grow with the archive.

An index of words has a page for each word at least, and items of a run hold thousands of these: in a large index each is a page to be
written, and to be copied into the log. So `item_words` is partitioned by the order in which items came; new ones go into the last part, whose index is
no larger than that of a small archive, and a search asks all parts. PostgreSQL gathers new words in front of an index
(https://www.postgresql.org/docs/15/gin-implementation.html, fast update); in that of the last part there is room for some twenty runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection  # noqa: TID251

#: Items of a part.
IN_PART = 32_768

_PUT = """
    INSERT INTO item_words SELECT item, words::tsvector FROM unnest(%s::bigint[], %s::text[]) AS made (item, words)
    ON CONFLICT (item) DO UPDATE SET words = excluded.words WHERE item_words.words <> excluded.words
"""


def put_words(connection: Connection[Any], words: Iterable[tuple[int, str]]) -> None:
    """Puts the words of items, by their numbers, in the place of those that they had."""
    rows = dict(words)
    if not rows:
        return
    make_parts(connection, {number // IN_PART for number in rows})
    connection.execute(_PUT, (list(rows), list(rows.values())))


def make_parts(connection: Connection[Any], wanted: Iterable[int], *, filled_from: str | None = None) -> None:
    """Makes the parts that are missing; filled with what a table has in its columns `number` and `words`, before they are indexed."""
    for part in sorted(wanted):
        name = f"item_words_{part}"
        if connection.execute("SELECT to_regclass(%s)", (name,)).fetchall() != [(None,)]:
            continue
        since, until = part * IN_PART, (part + 1) * IN_PART
        connection.execute(f"CREATE TABLE {name} (LIKE item_words)")
        if filled_from is not None:
            taken = f"SELECT number, words FROM {filled_from} WHERE number >= {since} AND number < {until}"
            connection.execute(f"INSERT INTO {name} {taken} ORDER BY number")
        # Unlike a part that is made as one at once, this waits for nobody who reads.
        connection.execute(f"ALTER TABLE item_words ATTACH PARTITION {name} FOR VALUES FROM ({since}) TO ({until})")
