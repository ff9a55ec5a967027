"""Which parts of an embedded archive were replaced since somebody looked last, without reading those that were not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.story import StoryId

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.archive.tables import Partitions

Kinds = dict[str, "Partitions"]
#: The field of a row that names its story, by the kind of the part.
_STORY = {"stories": "id", "items": "story"}


def marks(kinds: Kinds, before: Mapping[str, str]) -> dict[str, str]:
    """The mark of each part, "items/2026-03"."""
    parts = [(f"{kind}/{name}", files, name) for kind, files in kinds.items() for name in files.names()]
    return {part: files.mark(name, before.get(part, "")) for part, files, name in parts}


def stories_of_changed(kinds: Kinds, before: Mapping[str, str], now: Mapping[str, str]) -> list[StoryId]:
    """The stories in the parts that hold something else than before, and those of the items in them; each once."""
    found: dict[StoryId, None] = {}
    for part, mark in now.items():
        if _content(before.get(part, "")) != _content(mark):
            kind, name = part.split("/")
            found |= {StoryId(row[_STORY[kind]]): None for row in kinds[kind][name].rows().values()}
    return list(found)


def _content(mark: str) -> str:
    """A mark without the time."""
    return mark.partition("@")[0]
