"""`samflode worker` as people start it: what it says when it can't, and what it tells those who watch."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path  # noqa: TC003

import pytest

from pipeline.cli import main
from tests.fleet.conftest import ROOT

PARTNERS = ROOT / "examples" / "partners"


@pytest.fixture
def alone(tmp_path, monkeypatch) -> Path:
    """A folder with a sources.yaml and nothing else."""
    (tmp_path / "sources.yaml").write_text(
        "archive: {title: Nyheter, url: 'https://nyheter.example.se/'}\nsources:\n  - {id: a, url: 'https://a.example.se/feed'}\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_folder_is_no_store_for_workers(alone, capsys):
    assert main(["worker"]) == 2
    assert (
        "samflode: workers share an archive in PostgreSQL, and the store is the folder store\n"
        "Copy it with `samflode store migrate --to postgresql://user@host/database`, then write that address into sources.yaml"
        " as `store:`. On one machine `samflode run` is enough.\n" == capsys.readouterr().err
    )


def test_an_address_of_another_kind_is_named_without_its_password(alone, capsys):
    assert main(["worker", "--store", "postgres://user:hemligt@db.example.se/nyheter"]) == 2
    said = capsys.readouterr().err
    assert "workers share an archive in PostgreSQL, and the store is an address with postgres://" in said
    assert "hemligt" not in said


@pytest.mark.parametrize("missing", ["procrastinate", "prometheus_client"])
def test_what_is_not_installed_is_named(alone, monkeypatch, capsys, missing):
    for name in [
        each
        for each in sys.modules
        if each.partition(".")[0] == missing or each.startswith(("pipeline.fleet", "pipeline.metrics"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)

    assert main(["worker", "--store", "postgresql:///news"]) == 2
    assert (
        f"samflode: a worker needs the package {missing}\nInstall what it takes beside Samflöde: pip install 'samflode[worker]'\n"
        == capsys.readouterr().err
    )


def test_metrics_of_a_run_without_their_package(alone, monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "pipeline.metrics", raising=False)
    monkeypatch.setitem(sys.modules, "prometheus_client", None)

    assert main(["run", "--metrics", "samflode.prom"]) == 2
    assert (
        "samflode: --metrics needs the package prometheus_client\nInstall it beside Samflöde: pip install 'samflode[metrics]'\n"
        == capsys.readouterr().err
    )


def test_traces_without_their_package(office, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    for name in [each for each in sys.modules if each.startswith("opentelemetry.")]:
        monkeypatch.setitem(sys.modules, name, None)

    assert office.works("--trace") == 2
    assert (
        "samflode: traces need the packages of OpenTelemetry\nInstall them beside Samflöde: pip install 'samflode[traces]'\n"
        == capsys.readouterr().err
    )


def test_a_database_that_is_not_there(alone, capsys):
    assert main(["worker", "--store", f"postgresql://samflode:hemligt@/news?host={alone}"]) == 3

    said = capsys.readouterr().err
    assert "samflode: postgresql://samflode@/news can't be reached: " in said
    assert (
        "Look whether PostgreSQL runs there, and whether name, password and database are right. Nothing was lost.\n"
        in said
    )
    assert "hemligt" not in said


def test_tables_that_can_not_be_made(office, capsys):
    """The archive is there, the queue is not, and this user may not make it."""
    main(["run", "--store", office.store, "--no-publish", "--quiet"])
    office.asks("CREATE ROLE guest LOGIN; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO guest")
    capsys.readouterr()
    try:
        assert main(["worker", "--once", "--store", office.store.replace("samflode@", "guest@")]) == 3
    finally:
        office.asks("DROP OWNED BY guest; DROP ROLE guest")

    said = capsys.readouterr().err
    assert "samflode: the tables of the queue are missing in postgresql://guest@/t" in said
    assert " and can't be made: permission denied for schema public\n" in said
    assert (
        "Let a user who may create tables there start `samflode worker --once` once, or give this one the right:"
        in said
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--metrics", "here"], "'here' is no port; write 9464, or 0.0.0.0:9464 to be seen from other machines"),
        (["--metrics", "0.0.0.0:99999"], "'0.0.0.0:99999' is no port"),
        (["--publish-every", "often"], "`often`"),
        (["--jobs", "0"], "0 is not in the range"),
    ],
)
def test_options_that_are_none(alone, capsys, words, message):
    assert main(["worker", *words]) == 2
    assert message in capsys.readouterr().err


def test_a_port_that_is_taken(office, capsys):
    assert office.works("--metrics", str(office.web.port)) == 2
    assert (
        f"samflode: 127.0.0.1:{office.web.port} can't be used for metrics: Address already in use\n"
        "Choose another port with --metrics, or 0 for any free one.\n" == capsys.readouterr().err
    )


def test_sources_yaml_that_is_wrong(office, capsys):
    (office.folder / "sources.yaml").write_text("sources: [{id: A}]\n", encoding="utf-8")

    assert office.works() == 2
    assert "sources.yaml:1:" in capsys.readouterr().err


def scraped(port: str) -> dict[str, float]:
    """What a worker tells, by name and labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return {
        name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if not line.startswith("#"))
    }


def test_a_worker_tells_prometheus_what_it_does(office):
    office.web.delay = 0.05
    worker = office.starts("--no-publish", "--metrics", "0")
    said = worker.stderr.readline().decode()
    port = said.partition("127.0.0.1:")[2].partition("/")[0]
    assert office.web.reached_all({f"127.0.1.{number % 4 + 1}/{number}.xml" for number in range(40)}).wait(100)
    told = scraped(port)
    worker.terminate()
    worker.communicate(timeout=60)

    assert 0 < told['samflode_visits_total{kind="",outcome="ok"}'] <= 40
    assert 0 < told['samflode_items_total{change="new"}'] <= 160
    assert told["samflode_requests_total"] >= told['samflode_visits_total{kind="",outcome="ok"}']
    assert told['samflode_visit_seconds_count{outcome="ok"}'] == told['samflode_visits_total{kind="",outcome="ok"}']
    assert {
        "samflode_schedule_lag_seconds",
        "samflode_sources_due",
        "samflode_oldest_success_timestamp_seconds",
    } <= told.keys()


def test_a_run_leaves_what_it_came_to_for_the_textfile_collector(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["run", "--replay", str(PARTNERS), "--store", "store", "--quiet", "--no-publish", "--json"]

    assert main([*words, "--metrics", "node/samflode.prom"]) == 0

    told = (tmp_path / "node" / "samflode.prom").read_text(encoding="utf-8")
    lines = dict(line.rsplit(" ", 1) for line in told.splitlines() if not line.startswith("#"))
    sources = sum(name.startswith("samflode_source_last_success_timestamp_seconds{") for name in lines)
    assert float(lines['samflode_run_visits{kind="",outcome="ok"}']) == sources
    assert float(lines['samflode_run_items{change="new"}']) > sources
    assert float(lines["samflode_oldest_success_timestamp_seconds"]) > 0


class Receiver(http.server.BaseHTTPRequestHandler):
    """Takes traces as a collector does."""

    got: list[bytes] = []  # noqa: RUF012

    def do_POST(self):
        type(self).got.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def test_traces_go_where_the_environment_says(office):
    office.writes(2, hosts=1)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        worker = subprocess.run(
            [
                sys.executable,
                "-m",
                "pipeline",
                "worker",
                "--once",
                "--trace",
                "--no-publish",
                "--quiet",
                "--store",
                office.store,
            ],
            env={
                "PYTHONPATH": str(ROOT),
                "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{server.server_address[1]}",
            },
            cwd=office.folder,
            capture_output=True,
        )
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

    assert 0 == worker.returncode, worker.stderr.decode()
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    spans = [
        span
        for body in Receiver.got
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    assert {"schedule", "collect", "visit", "fetch", "keep"} == {span.name for span in spans}
    visits = [span for span in spans if span.name == "visit"]
    assert {"s0", "s1"} == {
        fact.value.string_value for span in visits for fact in span.attributes if fact.key == "samflode.source"
    }
    jobs = {span.span_id for span in spans if span.name == "collect"}
    assert all(span.parent_span_id in jobs for span in visits)


def test_one_machine_loads_nothing_of_what_many_take(tmp_path):
    """A run, and its publication, import neither the workers nor any of their libraries."""
    code = (
        "import sys; from pipeline.cli import main;"
        f"code = main(['run', '--replay', {str(PARTNERS)!r}, '--store', 'store', '--quiet']);"
        "print(code, [each for each in sys.modules"
        " if each.partition('.')[0] in {'procrastinate', 'prometheus_client', 'opentelemetry', 'psycopg'} or each.startswith('pipeline.fleet')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(ROOT)}, cwd=tmp_path, capture_output=True, text=True
    )

    assert "0 []" == done.stdout.splitlines()[-1]


def test_a_run_says_in_every_line_which_run_it_is(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["run", "--replay", str(PARTNERS), "--store", "store", "--log-format", "json", "--no-publish"]) == 0

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert 1 == len({line["run"] for line in lines})
    assert any("source" in line for line in lines)
