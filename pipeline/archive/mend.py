"""Makes a damaged archive whole again: what is derived is made anew, what can be read is kept, the rest is set aside."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson

from pipeline.archive import files
from pipeline.archive.answers import dated
from pipeline.archive.format import FORMAT
from pipeline.archive.journal import Journal
from pipeline.archive.lock import locked
from pipeline.archive.rebuild import rebuilt_index
from pipeline.archive.records import history_from_json, record_from_json, story_from_json, story_to_json
from pipeline.archive.salvage import salvaged
from pipeline.archive.search import NAME as SEARCH
from pipeline.archive.tables import Partitions, Table, is_whole, month_of, summed, written
from pipeline.archive.verify import Repair
from pipeline.errors import ArchiveDamaged
from pipeline.model.story import Story, StoryId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from pipeline.model.item import ItemId, Record


#: Bytes at the end of a file that hold its check, and of these its digest.
_CHECK, _DIGEST = 100, len('"0123456789abcdef"}}}')


def repair(store: Path, now: datetime) -> Iterator[Repair]:
    """Mends the archive of a store; each thing that was done, as it is done.

    Nothing is deleted: what can't be read goes into `damaged/` with the time. Raises ArchiveBusy, ArchiveUnwritable.
    """
    aside = store / "damaged" / f"{now:%Y%m%dT%H%M%SZ}"
    with locked(store / "lock"):
        home = store / "archive"
        yield from _mended_journal(store, aside)
        if not home.is_dir():
            return
        yield from _mended_format(home, aside)
        makers: tuple[tuple[str, Callable[[dict[str, Any]], object]], ...] = (
            ("items", record_from_json),
            ("stories", story_from_json),
        )
        for kind, make in makers:
            for path in sorted((home / kind).glob("*.json")):
                yield from _mended_file(path, make, aside, f"{kind}/{path.name}")
        yield from _mended_file(home / "sources.json", history_from_json, aside, "sources.json")
        yield from _mended_stories(home)
        index = home / "index.sqlite"
        with files.writing(index):
            index.unlink(missing_ok=True)
            # The index of words is made anew by the next run.
            (home / SEARCH).unlink(missing_ok=True)
        rebuilt_index(index, write=True).close()
        yield Repair(what="The index was made anew.")


def _mended_journal(store: Path, aside: Path) -> Iterator[Repair]:
    path = store / "journal.ndjson"
    journal = Journal(path)
    try:
        for _ in journal.commits():
            pass
    except ArchiveDamaged:
        _set_aside(path, aside)
        whole = journal.whole_lines()
        files.replace(path, b"".join(whole))
        said = "1 commit is whole" if len(whole) == 1 else f"{len(whole)} commits are whole"
        said = f"journal.ndjson: {said} and will be applied; the file as it was is in {aside}."
        yield Repair(what=said, aside=str(aside))


def _mended_format(home: Path, aside: Path) -> Iterator[Repair]:
    path = home / "format.json"
    kept = None
    try:
        if orjson.loads(path.read_bytes())["format"] <= FORMAT:
            return
    except FileNotFoundError:
        pass
    except (ValueError, KeyError, TypeError):
        _set_aside(path, aside)
        kept = str(aside)
    files.replace(path, orjson.dumps({"format": FORMAT}) + b"\n")
    yield Repair(what=f"format.json did not say the format, and says {FORMAT} again.", aside=kept)


def _mended_file(path: Path, make: Callable[[dict[str, Any]], object], aside: Path, name: str) -> Iterator[Repair]:
    """Writes a file anew with the rows of it that are whole."""
    try:
        rows = Table(path, "id").rows().values()
        for row in rows:
            make(row)
        if all(map(is_whole, rows)):
            return
    except (ArchiveDamaged, KeyError, ValueError, TypeError, AttributeError):
        pass
    content = path.read_bytes()
    kept, lost = salvaged(content, make)
    by_id = {row["id"]: summed(row) for row in kept}
    _set_aside(path, aside)
    mended = written({str(number): row for number, row in enumerate(by_id.values(), start=1)})
    files.replace(path, mended)
    said = f"{name}: 1 row is whole" if len(by_id) == 1 else f"{name}: {len(by_id)} rows are whole"
    if not by_id:
        said = f"{name}: nothing in it could be read; the file as it was is in {aside}."
    elif missing := _missing(content, mended, len(by_id), len(lost)):
        said += f", {missing} could not be read; the file as it was is in {aside}."
    else:
        said += " again; nothing was lost."
    yield Repair(what=said, aside=str(aside))


def _missing(content: bytes, mended: bytes, kept: int, lost: int) -> int:
    """How many rows a file held that are not kept: as its check says, where that can be read, for of some rows no piece may be left."""
    said = re.search(rb'"check": \{"1": \{"rows":(?P<rows>\d+)', content[-_CHECK:])
    if said is None:
        return lost
    # Where the digest is that of what is kept, the count itself may be what changed.
    same = mended.rstrip()[-_DIGEST:] == content.rstrip()[-_DIGEST:]
    return 0 if same else max(lost, int(said["rows"]) - kept)


def _mended_stories(home: Path) -> Iterator[Repair]:
    """Lets stories and items agree: the items say which story they belong to."""
    items, stories = Partitions(home / "items", "id"), Partitions(home / "stories", "id")
    members: dict[StoryId, list[tuple[float, ItemId]]] = defaultdict(list)
    months: dict[ItemId, str] = {}
    for part in items.names():
        for row in items[part].rows().values():
            record: Record = record_from_json(row)
            members[record.story].append((dated(record).timestamp(), record.item.id))
            months[record.item.id] = month_of(part)
    found: set[StoryId] = set()
    for part in stories.names():
        for each in list(stories[part].rows()):
            story = story_from_json(stories[part].rows()[each])
            told = tuple(item for _, item in sorted(members.get(story.id, ())))
            if story.id in found or not told:
                stories.drop(part, each)
                yield Repair(what=f"Story {story.id} had no items of its own any more, and is gone.")
            elif set(told) != set(story.items) or story.lead not in told:
                lead = story.lead if story.lead in told else told[0]
                stories.put(part, story_to_json(replace(story, items=told, lead=lead)))
                yield Repair(what=f"Story {story.id} holds what its items say: {len(told)}, before {len(story.items)}.")
            found.add(story.id)
    for lost in sorted(members.keys() - found):
        told = tuple(item for _, item in sorted(members[lost]))
        stories.put(months[told[0]], story_to_json(Story(id=lost, lead=told[0], items=told)))
        yield Repair(what=f"Story {lost} was lost, and is made anew from its items.")
    stories.write()


def _set_aside(path: Path, aside: Path) -> None:
    files.make_folder(aside)
    with files.writing(aside):
        shutil.copy2(path, aside / path.name)
        files.sync_folder(aside)
