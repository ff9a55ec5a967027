"""`samflode publish`: the publication anew from the archive."""

from __future__ import annotations

import logging

import click

from pipeline.cli.options import Options, common
from pipeline.cli.output import print_json

log = logging.getLogger("samflode.publish")


@click.command(epilog="Example: samflode publish --full")
@click.option("--full", is_flag=True, help="Don't trust what is already there: write every file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@common
def publish(options: Options, *, full: bool, as_json: bool) -> int:
    """Write the publication anew from the archive.

    Nothing is collected.
    """
    from pipeline.archive import open_archive
    from pipeline.publication import republish

    config = options.load()
    folder = options.folder_of(config) / "public"
    with open_archive(options.store_of(config), write=True) as archive:
        written = republish(config, archive, folder, full=full, check=True)
    log.info("%d files written, %d removed, %d as they were", written.written, written.removed, written.unchanged)
    if as_json:
        print_json(
            {
                "folder": str(folder.resolve()),
                "written": written.written,
                "removed": written.removed,
                "unchanged": written.unchanged,
            }
        )
    elif not options.quiet:
        click.echo(f"archive page  {(folder / 'index.html').resolve().as_uri()}")
    return 0
