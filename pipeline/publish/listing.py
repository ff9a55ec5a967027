"""What lists say of a story, in no language of the site's yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pipeline.publish import paths
from pipeline.publish.moments import day_of, local, rfc3339, said
from pipeline.publish.rows import Carrier, Listed

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from pipeline.model.edition import StoryView
    from pipeline.model.item import Record
    from pipeline.model.source import SourceId
    from pipeline.publish.content import Names

#: Of a summary in a list, in characters: two lines on a wide screen.
_SUMMARY = 170
#: Of a title in a list; only broken sources have longer ones.
_TITLE = 240
#: So many sources are named in a list; the story's page names all.
_CARRIERS = 5


def listed(story: StoryView, names: Names, zone: ZoneInfo) -> Listed:
    """What a list says of the story that has its day as the heading."""
    item, named = story.lead.item, carriers(story)
    seen = min(record.first_seen for record in story.records)
    machine, shown, precision = _time_of_day(story, zone)
    return Listed(
        title=shortened(item.title, _TITLE),
        summary=shortened(" ".join((item.summary or item.text[: 2 * _SUMMARY]).split()), _SUMMARY),
        language=item.language,
        page=str(paths.story_page(story.id)),
        machine=machine,
        shown=shown,
        precision=precision,
        undated="" if story.published else seen.astimezone(zone).date().isoformat(),
        sources=len(named),
        carriers=tuple(_carrier(record, names) for record in named[:_CARRIERS]),
        topics=story.topics,
        seen=rfc3339(seen),
    )


def carriers(story: StoryView) -> list[Record]:
    """One item for each source that carries the story, the lead's first; of several the first with an address."""
    chosen: dict[SourceId, Record] = {}
    for record in (story.lead, *story.records):
        held = chosen.get(record.item.source)
        if held is None or (held.item.url is None and record.item.url is not None):
            chosen[record.item.source] = record
    return list(chosen.values())


def _carrier(record: Record, names: Names) -> Carrier:
    item = record.item
    return Carrier(name=names.source(item.source), url=item.url, language=item.language)


def _time_of_day(story: StoryView, zone: ZoneInfo) -> tuple[str, str, Literal["clock", "minute", "day", "month"]]:
    """The time beside the title: for machines, in the readers' zone, and how much of it is told."""
    moment = story.published
    if moment is None:
        return "", "", "clock"
    shown = local(moment, zone)
    other_day = shown.date() != day_of(story, zone)
    if moment.precision == "day" or moment.precision == "month":  # noqa: PLR1714 – mypy narrows the type by it
        return (said(moment), shown.isoformat(), moment.precision) if other_day else ("", "", "clock")
    return said(moment), shown.isoformat(), "minute" if other_day else "clock"


def shortened(text: str, length: int) -> str:
    """The text, cut between words with "…" where it is longer than `length` characters.

    >>> shortened("Nya krav på handskar", 12)
    'Nya krav på…'
    """
    if len(text) <= length:
        return text
    head = text[: length + 1]
    cut = head.rfind(" ", length // 2)
    return head[: cut if cut > 0 else length].rstrip(" ,;:–-.") + "…"
