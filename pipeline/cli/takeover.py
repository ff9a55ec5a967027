"""`samflode import` and `samflode sources import`: what other programs hold."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.completion import source_ids
from pipeline.cli.options import Options, common
from pipeline.cli.output import counted, print_json, print_table
from pipeline.errors import UsageError
from pipeline.model.takeover import Estate, Subscription

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model.capture import Capture
    from pipeline.model.config import Config
    from pipeline.moving import Arrival, Moved

#: Of an export that is fetched, in bytes.
_LARGEST = 2_000_000_000
_WHAT = "OPML, a list of addresses, a feed, the database of `reader`, JSON of Miniflux or FreshRSS, or FreshRSS's ZIP"
_dry_run = click.option("--dry-run", is_flag=True, help="Show what would be done, and write nothing.")
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """One file, read."""

    name: str
    estate: Estate
    #: The bytes of a feed; None: the file is another program's.
    feed: bytes | None = None


@click.command(name="import", epilog="Example: samflode sources import feeds.opml")
@click.argument("files", metavar="FILE-or-URL ...", nargs=-1, required=True)
@_dry_run
@_as_json
@common
def import_sources(options: Options, *, files: tuple[str, ...], dry_run: bool, as_json: bool) -> int:
    """Add the sources of OPML files or lists of addresses to sources.yaml.

    A source that is there already, in whatever spelling of its address, is not added again; nothing else in the file changes. The
    addresses are taken as they are: `samflode sources try ID` shows what one gives, `samflode sources add ADDRESS` finds the feed of a site.
    """
    return _take_over(options, files, dry_run=dry_run, as_json=as_json, entries=False, owner=None)


@click.command(name="import", epilog="Example: samflode import reader.sqlite")
@click.argument("files", metavar="FILE-or-URL ...", nargs=-1, required=True)
@click.option(
    "--source",
    "owner",
    metavar="ID",
    shell_complete=source_ids,
    help="Whose a kept feed is, where it does not say so itself.",
)
@_dry_run
@_as_json
@common
def import_all(options: Options, *, files: tuple[str, ...], owner: str | None, dry_run: bool, as_json: bool) -> int:
    """Take over another program's archive: its sources into sources.yaml, its entries into the archive.

    It reads the database of `reader`, JSON that Miniflux and FreshRSS export (FreshRSS's ZIP too), OPML, lists of addresses, and feeds
    that were kept as files. Items keep their ids, their dates, and when they were first seen; whatever is known already is not doubled,
    now or when the source is collected next.
    """
    return _take_over(options, files, dry_run=dry_run, as_json=as_json, entries=True, owner=owner)


def _take_over(
    options: Options, files: Sequence[str], *, dry_run: bool, as_json: bool, entries: bool, owner: str | None
) -> int:
    from pipeline.cli.add import config_to_extend
    from pipeline.moving import arrivals

    path = options.sources_path
    config = config_to_extend(options, path)
    with ExitStack() as stack:
        brought = [_brought(config, each, stack, owner) for each in files]
        found, remarks = arrivals(config, (each.estate for each in brought))
        fresh = [each for each in found if each.fields is not None]
        if not dry_run:
            _write(path, fresh)
        moved: list[Moved] = []
        if entries and found and not dry_run:
            moved, left = _move(options, brought)
            remarks += left
    if as_json:
        print_json(_told(found, moved, remarks, brought))
    else:
        _show(options, found, moved, remarks, brought, entries=entries)
        if dry_run:
            click.echo(f"{path}: nothing was written", err=True)
        elif not options.quiet:
            click.echo(_next_step(path, fresh, moved))
    return 0


def _brought(config: Config, name: str, stack: ExitStack, owner: str | None) -> Brought:
    """What a file, or what an address answers with, holds. Raises UsageError where it is of no program that is known."""
    import asyncio

    from pipeline.takeover import estate_of
    from pipeline.takeover.feeds import feed_itself

    url = name if name.lower().startswith(("http://", "https://")) else ""
    path = Path(name)
    if url:
        path = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "fetched"
        path.write_bytes(asyncio.run(_fetched(config, url)).body)
    estate = estate_of(path, name)
    if estate is not None:
        return Brought(name=name, estate=estate)
    content = path.read_bytes()
    if not _is_feed(content):
        raise UsageError(f"{name} is nothing that can be taken over", hint=f"It may be {_WHAT}.")
    own = next((source.url for source in config.sources if source.id == owner), None)
    if owner is not None and own is None:
        raise UsageError(f"there is no source `{owner}`", hint="`samflode sources list` shows the ids of the sources.")
    itself = feed_itself(content)
    address = own or url or (itself.url if itself else "")
    if not address:
        raise UsageError(
            f"{name} is a feed that does not say whose it is",
            hint="Say it with `--source ID`, a source of sources.yaml.",
        )
    subscription = Subscription(url=address, title=itself.title if itself else "")
    return Brought(name=name, estate=Estate(program="a feed", subscriptions=(subscription,)), feed=content)


async def _fetched(config: Config, url: str) -> Capture:
    from pipeline.model.capture import Request
    from pipeline.run import fetcher_of

    policy = replace(config.fetch, max_bytes=max(config.fetch.max_bytes, _LARGEST))
    async with fetcher_of(replace(config, fetch=policy), None) as fetcher:
        return await fetcher.fetch(Request(url=url))


def _is_feed(content: bytes) -> bool:
    import re

    head = content[:4_096].replace(b"\0", b"")
    return (
        re.search(rb"<(?:[\w.-]+:)?(?:rss|feed|rdf)[\s>]", head, re.IGNORECASE) is not None or b"jsonfeed.org" in head
    )


def _write(path: Path, fresh: Sequence[Arrival]) -> None:
    """The new sources into the file, all or none."""
    from pipeline.config.edit import all_appended, write
    from pipeline.config.load import checked
    from pipeline.config.yaml import read

    if not fresh:
        return
    text = all_appended(
        read(path), [(each.fields, each.comment) for each in fresh if each.fields is not None], file=str(path)
    )
    checked(text, str(path), os.environ)
    write(path, text)


def _move(options: Options, brought: Sequence[Brought]) -> tuple[list[Moved], list[str]]:
    """The entries into the archive; the configuration is read anew, for it has the new sources."""
    from pipeline.archive import open_archive
    from pipeline.moving import move_feed, move_in
    from pipeline.run import utc_now

    config = options.load()
    with open_archive(options.store_of(config), write=True) as archive:
        now = utc_now()
        moved = [
            move_feed(config, archive, each.estate.subscriptions[0].url, each.feed, now)
            for each in brought
            if each.feed is not None
        ]
        others, remarks = move_in(config, archive, (each.estate for each in brought if each.feed is None), now)
    return [*moved, *others], remarks


def _show(
    options: Options,
    found: Sequence[Arrival],
    moved: Sequence[Moved],
    remarks: Sequence[str],
    brought: Sequence[Brought],
    *,
    entries: bool,
) -> None:
    for each in brought:
        held = f", {counted(len(each.estate.entries), 'entry', 'entries')}" if each.estate.entries else ""
        click.echo(f"{each.name}: {each.estate.program}, {counted(len(each.estate.subscriptions), 'source')}{held}")
    if not options.quiet and found:
        by_source = {each.source: each for each in moved}
        print_table(
            ("id", "sources.yaml", *(("entries", "new items") if entries else ()), "address"),
            (
                (
                    each.id,
                    "there already" if each.fields is None else "added",
                    *(_figures(by_source.get(each.id)) if entries else ()),
                    each.subscription.url,
                )
                for each in found
            ),
        )
    for sentence in remarks:
        click.echo(f"note: {sentence}")
    for arrival in found:
        if arrival.subscription.remark:
            click.echo(f"note: {arrival.id}: {arrival.subscription.remark}")
    for one in moved:
        if one.unwanted:
            click.echo(
                f"note: {one.source}: {counted(one.unwanted, 'entry', 'entries')} kept out by `include` and `exclude`"
            )


def _figures(moved: Moved | None) -> tuple[str, str]:
    return ("–", "–") if moved is None else (str(moved.entries), str(moved.added))


def _next_step(path: Path, fresh: Sequence[Arrival], moved: Sequence[Moved]) -> str:
    added = sum(each.added for each in moved)
    what = [f"{counted(len(fresh), 'source')} added to {path}"] if fresh else [f"{path} is as it was"]
    if moved:
        what.append(f"{counted(added, 'item')} added to the archive")
    step = (
        "`samflode publish` shows what came, `samflode run` collects what is new"
        if added
        else "`samflode run` collects them"
    )
    return f"{'; '.join(what)}; {step}"


def _told(
    found: Sequence[Arrival], moved: Sequence[Moved], remarks: Sequence[str], brought: Sequence[Brought]
) -> dict[str, Any]:
    by_source = {each.source: each for each in moved}
    return {
        "files": [
            {
                "name": each.name,
                "program": each.estate.program,
                "sources": len(each.estate.subscriptions),
                "entries": len(each.estate.entries),
            }
            for each in brought
        ],
        "sources": [
            {
                "id": each.id,
                "url": each.subscription.url,
                "outcome": "present" if each.fields is None else "added",
                "remark": each.subscription.remark,
                "entries": by_source[each.id].entries if each.id in by_source else 0,
                "added": by_source[each.id].added if each.id in by_source else 0,
                "unwanted": by_source[each.id].unwanted if each.id in by_source else 0,
            }
            for each in found
        ],
        "remarks": list(remarks),
    }
