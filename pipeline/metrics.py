"""What programs that watch machines are told, as Prometheus takes it. The only door to its client.

Every name is here, once; docs/operations.md explains them, deploy/ has a dashboard and alert rules over them. A worker serves them at
`/metrics`; a cron run writes those of the last run into a file for the textfile collector of the node exporter.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from prometheus_client import (  # noqa: TID251
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
    start_http_server,
)

from pipeline.archive import files
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, timedelta
    from pathlib import Path

    from pipeline.model.history import History
    from pipeline.model.report import RunReport, SourceReport
    from pipeline.model.source import SourceId

#: Seconds; a visit with many articles takes minutes.
VISIT_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
LATE_SECONDS = (1, 10, 60, 120, 300, 900, 3600, 6 * 3600, 24 * 3600)
#: Sources whose last success is told by name: those for which it is the longest ago. More would drown a Prometheus.
MOST_NAMED = 50


class WorkerMetrics:
    """What a worker tells: its own work, and how the whole fleet stands."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.visits = Counter(
            "samflode_visits",
            "Visits to sources, by outcome; `kind` says what failed.",
            ["outcome", "kind"],
            registry=registry,
        )
        self.requests = Counter("samflode_requests", "Requests that were made.", registry=registry)
        self.bytes = Counter("samflode_received_bytes", "Bytes of the answers, after decompression.", registry=registry)
        self.seconds = Histogram(
            "samflode_visit_seconds", "How long a visit took.", ["outcome"], buckets=VISIT_SECONDS, registry=registry
        )
        self.late = Histogram(
            "samflode_visit_late_seconds",
            "How long a source had been due when it was asked.",
            buckets=LATE_SECONDS,
            registry=registry,
        )
        self.items = Counter("samflode_items", "Items that were new, or revised.", ["change"], registry=registry)
        self.duplicates = Counter("samflode_duplicates", "Entries that the archive held already.", registry=registry)
        self.jobs = Counter(
            "samflode_jobs", "Jobs that were done, by what came of them.", ["job", "result"], registry=registry
        )
        self.rescued = Counter("samflode_rescued_jobs", "Jobs of dead workers that were taken up.", registry=registry)
        self.queued = Gauge(
            "samflode_queue_jobs", "Jobs in the queue of the fleet.", ["job", "status"], registry=registry
        )
        self.lag = Gauge(
            "samflode_schedule_lag_seconds",
            "How long the source has been due that has waited the longest.",
            registry=registry,
        )
        self.due = Gauge("samflode_sources_due", "Sources that are due and not collected yet.", registry=registry)
        self.workers = Gauge("samflode_workers", "Workers of the fleet that give signs of life.", registry=registry)
        self.published = Gauge(
            "samflode_published_timestamp_seconds", "When this worker last wrote the publication.", registry=registry
        )
        self.successes = Successes(registry)

    def visited(self, report: SourceReport, late: timedelta | None) -> None:
        """Counts a visit."""
        self.visits.labels(report.outcome, "" if report.error is None else report.error.kind).inc()
        self.requests.inc(report.requests)
        self.bytes.inc(report.bytes)
        self.seconds.labels(report.outcome).observe(report.seconds)
        self.items.labels("new").inc(report.new)
        self.items.labels("revised").inc(report.updated)
        self.duplicates.inc(max(report.entries - report.new - report.updated, 0))
        if late is not None:
            self.late.observe(late.total_seconds())

    def serve(self, address: str, port: int) -> Callable[[], None]:
        """Serves `/metrics`; what it gives ends that. Raises UsageError where the port can't be had."""
        try:
            server, thread = start_http_server(port, addr=address, registry=self.registry)
        except OSError as error:
            raise UsageError(
                f"{address}:{port} can't be used for metrics: {error.strerror}",
                hint="Choose another port with --metrics, or 0 for any free one.",
            ) from error
        self.port: int = server.server_address[1]

        def ended() -> None:
            server.shutdown()
            server.server_close()
            thread.join()

        return ended


class Successes:
    """When sources last answered as they should; of all of them the oldest, and some by name."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._oldest = Gauge(
            "samflode_oldest_success_timestamp_seconds",
            "When the source last answered for which that is the longest ago; 0: one never did.",
            registry=registry,
        )
        self._by_source = Gauge(
            "samflode_source_last_success_timestamp_seconds",
            f"When a source last answered, of the {MOST_NAMED} for which that is the longest ago; 0: never.",
            ["source"],
            registry=registry,
        )

    def tell(self, last: Mapping[SourceId, datetime | None]) -> None:
        """Tells them anew."""
        times = {source: 0.0 if at is None else at.timestamp() for source, at in last.items()}
        self._oldest.set(min(times.values(), default=0.0))
        self._by_source.clear()
        for source in sorted(times, key=lambda each: (times[each], each))[:MOST_NAMED]:
            self._by_source.labels(source).set(times[source])


def write_textfile(path: Path, report: RunReport, histories: Mapping[SourceId, History]) -> None:
    """Writes what a cron run came to, whole or not at all; how many there are, not sums over runs. Raises ArchiveUnwritable."""
    registry = CollectorRegistry()
    asked = [each for each in report.sources if each.outcome != "not_due"]
    _gauge(registry, "samflode_run_timestamp_seconds", "When the last run ended.", report.finished.timestamp())
    _gauge(
        registry,
        "samflode_run_seconds",
        "How long the last run took.",
        (report.finished - report.started).total_seconds(),
    )
    _gauge(registry, "samflode_run_requests", "Requests of the last run.", sum(each.requests for each in asked))
    _gauge(
        registry, "samflode_run_received_bytes", "Bytes that the last run received.", sum(each.bytes for each in asked)
    )
    _gauge(
        registry,
        "samflode_run_duplicates",
        "Entries of the last run that the archive held already.",
        sum(max(each.entries - each.new - each.updated, 0) for each in asked),
    )
    _gauge(
        registry,
        "samflode_run_slowest_visit_seconds",
        "The longest visit of the last run.",
        max((each.seconds for each in asked), default=0.0),
    )
    _gauge(
        registry,
        "samflode_run_late_seconds",
        "How long the source has been due that is the longest overdue.",
        _late(report),
    )
    visits = Gauge(
        "samflode_run_visits",
        "Sources of the last run, by outcome; `kind` says what failed.",
        ["outcome", "kind"],
        registry=registry,
    )
    for outcome, kind in sorted(
        {(each.outcome, "" if each.error is None else each.error.kind) for each in report.sources}
    ):
        visits.labels(outcome, kind).set(_count(report.sources, outcome, kind))
    items = Gauge(
        "samflode_run_items", "Items of the last run that were new, or revised.", ["change"], registry=registry
    )
    items.labels("new").set(report.totals.new)
    items.labels("revised").set(report.totals.updated)
    Successes(registry).tell(
        {each.id: known.last_success if (known := histories.get(each.id)) else None for each in report.sources}
    )
    files.make_folder(path.parent)
    files.replace(path, generate_latest(registry), durable=False)
    # The node exporter is another user.
    os.chmod(path, 0o644)  # noqa: PTH101


def _gauge(registry: CollectorRegistry, name: str, sentence: str, value: float) -> None:
    Gauge(name, sentence, registry=registry).set(value)


def _count(reports: Sequence[SourceReport], outcome: str, kind: str) -> int:
    return sum(each.outcome == outcome and (each.error.kind if each.error else "") == kind for each in reports)


def _late(report: RunReport) -> float:
    """How long the source has been due that is the longest overdue, at the end of the run, in seconds."""
    waits = (report.finished - each.next_due for each in report.sources if each.next_due is not None)
    return max([0.0, *(wait.total_seconds() for wait in waits)])
