"""What was recorded is what was there: a recorded run repeats itself, and the recordings give the whole archive back."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from warcio.archiveiterator import ArchiveIterator

from pipeline import rebuild as again
from pipeline import run as line
from pipeline.archive import open_archive
from pipeline.cli import main
from pipeline.collect import warc
from tests.archive.conftest import cluster, database  # noqa: F401  # fixtures
from tests.changing import Answer, changing_web

ROOT = Path(__file__).parents[1]
KEY = "hemlig-nyckel/skrymsle"
REBUILD = ("store", "rebuild", "--from")
WORDS = "Regionerna ställer nya krav på handskar, och alla leverantörer ska följa dem från och med den första januari."
SOURCES = """\
archive: {title: Nyheter, url: "https://nyheter.example.se/", timezone: Europe/Stockholm}
fetch: {delay: 0s, timeout: 30s, retries: 0, allow_private_addresses: true}
%s
sources:
  - {id: etagged, url: "%s/etagged"}
  - {id: plain, url: "%s/plain"}
  - {id: moved, url: "%s/old"}
  - {id: keyed, url: "%s/keyed?key=${FEED_KEY}"}
  - id: listed
    url: "%s/list"
    listing: {item: li, title: a, link: a, date: time, next: a.next}
    article: true
  - {id: broken, url: "%s/broken"}
  - {id: cut, url: "%s/cut"}
"""


def feed(*items: tuple[str, str, str], about: str = "") -> bytes:
    entries = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>Mon, 02 Mar 2026 08:00:00 +0100</pubDate><description>{text}</description></item>"
        for title, link, text in items
    )
    document = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>t</title>{about}{entries}</channel></rss>'
    return document.encode()


def listing(*names: str) -> bytes:
    rows = "".join(f'<li><a href="/page/{name}">Nyhet {name}</a> <time>2026-03-01</time></li>' for name in names)
    return f"<html><body><ul>{rows}</ul></body></html>".encode()


def page(name: str, text: str) -> bytes:
    return f"<html><head><title>Nyhet {name}</title></head><body><article><h1>Nyhet {name}</h1><p>{text}</p></article></body></html>".encode()


class Office:
    """A maintainer's folder, with a clock of its own."""

    def __init__(self, folder: Path, web, monkeypatch) -> None:
        self.folder = folder
        self.web = web
        self.now = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
        self.sources = folder / "sources.yaml"
        self.write("captures: 30d")
        monkeypatch.setenv("FEED_KEY", KEY)
        monkeypatch.setattr(line, "utc_now", self.clock)

    def write(self, settings: str) -> None:
        text = SOURCES % (settings, *[self.web.base] * 7)
        self.sources.write_text(text, encoding="utf-8")

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def command(self, *words) -> int:
        return main([*map(str, words), "--sources", str(self.sources), "--quiet"])

    def collect(self, *words) -> int:
        self.now += timedelta(hours=6)
        return self.command("run", "--all", "--no-publish", "--store", self.folder / "store", *words)

    def exports(self, store: str, capfdbinary) -> dict[str, bytes]:
        found = {}
        for what in ("items", "stories"):
            capfdbinary.readouterr()
            where = store if "://" in store else self.folder / store
            assert 0 == self.command("export", what, "--store", where)
            found[what] = capfdbinary.readouterr().out
        return found


@pytest.fixture
def office(tmp_path, monkeypatch):
    with changing_web() as web:
        yield Office(tmp_path, web, monkeypatch)


def first_day(web) -> None:
    base = web.base
    self_link = (
        f'<link xmlns="http://www.w3.org/2005/Atom" rel="self" href="{base}/keyed?key=hemlig-nyckel%2Fskrymsle"/>'
    )
    web.answers |= {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /page/c\n"),
        "/etagged": Answer(
            feed(("Krav på handskar", f"{base}/n/1", WORDS), ("Annat", f"{base}/n/2", "Kort.")), etag='"1"'
        ),
        "/plain": Answer(feed(("Nya krav", f"{base}/p/1", WORDS)), fields={"Content-Encoding": "gzip"}),
        "/old": Answer(status=301, fields={"Location": "/new-å"}),
        "/new-%C3%A5": Answer(feed(("Flyttad", f"{base}/m/1", "Här är vi nu."))),
        "/keyed?key=hemlig-nyckel/skrymsle": Answer(
            feed(("Bakom nyckel", f"{base}/k/1?key={KEY}", "Bara för oss."), about=self_link),
            fields={"X-Key": KEY, "Set-Cookie": "session=abc123"},
        ),
        "/list": Answer(listing("a", "b", "c", "d"), etag='W/"l1"'),
        "/page/a": Answer(page("a", WORDS * 3)),
        "/page/b": Answer(status=0),
        "/page/c": Answer(page("c", "Får inte läsas.")),
        "/page/d": Answer(status=500, body=b"oj"),
        "/broken": Answer(status=503),
        "/cut": Answer(status=0),
    }


def second_day(web) -> None:
    """One source tells of something new, one corrects itself, one is mended; all else stays."""
    base = web.base
    web.answers["/plain"].body = feed(
        ("Nya krav på handskar", f"{base}/p/1", WORDS), ("Ny", f"{base}/p/2", "Dagens nyhet.")
    )
    web.answers["/list"] = Answer(listing("e", "a", "b", "c", "d"), etag='W/"l2"')
    web.answers["/page/e"] = Answer(page("e", "Den femte nyheten är längre än de andra. " * 9))
    web.answers["/page/b"] = Answer(page("b", "Sidan svarar nu. " * 20))
    web.answers["/broken"] = Answer(feed(("Lagad", f"{base}/b/1", WORDS)))


def third_day(web) -> None:
    """Items leave their feeds; one source goes."""
    base = web.base
    web.answers["/etagged"] = Answer(
        feed(("Krav på handskar (ändrad)", f"{base}/n/1", WORDS + " Beslutet är fattat.")), etag='"2"'
    )
    web.answers["/plain"].body = feed(("Ny", f"{base}/p/2", "Dagens nyhet."))
    web.answers["/old"] = Answer(status=410)


def three_runs(office) -> None:
    for day in (first_day, second_day, third_day):
        day(office.web)
        assert office.collect() in {0, 1}


def recorded_bytes(folder: Path) -> bytes:
    """All that stands in the WARC files and what lies beside them."""
    return b"".join(
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in folder.iterdir()
        if path.is_file()
    )


def test_a_recorded_run_replays_to_what_it_collected(office, capfdbinary):
    first_day(office.web)
    assert 1 == office.collect("--record", office.folder / "rec")
    asked = len(office.web.asked)
    office.now += timedelta(days=9)

    replayed = office.command(
        "run", "--replay", office.folder / "rec", "--store", office.folder / "again", "--no-publish"
    )

    assert 1 == replayed
    assert asked == len(office.web.asked)
    live = office.exports("store", capfdbinary)
    assert live == office.exports("again", capfdbinary)
    assert 9 == len(live["items"].splitlines())


def test_a_replay_fails_as_the_run_did(office, capfdbinary):
    first_day(office.web)
    reports = []
    for option, store in (("--record", "store"), ("--replay", "again")):
        capfdbinary.readouterr()
        words = (option, office.folder / "rec", "--store", office.folder / store)
        office.command("run", "--all", "--no-publish", "--json", *words)
        reports.append(json.loads(capfdbinary.readouterr().out))

    live, again = ({each["id"]: each["error"] for each in report["sources"]} for report in reports)

    assert live == again
    assert ("http_status", "connect", None) == tuple(
        error and error["kind"] for error in (live["broken"], live["cut"], live["listed"])
    )


def test_the_archive_comes_back_from_its_recordings(office, capfdbinary):
    """Ids, stories, revisions, first and last seen: the exports are the same, byte for byte."""
    three_runs(office)
    office.now += timedelta(days=3)

    assert 0 == office.command(
        "store", "rebuild", "--from", office.folder / "store" / "captures", "--store", office.folder / "anew"
    )

    before, after = office.exports("store", capfdbinary), office.exports("anew", capfdbinary)
    assert before == after
    items = [json.loads(row) for row in after["items"].splitlines()]
    assert 3 == len({each["first_seen"][:13] for each in items} | {each["last_seen"][:13] for each in items})
    assert {0, 1} == {each["revisions"] for each in items}
    assert histories(office.folder / "store") == histories(office.folder / "anew")


def test_older_pages_come_back_in_the_order_in_which_they_were_walked(office, capfdbinary):
    first_day(office.web)
    for number in range(1, 5):
        older = f'<a class="next" href="/list{number + 1}">Äldre</a></body>'.encode()
        names = [f"{number}{letter}" for letter in "abc"]
        office.web.answers["/list" if number == 1 else f"/list{number}"] = Answer(
            listing(*names).replace(b"</body>", older)
        )
        office.web.answers |= {f"/page/{name}": Answer(page(name, f"{WORDS} {name}")) for name in names}
    office.collect("--pages", "3")
    office.collect("--pages", "9")

    assert 0 == office.command(*REBUILD, office.folder / "store" / "captures", "--store", office.folder / "anew")

    before = office.exports("store", capfdbinary)
    assert before == office.exports("anew", capfdbinary)
    assert 12 == sum(json.loads(row)["source"] == "listed" for row in before["items"].splitlines())


def test_a_source_that_moved_for_good_is_asked_where_it_was_asked(office, capfdbinary):
    """Three good answers by way of a redirect, and the new address is used: each run repeats itself, and so do all."""
    first_day(office.web)
    office.web.answers["/old"].status = 301
    for _ in range(5):
        office.collect()
    last = max((office.folder / "store" / "captures").glob("*.warc.gz"))
    assert "/new-%C3%A5" in {path for path, _ in office.web.asked[-20:]}

    assert 0 == office.command(*REBUILD, last.parent, "--store", office.folder / "anew")
    office.command("run", "--replay", last, "--store", office.folder / "again", "--no-publish")

    assert histories(office.folder / "store") == histories(office.folder / "anew")
    assert 9 == len(office.exports("again", capfdbinary)["items"].splitlines())


def test_what_a_robots_txt_said_earlier_is_in_the_recording_of_each_run_that_believed_it(office, capfdbinary):
    first_day(office.web)
    office.collect()
    office.web.answers["/list"] = Answer(listing("c", "x"), etag='W/"x"')
    office.web.answers["/page/x"] = Answer(page("x", WORDS))
    office.collect()
    last = max((office.folder / "store" / "captures").glob("*.warc.gz"))
    assert 1 == [path for path, _ in office.web.asked].count("/robots.txt")
    capfdbinary.readouterr()

    office.command("run", "--replay", last, "--store", office.folder / "again", "--no-publish", "--source", "listed")

    assert "robots.txt of 127.0.0.1 asks programs not to fetch /page/c" in capfdbinary.readouterr().err.decode()
    assert 0 == office.command(*REBUILD, last.parent, "--store", office.folder / "anew")
    assert histories(office.folder / "store") == histories(office.folder / "anew")


def test_a_host_that_asks_for_patience_is_no_reason_to_lose_what_others_on_it_gave(office, capfdbinary):
    first_day(office.web)
    office.web.answers["/broken"] = Answer(status=429, fields={"Retry-After": "7200"})
    office.collect()
    live = office.exports("store", capfdbinary)

    assert 0 == office.command(*REBUILD, office.folder / "store" / "captures", "--store", office.folder / "anew")

    assert live == office.exports("anew", capfdbinary)
    before, after = (histories(office.folder / each) for each in ("store", "anew"))
    assert before.keys() == after.keys()
    (paused,) = after["broken"].pauses
    assert abs(paused.until - (office.now + timedelta(hours=2))) < timedelta(minutes=1)


def histories(store: Path) -> dict:
    """What is remembered of the sources; how many seconds it took is not repeated."""
    with open_archive(store, write=False) as archive:
        return {
            source: replace(history, attempts=tuple(replace(each, seconds=0) for each in history.attempts))
            for source, history in archive.histories().items()
        }


def test_secrets_stand_in_no_recording(office):
    three_runs(office)

    kept = recorded_bytes(office.folder / "store" / "captures")

    for secret in (KEY.encode(), b"hemlig-nyckel", b"skrymsle", b"abc123"):
        assert secret not in kept
    assert b"/keyed?key=%24%7BFEED_KEY%7D" in kept


def test_what_has_not_changed_is_a_revisit_that_refers_to_what_it_was(office):
    three_runs(office)
    files = sorted((office.folder / "store" / "captures").glob("*.warc.gz"))

    second = [record for record in read(files[1]) if record[0] == "revisit"]

    assert {
        "/etagged": ("304", "server-not-modified", True),
        "/new-%C3%A5": ("200", "identical-payload-digest", True),
        "/keyed?key=%24%7BFEED_KEY%7D": ("200", "identical-payload-digest", True),
    } == {url.removeprefix(office.web.base): (status, profile, refers) for _, url, status, profile, refers in second}


def read(path: Path) -> list:
    found = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            record.content_stream().read()
            fields = record.rec_headers
            found.append(
                (
                    record.rec_type,
                    fields.get_header("WARC-Target-URI"),
                    record.http_headers and record.http_headers.get_statuscode(),
                    (fields.get_header("WARC-Profile") or "").rpartition("/")[2],
                    fields.get_header("WARC-Refers-To-Date") is not None,
                )
            )
    return found


def test_recording_that_begins_late_asks_for_whole_answers_once(office, capfdbinary):
    """A 304 to a body that nobody recorded would leave a hole in the recordings."""
    first_day(office.web)
    office.write("")
    office.collect()
    assert not list((office.folder / "store").rglob("*.warc.gz"))
    office.write("captures: 30d")
    del office.web.asked[:]

    office.collect()
    office.collect()

    asked = [fields.get("if-none-match") for path, fields in office.web.asked if path == "/etagged"]
    assert [None, '"1"'] == asked
    assert 0 == office.command(
        "store", "rebuild", "--from", office.folder / "store" / "captures", "--store", office.folder / "anew"
    )
    assert 9 == len(office.exports("anew", capfdbinary)["items"].splitlines())


def test_recordings_are_dropped_when_their_time_is_over_and_nothing_else_is(office):
    captures = office.folder / "store" / "captures"
    captures.mkdir(parents=True)
    for name in ("samflode-20260101000000-00000.warc.gz", "samflode-20260227000000-00000.warc.gz", "theirs.warc.gz"):
        (captures / name).write_bytes(b"")
    first_day(office.web)

    office.collect()

    names = sorted(path.name.removesuffix("-00000.warc.gz")[:17] for path in captures.glob("*.warc.gz"))
    assert ["samflode-20260227", "samflode-20260302", "theirs.warc.gz"] == names


def test_a_recording_that_was_cut_off_anywhere_is_read_as_far_as_it_goes(office, capfdbinary):
    first_day(office.web)
    office.collect()
    (whole,) = (office.folder / "store" / "captures").glob("*.warc.gz")
    data = whole.read_bytes()
    folder = office.folder / "cut"
    folder.mkdir()

    for share in (0.2, 0.5, 0.8, 0.97):
        (folder / whole.name).write_bytes(data[: int(len(data) * share)])
        store = f"cut-{share}"
        code = office.command("run", "--replay", folder, "--store", office.folder / store, "--no-publish")
        assert code in {0, 1}
    assert 9 >= len(office.exports("cut-0.97", capfdbinary)["items"].splitlines()) > 4


def test_a_run_that_is_killed_leaves_recordings_that_can_be_read(tmp_path):
    recordings = tmp_path / "rec"
    command = [sys.executable, "-m", "pipeline", "run", "--replay", "examples/partners", "--record", str(recordings)]
    command += ["--store", str(tmp_path / "store"), "--quiet"]
    script = "import os, signal, pipeline.collect.recorder as r\nkept = r.Recorder.kept\ncount = 0\n"
    script += "def killed(self, *words, **more):\n    global count\n    count += 1\n    kept(self, *words, **more)\n"
    script += "    if count == 3: os.kill(os.getpid(), signal.SIGKILL)\nr.Recorder.kept = killed\n"
    script += "from pipeline.cli import main\nimport sys\nmain(sys.argv[1:])\n"
    command[1:3] = ["-c", script]

    assert -signal.SIGKILL == subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}).returncode

    sources = str(ROOT / "examples" / "partners" / "sources.yaml")
    assert 0 == main(
        ["store", "rebuild", "--from", str(recordings), "--store", str(tmp_path / "anew"), "--sources", sources, "-q"]
    )


def test_a_rebuild_does_not_overwrite_an_archive_unless_it_is_told_to(office, capfdbinary):
    three_runs(office)
    before = office.exports("store", capfdbinary)
    words = ("store", "rebuild", "--from", office.folder / "store" / "captures", "--store", office.folder / "store")

    assert 2 == office.command(*words)
    assert "holds an archive already" in capfdbinary.readouterr().err.decode()
    assert 0 == office.command(*words, "--overwrite")

    assert before == office.exports("store", capfdbinary)
    assert 1 == len(list((office.folder / "store").glob("backups/before-rebuild-*/archive")))
    assert not (office.folder / "store" / "rebuild.new").exists()


def test_a_rebuild_fills_a_database_with_the_same(office, database, capfdbinary):  # noqa: F811
    three_runs(office)
    before = office.exports("store", capfdbinary)
    words = (*REBUILD, office.folder / "store" / "captures", "--store", database)

    assert 0 == office.command(*words)
    assert before == office.exports(database, capfdbinary)
    assert 0 == office.command("store", "verify", "--store", database)

    assert 2 == office.command(*words)
    shown = capfdbinary.readouterr().err.decode()
    assert " holds an archive already: 12 items\nName an empty database with `--store`, or say `--overwrite`" in shown
    assert 0 == office.command(*words, "--overwrite")
    assert before == office.exports(database, capfdbinary)
    with psycopg.connect(database) as connection:
        ((kept,),) = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before_rebuild_%'"
        ).fetchall()
        assert [(12,)] == connection.execute(f"SELECT count(*) FROM {kept}.items").fetchall()


def test_a_rebuild_of_a_database_that_fails_leaves_it_as_it_was(office, database, capfdbinary, monkeypatch):  # noqa: F811
    three_runs(office)
    words = (*REBUILD, office.folder / "store" / "captures", "--store", database)
    assert 0 == office.command(*words)
    before = office.exports(database, capfdbinary)
    run, runs = again.run, []

    async def broken(*values, **more):
        runs.append(await run(*values, **more))
        if len(runs) == 2:
            raise KeyboardInterrupt
        return runs[-1]

    monkeypatch.setattr(again, "run", broken)
    assert 130 == office.command(*words, "--overwrite")
    assert before == office.exports(database, capfdbinary)

    monkeypatch.undo()
    monkeypatch.setenv("FEED_KEY", KEY)
    assert 0 == office.command(*words, "--overwrite")
    assert before == office.exports(database, capfdbinary)


def test_recordings_that_refer_to_what_is_no_longer_there_are_said_so(office, capfdbinary):
    three_runs(office)
    captures = office.folder / "store" / "captures"
    min(captures.glob("*.warc.gz")).unlink()

    assert 0 == office.command("store", "rebuild", "--from", captures, "--store", office.folder / "anew")

    said = capfdbinary.readouterr().err.decode()
    assert "answers refer to older recordings that are not there" in said
    titles = {json.loads(row)["title"] for row in office.exports("anew", capfdbinary)["items"].splitlines()}
    assert {"Krav på handskar (ändrad)", "Lagad", "Nyhet e", "Ny"} <= titles


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.mkdir(), "holds no recordings: there is no routes.json and no WARC file in it"),
        (lambda path: path.write_bytes(b"x"), "holds no recordings: it is no .warc or .warc.gz file"),
        (lambda path: [path.mkdir(), (path / "a.warc").write_bytes(b"no WARC\r\n\r\n")], "can't be read as WARC: "),
        (
            lambda path: [path.mkdir(), (path / "a.warc.gz").write_bytes(gzip.compress(b"x" * 99))],
            "can't be read as WARC: ",
        ),
    ],
    ids=["empty folder", "other file", "no WARC", "no WARC, compressed"],
)
def test_what_is_no_recording_is_named(office, capfdbinary, make, message):
    make(office.folder / "rec")

    assert 2 == office.command("run", "--replay", office.folder / "rec", "--store", office.folder / "again")

    assert message in capfdbinary.readouterr().err.decode()


def test_a_folder_that_cannot_be_recorded_into_stops_the_run_before_it_asks_anybody(office, capfdbinary):
    first_day(office.web)
    (office.folder / "rec").write_text("a file")

    assert 3 == office.collect("--record", office.folder / "rec" / "inside")

    assert "can't be written" in capfdbinary.readouterr().err.decode()
    assert [] == office.web.asked


def test_the_recordings_of_the_store_are_not_what_a_replay_writes(office):
    first_day(office.web)
    office.collect("--record", office.folder / "rec")
    shutil.rmtree(office.folder / "store")

    office.command("run", "--replay", office.folder / "rec", "--store", office.folder / "store", "--no-publish")

    assert [] == list((office.folder / "store").rglob("*.warc.gz"))


def test_a_full_disk_ends_the_recording_and_not_the_run(office, capfdbinary, monkeypatch):
    first_day(office.web)
    written = 0

    def full(self, *words):
        nonlocal written
        written += 1
        if written == 9:
            raise OSError(28, "No space left on device")
        return whole(self, *words)

    whole = warc.Writer._request
    monkeypatch.setattr(warc.Writer, "_request", full)

    assert 1 == office.collect()

    assert "ends here: No space left on device" in capfdbinary.readouterr().err.decode()
    assert 9 == len(office.exports("store", capfdbinary)["items"].splitlines())
    (path,) = (office.folder / "store" / "captures").glob("*.warc.gz")
    assert 8 == [kind for kind, *_ in read(path)].count("request")


def test_recordings_of_other_programs_serve_as_well(office, capfdbinary):
    """As wget writes them: compressed and in chunks as it came over the wire, and nothing of sources."""
    first_day(office.web)
    body = gzip.compress(office.web.answers["/plain"].body)
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer += b"%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (50, body[:50], len(body) - 50, body[50:])
    fields = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:6f3f1f3a-6b6c-4c8e-8a3e-3f1f3a6b6c4c>\r\nWARC-Date: 2026-03-01T07:00:00Z\r\nWARC-Target-URI: <{office.web.base}/plain>\r\nContent-Type: application/http;msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    (office.folder / "theirs.warc").write_bytes(fields.encode() + answer + b"\r\n\r\n")

    assert 0 == office.command(
        "run", "--replay", office.folder / "theirs.warc", "--store", office.folder / "again", "--no-publish"
    )

    (row,) = office.exports("again", capfdbinary)["items"].splitlines()
    assert ("Nya krav", "2026-03-01T07:00:00Z") == (json.loads(row)["title"], json.loads(row)["first_seen"])


def test_recordings_of_other_sources_are_refused(office, capfdbinary):
    first_day(office.web)
    office.collect("--record", office.folder / "rec")
    others = office.sources.read_text(encoding="utf-8").replace("id: ", "id: x").replace("127.0.0.1", "127.0.0.2")
    office.sources.write_text(others, encoding="utf-8")

    assert 2 == office.command("run", "--replay", office.folder / "rec", "--store", office.folder / "again")

    assert "the recordings hold none of the sources in sources.yaml" in capfdbinary.readouterr().err.decode()
