"""How good the data are, source by source: quality.html, for those who look after the archive and those who count with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.publish import paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.edition import File
    from pipeline.model.quality import SourceQuality
    from pipeline.publish.issue import Issue


def quality_page(issue: Issue) -> Iterator[File]:
    """quality.html; nothing in an edition of which nobody asked how good it is."""
    edition, press = issue.edition, issue.press
    if not edition.quality:
        return
    words = press.desk.words
    names = {source.id: source.name for source in edition.sources}
    yield press.page(
        paths.QUALITY,
        "quality.html",
        title=words.quality,
        headings=words.quality_headings,
        lines=[
            {
                "name": names.get(each.source, each.source),
                "page": str(paths.SOURCES / paths.segment(each.source) / paths.INDEX),
                "figures": list(zip(words.quality_headings, _figures(each), strict=True)),
                "remarks": (*each.changes, *each.advice),
            }
            for each in edition.quality
        ],
    )


def _figures(each: SourceQuality) -> Iterator[str]:
    """How many items were looked at, and the shares of them in the order of `quality_headings`."""
    yield str(each.items)
    dated = sum(each.sureness.get("published", {}).values())
    guessed = each.sureness.get("published", {}).get("guessed", 0)
    for count in (each.undated, each.untitled, each.textless, each.languageless, each.future, each.doubled):
        yield _share(count, each.items)
    yield _share(guessed, dated)


def _share(count: int, whole: int) -> str:
    """A share with a no-break space, as Swedish and English tables have it; "–" for none."""
    if not count:
        return "–"
    percent = 100 * count / whole
    return f"{percent:.0f}\u00a0%" if percent >= 1 else "<1\u00a0%"
