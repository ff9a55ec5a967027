"""New, revised, or only seen again: what one item is to the archive.

An entry is the same item again, within its source, in this order of trust:

1. by the source's own id for it ("e:" keys), unless nothing else is the same: then the source gives one id to all;
2. by its address ("a:" keys), whatever scheme and spelling; so when ids are made anew, or hold the headline, which was edited;
3. by its address on another host ("p:" keys), with the same title or day: the site has a new domain;
4. by title and day ("d:" keys), with words that do not differ: ids and addresses are new, the site has another system;
5. by its first words ("t:" keys) and the moment of publication to the minute: title and address were edited together.

What 3 to 5 find is less sure: not an item that the same answer holds besides. Two that stand beside each other in one answer are two.
An item whose entry was seen in this very version ("v:" keys) has nothing to tell.

An empty field never replaces a full one, and a field that was read on the article's page stays when the article was not
opened again: a source that says less than before has not changed what it said.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.model.entry import TAKEN_OVER
from pipeline.model.item import REVISED_FIELDS, IdentityKey, Item, ItemId, Moment, Record, Revision
from pipeline.model.nearness import LIKELY
from pipeline.organise.likeness import tell_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence
    from datetime import datetime

#: So many versions of an entry are remembered: a source that changes an entry at every request must not grow the archive.
REMEMBERED_VERSIONS = 8

#: Words of a title that two news of one day hardly have by chance.
TELLING_TITLE = 5

_ARTICLE = "article"


def known(item: Item, found: Callable[[IdentityKey], Iterable[Record]]) -> Record | None:
    """The record of the same source that this item surely is, by the most trusted key that finds one; None: none is."""
    return _first(item, found, {"v:": _always, "e:": is_one_by_id, "a:": _always})


def moved(item: Item, found: Callable[[IdentityKey], Iterable[Record]], besides: Container[ItemId]) -> Record | None:
    """The record of the same source that this item most likely is, under new ids and addresses; none of `besides`, which stand beside it."""
    record = _first(item, found, {"p:": _same_heading, "d:": _same_words, "t:": _same_minute}, besides)
    return None if record is None or record.item.id in besides else record


def _first(
    item: Item,
    found: Callable[[IdentityKey], Iterable[Record]],
    kinds: Mapping[str, Callable[[Item, Item], bool]],
    besides: Container[ItemId] = (),
) -> Record | None:
    for kind, holds in kinds.items():
        for key in item.keys:
            if key.startswith(kind):
                for record in found(key):
                    own = record.item.source == item.source and record.item.id not in besides
                    if own and holds(item, record.item):
                        return record
    return None


def _always(_new: Item, _old: Item) -> bool:
    return True


def is_one_by_id(new: Item, old: Item) -> bool:
    """Whether an id that both have can be of one item: not where address, title, time and words are all others."""
    if (
        new.url is None
        or old.url is None
        or _shares(new, old, "a:")
        or _shares(new, old, "p:")
        or _shares(new, old, "t:")
    ):
        return True
    if _same_title(new, old) or new.published is None or old.published is None:
        return True
    return new.published.at == old.published.at and new.published.precision in {"second", "minute"}


def _same_heading(new: Item, old: Item) -> bool:
    return _same_title(new, old) or _shares(new, old, "t:") or _same_day(new, old)


def _same_words(new: Item, old: Item) -> bool:
    """Whether the words of two items of one title and day are the same; where one has none, whether the title is long enough to tell."""
    told = [each.summary or each.text for each in (new, old)]
    if not all(told):
        return len(new.title.split()) >= TELLING_TITLE
    return _shares(new, old, "t:") or _shares(new, old, "n:") or told[0] == told[1]


def _same_minute(new: Item, old: Item) -> bool:
    if new.published is None or old.published is None or tell_apart(new, old):
        return False
    return new.published.at == old.published.at and {new.published.precision, old.published.precision} <= {
        "second",
        "minute",
    }


def _same_title(new: Item, old: Item) -> bool:
    return new.title.casefold().split() == old.title.casefold().split()


def _same_day(new: Item, old: Item) -> bool:
    return (
        new.published is not None and old.published is not None and new.published.at.date() == old.published.at.date()
    )


def _shares(new: Item, old: Item, kind: str) -> bool:
    return any(key in old.keys for key in new.keys if key.startswith(kind))


def seen_before(item: Item, record: Record) -> bool:
    """Whether the archive knows this very version of the entry."""
    return any(key in record.item.keys for key in item.keys if key.startswith("v:"))


def unseen(
    items: Sequence[Item], seen: Mapping[IdentityKey, ItemId]
) -> tuple[tuple[Item, ...], Mapping[IdentityKey, ItemId]]:
    """The items that are to be looked at, and the versions of the others, which say nothing new, with the ids of their items.

    `seen` are the versions that the archive holds. Two entries of an answer can be one item: so an item that says nothing new is looked
    at all the same where it may be the same as one that does.
    """
    fresh = [item for item in items if seen.keys().isdisjoint(item.keys)]
    sure = {key for item in fresh for key in item.keys if not key.startswith(LIKELY)}
    passed = [item for item in items if not seen.keys().isdisjoint(item.keys) and sure.isdisjoint(item.keys)]
    versions = {key: seen[key] for item in passed for key in item.keys if key in seen}
    return tuple(item for item in items if versions.keys().isdisjoint(item.keys)), versions


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
    # What another program kept is told in its words, not in the source's: that they differ is no change of the source's.
    is_own = not old.origin.by.startswith(TAKEN_OVER)
    history = (*record.history, Revision(seen_at=now, before=before)) if before and is_own else record.history
    return replace(record, item=merged, last_seen=now, history=history)


def merged_keys(old: tuple[IdentityKey, ...], new: tuple[IdentityKey, ...]) -> tuple[IdentityKey, ...]:
    """The keys of both, the old ones first, with no more than the newest versions, and the newest fingerprints of its text."""
    renewed = tuple(kind for kind in ("n:", "k:", "d:") if any(key.startswith(kind) for key in new))
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
