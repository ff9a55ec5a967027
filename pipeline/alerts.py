"""What people have to be told now, and were not told before. Pure.

Three things are worth a message that nobody asked for: a source that has been failing for longer than `alert_after` (and that it works
again, if its failing was told), a run that did not come to its end, new stories that a saved search finds. Each is said once: what was
said is an argument and a result. A message that could not be sent leaves it as it was, so that the next run says it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.model.alert import Alert, Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from pipeline.model.config import Config, SavedSearch
    from pipeline.model.edition import SourceHealth

#: Stories that one message lists, and that are remembered as said.
_LISTED, _REMEMBERED = 20, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """A story that a saved search finds."""

    story: str
    title: str
    #: Where it can be read.
    url: str
    #: Names of its sources.
    sources: tuple[str, ...]


def state_of_sources(
    config: Config, healths: Sequence[SourceHealth], unfinished: datetime | None, told: Told, now: datetime
) -> Alert | None:
    """The message of what is wrong with sources and runs, and of what is mended; None where there is nothing new to say.

    `unfinished` is when a run began that did not come to its end.
    """
    failing = {each.source.id: each for each in healths if _fails(each, config.alert_after, now)}
    fresh = [each for id_, each in failing.items() if told.failing.get(id_) != each.failing_since]
    known = {each.source.id: each for each in healths}
    mended = [known[id_] for id_ in told.failing if id_ in known and known[id_].condition in {"ok", "ailing"}]
    broken = unfinished if unfinished is not None and unfinished != told.unfinished else None
    kept = Told(
        failing={id_: at for each in failing.values() if (at := each.failing_since) and (id_ := each.source.id)}
        | {
            id_: at
            for id_, at in told.failing.items()
            if id_ in known and id_ not in failing and known[id_] not in mended
        },
        unfinished=unfinished or told.unfinished,
        searches=told.searches,
        stories=told.stories,
    )
    if not (fresh or mended or broken):
        return None
    parts = [_of_run(broken)] if broken else []
    parts += [_of_failing(each) for each in fresh]
    parts += [f"{each.source.name} works again." for each in mended]
    return Alert(
        title=f"{config.archive.title}: {_headline(len(fresh), len(mended), broken=broken is not None)}",
        body="\n\n".join(parts),
        recipients=config.notify,
        told=kept,
    )


def _fails(each: SourceHealth, alert_after: timedelta, now: datetime) -> bool:
    return (
        each.condition in {"failing", "retired"}
        and each.failing_since is not None
        and now - each.failing_since > alert_after
    )


def _headline(fresh: int, mended: int, *, broken: bool) -> str:
    parts = ["a run did not finish"] if broken else []
    if fresh:
        parts.append("a source fails" if fresh == 1 else f"{fresh} sources fail")
    if mended:
        parts.append("a source works again" if mended == 1 else f"{mended} sources work again")
    return ", ".join(parts)


def _of_run(started: datetime) -> str:
    return (
        f"The run that began on {started:%Y-%m-%d at %H:%M} UTC did not come to its end: it was killed, the machine went down, or the disk is"
        " full. Nothing that it had said was lost, and this run went on from there.\n"
        "Next: look into the log of that time (journalctl -u samflode), and at the free space of the disk."
    )


def _of_failing(each: SourceHealth) -> str:
    since = f" since {each.failing_since:%Y-%m-%d %H:%M} UTC" if each.failing_since else ""
    lines = [f"{each.source.name} ({each.source.id}) has been failing{since}."]
    if each.failure is not None:
        lines += [each.failure.message, each.failure.hint]
    lines += each.notices
    lines.append(f"Next: samflode doctor {each.source.id}")
    return "\n".join(lines)


def found(
    config: Config, search: SavedSearch, finds: Iterable[Find], told: Told, now: datetime
) -> tuple[Alert | None, Told]:
    """The message of what a saved search finds and that was not said, and what is told without one.

    A search that is new begins now: nothing that the archive holds already is new to it.
    """
    said = told.stories.get(search.id, ())
    fresh = [each for each in finds if each.story not in said]
    remembered = (*said, *(each.story for each in fresh))[-_REMEMBERED:]
    quiet = replace(
        told,
        searches={**told.searches, search.id: now},
        stories={**told.stories, search.id: remembered},
    )
    if search.id not in told.searches or not fresh:
        return None, quiet
    listed = [f"{each.title}\n{', '.join(each.sources)}\n{each.url}" for each in fresh[:_LISTED]]
    if len(fresh) > _LISTED:
        listed.append(f"and {len(fresh) - _LISTED} more")
    listed.append(f"All that it finds: samflode search '{search.words}'")
    count = "a new story" if len(fresh) == 1 else f"{len(fresh)} new stories"
    return (
        Alert(
            title=f"{config.archive.title}: {count} for {search.id}",
            body="\n\n".join(listed),
            recipients=search.notify or config.notify,
            told=quiet,
        ),
        told,
    )


def forgotten(told: Told, searches: Mapping[str, SavedSearch]) -> Told:
    """What is told without searches that are no more."""
    return replace(
        told,
        searches={each: at for each, at in told.searches.items() if each in searches},
        stories={each: ids for each, ids in told.stories.items() if each in searches},
    )
