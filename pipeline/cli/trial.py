"""`samflode sources try`: what one source would give, and where each part of it came from."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import Options, common, recorded_sources
from pipeline.cli.output import counted, print_json, print_table
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.model.config import Config
    from pipeline.model.item import Item
    from pipeline.model.source import Source
    from pipeline.trial import Trial


@click.command(name="try", epilog="Example: samflode sources try electronics-watch")
@click.argument("wanted", metavar="ID-or-URL")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--replay",
    "recordings",
    metavar="PATH",
    type=click.Path(exists=True, path_type=Path),
    help="Take the responses from recordings, none from the network.",
)
@common
def try_source(options: Options, *, wanted: str, as_json: bool, recordings: Path | None) -> int:
    """Fetch and read one source now, and store nothing.

    Shows the entries that it would give, and what was guessed. An address that stands in no file of sources is read as a
    feed, else as a listing that nobody described.
    """
    from pipeline.trial import source_of

    config = options.load(recorded_sources(options, recordings))
    source = source_of(config, wanted)
    if source is None:
        raise UsageError(
            f"there is no source `{wanted}`",
            hint="`samflode sources list` shows the ids of the sources in the file; an address begins with https://.",
        )
    trial = asyncio.run(_attempt(config, source, recordings))
    if as_json:
        print_json(_as_json(trial))
    else:
        _say(trial)
    return 1 if trial.error else 0


async def _attempt(config: Config, source: Source, recordings: Path | None) -> Trial:
    from pipeline.run import fetcher_of, utc_now
    from pipeline.trial import attempt

    async with fetcher_of(config, recordings) as fetcher:
        return await attempt(source, fetcher, utc_now())


def _say(trial: Trial) -> None:
    if trial.error is not None:
        click.echo(f"{trial.source.url}\n  failed ({trial.error.kind}): {trial.error.message}\n  {trial.error.hint}")
        return
    print_table(
        ("date", "language", "title", "address"),
        ((_date(item), item.language or "–", item.title, item.url or "–") for item in trial.items),
    )
    dropped = trial.entries - len(trial.items)
    click.echo(
        f"\n{counted(len(trial.items), 'entry', 'entries')}, {counted(trial.requests, 'request')}; nothing was stored"
    )
    if dropped:
        click.echo(f"{counted(dropped, 'entry', 'entries')} left out by `include` and `exclude`")
    for name, origins in _origins(trial).items():
        click.echo(f"{name} from {', '.join(origins)}")
    for warning in trial.warnings:
        click.echo(f"note: {warning}")


def _origins(trial: Trial) -> dict[str, list[str]]:
    """Where each field came from, over all items."""
    found: dict[str, dict[str, None]] = {}
    for item in trial.items:
        for name in ("title", "link", "published", "summary", "content"):
            found.setdefault(name, {})[item.origin.fields.get(name, item.origin.by)] = None
    return {name: list(origins) for name, origins in found.items()}


def _date(item: Item) -> str:
    if item.published is None:
        return "none"
    forms = {"month": "%Y-%m", "day": "%Y-%m-%d"}
    return item.published.at.strftime(forms.get(item.published.precision, "%Y-%m-%d %H:%M"))


def _as_json(trial: Trial) -> dict[str, Any]:
    error = trial.error
    return {
        "id": trial.source.id,
        "url": trial.source.url,
        "entries": [
            {
                "title": item.title,
                "url": item.url,
                "published": item.published and item.published.at,
                "published_precision": item.published and item.published.precision,
                "language": item.language,
                "summary": item.summary,
                "by": item.origin.by,
                "fields": dict(item.origin.fields),
            }
            for item in trial.items
        ],
        "left_out": trial.entries - len(trial.items),
        "requests": trial.requests,
        "warnings": trial.warnings,
        "error": error and {"kind": error.kind, "message": error.message, "hint": error.hint},
    }
