"""Whether an archive is whole: every file as it was written, everything that refers to something finding it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.archive import files
from pipeline.archive.format import check_format
from pipeline.archive.index import Index
from pipeline.archive.journal import Journal
from pipeline.archive.overlay import Overlay
from pipeline.archive.records import changes_from_json, history_from_json, record_from_json, story_from_json
from pipeline.archive.search import NAME as SEARCH
from pipeline.archive.search import faults
from pipeline.archive.tables import Partitions, Table, is_whole
from pipeline.errors import ArchiveError
from pipeline.model.source import SourceId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pipeline.model.item import Record
    from pipeline.model.story import Story

_MADE_FROM: dict[str, Callable[[dict[str, Any]], Any]] = {"items": record_from_json, "stories": story_from_json}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as it should be."""

    #: The file, relative to the store, and the row where one is meant.
    where: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One thing that was done to make an archive whole."""

    #: A sentence.
    what: str
    #: The folder or table that what could not be read is kept in; None: nothing was set aside.
    aside: str | None = None


@dataclass
class Inspection:
    """What was looked at, and what was found."""

    items: int = 0
    stories: int = 0
    sources: int = 0
    files: int = 0


def verify(store: Path, inspection: Inspection) -> Iterator[Finding]:
    """Everything that is wrong with the archive of a store, as it is found; `inspection` counts what was looked at.

    Reads everything and writes nothing. A run that goes on meanwhile waits with its checkpoint until this is done. After one that was
    killed the journal holds what the next will bring into the files first: of that, the files and the index may say either.
    """
    home = store / "archive"
    waiting = Overlay()
    if not home.is_dir():
        yield from _journal(store, waiting)
        return
    with files.held(home, shared=True):
        try:
            check_format(store, write=False)
        except ArchiveError as error:
            yield Finding(where="archive/format.json", what=error.message)
        yield from _journal(store, waiting)
        yield from _sources(home, inspection)
        yield from _Inspector(home, inspection, waiting).findings()


def _journal(store: Path, waiting: Overlay) -> Iterator[Finding]:
    journal = Journal(store / "journal.ndjson")
    try:
        for commit in journal.commits():
            histories = {
                SourceId(source): history_from_json(row) for source, row in commit.get("histories", {}).items()
            }
            waiting.take(changes_from_json(commit.get("changes", {})), histories)
    except (ArchiveError, KeyError, ValueError, TypeError, AttributeError) as error:
        yield Finding(where="journal.ndjson", what=_said(error))


def _sources(home: Path, inspection: Inspection) -> Iterator[Finding]:
    where = "archive/sources.json"
    try:
        rows = Table(home / "sources.json", "id").rows()
    except ArchiveError as error:
        yield Finding(where=where, what=error.message)
        return
    inspection.files += 1
    for each, row in rows.items():
        inspection.sources += 1
        try:
            history_from_json(row)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            yield Finding(where=f"{where}, {each}", what=_said(error))


class _Inspector:
    """Goes through the parts, each once, with the index beside them."""

    def __init__(self, home: Path, inspection: Inspection, waiting: Overlay) -> None:
        self._home = home
        self._waiting = waiting
        self._seen = inspection
        self._items = Partitions(home / "items", "id")
        self._stories = Partitions(home / "stories", "id")
        self._index = Index.opened(home / "index.sqlite", write=False)
        #: Items that the stories name, in all.
        self._told = 0

    def findings(self) -> Iterator[Finding]:
        if self._index is None:
            if self._items.names() and not self._waiting:
                yield Finding(
                    where="archive/index.sqlite", what="there is none that can be used; the next run makes it anew"
                )
            for kind, parts in (("items", self._items), ("stories", self._stories)):
                for part in parts.names():
                    yield from self._rows(kind, parts, part, lambda *_: iter(()))
            return
        try:
            yield from (Finding(where="archive/index.sqlite", what=what) for what in self._index.faults())
            for part in self._items.names():
                yield from self._rows("items", self._items, part, self._item)
            for part in self._stories.names():
                yield from self._rows("stories", self._stories, part, self._story)
            yield from self._missing()
            yield from self._counts()
        except ArchiveError as error:
            yield Finding(where="archive/index.sqlite", what=error.message)
        finally:
            self._index.close()

    def _rows(
        self, kind: str, parts: Partitions, part: str, look: Callable[[str, str, Any], Iterator[Finding]]
    ) -> Iterator[Finding]:
        where = f"archive/{kind}/{part}.json"
        self._seen.files += 1
        try:
            rows = parts[part].rows()
        except ArchiveError as error:
            yield Finding(where=where, what=error.message)
            return
        for each, row in rows.items():
            if not is_whole(row):
                yield Finding(where=f"{where}, {each}", what="the row is not as it was written: its sum is another")
                continue
            try:
                made = _MADE_FROM[kind](row)
            except (KeyError, ValueError, TypeError, AttributeError) as error:
                yield Finding(where=f"{where}, {each}", what=_said(error))
                continue
            yield from look(where, part, made)

    def _item(self, where: str, part: str, record: Record) -> Iterator[Finding]:
        assert self._index is not None
        self._seen.items += 1
        each = record.item.id
        if each in self._waiting.records:
            return
        if (known := self._index.part(each)) != part:
            what = "the index does not know it" if known is None else f"it is in items/{known}.json as well"
            yield Finding(where=f"{where}, {each}", what=what)
        if any(not self._index.leads(key, each) for key in record.item.keys):
            yield Finding(where=f"{where}, {each}", what="the index does not find it by all of its keys")
        if record.story in self._waiting.stories or record.story in self._waiting.joined:
            return
        place = self._index.story(record.story)
        row = None
        if place is not None and place[0] == record.story:
            try:
                row = self._stories[place[1]].get(record.story)
            except ArchiveError:
                return  # The file of stories has a finding of its own.
        if row is None or each not in row["items"]:
            yield Finding(where=f"{where}, {each}", what=f"its story {record.story} is not there, or does not hold it")

    def _story(self, where: str, part: str, story: Story) -> Iterator[Finding]:
        assert self._index is not None
        self._seen.stories += 1
        self._told += len(story.items)
        if story.id in self._waiting.stories or story.id in self._waiting.joined:
            return
        if self._index.story(story.id) != (story.id, part):
            yield Finding(where=f"{where}, {story.id}", what="the index does not know it, or in another place")
        if story.lead not in story.items:
            yield Finding(where=f"{where}, {story.id}", what=f"its lead {story.lead} is none of its items")
        for each in story.items:
            if self._index.part(each) is None:
                yield Finding(where=f"{where}, {story.id}", what=f"its item {each} is not there")
        for gone in story.former:
            place = self._index.story(gone)
            if place is None or place[0] == gone:
                yield Finding(where=f"{where}, {story.id}", what=f"the index does not lead from {gone} to it")

    def _counts(self) -> Iterator[Finding]:
        assert self._index is not None
        if self._waiting:
            return
        by_source, stories = self._index.counts()
        for what, counted, known in (
            ("items", self._seen.items, sum(by_source.values())),
            ("stories", self._seen.stories, stories),
        ):
            if counted != known:
                yield Finding(where="archive/index.sqlite", what=f"it counts {known} {what}, the files hold {counted}")
        for what in faults(self._home / SEARCH, self._seen.items):
            yield Finding(where="archive/search.sqlite", what=what)
        if self._told != self._seen.items:
            yield Finding(
                where="archive/stories", what=f"stories name {self._told} items, the files hold {self._seen.items}"
            )

    def _missing(self) -> Iterator[Finding]:
        assert self._index is not None
        there = Counter(("items", part) for part in self._items.names()) + Counter(
            ("stories", part) for part in self._stories.names()
        )
        for kind, part in self._index.parts():
            if (kind, part) not in there:
                yield Finding(where=f"archive/{kind}/{part}.json", what="the file is missing")


def _said(error: Exception) -> str:
    return error.message if isinstance(error, ArchiveError) else f"it is not whole ({error!r})"
