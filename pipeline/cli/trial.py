"""`samflode sources try`: what one source would give, and where each part of it came from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.completion import source_ids
from pipeline.cli.options import Options, common, recorded_sources
from pipeline.cli.output import counted, print_json, print_table
from pipeline.errors import UsageError
from pipeline.provenance import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model.config import Config
    from pipeline.model.item import Item
    from pipeline.model.source import Source
    from pipeline.trial import Trial


#: Of what was left out, shown without --json; characters of each.
_SHOWN, _WIDEST = 20, 70


@click.command(name="try", epilog="Example: samflode sources try electronics-watch")
@click.argument("wanted", metavar="ID-or-URL", shell_complete=source_ids)
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

    Shows the entries that it would give, where each of their fields came from, and what was left out and why. An address that stands in no file of sources is read as a
    feed, else as a listing that nobody described.
    """
    import asyncio

    from pipeline.trial import source_of

    config = options.load(recorded_sources(options, recordings))
    source = source_of(config, wanted)
    if source is None:
        raise UsageError(
            f"there is no source `{wanted}`",
            hint="`samflode sources list` shows the ids of the sources in the file; an address begins with https://.",
        )
    trial = _hidden(asyncio.run(_attempt(config, source, recordings, options)), config)
    if as_json:
        print_json(_as_json(trial))
    else:
        _say(trial)
    return 1 if trial.error else 0


async def _attempt(config: Config, source: Source, recordings: Path | None, options: Options) -> Trial:
    from pipeline.cli.asking import shown
    from pipeline.run import fetcher_of, utc_now
    from pipeline.trial import attempt

    async with fetcher_of(config, recordings) as fetcher:
        with shown(fetcher, options) as asking:
            return await attempt(source, asking, utc_now())


def _hidden(trial: Trial, config: Config) -> Trial:
    """The trial without what came from the environment: what a terminal shows ends in tickets and e-mails."""
    from pipeline.collect.redaction import Redaction

    redaction = Redaction(config.secrets)
    if trial.error is not None:
        trial.error.message, trial.error.hint = map(redaction.text, (trial.error.message, trial.error.hint))
    return replace(
        trial,
        source=replace(trial.source, url=redaction.text(trial.source.url)),
        tried=tuple(replace(each, item=redaction.item(each.item)) for each in trial.tried),
        dropped=tuple(
            replace(each, what=redaction.text(each.what), why=redaction.text(each.why)) for each in trial.dropped
        ),
        warnings=tuple(map(redaction.text, trial.warnings)),
    )


def _say(trial: Trial) -> None:
    if trial.error is not None:
        click.echo(f"{trial.source.url}\n  failed ({trial.error.kind}): {trial.error.message}\n  {trial.error.hint}")
        return
    print_table(
        ("", "date", "language", "title", "address"),
        (
            (str(number), _date(each.item), each.item.language or "–", each.item.title, each.item.url or "–")
            for number, each in enumerate(trial.tried, 1)
        ),
    )
    found = counted(len(trial.tried), "entry", "entries")
    click.echo(f"\n{found}, {counted(trial.requests, 'request')}; nothing was stored")
    if trial.tried:
        click.echo("\nwhere it came from")
        print_table(("field", "from", "entries"), _origins(trial))
    if trial.dropped:
        click.echo(f"\nleft out: {counted(len(trial.dropped), 'element')}")
        print_table(("what", "why"), ((_shortened(each.what), each.why) for each in trial.dropped[:_SHOWN]))
        if len(trial.dropped) > _SHOWN:
            click.echo(f"… and {len(trial.dropped) - _SHOWN} more: --json shows them all")
    if trial.warnings:
        click.echo("\nnoticed")
    for warning in trial.warnings:
        click.echo(f"  {warning}")


def _origins(trial: Trial) -> Iterator[tuple[str, str, str]]:
    """Each field, where it came from, and in which entries: "all", or their numbers."""
    found: dict[tuple[str, str], list[int]] = {}
    for number, each in enumerate(trial.tried, 1):
        for name in FIELDS:
            found.setdefault((name, each.provenance.get(name, "–")), []).append(number)
    for (name, how), numbers in sorted(found.items(), key=lambda pair: FIELDS.index(pair[0][0])):
        if how == "–" and len(numbers) == len(trial.tried):
            yield name, "nothing: the source does not give it", "all"
        else:
            yield name, how, "all" if len(numbers) == len(trial.tried) else _ranges(numbers)


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers in ascending order, those that follow one another drawn together.

    >>> _ranges([1, 2, 3, 7])
    '1–3, 7'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _shortened(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


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
                "title": each.item.title,
                "url": each.item.url,
                "published": each.item.published and each.item.published.at,
                "published_precision": each.item.published and each.item.published.precision,
                "language": each.item.language,
                "summary": each.item.summary,
                "text": each.item.text,
                "authors": each.item.authors,
                "by": each.item.origin.by,
                "from": dict(each.provenance),
            }
            for each in trial.tried
        ],
        "dropped": trial.dropped,
        "requests": trial.requests,
        "warnings": trial.warnings,
        "error": error and {"kind": error.kind, "message": error.message, "hint": error.hint},
    }
