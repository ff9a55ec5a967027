"""`doctor`: what broke in a source, since when, and what to write instead.

The page as it is now is read by the same inference that describes a new source, and what it finds is held against the items
that the archive knows: a proposal is worth as much as the known items that it finds again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.errors import FetchError
from pipeline.extract.guess import guess
from pipeline.extract.infer import infer, written
from pipeline.extract.listing import BySelectors, items_of
from pipeline.extract.pages import page_of
from pipeline.health import health
from pipeline.model.capture import Capture, Request
from pipeline.model.query import Query
from pipeline.model.source import AutoListing, Listing
from pipeline.normalise import canonical_url
from pipeline.web.encoding import decode
from pipeline.web.html import inline_text, parse_html

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.archive import Archive
    from pipeline.archive.captures import LastCaptures
    from pipeline.collect.fetcher import Fetcher
    from pipeline.model.edition import SourceHealth
    from pipeline.model.item import Record
    from pipeline.model.source import Source
    from pipeline.web.html import Tag

#: Known items that a proposal is held against.
NEWEST = 10
#: Of those, so many have to be found again before anything is written into sources.yaml.
ENOUGH = 0.5
#: Characters of a page that are shown.
SHOWN = 160
_FIELDS = ("item", "title", "link", "date", "summary")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What the selectors of a source find on one page."""

    items: int
    #: The first item's text, or the beginning of the page's where there is none.
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Other selectors, and what speaks for them."""

    #: By field: what stands in sources.yaml, and what to write instead. `listing`: the whole listing.
    changes: Mapping[str, tuple[str, str]]
    #: Known items that it finds again.
    found: int
    #: Known items that it was held against.
    known: int

    @property
    def is_sure(self) -> bool:
        """Whether it finds enough of what is known to be written without a person."""
        return self.known > 0 and self.found >= ENOUGH * self.known


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What ails one source."""

    health: SourceHealth
    #: For listings: what was there at the last good answer, and what is there now; None: unknown.
    before: Sight | None = None
    now: Sight | None = None
    #: Why the page can't be had now.
    unreachable: str | None = None
    proposal: Proposal | None = None


async def diagnose(
    archive: Archive, captures: LastCaptures, fetcher: Fetcher, sources: Sequence[Source]
) -> list[Diagnosis]:
    """What ails each of the sources; those that are well are left out. Asks a page once, and stores nothing."""
    states = health(sources, archive.histories(), {})
    ailing = [each for each in states if each.condition in {"failing", "ailing", "retired"} or each.notices]
    return [await _diagnosis(each, archive, captures, fetcher) for each in ailing]


async def _diagnosis(state: SourceHealth, archive: Archive, captures: LastCaptures, fetcher: Fetcher) -> Diagnosis:
    source = state.source
    kind = source.kind
    if not isinstance(kind, Listing | AutoListing) or state.condition in {"ok", "retired"}:
        return Diagnosis(health=state)
    old = captures.last(source.id)
    before = None if old is None else _sight(source, _soup(old, None))
    try:
        capture = await fetcher.fetch(Request(url=source.url))
    except FetchError as error:
        return Diagnosis(health=state, before=before, unreachable=error.message)
    soup = _soup(capture.body, capture.headers.get("Content-Type"))
    known = _newest(archive, source)
    return Diagnosis(
        health=state,
        before=before,
        now=_sight(source, soup),
        proposal=_proposal(source, kind, capture, soup, known) if isinstance(kind, Listing) else None,
    )


def _proposal(source: Source, kind: Listing, capture: Capture, soup: Tag, known: Sequence[Record]) -> Proposal | None:
    """Selectors for the page as it is now; None where nothing better than those in sources.yaml is to be had."""
    present = _found(source, kind, capture, known)
    inferred = infer(soup, capture.url)
    if inferred is None:
        items = guess(soup, capture.url)
        found = _matching((item.link for item in items), (item.title for item in items), known)
        if found <= present:
            return None
        return Proposal(changes={"listing": (f"item: {kind.item}", "auto")}, found=found, known=len(known))
    new = replace(inferred.listing, next=kind.next, pages=kind.pages)
    changes = {}
    for field in _FIELDS:
        old_value, new_value = getattr(kind, field), getattr(new, field)
        if old_value is None or new_value is None:
            continue
        old_text = old_value if isinstance(old_value, str) else written(old_value)
        new_text = new_value if isinstance(new_value, str) else written(new_value)
        if old_text != new_text and (field == "item" or not _still_works(source, kind, new, field, capture)):
            changes[field] = (old_text, new_text)
    found = _found(source, _with(kind, new, changes), capture, known)
    return Proposal(changes=changes, found=found, known=len(known)) if changes else None


def _with(kind: Listing, new: Listing, changes: Mapping[str, tuple[str, str]]) -> Listing:
    return replace(kind, **{field: getattr(new, field) for field in changes})


def _still_works(source: Source, kind: Listing, new: Listing, field: str, capture: Capture) -> bool:
    """Whether a selector of the source finds in the new items what the new selector finds."""
    values = []
    for listing in (new, replace(new, **{field: getattr(kind, field)})):
        page = page_of(source, capture)
        entries = BySelectors(listing).read(page)
        name = "published" if field == "date" else field
        # What a selector did not find is guessed from the item; that is no merit of the selector.
        values.append([None if name in entry.origin.fields else getattr(entry, name) for entry in entries])
    return values[0] == values[1] and any(values[0])


def _found(source: Source, kind: Listing, capture: Capture, known: Sequence[Record]) -> int:
    """How many known items the selectors find on the page."""
    entries = BySelectors(kind).read(page_of(source, capture))
    return _matching((entry.link for entry in entries), (entry.title.value for entry in entries if entry.title), known)


def _matching(links: Iterable[str | None], titles: Iterable[str], known: Sequence[Record]) -> int:
    addresses = {canonical_url(link) for link in links if link}
    named = {title.casefold() for title in titles}
    return sum(record.item.url in addresses or record.item.title.casefold() in named for record in known)


def _newest(archive: Archive, source: Source) -> list[Record]:
    newest = []
    for record in archive.records(Query(sources=(source.id,))):
        newest.append(record)
        if len(newest) == NEWEST:
            break
    return newest


def _sight(source: Source, soup: Tag) -> Sight:
    kind = source.kind
    tags = items_of(soup, kind.item) if isinstance(kind, Listing) else [item.tag for item in guess(soup, source.url)]
    text = inline_text(tags[0] if tags else soup.find("main") or soup)
    return Sight(items=len(tags), text=text[:SHOWN] + ("…" if len(text) > SHOWN else ""))


def _soup(body: bytes, content_type: str | None) -> Tag:
    return parse_html(decode(body, content_type=content_type, kind="html").text)
