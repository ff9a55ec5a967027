"""`samflode search`: the archive's items that hold some words."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.completion import source_ids
from pipeline.cli.days import Day
from pipeline.cli.options import Options, common
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

#: As mathematicians write it.
_MINUS = "\u2212"
_LEFT_OUT = re.compile(r"-[^-].+")


class _Words(click.Command):
    """A command that takes -word for a word: no option of it has one hyphen and more than one letter."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Writes the minus of such a word as one that begins no option."""
        return super().parse_args(ctx, [f"{_MINUS}{each[1:]}" if _LEFT_OUT.match(each) else each for each in args])


@click.command(
    cls=_Words,
    epilog="Example: samflode search 'elektronik \"etiska krav\" -textil' --since 2025-01-01",
)
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="At most so many, the best ones."
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
@click.option("--json", "as_json", is_flag=True, help="As a list of items, with the fields of the exports.")
@common
def search(
    options: Options,
    *,
    words: tuple[str, ...],
    limit: int,
    since: datetime | None,
    until: datetime | None,
    only: tuple[str, ...],
    topics: tuple[str, ...],
    languages: tuple[str, ...],
    as_json: bool,
) -> int:
    """Search the archive for items that hold all of WORDS, in any of their forms; the best first.

    "Words in quotes" stand beside one another, and -word must not be there. Words without å, ä, ö find those with them, too.
    """
    from pipeline.archive import open_archive
    from pipeline.cli.output import print_json
    from pipeline.model.query import Query
    from pipeline.model.search import terms
    from pipeline.model.source import SourceId
    from pipeline.publication import found_rows

    said = " ".join(words).replace(_MINUS, "-")
    asked = terms(said)
    if not any(term.wanted for term in asked):
        raise UsageError(
            f"`{said}` holds no word to search for",
            hint="Write at least one without a minus: samflode search handskar -vinyl",
        )
    query = Query(sources=tuple(map(SourceId, only)), topics=topics, languages=languages, since=since, until=until)
    with open_archive(options.said_store(), write=False) as archive:
        rows = found_rows(archive, asked, query, limit=limit)
    if as_json:
        print_json(rows)
    elif rows:
        click.echo("\n\n".join(map(_told, rows)))
    else:
        click.echo("Nothing was found. Fewer words find more; every word has to be in an item.", err=True)
    return 0


def _told(row: dict[str, Any]) -> str:
    """Title, then when and where, then the beginning of what it says, then the id that `samflode show` takes."""
    day = (row["published"] or row["first_seen"])[: 7 if row["published_precision"] == "month" else 10]
    lines = [row["title"], "  ".join(filter(None, (day, row["source"], row["language"], row["url"])))]
    if summary := row["summary"] or row["text"]:
        lines.append(textwrap.shorten(summary, 200, placeholder=" …"))
    lines.append(f"samflode show {row['id']}")
    return "\n    ".join(lines)
