"""The embedded archive: a folder of files that people can read, diff and copy (docs/archive.md).

A commit is one line in the journal, durable at once. A checkpoint brings the journal's commits into the parts of the months that
they touch and into the index, each file replaced whole, and only then removes the journal. So a crash at any moment leaves a
journal that is still there, and applying it again changes nothing that was already applied.
"""

from __future__ import annotations

import heapq
from collections import OrderedDict
from contextlib import ExitStack, closing, contextmanager, nullcontext
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Self, TypeVar

import orjson

from pipeline.archive import difference, files
from pipeline.archive.answers import matches, newest_first
from pipeline.archive.format import FORMAT, check_format
from pipeline.archive.index import Index
from pipeline.archive.journal import Journal
from pipeline.archive.lock import locked
from pipeline.archive.overlay import Overlay
from pipeline.archive.places import put_records, put_stories, story_month
from pipeline.archive.port import EVERYTHING, Counts, Difference
from pipeline.archive.rebuild import placed, rebuilt_index
from pipeline.archive.records import (
    changes_from_json,
    changes_to_json,
    history_from_json,
    history_to_json,
    made,
    record_from_json,
    story_from_json,
)
from pipeline.archive.tables import Partitions, Table, month_of
from pipeline.errors import ArchiveUnwritable
from pipeline.model.change import Snapshot
from pipeline.model.history import History
from pipeline.model.item import IdentityKey, ItemId
from pipeline.model.nearness import LIKELY, most, nearest
from pipeline.model.source import SourceId
from pipeline.model.story import Story, StoryId

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pipeline.model.change import Changes
    from pipeline.model.entry import EntryVersion
    from pipeline.model.item import Item, Record
    from pipeline.model.query import Query
    from pipeline.model.search import Term

T = TypeVar("T")

#: Commits are brought into the files when so many records wait for it: memory does not grow with a run.
MOST_WAITING = 500
#: Records that are kept in memory beside.
MOST_RECENT = 1_000


class FolderArchive:
    """The archive in a folder. Made by `opened`."""

    def __init__(self, folder: Path, *, write: bool) -> None:
        self._folder = folder
        self._write = write
        self._journal = Journal(folder / "journal.ndjson")
        self._home = folder / "archive"
        self._items = Partitions(self._home / "items", "id")
        self._story_files = Partitions(self._home / "stories", "id")
        self._sources = Table(self._home / "sources.json", "id")
        #: What was committed and is not yet in its place.
        self._waiting = Overlay()
        #: Records that were looked up or put into their places last: news is most often near to new news.
        self._recent: OrderedDict[ItemId, Record] = OrderedDict()
        #: Whether a checkpoint did not come to its end; then only the next opening can go on.
        self._broken = False
        self._index = self._opened_index()

    @classmethod
    @contextmanager
    def opened(cls, folder: Path, *, write: bool) -> Iterator[Self]:
        """The archive in `folder`, with what a crash left in the journal; written to by nobody else while it is open."""
        with ExitStack() as stack:
            if write:
                files.make_folder(folder)
                stack.enter_context(locked(folder / "lock"))
            check_format(folder, write=write)
            archive = cls(folder, write=write)
            stack.callback(archive._close)
            archive._replay()
            if write:
                archive.checkpoint()
            yield archive
            if write:
                archive.checkpoint()

    def _close(self) -> None:
        self._index.close()

    def turn(self) -> AbstractContextManager[None]:
        """Nothing to wait for: the lock is held as long as the archive is open."""
        return nullcontext()

    def one_state(self) -> AbstractContextManager[None]:
        """Nothing to do: nobody else writes, and a reader sees the archive as it was when it was opened."""
        return nullcontext()

    def beside(self) -> Callable[[], AbstractContextManager[FolderArchive]]:
        """What opens it in another process: a reader, who finds what was committed in the files or in the journal."""
        return partial(FolderArchive.opened, self._folder, write=False)

    def history(self, source: SourceId) -> History:
        """How collecting this source went until now."""
        if source in self._waiting.histories:
            return self._waiting.histories[source]
        row = self._sources.get(source)
        return made(history_from_json, row, "sources.json") if row else History()

    def histories(self) -> Mapping[SourceId, History]:
        """The histories of all sources that ever were collected."""
        names = dict.fromkeys([*map(SourceId, self._sources.rows()), *self._waiting.histories])
        return {each: self.history(each) for each in names}

    def seen(self, source: SourceId) -> Container[EntryVersion]:
        """The versions of this source's entries that the archive holds."""
        return _Seen(self, source)

    def holds(self, key: str) -> bool:
        """Whether any item has this key."""
        return key in self._waiting.keys or self._index.holds(key)

    def known_as(self, keys: Iterable[IdentityKey]) -> Mapping[IdentityKey, ItemId]:
        """The items that have these keys, of each the first."""
        return {IdentityKey(key): sharing[0] for key, sharing in self._sharing(keys).items()}

    def near(self, items: Sequence[Item], also: Iterable[ItemId] = ()) -> tuple[Record, ...]:
        """The records that the items are to be compared with."""
        shared = self._sharing(key for item in items for key in item.keys)
        near: dict[ItemId, None] = dict.fromkeys(also)
        for item in items:
            near[item.id] = None
            near.update(nearest(item.keys, lambda key: shared.get(key, ())))
        return self.held([*near])

    def told(self, stories: Iterable[StoryId]) -> Snapshot:
        """The stories that live on in these, with all of their records."""
        found = (self.story(each) for each in dict.fromkeys(stories))
        living = {story.id: story for story in found if story is not None}
        members = dict.fromkeys(member for story in living.values() for member in story.items)
        return Snapshot(records=self.held([*members]), stories=tuple(living.values()))

    def commit(self, changes: Changes, histories: Mapping[SourceId, History]) -> None:
        """Keeps the changes and the histories: a line of the journal."""
        if not changes and not histories:
            return
        if self._broken:
            raise ArchiveUnwritable(
                f"{self._folder} could not be written, and waits for the next run", path=str(self._folder)
            )
        line: dict[str, Any] = {
            "changes": changes_to_json(changes),
            "histories": {source: history_to_json(history) for source, history in histories.items()},
        }
        files.make_folder(self._folder)
        # What only says how asking went may be lost with the mains: then it is asked again.
        self._journal.append(line, durable=bool(changes))
        self._waiting.take(changes, histories)
        if len(self._waiting.records) >= MOST_WAITING:
            self.checkpoint()

    def checkpoint(self) -> None:
        """Brings what the journal holds into the files, then removes it."""
        if not self._journal.exists():
            return
        self._broken = True
        files.make_folder(self._home)
        with files.held(self._home, shared=False):
            self._settle()
        self._journal.clear()
        self._recent.update(self._waiting.records)
        while len(self._recent) > MOST_RECENT:
            self._recent.popitem(last=False)
        self._waiting = Overlay()
        self._broken = False

    def _settle(self) -> None:
        """Brings what waits into the files."""
        waiting = self._waiting
        files.replace(self._home / "format.json", orjson.dumps({"format": FORMAT}) + b"\n")
        if not self._index.is_kept:
            self._index.close()
            self._index = Index.created(self._home / "index.sqlite", write=True)
        items_before = sum(self._index.counts()[0].values())
        parts = put_records(waiting.records, self._items, self._index)
        story_parts = put_stories(waiting.stories, waiting.joined, self._story_files, self._index, record=self.record)
        sizes = [("items", name, *size) for name, size in self._items.write().items()]
        sizes += [("stories", name, *size) for name, size in self._story_files.write().items()]
        self._index.update(
            items=[placed(record, parts[each]) for each, record in waiting.records.items()],
            stories=story_parts.items(),
            joined=waiting.joined.items(),
            sizes=sizes,
        )
        if waiting.records:
            from pipeline.archive.search import brought_up

            brought_up(self._home, waiting.records.values(), items=items_before)
        for source, history in waiting.histories.items():
            self._sources.put({"id": source, **history_to_json(history)})
        if waiting.histories:
            self._sources.write()

    def record(self, item: ItemId) -> Record | None:
        """The record of an item."""
        record = self._waiting.records.get(item) or self._recent.get(item)
        if record is None and (part := self._index.part(item)) is not None:
            row = self._items.row(part, item)
            record = None if row is None else made(record_from_json, row, f"items/{part}.json")
        return record

    def held(self, items: Sequence[ItemId]) -> tuple[Record, ...]:
        """The records of items."""
        found: dict[ItemId, Record] = {}
        for each in items:
            if each in self._waiting.records:
                found[each] = self._waiting.records[each]
            elif each in self._recent:
                self._recent.move_to_end(each)
                found[each] = self._recent[each]
        parts = self._index.items_in(missing) if (missing := [each for each in items if each not in found]) else {}
        # Those of one part after each other, so that its file is read once.
        for name, part in sorted(parts.items(), key=itemgetter(1)):
            if (row := self._items.row(part, name)) is not None:
                record = made(record_from_json, row, f"items/{part}.json")
                found[record.item.id] = self._recent[record.item.id] = record
        while len(self._recent) > MOST_RECENT:
            self._recent.popitem(last=False)
        return tuple(found[each] for each in items if each in found)

    def story(self, story: StoryId) -> Story | None:
        """The story of that id, or the one that it was joined into."""
        while story in self._waiting.joined:
            story = self._waiting.joined[story]
        if story in self._waiting.stories:
            return self._waiting.stories[story]
        if (place := self._index.story(story)) is None:
            return None
        living, part = place
        if living != story:
            return self.story(StoryId(living))
        row = self._story_files.row(part, story)
        return None if row is None else made(story_from_json, row, f"stories/{part}.json")

    def records(self, query: Query = EVERYTHING) -> Iterator[Record]:
        """The records that the query asks for, the newest first."""
        waiting = sorted((each for each in self._waiting.records.values() if matches(each, query)), key=newest_first)
        return heapq.merge(self._stored(query), waiting, key=newest_first)

    def search(self, asked: Sequence[Term], query: Query = EVERYTHING) -> Iterator[Record]:
        """The records that hold the words, the best first."""
        from pipeline.archive.search import SearchIndex, found_in

        waiting = self._waiting.records
        places = found_in(self._home, asked, query, items=sum(self._index.counts()[0].values()))
        if waiting:
            with closing(SearchIndex.of(waiting.values())) as index:
                fresh = list(index.found(asked, query))
            stored = (place for place in places if place[1] not in waiting)
            places = heapq.merge(stored, fresh, key=itemgetter(0))
        for _, each in places:
            record = self.record(ItemId(each))
            if record is not None and matches(record, query):
                yield record

    def stories(self) -> Iterator[Story]:
        """All stories, month by month."""
        waiting = self._waiting
        fresh: dict[str, list[Story]] = {}
        for story in waiting.stories.values():
            fresh.setdefault(story_month(story, self._index, record=self.record), []).append(story)
        # Of its own, so that it does not push out of memory what a run needs.
        stored = Partitions(self._home / "stories", "id")
        by_month: dict[str, list[str]] = {}
        for part in stored.names():
            by_month.setdefault(month_of(part), []).append(part)
        for month in sorted({*by_month, *fresh}, reverse=True):
            for part in by_month.get(month, ()):
                for each, row in stored[part].rows().items():
                    if each not in waiting.stories and each not in waiting.joined:
                        yield made(story_from_json, row, f"stories/{part}.json")
            yield from fresh.get(month, ())

    def changed_since(self, marks: Mapping[str, str]) -> Difference:
        """What is in the parts whose files were replaced since, or were not there; what only waits in the journal is settled first."""
        self.checkpoint()
        kinds = {"stories": self._story_files, "items": self._items}
        now = difference.marks(kinds, marks)
        if not marks or not marks.keys() <= now.keys():
            return Difference(marks=now, stories=self.stories(), whole=True)
        found = (self.story(each) for each in difference.stories_of_changed(kinds, marks, now))
        stories = {story.id: story for story in found if story is not None}
        return Difference(marks=now, stories=iter(stories.values()), whole=False)

    def count(self) -> Counts:
        """How much there is, as the index says, and what was committed since."""
        by_source, stories = self._index.counts()
        kept = self._index.items_in(self._waiting.records)
        for each, record in self._waiting.records.items():
            if each not in kept:
                by_source[record.item.source] = by_source.get(record.item.source, 0) + 1
        stories += len(self._waiting.stories) - len(self._index.stories_in(self._waiting.stories))
        stories -= len(self._index.stories_in(self._waiting.joined))
        return Counts(
            items=sum(by_source.values()),
            stories=stories,
            by_source={SourceId(source): items for source, items in by_source.items()},
        )

    def _opened_index(self) -> Index:
        """The index as it is; made anew from the files where there is none that can be used."""
        path = self._home / "index.sqlite"
        return Index.opened(path, write=self._write) or rebuilt_index(path, write=self._write)

    def _stored(self, query: Query) -> Iterator[Record]:
        """The records that are in their places, the newest first."""
        waiting = self._waiting.records
        places = self._index.newest(
            sources=query.sources,
            since=None if query.since is None else query.since.timestamp(),
            until=None if query.until is None else query.until.timestamp(),
        )
        # Of its own, so that it does not push out of memory what a run needs.
        stored = Partitions(self._home / "items", "id")
        for each, part in places:
            if each not in waiting and (row := stored[part].get(each)) is not None:
                record = made(record_from_json, row, f"items/{part}.json")
                if matches(record, query):
                    yield record

    def _replay(self) -> None:
        """Takes in what the journal holds: a run that did not come to its end."""
        if self._write:
            self._journal.trim()
        for commit in self._journal.commits():
            changes = made(changes_from_json, commit.get("changes", {}), "journal.ndjson")
            histories = {
                SourceId(source): made(history_from_json, row, "journal.ndjson")
                for source, row in commit.get("histories", {}).items()
            }
            self._waiting.take(changes, histories)

    def _sharing(self, keys: Iterable[IdentityKey]) -> dict[str, list[ItemId]]:
        """The items that have each of these keys, the newest last, as many as are looked at."""
        asked = dict.fromkeys(keys)
        found: dict[str, list[int]] = {}
        if self._index.counts()[0]:
            for likely in (False, True):
                kind = [key for key in asked if key.startswith(LIKELY) == likely]
                found |= self._index.sharing(kind, most=most(LIKELY[0] if likely else ""))
        numbers = {number for each in found.values() for number in each}
        ids = dict(self._index.ids(numbers)) if numbers else {}
        shared: dict[str, list[ItemId]] = {}
        for key in asked:
            waiting = self._waiting.keys.get(key, ())
            if key in found or waiting:
                kept = (ItemId(ids[each]) for each in found.get(key, ()) if each in ids)
                shared[key] = list(dict.fromkeys((*kept, *waiting)))[-most(key) :]
        return shared


class _Seen:
    """The versions of a source's entries that the archive holds."""

    def __init__(self, archive: FolderArchive, source: SourceId) -> None:
        self._archive = archive
        self._source = source

    def __contains__(self, version: object) -> bool:
        return self._archive.holds(f"v:{self._source}:{version}")
