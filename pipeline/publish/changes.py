"""What a source changed in an item, word by word: what stood there before, what stands there now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

from pipeline.publish.characters import legible
from pipeline.publish.content import paragraphs
from pipeline.publish.moments import said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from pipeline.model.item import Record

#: Fields that are told apart word by word.
_WORDS = {"title", "summary", "text"}
#: Of those the ones of many paragraphs: the paragraphs that stay are left out.
_LONG = {"text"}
#: Two paragraphs that share less than this of their words are not one that was edited.
_ALIKE = 0.4
#: Comparing takes time by the product of both lengths, in words; beyond this the paragraph counts as another.
_MOST_WORDS = 1_500
_WORD = re.compile(r"\w+|[^\w\s]|\s+")

Kind = Literal["same", "deleted", "inserted"]
#: A piece of text.
Piece = tuple[Kind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of one revision."""

    #: Of `REVISED_FIELDS`.
    field: str
    #: Paragraphs that are not what they were, each in pieces; what stood there first.
    paragraphs: tuple[tuple[Piece, ...], ...]


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
    before, after = list(paragraphs(legible(old or ""))), list(paragraphs(legible(new or "")))
    if field not in _WORDS:
        return Change(field=field, paragraphs=tuple(_other(before, after)))
    return Change(field=field, paragraphs=tuple(_edited(before, after, whole=field not in _LONG)))


def _edited(before: list[str], after: list[str], *, whole: bool) -> Iterator[tuple[Piece, ...]]:
    """The paragraphs that differ, those that were edited word by word."""
    for kind, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = before[start:end], after[new_start:new_end]
        if kind == "equal":
            if whole:
                yield from ((("same", each),) for each in gone)
        else:
            pairs = min(len(gone), len(come))
            for one, other in zip(gone[:pairs], come[:pairs], strict=True):
                yield from _word_by_word(one, other)
            yield from _other(gone[pairs:], come[pairs:])


def _other(before: list[str], after: list[str]) -> Iterator[tuple[Piece, ...]]:
    yield from ((("deleted", each),) for each in before)
    yield from ((("inserted", each),) for each in after)


def _word_by_word(before: str, after: str) -> Iterator[tuple[Piece, ...]]:
    """One paragraph with what went and what came; two where little is the same in both."""
    one, other = _WORD.findall(before), _WORD.findall(after)
    if max(len(one), len(other)) > _MOST_WORDS:
        yield from _other([before], [after])
        return
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.ratio() < _ALIKE:
        yield from _other([before], [after])
        return
    pieces: list[Piece] = []
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        gone, come = "".join(one[start:end]), "".join(other[new_start:new_end])
        if kind == "equal":
            pieces.append(("same", gone))
        else:
            pieces += _piece("deleted", gone) + _piece("inserted", come)
    yield _joined(pieces)


def _piece(kind: Kind, text: str) -> list[Piece]:
    return [(kind, text)] if text else []


def _joined(pieces: list[Piece]) -> tuple[Piece, ...]:
    """The pieces, with a lone blank between two changes taken into both: "a b" became "c d", not "a" "c" and "b" "d"."""
    found: list[Piece] = []
    waiting: list[str] = ["", ""]

    def settle() -> None:
        deleted, inserted = waiting
        found.extend(_piece("deleted", deleted) + _piece("inserted", inserted))
        waiting[:] = ["", ""]

    for number, (kind, text) in enumerate(pieces):
        if kind == "same" and text.isspace() and any(waiting) and number + 1 < len(pieces):
            waiting[:] = [each + text for each in waiting]
        elif kind == "same":
            settle()
            found.append((kind, text))
        else:
            waiting[kind == "inserted"] += text
    settle()
    return tuple(found)
