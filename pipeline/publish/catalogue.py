"""What a publication knows of the archive that it was made from, so that the next one only looks at what changed.

An SQLite file beside the manifest, `.samflode/catalogue.sqlite`. All but one thing in it follows from the archive, and is made anew
where it is missing or can't be read: the archive documents of the feeds, which stay as they were first bound.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pipeline.publish import paths
from pipeline.publish.cards import Card, Slot, card_from_json, card_to_json, micros, tallies_of
from pipeline.publish.damage import is_damage
from pipeline.publish.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from pipeline.model.story import StoryId
    from pipeline.publish.occasions import Occasion

NAME = "catalogue.sqlite"
#: `PRAGMA user_version`; a file of another one is made anew.
FORMAT = 5
#: Seconds to wait for another process that publishes into the same folder.
PATIENCE = 300
#: The section that holds every story.
ALL = "."


class Catalogue:
    """The cards of all stories, in order, in the sections that they are in; and what has to be published of them."""

    def __init__(self, connection: sqlite3.Connection, *, write: bool = True) -> None:
        self._db = connection
        #: The years of the sections that changed, as they were.
        self._years: dict[str, list[str]] = {}
        #: Whether what changes is noted as due; where everything is, that would be work for nothing.
        self.noting = True
        self._seeing = False
        # In kB: much of what a whole publication writes stays in memory until it is kept.
        connection.execute(f"PRAGMA cache_size = {-8_000 if write else -4_000}")
        if not write:
            return
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
            for statement in _statements():
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {FORMAT}")
        self.standing = Standing(connection)

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[Catalogue]:
        """The catalogue in that file; an empty one where there is none that can be read."""
        connection = sqlite3.connect(path, isolation_level=None, timeout=PATIENCE)
        try:
            known = connection.execute("PRAGMA user_version").fetchone()[0] == FORMAT
            known = known and connection.execute("SELECT count(*) FROM said").fetchone()[0] > 0
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            known = False
        if not known:
            connection.close()
            path.unlink(missing_ok=True)
            connection = sqlite3.connect(path, isolation_level=None, timeout=PATIENCE)
        with closing(connection):
            yield cls(connection)

    @classmethod
    @contextmanager
    def reading(cls, path: Path) -> Iterator[Catalogue]:
        """The catalogue in that file as it was kept last; another process may hold it."""
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)) as connection:
            yield cls(connection, write=False)

    @classmethod
    def in_memory(cls) -> Catalogue:
        """One for a single edition."""
        return cls(sqlite3.connect(":memory:", isolation_level=None))

    def keep(self) -> None:
        """Makes what was done durable."""
        self._db.execute("COMMIT")
        self._db.execute("BEGIN IMMEDIATE")

    def said(self, name: str) -> str:
        """What was remembered under that name; "" where nothing was."""
        row = self._db.execute("SELECT value FROM said WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def say(self, **values: str) -> None:
        """Remembers texts by name."""
        self._db.executemany(
            "INSERT INTO said VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
            values.items(),
        )

    def take(self, card: Card) -> bool:
        """Whether the story is another one than it was, or a new one; then all parts that show it are due."""
        text = card_to_json(card)
        row = self._db.execute("SELECT card FROM story WHERE id = ?", (card.id,)).fetchone()
        if row is not None and row[0] == text:
            return False
        before = None if row is None else card_from_json(row[0])
        self._touch(card if before is None else before)
        states = {} if before is None else self._unlist(before)
        if before is not None and before.digest != card.digest:
            states = {
                each: 2 if state == 0 and self._first_state(each, card.id) else state for each, state in states.items()
            }
        self._db.execute("INSERT OR REPLACE INTO story VALUES (?, ?, ?)", (card.id, card.digest, text))
        self._announce(card)
        self._tally(card, 1)
        for section in card.sections:
            state = states[section] if section in states else self._first_state(section, card.id)
            self._db.execute(
                "INSERT INTO listed VALUES (?, ?, ?, ?, ?, ?)",
                (section, card.place, card.id, card.seen, micros(card.updated), state),
            )
        self._touch(card)
        return True

    def drop(self, story: StoryId) -> None:
        """Forgets a story that is no more."""
        row = self._db.execute("SELECT card FROM story WHERE id = ?", (story,)).fetchone()
        if row is not None:
            card = card_from_json(row[0])
            self._touch(card)
            self._unlist(card)
            self._db.execute("DELETE FROM story WHERE id = ?", (story,))
            self._db.execute("DELETE FROM announced WHERE id = ?", (story,))

    def begin_seen(self) -> None:
        """From here on the stories that are seen are remembered, so that the others can be forgotten."""
        self._db.execute("CREATE TEMP TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY) WITHOUT ROWID")
        self._db.execute("DELETE FROM temp.seen")
        self._seeing = True

    def see(self, story: StoryId) -> None:
        """The story is there."""
        if self._seeing:
            self._db.execute("INSERT OR IGNORE INTO temp.seen VALUES (?)", (story,))

    def drop_unseen(self) -> None:
        """Forgets the stories that were not seen since `begin_seen`."""
        self._seeing = False
        for (story,) in self._db.execute("SELECT id FROM story WHERE id NOT IN (SELECT id FROM temp.seen)").fetchall():
            self.drop(story)

    def _tally(self, card: Card, number: int) -> None:
        query = "INSERT INTO tally VALUES (?, ?) ON CONFLICT DO UPDATE SET stories = stories + excluded.stories"
        self._db.executemany(query, ((each, number) for each in tallies_of(card)))

    def _announce(self, card: Card) -> None:
        self._db.execute("DELETE FROM announced WHERE id = ?", (card.id,))
        days = {(card.id, each.last.isoformat()) for each in card.occasions}
        self._db.executemany("INSERT INTO announced VALUES (?, ?)", days)

    def _first_state(self, section: str, story: StoryId) -> int:
        """The state of a story that comes to a section."""
        if section.startswith(f"{paths.LANGUAGES}/"):  # has no feed
            return 0
        query = "SELECT 1 FROM bound WHERE section = ? AND id = ?"
        return 1 if self._db.execute(query, (section, story)).fetchone() is None else 2

    def _unlist(self, card: Card) -> dict[str, int]:
        """Takes a story out of its sections; the state that it had in each."""
        states = {}
        self._tally(card, -1)
        for section in card.sections:
            where = (section, card.place)
            query = "SELECT state FROM listed WHERE section = ? AND place = ?"
            states[section] = int(self._db.execute(query, where).fetchone()[0])
            self._db.execute("DELETE FROM listed WHERE section = ? AND place = ?", where)
        return states

    def _touch(self, card: Card) -> None:
        """What shows a story, or leads to it, is due; so is what stands beside it."""
        if not self.noting:
            return
        year = card.month[:4]
        parts = [f"story {card.id}", *(f"story {each}" for each in card.former)]
        parts += [f"{kind} {card.month}" for kind in ("month", "export", "sitemap")]
        for section in card.sections:
            if section not in self._years:
                self._years[section] = self.periods(section)
            parts += [f"year {year} {section}", f"section {section}", f"feed {section}"]
        parts += [f"story {each.id}" for each in self.neighbours(card) if each is not None]
        self.add_due(parts)

    def settle(self) -> None:
        """Where a section gained or lost a year, or the archive a month, the pages that name its neighbours are due, too."""
        for section, before in self._years.items():
            now = self.periods(section)
            if section == ALL:
                self.add_due(f"month {each}" for each in _naming(before, now))
            before_years, years = ({each[:4] for each in months} for months in (before, now))
            if before_years != years:
                self.add_due(f"year {each} {section}" for each in years | before_years)
        self._years.clear()

    def add_due(self, parts: Iterable[str]) -> None:
        """Parts of the publication that have to be made anew."""
        self._db.executemany("INSERT OR IGNORE INTO due VALUES (?)", ((each,) for each in parts))

    def due(self) -> list[str]:
        """The parts that have to be made anew, sorted."""
        return [part for (part,) in self._db.execute("SELECT part FROM due ORDER BY part")]

    def done(self) -> None:
        """Everything that was due is published."""
        # "WHERE": without one, SQLite writes the file anew also where nothing was due.
        self._db.execute("DELETE FROM due WHERE true")
        self._db.execute(
            "DELETE FROM entry WHERE id NOT IN (SELECT id FROM listed WHERE state = 1 UNION SELECT id FROM listed WHERE state = 2)"
        )

    def digest(self, story: StoryId) -> str | None:
        """The digest of a story."""
        row = self._db.execute("SELECT digest FROM story WHERE id = ?", (story,)).fetchone()
        return None if row is None else str(row[0])

    def card(self, story: StoryId) -> Card | None:
        """The card of a story."""
        row = self._db.execute("SELECT card FROM story WHERE id = ?", (story,)).fetchone()
        return None if row is None else card_from_json(row[0])

    def cards(self, section: str, period: str = "", *, most: int = -1) -> Iterator[Card]:
        """The stories of a section, newest first; of a year or a month alone ("2026", "2026-03")."""
        query = (
            "SELECT card FROM listed JOIN story USING (id) WHERE section = ? AND place >= ? AND place < ?"
            " ORDER BY place DESC LIMIT ?"
        )
        for (text,) in self._db.execute(query, (section, *_range(period), most)):
            yield card_from_json(text)

    def slots(self, section: str, period: str = "", *, most: int = -1) -> Iterator[Slot]:
        """The same, with cards that are not read yet."""
        query = (
            "SELECT id, digest, place, card FROM listed JOIN story USING (id) WHERE section = ? AND place >= ? AND place < ?"
            " ORDER BY place DESC LIMIT ?"
        )
        return map(Slot._make, self._db.execute(query, (section, *_range(period), most)))

    def digests(self, section: str, period: str = "", *, most: int = -1) -> Iterator[str]:
        """The digests of the same."""
        query = (
            "SELECT digest FROM listed JOIN story USING (id) WHERE section = ? AND place >= ? AND place < ?"
            " ORDER BY place DESC LIMIT ?"
        )
        return (each for (each,) in self._db.execute(query, (section, *_range(period), most)))

    def ids(self, period: str = "", section: str = ALL) -> Iterator[StoryId]:
        """The stories of a section, newest first; of a year or a month alone."""
        query = "SELECT id FROM listed WHERE section = ? AND place >= ? AND place < ? ORDER BY place DESC"
        return (each for (each,) in self._db.execute(query, (section, *_range(period))))

    def neighbours(self, card: Card) -> tuple[Card | None, Card | None]:
        """The stories right after and right before this one, in time."""
        found = []
        for compared, order in ((">", ""), ("<", "DESC")):
            query = (
                f"SELECT card FROM listed JOIN story USING (id) WHERE section = ? AND place {compared} ?"  # noqa: S608
                f" ORDER BY place {order} LIMIT 1"
            )
            row = self._db.execute(query, (ALL, card.place)).fetchone()
            found.append(None if row is None else card_from_json(row[0]))
        newer, older = found
        return newer, older

    def count(self, section: str, period: str = "") -> int:
        """How many stories a section has; in a year or month."""
        query = "SELECT coalesce(sum(stories), 0) FROM held WHERE section = ? AND month >= ? AND month < ?"
        return int(self._db.execute(query, (section, *_range(period))).fetchone()[0])

    def sought(self) -> None:
        """All stories stand in the main search index, as they are."""
        self._db.execute("DELETE FROM sought")
        self._db.execute("INSERT INTO sought SELECT id, digest FROM story")

    def sought_since(self) -> tuple[list[StoryId], list[StoryId]]:
        """The stories that are not in the main search index as they are, and those in it that are no more."""
        fresh = "SELECT id FROM story LEFT JOIN sought USING (id) WHERE sought.digest IS NOT story.digest ORDER BY id"
        gone = "SELECT id FROM sought WHERE id NOT IN (SELECT id FROM story) ORDER BY id"
        here, away = ([each for (each,) in self._db.execute(query)] for query in (fresh, gone))
        return here, away

    def digests_of(self, stories: Iterable[StoryId]) -> Iterator[str]:
        """The digest of each."""
        for each in stories:
            yield str(self._db.execute("SELECT digest FROM story WHERE id = ?", (each,)).fetchone()[0])

    def newest_seen(self, section: str) -> int | None:
        """When the story that came last to a section was first seen, in microseconds since 1970; None: there is none."""
        found = self._db.execute("SELECT max(seen) FROM listed WHERE section = ?", (section,)).fetchone()[0]
        return None if found is None else int(found)

    def occasions(self, since: date) -> list[tuple[Card, Occasion]]:
        """The events that are not over on that day, in their order, each with the story that announces it."""
        query = "SELECT DISTINCT card FROM announced JOIN story USING (id) WHERE last >= ?"
        cards = [card_from_json(text) for (text,) in self._db.execute(query, (since.isoformat(),))]
        found = [(card, each) for card in cards for each in card.occasions if each.last >= since]
        return sorted(found, key=lambda each: (each[1].first, each[1].last, each[0].id))

    def tallies(self, kind: str) -> dict[tuple[str, ...], int]:
        """How many stories there are of each name of that kind: see `tallies_of`."""
        rows = self._db.execute("SELECT name, stories FROM tally WHERE name GLOB ?", (f"{kind} *",))
        return {tuple(name.split(" ")[1:]): number for name, number in rows}

    def by_month(self, section: str = ALL) -> dict[str, int]:
        """How many stories a section has of each month, newest first."""
        query = "SELECT month, stories FROM held WHERE section = ? ORDER BY month DESC"
        return dict(self._db.execute(query, (section,)))

    def periods(self, section: str) -> list[str]:
        """The months of a section, newest first."""
        return list(self.by_month(section))

    def sections(self) -> list[str]:
        """The folders of the sections that hold anything."""
        return [each for (each,) in self._db.execute("SELECT DISTINCT section FROM held ORDER BY section")]

    def bind(self, section: str, size: int) -> list[int]:
        """The numbers of the archive documents that a section's feed gains: the oldest stories, as soon as as many others wait."""
        query = "SELECT count(*) FROM listed WHERE section = ? AND state = 1"
        full = self._db.execute(query, (section,)).fetchone()[0] // size - 1
        first = self.documents(section) + 1
        for number in range(first, first + full):
            self._db.execute(
                "INSERT INTO bound SELECT section, id, ?, seen FROM listed"
                " WHERE section = ? AND state = 1 ORDER BY seen, id LIMIT ?",
                (number, section, size),
            )
            self._db.execute(
                # No later than the last of them: so no more is looked at than they are, however many wait.
                "UPDATE listed SET state = 0 WHERE section = ?1 AND state = 1"
                " AND seen <= (SELECT max(seen) FROM bound WHERE section = ?1 AND document = ?2)"
                " AND id IN (SELECT id FROM bound WHERE section = ?1 AND document = ?2)",
                (section, number),
            )
        return list(range(first, first + max(0, full)))

    def documents(self, section: str) -> int:
        """How many archive documents a section's feed has."""
        query = "SELECT coalesce(max(document), 0) FROM bound WHERE section = ?"
        return int(self._db.execute(query, (section,)).fetchone()[0])

    def all_documents(self, since: str = "", before: str = "~") -> Iterator[tuple[str, str]]:
        """The month up to which an archive document goes, its number and its section, of every one; the newest first.

        Only of these months ("2026-03"), the last one not among them.
        """
        query = (
            "SELECT strftime('%Y-%m', max(seen) / 1000000, 'unixepoch') AS month, document || ' ' || section FROM bound"
            " GROUP BY section, document HAVING month >= ? AND month < ? ORDER BY max(seen) DESC"
        )
        yield from self._db.execute(query, (since, before))

    def bound(self, section: str, document: int) -> list[StoryId]:
        """The stories of an archive document, newest first."""
        query = "SELECT id FROM bound WHERE section = ? AND document = ? ORDER BY seen DESC, id DESC"
        return [each for (each,) in self._db.execute(query, (section, document))]

    def current(self, section: str, again: int) -> Iterator[Card]:
        """What is in no archive document yet, and of what changed since it is in one the last, newest first."""
        query = (
            "SELECT card FROM listed JOIN story USING (id) WHERE section = ? AND place IN ("
            "SELECT place FROM listed WHERE section = ? AND state = 1 UNION ALL"
            " SELECT place FROM (SELECT place FROM listed WHERE section = ? AND state = 2 ORDER BY updated DESC LIMIT ?))"
            " ORDER BY place DESC"
        )
        for (text,) in self._db.execute(query, (section, section, section, again)):
            yield card_from_json(text)

    def entry(self, story: StoryId, form: str, made_of: str) -> bytes | None:
        """The entry of a story in that format, made of just that."""
        query = "SELECT content FROM entry WHERE id = ? AND form = ? AND made_of = ?"
        row = self._db.execute(query, (story, form, made_of)).fetchone()
        return None if row is None else bytes(row[0])

    def keep_entry(self, story: StoryId, form: str, made_of: str, content: bytes) -> None:
        """Keeps an entry until its story is in no current document."""
        self._db.execute("INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?)", (story, form, made_of, content))


def _naming(before: list[str], now: list[str]) -> Iterator[str]:
    """The months whose pages name one that came or went: those beside it, those of its year; all, where a year came or went."""
    changed, months = set(before) ^ set(now), sorted({*before, *now})
    years = {each[:4] for each in changed}
    every = {each[:4] for each in before} != {each[:4] for each in now}
    for number, each in enumerate(months):
        if every or each[:4] in years or changed & set(months[max(0, number - 1) : number + 2]):
            yield each


def _range(period: str) -> tuple[str, str]:
    """Where the places of a period begin and end."""
    return period, f"{period}~"


@cache
def _statements() -> list[str]:
    """The tables, one statement each."""
    text = (files("pipeline.publish") / "catalogue.sql").read_text("utf-8")
    found, begun = [], ""
    for line in text.splitlines():
        begun += line + "\n"
        if sqlite3.complete_statement(begun):
            found.append(begun)
            begun = ""
    return found
