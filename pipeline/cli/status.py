"""`samflode status`: how every source is doing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import Options, common
from pipeline.cli.output import ago, counted, print_json, print_table

if TYPE_CHECKING:
    from pipeline.model.edition import SourceHealth


@click.command(epilog="Example: samflode status --json")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@common
def status(options: Options, *, as_json: bool) -> int:
    """Show how every source is doing.

    Its last success, its last error, how many entries it held, and when it is due next.
    """
    from pipeline.archive import open_archive
    from pipeline.health import health

    config = options.load()
    with open_archive(options.store_of(config), write=False) as archive:
        state = health(config.sources, archive.histories(), {})
        counts = archive.count()
    if as_json:
        print_json({"items": counts.items, "stories": counts.stories, "sources": [_as_json(each) for each in state]})
        return 0
    now = datetime.now(UTC)
    print_table(
        ("source", "condition", "last success", "entries", "next due"),
        (
            (
                each.source.id,
                each.condition,
                ago(each.last_success, now),
                "–" if each.entries is None else str(each.entries),
                _due(each, now),
            )
            for each in state
        ),
    )
    for each in state:
        for sentence in each.notices:
            click.echo(f"\n{each.source.id}: {sentence}")
        if each.failure is not None and each.condition != "retired":
            since = f", since {each.failing_since:%Y-%m-%d %H:%M} UTC" if each.failing_since else ""
            click.echo(
                f"\n{each.source.id}: {each.failure.message} ({each.failure.kind}{since})\n  {each.failure.hint}"
            )
    click.echo(
        f"\n{counted(counts.items, 'item')} in {counted(counts.stories, 'story', 'stories')};"
        f" {counted(sum(each.condition == 'failing' for each in state), 'source fails', 'sources fail')}"
    )
    return 0


def _due(each: SourceHealth, now: datetime) -> str:
    if each.condition == "retired":
        return "never"
    return "at once" if each.next_due is None or each.next_due <= now else ago(each.next_due, now)


def _as_json(each: SourceHealth) -> dict[str, Any]:
    return {
        "id": each.source.id,
        "name": each.source.name,
        "condition": each.condition,
        "last_success": each.last_success,
        "failing_since": each.failing_since,
        "error": each.failure
        and {"kind": each.failure.kind, "message": each.failure.message, "hint": each.failure.hint},
        "complaints": each.complaints,
        "notices": each.notices,
        "entries": each.entries,
        "next_due": each.next_due,
    }
