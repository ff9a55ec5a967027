"""The quality of the data in the archive, source by source: for `report`, and for the page of the publication."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Protocol

import orjson

from pipeline.model.quality import SourceQuality
from pipeline.model.query import Query
from pipeline.quality import Traits, quality, traits_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pipeline.archive import Archive
    from pipeline.model.config import Config
    from pipeline.model.item import Record
    from pipeline.model.source import Source, SourceId
    from pipeline.model.story import Story, StoryId

#: Items whose language is guessed once more.
_GUESSED_AGAIN = 100
#: Items of each source that the publication surveys, the newest; and so many are kept, so that some may go.
NEWEST, KEPT = 100, 150
#: Before all that may come, in seconds; JSON knows no infinity.
_NONE = -1e300


def survey(
    config: Config, archive: Archive, now: datetime, *, only: Sequence[str] = (), newest: int | None = None
) -> Iterator[SourceQuality]:
    """The quality of each source, or of `only` some, in the order of sources.yaml.

    With `newest` of so many items of each alone, and then no language is guessed once more: that takes a model.
    """
    for source in config.sources:
        if not only or source.id in only:
            records = list(islice(archive.records(Query(sources=(source.id,))), newest))
            agreement = _agreement(records[:_GUESSED_AGAIN]) if newest is None else None
            yield quality(source, _traits(source, archive, records), agreement=agreement, now=now)


def _traits(source: Source, archive: Archive, records: Sequence[Record]) -> list[Traits]:
    beside = {}
    for each in {record.story for record in records}:
        story = archive.story(each)
        beside[each] = 1 if story is None else len(story.items)
    return [traits_of(record, source, beside[record.story]) for record in records]


class Standing(Protocol):
    """Where it stands, from one publication to the next, what the newest items of each source are like."""

    def surveyed(self) -> Mapping[str, tuple[str, str]]:
        """By source, what its quality followed from beside its items, and the quality as JSON."""

    def newest_of(self, source: str) -> bytes:
        """What was kept of the newest items of a source; nothing where it was never surveyed."""

    def keep_surveyed(self, source: str, state: str, quality: str, newest: bytes) -> None:
        """Keeps all of these."""


class Newest:
    """The quality of the newest items of each source, renewed by the stories that changed: the archive is not read again for it.

    No language is guessed once more: that takes a model.
    """

    def __init__(self, config: Config, archive: Archive, standing: Standing) -> None:
        self._config = config
        self._archive = archive
        self._standing = standing
        self._sources = {source.id: source for source in config.sources}
        self._known = dict(standing.surveyed())
        #: Of the sources of which something changed.
        self._held: dict[SourceId, _Held] = {}
        #: Stories that are not as they were.
        self._left: set[StoryId] = set()

    def begin(self) -> None:
        """From here on every story that there is comes again."""
        self._held = {each: _Held() for each in self._sources}

    def take(self, story: Story, records: Sequence[Record]) -> None:
        """Takes in a story that is not as it was, with its items as they are now; a story without any is gone."""
        self._left.update((story.id, *story.former))
        for record in records:
            source = self._sources.get(record.item.source)
            if source is not None:
                self._of(source).take(traits_of(record, source, len(story.items)))

    def qualities(self, touched: Collection[SourceId]) -> tuple[SourceQuality, ...]:
        """The quality of each source, in the order of sources.yaml; of the touched ones something changed, or went."""
        histories, counts = self._archive.histories(), self._archive.count().by_source
        found = []
        for source in self._config.sources:
            visits = histories[source.id].attempts if source.id in histories else ()
            now = visits[-1].at if visits else datetime.now(UTC)
            # The week, for what is another than it was for long.
            state = f"{_made_of(source)} {now:%G-%V}"
            known, told = self._known.get(source.id, ("", ""))
            if known != state or source.id in self._held or source.id in touched:
                items = self._renewed(source, counts.get(source.id, 0))
                newest = sorted(items.items.values(), key=_newest_first)[:NEWEST]
                told = orjson.dumps(quality(source, newest, agreement=None, now=now)).decode()
                self._standing.keep_surveyed(source.id, state, told, items.to_json())
            found.append(SourceQuality(**orjson.loads(told)))
        return tuple(found)

    def _of(self, source: Source) -> _Held:
        """What is held of a source."""
        if source.id not in self._held:
            state = self._known.get(source.id, ("", ""))[0]
            kept = self._standing.newest_of(source.id) if state.startswith(f"{_made_of(source)} ") else b""
            self._held[source.id] = _Held.from_json(kept)
        return self._held[source.id]

    def _renewed(self, source: Source, count: int) -> _Held:
        """What is held of a source, without what is gone; read anew where that is too little."""
        held = self._of(source)
        held.settle(self._left)
        if len(held.items) < min(NEWEST, count):
            records = list(islice(self._archive.records(Query(sources=(source.id,))), KEPT))
            held = _Held()
            for each in _traits(source, self._archive, records):
                held.take(each)
            held.cut(is_all=len(records) < KEPT)
        return held


class _Held:
    """The traits of the newest items of a source: of all that come, in their order, before or at the `last`."""

    def __init__(self) -> None:
        #: None: of all items that there are.
        self.last: tuple[float, str] | None = None
        self.items: dict[str, Traits] = {}
        self._fresh: set[str] = set()

    @classmethod
    def from_json(cls, text: bytes) -> _Held:
        """What `to_json` wrote; of nothing, that none is known."""
        held = cls()
        last, rows = orjson.loads(text) if text else ((_NONE, ""), ())
        held.last = last and (last[0], last[1])
        held.items = {row[0]: Traits._make(row) for row in rows}
        return held

    def to_json(self) -> bytes:
        """All of it."""
        return orjson.dumps((self.last, list(self.items.values())), default=tuple)

    def take(self, traits: Traits) -> None:
        """Takes in an item as it is now, where it belongs to these."""
        self.items.pop(traits.item, None)
        if self.last is None or _newest_first(traits) <= self.last:
            self.items[traits.item] = traits
            self._fresh.add(traits.item)
            if len(self.items) > 2 * KEPT:
                self.cut()

    def settle(self, left: Collection[StoryId]) -> None:
        """Lets go of the items that are in none of the stories that they were in."""
        self.items = {name: each for name, each in self.items.items() if name in self._fresh or each.story not in left}
        self.cut()

    def cut(self, *, is_all: bool = True) -> None:
        """Keeps no more than are wanted, the newest first; not `is_all`: beside these there are older ones."""
        ordered = sorted(self.items.values(), key=_newest_first)
        if len(ordered) > KEPT or not is_all:
            ordered = ordered[:KEPT]
            self.last = _newest_first(ordered[-1])
        self.items = {each.item: each for each in ordered}


def _newest_first(traits: Traits) -> tuple[float, str]:
    return -traits.at, traits.item


def _made_of(source: Source) -> str:
    """What the traits of an item follow from beside the item."""
    return f"{source.kind!r} {source.article!r} {source.name!r}"


def _agreement(records: Sequence[Record]) -> float | None:
    """The share of the items whose words alone, without what source and entry declare, are of the same language."""
    told = [record.item for record in records if record.item.language is not None]
    if not told:
        return None
    from pipeline.normalise import detect_language

    same = sum(detect_language(f"{item.title}\n{item.summary}\n{item.text}") == _ours(item.language) for item in told)
    return same / len(told)


def _ours(tag: str | None) -> str | None:
    return None if tag is None else tag.partition("-")[0]
