"""`samflode worker`: one of many collecting machines."""

from __future__ import annotations

import logging
import signal
from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import logs
from pipeline.cli.options import Options, common
from pipeline.cli.run import recording, say
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.fleet.order import Order
    from pipeline.metrics import WorkerMetrics
    from pipeline.model.report import SourceReport

log = logging.getLogger("samflode.worker")


class Address(click.ParamType[tuple[str, int]]):
    """A port, or HOST:PORT."""

    name = "address"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        """The host and the port."""
        if isinstance(value, tuple):
            return value
        host, _, port = str(value).rpartition(":")
        if not port.isdecimal() or int(port) > 65_535:
            self.fail(f"{value!r} is no port; write 9464, or 0.0.0.0:9464 to be seen from other machines", param, ctx)
        return host.strip("[]") or "127.0.0.1", int(port)


class Duration(click.ParamType[timedelta]):
    """A length of time, as sources.yaml writes it."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The length of time."""
        from pipeline.config.units import pause
        from pipeline.config.wording import Unfit

        if isinstance(value, timedelta):
            return value
        try:
            return pause(value)
        except Unfit as error:
            self.fail(f"{error.message}; {error.advice}", param, ctx)


@click.command(epilog="Example: samflode worker --metrics 9464")
@click.option("--once", is_flag=True, help="Do what is due, publish, and end.")
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(1, 1_000),
    default=16,
    show_default=True,
    help="Ask so many hosts at once.",
)
@click.option("--no-publish", is_flag=True, help="Leave the publication to other workers.")
@click.option(
    "--publish-every",
    metavar="DURATION",
    type=Duration(),
    default="5m",
    show_default=True,
    help="Publish no more often.",
)
@click.option(
    "--metrics",
    metavar="[HOST:]PORT",
    type=Address(),
    help="Serve metrics for Prometheus there, at /metrics. [default host: 127.0.0.1]",
)
@click.option("--trace", is_flag=True, help="Send traces by OTLP; OTEL_EXPORTER_OTLP_ENDPOINT says where to.")
@common
def worker(
    options: Options,
    *,
    once: bool,
    jobs: int,
    no_publish: bool,
    publish_every: timedelta,
    metrics: tuple[str, int] | None,
    trace: bool,
) -> int:
    """Collect as one of many, on this machine or others, into one archive in PostgreSQL.

    Any number of workers share the work; each site is asked as slowly as by one. It works until it is told to stop: the first
    SIGTERM or Ctrl-C lets it end what is under way, the second stops it at once. Exits with 0 then.
    """
    import asyncio

    config = options.load()
    store = options.store_of(config)
    if not store.startswith("postgresql://"):
        # An address may hold a password.
        named = f"an address with {store.partition('://')[0]}://" if "://" in store else f"the folder {store}"
        raise UsageError(
            f"workers share an archive in PostgreSQL, and the store is {named}",
            hint="Copy it with `samflode store migrate --to postgresql://user@host/database`, then write that address into"
            " sources.yaml as `store:`. On one machine `samflode run` is enough.",
        )
    try:
        import procrastinate  # noqa: F401, TID251

        from pipeline.fleet.order import Order
        from pipeline.metrics import WorkerMetrics
    except ImportError as error:
        raise UsageError(
            f"a worker needs the package {(error.name or '').partition('.')[0]}",
            hint="Install what it takes beside Samflöde: pip install 'samflode[worker]'",
        ) from error
    folder = options.folder_of(config)
    order = Order(
        store=store,
        sources=options.sources_path,
        load=options.load,
        publication=None if no_publish else folder / "public",
        folder=folder,
        at_once=jobs,
        publish_every=publish_every,
        once=once,
        recording=lambda now: recording(now, options, None, live=True),
    )
    with ExitStack() as stack:
        told = WorkerMetrics()
        if metrics is not None:
            stack.callback(told.serve(*metrics))
            log.info("metrics are at http://%s:%d/metrics", metrics[0], told.port)
        if trace:
            from pipeline.fleet.tracing import trace as begin

            stack.callback(begin())
        asyncio.run(_work(order, told))
    return 0


async def _work(order: Order, told: WorkerMetrics) -> None:
    import asyncio

    from pipeline import fleet
    from pipeline.fleet.visiting import Watcher

    class Teller(Watcher):
        """Says a line for each source."""

        def began(self, run: str, host: str) -> None:
            logs.bind(run=run, host=host)

        def collected(self, report: SourceReport, *, late: timedelta | None) -> None:
            told.visited(report, late)
            say(report, report.id)

    stopping, loop = asyncio.Event(), asyncio.get_running_loop()

    def stop(number: signal.Signals) -> None:
        stopping.set()
        # The next one is the system's: it ends the process.
        loop.remove_signal_handler(number)

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop, each)
    await fleet.work(order, watcher=Teller(), metrics=told, stopping=stopping)
