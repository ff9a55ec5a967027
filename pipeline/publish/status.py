"""How the sources are doing: status.html for readers, status.json for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from pipeline.model.edition import File
from pipeline.publish import paths
from pipeline.publish.characters import legible
from pipeline.publish.moments import rfc3339
from pipeline.publish.strip import DAYS, Strip, strip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from pipeline.model.edition import SourceHealth
    from pipeline.publish.desk import Desk
    from pipeline.publish.issue import Issue
    from pipeline.publish.rows import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One source in the table."""

    name: str
    #: From the publication's folder.
    page: str
    condition: str
    condition_name: str
    last_success: Said | None
    failing_since: Said | None
    message: str
    hint: str
    entries: int | None
    items: int
    next_due: Said | None
    #: A character for each of the last visits, and the same in words.
    trend: str
    trend_told: str
    #: None: never asked.
    strip: Strip | None


def status_data(issue: Issue) -> Iterator[File]:
    """status.json."""
    edition = issue.edition
    content = {
        "stories": len(edition.stories),
        "items": sum(each.items for each in edition.health),
        "failing": sum(each.condition == "failing" for each in edition.health),
        "sources": [_as_json(each) for each in edition.health],
    }
    options = orjson.OPT_APPEND_NEWLINE | orjson.OPT_INDENT_2
    yield File(path=paths.STATUS_JSON, content=orjson.dumps(content, option=options))


def status_page(issue: Issue) -> Iterator[File]:
    """status.html."""
    edition, press = issue.edition, issue.press
    words = press.desk.words
    failing = sum(each.condition == "failing" for each in edition.health)
    last = max((at for each in edition.health for at, _ in each.visits), default=None)
    yield press.page(
        paths.STATUS_PAGE,
        "status.html",
        title=words.status,
        summary=words.counted(failing, "failing") if failing else words.status_fine,
        failing=failing,
        has_quality=bool(edition.quality),
        pulse=_pulse(edition.health, press.desk),
        lines=[_line(each, press.desk, last) for each in edition.health],
        strip_title=words.strip.format(DAYS),
    )


def _as_json(each: SourceHealth) -> dict[str, Any]:
    """One source, as `samflode status --json` has it."""
    failure = each.failure
    return {
        "id": each.source.id,
        "name": legible(each.source.name),
        "url": legible(each.source.url),
        "condition": each.condition,
        "last_success": _time(each.last_success),
        "failing_since": _time(each.failing_since),
        "error": failure and {"kind": failure.kind, "message": legible(failure.message), "hint": legible(failure.hint)},
        "entries": each.entries,
        "items": each.items,
        "next_due": _time(each.next_due),
        "recent": [{"at": _time(visit.at), "outcome": visit.outcome, "new": visit.new} for visit in each.recent],
    }


def _time(at: datetime | None) -> str | None:
    return rfc3339(at) if at else None


def _line(each: SourceHealth, desk: Desk, last: datetime | None) -> Line:
    return Line(
        name=each.source.name,
        page=str(paths.SOURCES / paths.segment(each.source.id) / paths.INDEX),
        condition=each.condition,
        condition_name=desk.words.conditions[each.condition],
        last_success=desk.clocked(each.last_success) if each.last_success else None,
        failing_since=desk.clocked(each.failing_since) if each.failing_since else None,
        message=legible(each.failure.message if each.failure else " ".join((*each.complaints, *each.notices))),
        hint=legible(each.failure.hint) if each.failure else "",
        entries=each.entries,
        items=each.items,
        next_due=desk.clocked(each.next_due) if each.next_due else None,
        trend=each.trend,
        trend_told=desk.words.last_visits.format(
            ", ".join("×" if visit.outcome == "failed" else str(visit.new) for visit in each.recent)
        ),
        strip=strip(each.visits, last.date(), desk.words) if last and each.visits else None,
    )


def _pulse(healths: Iterable[SourceHealth], desk: Desk) -> tuple[Said, Said] | None:
    """When a source was last asked, and when the next is due; None where none was asked yet, or none will be."""
    asked = [each.recent[-1].at for each in healths if each.recent]
    due = [each.next_due for each in healths if each.next_due is not None]
    return (desk.clocked(max(asked)), desk.clocked(min(due))) if asked and due else None
