"""New, revised, or only seen again: what one item is to the archive.

An entry is the same item again, within its source, by the source's own id for it ("e:" keys) or by its address ("a:" keys),
in this order of trust. An item whose entry was seen in this very version ("v:" keys) has nothing to tell.

An empty field never replaces a full one, and a field that was read on the article's page stays when the article was not
opened again: a source that says less than before has not changed what it said.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.model.item import REVISED_FIELDS, IdentityKey, Item, Moment, Record, Revision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

#: So many versions of an entry are remembered: a source that changes an entry at every request must not grow the archive.
REMEMBERED_VERSIONS = 8

_ARTICLE = "article"


def known(item: Item, found: Callable[[IdentityKey], Iterable[Record]]) -> Record | None:
    """The record of the same source that this item is, by the most trusted key that finds one; None: the item is new."""
    for kind in ("v:", "e:", "a:"):
        for key in item.keys:
            if key.startswith(kind):
                for record in found(key):
                    if record.item.source == item.source:
                        return record
    return None


def seen_before(item: Item, record: Record) -> bool:
    """Whether the archive knows this very version of the entry."""
    return any(key in record.item.keys for key in item.keys if key.startswith("v:"))


def tells_later(item: Item, record: Record) -> bool:
    """Whether what an older page says of an item is to be taken, though the archive knows it: where it says that it is later, or more.

    Else what was read at the front of the source is the newer word (RFC 5005, section 4, of the documents of an archived feed).
    """
    old = record.item
    if item.updated is not None and old.updated is not None:
        return item.updated.at > old.updated.at
    return not any(key.startswith("v:") for key in old.keys) or (bool(item.text) and not old.text)


def revised(record: Record, item: Item, now: datetime) -> Record:
    """The record with what `item` says anew; its history is longer where a reader would notice the change."""
    old = record.item
    merged = replace(
        item,
        id=old.id,
        keys=merged_keys(old.keys, item.keys),
        title=_kept(old, item, "title"),
        summary=_kept(old, item, "summary"),
        text=_kept(old, item, "text"),
        url=old.url if _same_address(old, item) else item.url,
        published=_kept_moment(old, item),
        updated=item.updated or old.updated,
        authors=item.authors or old.authors,
        tags=item.tags or old.tags,
        language=item.language or old.language,
    )
    before = {
        field: as_text(getattr(old, field)) for field in REVISED_FIELDS if getattr(old, field) != getattr(merged, field)
    }
    history = (*record.history, Revision(seen_at=now, before=before)) if before else record.history
    return replace(record, item=merged, last_seen=now, history=history)


def merged_keys(old: tuple[IdentityKey, ...], new: tuple[IdentityKey, ...]) -> tuple[IdentityKey, ...]:
    """The keys of both, the old ones first, with no more than the newest versions, and the newest fingerprints of its text."""
    renewed = tuple(kind for kind in ("n:", "k:") if any(key.startswith(kind) for key in new))
    kept = [key for key in old if not key.startswith(renewed)]
    keys = tuple(dict.fromkeys((*kept, *new)))
    forgotten = set([key for key in keys if key.startswith("v:")][:-REMEMBERED_VERSIONS])
    return tuple(key for key in keys if key not in forgotten)


def as_text(value: str | Moment | None) -> str | None:
    """A revised field's old value as it is kept: a moment as RFC 3339, cut to what was said of it."""
    if not isinstance(value, Moment):
        return value
    match value.precision:
        case "day":
            return value.at.date().isoformat()
        case "month":
            return value.at.strftime("%Y-%m")
        case "minute" | "second":
            return value.at.isoformat()


def _kept(old: Item, new: Item, field: str) -> str:
    before, after = str(getattr(old, field)), str(getattr(new, field))
    if not after or (_from_article(old, field) and not _from_article(new, field)):
        return before or after
    return after


def _kept_moment(old: Item, new: Item) -> Moment | None:
    if new.published is None or (_from_article(old, "published") and not _from_article(new, "published")):
        return old.published or new.published
    return new.published


def _from_article(item: Item, field: str) -> bool:
    origins = item.origin.fields
    return any(origins.get(name, "").startswith(_ARTICLE) for name in (field, *_READ_FROM.get(field, ())))


#: The entry's fields that an item's field may have been read from.
_READ_FROM: Mapping[str, tuple[str, ...]] = {"text": ("content",), "summary": ("content",)}


def _same_address(old: Item, new: Item) -> bool:
    """Whether the two stand at one address, however it is spelled (the same "a:" key); no address is no other one."""
    if new.url is None:
        return True
    addresses = {key for key in new.keys if key.startswith("a:")}
    return old.url is not None and any(key in addresses for key in old.keys)
