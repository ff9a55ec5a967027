"""`normalise` shows what becomes of a value, and why."""

from __future__ import annotations

import io
import json

import pytest

from pipeline.cli import main

CASES = [
    (
        ["date", "3/4 2021 kl 14.05", "--language", "sv", "--timezone", "Europe/Stockholm"],
        "2021-04-03T14:05:00+02:00\n",
        "3 and 4 could each be the month; with language sv and zone Europe/Stockholm, the day is 3.",
    ),
    (
        ["date", "3/4/2021", "--language", "en", "--timezone", "America/New_York"],
        "2021-03-04T00:00:00-05:00\n",
        "the day is 4.",
    ),
    (
        ["date", "i går", "--now", "2026-03-02T12:00:00+00:00"],
        "2026-03-01T00:00:00+00:00\n",
        "Read as counted back from now.",
    ),
    (["date", "maj 2021"], "2021-05-01T00:00:00+00:00\n", "which day is not said"),
    (["date", "2021-03-03T14:05+01:00"], "2021-03-03T14:05:00+01:00\n", "Read as ISO 8601"),
    (["date", "100 deltagare"], "nothing\n", "no date is better than a wrong one"),
    (["date", "måndag"], "nothing\n", "There is no number in it"),
    (["date", "2030"], "nothing\n", "It is only a number"),
    (["text", "<p>K&amp;ouml;per</p>"], "Köper\n", "escaped more than once"),
    (["text", "KÃ¶per"], "Köper\n", "(mojibake)"),
    (["text", "upp\u00adhandling"], "upphandling\n", "Invisible characters"),
    (["text", "Köper"], "Köper\n", "Nothing had to be changed."),
    (
        ["url", "http://a.se/x?utm_source=b&id=1#c"],
        "http://a.se/x?id=1\n",
        "only tell where a reader came from: utm_source.",
    ),
    (["url", "../b", "--base", "https://a.se/x/y"], "https://a.se/b\n", "Nothing had to be changed."),
    (["url", "mailto:a@b.se"], "nothing\n", "no http or https address"),
    (["language", "Regionerna ställer krav på leverantörerna i upphandlingen"], "sv\n", "By the words alone."),
    (["language", "12 345"], "nothing\n", "too few to tell"),
]


@pytest.mark.parametrize(("words", "becomes", "why"), CASES, ids=[" ".join(words) for words, _, _ in CASES])
def test_a_value_is_shown_as_it_becomes_with_the_reason(words, becomes, why, capsys):
    assert 0 == main(["normalise", *words])

    shown = capsys.readouterr().out
    assert shown.startswith(becomes)
    assert why in shown


def test_a_program_gets_json_and_the_value_may_come_from_standard_input(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("<b>En</b> rad"))

    assert 0 == main(["normalise", "text", "-", "--json"])

    assert {
        "value": "<b>En</b> rad",
        "becomes": "En rad",
        "details": {"characters": "13 before, 6 after"},
        "reasons": ["Markup was taken away."],
    } == json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["date", "x", "--timezone", "Mars/Olympus"], "'Mars/Olympus' is no time zone; write it as Europe/Stockholm"),
        (["date", "x", "--now", "soon"], "'soon' is no moment; write it as 2026-03-02T12:00:00+01:00"),
        (["dates", "x"], "'dates' is not one of 'date', 'text', 'url', 'language'"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_write(words, message, capsys):
    assert 2 == main(["normalise", *words])

    assert message in " ".join(capsys.readouterr().err.split())
