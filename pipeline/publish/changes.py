"""What a source changed in an item, side by side: what stood there before, what stood there after."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from pipeline.publish.characters import legible
from pipeline.publish.content import paragraphs
from pipeline.publish.moments import said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from pipeline.model.item import Record

#: Fields that are told apart paragraph by paragraph: only the paragraphs that differ are shown.
_LONG = {"text"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of one revision."""

    #: Of `REVISED_FIELDS`.
    field: str
    #: Paragraphs that are no more; empty: nothing stood there.
    before: tuple[str, ...]
    #: Paragraphs that are new; empty: nothing stands there.
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """One revision with all that it changed."""

    #: UTC, our clock.
    seen_at: datetime
    changes: tuple[Change, ...]


def revisions(record: Record) -> tuple[Revised, ...]:
    """The item's revisions, newest first."""
    return tuple(reversed(list(_oldest_first(record))))


def _oldest_first(record: Record) -> Iterator[Revised]:
    for number, revision in enumerate(record.history):
        later = [each.before for each in record.history[number + 1 :]]
        yield Revised(
            seen_at=revision.seen_at,
            changes=tuple(_change(field, old, _after(record, field, later)) for field, old in revision.before.items()),
        )


def _after(record: Record, field: str, later: list[Mapping[str, str | None]]) -> str | None:
    """What the field was changed to: the old value of the next revision that touches it, else what stands there now."""
    for before in later:
        if field in before:
            return before[field]
    match field:
        case "published":
            return said(record.item.published) if record.item.published else None
        case "title" | "summary" | "text" | "url":
            return str(getattr(record.item, field) or "")
        case _:
            return None


def _change(field: str, old: str | None, new: str | None) -> Change:
    before, after = paragraphs(legible(old or "")), paragraphs(legible(new or ""))
    if field in _LONG:
        before, after = _differing(before, after)
    return Change(field=field, before=tuple(before), after=tuple(after))


def _differing(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """The paragraphs of each that the other has not, in order."""
    gone: list[str] = []
    new: list[str] = []
    for kind, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            gone += before[start:end]
            new += after[new_start:new_end]
    return gone, new
