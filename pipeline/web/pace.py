"""How long an answer asks to be left alone: by its HTTP fields (RFC 9111) and by what a feed says of itself."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.web.http import http_date

if TYPE_CHECKING:
    from collections.abc import Callable

#: What a feed says of itself stands before its first entry; nobody says more than this.
_HEAD = 65_536
_FIRST_ENTRY = re.compile(rb"<(?:\w+:)?(?:item|entry)\b", re.IGNORECASE)
_VALUE = rb"[^>]*>\s*(?:<!\[CDATA\[)?\s*([^<\]]{1,40}?)\s*(?:\]\]>)?\s*</"
#: RSS 2.0: minutes.
_TTL = re.compile(rb"<ttl\b" + _VALUE, re.IGNORECASE)
#: RSS module Syndication: so many times in a period.
_PERIOD = re.compile(rb"<(?:\w+:)?updatePeriod\b" + _VALUE, re.IGNORECASE)
_FREQUENCY = re.compile(rb"<(?:\w+:)?updateFrequency\b" + _VALUE, re.IGNORECASE)
_PERIODS = {
    b"hourly": timedelta(hours=1),
    b"daily": timedelta(days=1),
    b"weekly": timedelta(weeks=1),
    b"monthly": timedelta(days=30),
    b"yearly": timedelta(days=365),
}
_DIRECTIVE = re.compile(r'\s*([\w-]+)(?:\s*=\s*(?:"([^"]*)"|([^,;\s]*)))?\s*(?:,|\Z)')
#: Nobody means more.
_LONGEST = timedelta(days=365)


def asked_pause(field: Callable[[str], str | None], body: bytes, now: datetime) -> timedelta:
    """The longest pause that an answer asks for; none where it asks for none. `field` gives the value of an HTTP field."""
    return max(freshness(field, now) or timedelta(0), feed_pause(body) or timedelta(0))


def freshness(field: Callable[[str], str | None], now: datetime) -> timedelta | None:
    """How long an answer that came at `now` stays fresh (RFC 9111, section 4.2); None where it does not say.

    A private cache's view: `s-maxage` is for shared ones. What has lain in a cache on the way (Age) has less time left.
    """
    directives = {
        found[1].lower(): found[2] or found[3] or "" for found in _DIRECTIVE.finditer(field("Cache-Control") or "")
    }
    if "no-cache" in directives or "no-store" in directives:
        return timedelta(0)
    lifetime = _seconds(directives["max-age"]) if "max-age" in directives else _until_expiry(field, now)
    if lifetime is None:
        return None
    age = _seconds(field("Age") or "") or timedelta(0)
    return max(lifetime - age, timedelta(0))


def feed_pause(body: bytes) -> timedelta | None:
    """The pause between two looks that a feed asks for (`ttl`, `sy:updatePeriod` with `sy:updateFrequency`); None: it asks for none."""
    head = body[:_HEAD]
    first = _FIRST_ENTRY.search(head)
    head = head[: first.start()] if first else head
    pauses = []
    if (found := _TTL.search(head)) and found[1].isdigit():
        pauses.append(min(timedelta(minutes=int(found[1][:9])), _LONGEST))
    if (found := _PERIOD.search(head)) and (period := _PERIODS.get(found[1].lower())) is not None:
        times = _FREQUENCY.search(head)
        count = int(times[1][:9]) if times and times[1].isdigit() else 1
        pauses.append(period / max(count, 1))
    return max(pauses, default=None)


def _until_expiry(field: Callable[[str], str | None], now: datetime) -> timedelta | None:
    written = field("Expires")
    if written is None:
        return None
    expires = http_date(written)
    if expires is None:
        return timedelta(0)  # an invalid date, especially 0, is in the past (RFC 9111, section 5.3)
    return min(max(expires - (http_date(field("Date") or "") or now.astimezone(UTC)), timedelta(0)), _LONGEST)


def _seconds(text: str) -> timedelta | None:
    """A number of seconds (RFC 9111, section 1.2.2); None where it is none."""
    return min(timedelta(seconds=int(text[:12])), _LONGEST) if text.isascii() and text.isdigit() else None
