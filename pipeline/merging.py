"""Items of one source put beside what the archive holds: what changes in it. Reads no more of it than what the items touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.organise import compared, settled, unseen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pipeline.archive import Archive
    from pipeline.model.change import Changes
    from pipeline.model.config import Config
    from pipeline.model.item import Item, ItemId


def merged(
    items: Sequence[Item],
    archive: Archive,
    config: Config,
    *,
    now: datetime,
    held_before: Sequence[ItemId] = (),
    last_held: datetime | None = None,
    older: bool = False,
) -> tuple[Changes, tuple[ItemId, ...]]:
    """What the items change in the archive, and the ids under which it holds them, each once.

    `held_before` are those that the source held at `last_held`. With `older` the items stood on an older page.
    """
    known = archive.known_as(key for item in items for key in item.keys if key.startswith("v:"))
    fresh, seen = unseen(items, known)
    still = {*seen.values()}
    found = compared(
        items,
        archive.near(fresh, config.corrections.partners(item.id for item in fresh)),
        seen=seen,
        topics=config.topics,
        corrections=config.corrections,
        now=now,
        departed=archive.held([each for each in held_before if each not in still]),
        last_held=last_held,
        older=older,
    )
    return settled(found, archive.told(found.stories), language=config.archive.language), found.held
