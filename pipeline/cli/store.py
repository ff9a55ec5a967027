"""`samflode store`: looks after the archive."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from pipeline.cli.options import Family, Options, common
from pipeline.cli.output import counted, print_json
from pipeline.cli.rebuild import rebuild
from pipeline.errors import UsageError

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(cls=Family, epilog="Example: samflode store verify")
@common
def store() -> None:
    """Look after the archive: is it whole, mend it, keep a copy of it, put one back."""


@store.command(epilog="Example: samflode store verify --store store")
@_json
@common
def verify(options: Options, *, as_json: bool) -> int:
    """Read the whole archive and say what of it is not as it was written; exit 3 where anything is."""
    from pipeline.archive.upkeep import verify as verified
    from pipeline.archive.verify import Inspection

    seen, wrong = Inspection(), 0
    # Of a large archive that is badly damaged there may be millions: each is said when it is found.
    findings = verified(options.said_store(), seen)
    if as_json:
        told = list(findings)
        print_json({"findings": told, "items": seen.items, "stories": seen.stories, "files": seen.files})
        return 3 if told else 0
    for finding in findings:
        wrong += 1
        click.echo(f"{finding.where}: {finding.what}")
    looked = f"{counted(seen.items, 'item')} and {counted(seen.stories, 'story', 'stories')}"
    looked += f" in {counted(seen.files, 'file')}" if seen.files else ""
    if not wrong:
        if not options.quiet:
            click.echo(f"{looked}, all as they were written")
        return 0
    click.echo(
        f"{looked}; {counted(wrong, 'thing')} wrong: `samflode store repair` keeps what can be read and sets the rest aside",
        err=True,
    )
    return 3


@store.command(epilog="Example: samflode store repair --store store")
@_json
@common
def repair(options: Options, *, as_json: bool) -> int:
    """Make a damaged archive whole: what can be read is kept, what is derived is made anew, the rest is set aside in `damaged/`."""
    from pipeline.archive.upkeep import repair as repaired

    repairs = []
    for done in repaired(options.said_store(), datetime.now(UTC)):
        repairs.append(done)
        if not as_json and not options.quiet:
            click.echo(done.what)
    if as_json:
        print_json({"repairs": repairs})
    return 0


@store.command(epilog="Example: samflode store backup /backup/news.tar.gz")
@click.argument("file", type=click.Path(path_type=Path))
@_json
@common
def backup(options: Options, *, file: Path, as_json: bool) -> int:
    """Write the archive into one compressed file (tar.gz); a run may go on meanwhile.

    An older FILE is replaced when the new one is whole.
    """
    from pipeline.archive.upkeep import backup as packed

    count = packed(options.said_store(), file, datetime.now(UTC))
    size = file.stat().st_size
    if as_json:
        print_json({"file": str(file), "files": count, "bytes": size})
    elif not options.quiet:
        click.echo(f"{file}: {counted(count, 'file')}, {size / 1e6:.1f} MB")
    return 0


@store.command(epilog="Example: samflode store restore /backup/news.tar.gz")
@click.argument("file", type=click.Path(path_type=Path))
@_json
@common
def restore(options: Options, *, file: Path, as_json: bool) -> int:
    """Put a backup in the place of the archive; what is there goes into the store's `backups/`, nothing is deleted.

    A database has to be an empty one.
    """
    from pipeline.archive.upkeep import restore as unpacked

    store = options.said_store()
    done = unpacked(file, store, datetime.now(UTC))
    if as_json:
        kept = None if done.kept is None else str(done.kept)
        print_json({"store": _named(store), "files": done.files, "kept": kept})
    elif not options.quiet:
        click.echo(
            f"{_named(store)}: {counted(done.files, 'file')} put in place; `samflode publish` makes the publication anew"
        )
        if done.kept is not None:
            click.echo(f"{done.kept}: what was there before")
        print("`samflode store verify` says whether it is whole.", file=sys.stderr)
    return 0


@store.command(epilog="Example: samflode store migrate --to postgresql://samflode@db.example.se/news")
@click.option("--to", "target", metavar="STORE", required=True, help="A folder, or postgresql://user@host/database.")
@_json
@common
def migrate(options: Options, *, target: str, as_json: bool) -> int:
    """Copy the archive into another store: from a folder into PostgreSQL, back, or from folder to folder.

    The store that is copied stays as it is. A migration that was stopped goes on when it is called again.
    """
    from pipeline.archive import open_archive
    from pipeline.archive.migrate import migrate as migrated

    said = options.said_store()
    if said == target:
        raise UsageError(f"{_named(said)} is the store that is to be copied", hint="Name another one with --to.")

    def progress(done: int) -> None:
        if sys.stderr.isatty() and not options.quiet:
            print(f"\r{counted(done, 'item')}", end="", file=sys.stderr)

    # Held against runs, so that what is copied is one state.
    with open_archive(said, write=True) as here, open_archive(target, write=True) as there, here.turn():
        done = migrated(here, there, now=datetime.now(UTC), progress=progress)
    if as_json:
        print_json({"store": _named(said), "to": _named(target), "items": done})
    elif not options.quiet:
        click.echo(
            f"{counted(done, 'item')} copied; write `store: {_named(target)}` into sources.yaml, or use --store, to go on there"
        )
    return 0


def _named(store: str) -> str:
    """The store for people and programs: an address may hold a password, which is not said."""
    from pipeline.archive.postgres_tables import shown

    return shown(store) if "://" in store else store


store.add_command(rebuild)
