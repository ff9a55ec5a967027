"""What HTTP fields mean (RFC 9110): pure readers of their values."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

#: Statuses that name another address in Location (RFC 9110, section 15.4).
REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: Those of them that are for good.
PERMANENT = frozenset({301, 308})
#: Statuses whose Retry-After is a wish to be left alone (section 10.2.3; RFC 6585, section 4).
PATIENCE = frozenset({413, 429, 503})


def http_date(value: str) -> datetime | None:
    """The moment of an HTTP-date (section 5.6.7), in UTC; None where it is none."""
    try:
        moment = parsedate_to_datetime(value.strip())
    except (ValueError, TypeError, IndexError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def retry_after(value: str | None, now: datetime) -> float | None:
    """The wait in seconds that a Retry-After field asks for (section 10.2.3), never negative; None where it asks for none.

    >>> retry_after("120", datetime(2026, 3, 2, tzinfo=UTC))
    120.0
    """
    if value is None:
        return None
    text = value.split(",")[0].strip() if value.strip()[:1].isdigit() else value.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:12]), 10**9))
    moment = http_date(text)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def media_type(value: str | None) -> str:
    """The media type of a Content-Type field, in lower case, without parameters; "" where there is none."""
    return (value or "").partition(";")[0].strip().lower()
