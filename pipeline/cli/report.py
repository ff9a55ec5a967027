"""`samflode report`: the quality of the data, source by source."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.completion import source_ids
from pipeline.cli.options import Options, common
from pipeline.cli.output import counted, print_json, print_table
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.quality import SourceQuality


@click.command(epilog="Example: samflode report --source adda")
@click.option(
    "--source",
    "only",
    metavar="ID",
    multiple=True,
    shell_complete=source_ids,
    help="Only of this source; may be repeated.",
)
@click.option("--newest", type=click.IntRange(min=1), metavar="N", help="Only of the N newest items of each source.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@common
def report(options: Options, *, only: tuple[str, ...], newest: int | None, as_json: bool) -> int:
    """Show how good the data are, source by source, and what to mend.

    Of each source's items: how many lack a date, a title of their own, a text, a language; are dated in the future, or stand twice; how
    sure dates are; and what is suddenly another than it was.
    """
    from pipeline.archive import open_archive
    from pipeline.run import utc_now
    from pipeline.survey import survey

    config = options.load()
    for wanted in only:
        if all(source.id != wanted for source in config.sources):
            raise UsageError(
                f"there is no source `{wanted}`",
                hint="`samflode sources list` shows the ids of the sources in the file.",
            )
    with open_archive(options.store_of(config), write=False) as archive:
        found = list(survey(config, archive, utc_now(), only=only, newest=newest))
    if as_json:
        print_json([_told(each) for each in found])
        return 0
    print_table(
        ("source", "items", "no date", "no title", "no text", "no language", "future", "doubled", "dates guessed"),
        ((each.source, str(each.items), *_figures(each)) for each in found),
    )
    for each in found:
        for line in _remarks(each):
            click.echo(f"\n{each.source}: {line}")
    lacking = sum(bool(each.advice or each.changes) for each in found)
    click.echo(
        f"\n{counted(lacking, 'source needs', 'sources need')} a look"
        if lacking
        else "\nnothing to mend in the data of the sources"
    )
    return 0


def _figures(each: SourceQuality) -> Iterator[str]:
    for count in (each.undated, each.untitled, each.textless, each.languageless, each.future, each.doubled):
        yield _share(count, each.items)
    dated = sum(each.sureness.get("published", {}).values())
    yield _share(each.sureness.get("published", {}).get("guessed", 0), dated)


def _remarks(each: SourceQuality) -> Iterator[str]:
    yield from each.changes
    yield from each.advice


def _share(count: int, whole: int) -> str:
    """A share as people read it: "–" for none, "<1 %" for what rounds to it."""
    if not count:
        return "–"
    percent = 100 * count / whole
    return f"{percent:.0f} %" if percent >= 1 else "<1 %"


def _told(each: SourceQuality) -> dict[str, Any]:
    return asdict(each)
