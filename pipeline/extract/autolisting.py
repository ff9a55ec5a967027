"""HTML pages that list news and were described by nobody: `listing: auto`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract.guess import best_group, guess, look_alikes_of, read_group
from pipeline.extract.pages import entry_of, one_older, page_of, walk

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from pipeline.extract.guess import Group
    from pipeline.extract.pages import Page
    from pipeline.model.capture import Capture
    from pipeline.model.entry import Conversation, Dropped, Entry, Extraction
    from pipeline.model.source import AutoListing, Source

_BY = "listing:guessed"


def auto_listing(source: Source, kind: AutoListing, *, older: bool = False) -> Conversation:
    """Every item of the listing that a page seems to be, and of at most `kind.pages` pages of it; and with `older` where it goes on.

    Raises NothingMatched where nothing on the first page looks like news, and what its request fails with.
    """
    return (yield from walk(source, ByGuess(), next=kind.next, pages=kind.pages, older=older))


def older_auto_listing(
    source: Source, kind: AutoListing, capture: Capture, *, front: Capture, visited: Container[str]
) -> Extraction:
    """The items of one older page, and where it goes on. `front` is the first page, whose template it is read by."""
    reader = ByGuess()
    reader.read(page_of(source, front))
    return one_older(source, reader, capture, next=kind.next, visited=visited)


class ByGuess:
    """Reads the first page as `guess` does, and the older ones by the template that was found there."""

    def __init__(self) -> None:
        self._group: Group | None = None

    def read(self, page: Page) -> list[Entry]:
        """The entries of a page, in its order."""
        if self._group is None:
            self._group = best_group(page.soup, page.capture.url)
            items = guess(page.soup, page.capture.url)
        else:
            alike = look_alikes_of(page.soup, self._group)
            items = read_group(alike, self._group.template, page.soup, page.capture.url) or guess(
                page.soup, page.capture.url
            )
        return [
            entry_of(
                page,
                item.tag,
                position,
                link=item.link,
                title=item.title,
                date=item.date,
                summary=item.summary,
                guessed={
                    name: _BY
                    for name, value in (
                        ("title", item.title),
                        ("link", item.link),
                        ("published", item.date),
                        ("summary", item.summary),
                    )
                    if value
                },
            )
            for position, item in enumerate(items)
        ]

    def nothing(self, page: Page) -> str:
        """That there is no listing."""
        return f"nothing on {page.capture.url} looks like a list of news"

    def dropped(self) -> Iterable[Dropped]:
        """Nothing: what is no news was never taken for an item."""
        return ()

    def warnings(self) -> Iterable[str]:
        """Nothing: what was guessed stands in each entry's origin."""
        return ()
