"""Text and addresses that every format can hold."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.web.urls import ascii_url

if TYPE_CHECKING:
    from pipeline.model.item import Item

#: What XML 1.0 can't hold, however escaped (section 2.2): control characters and lone surrogates; HTML and JSON don't want them either.
_ILLEGIBLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: The shape of a language tag (BCP 47, as RFC 4287, section 2 has it).
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)


def legible(text: str) -> str:
    """The text without the characters that no format of ours can hold."""
    # Names, addresses and ids, most of what is asked.
    return text if text.isascii() and text.isprintable() else _ILLEGIBLE.sub("", text)


@lru_cache(maxsize=4096)
def web_address(url: str | None) -> str | None:
    """The address in ASCII where it is one of the web (http or https); None for everything else, `javascript:` above all."""
    try:
        return ascii_url(legible(url)) if url else None
    except ValueError:
        return None


def language_tag(language: str | None) -> str | None:
    """The language where it is shaped like a tag of BCP 47."""
    return language if language and _LANGUAGE.fullmatch(language) else None


def fit(item: Item) -> Item:
    """The item with nothing in it that a feed, a page or an export can't hold; the same object where it is so already."""
    texts = (item.title, item.summary, item.text, *item.authors, *item.tags)
    if (
        not _ILLEGIBLE.search("\t".join(texts))
        and web_address(item.url) == item.url
        and language_tag(item.language) == item.language
        and all(each and each == each.strip() for each in (item.title, *item.authors, *item.tags))
    ):
        return item
    fitted = {
        "title": legible(item.title).strip() or "–",
        "summary": legible(item.summary),
        "text": legible(item.text),
        "url": web_address(item.url),
        "language": language_tag(item.language),
        "authors": _all_legible(item.authors),
        "tags": _all_legible(item.tags),
    }
    return replace(item, **fitted)  # type: ignore[arg-type]  # each value has the type of its field


def _all_legible(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(cleaned for text in texts if (cleaned := legible(text).strip()))
