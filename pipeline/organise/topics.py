"""Which topics an item has: those whose words it holds."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model.config import Topic
    from pipeline.model.item import Item

#: A word up to so long has to stand alone ("IT", "EU"); a longer one may also begin a word: "elektronik" is in "elektronikens".
SHORT_WORD = 3


def topics_of(item: Item, topics: Sequence[Topic]) -> tuple[str, ...]:
    """The ids of the topics whose words stand in the item's title, summary or text, in the vocabulary's order."""
    text = f"{item.title}\n{item.summary}\n{item.text}".casefold()
    return tuple(topic.id for topic in topics if topic.words and _pattern(topic.words).search(text))


@lru_cache(maxsize=1024)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_alternative(word.casefold()) for word in words))


def _alternative(word: str) -> str:
    escaped = r"\s+".join(re.escape(part) for part in word.split())
    return rf"(?<!\w){escaped}" + (r"(?!\w)" if len(word) <= SHORT_WORD else "")
