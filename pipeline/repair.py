"""`doctor`: what broke in a source, since when, and what to write instead.

The page as it is now is read by the same inference that describes a new source, and what it finds is held against the items
that the archive knows: a proposal is worth as much as the known items that it finds again.
"""

from __future__ import annotations

import itertools
import statistics
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.diagnosis import finding
from pipeline.errors import FetchError
from pipeline.extract.guess import guess
from pipeline.extract.infer import infer, written
from pipeline.extract.listing import BySelectors, items_of
from pipeline.extract.pages import page_of
from pipeline.health import health
from pipeline.model.capture import Capture, Headers, Request
from pipeline.model.query import Query
from pipeline.model.source import AutoListing, Listing
from pipeline.relocation import Proposal, entries_of, matching, relocated
from pipeline.web.encoding import decode
from pipeline.web.html import inline_text, parse_html

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.archive import Archive
    from pipeline.archive.captures import LastCaptures
    from pipeline.collect.fetcher import Fetcher
    from pipeline.diagnosis import Finding
    from pipeline.model.edition import SourceHealth
    from pipeline.model.item import Record
    from pipeline.model.source import Source
    from pipeline.web.html import Tag

#: Known items that a proposal is held against.
NEWEST = 10
#: Items that a source's rhythm is taken from, and the fewest distances between them that make one.
RHYTHM, FEWEST_GAPS = 40, 6
#: A silence is long that is so many times the longest, and the usual, distance between two items, and so many days.
TIMES_THE_LONGEST, TIMES_THE_USUAL, LEAST_SILENCE = 2, 5, 21
#: Characters of a page that are shown.
SHOWN = 160
_FIELDS = ("item", "title", "link", "date", "summary")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a source finds in one answer."""

    items: int
    #: The first item's text, or the beginning of the page's where there is none.
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What ails one source."""

    health: SourceHealth
    #: What was there at the last good answer, and what is there now; None: unknown.
    before: Sight | None = None
    now: Sight | None = None
    #: What the answer is, where it is something else than it should be.
    finding: Finding | None = None
    #: Why the page can't be had now.
    unreachable: str | None = None
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """A source that is well, but has brought nothing for much longer than it ever used to."""

    source: Source
    newest: datetime
    #: Days between two items: usually, and at most.
    usual: float
    longest: float


async def diagnose(
    archive: Archive, captures: LastCaptures, fetcher: Fetcher, sources: Sequence[Source]
) -> list[Diagnosis]:
    """What ails each of the sources; those that are well are left out. Asks their pages, and stores nothing."""
    states = health(sources, archive.histories(), {})
    ailing = [each for each in states if each.condition in {"failing", "ailing", "retired"} or each.notices]
    return [await _diagnosis(each, archive, captures, fetcher) for each in ailing]


def quiet(archive: Archive, sources: Iterable[Source], now: datetime) -> list[Quiet]:
    """The sources that have gone quiet: far longer than they ever did between the last `RHYTHM` items."""
    return [found for source in sources if (found := _quiet(archive, source, now))]


def _quiet(archive: Archive, source: Source, now: datetime) -> Quiet | None:
    records = itertools.islice(archive.records(Query(sources=(source.id,))), RHYTHM)
    times = sorted(
        (record.item.published.at if record.item.published else record.first_seen for record in records), reverse=True
    )
    gaps = [(later - earlier).total_seconds() / 86_400 for later, earlier in itertools.pairwise(times)]
    if len(gaps) < FEWEST_GAPS:
        return None
    silence = (now - times[0]).total_seconds() / 86_400
    usual, longest = statistics.median(gaps), max(gaps)
    if silence <= max(TIMES_THE_LONGEST * longest, TIMES_THE_USUAL * usual, LEAST_SILENCE):
        return None
    return Quiet(source=source, newest=times[0], usual=usual, longest=longest)


async def _diagnosis(state: SourceHealth, archive: Archive, captures: LastCaptures, fetcher: Fetcher) -> Diagnosis:
    source = state.source
    if state.condition == "ok":
        return Diagnosis(health=state)
    known = _newest(archive, source)
    old = captures.last(source.id)
    before = None if old is None else _sight(source, _recalled(source, old))
    if state.condition == "retired":
        return Diagnosis(health=state, before=before, proposal=await relocated(source, None, known, fetcher))
    try:
        capture = await fetcher.fetch(Request(url=source.url))
    except FetchError as error:
        elsewhere = await relocated(source, None, known, fetcher)
        return Diagnosis(health=state, before=before, unreachable=error.message, proposal=elsewhere)
    now = _sight(source, capture)
    what = finding(capture, source.kind, source.url)
    # A page that is read as it always was is what it should be, whatever it says.
    what = None if what and before and now.items >= before.items > 0 else what
    proposal = None
    if isinstance(source.kind, Listing):
        proposal = _proposal(source, source.kind, capture, _soup(capture), known)
    if proposal is None and not now.items:
        proposal = await relocated(source, capture, known, fetcher)
    return Diagnosis(health=state, before=before, now=now, finding=what, proposal=proposal)


def _proposal(source: Source, kind: Listing, capture: Capture, soup: Tag, known: Sequence[Record]) -> Proposal | None:
    """Selectors for the page as it is now; None where nothing better than those in sources.yaml is to be had."""
    present = _found(source, kind, capture, known)
    inferred = infer(soup, capture.url)
    if inferred is None:
        items = guess(soup, capture.url)
        found = matching((item.link for item in items), (item.title for item in items), known)
        if found <= present:
            return None
        return Proposal(changes={"item": (kind.item, "auto")}, found=found, known=len(known))
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
    return Proposal(changes=changes, found=found, known=len(known)) if changes and (found or not known) else None


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
    return matching((entry.link for entry in entries), (entry.title.value for entry in entries if entry.title), known)


def _newest(archive: Archive, source: Source) -> list[Record]:
    newest = []
    for record in archive.records(Query(sources=(source.id,))):
        newest.append(record)
        if len(newest) == NEWEST:
            break
    return newest


def _sight(source: Source, capture: Capture) -> Sight:
    kind = source.kind
    if not isinstance(kind, Listing | AutoListing):
        entries = entries_of(source, capture)
        first = next((entry.title.value for entry in entries if entry.title), None)
        first = first or next((entry.link for entry in entries if entry.link), None)
        return Sight(items=len(entries), text=_shortened(first or inline_text(_soup(capture))))
    soup = _soup(capture)
    tags = items_of(soup, kind.item) if isinstance(kind, Listing) else [item.tag for item in guess(soup, source.url)]
    return Sight(items=len(tags), text=_shortened(inline_text(tags[0] if tags else soup.find("main") or soup)))


def _shortened(text: str) -> str:
    return text[:SHOWN] + ("…" if len(text) > SHOWN else "")


def _recalled(source: Source, body: bytes) -> Capture:
    """The last good answer, of which only the body was kept."""
    return Capture(
        request=Request(url=source.url),
        url=source.url,
        status=200,
        headers=Headers(),
        body=body,
        fetched_at=datetime.now(UTC),
        elapsed=timedelta(0),
    )


def _soup(capture: Capture) -> Tag:
    return parse_html(decode(capture.body, content_type=capture.headers.get("Content-Type"), kind="html").text)
