"""How the sources of an archive in PostgreSQL stand: what is planned, what is overdue, who has not answered for long.

Asked every minute, of sources that may be very many: each question is answered from an index that `fleet.sql` makes.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.archive.records import history_from_json, made
from pipeline.model.source import SourceId

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pipeline.archive.postgres import PostgresArchive
    from pipeline.model.history import History


def planned(archive: PostgresArchive, until: datetime) -> dict[SourceId, History]:
    """The histories of the sources whose next visit is planned before a moment (UTC), or not planned at all."""
    rows = archive.rows(
        "SELECT id, history FROM sources WHERE history ->> 'next_due' < %s OR history ->> 'next_due' IS NULL",
        (until.isoformat(),),
    )
    return {SourceId(each): made(history_from_json, row, "sources") for each, row in rows}


def histories(archive: PostgresArchive, sources: Sequence[SourceId]) -> dict[SourceId, History]:
    """The histories of those of the sources that ever were collected, in one trip to the server."""
    rows = archive.rows("SELECT id, history FROM sources WHERE id = ANY(%s)", (list(sources),))
    return {SourceId(each): made(history_from_json, row, "sources") for each, row in rows}


def failing(archive: PostgresArchive, also: Collection[SourceId]) -> dict[SourceId, History]:
    """The histories of the sources whose last visit failed, and of those of `also`."""
    rows = archive.rows(
        "SELECT id, history FROM sources WHERE history ->> 'failing_since' IS NOT NULL OR id = ANY(%s)", (list(also),)
    )
    return {SourceId(each): made(history_from_json, row, "sources") for each, row in rows}


def last_visit(archive: PostgresArchive, enough: datetime) -> datetime | None:
    """When any source was last asked, well or not; or when one last answered, where that was after `enough`. None: never."""
    ((answered,),) = archive.rows(
        """SELECT (SELECT history ->> 'last_success' FROM sources WHERE history ->> 'last_success' IS NOT NULL
        ORDER BY history ->> 'last_success' DESC NULLS LAST LIMIT 1)""",
        (),
    )
    if answered is not None and (found := datetime.fromisoformat(answered)) > enough:
        return found
    # Looks at all of them: for when it seems that something is wrong.
    ((asked,),) = archive.rows("SELECT max(history -> 'attempts' -> -1 ->> 'at') FROM sources", ())
    return None if asked is None else datetime.fromisoformat(asked)


def strangers(archive: PostgresArchive, sources: Sequence[SourceId]) -> list[SourceId]:
    """Those of the sources that never were collected."""
    missing = "SELECT asked FROM unnest(%s::text[]) AS asked LEFT JOIN sources ON id = asked WHERE id IS NULL"
    return [SourceId(each) for (each,) in archive.rows(missing, (list(sources),))]


def overdue(archive: PostgresArchive, sources: Sequence[SourceId], now: datetime) -> tuple[int, datetime | None]:
    """How many of the sources are due at `now`, and since when the one that has waited the longest."""
    ((count, since),) = archive.rows(
        "SELECT count(*), min(history ->> 'next_due') FROM sources WHERE history ->> 'next_due' < %s AND id = ANY(%s)",
        (now.isoformat(), list(sources)),
    )
    return count, None if since is None else datetime.fromisoformat(since)


def oldest_successes(
    archive: PostgresArchive, sources: Sequence[SourceId], most: int
) -> Mapping[SourceId, datetime | None]:
    """When those of the sources last answered for which that is the longest ago; None: never. Those that are gone for good don't count."""
    rows = archive.rows(
        """SELECT id, history ->> 'last_success' FROM sources
        WHERE id = ANY(%s) AND history -> 'whereabouts' ->> 'gone_since' IS NULL
        ORDER BY history ->> 'last_success' NULLS FIRST LIMIT %s""",
        (list(sources), most),
    )
    return {SourceId(each): None if last is None else datetime.fromisoformat(last) for each, last in rows}
