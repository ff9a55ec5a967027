"""`samflode store rebuild`: the archive once more, from recordings."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import Options, common, recorded_sources
from pipeline.cli.output import counted, print_json

if TYPE_CHECKING:
    from pipeline.model.report import RunReport

log = logging.getLogger("samflode.store")


@click.command(epilog="Example: samflode store rebuild --from store/captures --store rebuilt")
@click.option(
    "--from",
    "recordings",
    metavar="PATH",
    required=True,
    type=click.Path(exists=True, path_type=Path),
    help="The recordings: a folder of WARC files, as `captures:` and `run --record` write them, or one of them.",
)
@click.option(
    "--overwrite",
    is_flag=True,
    help="Take the place of an archive that is there; it is kept in the store's `backups/`, in a database in a schema `before_rebuild_…`.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@common
def rebuild(options: Options, *, recordings: Path, overwrite: bool, as_json: bool) -> int:
    """Build the whole archive once more from recordings: the same ids, stories, revisions and times.

    The new archive takes its place only when it is whole. The publication is left as it is: `samflode publish` renews it.
    """
    import asyncio

    from pipeline.archive.anew import built_anew
    from pipeline.archive.captures import LastCaptures
    from pipeline.collect.redaction import Redaction
    from pipeline.rebuild import rebuild as rebuilt_from

    config = options.load(recorded_sources(options, recordings))
    with built_anew(options.store_of(config), options.folder_of(config), overwrite=overwrite) as (archive, folder):
        rebuilt = asyncio.run(
            rebuilt_from(
                config,
                archive,
                recordings,
                captures=LastCaptures(folder, hide=Redaction(config.secrets).body),
                told=_say,
            )
        )
    for source in rebuilt.unknown:
        log.warning(
            "%s: left out, for it is no longer in %s. Write its block there again to have it in the archive.",
            source,
            options.sources_path,
        )
    if rebuilt.lacking:
        log.warning(
            "%s to older recordings that are not there: for those sources the archive begins at their next whole answer.",
            counted(rebuilt.lacking, "answer refers", "answers refer"),
        )
    if as_json:
        print_json(rebuilt)
    elif not options.quiet:
        click.echo(
            f"{counted(rebuilt.items, 'item')} in {counted(rebuilt.stories, 'story', 'stories')}, from"
            f" {counted(rebuilt.runs, 'run')} between {rebuilt.since:%Y-%m-%d %H:%M} and {rebuilt.until:%Y-%m-%d %H:%M} UTC"
        )
    return 0


def _say(report: RunReport) -> None:
    totals = report.totals
    log.info(
        "%s UTC: %s, %d new, %d updated, %d failed",
        f"{report.started:%Y-%m-%d %H:%M}",
        counted(totals.sources, "source"),
        totals.new,
        totals.updated,
        totals.failed,
    )
