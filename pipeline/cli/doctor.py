"""`samflode doctor`: what broke in a source, and what to write instead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.completion import source_ids
from pipeline.cli.options import Options, common, recorded_sources
from pipeline.cli.output import counted, print_json
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.archive import Archive
    from pipeline.model.config import Config
    from pipeline.model.source import Source
    from pipeline.repair import Diagnosis, Quiet


@click.command(epilog="Example: samflode doctor electronics-watch --fix")
@click.argument("ids", metavar="[ID ...]", nargs=-1, shell_complete=source_ids)
@click.option(
    "--fix", is_flag=True, help="Write what is proposed into sources.yaml, where it finds most of the known items."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--replay",
    "recordings",
    metavar="PATH",
    type=click.Path(exists=True, path_type=Path),
    help="Take the pages from recordings, none from the network.",
)
@common
def doctor(options: Options, *, ids: tuple[str, ...], fix: bool, as_json: bool, recordings: Path | None) -> int:
    """Say for every ailing source what broke, since when, and what to change.

    It looks at what the source answers now, names what it is where it is something else (a login, a consent wall, a page in
    place of a feed), and proposes selectors, or another address, that find the items which are known.
    """
    import asyncio

    from pipeline.archive import open_archive
    from pipeline.collect.redaction import Redaction
    from pipeline.repair import quiet
    from pipeline.run import utc_now

    path = recorded_sources(options, recordings) or options.sources_path
    config = options.load(path)
    chosen = _chosen(config, ids)
    with open_archive(options.store_of(config), write=False) as archive:
        diagnoses = asyncio.run(_diagnose(config, archive, options, recordings, chosen))
        ailing = {each.health.source.id for each in diagnoses}
        silent = quiet(archive, (source for source in chosen if source.id not in ailing), utc_now())
    redaction = Redaction(config.secrets)
    fixed = _fix(path, config, diagnoses) if fix else frozenset()
    if as_json:
        ailments = [_as_json(each, fixed=each.health.source.id in fixed) for each in diagnoses]
        print_json(redaction.value([*ailments, *map(_silent_as_json, silent)]))
    elif not diagnoses and not silent:
        click.echo("nothing ails the sources" if not ids else "nothing ails " + ", ".join(ids))
    else:
        for each in diagnoses:
            click.echo(redaction.text("\n".join((*_lines(each), *_remedy(each, fixing=fix)))) + "\n")
        for source in silent:
            click.echo(_silence(source))
    if fix and not as_json:
        if fixed:
            asked = " ".join(f"--source {each}" for each in sorted(fixed))
            click.echo(f"{path}: written; `samflode run {asked}` collects with it")
        else:
            click.echo("nothing to write")
    return 0


def _chosen(config: Config, ids: Sequence[str]) -> list[Source]:
    known = {source.id for source in config.sources}
    for each in ids:
        if each not in known:
            raise UsageError(
                f"there is no source `{each}`", hint="`samflode sources list` shows the ids of the sources in the file."
            )
    return [source for source in config.sources if not ids or source.id in ids]


async def _diagnose(
    config: Config, archive: Archive, options: Options, recordings: Path | None, chosen: Sequence[Source]
) -> list[Diagnosis]:
    from pipeline.archive.captures import LastCaptures
    from pipeline.cli.asking import shown
    from pipeline.repair import diagnose
    from pipeline.run import fetcher_of

    async with fetcher_of(config, recordings) as fetcher:
        with shown(fetcher, options) as asking:
            return await diagnose(archive, LastCaptures(options.folder_of(config)), asking, chosen)


def _lines(each: Diagnosis) -> Iterator[str]:
    state = each.health
    since = f" since {state.failing_since:%Y-%m-%d %H:%M} UTC" if state.failing_since else ""
    if state.condition == "retired":
        yield f"{state.source.id}: retired{since}"
    elif state.failure is not None:
        yield f"{state.source.id}: failing{since} ({state.failure.kind})"
        yield f"  {state.failure.message}"
    elif state.condition == "ok":
        yield f"{state.source.id}: works, by way of a redirect for good"
    else:
        yield f"{state.source.id}: answers, but lacks something{since}"
    for sentence in (*state.notices, *state.complaints):
        yield f"  {sentence}"
    for name, sight in (("before", each.before), ("now", each.now)):
        if sight is not None:
            yield f"  {name + ':':<8} {sight.items} items; {sight.text}"
    if each.unreachable is not None:
        yield f"  the page can't be had now: {each.unreachable}"
    if each.finding is not None:
        yield f"  {each.finding.name}: {each.finding.message}"


def _remedy(each: Diagnosis, *, fixing: bool) -> Iterator[str]:
    """What to write instead, else what to do."""
    state, proposal = each.health, each.proposal
    if proposal is not None:
        for field, (old, new) in proposal.changes.items():
            yield f"  replace `{field}: {old}` by `{field}: {new}`" if old else f"  add `{field}: {new}` to the source"
        yield f"  which finds {proposal.found} of the {proposal.known} newest known items"
        if fixing and not proposal.is_sure:
            yield "  not written, for it finds too few of the known items"
        elif proposal.is_sure and not fixing:
            yield f"  next: samflode doctor {state.source.id} --fix   # writes it"
    elif each.finding is not None:
        yield f"  {each.finding.advice}"
    elif state.failure is not None and state.condition != "retired":
        yield f"  {state.failure.hint}"


def _silence(each: Quiet) -> str:
    return (
        f"{each.source.id}: quiet; it answers as it should, but its newest item is of {each.newest:%Y-%m-%d}."
        f" It used to bring one every {_days(each.usual)}, never further apart than {_days(each.longest)}:"
        " look whether the news is somewhere else now."
    )


def _days(number: float) -> str:
    return counted(max(1, round(number)), "day")


def _silent_as_json(each: Quiet) -> dict[str, Any]:
    return {
        "id": each.source.id,
        "condition": "quiet",
        "since": each.newest,
        "usual_days": round(each.usual, 1),
        "longest_days": round(each.longest, 1),
    }


def _fix(path: Path, config: Config, diagnoses: Sequence[Diagnosis]) -> frozenset[str]:
    """Write the proposals that can be trusted into the file of sources; the ids of their sources."""
    from pipeline.config.edit import write
    from pipeline.config.mend import mended
    from pipeline.config.yaml import read

    places = {source.id: number for number, source in enumerate(config.sources)}
    values: dict[tuple[str | int, ...], str] = {}
    additions: dict[tuple[str | int, ...], str] = {}
    fixed = set[str]()
    for each in diagnoses:
        source = each.health.source
        if each.proposal is None or not each.proposal.is_sure:
            continue
        fixed.add(source.id)
        for field, (old, new) in each.proposal.changes.items():
            where = (field,) if field in {"url", "listing"} else ("listing", field)
            (values if old else additions)["sources", places[source.id], *where] = new
    if not fixed:
        return frozenset()
    text = read(path)
    try:
        changed = mended(text, values, additions, file=str(path))
    except KeyError as error:
        raise UsageError(
            f"{path}: the place to write to was not found ({error})", hint="Write what is proposed above by hand."
        ) from error
    write(path, changed)
    return frozenset(fixed)


def _as_json(each: Diagnosis, *, fixed: bool) -> dict[str, Any]:
    state = each.health
    return {
        "id": state.source.id,
        "condition": state.condition,
        "since": state.failing_since,
        "error": state.failure and {"kind": state.failure.kind, "message": state.failure.message},
        "complaints": state.complaints,
        "notices": state.notices,
        "before": each.before,
        "now": each.now,
        "finding": each.finding,
        "unreachable": each.unreachable,
        "proposal": each.proposal
        and {
            "changes": {field: {"old": old, "new": new} for field, (old, new) in each.proposal.changes.items()},
            "found": each.proposal.found,
            "known": each.proposal.known,
        },
        "fixed": fixed,
    }
