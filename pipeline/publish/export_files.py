"""`export/`: the whole archive as files, with a data dictionary."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipeline.model.edition import Draft, File
from pipeline.publish import paths
from pipeline.publish.exports import EXPORTS, ITEM_FIELDS, STORY_FIELDS, export_items, export_stories
from pipeline.publish.render import Press
from pipeline.publish.shelf import digest, shelf_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.edition import Edition
    from pipeline.model.item import Record


def export_files(edition: Edition) -> Iterator[File | Draft]:
    """The items and the stories in every format, and the page that explains their fields."""
    origin = digest((edition.setting, shelf_of(edition).digests))
    for form in EXPORTS:
        for name, make in (("items", _items_in), ("stories", _stories_in)):
            yield Draft(path=paths.EXPORT / f"{name}.{form}", made_of=origin, make=partial(make, edition, form))
    press = Press.of(edition)
    yield press.page(
        paths.EXPORT / paths.INDEX,
        "export.html",
        title=press.desk.words.export,
        tables=[
            (name, fields, [(form, f"{name}.{form}") for form in EXPORTS])
            for name, fields in (("stories", STORY_FIELDS), ("items", ITEM_FIELDS))
        ],
    )


def _items_in(edition: Edition, form: str) -> bytes:
    return b"".join(export_items(_items(edition), form))


def _stories_in(edition: Edition, form: str) -> bytes:
    return b"".join(export_stories(edition.stories, form))


def _items(edition: Edition) -> Iterator[Record]:
    """Every item, in the order of the stories."""
    for story in edition.stories:
        yield from story.records
