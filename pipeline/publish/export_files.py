"""`export/`: the whole archive as files, by month and joined together, with a data dictionary."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import orjson

from pipeline.model.edition import Draft, File, Joined
from pipeline.publish import paths
from pipeline.publish.cards import digest
from pipeline.publish.columns import frictionless
from pipeline.publish.database import join_sqlite
from pipeline.publish.exports import (
    EXPORTS,
    FILES,
    ITEM_FIELDS,
    STORY_FIELDS,
    export_items,
    export_stories,
    items_into,
    stories_into,
)
from pipeline.publish.joining import join_texts, parquet_of_lines
from pipeline.publish.parquet import has_parquet, join_parquet
from pipeline.publish.site import first_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import PurePosixPath

    from pipeline.model.edition import Made, Part
    from pipeline.model.item import Record
    from pipeline.publish.issue import Issue
    from pipeline.publish.shelf import Shelf

TABLES = (("stories", STORY_FIELDS), ("items", ITEM_FIELDS))
_MEDIA_TYPES = {
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "sqlite": "application/vnd.sqlite3",
}


def month_exports(issue: Issue, month: str) -> Iterator[Draft | Joined]:
    """The stories of a month, and their items, in every format that a whole is put together of."""
    stories = issue.shelf.within(month)
    if len(stories):
        origin = digest((issue.edition.setting, stories.digests()))
        for form in EXPORTS:
            for what, _ in TABLES:
                path = _of_month(month, what, form)
                yield Draft(path=path, made_of=origin, make=partial(_content, stories, what, form))
        for what, fields in TABLES if has_parquet() else ():
            yield Joined(
                path=_of_month(month, what, "parquet"),
                of=(_of_month(month, what, "ndjson"),),
                join=partial(parquet_of_lines, fields),
                make=partial(_file_content, stories, what, "parquet"),
            )


def exports(issue: Issue) -> Iterator[Made]:
    """The whole of them: the months joined, the newest first; the package that describes them."""
    for form in forms():
        for what, fields in TABLES:
            part_form = "ndjson" if form == "sqlite" else form
            of = tuple(_of_month(month, what, part_form) for month in issue.shelf.months())
            make = partial(_content if form in EXPORTS else _file_content, issue.shelf, what, form)
            path = paths.EXPORT / f"{what}.{form}"
            yield Joined(path=path, of=of, join=_joiner(what, fields, form), make=make)
    yield File(path=paths.EXPORT / "datapackage.json", content=_package(issue))


def export_page(issue: Issue) -> Iterator[File]:
    """The page that describes them."""
    press = issue.press
    yield press.page(
        paths.EXPORT / paths.INDEX,
        "export.html",
        title=press.desk.words.export,
        tables=[(what, fields, [(form, f"{what}.{form}") for form in forms()]) for what, fields in TABLES],
    )


def forms() -> tuple[str, ...]:
    """The formats that are published; Parquet where there is what writes it."""
    return (*EXPORTS, *(form for form in FILES if form != "parquet" or has_parquet()))


def _joiner(
    what: str, fields: Sequence[tuple[str, str, str]], form: str
) -> Callable[[Sequence[Part], Path | None, Path], None]:
    match form:
        case "parquet":
            return partial(join_parquet, fields)
        case "sqlite":
            return partial(join_sqlite, what, fields)
        case _:
            return partial(
                join_texts, b"".join(export_items((), form) if what == "items" else export_stories((), form))
            )


def _of_month(month: str, what: str, form: str) -> PurePosixPath:
    first = first_of(month)
    return paths.EXPORT / f"{first.year:04}" / f"{first.month:02}" / f"{what}.{form}"


def _content(stories: Shelf, what: str, form: str) -> bytes:
    return b"".join(export_items(_items(stories), form) if what == "items" else export_stories(stories, form))


def _file_content(stories: Shelf, what: str, form: str) -> bytes:
    """Of a format that is no text."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / form
        if what == "items":
            items_into(path, _items(stories), form)
        else:
            stories_into(path, stories, form)
        return path.read_bytes()


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
            **({"encoding": "utf-8"} if form in EXPORTS else {}),
            "schema": frictionless(fields, form),
        }
        for form in forms()
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
