"""`samflode status`: how every source is doing, and what waits for a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import Options, common
from pipeline.cli.output import ago, counted, print_json, print_table, span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.archive.port import Counts
    from pipeline.archive.watch import Watched
    from pipeline.model.edition import SourceHealth

#: A cron job that runs every hour is so late at the most.
_USUAL = timedelta(hours=1, minutes=10)


@click.command(epilog="Example: samflode status --json")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@common
def status(options: Options, *, as_json: bool) -> int:
    """Show how every source is doing, and what waits for a person.

    For each source its last success, what its last visits brought (× failed, ▁ nothing new), how many entries it held, and when it is due
    next; then the last run, how late sources are, and every source that needs somebody, with what to do.
    """
    from pipeline.archive import open_archive
    from pipeline.archive.watch import Watch
    from pipeline.health import health

    config = options.load()
    with open_archive(options.store_of(config), write=False) as archive:
        state = health(config.sources, archive.histories(), {})
        counts = archive.count()
    watched = Watch(options.folder_of(config)).read()
    now = datetime.now(UTC)
    if as_json:
        print_json(_told(state, counts, watched, now))
        return 0
    _show_table(state, now)
    waiting = [lines for each in state if (lines := list(_waiting(each)))]
    if waiting:
        click.echo("\nwaits for a person:")
        for lines in waiting:
            click.echo("\n  ".join(lines))
    click.echo()
    for line in _summary(state, counts, watched, now):
        click.echo(line)
    return 0


def _show_table(state: Sequence[SourceHealth], now: datetime) -> None:
    print_table(
        ("source", "condition", "last success", "last visits", "entries", "next due"),
        (
            (
                each.source.id,
                each.condition,
                ago(each.last_success, now),
                each.trend,
                "–" if each.entries is None else str(each.entries),
                _due(each, now),
            )
            for each in state
        ),
        colours={"condition": CONDITIONS},
    )


#: How a condition is shown on a terminal.
CONDITIONS = {"ok": "green", "new": "dim", "ailing": "yellow", "failing": "bold red", "retired": "magenta"}


def _waiting(each: SourceHealth) -> Iterator[str]:
    """What a person should look at in a source, and how; nothing where it is well."""
    id_ = each.source.id
    since = f", since {each.failing_since:%Y-%m-%d %H:%M} UTC" if each.failing_since else ""
    if each.failure is not None and each.condition != "retired":
        yield f"{id_}: {each.failure.message} ({each.failure.kind}{since})"
        yield each.failure.hint
        yield f"samflode doctor {id_}"
    elif each.complaints:
        yield f"{id_}: {' '.join(each.complaints)} (ailing{since})"
        yield f"samflode doctor {id_}"
    for sentence in each.notices:
        yield f"{id_}: {sentence}"


def _summary(state: Sequence[SourceHealth], counts: Counts, watched: Watched, now: datetime) -> Iterator[str]:
    """The last run, how late sources are, how much there is."""
    from pipeline.health import overdue

    last = watched.last
    if last is not None and last.finished is not None:
        length = span(last.finished - last.started)
        yield f"last run {ago(last.finished, now)}, in {length}: {counted(last.asked, 'source')} asked, {last.failed} failed"
    elif all(each.condition == "new" for each in state):
        yield "no run yet: samflode run"
    if watched.under_way:
        yield f"a run is under way since {watched.under_way[-1].started:%Y-%m-%d %H:%M} UTC, or was killed: the next one goes on from there"
    elif watched.broken is not None and (last is None or now - watched.broken < timedelta(days=7)):
        yield f"the run of {watched.broken:%Y-%m-%d %H:%M} UTC did not come to its end: look into the log of that time"
    many, late = overdue(state, now)
    if late > _USUAL:
        yield (
            f"{counted(many, 'source is', 'sources are')} overdue, by {span(late)} at most:"
            " does cron, or the timer, start `samflode run` often enough?"
        )
    failing = sum(each.condition == "failing" for each in state)
    yield (
        f"{counted(counts.items, 'item')} in {counted(counts.stories, 'story', 'stories')};"
        f" {counted(failing, 'source fails', 'sources fail')}"
    )


def _due(each: SourceHealth, now: datetime) -> str:
    if each.condition == "retired":
        return "never"
    return "at once" if each.next_due is None or each.next_due <= now else ago(each.next_due, now)


def _told(state: Sequence[SourceHealth], counts: Counts, watched: Watched, now: datetime) -> dict[str, Any]:
    from pipeline.health import overdue

    many, late = overdue(state, now)
    return {
        "items": counts.items,
        "stories": counts.stories,
        "last_run": watched.last
        and {
            "started": watched.last.started,
            "finished": watched.last.finished,
            "sources": watched.last.asked,
            "failed": watched.last.failed,
        },
        "unfinished_run": watched.broken,
        "overdue": {"sources": many, "seconds": int(late.total_seconds())},
        "waiting": [each.source.id for each in state if any(_waiting(each))],
        "sources": [_as_json(each) for each in state],
    }


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
        "recent": [
            {"at": attempt.at, "outcome": attempt.outcome, "entries": attempt.entries, "new": attempt.new}
            for attempt in each.recent
        ],
    }
