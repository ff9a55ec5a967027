"""`samflode run`: the cron job."""

from __future__ import annotations

import functools
import logging
import os
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import logs
from pipeline.cli.completion import source_ids
from pipeline.cli.options import Options, common, recorded_sources
from pipeline.cli.output import counted, print_json
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pipeline.archive import Archive
    from pipeline.collect.recorder import Recorder
    from pipeline.model.config import Config
    from pipeline.model.history import History
    from pipeline.model.report import RunReport, SourceReport
    from pipeline.model.source import SourceId
    from pipeline.run import Choice

log = logging.getLogger("samflode.run")


@click.command(epilog="Example: samflode run --quiet")
@click.option("--all", "everything", is_flag=True, help="Collect every source, due or not.")
@click.option(
    "--source",
    "only",
    metavar="ID",
    multiple=True,
    shell_complete=source_ids,
    help="Collect only this source; may be repeated.",
)
@click.option(
    "--pages", metavar="N", type=click.IntRange(min=1), help="Walk N pages of each source: its older news too."
)
@click.option("--no-publish", is_flag=True, help="Leave the publication as it is.")
@click.option("--json", "as_json", is_flag=True, help="Print the run report as JSON.")
@click.option(
    "--replay",
    "recordings",
    metavar="PATH",
    type=click.Path(exists=True, path_type=Path),
    help="Take every response from recordings (a folder with a routes.json, or WARC files), none from the network.",
)
@click.option(
    "--record",
    "record",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep every response of this run as WARC in this folder.",
)
@click.option(
    "--metrics",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what the run came to into this file, for Prometheus (textfile collector).",
)
@common
def run(
    options: Options,
    *,
    everything: bool,
    only: tuple[str, ...],
    pages: int | None,
    no_publish: bool,
    as_json: bool,
    recordings: Path | None,
    record: Path | None,
    metrics: Path | None,
) -> int:
    """Collect every source that is due, merge what is new, and publish.

    Exits with 0 when done, 1 when a source failed (the others were collected and published), 2 when sources.yaml is
    wrong, 3 when the archive can't be used, 75 when another run holds the store.
    """
    import asyncio

    from pipeline.archive import open_archive
    from pipeline.model.source import SourceId
    from pipeline.run import Choice

    logs.bind(run=f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}")
    write_metrics = None if metrics is None else _metrics_into(metrics)
    config = options.load(recorded_sources(options, recordings))
    choice = Choice(everything=everything, only=tuple(map(SourceId, only)), pages=pages, recordings=recordings)
    folder = options.folder_of(config) / "public"
    with (
        open_archive(options.store_of(config), write=True) as archive,
        _watched(config, archive, options, live=recordings is None) as done,
    ):
        with recording(config, options, record, live=recordings is None) as recorders:
            report = asyncio.run(_run(config, archive, choice, options, recorders))
        if write_metrics is not None:
            write_metrics(report, archive.histories())
        if not no_publish:
            from pipeline.publication import republish

            republish(config, archive, folder)
        done(report)
    _say_totals(report)
    if as_json:
        print_json(report)
    elif not options.quiet and not no_publish:
        click.echo(f"archive page  {(folder / 'index.html').resolve().as_uri()}")
        click.echo(f"merged feed   {(folder / 'feed.atom').resolve().as_uri()}")
    return 1 if report.totals.failed else 0


@contextmanager
def _watched(
    config: Config, archive: Archive, options: Options, *, live: bool
) -> Iterator[Callable[[RunReport], None]]:
    """Within it a run goes on, whose report is handed to what it gives. A run over recordings is nobody's concern."""
    if not live:
        yield lambda _: None
        return
    from pipeline.archive.watch import Watch
    from pipeline.run import user_agent, utc_now
    from pipeline.watch import watched

    watch, alone = Watch(options.folder_of(config)), "://" not in options.store_of(config)
    with watched(config, archive, watch, alone=alone, clock=utc_now, user_agent=user_agent(config)) as done:
        yield done


def _metrics_into(path: Path) -> Callable[[RunReport, Mapping[SourceId, History]], None]:
    """Writes the metrics of a run. Raises UsageError where the package for it is missing."""
    try:
        from pipeline.metrics import write_textfile
    except ImportError as error:
        raise UsageError(
            "--metrics needs the package prometheus_client",
            hint="Install it beside Samflöde: pip install 'samflode[metrics]'",
        ) from error
    return functools.partial(write_textfile, path)


@contextmanager
def recording(config: Config, options: Options, wanted: Path | None, *, live: bool) -> Iterator[Sequence[Recorder]]:
    """The recorders of a run: one for `--record`, one for `captures:`, which drops what is older than that afterwards.

    Raises ArchiveUnwritable where one of their folders can't be written.
    """
    from pipeline import __version__
    from pipeline.archive.captures import captures_of, prune
    from pipeline.run import user_agent, utc_now

    own = captures_of(options.folder_of(config)) if config.captures is not None and live else None
    folders = [folder for folder in dict.fromkeys((wanted, own)) if folder is not None]
    if not folders:
        yield ()
        return
    from pipeline.collect.recorder import Recorder

    software = f"Samflode/{__version__}"
    recorders = [
        Recorder(folder, secrets=config.secrets, software=software, user_agent=user_agent(config)) for folder in folders
    ]
    try:
        yield recorders
    finally:
        for recorder in recorders:
            recorder.close()
    for recorder, folder in zip(recorders, folders, strict=True):
        if recorder.path is not None and folder == wanted:
            log.info("recorded in %s", recorder.path)
    if own is not None and config.captures is not None:
        prune(own, utc_now() - config.captures)


async def _run(
    config: Config, archive: Any, choice: Choice, options: Options, recorders: Sequence[Recorder]
) -> RunReport:
    from pipeline.archive.captures import LastCaptures
    from pipeline.archive.robots import RobotsFiles
    from pipeline.collect.redaction import Redaction
    from pipeline.run import Watcher, run, utc_now

    class Teller(Watcher):
        """Says a line for each source and, on a terminal, how far the run has come."""

        def __init__(self) -> None:
            self.bar: Any = None

        def began(self, sources: int) -> None:
            if sources and sys.stderr.isatty() and not options.quiet and options.log_format == "text":
                from rich.console import Console
                from rich.progress import Progress

                self.bar = Progress(console=Console(stderr=True), transient=True)
                self.bar.add_task("collecting", total=sources)
                self.bar.start()

        def collected(self, report: SourceReport, name: str) -> None:
            say(report, name)
            if self.bar is not None:
                self.bar.advance(self.bar.task_ids[0])

        def ended(self) -> None:
            if self.bar is not None:
                self.bar.stop()

    teller = Teller()
    try:
        folder = options.folder_of(config)
        captures, robots = LastCaptures(folder, hide=Redaction(config.secrets).body), RobotsFiles(folder)
        return await run(
            config,
            archive,
            choice,
            captures=captures,
            robots=robots,
            clock=utc_now,
            watcher=teller,
            recorders=recorders,
        )
    finally:
        teller.ended()


def say(report: SourceReport, name: str) -> None:
    """Log one line for a source, and one for each of its warnings."""
    del name
    fields = {
        "source": report.id,
        "outcome": report.outcome,
        "entries": report.entries,
        "new": report.new,
        "updated": report.updated,
        "requests": report.requests,
        "bytes": report.bytes,
        "seconds": report.seconds,
    }
    if report.error is not None:
        log.error(
            "%s: failed (%s): %s. %s Next: samflode doctor %s",
            report.id,
            report.error.kind,
            report.error.message,
            report.error.hint,
            report.id,
            extra={"fields": {**fields, "kind": report.error.kind}},
        )
    elif report.outcome == "not_due":
        log.info("%s: not asked", report.id, extra={"fields": fields})
    elif report.outcome == "unchanged":
        log.info("%s: unchanged, %.1f s", report.id, report.seconds, extra={"fields": fields})
    else:
        log.info(
            "%s: %s, %d new, %d updated; %s, %.1f s",
            report.id,
            counted(report.entries, "entry", "entries"),
            report.new,
            report.updated,
            counted(report.requests, "request"),
            report.seconds,
            extra={"fields": fields},
        )
    for warning in report.warnings:
        log.warning("%s: %s", report.id, warning, extra={"fields": {"source": report.id}})


def _say_totals(report: RunReport) -> None:
    totals = report.totals
    seconds = (report.finished - report.started).total_seconds()
    fields = {
        "sources": totals.sources,
        "failed": totals.failed,
        "entries": totals.entries,
        "new": totals.new,
        "updated": totals.updated,
        "stories": totals.stories,
        "seconds": seconds,
    }
    if not report.totals.sources:
        log.info("nothing was due; `--all` collects all the same", extra={"fields": fields})
        return
    log.info(
        "%s, %d failed; %s, %d new, %d updated; %s in the archive; %.0f s",
        counted(totals.sources, "source"),
        totals.failed,
        counted(totals.entries, "entry", "entries"),
        totals.new,
        totals.updated,
        counted(totals.stories, "story", "stories"),
        seconds,
        extra={"fields": fields},
    )
