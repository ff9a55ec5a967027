"""The queue: Procrastinate, in the database that holds the archive. The only door to it.

    schedule    every minute, once for the fleet: queues the hosts with sources that are due
    collect     one host's due sources; never two at once for a host, and never two waiting
    publish     the publication; one at a time
    tell        every five minutes, once for the fleet: what people have to be told

Every ten seconds each worker looks for the jobs of workers that are no more, and queues them again.

Nothing that counts is kept here. What is due stands in the archive, in the histories of the sources; whoever takes up a job that another
began does what is still due then, so a job that is lost, or done twice, does no harm.
"""

from __future__ import annotations

import contextlib
import logging
import time
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit
from weakref import WeakKeyDictionary

import procrastinate  # noqa: TID251
from procrastinate import exceptions as said  # noqa: TID251
from procrastinate import jobs, worker  # noqa: TID251
from psycopg_pool import AsyncConnectionPool

from pipeline.archive.postgres_tables import shown
from pipeline.collect.politeness import LONGEST_WAIT
from pipeline.errors import ArchiveUnreachable, ArchiveUnwritable
from pipeline.model.history import Pause

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
    from datetime import timedelta

    from psycopg import AsyncConnection  # noqa: TID251

    Duty = Callable[..., Awaitable[None]]

log = logging.getLogger("samflode.worker")

#: Queues: what every worker does, the fleet's own duties, and what only those do that can write the publication.
COLLECT, DUTIES, PUBLISH = "collect", "duties", "publish"
#: Jobs of the fleet's own, in the queue of its duties.
SCHEDULE, TELL = "schedule", "tell"
#: Seconds between two signs of life of a worker, and without one until its jobs are another's.
HEARTBEAT, STALLED = 5.0, 25.0
#: When it is looked for what is due.
EVERY_MINUTE = "* * * * *"
#: Connections for the queue and for turns at hosts. A worker has three more: one that hears of new jobs, two to the archive.
MOST_CONNECTIONS = 4
#: Seconds that a connection is taken to be good after it was used.
SURE = 1.0
#: Jobs that are queued in one statement.
_AT_ONCE = 500
#: Of a connection, so that both ends notice within a quarter of a minute when the other is gone; seconds.
_KEEPALIVE = {"keepalives": "1", "keepalives_idle": "5", "keepalives_interval": "3", "keepalives_count": "3"}
_SERVER_TOO = (
    "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3"
    " -c tcp_user_timeout=15000 -c client_connection_check_interval=5000"
)


class QueueLost(Exception):
    """The database of the queue does not answer."""


class Queue:
    """The jobs of a fleet. Opened by `opened`, once or again."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connector = procrastinate.PsycopgConnector(
            conninfo=watchful(url),
            min_size=1,
            max_size=MOST_CONNECTIONS,
            timeout=30,
            reconnect_timeout=5,
            # Each question is one statement, and so a transaction of its own: no trips to begin and to end one.
            pool_factory=lambda **settings: AsyncConnectionPool(**{**settings, "check": _Checks()}),
            configure=lambda connection: connection.set_autocommit(True),
            kwargs={"application_name": "samflode worker"},
        )
        self._app = procrastinate.App(connector=self._connector)
        #: Whether this worker is about to end.
        self.is_closing = False

    def does(self, name: str, duty: Duty, *, queue: str, cron: str | None = None) -> None:
        """What becomes of the jobs of that name; with `cron` one is queued at each of its times, once for the fleet.

        Of those one is done at a time, and one waits at the most.
        """
        alone = name if cron else None

        @self._app.task(name=name, queue=queue, pass_context=True, lock=alone, queueing_lock=alone)
        async def done(context: procrastinate.JobContext, /, **said_of_it: Any) -> None:
            said_of_it.pop("timestamp", None)
            await duty(context.job.id, **said_of_it)

        if cron is not None:
            self._app.periodic(cron=cron)(done)  # type: ignore[arg-type]  # takes its time among the rest

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """The queue, ready for use; its tables are made where they are missing. Raises ArchiveUnwritable."""
        try:
            await self._app.open_async()
        except Exception as error:
            raise self._unreachable(error) from error
        try:
            await self._set_up()
            yield
        finally:
            with contextlib.suppress(Exception):
                await self._app.close_async()

    async def work(self, queues: Sequence[str], *, at_once: int, wait: bool) -> None:
        """Does jobs of these queues until cancelled, then ends what is under way; without `wait`, until there are none.

        Raises QueueLost where the database does not answer.
        """
        working = worker.Worker(
            self._app,
            queues=queues,
            concurrency=at_once,
            wait=wait,
            delete_jobs="always",
            install_signal_handlers=False,
            # To hear of a job takes a connection: the fleet's own duties can wait for a look, which is every five seconds.
            listen_notify=wait and COLLECT in queues,
            update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=STALLED,
        )
        with self._translated():
            await working.run()  # type: ignore[no-untyped-call]

    async def queue_hosts(self, hosts: Iterable[str]) -> int:
        """Queues those of the hosts that do not wait already, in this order; how many they were."""
        asked = list(dict.fromkeys(hosts))
        rows = await self.all(
            "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(%(locks)s)",
            locks=[_lock(host) for host in asked],
        )
        waiting = {row["queueing_lock"] for row in rows}
        new = [host for host in asked if _lock(host) not in waiting]
        for start in range(0, len(new), _AT_ONCE):
            await self._defer([self._job(host) for host in new[start : start + _AT_ONCE]])
        return len(new)

    async def queue_publication(self, after: timedelta) -> None:
        """Queues the publication, unless it waits already."""
        job = self._app.configure_task(
            PUBLISH,
            queue=PUBLISH,
            lock=PUBLISH,
            queueing_lock=PUBLISH,
            schedule_in={"seconds": round(after.total_seconds())},
            allow_unknown=True,
        ).job
        await self._defer([job])

    async def pauses(self) -> tuple[Pause, ...]:
        """Which hosts asked all of the fleet to be left alone, and until when. Raises QueueLost."""
        rows = await self.all(
            "SELECT host, paused_until FROM fleet_hosts WHERE paused_until > '-infinity'"
            " AND paused_until > clock_timestamp() + make_interval(secs => %(waited)s)",
            waited=LONGEST_WAIT,
        )
        return tuple(Pause(host=row["host"], until=row["paused_until"]) for row in rows)

    async def fact(self, name: str) -> str | None:
        """What the fleet knows under that name. Raises QueueLost."""
        rows = await self.all("SELECT value FROM fleet_facts WHERE name = %(name)s", name=name)
        return rows[0]["value"] if rows else None

    async def know(self, name: str, value: str | None) -> None:
        """Lets the fleet know it; None: nothing more under that name. Raises QueueLost."""
        if value is None:
            await self.all("DELETE FROM fleet_facts WHERE name = %(name)s RETURNING name", name=name)
            return
        await self.one(
            "INSERT INTO fleet_facts VALUES (%(name)s, %(value)s) ON CONFLICT (name) DO UPDATE SET value = excluded.value RETURNING name",
            name=name,
            value=value,
        )

    async def rescue(self) -> int:
        """Puts the jobs of workers that gave no sign of life back into the queue; how many they were."""
        # Procrastinate's own way is a statement for each job; of a worker with a hundred hosts that takes too long.
        row = await self.one("SELECT fleet_rescue(%(silent)s) AS number", silent=STALLED)
        return int(row["number"])

    async def holds(self, name: str) -> bool:
        """Whether a job of that name could be begun now, or is held up by another. Raises QueueLost."""
        row = await self.one(
            "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status = 'todo' AND task_name = %(name)s"
            " AND coalesce(scheduled_at, now()) <= now()) AS any",
            name=name,
        )
        return bool(row["any"])

    async def one(self, query: str, **values: Any) -> dict[str, Any]:
        """The row that a query gives. Raises QueueLost."""
        with self._translated():
            row: dict[str, Any] = await self._connector.execute_query_one_async(query, **values)
            return row

    async def all(self, query: str, **values: Any) -> list[dict[str, Any]]:
        """The rows that a query gives. Raises QueueLost."""
        with self._translated():
            rows: list[dict[str, Any]] = await self._connector.execute_query_all_async(query, **values)
            return rows

    def _job(self, host: str) -> jobs.Job:
        deferrer = self._app.configure_task(
            COLLECT, queue=COLLECT, lock=_lock(host), queueing_lock=_lock(host), task_kwargs={"host": host}
        )
        return deferrer.job

    async def _defer(self, some: list[jobs.Job]) -> None:
        with self._translated():
            try:
                await self._app.job_manager.batch_defer_jobs_async(some)
            except said.AlreadyEnqueued:
                # Somebody else was quicker with one of them.
                for job in some:
                    with contextlib.suppress(said.AlreadyEnqueued):
                        await self._app.job_manager.defer_job_async(job)

    async def _set_up(self) -> None:
        """Makes the tables, once, however many workers start at the same time."""
        try:
            known = await self.one(
                "SELECT to_regclass('procrastinate_jobs') AS queue, to_regclass('sources_failing') AS fleet"
            )
            if known["queue"] is None or known["fleet"] is None:
                ours = files("pipeline.fleet").joinpath("fleet.sql").read_text(encoding="utf-8")
                theirs = self._app.schema_manager.get_schema() if known["queue"] is None else ""
                await self._connector.execute_query_async(_once(theirs, ours))
        except (QueueLost, said.ConnectorException) as error:
            raise ArchiveUnwritable(
                f"the tables of the queue are missing in {shown(self._url)} and can't be made: {reason(error)}",
                path=shown(self._url),
                hint="Let a user who may create tables there start `samflode worker --once` once, or give this one the right:"
                " GRANT CREATE ON SCHEMA public TO …",
            ) from error

    @contextlib.contextmanager
    def _translated(self) -> Any:
        try:
            yield
        except (said.ConnectorException, said.AppNotOpen) as error:
            raise QueueLost(f"{shown(self._url)} does not answer: {reason(error)}") from error

    def _unreachable(self, error: Exception) -> ArchiveUnreachable:
        return ArchiveUnreachable(
            f"{shown(self._url)} can't be reached: {reason(error)}",
            path=shown(self._url),
            hint="Look whether PostgreSQL runs there, and whether name, password and database are right. Nothing was lost.",
        )


class _Checks:
    """Asks a connection whether it is still good before it is used, unless it was used just now."""

    def __init__(self) -> None:
        self._last: WeakKeyDictionary[AsyncConnection[Any], float] = WeakKeyDictionary()

    async def __call__(self, connection: AsyncConnection[Any]) -> None:
        now = time.monotonic()
        if now - self._last.get(connection, 0.0) > SURE:
            await AsyncConnectionPool.check_connection(connection)
        self._last[connection] = now


def watchful(url: str) -> str:
    """The address of a database with what makes both ends of a connection notice soon that the other is gone."""
    parts = urlsplit(url)
    fields = dict(parse_qsl(parts.query))
    options = f"{fields.pop('options', '')} {_SERVER_TOO}".strip()
    known = {"connect_timeout": "5", "tcp_user_timeout": "15000", **_KEEPALIVE, **fields, "options": options}
    return urlunsplit(parts._replace(query=urlencode(known, quote_via=quote)))


def is_lost(error: Exception) -> bool:
    """Whether the database of the queue did not answer."""
    return isinstance(error, QueueLost | said.ConnectorException)


def _lock(host: str) -> str:
    return f"host:{host}"


def _once(theirs: str, ours: str) -> str:
    """Both scripts, one collector at a time, the first only where nobody was quicker."""
    lock = "SELECT pg_advisory_xact_lock(1517119086);\n"
    if not theirs:
        return (lock + ours).replace("%", "%%")
    # Within DO the tables of whoever held the lock before are seen.
    made = f"""
        DO $setup$ BEGIN
            IF to_regclass('procrastinate_jobs') IS NULL THEN
                EXECUTE $theirs${theirs}$theirs$;
            END IF;
        END $setup$;
    """
    return (lock + made + ours).replace("%", "%%")


def reason(error: BaseException) -> str:
    """What the database said, in a line."""
    deepest = error
    while deepest.__cause__ is not None:
        deepest = deepest.__cause__
    return (str(deepest).strip() or type(deepest).__name__).splitlines()[0]
