"""`samflode sources`: what is configured, and whether it is right."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.add import add_source
from pipeline.cli.kinds import kind_name
from pipeline.cli.options import Family, Options, common
from pipeline.cli.output import counted, print_json, print_table
from pipeline.cli.takeover import import_sources
from pipeline.cli.trial import try_source
from pipeline.errors import ConfigError, Problem
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
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@common
def check(options: Options, *, as_json: bool) -> int:
    """Say everything that is wrong with sources.yaml, each problem with its line and what to write instead.

    Selectors that are right but will break at the site's next redesign are warnings: the file is valid all the same.
    """
    from pipeline import config

    try:
        checked, frail = config.check(options.sources_path, os.environ)
    except ConfigError as error:
        if not as_json:
            raise
        print_json({"valid": False, "problems": [_problem(each, "error") for each in error.problems]})
        return error.exit_code
    warnings = [*frail, *_unread(options, checked)]
    if as_json:
        print_json({"valid": True, "problems": [_problem(each, "warning") for each in warnings]})
        return 0
    for each in warnings:
        click.echo(f"{each.file}:{each.line}:{each.column}: warning: {each.message}; {each.advice}")
    if not options.quiet:
        warned = f", {counted(len(warnings), 'warning')}" if warnings else ""
        click.echo(f"{options.sources_path}: {counted(len(checked.sources), 'source')}, nothing to mend{warned}")
    return 0


def _problem(problem: Problem, severity: str) -> dict[str, Any]:
    return {"severity": severity, **asdict(problem)}


def _unread(options: Options, checked: Config) -> list[Problem]:
    """The addresses of `notify` that nobody could be told at; none where that can't be found out here."""
    if not checked.notify:
        return []
    from pipeline import messenger

    try:
        places = messenger.unusable(checked.notify)
    except messenger.NotSent:
        return []
    return [
        Problem(
            file=str(options.sources_path),
            line=1,
            column=1,
            message=f"Apprise can't read the address in place {place} of `notify`",
            advice="look it up at https://appriseit.com/",
        )
        for place in places
    ]


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
