"""Whether an archive in a database is whole, and how it is made so: what verify.py and mend.py are to one in a folder.

That each row is as it was written is PostgreSQL's to say (initdb --data-checksums, pg_amcheck); whether rows and columns, words, keys,
items, stories and counts agree is ours.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipeline.archive.answers import dated
from pipeline.archive.postgres_keys import lead
from pipeline.archive.postgres_tables import FORMAT, PAGE, PUT_STORY, RECOUNT, as_text, columns, format_of, hashes
from pipeline.archive.postgres_words import put_words
from pipeline.archive.records import history_from_json, record_from_json, story_from_json, story_to_json
from pipeline.archive.vectors import vector
from pipeline.archive.verify import Finding, Repair
from pipeline.model.story import Story, StoryId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from psycopg import Connection  # noqa: TID251

    from pipeline.archive.verify import Inspection
    from pipeline.model.item import ItemId, Record

_NOT_WHOLE = (KeyError, ValueError, TypeError, AttributeError)
#: What is said of a column, by its name.
_COLUMNS = ("source", "story", "language", "topics", "at")
_STRAYS = """
    SELECT id, story FROM items AS one WHERE NOT EXISTS (
        SELECT FROM stories WHERE id = one.story AND living = id AND (row->'items')::jsonb ? one.id
    ) ORDER BY id
"""
_MEMBERS = """
    SELECT stories.id, member FROM stories CROSS JOIN LATERAL json_array_elements_text(row->'items') AS told (member)
    LEFT JOIN items ON items.id = member
    WHERE living = stories.id AND (items.id IS NULL OR items.story <> stories.id) ORDER BY stories.id, member
"""
_THERE = """
    SELECT (SELECT count(*) FROM stories WHERE living = id), (SELECT count(*) FROM keys_fresh), (SELECT count(*) FROM keys_recent)
"""
_LED_ASTRAY = """
    SELECT id, living FROM stories AS one WHERE living <> id AND NOT EXISTS (SELECT FROM stories WHERE id = one.living) ORDER BY id
"""
_ASTRAY = "FROM {} AS one WHERE NOT EXISTS (SELECT FROM items WHERE number = one.item)"
_KEPT_ASIDE = """
    CREATE TABLE IF NOT EXISTS damaged (at timestamptz NOT NULL, "table" text NOT NULL, id text NOT NULL, row json)
"""
_PUT_ITEM = """
    UPDATE items SET source = %(source)s, story = %(story)s, language = %(language)s, topics = %(topics)s, at = %(at)s
    WHERE id = %(id)s
"""


def findings(connection: Connection[Any], seen: Inspection) -> Iterator[Finding]:
    """Everything that is wrong, as it is found; all of one state, whatever runs commit meanwhile. Writes nothing."""
    if format_of(connection) is None:
        return
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # Before anything is read: no table is emptied meanwhile.
        connection.execute("LOCK TABLE keys IN ACCESS SHARE MODE")
        if (found := format_of(connection)) != FORMAT:
            yield Finding(where="archive_format", what=f"format {found}; the next run brings it up to format {FORMAT}")
            return
        yield from _items(connection, seen)
        yield from _stories(connection, seen)
        for source, history in connection.execute("SELECT id, history FROM sources ORDER BY id").fetchall():
            seen.sources += 1
            yield from _read(history_from_json, history, f"sources, {source}")[1]
        yield from _counts(connection)
        for table in ("keys", "item_words"):
            ((astray,),) = connection.execute(f"SELECT count(*) {_ASTRAY.format(table)}").fetchall()
            if astray:
                yield Finding(where=table, what=f"{astray} of them {'leads' if astray == 1 else 'lead'} to no item")


def _items(connection: Connection[Any], seen: Inspection) -> Iterator[Finding]:
    for rows in _pages(connection, "number, id, source, story, language, topics, at, row", "items", "number"):
        seen.items += len(rows)
        words: dict[int, str] = {}
        keys: list[tuple[int, int]] = []
        for number, each, *kept, row in rows:
            record, unreadable = _read(record_from_json, row, f"items, {each}")
            yield from unreadable
            if record is None:
                continue
            words[number] = vector(record.item)
            keys += [(key, number) for key in hashes(record.item)]
            told = columns(record)
            for name, column in zip(_COLUMNS, kept, strict=True):
                if column != told[name]:
                    yield Finding(where=f"items, {each}", what=f"the column `{name}` is not what its row says")
        yield from _derived(connection, words, keys)


def _derived(connection: Connection[Any], words: dict[int, str], keys: list[tuple[int, int]]) -> Iterator[Finding]:
    """What of some items is not found by its words or keys."""
    other = connection.execute(
        """SELECT id FROM unnest(%s::bigint[], %s::text[]) AS made (number, words) JOIN items USING (number)
           LEFT JOIN item_words ON item = number WHERE item_words.words IS DISTINCT FROM made.words::tsvector ORDER BY id""",
        (list(words), list(words.values())),
    )
    for (each,) in other.fetchall():
        yield Finding(where=f"items, {each}", what="its words are not those of its row")
    missing = connection.execute(
        """SELECT DISTINCT items.id FROM unnest(%s::bigint[], %s::bigint[]) AS made (hash, item) LEFT JOIN keys USING (hash, item)
           JOIN items ON items.number = made.item WHERE keys.hash IS NULL ORDER BY items.id""",
        ([key for key, _ in keys], [number for _, number in keys]),
    )
    for (each,) in missing.fetchall():
        yield Finding(where=f"items, {each}", what="it is not found by all of its keys")


def _stories(connection: Connection[Any], seen: Inspection) -> Iterator[Finding]:
    for rows in _pages(connection, "id, living, row", "stories", "id"):
        for each, living, row in rows:
            if living != each:
                continue
            seen.stories += 1
            story, unreadable = _read(story_from_json, row, f"stories, {each}")
            yield from unreadable
            if story is not None and story.lead not in story.items:
                yield Finding(where=f"stories, {each}", what=f"its lead {story.lead} is none of its items")
    if not seen.items and not seen.stories:
        return
    for query, what in (
        (_STRAYS, "items, {}: its story {} is not there, or does not hold it"),
        (_MEMBERS, "stories, {}: its item {} is not there, or belongs to another"),
        (_LED_ASTRAY, "stories, {}: it was joined into {}, which is not there"),
    ):
        for row in connection.execute(query).fetchall():
            where, _, said = what.format(*row).partition(": ")
            yield Finding(where=where, what=said)


def _counts(connection: Connection[Any]) -> Iterator[Finding]:
    kept = dict(connection.execute("SELECT source, items FROM counts WHERE items <> 0").fetchall())
    there = dict(connection.execute("SELECT source, count(*) FROM items GROUP BY source").fetchall())
    for source in sorted(kept.keys() | there.keys()):
        if kept.get(source, 0) != there.get(source, 0):
            what = f"it counts {kept.get(source, 0)} items, there are {there.get(source, 0)}"
            yield Finding(where=f"counts, {source}", what=what)
    told = connection.execute("SELECT stories, fresh, recent FROM told").fetchall()[0]
    for what, kept, counted in zip(
        ("stories", "keys in keys_fresh", "keys in keys_recent"),
        told,
        connection.execute(_THERE).fetchall()[0],
        strict=True,
    ):
        if kept != counted:
            yield Finding(where="told", what=f"it counts {kept} {what}, there are {counted}")


def repair(connection: Connection[Any], now: datetime) -> Iterator[Repair]:
    """Makes it whole, and says what it did: all of it or nothing. What can't be read goes into the table `damaged` with the time."""
    if format_of(connection) is None:
        return
    with connection.transaction():
        connection.execute("LOCK TABLE items, keys, stories, sources IN EXCLUSIVE MODE")
        connection.execute(_KEPT_ASIDE)
        members: dict[StoryId, list[tuple[float, ItemId]]] = defaultdict(list)
        for rows in _pages(connection, "number, id, row", "items", "number"):
            for number, each, row in rows:
                record, _ = _read(record_from_json, row, "")
                if record is None or record.item.id != each:
                    yield _set_aside(connection, "items", each, now)
                    continue
                members[record.story].append((dated(record).timestamp(), record.item.id))
                _put_anew(connection, number, record)
        yield from _mended_stories(connection, members, now)
        for each, history in connection.execute("SELECT id, history FROM sources ORDER BY id").fetchall():
            if _read(history_from_json, history, "")[0] is None:
                yield _set_aside(connection, "sources", each, now)
        for table in ("keys", "item_words"):
            connection.execute(f"DELETE {_ASTRAY.format(table)}")
        connection.execute(RECOUNT)
    yield Repair(what="Columns, words, keys and counts were made anew.")


def _put_anew(connection: Connection[Any], number: int, record: Record) -> None:
    connection.execute(_PUT_ITEM, columns(record))
    put_words(connection, [(number, vector(record.item))])
    lead(connection, [(key, number) for key in hashes(record.item)])


def _mended_stories(
    connection: Connection[Any], members: dict[StoryId, list[tuple[float, ItemId]]], now: datetime
) -> Iterator[Repair]:
    """Lets stories and items agree: the items say which story they belong to."""
    found: set[StoryId] = set()
    for rows in _pages(connection, "id, living, row", "stories", "id"):
        for each, living, row in rows:
            told = tuple(item for _, item in sorted(members.get(each, ())))
            if living != each and not told:
                continue
            story, _ = _read(story_from_json, row, "")
            if not told or story is None:
                yield _set_aside(connection, "stories", each, now)
                continue
            found.add(each)
            if living != each or set(told) != set(story.items) or story.lead not in told:
                lead = story.lead if story.lead in told else told[0]
                _put_story(connection, replace(story, items=told, lead=lead))
                yield Repair(what=f"Story {each} holds what its items say: {len(told)}, before {len(story.items)}.")
    for lost in sorted(members.keys() - found):
        told = tuple(item for _, item in sorted(members[lost]))
        _put_story(connection, Story(id=lost, lead=told[0], items=told))
        yield Repair(what=f"Story {lost} was lost, and is made anew from its items.")
    for gone, living in connection.execute(_LED_ASTRAY).fetchall():
        connection.execute("DELETE FROM stories WHERE id = %s", (gone,))
        yield Repair(what=f"Story {gone} was joined into {living}, which is not there, and is gone.")


def _put_story(connection: Connection[Any], story: Story) -> None:
    connection.execute(PUT_STORY, (story.id, story.id, as_text(story_to_json(story))))


def _set_aside(connection: Connection[Any], table: str, each: str, now: datetime) -> Repair:
    row = "history" if table == "sources" else "row"
    connection.execute(f"INSERT INTO damaged SELECT %s, %s, id, {row} FROM {table} WHERE id = %s", (now, table, each))
    connection.execute(f"DELETE FROM {table} WHERE id = %s", (each,))
    said = f"{table}, {each}: could not be read, or means nothing any more; its row is in the table `damaged`."
    return Repair(what=said, aside="damaged")


def _read(make: Callable[[dict[str, Any]], Any], row: Any, where: str) -> tuple[Any, list[Finding]]:
    """What a row says, or what is wrong with it."""
    try:
        return make(row), []
    except _NOT_WHOLE as error:
        return None, [Finding(where=where, what=f"it is not whole ({error!r})")]


def _pages(connection: Connection[Any], what: str, table: str, key: str) -> Iterator[list[tuple[Any, ...]]]:
    """All rows of a table, in the order of the key, which is the first of the columns; a page of them at a time."""
    rows = connection.execute(f"SELECT {what} FROM {table} ORDER BY {key} LIMIT {PAGE}").fetchall()
    while rows:
        yield rows
        after = rows[-1][0]
        rows = connection.execute(
            f"SELECT {what} FROM {table} WHERE {key} > %s ORDER BY {key} LIMIT {PAGE}", (after,)
        ).fetchall()
