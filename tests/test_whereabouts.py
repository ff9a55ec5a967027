"""A source that moves for good is followed, one that is gone for good is left alone, and the maintainer is told."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from pipeline import whereabouts
from pipeline.cli import main
from pipeline.model.history import History, Pause
from tests.builders import NOW, source
from tests.collect.hostile import Case, hostile, redirect, response, sources_yaml

OLD, NEW, NEWER = "https://a.example.se/feed", "https://b.example.se/feed", "https://c.example.se/feed"
SOURCE = source(url=OLD)


def after(*visits, history=None):
    """What is known after visits, each a pair of what was asked and where it led, "gone" or "failed"."""
    history = history or History()
    for asked, led in visits:
        known = whereabouts.learned(
            SOURCE, history, asked=asked, moved_to=led if led and "://" in led else None,
            failed=led in {"gone", "failed"}, gone=led == "gone", now=NOW,
        )  # fmt: skip
        history = History(whereabouts=known)
    return history


@pytest.mark.parametrize(
    ("visits", "address"),
    [
        ([(OLD, NEW)] * 2, OLD),
        ([(OLD, NEW)] * 3, NEW),
        ([(OLD, NEW), (OLD, NEW), (OLD, NEWER)], OLD),
        ([(OLD, NEW), (OLD, NEW), (OLD, None), (OLD, NEW)], OLD),
        ([(OLD, NEW), (OLD, NEW), (OLD, "failed"), (OLD, NEW)], NEW),
        ([(OLD, NEW)] * 3 + [(NEW, None)] * 5, NEW),
        ([(OLD, NEW)] * 3 + [(NEW, "failed")], OLD),
        ([(OLD, NEW)] * 3 + [(NEW, "gone")], OLD),
        ([(OLD, NEW)] * 3 + [(NEW, OLD)], OLD),
        ([(OLD, NEW)] * 3 + [(NEW, NEWER)] * 2, NEW),
        ([(OLD, NEW)] * 3 + [(NEW, NEWER)] * 3, NEWER),
    ],
)
def test_an_address_is_believed_to_have_moved_after_three_good_answers_in_a_row(visits, address):
    assert address == whereabouts.address_of(SOURCE, after(*visits))


def test_a_source_that_is_gone_is_retired_until_its_address_is_another_or_it_answers():
    history = after((OLD, "gone"))

    assert whereabouts.is_retired(SOURCE, history)
    assert whereabouts.is_retired(SOURCE, after((OLD, "failed"), history=history))
    assert not whereabouts.is_retired(source(url=NEW), history)
    assert not whereabouts.is_retired(SOURCE, after((OLD, None), history=history))


def test_nothing_is_kept_of_a_source_that_stays_where_it_is():
    assert after((OLD, None), (OLD, "failed"), (OLD, None)).whereabouts is None


def test_a_pause_is_of_the_host_however_it_is_spelled():
    pauses = [Pause(host="xn--hllbar-iua.se", until=NOW), Pause(host="xn--hllbar-iua.se", until=NOW + timedelta(1))]

    assert NOW + timedelta(1) == whereabouts.paused_until(source(url="https://HÅLLBAR.se./f"), History(), pauses)
    assert whereabouts.paused_until(source(url="https://www.xn--hllbar-iua.se/"), History(), pauses) is None


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(folder, served, cases, *options, capsys):
    (folder / "sources.yaml").write_text(sources_yaml(served, cases), encoding="utf-8")
    code = main(["run", "--json", "--quiet", "--no-publish", *options])
    return code, {each["id"]: each for each in json.loads(capsys.readouterr().out)["sources"]}


def paths(served):
    """What was asked, and forgets it."""
    asked = [head.split()[1] for head in served.requests]
    served.requests.clear()
    return asked


def test_after_three_runs_the_new_address_is_used_and_the_maintainer_is_told(folder, capsys):
    async def answer(server, path, head, writer):
        writer.write(response() if path == "/new" else redirect("/new", "301 Moved Permanently"))

    cases = [Case(name="moving", answer=answer)]
    with hostile(cases) as served:
        for number in range(3):
            code, report = run(folder, served, cases, "--all", capsys=capsys)
            # What robots.txt says is believed for a day.
            assert [*(["/robots.txt"] if number == 0 else []), "/feed", "/new"] == paths(served)
            assert (0, number == 2) == (code, bool(report["moving"]["warnings"]))

        code, report = run(folder, served, cases, "--all", capsys=capsys)
        asked = paths(served)

    assert (0, ["/new"]) == (code, asked)
    assert ("unchanged", 0) == (report["moving"]["outcome"], report["moving"]["new"])
    wanted = f"has moved for good: write `url: {served.url(cases[0], '/new')}` in sources.yaml"
    assert wanted in report["moving"]["warnings"][0]
    main(["status"])
    assert wanted in capsys.readouterr().out
    main(["doctor"])
    assert wanted in capsys.readouterr().out


def test_a_source_that_is_gone_is_asked_no_more_but_by_name(folder, capsys):
    cases = [Case(name="gone", answer=response(b"", status="410 Gone")), Case(name="well", answer=response())]
    with hostile(cases) as served:
        first, report = run(folder, served, cases, capsys=capsys)
        assert ("http_status", None) == (report["gone"]["error"]["kind"], report["gone"]["next_due"])
        paths(served)

        code, report = run(folder, served, cases, "--all", capsys=capsys)
        assert ["/feed"] == paths(served)
        assert "is gone for good (410), so it is not asked any more" in report["gone"]["warnings"][0]
        by_name, _ = run(folder, served, cases, "--source", "gone", capsys=capsys)
        assert ["/feed"] == paths(served)

    assert (1, 0, 1) == (first, code, by_name)
    assert "not_due" == report["gone"]["outcome"]
    main(["status"])
    shown = capsys.readouterr().out
    (line,) = (line for line in shown.splitlines() if line.startswith("gone "))
    assert ("retired", "never") == (line.split()[1], line.split()[-1])
    assert "`samflode run --source gone` asks once more" in shown
    main(["doctor"])
    assert "gone: retired since " in capsys.readouterr().out


def test_a_host_that_asks_for_patience_gets_it_over_runs_for_all_of_its_sources(folder, capsys):
    busy = Case(name="busy", answer=response(b"", status="503 Busy", fields=["Retry-After: 3600"]))
    well = Case(name="well", answer=response())
    with hostile([busy, well]) as served:
        text = sources_yaml(served, [busy, well]) + f"  - {{id: other, url: '{served.url(busy, '/other')}'}}\n"
        (folder / "sources.yaml").write_text(text, encoding="utf-8")

        reports = []
        for options in ([], ["--all"], ["--source", "other"]):
            main(["run", "--json", "--quiet", "--no-publish", *options])
            reports.append({each["id"]: each for each in json.loads(capsys.readouterr().out)["sources"]})
        asked = [head.split()[1] for head in served.requests if "Host: 127.0.1.1:" in head]

    assert ({"failed", "not_due"}, "ok") == (
        {reports[0]["busy"]["outcome"], reports[0]["other"]["outcome"]},
        reports[0]["well"]["outcome"],
    )
    assert ("not_due", "not_due", "unchanged") == tuple(
        reports[1][each]["outcome"] for each in ("busy", "other", "well")
    )
    assert "failed" == reports[2]["other"]["outcome"]
    # Once in the first run, once by name.
    assert 2 == sum(path != "/robots.txt" for path in asked)


def test_robots_are_asked_again_after_a_day_or_when_what_was_kept_cannot_be_read(folder, capsys):
    cases = [Case(name="well", answer=response(), robots=response(b"User-agent: *\nDisallow: /private\n"))]
    kept = folder / "store" / "robots.json"
    asked = []
    with hostile(cases) as served:
        for change in (None, None, lambda text: re.sub(r"20\d\d-", "2020-", text), lambda _: "{"):
            if change is not None:
                kept.write_text(change(kept.read_text()))
            run(folder, served, cases, "--all", capsys=capsys)
            asked.append("/robots.txt" in paths(served))

    assert [True, False, True, True] == asked
    assert "Disallow: /private" in kept.read_text()
