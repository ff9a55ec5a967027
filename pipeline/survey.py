"""The quality of the data in the archive, source by source: for `report`, and for the page of the publication."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.model.query import Query
from pipeline.normalise import detect_language
from pipeline.quality import quality

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from pipeline.archive import Archive
    from pipeline.model.config import Config
    from pipeline.model.item import Record
    from pipeline.model.quality import SourceQuality
    from pipeline.model.source import Source

#: Items whose language is guessed once more.
_GUESSED_AGAIN = 100


def survey(
    config: Config, archive: Archive, now: datetime, *, only: Sequence[str] = (), newest: int | None = None
) -> Iterator[SourceQuality]:
    """The quality of each source, or of `only` some, in the order of sources.yaml.

    With `newest` of so many items of each alone, and then no language is guessed once more: that takes a model.
    """
    for source in config.sources:
        if not only or source.id in only:
            yield _of(source, archive, now, newest)


def _of(source: Source, archive: Archive, now: datetime, newest: int | None) -> SourceQuality:
    records = list(islice(archive.records(Query(sources=(source.id,))), newest))
    neighbours: Counter[str] = Counter()
    for each in {record.story for record in records}:
        story = archive.story(each)
        neighbours[each] = 1 if story is None else len(story.items)
    return quality(
        source, records, neighbours, agreement=_agreement(records[:_GUESSED_AGAIN]) if newest is None else None, now=now
    )


def _agreement(records: Sequence[Record]) -> float | None:
    """The share of the items whose words alone, without what source and entry declare, are of the same language."""
    told = [record.item for record in records if record.item.language is not None]
    if not told:
        return None
    same = sum(detect_language(f"{item.title}\n{item.summary}\n{item.text}") == _ours(item.language) for item in told)
    return same / len(told)


def _ours(tag: str | None) -> str | None:
    return None if tag is None else tag.partition("-")[0]
