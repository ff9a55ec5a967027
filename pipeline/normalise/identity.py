"""What an item can be found again by, and the id that it gets for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.item import IdentityKey, ItemId, version_key
from pipeline.normalise.address import address_key
from pipeline.normalise.digest import digest
from pipeline.normalise.event_keys import keys_of
from pipeline.normalise.sketch import WINDOWS, sketch
from pipeline.normalise.text import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.model.entry import Entry
    from pipeline.model.item import Moment
    from pipeline.model.source import SourceId

#: A shorter paragraph is a phrase that anyone may write ("Nyhetsbrev nr 3 är här").
FEWEST_WORDS = 8
FEWEST_CHARACTERS = 50
#: A shorter path is one that many sites have: "nyheter", "en/news".
SHORTEST_PATH = 10
#: The kinds of keys that are not the source's own word for one entry.
_SHAREABLE = ("a:", "p:", "t:")


def identity_keys(
    entry: Entry, url: str | None, openings: Iterable[str], texts: Sequence[str] = ()
) -> tuple[IdentityKey, ...]:
    """The keys of an entry in the order of trust.

    - "v:SOURCE:…" this version of it (left out where its article is still to be opened),
    - "e:SOURCE:…" its source's own id for it,
    - "a:…" its address, folded,
    - "p:SOURCE:…" its address without the host, where that is long enough to be of one page,
    - "t:…" the words of each of `openings` that has enough of them: the first paragraphs of its summary and its text, so that a
      teaser and the full text that begins with it share one,
    - "n:…" fingerprints of `texts`, by which other texts with the same words are found.
    """
    keys: list[str] = [] if entry.version is None else [version_key(entry.source, entry.version)]
    keys.append(f"e:{entry.source}:{digest(entry.key)}")
    if url is not None:
        address = address_key(url)
        keys.append(f"a:{address}")
        keys.extend(_path_keys(entry.source, address))
    keys.extend(key for each in openings if (key := _text_key(each)) is not None)
    for number, text in enumerate(texts):
        # A summary beside a text is a teaser: its lead is enough.
        keys.extend(f"n:{each}" for each in (sketch(text, windows=WINDOWS[:1]) if number else sketch(text)))
    return tuple(IdentityKey(key) for key in dict.fromkeys(keys))


def event_keys(title: str, summary: str, text: str, published: Moment | None) -> tuple[IdentityKey, ...]:
    """The "k:…" keys of an item: of what its lead mentions and when it was published, by which notes of the same event are found."""
    return tuple(IdentityKey(f"k:{each}") for each in keys_of(title, summary or text.partition("\n\n")[0], published))


def heading_keys(source: SourceId, title: str, published: Moment | None) -> tuple[IdentityKey, ...]:
    """The "d:SOURCE:…" key of an item, of its title and its day: what is left of it when its source changes ids and addresses."""
    if published is None or published.precision == "month":
        return ()
    heading = f"{fold_text(title)}\0{published.at.date()}"
    return (IdentityKey(f"d:{source}:{digest(heading)}"),)


def distinct_keys(
    batch: Sequence[tuple[str, tuple[IdentityKey, ...]]], source_url: str
) -> list[tuple[IdentityKey, ...]]:
    """The keys of the entries of one visit (each with its title) without those that tell none of them from another.

    An address or an opening that entries with different titles share is the site's, not theirs: its start page, its description.
    The same holds for the address of the source itself, and for one that has nothing behind its host.
    """
    titles: dict[str, set[str]] = {}
    for title, keys in batch:
        for key in keys:
            if key.startswith(_SHAREABLE):
                titles.setdefault(key, set()).add(fold_text(title))
    shared = {key for key, own in titles.items() if _differ(own)} | {f"a:{address_key(source_url)}"}
    return [tuple(key for key in keys if key not in shared and not _is_start_page(key)) for _, keys in batch]


def item_id(source: SourceId, keys: Sequence[IdentityKey]) -> ItemId:
    """The id of an item that is first seen under these keys: sixteen letters and digits, from its source and its address.

    From the source's own id for it where it has no address of its own, because content systems renumber their entries when they move.
    """
    first = next((key for kind in ("a:", "e:") for key in keys if key.startswith(kind)), "")
    return ItemId(digest(f"{source}\0{first}"))


def _path_keys(source: SourceId, address: str) -> Iterator[str]:
    _, _, path = address.partition("/")
    if len(path) >= SHORTEST_PATH:
        yield f"p:{source}:{digest(path)}"


def _differ(titles: set[str]) -> bool:
    """Whether folded titles are of different news; one that only goes on where another was cut is the same."""
    longest = max(titles, key=len)
    return any(not longest.startswith(title) for title in titles)


def _is_start_page(key: str) -> bool:
    return key.startswith("a:") and not any(mark in key for mark in "/?#")


def _text_key(paragraph: str) -> str | None:
    folded = fold_text(paragraph)
    if len(folded) < FEWEST_CHARACTERS or folded.count(" ") + 1 < FEWEST_WORDS:
        return None
    return f"t:{digest(folded)}"
