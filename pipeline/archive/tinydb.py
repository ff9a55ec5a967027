"""The embedded archive: a folder of files that people can read, diff and copy (docs/archive.md).

A commit is one line in the journal, durable at once. A checkpoint brings the journal's commits into the files of the months that
they touch and into the index, each file replaced whole, and only then removes the journal. So a crash at any moment leaves a
journal that is still there, and applying it again changes nothing that was already applied.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, Self, TypeVar

import orjson

from pipeline.archive import files
from pipeline.archive.answers import dated, matches, newest_first
from pipeline.archive.journal import Journal
from pipeline.archive.lock import locked
from pipeline.archive.port import EVERYTHING, Counts
from pipeline.archive.records import (
    FORMAT,
    changes_from_json,
    changes_to_json,
    history_from_json,
    history_to_json,
    record_from_json,
    record_to_json,
    story_from_json,
    story_to_json,
)
from pipeline.archive.tables import Index, Partitions, Table
from pipeline.errors import ArchiveDamaged, ArchiveError
from pipeline.model.change import Snapshot
from pipeline.model.history import History
from pipeline.model.item import IdentityKey, ItemId, Record
from pipeline.model.source import SourceId
from pipeline.model.story import Story, StoryId

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.model.change import Changes
    from pipeline.model.entry import EntryVersion
    from pipeline.model.item import Item
    from pipeline.model.query import Query

T = TypeVar("T")

#: Of a key that more records share, so many of the newest are near.
MOST_NEAR = 50


class FolderArchive:
    """The archive in a folder. Made by `opened`."""

    def __init__(self, folder: Path, *, write: bool) -> None:
        self._folder = folder
        self._write = write
        self._journal = Journal(folder / "journal.ndjson")
        home = folder / "archive"
        self._items = Partitions(home / "items", "id")
        self._story_files = Partitions(home / "stories", "id")
        self._sources = Table(home / "sources.json", "id")
        self._catalogue = Table(home / "catalogue.json", "id")
        self._index = Index(home / "index")
        self._format = home / "format.json"
        #: What was committed and is not yet in its place.
        self._records: dict[ItemId, Record] = {}
        self._stories: dict[StoryId, Story] = {}
        self._joined: dict[StoryId, StoryId] = {}
        self._keys: dict[str, dict[ItemId, None]] = {}
        self._histories: dict[SourceId, History] = {}

    @classmethod
    @contextmanager
    def opened(cls, folder: Path, *, write: bool) -> Iterator[Self]:
        """The archive in `folder`, with what a crash left in the journal; written to by nobody else while it is open."""
        with ExitStack() as stack:
            if write:
                files.make_folder(folder)
                stack.enter_context(locked(folder / "lock"))
            archive = cls(folder, write=write)
            archive._check_format()
            archive._replay()
            if write:
                archive.checkpoint()
            yield archive
            if write:
                archive.checkpoint()

    def history(self, source: SourceId) -> History:
        """How collecting this source went until now."""
        if source in self._histories:
            return self._histories[source]
        row = self._sources.get(source)
        return _made(history_from_json, row, "sources.json") if row else History()

    def histories(self) -> Mapping[SourceId, History]:
        """The histories of all sources that ever were collected."""
        names = dict.fromkeys([*map(SourceId, self._sources.rows()), *self._histories])
        return {each: self.history(each) for each in names}

    def seen(self, source: SourceId) -> Container[EntryVersion]:
        """The versions of this source's entries that the archive holds."""
        return _Seen(self, source)

    def holds(self, key: str) -> bool:
        """Whether any item has this key."""
        return key in self._keys or bool(self._index.get(key))

    def near(self, items: Sequence[Item]) -> Snapshot:
        """Every record that shares a key with one of the items, the stories of those, and all records of those stories."""
        ids: dict[ItemId, None] = {}
        for item in items:
            ids[item.id] = None
            for key in item.keys:
                ids.update(dict.fromkeys(self._ids(key)[-MOST_NEAR:]))
        records = {each: record for each in ids if (record := self.record(each)) is not None}
        stories: dict[StoryId, Story] = {}
        for record in list(records.values()):
            story = stories.get(record.story) or self.story(record.story)
            if story is not None and story.id not in stories:
                stories[story.id] = story
                for member in story.items:
                    if member not in records and (found := self.record(member)) is not None:
                        records[member] = found
        return Snapshot(records=tuple(records.values()), stories=tuple(stories.values()))

    def commit(self, changes: Changes, histories: Mapping[SourceId, History]) -> None:
        """Keeps the changes and the histories: a line of the journal."""
        if not changes and not histories:
            return
        line: dict[str, Any] = {
            "changes": changes_to_json(changes),
            "histories": {source: history_to_json(history) for source, history in histories.items()},
        }
        files.make_folder(self._folder)
        self._journal.append(line)
        self._take(changes, histories)

    def checkpoint(self) -> None:
        """Brings what the journal holds into the files, then removes it."""
        if not self._journal.exists():
            return
        home = self._format.parent
        files.make_folder(home)
        files.replace(self._format, orjson.dumps({"format": FORMAT}) + b"\n")
        months = {each: self._month(each, record) for each, record in self._records.items()}
        self._items.write(
            touched := self._items.put((months[each], record_to_json(record)) for each, record in self._records.items())
        )
        story_months = {each: self._story_month(story) for each, story in self._stories.items()}
        story_parts = self._story_files.put(
            (story_months[each], story_to_json(story)) for each, story in self._stories.items()
        )
        for gone in self._joined:
            for _, month in self._index.get(f"s:{gone}"):
                self._story_files[month].drop(gone)
                story_parts.add(month)
        self._story_files.write(story_parts)
        self._index.write(self._indexed(months, story_months))
        for source, history in self._histories.items():
            self._sources.put({"id": source, **history_to_json(history)})
        if self._histories:
            self._sources.write()
        self._recount(touched, story_parts)
        self._journal.clear()
        for overlay in (self._records, self._stories, self._joined, self._keys, self._histories):
            overlay.clear()

    def record(self, item: ItemId) -> Record | None:
        """The record of an item."""
        if item in self._records:
            return self._records[item]
        for _, month in self._index.get(f"i:{item}"):
            row = self._items[month].get(item)
            if row is not None:
                return _made(record_from_json, row, f"items/{month}.json")
        return None

    def story(self, story: StoryId) -> Story | None:
        """The story of that id, or the one that it was joined into."""
        while story in self._joined:
            story = self._joined[story]
        if story in self._stories:
            return self._stories[story]
        for living, month in self._index.get(f"s:{story}"):
            if living != story:
                return self.story(StoryId(living))
            row = self._story_files[month].get(story)
            if row is not None:
                return _made(story_from_json, row, f"stories/{month}.json")
        return None

    def records(self, query: Query = EVERYTHING) -> Iterator[Record]:
        """The records that the query asks for, month by month."""
        fresh: dict[str, list[Record]] = {}
        for each, record in self._records.items():
            fresh.setdefault(self._month(each, record), []).append(record)
        for month in sorted({*self._items.names(), *fresh}, reverse=True):
            # A table of its own, so that one month at a time is in memory.
            stored = Partitions(self._format.parent / "items", "id")[month].rows()
            records = [
                _made(record_from_json, row, f"items/{month}.json")
                for each, row in stored.items()
                if each not in self._records
            ]
            both = chain(records, fresh.get(month, ()))
            yield from sorted((record for record in both if matches(record, query)), key=newest_first)

    def stories(self) -> Iterator[Story]:
        """All stories, month by month."""
        fresh: dict[str, list[Story]] = {}
        for story in self._stories.values():
            fresh.setdefault(self._story_month(story), []).append(story)
        for month in sorted({*self._story_files.names(), *fresh}, reverse=True):
            stored = Partitions(self._format.parent / "stories", "id")[month].rows()
            for each, row in stored.items():
                if each not in self._stories and each not in self._joined:
                    yield _made(story_from_json, row, f"stories/{month}.json")
            yield from fresh.get(month, ())

    def count(self) -> Counts:
        """How much there is, as the catalogue says, and what was committed since."""
        return Counts(
            items=self._counted(
                "items", self._items, {each: self._month(each, it) for each, it in self._records.items()}, ()
            ),
            stories=self._counted(
                "stories",
                self._story_files,
                {each: self._story_month(it) for each, it in self._stories.items()},
                self._joined,
            ),
        )

    def _counted(self, name: str, partitions: Partitions, fresh: Mapping[Any, str], gone: Container[Any]) -> int:
        """Of the months that wait for a checkpoint, or were in the middle of one, the rows themselves are counted."""
        total: int = sum(
            row.get(name, 0) for month, row in self._catalogue.rows().items() if month not in fresh.values()
        )
        for month in set(fresh.values()):
            total += sum(row not in fresh and row not in gone for row in partitions[month].rows())
        waiting = {month for each in self._joined for _, month in self._index.get(f"s:{each}") if month}
        if partitions is self._story_files:
            for month in waiting - set(fresh.values()):
                total -= sum(row in gone for row in partitions[month].rows())
        return total + len(fresh)

    def _check_format(self) -> None:
        try:
            written = orjson.loads(self._format.read_bytes())["format"]
        except FileNotFoundError:
            return
        except (ValueError, KeyError, TypeError) as error:
            raise ArchiveDamaged(f"{self._format} does not say its format", where=str(self._format)) from error
        if written > FORMAT:
            raise ArchiveError(
                f"{self._folder} was written by a newer Samflöde (format {written}; this one writes {FORMAT})",
                hint="Nothing was changed. Use the newer program, or the backup from before it.",
            )

    def _replay(self) -> None:
        """Takes in what the journal holds: a run that did not come to its end."""
        if self._write:
            self._journal.trim()
        for commit in self._journal.commits():
            changes = _made(changes_from_json, commit.get("changes", {}), "journal.ndjson")
            histories = {
                SourceId(source): _made(history_from_json, row, "journal.ndjson")
                for source, row in commit.get("histories", {}).items()
            }
            self._take(changes, histories)

    def _take(self, changes: Changes, histories: Mapping[SourceId, History]) -> None:
        for record in (*changes.added, *changes.revised, *changes.amended):
            self._records[record.item.id] = record
            for key in record.item.keys:
                self._keys.setdefault(key, {})[record.item.id] = None
        for story in changes.stories:
            self._stories[story.id] = story
            self._joined.update(dict.fromkeys(story.former, story.id))
        for gone in changes.joined:
            self._stories.pop(gone, None)
        self._histories.update(histories)

    def _ids(self, key: IdentityKey) -> list[ItemId]:
        stored = dict.fromkeys(ItemId(each) for each, _ in self._index.get(key))
        return list(stored | self._keys.get(key, {}))

    def _month(self, item: ItemId, record: Record) -> str:
        """The month whose file an item is in; that of its date when it came, whatever its date is now."""
        for _, month in self._index.get(f"i:{item}"):
            return month
        return f"{dated(record):%Y-%m}"

    def _story_month(self, story: Story) -> str:
        for living, month in self._index.get(f"s:{story.id}"):
            if living == story.id:
                return month
        first = self.record(story.items[0])
        return self._month(story.items[0], first) if first is not None else "undated"

    def _is_stored(self, story: StoryId) -> bool:
        return any(living == story for living, _ in self._index.get(f"s:{story}"))

    def _indexed(self, months: Mapping[ItemId, str], story_months: Mapping[StoryId, str]) -> set[str]:
        """Brings the index up to date; the names of its parts that changed."""
        touched = set()
        for each, month in months.items():
            touched.add(self._index.set(f"i:{each}", [[each, month]]))
        for key, ids in self._keys.items():
            pairs = [list(pair) for pair in self._index.get(key)]
            stored = {item for item, _ in pairs}
            new = [[item, months[item]] for item in ids if item not in stored]
            if new:
                touched.add(self._index.set(key, pairs + new))
        for story, month in story_months.items():
            touched.add(self._index.set(f"s:{story}", [[story, month]]))
        for gone, living in self._joined.items():
            touched.add(self._index.set(f"s:{gone}", [[living, story_months.get(living, "")]]))
        return touched

    def _recount(self, months: Iterable[str], story_months: Iterable[str]) -> None:
        for name, partitions, touched in (
            ("items", self._items, months),
            ("stories", self._story_files, story_months),
        ):
            for month in touched:
                row = self._catalogue.get(month) or {"id": month}
                self._catalogue.put({**row, name: len(partitions[month].rows())})
        if months or story_months:
            self._catalogue.write()


class _Seen:
    """The versions of a source's entries that the archive holds."""

    def __init__(self, archive: FolderArchive, source: SourceId) -> None:
        self._archive = archive
        self._source = source

    def __contains__(self, version: object) -> bool:
        return self._archive.holds(f"v:{self._source}:{version}")


def _made(make: Callable[[dict[str, Any]], T], row: dict[str, Any], where: str) -> T:
    """What a row is; raises ArchiveDamaged where it is not what it should be."""
    try:
        return make(row)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise ArchiveDamaged(f"{where} holds a row that is not whole ({error!r})", where=where) from error
