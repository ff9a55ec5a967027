"""`samflode sources`: what is configured, and whether it is right."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from pipeline.cli.add import add_source
from pipeline.cli.kinds import kind_name
from pipeline.cli.options import Family, Options, common
from pipeline.cli.output import counted, print_json, print_table
from pipeline.cli.takeover import import_sources
from pipeline.cli.trial import try_source
from pipeline.model.source import Auto, Cron, Interval

if TYPE_CHECKING:
    from datetime import timedelta

    from pipeline.model.config import Config
    from pipeline.model.source import Every


@click.group(cls=Family, epilog="Example: samflode sources check")
@common
def sources() -> None:
    """Look after the file of sources."""


@sources.command(epilog="Example: samflode sources check --sources sources.yaml")
@common
def check(options: Options) -> int:
    """Say everything that is wrong with sources.yaml, each problem with its line and what to write instead.

    Selectors that are right but will break at the site's next redesign are warnings: the file is valid all the same.
    """
    from pipeline import config

    checked, frail = config.check(options.sources_path, os.environ)
    for each in frail:
        click.echo(f"{each.file}:{each.line}:{each.column}: warning: {each.message}; {each.advice}")
    unread = _unread(checked)
    for place in unread:
        click.echo(
            f"{options.sources_path}: warning: `notify` {place}: Apprise can't read this address; https://appriseit.com/ has them"
        )
    if not options.quiet:
        warned = f", {counted(len(frail), 'warning')}" if frail else ""
        click.echo(f"{options.sources_path}: {counted(len(checked.sources), 'source')}, nothing to mend{warned}")
    return 0


def _unread(checked: Config) -> list[int]:
    """The places of the addresses of `notify` that nobody could be told at; none where that can't be found out here."""
    if not checked.notify:
        return []
    from pipeline import messenger

    try:
        return messenger.unusable(checked.notify)
    except messenger.NotSent:
        return []


@sources.command(name="list", epilog="Example: samflode sources list --json")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@common
def list_sources(options: Options, *, as_json: bool) -> int:
    """List the sources."""
    from pipeline.collect.redaction import Redaction

    config = options.load()
    redaction = Redaction(config.secrets)
    if as_json:
        print_json(
            [
                {
                    "id": source.id,
                    "name": source.name,
                    "kind": kind_name(source.kind),
                    "url": redaction.url(source.url),
                    "every": _every(source.every),
                    "language": source.language,
                    "timezone": source.timezone.key,
                    "tags": source.tags,
                }
                for source in config.sources
            ]
        )
    else:
        print_table(
            ("id", "name", "kind", "every", "language", "address"),
            (
                (
                    source.id,
                    source.name,
                    kind_name(source.kind),
                    _every(source.every),
                    source.language or "–",
                    redaction.url(source.url),
                )
                for source in config.sources
            ),
        )
    return 0


sources.add_command(try_source)
sources.add_command(add_source)
sources.add_command(import_sources)


@sources.command(epilog="Example: samflode sources schema > sources.schema.json")
@common
def schema() -> int:
    """Print the JSON Schema of sources.yaml, which gives editors completion and help."""
    from pipeline.config.schema import schema as text

    click.echo(text(), nl=False)
    return 0


def _every(every: Every) -> str:
    match every:
        case Interval(length=length):
            return _duration(length)
        case Cron(expression=expression):
            return expression
        case Auto():
            return "auto"


def _duration(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    for unit, size in (("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
