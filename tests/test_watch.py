"""People are told, once each, of a source that fails for long, of a run that did not end, and of what a saved search finds.

Apprise sends to a server of the test's own; the dead man's switch is one, too.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.archive import open_archive
from pipeline.archive.watch import Watch
from pipeline.cli import main
from pipeline.model.change import Changes
from pipeline.model.history import History
from pipeline.model.report import Failure
from pipeline.model.source import SourceId
from pipeline.watch import tell
from tests.builders import NOW, config, record, source, story
from tests.switchboard import FEED

ADDA = SourceId("adda")


@pytest.fixture
def folder(tmp_path, monkeypatch, board):
    """A folder whose sources.yaml asks the board for news, and tells it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PING_ID", "hemligt-id")
    (tmp_path / "sources.yaml").write_text(
        f"""\
archive: {{title: Samlade nyheter, url: "https://nyheter.example.se/"}}
fetch: {{delay: 0s, robots: false, allow_private_addresses: true, retries: 0}}
sources:
  - {{id: adda, url: "http://{board.place}/feed"}}
notify: ["json://{board.place}/all"]
ping: "http://{board.place}/ping/${{PING_ID}}"
searches:
  - {{id: kobolt, words: kobolt -batteri, notify: ["json://{board.place}/kobolt"]}}
""",
        encoding="utf-8",
    )
    return tmp_path


def failing(since: datetime) -> History:
    from pipeline.model.history import Attempt

    failure = Failure(kind="dns", message="adda.example.se leads nowhere", hint="Look whether the name is right.")
    attempt = Attempt(at=since, outcome="failed", failure=failure, entries=0, new=0, seconds=0.1)
    return History(attempts=(attempt,), failing_since=since, failures=3)


def well() -> History:
    from pipeline.model.history import Attempt

    attempt = Attempt(at=NOW, outcome="ok", failure=None, entries=1, new=0, seconds=0.1)
    return History(attempts=(attempt,), last_success=NOW)


def told(store, board, history, now=NOW, **fields):
    """What is told of this history at that time, by a process that knows nothing but what lies in the store."""
    settings = config(source("adda"), notify=(f"json://{board.place}/all",), **fields)
    with open_archive(store, write=True) as archive:
        archive.commit(Changes(), {ADDA: history})
        tell(settings, archive, Watch(store), now)
    return board.messages()


def test_a_source_is_told_when_it_fails_for_longer_than_alert_after_and_once(tmp_path, board):
    since = NOW - timedelta(days=2)

    assert [] == told(tmp_path, board, failing(since), NOW), "just as long is not longer"
    assert ["Samlade nyheter: a source fails"] == told(tmp_path, board, failing(since), NOW + timedelta(minutes=1))
    assert [] == told(tmp_path, board, failing(since), NOW + timedelta(hours=1))
    assert [] == told(tmp_path, board, failing(since), NOW + timedelta(days=30))


def test_that_a_source_works_again_is_told_to_those_who_heard_that_it_failed(tmp_path, board):
    assert [] == told(tmp_path, board, failing(NOW - timedelta(hours=1)))
    assert [] == told(tmp_path, board, well()), "nobody heard that it failed"
    assert ["Samlade nyheter: a source fails"] == told(tmp_path, board, failing(NOW - timedelta(days=3)))
    assert ["Samlade nyheter: a source works again"] == told(tmp_path, board, well())
    assert [] == told(tmp_path, board, well())
    assert ["Samlade nyheter: a source fails"] == told(tmp_path, board, failing(NOW - timedelta(days=2, hours=1)))


def test_a_message_says_what_broke_since_when_and_what_to_do(tmp_path, board):
    settings = config(source("adda"), notify=(f"json://{board.place}/all",))
    with open_archive(tmp_path, write=True) as archive:
        archive.commit(Changes(), {ADDA: failing(NOW - timedelta(days=3))})
        tell(settings, archive, Watch(tmp_path), NOW)

    ((path, body),) = board.taken
    assert "/all" == path
    assert (
        "Adda (adda) has been failing since 2026-02-27 12:00 UTC.\nadda.example.se leads nowhere\n"
        "Look whether the name is right.\nNext: samflode doctor adda"
    ) == body["message"]


def test_what_could_not_be_sent_is_said_by_the_next_run(tmp_path, board, caplog):
    board.status = 503
    assert [] == told(tmp_path, board, failing(NOW - timedelta(days=3)))
    board.status = 200

    assert ["Samlade nyheter: a source fails"] == told(tmp_path, board, failing(NOW - timedelta(days=3)))
    assert [] == told(tmp_path, board, failing(NOW - timedelta(days=3)))


def test_a_run_that_was_killed_is_told_once(tmp_path, board):
    watch = Watch(tmp_path)
    watch.begin(NOW - timedelta(hours=6), alone=True)  # and killed
    watch.end(watch.begin(NOW, alone=True), NOW, asked=1, failed=0)

    assert ["Samlade nyheter: a run did not finish"] == told(tmp_path, board, well())
    watch.end(watch.begin(NOW + timedelta(hours=1), alone=True), NOW + timedelta(hours=1), asked=1, failed=0)
    assert [] == told(tmp_path, board, well())


def test_a_run_beside_another_on_a_database_does_not_take_it_for_killed(tmp_path):
    watch = Watch(tmp_path)
    watch.begin(NOW, alone=False)
    mark = json.loads((tmp_path / "watch.json").read_text())
    mark["under_way"][0]["pid"] = 1
    (tmp_path / "watch.json").write_text(json.dumps(mark))

    mine = watch.begin(NOW + timedelta(minutes=1), alone=False)
    watch.end(mine, NOW + timedelta(minutes=2), asked=3, failed=0)

    held = watch.read()
    assert (None, 3, [NOW]) == (held.broken, held.last.asked, [each.started for each in held.under_way])


def test_the_memory_of_an_older_version_is_read(tmp_path):
    mark = {"started": NOW.isoformat(), "finished": None, "asked": 0, "failed": 0, "host": "elsewhere", "pid": 7}
    (tmp_path / "watch.json").write_text(json.dumps({"last": None, "under_way": mark, "broken": None, "told": {}}))

    assert [7] == [each.pid for each in Watch(tmp_path).read().under_way]


def test_runs_at_once_lose_nothing_of_what_the_others_noted(tmp_path):
    """Each changes what lies in the file, and not what it read some time ago."""
    from concurrent.futures import ThreadPoolExecutor

    def begin(number: int) -> None:
        for minute in range(10):
            Watch(tmp_path).begin(NOW + timedelta(minutes=10 * number + minute), alone=False)

    from pipeline.archive import watch

    with pytest.MonkeyPatch.context() as patch:
        # All in this process, but as if each were another.
        patch.setattr(watch.RunMark, "may_be_alive", lambda _: True)
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(begin, range(8)))

    assert [NOW + timedelta(minutes=each) for each in range(80)] == sorted(
        each.started for each in Watch(tmp_path).read().under_way
    )


def test_a_search_tells_new_stories_once_and_nothing_that_was_there_before(tmp_path, board):
    from pipeline.model.config import SavedSearch

    searches = (SavedSearch(id="kobolt", words="kobolt"),)
    with open_archive(tmp_path, write=True) as archive:
        archive.commit(Changes(added=(record("old", title="Om kobolt"),), stories=(story("old"),)), {})
    assert [] == told(tmp_path, board, well(), NOW, searches=searches), "a new search begins now"

    later = NOW + timedelta(hours=1)
    fresh = record("a", title="Kobolten igen", first_seen=later, last_seen=later)
    copy = record("b", title="Kobolt som alla", first_seen=later, last_seen=later, story="s-old")
    walked = record("c", title="Kobolt 2001", first_seen=later, published=None)
    with open_archive(tmp_path, write=True) as archive:
        archive.commit(Changes(added=(fresh, copy, walked), stories=(story("a"), story("old", "b"), story("c"))), {})
    assert ["Samlade nyheter: 2 new stories for kobolt"] == told(
        tmp_path, board, well(), later + timedelta(minutes=5), searches=searches
    ), "of one that was known, there is nothing new to tell"
    assert [] == told(tmp_path, board, well(), later + timedelta(minutes=9), searches=searches)


def test_a_run_tells_pings_and_is_shown_by_status(folder, board, capsys):
    assert 0 == main(["run", "--quiet", "--no-publish"])
    assert (["/ping/hemligt-id"], []) == (board.pings, board.messages())

    board.feed = FEED.format(title="Kobolt i gruvan", number=1, date=datetime.now(UTC))
    assert 0 == main(["run", "--quiet", "--no-publish", "--all"])
    assert [("/kobolt", "Samlade nyheter: a new story for kobolt")] == [
        (path, body["title"]) for path, body in board.taken
    ]
    assert "https://adda.example.se/1" in board.taken[0][1]["message"]
    capsys.readouterr()
    assert 0 == main(["status", "--json"])
    state = json.loads(capsys.readouterr().out)
    assert (1, 0) == (state["last_run"]["sources"], state["last_run"]["failed"])
    assert [("ok", 1), ("ok", 1)] == [(each["outcome"], each["new"]) for each in state["sources"][0]["recent"]]
    assert 0 == main(["status"])
    shown = capsys.readouterr().out
    assert "last run now, in 1 s: 1 source asked, 0 failed" in shown or "last run" in shown
    assert "██" in shown


def test_a_switch_that_cannot_be_reached_is_said_and_costs_nothing_else(folder, board, capsys):
    board.status = 500

    assert 0 == main(["run", "--quiet", "--no-publish"])

    said = capsys.readouterr().err
    assert "the run is done, but `ping` could not be told: " in said
    assert "hemligt-id" not in said


def test_nobody_is_told_without_apprise_and_how_to_get_it_is_said(folder, board, capsys, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "apprise", None)
    assert 0 == main(["run", "--quiet", "--no-publish"])
    board.feed = FEED.format(title="Kobolt i gruvan", number=1, date=datetime.now(UTC))
    assert 0 == main(["run", "--quiet", "--no-publish", "--all"])

    assert "nobody was told (`notify` needs Apprise: pip install 'samflode[notify]'); the next run tries again" in (
        capsys.readouterr().err
    )


def test_an_address_that_apprise_cannot_read_is_named_by_its_place(folder, board, capsys):
    path = folder / "sources.yaml"
    path.write_text(path.read_text().replace('notify: ["json', 'notify: ["nosuch://a", "json', 1))

    assert 0 == main(["sources", "check"])

    said = capsys.readouterr().out
    assert (
        "warning: Apprise can't read the address in place 1 of `notify`; look it up at https://appriseit.com/" in said
    )


@pytest.mark.parametrize("damage", ["", "{", '{"last": 1}', '{"told": {"failing": {"a": 1}}}', "[]"])
def test_a_damaged_memory_is_as_none(tmp_path, damage):
    from pipeline.archive.watch import Watched

    (tmp_path / "watch.json").write_text(damage)

    assert Watched() == Watch(tmp_path).read()


def test_a_run_over_recordings_is_nobodys_concern(folder, board):
    (folder / "web").mkdir()
    (folder / "web" / "routes.json").write_text("{}")

    assert 1 == main(["run", "--replay", "web", "--quiet", "--no-publish"])

    assert ([], []) == (board.pings, board.messages())
    assert not (folder / "store" / "watch.json").exists()


def test_who_could_be_reached_is_not_told_again_because_another_was_not(folder, board, capsys):
    path = folder / "sources.yaml"
    path.write_text(path.read_text().replace(', notify: ["json', ', notify: ["nosuch://a", "json', 1))
    assert 0 == main(["run", "--quiet", "--no-publish"])
    for number in (1, 2):
        board.feed = FEED.format(title="Kobolt i gruvan", number=number, date=datetime.now(UTC))
        assert 0 == main(["run", "--quiet", "--no-publish", "--all"])
    assert board.messages()
    said = capsys.readouterr().err
    assert "Apprise can't read the address in place 1 of `notify`: look it up at https://appriseit.com/" in said

    assert 0 == main(["run", "--quiet", "--no-publish", "--all"])

    assert [] == board.messages()


def test_a_mistyped_source_is_no_run_that_did_not_finish(folder, board):
    assert 2 == main(["run", "--quiet", "--no-publish", "--source", "no-such"])

    assert 0 == main(["run", "--quiet", "--no-publish", "--all"])

    assert not [each for each in board.messages() if "did not finish" in str(each)]
