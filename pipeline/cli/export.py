"""`samflode export`: the archive's items or stories for other programs."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.completion import source_ids
from pipeline.cli.days import Day
from pipeline.cli.options import Options, common
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime
    from typing import BinaryIO

TEXTS = ("ndjson", "csv")
FORMATS = (*TEXTS, "parquet", "sqlite")
DELIMITERS = {",": ",", ";": ";", "tab": "\t"}


@click.command(epilog="Example: samflode export items --format csv --since 2026-01-01 --output news.csv")
@click.argument("what", type=click.Choice(["items", "stories"]))
@click.option("--format", "form", type=click.Choice(FORMATS), default="ndjson", show_default=True, help="The format.")
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where to; parquet and sqlite need it. [default: standard output]",
)
@click.option(
    "--delimiter", type=click.Choice(list(DELIMITERS)), help="Of CSV; a Swedish Excel wants ';'. [default: ,]"
)
@click.option("--since", type=Day(), metavar="DATE", help="Published at or after; where undated, first seen.")
@click.option("--until", type=Day(), metavar="DATE", help="Published before; where undated, first seen.")
@click.option(
    "--source",
    "only",
    metavar="ID",
    multiple=True,
    shell_complete=source_ids,
    help="Only of this source; may be repeated.",
)
@click.option("--topic", "topics", metavar="ID", multiple=True, help="Only with this topic; may be repeated.")
@click.option("--language", "languages", metavar="TAG", multiple=True, help="Only in this language; may be repeated.")
@common
def export(
    options: Options,
    *,
    what: str,
    form: str,
    output: Path | None,
    delimiter: str | None,
    since: datetime | None,
    until: datetime | None,
    only: tuple[str, ...],
    topics: tuple[str, ...],
    languages: tuple[str, ...],
) -> int:
    """Write the archive's items or stories for other programs.

    NDJSON has everything exactly; CSV is for spreadsheets; Parquet for pandas, R and DuckDB (needs samflode[parquet]); SQLite for
    Datasette, with full-text search and views. docs/publication.md describes the fields.
    """
    from pipeline.archive import open_archive
    from pipeline.model.query import Query
    from pipeline.model.source import SourceId
    from pipeline.publication import exported, exported_into

    _check(form, output, delimiter)
    query = Query(sources=tuple(map(SourceId, only)), topics=topics, languages=languages, since=since, until=until)
    with open_archive(options.said_store(), write=False) as archive:
        if output is not None and form not in TEXTS:
            with _whole(output) as beside:
                exported_into(beside, archive, query, what=what, form=form)
        else:
            with _opened(output) as stream:
                for piece in exported(archive, query, what=what, form=form, delimiter=DELIMITERS[delimiter or ","]):
                    stream.write(piece)
        if not options.quiet and next(iter(archive.records(query)), None) is None:
            print("nothing in the archive is what was asked for", file=sys.stderr)
    return 0


def _check(form: str, output: Path | None, delimiter: str | None) -> None:
    if form not in TEXTS and output is None:
        raise UsageError(f"{form} is no text, and needs a file", hint=f"Name one: --output news.{form}")
    if delimiter is not None and form != "csv":
        raise UsageError(f"{form} has no delimiter", hint="Leave --delimiter out, or take --format csv.")


@contextmanager
def _whole(output: Path) -> Iterator[Path]:
    """A name beside the file; what is written there takes the file's place when it is whole."""
    beside = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        beside.touch()
        yield beside
        beside.replace(output)
    except (OSError, sqlite3.Error) as error:
        said = getattr(error, "strerror", None) or error
        raise UsageError(f"{output} can't be written: {said}", hint="Name another file with --output.") from error
    finally:
        beside.unlink(missing_ok=True)


def _opened(output: Path | None) -> AbstractContextManager[BinaryIO]:
    if output is None:
        return nullcontext(sys.stdout.buffer)
    try:
        return output.open("wb")
    except OSError as error:
        raise UsageError(
            f"{output} can't be written: {error.strerror}", hint="Name another file with --output."
        ) from error
