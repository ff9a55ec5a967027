"""What is remembered of a source from run to run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from pipeline.web.urls import fingerprint

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.model.capture import Validators
    from pipeline.model.entry import Older
    from pipeline.model.item import ItemId
    from pipeline.model.report import Failure

Outcome = Literal["ok", "unchanged", "failed", "not_due"]

#: So many attempts are remembered.
REMEMBERED_ATTEMPTS = 100
#: So many entries of a walk are remembered, to tell a page that only repeats what came before.
REMEMBERED_ENTRIES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One time that the source was asked."""

    #: UTC, our clock.
    at: datetime
    outcome: Outcome
    failure: Failure | None
    entries: int
    new: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a source's good answers are like, to hold the next one against."""

    #: How many; a running mean.
    entries: float
    #: Shares between 0 and 1 of the entries that have a date, a summary, a title of their own.
    dated: float
    summarised: float
    titled: float
    #: Have a link.
    linked: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """How far the older pages of a source have been walked, when the walk did not come to its end."""

    #: A digest of the source's description: the pages of another one are others.
    reading: str
    #: Pages that were found and not read yet, the next one first.
    waiting: tuple[Older, ...]
    #: Of the next one; the source's own address is page 1.
    number: int
    #: A digest of the entries at the source's own address when it was last read.
    front: str
    #: Digests of the addresses that were read.
    pages: tuple[str, ...]
    #: Digests of the entries that came by, the last `REMEMBERED_ENTRIES`.
    entries: tuple[str, ...]
    #: Runs in which the next page could not be read whole.
    tries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A host's wish to be left alone (Retry-After: RFC 9110, section 10.2.3)."""

    #: As `pipeline.web.urls.host_of` spells it.
    host: str
    #: UTC.
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """What a source's server said of the address in sources.yaml; it holds as long as that address stands there."""

    #: Fingerprint of the address in sources.yaml that all this is about.
    written: str
    #: Asked in its place, for it has moved for good; None: it has not.
    address: str | None = None
    #: Where the last good answers came from by redirects for good, and how many in a row.
    leads_to: str | None = None
    times: int = 0
    #: UTC; since when the server says that it is gone for good (410).
    gone_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """How collecting a source went until now."""

    validators: Validators | None = None
    #: Oldest first; the last `REMEMBERED_ATTEMPTS`.
    attempts: tuple[Attempt, ...] = ()
    #: What its good answers were like; None: it never gave one.
    profile: Profile | None = None
    #: What its last answer lacked, a sentence each; empty where it was as ever.
    complaints: tuple[str, ...] = ()
    #: UTC; since when it has been lacking something.
    complained_since: datetime | None = None
    #: The items that its last whole answer held.
    held: tuple[ItemId, ...] = ()
    #: UTC; None: at once.
    next_due: datetime | None = None
    #: The pause between two visits that its last answer asked for; none where it asked for none.
    pause: timedelta = timedelta(0)
    #: UTC; when it last answered as it should.
    last_success: datetime | None = None
    #: UTC; since when it has been failing without a break.
    failing_since: datetime | None = None
    #: Failed attempts since the last success.
    failures: int = 0
    #: Where its older pages are to be walked on; None: nowhere.
    walk: Walk | None = None
    #: Of an address that may not be the one in sources.yaml any more: see `whereabouts_of`.
    whereabouts: Whereabouts | None = None
    #: What hosts asked for in its last visit.
    pauses: tuple[Pause, ...] = ()

    def whereabouts_of(self, written: str) -> Whereabouts:
        """What is known of the address that stands in sources.yaml now."""
        mark = fingerprint(written)
        if self.whereabouts is not None and self.whereabouts.written == mark:
            return self.whereabouts
        return Whereabouts(written=mark)
