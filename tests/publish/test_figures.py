"""The overview: pictures that can be read without colour, with their figures as tables."""

from __future__ import annotations

import re

from lxml import html

from pipeline.publish import edition, publish
from tests.builders import config, moment, record, source, story
from tests.publish.conftest import TOPICS


def overview(records, stories, sources=("adda", "ew", "nytt")):
    made = edition(config(*(source(each) for each in sources), topics=TOPICS), records, stories, ())
    (page,) = [file.content for file in publish(made) if str(file.path) == "overview/index.html"]
    return html.fromstring(page.decode())


def table(tree, name):
    (section,) = [each for each in tree.cssselect("section.chart") if each.find("h2").get("id") == name]
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in section.cssselect("tr")]
    return rows[0], {row[0]: row[1:] for row in rows[1:]}


RECORDS = (
    record("i1", story="s-i1", topics=("textil",)),
    record("i2", source="ew", story="s-i1", language="en", topics=("textil",)),
    record("i3", source="nytt", published=moment("2025-12-02T08:00:00+01:00")),
    record("i4", source="ew", language="en", topics=("textil", "elektronik")),
)
STORIES = (story("i1", "i2"), story("i3"), story("i4"))


def test_the_tables_hold_the_figures():
    tree = overview(RECORDS, STORIES)

    assert table(tree, "topics") == (
        ["Ämnen", "dec 25", "mar 26"],
        {"Elektronik": ["0", "1"], "Textil": ["0", "2"], "utan ämne": ["1", "0"]},
    )
    assert table(tree, "sources")[1] == {"Adda": ["0", "1"], "Ew": ["0", "2"], "Nytt": ["1", "0"]}
    assert table(tree, "languages")[1] == {"Svenska": ["2"], "Engelska": ["1"]}
    assert table(tree, "shared")[1] == {"Adda": ["0", "1"], "Ew": ["1", "0"]}


def test_every_picture_has_a_name_and_its_figures_as_text():
    tree = overview(RECORDS, STORIES)

    pictures = tree.xpath("//*[local-name()='svg']")
    assert len(pictures) == 4
    for each in pictures:
        assert each.get("role") == "img"
        assert each.get("aria-label")
        assert any(re.fullmatch(r"\d+", text.text or "") for text in each.xpath(".//*[local-name()='text']"))
    assert not tree.xpath("//@style")


def test_each_row_of_a_stack_has_a_pattern_of_its_own():
    (first, *_) = overview(RECORDS, STORIES).xpath("//*[local-name()='svg']")

    hatches = [
        [each.get("d") for each in one.xpath("*[local-name()='path']")]
        for one in first.xpath(".//*[local-name()='pattern']")
    ]
    assert len({str(each) for each in hatches}) == len(hatches) == 3


def test_an_empty_archive_has_nothing_to_show():
    assert "Här finns inget att visa än." in overview((), ()).text_content()
