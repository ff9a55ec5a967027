"""`samflode sources add`: the feed or the listing behind an address, shown, and written into sources.yaml."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import Options, common
from pipeline.cli.output import counted, print_json, print_table
from pipeline.errors import ConfigError, UsageError
from pipeline.web.urls import readable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.addition import Addition, Proposal
    from pipeline.model.config import Config
    from pipeline.model.item import Item
    from pipeline.model.source import Source

#: Entries that are shown; `--json` gives all.
_SHOWN = 20
#: A source that makes a file without any valid: is it right but for the source that is about to come?
_PLACEHOLDER = {"id": "placeholder", "url": "https://placeholder.example/"}


@click.command(name="add", epilog="Example: samflode sources add https://www.adda.se/")
@click.argument("url")
@click.option("--yes", "-y", is_flag=True, help="Write it without asking.")
@click.option("--dry-run", is_flag=True, help="Print the block, and write nothing.")
@click.option("--way", type=click.IntRange(1), default=1, show_default=True, help="Which of the ways found to take.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--replay",
    "recordings",
    metavar="PATH",
    type=click.Path(exists=True, path_type=Path),
    help="Take the responses from recordings, none from the network.",
)
@common
def add_source(
    options: Options, *, url: str, yes: bool, dry_run: bool, way: int, as_json: bool, recordings: Path | None
) -> int:
    """Find the feed behind a page, or where there is none its news, and add it to sources.yaml.

    URL is any address of the site: its front page, its list of news, an article, a feed. What would be collected is shown, and
    a block is written behind the last source; all else in the file stays as it is.
    """
    import asyncio

    path = options.sources_path
    config = config_to_extend(options, path)
    found = asyncio.run(_found(config, _address(url), recordings, options))
    if found.present is not None:
        _say_present(found, path, as_json=as_json)
        return 0
    chosen: Proposal | None = _chosen(found, way)
    asks = not yes and not dry_run and not as_json and sys.stdin.isatty()
    if not as_json:
        _show(found, found.proposals[way - 1], options)
    if asks:
        chosen = _asked(found, found.proposals[way - 1], path)
    written = _write(path, chosen) if chosen is not None and (yes or asks) and not dry_run else None
    if as_json:
        print_json(_as_json(found, chosen, written))
    elif written is not None and chosen is not None:
        click.echo(
            f"{path}:{written}: added `{chosen.source.id}`; `samflode run --source {chosen.source.id}` collects it"
        )
    elif dry_run or asks:
        click.echo(f"{path}: nothing was written", err=True)
    if not (yes or asks or dry_run):
        raise UsageError(
            f"{path}: nothing was written, for there is no terminal to ask at",
            hint="`--yes` writes the block without asking, `--dry-run` only prints it.",
        )
    return 0


def config_to_extend(options: Options, path: Path) -> Config:
    """What the file says; one that is right but for having no sources yet is right."""
    from dataclasses import replace

    from pipeline.config.edit import appended
    from pipeline.config.load import checked
    from pipeline.config.yaml import read

    try:
        return options.load(path)
    except ConfigError as problems:
        try:
            text = appended(read(path), _PLACEHOLDER, file=str(path))
            config = checked(text, str(path), os.environ)[0]
        except (ConfigError, UsageError):
            raise problems from None
        if len(config.sources) > 1:
            raise
        return replace(config, sources=())


def _address(url: str) -> str:
    """The address in its ASCII spelling; one without a scheme is meant as https."""
    from pipeline.config.names import address
    from pipeline.config.wording import Unfit

    try:
        return address(url if "://" in url or url.startswith(("http:", "https:", "mailto:")) else f"https://{url}")
    except Unfit as unfit:
        raise UsageError(str(unfit.message), hint=f"{unfit.advice[:1].upper()}{unfit.advice[1:]}.") from None


async def _found(config: Config, url: str, recordings: Path | None, options: Options) -> Addition:
    from pipeline.addition import addition
    from pipeline.cli.asking import shown
    from pipeline.run import fetcher_of, utc_now

    async with fetcher_of(config, recordings) as fetcher:
        with shown(fetcher, options) as asking:
            return await addition(config, url, asking, utc_now())


def _chosen(found: Addition, way: int) -> Proposal:
    if way > len(found.proposals):
        raise UsageError(
            f"there is no way {way}: {counted(len(found.proposals), 'way')} found",
            hint="`--way` takes the number of a way that is listed without it.",
        )
    return found.proposals[way - 1]


def _show(found: Addition, chosen: Proposal, options: Options) -> None:
    """The table of entries, the ways, and the block; the block alone where only that is wanted."""
    if not options.quiet:
        print_table(
            ("date", "language", "title", "address"),
            ((_date(item), item.language or "–", item.title, item.url or "–") for item in chosen.items[:_SHOWN]),
        )
        more = len(chosen.items) - _SHOWN
        if more > 0:
            click.echo(f"and {counted(more, 'more entry', 'more entries')}")
        click.echo()
        for number, each in enumerate(found.proposals, 1):
            mark = "*" if each is chosen else " "
            doubt = f" (but {each.way.doubt})" if each.way.doubt else ""
            click.echo(
                f"{mark} {number}. {_kind(each)} {readable(each.way.url)}, {each.way.how}: "
                f"{counted(len(each.items), 'entry', 'entries')}{doubt}"
            )
        for neighbour in found.neighbours:
            click.echo(
                f"note: `{neighbour.id}` (line {neighbour.line}) collects {readable(neighbour.url)}, of the same site"
            )
        click.echo(f"\n{counted(found.requests, 'request')}; the block for sources.yaml:\n")
    click.echo(_block(chosen), nl=False)
    if not options.quiet:
        click.echo()


def _asked(found: Addition, chosen: Proposal, path: Path) -> Proposal | None:
    """The way to write, as a person says; None: none."""
    others = f", or the number of another way (1–{len(found.proposals)})" if len(found.proposals) > 1 else ""
    while True:
        answer = click.prompt(f"Write it to {path}? y or n{others}", default="y").strip().lower()
        if answer in {"y", "yes", "j", "ja"}:
            return chosen
        if answer in {"n", "no", "nej"}:
            return None
        if answer.isdigit() and 1 <= int(answer) <= len(found.proposals):
            chosen = found.proposals[int(answer) - 1]
            click.echo(_block(chosen))


def _write(path: Path, chosen: Proposal) -> int:
    """The line that the source begins at, once it is written; the file is read anew, for it may have changed while we asked."""
    from pipeline.config.edit import appended, write
    from pipeline.config.load import checked
    from pipeline.config.yaml import read

    text = appended(read(path), chosen.fields, chosen.comment, file=str(path))
    config = checked(text, str(path), os.environ)[0]
    write(path, text)
    return config.sources[-1].line


def _block(chosen: Proposal) -> str:
    from pipeline.config.edit import block

    return block(chosen.fields, chosen.comment)


def _say_present(found: Addition, path: Path, *, as_json: bool) -> None:
    source: Source | None = found.present
    assert source is not None
    if as_json:
        print_json(_as_json(found, None, None))
        return
    click.echo(f"{path}:{source.line}: `{source.id}` collects {readable(source.url)} already; nothing was changed")


def _kind(proposal: Proposal) -> str:
    from pipeline.cli.kinds import kind_name

    return kind_name(proposal.source.kind)


def _date(item: Item) -> str:
    if item.published is None:
        return "–"
    forms = {"month": "%Y-%m", "day": "%Y-%m-%d"}
    return item.published.at.strftime(forms.get(item.published.precision, "%Y-%m-%d %H:%M"))


def _as_json(found: Addition, chosen: Proposal | None, written: int | None) -> dict[str, Any]:
    present = found.present
    return {
        "outcome": "present" if present else "added" if written else "found",
        "present": present and {"id": present.id, "url": present.url, "line": present.line},
        "line": written,
        "fields": chosen and chosen.fields,
        "block": chosen and _block(chosen),
        "entries": _entries(chosen.items) if chosen else [],
        "ways": [
            {
                "url": each.way.url,
                "kind": _kind(each),
                "how": each.way.how,
                "doubt": each.way.doubt,
                "entries": len(each.items),
                "chosen": each is chosen,
            }
            for each in found.proposals
        ],
        "neighbours": [each.id for each in found.neighbours],
        "requests": found.requests,
    }


def _entries(items: Sequence[Item]) -> list[dict[str, Any]]:
    return [
        {
            "title": item.title,
            "url": item.url,
            "published": item.published and item.published.at,
            "published_precision": item.published and item.published.precision,
            "language": item.language,
            "summary": item.summary,
        }
        for item in items
    ]
