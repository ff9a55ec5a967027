"""`run --pages`: the older pages of sources, a page at a time, so that a stop at any moment has kept the pages before.

Each page is a visit of its own. What it brought goes into the archive together with where the walk stands, in one commit; going on
after a stop is therefore the same as going on to the next page. The source's own address is read first in every run, in the ordinary
way: only from it come what the source holds now, its validators and its profile.

A walk ends where no page leads on, where a page holds nothing that did not come by already, and after as many pages as were asked
for; then it is forgotten, and so it is when the source is described in another way. A page that can't be had now is where the next run
goes on. Between two runs the pages shift, for new entries come at the front: where the front has changed, a page that repeats what
came before is no end; and where nothing of it is known to the archive any more, something may lie between, so the walk begins anew.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING
from urllib.parse import urldefrag

from pipeline.errors import BlockedAddress, ExtractError, HttpStatusError, InternalError, RedirectError, RobotsDenied
from pipeline.extract import extract_older
from pipeline.model.change import Changes
from pipeline.model.collection import Visit
from pipeline.model.history import REMEMBERED_ENTRIES, Walk
from pipeline.model.source import AutoListing, JsonApi, Listing, Sitemap

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pipeline.archive import Archive
    from pipeline.errors import SourceError
    from pipeline.model.capture import Capture
    from pipeline.model.collection import Collection
    from pipeline.model.config import Config
    from pipeline.model.entry import Conversation, Entry, Extraction
    from pipeline.model.report import SourceReport
    from pipeline.model.source import Source, SourceId

log = logging.getLogger("samflode.run")

#: Statuses of a page that is not there, and will not be (RFC 9110, section 15.5); WordPress answers 400 beyond its last page.
_GONE = frozenset({400, 404, 410})
#: After so many runs in which the site did not give all articles of a page, the walk goes on without them.
MOST_TRIES = 3
#: Pages, over all sources, after which the journal is brought into the archive's files.
CHECKPOINT = 25
#: Warnings of one walk that are written out.
MOST_WARNINGS = 10


@dataclass(slots=True, kw_only=True)
class _Walking:
    """A source whose older pages this run walks."""

    walk: Walk
    front: Capture
    #: Whether the next page is to be read in this run.
    goes_on: bool = True
    warnings: int = 0


class _Read:
    """The addresses that a walk has read."""

    def __init__(self, digests: Iterable[str]) -> None:
        self._digests = frozenset(digests)

    def __contains__(self, url: object) -> bool:
        return isinstance(url, str) and _digest(url) in self._digests


class Backfill:
    """The walks of one run: up to `pages` pages of each source, the source's own among them; None: no walks."""

    def __init__(self, config: Config, archive: Archive, pages: int | None) -> None:
        self._config = config
        self._archive = archive
        self._pages = pages or 1
        self._walking: dict[SourceId, _Walking] = {}
        self._kept = 0

    def begin(self, collection: Collection, *, reading: str, all_new: bool) -> None:
        """Takes up the walk of a source whose own address was read and kept: where it stood, or from the front.

        `all_new` says that the archive knew nothing of what was read.
        """
        source, extraction = collection.source, collection.extraction
        if self._pages == 1 or extraction is None or collection.error is not None or collection.capture is None:
            return
        remembered = self._archive.history(source.id).walk
        begun = _begun(source, extraction, collection.capture, reading)
        if remembered is not None and remembered.reading == reading and not all_new:
            walk = _resumed(remembered, begun)
            log.info("%s: goes on with page %d", source.id, walk.number)
        else:
            walk = begun
            if remembered is not None:
                self._keep(source, Changes(), None)
        if walk.waiting and walk.number <= self._pages:
            self._walking[source.id] = _Walking(walk=walk, front=collection.capture)

    def walks(self, source: SourceId) -> bool:
        """Whether there is a page of the source that is still to be read in this run."""
        return source in self._walking and self._walking[source].goes_on

    def further(self, collection: Collection) -> Visit | None:
        """The visit to the next older page of a source; None where its walk is at its end."""
        source = collection.source
        if not self.walks(source.id):
            return None
        state = self._walking[source.id]
        address, visited = state.walk.waiting[0].url, _Read(state.walk.pages)

        def talk() -> Conversation:
            seen = self._archive.seen(source.id)
            return extract_older(source, seen, address, front=state.front, visited=visited)

        return Visit(source=source, talk=talk, validators=None, reading=state.walk.reading)

    def keep(self, collection: Collection, report: SourceReport, now: datetime) -> SourceReport:
        """Puts an older page into the archive, with where the walk stands now; `report` with what it brought."""
        source = collection.source
        state = self._walking[source.id]
        number, changes, entries, noticed = state.walk.number, Changes(), 0, collection.warnings
        if collection.error is None and collection.extraction is not None:
            try:
                state.walk, fresh = _stepped(state.walk, source, collection)
                entries = len(fresh.entries)
                changes, found = self._understand(fresh, source, now)
                noticed = (*noticed, *fresh.warnings, *found)
                if fresh.refused and state.walk.tries:
                    state.goes_on = False
                    noticed = (*noticed, self._goes_on_there(source, state.walk))
            except InternalError as mistake:
                noticed = (*noticed, *self._failed(state, source, mistake))
        elif collection.error is not None:
            noticed = (*noticed, *self._failed(state, source, collection.error))
        walk = state.walk if state.walk.waiting and state.walk.number <= self._pages else None
        state.goes_on = state.goes_on and walk is not None
        self._keep(source, changes, walk)
        log.info("%s: page %d: %d entries, %d new", source.id, number, entries, len(changes.added))
        room = max(0, MOST_WARNINGS - state.warnings)
        state.warnings += len(noticed)
        return replace(
            report,
            requests=report.requests + collection.requests,
            bytes=report.bytes + collection.bytes,
            entries=report.entries + entries,
            new=report.new + len(changes.added),
            updated=report.updated + len(changes.revised),
            seconds=round(report.seconds + collection.seconds, 3),
            warnings=(*report.warnings, *(each for each in noticed[:room] if each not in report.warnings)),
        )

    def _understand(self, fresh: Extraction, source: Source, now: datetime) -> tuple[Changes, tuple[str, ...]]:
        """What the entries of a page change in the archive, and what was noticed. Raises InternalError for a mistake of ours."""
        try:
            from pipeline.merging import merged
            from pipeline.normalise import normalise

            items, warnings = normalise(fresh.entries, source, now)
            changes, _ = merged(items, self._archive, self._config, now=now, older=True)
        except Exception as mistake:
            log.exception("an older page of %s could not be understood", source.id)
            raise InternalError(f"{type(mistake).__name__}: {mistake}") from mistake
        return changes, tuple(warnings)

    def _keep(self, source: Source, changes: Changes, walk: Walk | None) -> None:
        self._archive.commit(changes, {source.id: replace(self._archive.history(source.id), walk=walk)})
        self._kept += 1
        if self._kept % CHECKPOINT == 0:
            self._archive.checkpoint()

    def _failed(self, state: _Walking, source: Source, error: SourceError) -> tuple[str, ...]:
        """What to say of a page that could not be read: one that is not there is passed by, at another the next run goes on."""
        page, number = state.walk.waiting[0], state.walk.number
        if isinstance(error, InternalError):
            log.error("page %d of %s could not be read", number, source.id, exc_info=error.__cause__ or error)
        if not _is_lasting(error):
            state.goes_on = False
            return (
                f"Page {number} ({page.url}) could not be read: {error.message}",
                self._goes_on_there(source, state.walk),
            )
        state.walk = _passed(state.walk)
        return () if page.guessed else (f"Page {number} ({page.url}) could not be read: {error.message}",)

    def _goes_on_there(self, source: Source, walk: Walk) -> str:
        return (
            f"The pages before page {walk.number} are kept;"
            f" `samflode run --source {source.id} --pages {self._pages}` goes on there."
        )


def _begun(source: Source, extraction: Extraction, front: Capture, reading: str) -> Walk:
    """A walk that begins where the source's own pages end."""
    entries = tuple(dict.fromkeys(_identity(source, entry) for entry in extraction.entries))
    addresses = [source.url, front.url, *(entry.origin.capture_url for entry in extraction.entries)]
    return Walk(
        reading=reading,
        waiting=extraction.older,
        number=_own_pages(source) + 1,
        front=_digest(*entries),
        pages=tuple(dict.fromkeys(map(_digest, addresses))),
        entries=entries[-REMEMBERED_ENTRIES:],
    )


def _resumed(walk: Walk, begun: Walk) -> Walk:
    """A walk that goes on where it stood; `begun` is as it would begin now. Where the front has changed, pages may have shifted."""
    known = walk.entries if walk.front == begun.front else ()
    return replace(
        walk, front=begun.front, entries=tuple(dict.fromkeys((*begun.entries, *known)))[-REMEMBERED_ENTRIES:]
    )


def _stepped(walk: Walk, source: Source, collection: Collection) -> tuple[Walk, Extraction]:
    """The walk after a page, and what the page holds that did not come by before."""
    assert collection.extraction is not None
    page, extraction = walk.waiting[0], collection.extraction
    known = frozenset(walk.entries)
    identities = [_identity(source, entry) for entry in extraction.entries]
    fresh = [entry for entry, own in zip(extraction.entries, identities, strict=True) if own not in known]
    kept = replace(extraction, entries=tuple(fresh), warnings=extraction.warnings if extraction.entries else ())
    if extraction.refused and walk.tries + 1 < MOST_TRIES:
        return replace(walk, tries=walk.tries + 1), kept
    goes_on = bool(fresh) or page.archive or isinstance(source.kind, Sitemap)
    address = page.url if collection.capture is None else collection.capture.url
    passed = _passed(walk)
    passed = replace(
        passed,
        pages=tuple(dict.fromkeys((*passed.pages, _digest(urldefrag(address).url)))),
        entries=tuple(dict.fromkeys((*walk.entries, *identities)))[-REMEMBERED_ENTRIES:],
    )
    read = _Read(passed.pages)
    queued = {each.url for each in passed.waiting}
    older = (
        tuple(each for each in extraction.older if each.url not in read and each.url not in queued) if goes_on else ()
    )
    return replace(passed, waiting=(*older, *passed.waiting)), kept


def _passed(walk: Walk) -> Walk:
    """The walk without the page that was next."""
    pages = tuple(dict.fromkeys((*walk.pages, _digest(walk.waiting[0].url))))
    return replace(walk, waiting=walk.waiting[1:], number=walk.number + 1, pages=pages, tries=0)


def _is_lasting(error: SourceError) -> bool:
    """Whether a page will fail at the next run as well: it is not there, is not for us, or is nothing that can be read."""
    if isinstance(error, HttpStatusError):
        return error.status in _GONE
    return isinstance(error, ExtractError | RobotsDenied | BlockedAddress | RedirectError | InternalError)


def _own_pages(source: Source) -> int:
    match source.kind:
        case Listing(pages=pages) | AutoListing(pages=pages) | JsonApi(pages=pages):
            return pages
        case _:
            return 1


def _identity(source: Source, entry: Entry) -> str:
    """What tells an entry of a walk from the others."""
    from pipeline.extract.pages import showing

    return _digest(showing(entry) if isinstance(source.kind, Listing | AutoListing) else entry.key)


def _digest(*texts: str) -> str:
    return blake2b("\0".join(texts).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
