"""From keys to items, in a database: what it costs to put keys in does not grow with the archive.

The keys of new items fall anywhere among those that there are, and of each page that is touched for the first time since a checkpoint
PostgreSQL writes a copy into its log: in a large index, one for each key. So keys are gathered in a small table first, from there in one
of medium size, and only from that go over into the large one, each time all together (O'Neil et al., The log-structured merge-tree, 1996). The
two inherit from the large one: who reads `keys` reads all three.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.errors import LockNotAvailable  # noqa: TID251

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection  # noqa: TID251

#: Keys that each of the two smaller tables gathers before they go over into the next: about seventy runs of a hundred new items, and a thousand.
MOST_FRESH, MOST_RECENT = 131_072, 2_097_152

_NEAR = """
    SELECT asked.hash, array_agg(found.item ORDER BY found.item) FROM unnest(%s::bigint[], %s::int[]) AS asked (hash, most)
    CROSS JOIN LATERAL ({}) AS found GROUP BY asked.hash
"""
_NEWEST = "(SELECT item FROM ONLY {} WHERE hash = asked.hash ORDER BY item DESC LIMIT asked.most)"
_OF_ALL = " UNION ALL ".join(map(_NEWEST.format, ("keys_fresh", "keys_recent", "keys")))
#: Of the items that have a key the newest, `most` at the most: however many there are, no more are read in each table.
NEAR = _NEAR.format(f"SELECT item FROM ({_OF_ALL}) AS each ORDER BY item DESC LIMIT asked.most")
#: The same where there is one table, as in formats 1 and 2.
NEAR_IN_ONE = _NEAR.format(_NEWEST.format("keys"))

#: A key leads to an item in one of the tables only.
_LEAD = """
    INSERT INTO keys_fresh SELECT hash, item FROM unnest(%s::bigint[], %s::bigint[]) AS made (hash, item)
    WHERE NOT EXISTS (SELECT FROM keys WHERE keys.hash = made.hash AND keys.item = made.item) ORDER BY hash, item
    ON CONFLICT DO NOTHING
"""
_LEAD_NEW = """
    INSERT INTO keys_fresh SELECT hash, item FROM unnest(%s::bigint[], %s::bigint[]) AS made (hash, item) ORDER BY hash, item
    ON CONFLICT DO NOTHING
"""


def lead(connection: Connection[Any], keys: Iterable[tuple[int, int]], *, new: Iterable[tuple[int, int]] = ()) -> bool:
    """Lets keys, by their hashes, lead to the items of these numbers; `new` are those of items that no key leads to yet.

    Says whether so many are gathered that they have to be swept on.
    """
    added = 0
    for query, pairs in ((_LEAD, list(keys)), (_LEAD_NEW, list(new))):
        if pairs:
            hashes, items = zip(*pairs, strict=True)
            added += connection.execute(query, (list(hashes), list(items))).rowcount
    if not added:
        return False
    ((fresh,),) = connection.execute("UPDATE told SET fresh = fresh + %s RETURNING fresh", (added,)).fetchall()
    return bool(fresh >= MOST_FRESH)


def sweep(connection: Connection[Any]) -> None:
    """Brings the gathered keys on, where there are enough of them; within a turn. Who reads them just then is not kept waiting: the next one does it."""
    for column, table, following, most in (
        ("fresh", "keys_fresh", "keys_recent", MOST_FRESH),
        ("recent", "keys_recent", "keys", MOST_RECENT),
    ):
        ((gathered,),) = connection.execute(f"SELECT {column} FROM told").fetchall()
        if gathered < most:
            return
        try:
            with connection.transaction():
                # A state that somebody reads is emptied under nobody: not under a backup either, which may take hours.
                connection.execute(f"LOCK TABLE ONLY {table} IN ACCESS EXCLUSIVE MODE NOWAIT")
                moved = f"INSERT INTO {following} SELECT hash, item FROM ONLY {table} ORDER BY hash, item ON CONFLICT DO NOTHING"
                added = connection.execute(moved).rowcount
                connection.execute(f"TRUNCATE ONLY {table}")
                connection.execute(f"UPDATE told SET {column} = 0")
                if following == "keys_recent":
                    connection.execute("UPDATE told SET recent = recent + %s", (added,))
        except LockNotAvailable:
            return
