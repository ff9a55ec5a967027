"""Elements of a feed on their way to entries: what every format of feed says in the same words, and the key that each element gets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import blake2b
from html.entities import html5
from typing import TYPE_CHECKING

from pipeline.extract.versions import version_of
from pipeline.model.entry import MOST_DROPPED, Dropped, Entry, EntryKey, Extraction, Origin, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.model.capture import Capture
    from pipeline.model.source import Source

#: Of one feed; whoever offers more offers an archive, and the newest come first.
MOST_ENTRIES = 2_000

#: Elements that authors write in titles; any other word in angle brackets is part of the text ("Vector<int>").
_INLINE_MARKUP = re.compile(
    r"</?(?:a|abbr|acronym|b|bdi|big|br|cite|code|del|div|em|font|h[1-6]|i|img|ins|kbd|mark|nobr|p|q|s|samp|small|span|strike"
    r"|strong|sub|sup|time|tt|u|var|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|(\w{1,31}));")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One element of a feed, as its format says it."""

    #: atom:id, guid, rdf:about, JSON Feed's id, as written.
    id: str | None
    title: Text | None
    summary: Text | None
    content: Text | None
    #: Absolute.
    link: str | None
    published: str | None
    updated: str | None
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    language: str | None
    #: Absolute.
    base: str
    #: The elements that fields came from, where they are others than the format's own: {"link": "guid"}.
    fields: Mapping[str, str] = field(default_factory=dict)


def extraction(
    drafts: Sequence[Draft], *, capture: Capture, source: Source, by: str, warnings: Sequence[str] = ()
) -> Extraction:
    """The entries of a feed in its order; what says nothing, and what is beyond `MOST_ENTRIES`, is left out with a warning."""
    noticed = list(warnings)
    telling = [(position, draft) for position, draft in enumerate(drafts) if _tells_something(draft)]
    dropped = [
        Dropped(what=draft.published or draft.id or f"element {position + 1}", why="has no title, no text and no link")
        for position, draft in enumerate(drafts)
        if not _tells_something(draft)
    ]
    if len(telling) < len(drafts):
        noticed.append(
            f"{_entries(len(drafts) - len(telling))} without title, text and link left out; the site should mend its feed."
        )
    if len(telling) > MOST_ENTRIES:
        noticed.append(f"The feed holds {len(telling)} entries; the first {MOST_ENTRIES} were taken.")
        dropped += [_beyond(draft) for _, draft in telling[MOST_ENTRIES : MOST_ENTRIES + MOST_DROPPED]]
        telling = telling[:MOST_ENTRIES]
    if not drafts:
        noticed.append("The feed holds no entries.")
    keys = keys_of([draft for _, draft in telling])
    entries = tuple(
        _entry(draft, key, position, capture=capture, source=source, by=by)
        for (position, draft), key in zip(telling, keys, strict=True)
    )
    return Extraction(entries=entries, warnings=tuple(noticed), dropped=tuple(dropped[:MOST_DROPPED]))


def keys_of(drafts: Sequence[Draft]) -> list[EntryKey]:
    """A key for each element: its id, else its link, else a digest of its title and date.

    An id that one feed gives to elements with different links names none of them, and neither does a link that elements without an id
    share under different titles: generators that write the site's own address into every guid or link. Elements that agree are the same
    entry twice and get the same key (RFC 4287, section 4.1.1).
    """
    links: dict[str, set[str]] = {}
    titles: dict[str, set[str]] = {}
    for draft in drafts:
        if draft.id and draft.link:
            links.setdefault(draft.id, set()).add(draft.link)
    worn_ids = {id_ for id_, own in links.items() if len(own) > 1}
    for draft in drafts:
        if draft.link and (not draft.id or draft.id in worn_ids):
            titles.setdefault(draft.link, set()).add(draft.title.value if draft.title else "")
    worn_links = {link for link, own in titles.items() if len(own) > 1}
    return [_key(draft, worn_ids, worn_links) for draft in drafts]


def looks_like_html(value: str) -> bool:
    """Whether a text of which its format does not say what it is (RSS titles) holds markup or references of HTML.

    >>> looks_like_html("R&amp;D <em>nu</em>"), looks_like_html("List<int> & 5 < 6")
    (True, False)
    """
    if _INLINE_MARKUP.search(value):
        return True
    return any(not name or f"{name};" in html5 for name in _REFERENCE.findall(value))


def _key(draft: Draft, worn_ids: set[str], worn_links: set[str]) -> EntryKey:
    if draft.id and draft.id not in worn_ids:
        return EntryKey(draft.id)
    if draft.link and draft.link not in worn_links:
        return EntryKey(draft.link)
    text = draft.title or draft.summary or draft.content
    parts = (text.value if text else "", draft.published or draft.updated or "", draft.link or "")
    return EntryKey(blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=16).hexdigest())


def _tells_something(draft: Draft) -> bool:
    return any((draft.title, draft.summary, draft.content, draft.link))


def _entry(draft: Draft, key: EntryKey, position: int, *, capture: Capture, source: Source, by: str) -> Entry:
    return Entry(
        source=source.id,
        key=key,
        version=version_of(
            key=key,
            title=draft.title,
            summary=draft.summary,
            content=draft.content,
            link=draft.link,
            published=draft.published,
            updated=draft.updated,
        ),
        title=draft.title,
        summary=draft.summary,
        content=draft.content,
        link=draft.link,
        published=draft.published,
        updated=draft.updated,
        authors=draft.authors,
        tags=draft.tags,
        language=draft.language,
        base=draft.base,
        origin=Origin(
            capture_url=capture.url, fetched_at=capture.fetched_at, position=position, by=by, fields=draft.fields
        ),
    )


def _beyond(draft: Draft) -> Dropped:
    what = draft.title.value if draft.title else draft.link or draft.id or "an entry"
    return Dropped(what=what, why=f"stands after the first {MOST_ENTRIES}")


def _entries(count: int) -> str:
    return "One entry" if count == 1 else f"{count} entries"
