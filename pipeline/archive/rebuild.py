"""What is derived in an archive, made anew from its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.archive import files
from pipeline.archive.answers import dated
from pipeline.archive.index import Index, Placed
from pipeline.archive.records import made, record_from_json, story_from_json
from pipeline.archive.tables import Partitions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.model.item import Record

T = TypeVar("T")


def rebuilt_index(path: Path, *, write: bool) -> Index:
    """The index of the archive whose home is the folder of `path`; in memory where nothing may be, or has to be, written.

    Costs the reading of the whole archive. Raises ArchiveDamaged where a file of it can't be read, ArchiveUnwritable.
    """
    home = path.parent
    items, stories = Partitions(home / "items", "id"), Partitions(home / "stories", "id")
    if not write or not (items.names() or stories.names()):
        index = Index.created(path, write=False)
        _fill(index, items, stories)
        return index
    beside = path.with_name(path.name + files.SUFFIX)
    with files.writing(beside):
        beside.unlink(missing_ok=True)
    fresh = Index.created(beside, write=True)
    try:
        _fill(fresh, items, stories)
    finally:
        fresh.close()
    with files.writing(path):
        beside.replace(path)
        files.sync_folder(home)
    index_or_none = Index.opened(path, write=True)
    assert index_or_none is not None, "it was just made"
    return index_or_none


def placed(record: Record, part: str) -> Placed:
    """A record as the index keeps it."""
    item = record.item
    return Placed(id=item.id, part=part, source=item.source, at=dated(record).timestamp(), keys=item.keys)


def _fill(index: Index, items: Partitions, stories: Partitions) -> None:
    # The oldest first, because of the items that share a key the newest count.
    for part in reversed(items.names()):
        rows = [placed(record, part) for record in _rows(items, part, "items", record_from_json)]
        index.update(items=rows, sizes=[("items", part, len(rows), items.size(part))])
    for part in reversed(stories.names()):
        told = _rows(stories, part, "stories", story_from_json)
        index.update(
            stories=[(story.id, part) for story in told],
            joined=[(gone, story.id) for story in told for gone in story.former],
            sizes=[("stories", part, len(told), stories.size(part))],
        )


def _rows(partitions: Partitions, part: str, kind: str, make: Callable[[dict[str, Any]], T]) -> list[T]:
    """What the rows of a part are. Raises ArchiveDamaged where one is not what it should be."""
    return [made(make, row, f"{kind}/{part}.json") for row in partitions[part].rows().values()]
