"""Many workers give what one run gives, whatever becomes of them."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess  # noqa: TC003

import pytest

from pipeline.cli import main
from tests.fleet.sites import pages


def embedded(office) -> str:
    """The store of one ordinary run over the same sites."""
    assert main(["run", "--store", "embedded", "--all", "--quiet"]) == 0
    return "embedded"


def ended(process: subprocess.Popen[bytes]) -> list[dict]:
    """What a worker said, when it has ended as it should."""
    _, said = process.communicate(timeout=120)
    lines = [json.loads(line) for line in said.splitlines() if line.startswith(b"{")]
    assert 0 == process.returncode, said.decode()
    return lines


def test_workers_at_once_give_what_one_run_gives(office):
    """No item is lost, none is double, and the stories are the same; no source is asked twice, no host by two at once."""
    office.writes(40, hosts=5, fetch="delay: 0.02s")
    workers = [office.starts("--once", "--no-publish") for _ in range(3)]
    for each in workers:
        ended(each)

    assert 1 == office.web.most
    assert {1} == set(office.web.asked.values())
    assert office.web.shortest_pause > 0.015
    assert office.exported(embedded(office)) == office.exported()
    assert [(0,)] == office.asks("SELECT count(*) FROM procrastinate_jobs")
    assert [(0,)] == office.asks("SELECT count(*) FROM fleet_turns")


def test_what_is_not_due_is_not_asked_and_unchanged_sources_are_said_so(office):
    assert office.works("--quiet", "--no-publish") == 0
    asked = dict(office.web.asked)

    assert office.works("--quiet", "--no-publish") == 0
    assert asked == dict(office.web.asked)

    office.writes(40, every="1s")
    assert office.works("--quiet", "--no-publish") == 0
    assert {"ok", "unchanged"} == {
        row[0]
        for row in office.asks("SELECT a ->> 'outcome' FROM sources, json_array_elements(history -> 'attempts') AS a")
    }


def test_a_source_whose_every_was_shortened_is_due_at_once(office):
    office.writes(4, hosts=1)
    assert office.works("--quiet", "--no-publish") == 0
    office.asks(
        "UPDATE sources SET history = (jsonb_set(history::jsonb, '{attempts,0,at}', to_jsonb('2026-01-01T00:00:00+00:00'::text))"
        ' || \'{"next_due": "2999-01-01T00:00:00+00:00"}\')::json'
    )
    office.web.asked.clear()

    office.writes(4, hosts=1, every="30m")
    assert office.works("--quiet", "--no-publish") == 0

    assert 4 == sum(office.web.asked.values())


@pytest.mark.parametrize("per_host", [1, 3])
def test_a_killed_workers_jobs_are_taken_up(office, per_host):
    """SIGKILL in the midst of it: what was kept stays, the rest is collected by another, nothing twice into the archive."""
    office.writes(40, hosts=4, fetch=f"delay: 0s, per_host: {per_host}, timeout: 5s")
    office.web.delay = 0.05
    victim = office.starts("--once", "--no-publish")
    assert office.web.reached(15).wait(60)
    victim.kill()
    victim.communicate()
    assert office.asks("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'") > [(0,)]
    office.web.delay = 0
    # As if it had been silent for long: nothing here waits for that.
    office.asks("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    office.asks("UPDATE fleet_turns SET until = now()")

    for each in [office.starts("--once", "--no-publish") for _ in range(2)]:
        ended(each)

    assert office.web.most <= per_host
    assert office.exported(embedded(office)) == office.exported()


def test_a_worker_that_lost_its_connections_comes_back_by_itself(office):
    """And takes up itself what it had under way, when the one that it was has been silent for long."""
    office.writes(40, fetch="delay: 0s, timeout: 2s")
    office.web.delay = 0.05
    worker = office.starts("--no-publish", hurried=True)
    assert office.web.reached(10).wait(60)
    office.asks(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    office.web.delay = 0
    assert office.web.reached_all({f"127.0.1.{number % 4 + 1}/{number}.xml" for number in range(40)}).wait(100)
    worker.terminate()
    ended(worker)

    assert office.works("--quiet", "--no-publish") == 0
    assert office.exported(embedded(office)) == office.exported()


def test_sigterm_ends_what_is_under_way_and_begins_nothing(office):
    office.writes(40, hosts=40)
    office.web.delay = 0.3
    worker = office.starts("--jobs", "5", "--no-publish")
    assert office.web.reached(3).wait(60)
    worker.send_signal(signal.SIGTERM)
    ended(worker)

    asked = {int(each.rpartition("/")[2].removesuffix(".xml")) for each in office.web.asked if each.endswith(".xml")}
    kept = {int(row[0].removeprefix("s")) for row in office.asks("SELECT id FROM sources")}
    assert asked == kept
    assert 0 < len(kept) < 40
    assert [(0,)] == office.asks("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'")
    assert [(0,)] == office.asks("SELECT count(*) FROM procrastinate_workers")


def test_a_host_that_others_are_led_to_is_asked_by_one_at_a_time(office):
    """Redirects from four hosts to a fifth: whoever follows them waits for its turn there."""
    office.writes(32, hosts=4)
    moved = {
        f"127.0.1.{number % 4 + 1}/{number}.xml": f"HTTP/1.1 302 Found\r\nLocation: http://127.0.9.9:{office.web.port}/{number}.xml\r\nContent-Length: 0\r\n\r\n"
        for number in range(32)
    }
    office.web.pages = {**office.web.pages, **moved}
    office.web.delay = 0.01
    for each in [office.starts("--once", "--no-publish") for _ in range(3)]:
        ended(each)

    assert 1 == office.web.most
    assert {1} == {office.web.asked[f"127.0.9.9/{number}.xml"] for number in range(32)}


def test_a_host_that_asks_for_patience_is_left_alone_by_the_whole_fleet(office):
    office.writes(8, hosts=2)
    busy = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 600\r\nContent-Length: 0\r\n\r\n"
    office.web.pages = {**office.web.pages, "127.0.1.1/0.xml": busy}

    assert office.works("--quiet", "--no-publish") == 0
    queued = office.asks("SELECT last_value FROM procrastinate_jobs_id_seq")
    assert office.works("--quiet", "--no-publish") == 0

    assert queued == office.asks("SELECT last_value FROM procrastinate_jobs_id_seq"), "it does not even wait its turn"
    assert 1 == sum(office.web.asked[f"127.0.1.1/{number}.xml"] for number in range(0, 8, 2))
    assert 4 == sum(office.web.asked[f"127.0.1.2/{number}.xml"] for number in range(1, 8, 2))


def test_the_publication_is_written_where_there_is_news(office):
    assert office.works() == 0

    index = office.folder / "store" / "public" / "index.html"
    written = index.stat().st_mtime_ns
    assert "Skatten på cyklar" in index.read_text(encoding="utf-8")
    assert office.works() == 0
    assert written == index.stat().st_mtime_ns
    assert not (office.folder / "elsewhere").exists()


def test_a_dead_host_costs_the_others_nothing(office):
    office.writes(6, hosts=3, fetch="delay: 0s, retries: 0")
    text = (office.folder / "sources.yaml").read_text(encoding="utf-8")
    (office.folder / "sources.yaml").write_text(
        text.replace(f"127.0.1.2:{office.web.port}", "127.0.1.2:9"), encoding="utf-8"
    )

    assert office.works("--quiet", "--no-publish") == 0

    outcomes = dict(office.asks("SELECT id, history -> 'attempts' -> 0 ->> 'outcome' FROM sources ORDER BY id"))
    assert {"s0": "ok", "s1": "failed", "s2": "ok", "s3": "ok", "s4": "failed", "s5": "ok"} == outcomes


def test_a_running_worker_takes_up_a_changed_sources_yaml(office):
    """And goes on with the last one that was right where it is wrong."""
    office.writes(2, hosts=1)
    assert office.works("--quiet", "--no-publish") == 0
    office.writes(40)
    assert office.works("--quiet", "--no-publish") == 0

    assert [(40,)] == office.asks("SELECT count(*) FROM sources")


def test_messages_say_which_run_and_which_source(office):
    lines = ended(office.starts("--once", "--no-publish"))

    told = [line for line in lines if "outcome" in line]
    assert 40 == len(told)
    assert {f"s{number}" for number in range(40)} == {line["source"] for line in told}
    assert all(line["run"] and line["host"].startswith("127.0.1.") for line in told)
    assert len({line["run"] for line in told}) <= 8


def test_a_recording_holds_the_rules_that_were_known_before(office):
    """So it can be done again without the site, as that of a run."""
    rules = "User-agent: *\nDisallow: /nothing/of/ours\n"
    office.web.pages = {**office.web.pages, "/robots.txt": rules}
    office.writes(2, hosts=1, every="1s")
    assert office.works("--quiet", "--no-publish") == 0
    path = office.folder / "sources.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "captures: 30d\n", encoding="utf-8")
    assert office.works("--quiet", "--no-publish") == 0

    assert 1 == office.web.asked["127.0.1.1/robots.txt"]
    (recording,) = (office.folder / "store" / "captures").glob("*.warc.gz")
    records = gzip.decompress(recording.read_bytes()).decode().split("WARC/1.1\r\n")
    (told,) = [each for each in records if "WARC-Type: resource" in each]
    assert "/robots.txt" in told
    assert rules in told


def test_two_at_once_publish_one_after_the_other(office):
    office.web.pages = pages(8)
    office.writes(8)
    workers = [office.starts("--once") for _ in range(2)]
    done = [ended(each) for each in workers]

    assert 40 >= sum("published" in line["event"] for lines in done for line in lines) >= 1
    assert (office.folder / "store" / "public" / "feed.atom").is_file()


def test_what_comes_from_the_environment_lies_in_no_file_of_a_worker(office, monkeypatch):
    """Also where a site gives it back."""
    monkeypatch.setenv("NYCKEL", "mycket-hemligt-4711")
    office.web.pages["/0.xml?key=mycket-hemligt-4711"] = office.web.pages["/0.xml"].replace(
        "</channel>", "<!-- mycket-hemligt-4711 --></channel>"
    )
    office.writes(1)
    path = office.folder / "sources.yaml"
    path.write_text(path.read_text().replace("/0.xml", "/0.xml?key=${NYCKEL}"))

    assert office.works("--quiet") == 0

    assert [(4,)] == office.asks("SELECT count(*) FROM items")
    files = [each for each in office.folder.rglob("*") if each.is_file()]
    assert any("captures" in each.parts for each in files)
    assert [each for each in files if b"mycket-hemligt-4711" in each.read_bytes()] == []
