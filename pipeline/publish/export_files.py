"""`export/`: the whole archive as files, by month and joined together, with a data dictionary."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import orjson

from pipeline.model.edition import Draft, File, Joined
from pipeline.publish import paths
from pipeline.publish.cards import digest
from pipeline.publish.columns import frictionless
from pipeline.publish.exports import EXPORTS, ITEM_FIELDS, STORY_FIELDS, export_items, export_stories
from pipeline.publish.site import first_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from pipeline.model.edition import Made
    from pipeline.model.item import Record
    from pipeline.publish.issue import Issue
    from pipeline.publish.shelf import Shelf

TABLES = (("stories", STORY_FIELDS), ("items", ITEM_FIELDS))
_MEDIA_TYPES = {"ndjson": "application/x-ndjson", "csv": "text/csv"}


def month_exports(issue: Issue, month: str) -> Iterator[Draft]:
    """The stories of a month, and their items, in every format that is a text."""
    stories = issue.shelf.within(month)
    if len(stories):
        origin = digest((issue.edition.setting, stories.digests()))
        for form in EXPORTS:
            for what, _ in TABLES:
                path = _of_month(month, what, form)
                yield Draft(path=path, made_of=origin, make=partial(_content, stories, what, form))


def exports(issue: Issue) -> Iterator[Made]:
    """The whole of them: the months joined, the newest first; the package that describes them."""
    months = list(issue.shelf.months())
    for form in EXPORTS:
        for what, _ in TABLES:
            of = tuple(_of_month(month, what, form) for month in months)
            head = b"".join(export_items((), form)) if what == "items" else b"".join(export_stories((), form))
            make = partial(_content, issue.shelf, what, form)
            yield Joined(path=paths.EXPORT / f"{what}.{form}", of=of, head=head, make=make)
    yield File(path=paths.EXPORT / "datapackage.json", content=_package(issue))


def export_page(issue: Issue) -> Iterator[File]:
    """The page that describes them."""
    press = issue.press
    yield press.page(
        paths.EXPORT / paths.INDEX,
        "export.html",
        title=press.desk.words.export,
        tables=[(what, fields, [(form, f"{what}.{form}") for form in EXPORTS]) for what, fields in TABLES],
    )


def _of_month(month: str, what: str, form: str) -> PurePosixPath:
    first = first_of(month)
    return paths.EXPORT / f"{first.year:04}" / f"{first.month:02}" / f"{what}.{form}"


def _content(stories: Shelf, what: str, form: str) -> bytes:
    return b"".join(export_items(_items(stories), form) if what == "items" else export_stories(stories, form))


def _items(stories: Shelf) -> Iterator[Record]:
    """Every item, in the order of the stories."""
    for story in stories:
        yield from story.records


def _package(issue: Issue) -> bytes:
    """What the exports are, for programs (Data Package 1.0; https://specs.frictionlessdata.io/data-package/)."""
    info = issue.edition.info
    resources = [
        {
            "name": what if form == "csv" else f"{what}-{form}",
            "path": f"{what}.{form}",
            "title": what.title(),
            "profile": "tabular-data-resource" if form == "csv" else "data-resource",
            "format": form,
            "mediatype": _MEDIA_TYPES[form],
            "encoding": "utf-8",
            "schema": frictionless(fields, form),
        }
        for form in EXPORTS
        for what, fields in TABLES
    ]
    package = {
        "profile": "data-package",
        "name": "samflode-export",
        "id": paths.tag(info, "export"),
        "title": info.title,
        "homepage": info.url,
        "resources": resources,
    }
    return orjson.dumps(package, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
