"""Where a source is to be asked, from what its server says of the address in sources.yaml. Pure.

A redirect for good (301, 308) is believed when three good answers in a row came from the same place: one that is meant for an
hour is seldom there for three runs, and one that leads to a log-in page gives no good answer. The new address is used as long
as it works; when it fails, the address in sources.yaml is asked again. 410 is believed at once, for nobody says it by mistake.
Everything is about the address as it stands in sources.yaml: with another one there, all of it is forgotten.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.model.history import Whereabouts
from pipeline.web.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pipeline.model.history import History, Pause
    from pipeline.model.source import Source

#: Good answers in a row, by way of the same redirect, until it is believed.
ENOUGH = 3


def address_of(source: Source, history: History) -> str:
    """The address to ask: the one in sources.yaml, or where that has moved for good."""
    return history.whereabouts_of(source.url).address or source.url


def is_retired(source: Source, history: History) -> bool:
    """Whether the server says that the address is gone for good."""
    return history.whereabouts_of(source.url).gone_since is not None


def paused_until(source: Source, history: History, pauses: Iterable[Pause]) -> datetime | None:
    """Until when the host of a source asked to be left alone; None: it did not."""
    host = host_of(address_of(source, history))
    return max((pause.until for pause in pauses if pause.host == host), default=None)


def learned(
    source: Source, history: History, *, asked: str, moved_to: str | None, failed: bool, gone: bool, now: datetime
) -> Whereabouts | None:
    """What is known after one more visit, which began at `asked`; None: nothing."""
    known = history.whereabouts_of(source.url)
    fresh = Whereabouts(written=known.written)
    if gone:
        known = fresh if known.address else replace(fresh, gone_since=known.gone_since or now)
    elif failed:
        known = fresh if known.address == asked else known
    elif moved_to == source.url:
        known = fresh
    elif moved_to is None:
        known = replace(known, leads_to=None, times=0, gone_since=None)
    else:
        times = known.times + 1 if known.leads_to == moved_to else 1
        known = replace(known, leads_to=moved_to, times=times, gone_since=None)
        if times >= ENOUGH:
            known = replace(fresh, address=moved_to)
    return None if known == fresh else known
