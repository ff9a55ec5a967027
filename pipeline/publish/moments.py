"""Times as the publication writes them: which day a story belongs to, and the spellings that machines read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from pipeline.model.edition import StoryView
    from pipeline.model.item import Moment


def local(moment: Moment, zone: ZoneInfo) -> datetime:
    """The moment as the archive's readers see it: a time in their zone; a day or month as the source said it, never shifted."""
    return moment.at if moment.precision in {"day", "month"} else moment.at.astimezone(zone)


def day_of(story: StoryView, zone: ZoneInfo) -> date:
    """The day that a story stands under."""
    if story.published is not None and story.published.at == story.sorted_by:
        return local(story.published, zone).date()
    return story.sorted_by.astimezone(zone).date()


def whole_month(story: StoryView) -> bool:
    """Whether no more than the month of the story is known."""
    return (
        story.published is not None and story.published.precision == "month" and story.published.at == story.sorted_by
    )


def rfc3339(at: datetime) -> str:
    """As Atom, JSON Feed and the exports write it (RFC 3339), to the second; UTC is "Z".

    >>> rfc3339(datetime(2026, 3, 2, 12, tzinfo=UTC))
    '2026-03-02T12:00:00Z'
    """
    text = _whole_minutes(at).isoformat(timespec="seconds")
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


def rfc822(at: datetime) -> str:
    """As RSS writes it (RFC 822 with a year of four digits).

    >>> rfc822(datetime(2026, 3, 2, 12, tzinfo=UTC))
    'Mon, 02 Mar 2026 12:00:00 +0000'
    """
    return format_datetime(_whole_minutes(at))


def said(moment: Moment) -> str:
    """What was said of the moment and no more, as HTML's `datetime` attribute takes it: "2024-05-17", "2024-05"."""
    match moment.precision:
        case "month":
            return f"{moment.at.year:04}-{moment.at.month:02}"
        case "day":
            return moment.at.date().isoformat()
        case "minute" | "second":
            return rfc3339(moment.at)


def _whole_minutes(at: datetime) -> datetime:
    """The same instant with an offset that RFC 3339 can write: local mean times of before 1900 have seconds in theirs."""
    offset = at.utcoffset()
    return at.astimezone(UTC) if offset is not None and offset.seconds % 60 else at
