"""What a fleet tells people it tells once, whichever worker says it, and as a run would."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.archive import open_archive
from pipeline.archive.watch import Watch
from pipeline.cli import main
from pipeline.errors import ArchiveUnreachable
from pipeline.fleet.archive_thread import ArchiveThread
from pipeline.fleet.current import Known
from pipeline.fleet.queue import Queue
from pipeline.fleet.telling import tell_switch
from pipeline.model.alert import Told
from pipeline.model.change import Changes
from pipeline.model.history import Attempt, History, Pause
from pipeline.model.source import SourceId
from tests.builders import NOW, config, source
from tests.fleet.sites import pages
from tests.fleet.test_worker import ended

MORE = "notify: ['json://{place}/all']\nping: 'http://{place}/ping'\nsearches: [{{id: kobolt, words: kobolt}}]\n"


@pytest.fixture
def watching(office, board):
    """An office that wants to be told, with a source that has been failing for three days."""
    office.writes(8, hosts=2, fetch="delay: 0s, retries: 0", every="1s")
    path = office.folder / "sources.yaml"
    path.write_text(path.read_text(encoding="utf-8") + MORE.format(place=board.place), encoding="utf-8")
    answer = office.web.pages.pop("/0.xml")
    assert office.works("--quiet", "--no-publish") == 0
    assert (1, []) == (len(board.pings), board.messages())
    since = (datetime.now(UTC) - timedelta(days=3)).isoformat(timespec="seconds")
    office.asks(
        f"UPDATE sources SET history = (history::jsonb || '{{\"failing_since\": \"{since}\"}}')::json WHERE id = 's0'"
    )
    board.pings.clear()
    office.back = lambda: office.web.pages.update({"/0.xml": answer})
    return office


def test_workers_at_once_say_each_thing_once(watching, board):
    """What fails, what a saved search finds, and that it works again; each of them asks the switch."""
    news = pages(8)["/1.xml"].replace("Beslut 1.0 i", f"Kobolt i gruvan {datetime.now(UTC):%Y} i")
    watching.web.pages["/1.xml"] = news.replace("s1-0", "s1-ny").replace("1-0<", "1-ny<")
    for each in [watching.starts("--once", "--no-publish") for _ in range(3)]:
        ended(each)
    assert 3 == len(board.pings)
    assert ["Nyheter: a new story for kobolt", "Nyheter: a source fails"] == sorted(board.messages())

    watching.back()
    for each in [watching.starts("--once", "--no-publish") for _ in range(2)]:
        ended(each)
    assert ["Nyheter: a source works again"] == board.messages()


def test_a_run_beside_the_fleet_says_nothing_that_the_fleet_has_said(watching, board, monkeypatch):
    """Also on another machine, with a folder of its own."""
    assert watching.works("--quiet", "--no-publish") == 0
    assert ["Nyheter: a source fails"] == board.messages()
    elsewhere = watching.folder / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(watching.folder / "sources.yaml", elsewhere)
    monkeypatch.chdir(elsewhere)

    assert main(["run", "--store", watching.store, "--all", "--quiet", "--no-publish"]) == 1

    assert [] == board.messages()
    assert (elsewhere / "store" / "watch.json").is_file()


def test_a_running_fleet_tells_by_a_job_of_its_own(watching, board):
    worker = watching.starts("--no-publish")
    board.pinged.clear()
    watching.asks(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args)"
        " SELECT 'duties', 'tell', 'tell', 'tell', '{}'"
    )
    assert board.pinged.wait(60)
    worker.terminate()
    ended(worker)

    assert ["Nyheter: a source fails"] == board.messages()


def test_a_message_that_cannot_be_sent_is_tried_again(watching, board, capsys):
    board.status = 503
    assert watching.works("--no-publish") == 0
    said = capsys.readouterr().err
    assert "nobody was told (" in said
    assert "; it is tried again in five minutes" in said
    board.status = 200

    assert watching.works("--quiet", "--no-publish") == 0
    assert ["Nyheter: a source fails"] == board.messages()


def test_what_was_told_before_the_archive_moved_is_not_told_again(database, tmp_path):
    from pipeline.watch import _memory

    said = Told(failing={SourceId("adda"): NOW}, unfinished=NOW)
    Watch(tmp_path).keep(said)
    with open_archive(database, write=True) as archive:
        with _memory(archive, Watch(tmp_path)) as memory:
            assert said == memory.told()
            memory.keep(Told(unfinished=NOW))
        with _memory(archive, Watch(tmp_path)) as memory:
            assert Told(unfinished=NOW) == memory.told()
        # That a run was broken off is each machine's own.
        with _memory(archive, Watch(tmp_path / "elsewhere")) as memory:
            assert Told() == memory.told()


def test_one_at_a_time_tells_and_a_dead_one_keeps_nobody_waiting(database):
    with open_archive(database, write=True) as dead, open_archive(database, write=True) as other:
        tells = dead.telling()
        tells.__enter__()
        locked = "SELECT pg_try_advisory_lock(classid::bigint << 32 | objid::bigint) FROM pg_locks WHERE locktype = 'advisory'"
        assert [(False,)] == other.rows(locked, ())
        (number,) = dead.rows("SELECT pg_backend_pid()", ())[0]
        other.rows("SELECT pg_terminate_backend(%s)", (number,))
        with other.telling() as table:
            table.keep(Told())
            assert Told() == table.told()
        with pytest.raises(ArchiveUnreachable):
            dead.count()
        tells.__exit__(None, None, None)


def history(visited: datetime, due: datetime) -> History:
    attempt = Attempt(at=visited, outcome="ok", failure=None, entries=1, new=0, seconds=0.1)
    return History(attempts=(attempt,), last_success=visited, next_due=due)


@pytest.mark.parametrize(
    ("visited", "due", "paused", "unpublished", "why"),
    [
        (timedelta(hours=-7), timedelta(hours=1), False, None, None),
        (timedelta(hours=-6), timedelta(minutes=-5), False, None, None),
        (timedelta(minutes=-5), timedelta(hours=-1), False, None, None),
        (timedelta(hours=-6), timedelta(hours=-1), True, None, None),
        (
            timedelta(hours=-6),
            timedelta(hours=-1),
            False,
            None,
            "nothing was collected since 2026-03-02 06:00 UTC, and 1 of the sources are overdue; look at what the workers say",
        ),
        (timedelta(minutes=-5), timedelta(hours=1), False, "the disk is full", "publishing failed: the disk is full"),
    ],
    ids=[
        "nothing is due",
        "not for long",
        "it is collecting",
        "the host wants patience",
        "stands still",
        "no publication",
    ],
)
def test_the_switch_hears_of_a_fleet_that_works(database, board, told, visited, due, paused, unpublished, why):
    settings = config(source("adda"), ping=f"http://{board.place}/ping")
    with open_archive(database, write=True) as archive:
        archive.commit(Changes(), {SourceId("adda"): history(NOW + visited, NOW + due)})
    pauses = (Pause(host="adda.example.se", until=NOW + timedelta(hours=1)),) if paused else ()

    async def tells():
        queue, reading = Queue(database), ArchiveThread(database)
        async with queue.opened():
            try:
                await tell_switch(Known(settings, ""), reading, NOW, paused=pauses, unpublished=unpublished)
            finally:
                await reading.close()

    asyncio.run(tells())

    assert ([] if why else ["/ping"]) == board.pings
    assert ([f"`ping` is not told that all is well: {why}"] if why else []) == [
        each.message for each in told.records if each.name == "samflode.worker"
    ]


def test_a_publication_that_failed_is_known_to_the_fleet(watching, board, capsys):
    blocked = watching.folder / "store" / "public"
    blocked.parent.mkdir(exist_ok=True)
    blocked.write_text("no folder", encoding="utf-8")
    watching.web.pages["/2.xml"] = pages(9)["/8.xml"]
    watching.works()

    assert [] == board.pings
    assert "`ping` is not told that all is well: publishing failed: " in capsys.readouterr().err
    blocked.unlink()
    watching.web.pages["/2.xml"] = pages(10)["/9.xml"]
    watching.works("--quiet")
    assert ["/ping"] == board.pings
