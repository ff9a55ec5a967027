"""What a source changed, word by word."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.item import Revision
from pipeline.publish.changes import revisions
from tests.builders import record

SEEN = datetime(2026, 3, 4, 9, tzinfo=UTC)


def shown(field, before, after):
    changed = record(**{field: after}, history=(Revision(seen_at=SEEN, before={field: before}),))
    ((change,),) = [each.changes for each in revisions(changed)]
    marks = {"same": "{}", "deleted": "[-{}-]", "inserted": "[+{}+]"}
    return ["".join(marks[kind].format(text) for kind, text in paragraph) for paragraph in change.paragraphs]


@pytest.mark.parametrize(
    ("field", "before", "after", "expected"),
    [
        ("title", "Mötet i Malmo", "Mötet i Malmö", ["Mötet i [-Malmo-][+Malmö+]"]),
        ("title", "Nya krav i maj", "Nya krav", ["Nya krav[- i maj-]"]),
        (
            "title", "Nya krav på handskar i maj", "Skärpta regler för handskar i juni",
            ["[-Nya krav på-][+Skärpta regler för+] handskar i [-maj-][+juni+]"],
        ),
        ("title", "Något annat", "Handskar och kläder", ["[-Något annat-]", "[+Handskar och kläder+]"]),
        ("text", "Ett.\n\nTvå är här.\n\nTre.", "Ett.\n\nTvå var här.\n\nTre.", ["Två [-är-][+var+] här."]),
        ("text", "Ett.", "Ett.\n\nTvå.", ["[+Två.+]"]),
        ("summary", "", "Ny ingress", ["[+Ny ingress+]"]),
        ("url", "https://a.example.se/1", "https://a.example.se/2", ["[-https://a.example.se/1-]", "[+https://a.example.se/2+]"]),
    ],
)  # fmt: skip
def test_only_the_words_that_differ_are_marked(field, before, after, expected):
    assert expected == shown(field, before, after)


WORDS = st.lists(st.sampled_from(["krav", "på", "handskar", "i", "maj", "nya", "."]), min_size=1, max_size=12).map(
    " ".join
)


@given(WORDS, WORDS)
def test_what_is_marked_gives_both_wordings_back(before, after):
    changed = record(title=after, history=(Revision(seen_at=SEEN, before={"title": before}),))
    ((change,),) = [each.changes for each in revisions(changed)]

    for left_out, wording in (("inserted", before), ("deleted", after)):
        kept = ["".join(text for kind, text in each if kind != left_out) for each in change.paragraphs]
        assert wording == "".join(kept)
