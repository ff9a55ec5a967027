"""3 · entries → items. Total: every entry becomes an item, with warnings at worst. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import Item
from pipeline.normalise.address import canonical_url
from pipeline.normalise.dates import parse_date
from pipeline.normalise.draft import drafts_of
from pipeline.normalise.identity import distinct_keys, event_keys, heading_keys, identity_keys, item_id
from pipeline.normalise.language import detect_language, language
from pipeline.normalise.moments import Doubt, order_of, published_of, updated_of
from pipeline.normalise.people import people
from pipeline.normalise.text import clean_text, one_line

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from datetime import datetime

    from pipeline.model.entry import Entry, EntryVersion
    from pipeline.model.item import IdentityKey
    from pipeline.model.source import Source
    from pipeline.normalise.date_parts import Order
    from pipeline.normalise.draft import Draft

__all__ = ["canonical_url", "clean_text", "detect_language", "normalise", "normalise_news", "parse_date"]

_LONGEST_TAG, _MOST_TAGS = 100, 50
#: Of a date in a warning.
_SHOWN = 60


def normalise(entries: Sequence[Entry], source: Source, now: datetime) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """An item for each entry that the source wants (`include`, `exclude`), in their order, and what was noticed, a sentence each.

    Takes all entries of one visit together, because some facts are facts of all: the ends that titles and texts have in common,
    the address that different entries share and that is therefore no identity, the order of day and month. Never raises.
    """
    items, warnings = normalise_news(entries, source, now, frozenset())
    return tuple(item for item in items if isinstance(item, Item)), warnings


def normalise_news(
    entries: Sequence[Entry], source: Source, now: datetime, known: Container[EntryVersion]
) -> tuple[tuple[Item | EntryVersion, ...], tuple[str, ...]]:
    """The same, but of an entry in a version that is `known` no more than this version: most of what a source holds it held before.

    Such entries still tell what is common to all of the visit. Where the source wants only some of its entries, each is looked at.
    """
    passed = [_is_passed(entry, source, known) for entry in entries]
    drafts = drafts_of(entries, source)
    keys = distinct_keys(
        [
            (draft.title, identity_keys(draft.entry, draft.url, draft.openings, () if is_known else draft.texts))
            for draft, is_known in zip(drafts, passed, strict=True)
        ],
        source.url,
    )
    order = order_of(entries, now)
    items: list[Item | EntryVersion] = []
    doubts: list[tuple[str, Doubt]] = []
    for draft, own, is_known in zip(drafts, keys, passed, strict=True):
        if is_known:
            assert draft.entry.version is not None
            items.append(draft.entry.version)
        elif _is_wanted(draft, source):
            item, doubt = _item(draft, own, source, now, order)
            items.append(item)
            if doubt is not None:
                doubts.append((item.title, doubt))
    return tuple(items), tuple(_warnings(doubts, len(items)))


def _is_passed(entry: Entry, source: Source, known: Container[EntryVersion]) -> bool:
    return entry.version is not None and source.include is None and source.exclude is None and entry.version in known


def _item(
    draft: Draft, keys: tuple[IdentityKey, ...], source: Source, now: datetime, order: Order | None
) -> tuple[Item, Doubt | None]:
    entry = draft.entry
    tongue = language(entry, source, draft.all_text)
    published, doubt = published_of(entry, source, tongue, now, order)
    item = Item(
        id=item_id(source.id, keys),
        source=source.id,
        keys=(
            *keys,
            *heading_keys(source.id, draft.title, published),
            *event_keys(draft.title, draft.short, draft.text, published),
        ),
        url=draft.url,
        title=draft.title,
        summary=draft.short,
        text=draft.text,
        language=tongue,
        published=published,
        updated=updated_of(entry, source, tongue, now, order),
        authors=people(entry.authors),
        tags=_tags((*entry.tags, *source.tags)),
        origin=entry.origin,
    )
    return item, doubt


def _is_wanted(draft: Draft, source: Source) -> bool:
    if source.include is not None and source.include.search(draft.all_text) is None:
        return False
    return source.exclude is None or source.exclude.search(draft.all_text) is None


def _tags(tags: Iterable[str]) -> tuple[str, ...]:
    """The tags as plain text, each once whatever its case."""
    kept: dict[str, str] = {}
    for tag in tags:
        plain = one_line(tag).strip(" ,;#")
        if plain and len(plain) <= _LONGEST_TAG:
            kept.setdefault(plain.casefold(), plain)
    return tuple(kept.values())[:_MOST_TAGS]


def _warnings(doubts: Sequence[tuple[str, Doubt]], items: int) -> Iterator[str]:
    """A sentence for each thing that is wrong with dates, however many there are."""
    for why in dict.fromkeys(doubt.why for _, doubt in doubts):
        title, first = next((title, doubt) for title, doubt in doubts if doubt.why == why)
        count = sum(doubt.why == why for _, doubt in doubts)
        written = " ".join(first.written.split())
        shown = written if len(written) <= _SHOWN else f"{written[:_SHOWN]}…"
        if count == 1:
            yield f"The date “{shown}” of “{title}” {why}; the item has none."
        else:
            yield f"{count} of {items} dates were left out because each {why}, the first “{shown}” of “{title}”."
