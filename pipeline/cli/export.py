"""`samflode export`: the archive's items or stories for other programs."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import Options, common
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from typing import BinaryIO

FORMATS = ("ndjson", "csv")


class Day(click.ParamType[datetime]):
    """A day or a moment (ISO 8601); a day begins at midnight in UTC."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment, aware."""
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' is no date; write it as 2026-03-02 or 2026-03-02T12:00:00+01:00", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command(epilog="Example: samflode export items --format csv --since 2026-01-01 --output news.csv")
@click.argument("what", type=click.Choice(["items", "stories"]))
@click.option("--format", "form", type=click.Choice(FORMATS), default="ndjson", show_default=True, help="The format.")
@click.option("--output", metavar="FILE", type=click.Path(path_type=Path), help="Where to. [default: standard output]")
@click.option("--since", type=Day(), metavar="DATE", help="Published at or after; where undated, first seen.")
@click.option("--until", type=Day(), metavar="DATE", help="Published before; where undated, first seen.")
@click.option("--source", "only", metavar="ID", multiple=True, help="Only of this source; may be repeated.")
@click.option("--topic", "topics", metavar="ID", multiple=True, help="Only with this topic; may be repeated.")
@click.option("--language", "languages", metavar="TAG", multiple=True, help="Only in this language; may be repeated.")
@common
def export(
    options: Options,
    *,
    what: str,
    form: str,
    output: Path | None,
    since: datetime | None,
    until: datetime | None,
    only: tuple[str, ...],
    topics: tuple[str, ...],
    languages: tuple[str, ...],
) -> int:
    """Write the archive's items or stories for other programs.

    docs/publication.md describes the fields.
    """
    from pipeline.archive import open_archive
    from pipeline.model.query import Query
    from pipeline.model.source import SourceId
    from pipeline.run import exported

    query = Query(sources=tuple(map(SourceId, only)), topics=topics, languages=languages, since=since, until=until)
    with open_archive(options.said_store(), write=False) as archive, _opened(output) as stream:
        for piece in exported(archive, query, what=what, form=form):
            stream.write(piece)
    return 0


def _opened(output: Path | None) -> AbstractContextManager[BinaryIO]:
    if output is None:
        return nullcontext(sys.stdout.buffer)
    try:
        return output.open("wb")
    except OSError as error:
        raise UsageError(
            f"{output} can't be written: {error.strerror}", hint="Name another file with --output."
        ) from error
