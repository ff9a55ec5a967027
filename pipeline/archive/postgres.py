"""The archive in PostgreSQL: the same promises as the embedded one, for many collectors at once. The only door to psycopg.

Every commit is a transaction, durable when it returns. What one collector decides of stories depends on what it saw, so from looking
(`near`) to `commit` it has its turn: an advisory lock, held for the moment in which a source is put in its place.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self, TypeVar

import orjson
import psycopg  # noqa: TID251
from psycopg.types.json import set_json_loads  # noqa: TID251

from pipeline.archive import postgres_anew, postgres_keys, postgres_told, postgres_upkeep
from pipeline.archive.answers import best_first, matches
from pipeline.archive.index import hashed
from pipeline.archive.port import EVERYTHING, Counts
from pipeline.archive.postgres_errors import translated
from pipeline.archive.postgres_tables import (
    BUILDING,
    FORMAT,
    PAGE,
    PUT_ITEM,
    PUT_STORY,
    TURN,
    as_text,
    columns,
    conditions,
    format_of,
    hashes,
    locked,
    make_tables,
    shown,
)
from pipeline.archive.postgres_words import put_words
from pipeline.archive.records import (
    history_from_json,
    history_to_json,
    made,
    record_from_json,
    story_from_json,
    story_to_json,
)
from pipeline.archive.vectors import tsquery, vector
from pipeline.errors import ArchiveError
from pipeline.model.change import Snapshot
from pipeline.model.history import History
from pipeline.model.item import IdentityKey, ItemId
from pipeline.model.nearness import most, nearest
from pipeline.model.source import SourceId

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from pipeline.archive.verify import Finding, Inspection, Repair
    from pipeline.model.change import Changes
    from pipeline.model.entry import EntryVersion
    from pipeline.model.item import Item, Record
    from pipeline.model.query import Query
    from pipeline.model.search import Term
    from pipeline.model.story import Story, StoryId

T = TypeVar("T")

#: Seconds that a collector may do nothing while it has its turn.
LONGEST_TURN = 120

#: A collector whose machine went off keeps nobody waiting for its turn: seconds without a sign of life, and between further questions.
_ALIVE = "SET tcp_keepalives_idle = 60; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"


class PostgresArchive:
    """The archive in a database. Made by `opened`."""

    def __init__(self, url: str, connection: psycopg.Connection[Any], *, found: int | None, turn: int) -> None:
        self._url = url
        self._connection = connection
        #: The format of the tables; None where there are none: an empty archive.
        self._format = found
        #: The lock of who has the turn.
        self._turn = turn
        #: Whether so many keys are gathered that they have to go on.
        self._is_full = False

    @classmethod
    @contextmanager
    def opened(cls, url: str, *, write: bool, schema: str | None = None, turn: int = TURN) -> Iterator[Self]:
        """The archive in the database at `url`; with `write` its tables are made where they are missing. In `schema`, if not the usual one.

        Raises ArchiveUnwritable where it can't be reached, ArchiveError where a newer program made it.
        """
        with translated(url):
            connection = psycopg.connect(url, autocommit=True, application_name="samflode")
            set_json_loads(orjson.loads, connection)
        with connection, translated(url):
            if schema is not None:
                connection.execute(f"SET search_path = {schema}")
            found = format_of(connection)
            if found is not None and found > FORMAT:
                raise ArchiveError(
                    f"{shown(url)} was written by a newer Samflöde (format {found}; this one writes {FORMAT})",
                    hint="Nothing was changed. Use the newer program, or a backup from before it.",
                )
            if write:
                connection.execute(_ALIVE)
                if found != FORMAT:
                    make_tables(connection)
                    found = FORMAT
            yield cls(url, connection, found=found, turn=turn)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Nobody else puts anything into the archive meanwhile; waits for who is at it.

        Who stands still in the midst of it, a process that was stopped, loses its turn and its connection.
        """
        with translated(self._url), locked(self._connection, self._turn, longest=LONGEST_TURN):
            yield
            if self._is_full:
                self.checkpoint()

    @contextmanager
    def built_anew(self, now: datetime) -> Iterator[PostgresArchive]:
        """An empty archive that takes the place of this one when the block ends without an error; all other writers wait meanwhile.

        The old one is kept in the schema that `postgres_anew.kept_in` names.
        """
        with translated(self._url), locked(self._connection, TURN):
            postgres_anew.make_room(self._connection)
            with self.opened(self._url, write=True, schema=postgres_anew.BESIDE, turn=BUILDING) as new:
                yield new
            postgres_anew.put_in_place(self._connection, now)

    @contextmanager
    def telling(self) -> Iterator[postgres_told.ToldTable]:
        """What people were told, for one program at a time."""
        with translated(self._url), postgres_told.telling(self._connection) as table:
            yield table

    @contextmanager
    def one_state(self) -> Iterator[None]:
        """Whatever is read within it is as it was when it began, whoever commits meanwhile."""
        with translated(self._url), self._connection.transaction():
            self._connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            if self._format == FORMAT:
                # Before anything is read: no table is emptied meanwhile.
                self._connection.execute("LOCK TABLE keys IN ACCESS SHARE MODE")
            yield

    def history(self, source: SourceId) -> History:
        """How collecting this source went until now."""
        rows = self.rows("SELECT history FROM sources WHERE id = %s", (source,))
        return made(history_from_json, rows[0][0], f"sources, {source}") if rows else History()

    def histories(self) -> Mapping[SourceId, History]:
        """The histories of all sources that ever were collected."""
        rows = self.rows("SELECT id, history FROM sources ORDER BY id", ())
        return {SourceId(each): made(history_from_json, row, f"sources, {each}") for each, row in rows}

    def seen(self, source: SourceId) -> Container[EntryVersion]:
        """The versions of this source's entries that the archive holds."""
        return _Seen(self, source)

    def holds(self, key: str) -> bool:
        """Whether any item has this key."""
        return bool(self.rows("SELECT 1 FROM keys WHERE hash = %s LIMIT 1", (hashed(key),)))

    def known_as(self, keys: Iterable[IdentityKey]) -> Mapping[IdentityKey, ItemId]:
        """The items that have these keys, of each the first."""
        first = {key: numbers[0] for key, numbers in self._sharing(keys).items()}
        rows = (
            self.rows("SELECT number, id FROM items WHERE number = ANY(%s)", (list(first.values()),)) if first else []
        )
        ids = dict(rows)
        return {IdentityKey(key): ids[number] for key, number in first.items() if number in ids}

    def near(self, items: Sequence[Item], also: Iterable[ItemId] = ()) -> tuple[Record, ...]:
        """The records that the items are to be compared with."""
        shared = self._sharing([key for item in items for key in item.keys])
        near = {each for item in items for each in nearest(item.keys, lambda key: shared.get(key, ()))}
        numbers, ids = sorted(near), [*also, *(item.id for item in items)]
        if not ids:
            return ()
        rows = self.rows("SELECT row FROM items WHERE number = ANY(%s) OR id = ANY(%s) ORDER BY number", (numbers, ids))
        return tuple(made(record_from_json, row, "items") for (row,) in rows)

    def told(self, stories: Iterable[StoryId]) -> Snapshot:
        """The stories that live on in these, with all of their records."""
        asked = set(stories)
        living = {story.id: story for story in self._living(asked)} if asked else {}
        members = [member for story in living.values() for member in story.items]
        return Snapshot(records=self.held(members), stories=tuple(living.values()))

    def commit(self, changes: Changes, histories: Mapping[SourceId, History]) -> None:
        """Keeps the changes and the histories, in one transaction."""
        if not changes and not histories:
            return
        touched = {each for story in changes.stories for each in (story.id, *story.former)}
        with translated(self._url), self._connection.transaction():
            if not changes:
                # What only says how asking went may be lost with the mains: then it is asked again.
                self._connection.execute("SET LOCAL synchronous_commit = off")
            # Also where nobody asked for a turn: the counts are of one commit after the other.
            self._connection.execute("SELECT pg_advisory_xact_lock(%s)", (self._turn,))
            stories = -self._telling(touched)
            added = self._put((*changes.added, *changes.revised, *changes.amended))
            # The former ones first: one that lives anew is then what is said of itself.
            self._many(PUT_STORY, [(gone, story.id, None) for story in changes.stories for gone in story.former])
            self._many(PUT_STORY, [(each.id, each.id, as_text(story_to_json(each))) for each in changes.stories])
            self._many(
                "INSERT INTO sources VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET history = excluded.history",
                [(source, as_text(history_to_json(history))) for source, history in histories.items()],
            )
            self._many(
                "INSERT INTO counts VALUES (%s, %s) ON CONFLICT (source) DO UPDATE SET items = counts.items + excluded.items",
                list(added.items()),
            )
            if stories := stories + self._telling(touched):
                self._connection.execute("UPDATE told SET stories = stories + %s", (stories,))

    def _telling(self, stories: Collection[str]) -> int:
        """How many of these stories live."""
        if not stories:
            return 0
        asked = "SELECT count(*) FROM stories WHERE id = ANY(%s) AND living = id"
        (living,) = self._connection.execute(asked, (list(stories),)).fetchone() or (0,)
        return int(living)

    def checkpoint(self) -> None:
        """Brings the gathered keys into their places, where there are enough of them; the rest is in its own since the commit."""
        with translated(self._url), locked(self._connection, self._turn):
            if self._format == FORMAT:
                postgres_keys.sweep(self._connection)
        self._is_full = False

    def record(self, item: ItemId) -> Record | None:
        """The record of an item."""
        rows = self.rows("SELECT row FROM items WHERE id = %s", (item,))
        return made(record_from_json, rows[0][0], f"items, {item}") if rows else None

    def held(self, items: Sequence[ItemId]) -> tuple[Record, ...]:
        """The records of items, in one trip to the server."""
        rows = self.rows("SELECT row FROM items WHERE id = ANY(%s)", (list(items),)) if items else []
        found = {row["id"]: made(record_from_json, row, "items") for (row,) in rows}
        return tuple(found[each] for each in items if each in found)

    def story(self, story: StoryId) -> Story | None:
        """The story of that id, or the one that it was joined into."""
        return next(iter(self._living({story})), None)

    def records(self, query: Query = EVERYTHING) -> Iterator[Record]:
        """The records that the query asks for, the newest first."""
        where, asked = conditions(query)
        after: tuple[float, str] | None = None
        while True:
            further = "" if after is None else " AND (at < %(at)s OR (at = %(at)s AND id > %(id)s))"
            if after is not None:
                asked |= {"at": after[0], "id": after[1]}
            page = (
                f"SELECT at, id, row FROM items WHERE {' AND '.join(where)}{further} ORDER BY at DESC, id LIMIT {PAGE}"
            )
            rows = self.rows(page, asked)
            for _, each, row in rows:
                record = made(record_from_json, row, f"items, {each}")
                if matches(record, query):
                    yield record
            if len(rows) < PAGE:
                return
            after = (rows[-1][0], rows[-1][1])

    def search(self, asked: Sequence[Term], query: Query = EVERYTHING) -> Iterator[Record]:
        """The records that hold the words, the best first."""
        where, values = conditions(query)
        # Divided by the logarithm of the length: a word says more of a short text.
        found_in = "item_words JOIN items ON number = item" if self._format == FORMAT else "items"
        best = f"""
            SELECT ts_rank('{{0.05, 0.1, 0.4, 1.0}}', words, %(words)s::tsquery, 1) AS rank, id FROM {found_in}
            WHERE words @@ %(words)s::tsquery AND {" AND ".join(where)} ORDER BY rank DESC, at DESC, id LIMIT %(limit)s OFFSET %(after)s
        """
        values |= {"words": tsquery(asked)}
        for _, each in best_first(lambda limit, after: self.rows(best, values | {"limit": limit, "after": after})):
            record = self.record(ItemId(each))
            if record is not None and matches(record, query):
                yield record

    def stories(self) -> Iterator[Story]:
        """All stories, by id."""
        after = ""
        while rows := self.rows(
            f"SELECT id, row FROM stories WHERE living = id AND id > %s ORDER BY id LIMIT {PAGE}", (after,)
        ):
            yield from (made(story_from_json, row, f"stories, {each}") for each, row in rows)
            after = rows[-1][0]

    def count(self) -> Counts:
        """How much there is."""
        kept = self._format == FORMAT
        items = "SELECT source, items FROM counts" if kept else "SELECT source, count(*) FROM items GROUP BY source"
        told = "SELECT stories FROM told" if kept else "SELECT count(*) FROM stories WHERE living = id"
        by_source = {SourceId(source): number for source, number in self.rows(items, ())}
        stories = self.rows(told, ())
        return Counts(items=sum(by_source.values()), stories=stories[0][0] if stories else 0, by_source=by_source)

    def _sharing(self, keys: Iterable[str]) -> dict[str, list[int]]:
        """The numbers of the items that have each of these keys, the newest last, as many as are looked at."""
        by_hash = {hashed(key): key for key in keys}
        if not by_hash:
            return {}
        found = self.rows(
            postgres_keys.NEAR if self._format == FORMAT else postgres_keys.NEAR_IN_ONE,
            (list(by_hash), [most(key) for key in by_hash.values()]),
        )
        return {by_hash[each]: numbers for each, numbers in found}

    def findings(self, seen: Inspection) -> Iterator[Finding]:
        """Everything that is wrong with it, as it is found."""
        with translated(self._url):
            yield from postgres_upkeep.findings(self._connection, seen)

    def repaired(self, now: datetime) -> Iterator[Repair]:
        """Makes it whole, and says what it did; within a turn."""
        with translated(self._url):
            yield from postgres_upkeep.repair(self._connection, now)

    def _living(self, stories: Iterable[str]) -> list[Story]:
        """The stories that live on in these."""
        rows = self.rows(
            """
            WITH RECURSIVE told (id, living) AS (
                SELECT id, living FROM stories WHERE id = ANY(%s)
                UNION SELECT next.id, next.living FROM told JOIN stories AS next ON next.id = told.living
            ) SELECT row FROM stories WHERE id IN (SELECT id FROM told WHERE living = id)
            """,
            (list(stories),),
        )
        return [made(story_from_json, row, "stories") for (row,) in rows]

    def rows(self, query: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """What a query gives; nothing where there are no tables yet."""
        if self._format is None:
            return []
        with translated(self._url):
            return self._connection.execute(query, values).fetchall()

    def _put(self, records: Sequence[Record]) -> Mapping[SourceId, int]:
        """Puts items in their places, with their keys: in two trips to the server, for others wait for their turn meanwhile.

        Says how many of each source are new.
        """
        if not records:
            return {}
        with self._connection.cursor() as cursor:
            cursor.executemany(PUT_ITEM, [columns(record) for record in records], returning=True)
            done = [row for results in cursor.results() for row in results]
        new, known = list[tuple[int, int]](), list[tuple[int, int]]()
        for record, (number, is_new) in zip(records, done, strict=True):
            (new if is_new else known).extend((key, number) for key in hashes(record.item))
        self._is_full |= postgres_keys.lead(self._connection, known, new=new)
        put_words(
            self._connection, ((number, vector(each.item)) for each, (number, _) in zip(records, done, strict=True))
        )
        return Counter(record.item.source for record, (_, is_new) in zip(records, done, strict=True) if is_new)

    def _many(self, query: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            with self._connection.cursor() as cursor:
                cursor.executemany(query, rows)


class _Seen:
    """The versions of a source's entries that the archive holds."""

    def __init__(self, archive: PostgresArchive, source: SourceId) -> None:
        self._archive = archive
        self._source = source

    def __contains__(self, version: object) -> bool:
        return self._archive.holds(f"v:{self._source}:{version}")
