"""`samflode publish`: the publication anew from the archive."""

from __future__ import annotations

import logging

import click

from pipeline.cli.options import Options, common

log = logging.getLogger("samflode.publish")


@click.command(epilog="Example: samflode publish --full")
@click.option("--full", is_flag=True, help="Don't trust what is already there: write every file.")
@common
def publish(options: Options, *, full: bool) -> int:
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
    if not options.quiet:
        click.echo(f"archive page  {(folder / 'index.html').resolve().as_uri()}")
    return 0
