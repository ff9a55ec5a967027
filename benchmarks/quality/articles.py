"""How well articles are read: dates, texts, titles and authors of real pages with answers, beside htmldate and trafilatura by themselves.

    python benchmarks/quality/articles.py [FOLDER ...]

A folder holds `NAME.html` with its answers in `NAME.json`: `url`, `date` (ISO 8601, null: unknown), `with` and `without` (snippets that
the text must and must not hold), and where they are known `title` and `author`. Without a folder: ../shared/real/articles.

What is counted: a date is right when its day is; of those that are known. The text's F1 is over all snippets: 2·kept / (2·kept + lost +
taken wrongly). A title is right when it is the answer, but for white space, case and signs; where a page has no answer, when it is what
the page states as its headline (JSON-LD, og:title, h1 or title). An author is right when the answer's names are exactly those found.
"""

from __future__ import annotations

import json
import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.extract.page import read_page
from pipeline.model.source import Article
from pipeline.normalise import parse_date
from pipeline.normalise.people import people
from pipeline.web.html import parse_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).parents[2]
ARTICLES = ROOT.parent / "shared" / "real" / "articles"
OURS = "samflode"


class Answer(NamedTuple):
    """What one reader says of one page."""

    date: str | None = None
    text: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    language: str | None = None


@dataclass(slots=True)
class Row:
    """The counts of one reader over one folder."""

    reader: str
    right: int = 0
    wrong: int = 0
    missing: int = 0
    #: Pages whose date is not known and that were given one.
    given: int = 0
    kept: int = 0
    lost: int = 0
    extra: int = 0
    titles: int = 0
    titles_of: int = 0
    authors: int = 0
    authors_wrong: int = 0
    authors_of: int = 0
    seconds: float = 0.0
    pages: int = 0
    #: For the curious: what went wrong, as (page, field, expected, found).
    mistakes: list[tuple[str, str, str, str]] = field(default_factory=list)

    @property
    def dates(self) -> float:
        """The part of the known dates that are right."""
        return self.right / max(1, self.right + self.wrong + self.missing)

    @property
    def f1(self) -> float:
        """The F1 over the snippets."""
        return 2 * self.kept / max(1, 2 * self.kept + self.lost + self.extra)


def ours(markup: str, url: str) -> Answer:
    """What `article: true` reads, the date read as the next stage reads it."""
    page = read_page(markup, url, Article())
    languages = [page.language] if page.language else []
    moment = parse_date(page.published.value, languages=languages) if page.published else None
    return Answer(
        date=moment.at.date().isoformat() if moment else None,
        text=page.text.value if page.text else "",
        title=page.title.value if page.title else "",
        authors=people(author.value for author in page.authors),
        language=page.language,
    )


def htmldate(markup: str, url: str) -> Answer:
    """What htmldate finds by itself, asked for the date of publication."""
    from htmldate import find_date

    return Answer(date=find_date(markup, original_date=True, url=url))


def trafilatura(markup: str, url: str) -> Answer:
    """What trafilatura finds by itself."""
    import trafilatura as library

    text = library.extract(markup, include_comments=False, include_tables=True) or ""
    data = library.extract_metadata(markup, default_url=url)
    return Answer(
        date=data.date if data else None,
        text=text,
        title=(data.title or "") if data else "",
        authors=tuple((data.author or "").split("; ")) if data and data.author else (),
    )


READERS: dict[str, Callable[[str, str], Answer]] = {OURS: ours, "htmldate": htmldate, "trafilatura": trafilatura}


def rows(folder: Path = ARTICLES, readers: Sequence[str] = tuple(READERS)) -> list[Row]:
    """A row for each reader over the pages of a folder, in the order of `readers`."""
    found = [Row(reader=name) for name in readers]
    for gold, markup in pages(folder):
        stated = _stated(markup)
        for row in found:
            started = time.process_time()
            answer = READERS[row.reader](markup, gold["url"])
            row.seconds += time.process_time() - started
            _count(row, gold, answer, stated)
    return found


def pages(folder: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """Every page of a folder with its answers."""
    for path in sorted(folder.glob("*.json")):
        gold = json.loads(path.read_text("utf-8"))
        yield gold | {"name": path.stem}, path.with_suffix(".html").read_text("utf-8", "replace")


def _count(row: Row, gold: dict[str, Any], answer: Answer, stated: set[str]) -> None:
    row.pages += 1
    if gold.get("date") is None:
        row.given += answer.date is not None
    else:
        row.right += answer.date == gold["date"]
        row.wrong += answer.date not in {gold["date"], None}
        row.missing += answer.date is None
        if answer.date != gold["date"]:
            row.mistakes.append((gold["name"], "date", gold["date"], str(answer.date)))
    text = _line(answer.text)
    for snippet in gold.get("with") or ():
        held = _line(snippet) in text
        row.kept, row.lost = row.kept + held, row.lost + (not held)
        if not held:
            row.mistakes.append((gold["name"], "lost", snippet, ""))
    for snippet in gold.get("without") or ():
        if _line(snippet) in text:
            row.extra += 1
            row.mistakes.append((gold["name"], "extra", "", snippet))
    expected = {_folded(gold["title"])} if gold.get("title") else stated
    if expected:
        row.titles_of += 1
        row.titles += _folded(answer.title) in expected
        if _folded(answer.title) not in expected:
            row.mistakes.append((gold["name"], "title", " / ".join(expected), answer.title))
    if gold.get("author"):
        row.authors_of += 1
        names = _names(gold["author"])
        row.authors += _names(answer.authors) == names
        row.authors_wrong += bool(answer.authors) and _names(answer.authors) != names
        if _names(answer.authors) != names:
            row.mistakes.append((gold["name"], "author", str(gold["author"]), "; ".join(answer.authors)))


def _stated(markup: str) -> set[str]:
    """What the page states as its title, each with and without the name of the site at either end."""
    soup = parse_html(markup)
    texts = [tag.get_text(" ") for tag in soup.find_all(["h1", "title"]) if tag.find_parent("svg") is None]
    texts += [str(tag.get("content") or "") for tag in soup.find_all("meta", property="og:title")]
    texts += re.findall(r'"headline"\s*:\s*"((?:[^"\\]|\\.)+)"', markup)
    found = {_folded(text) for text in texts}
    for text in texts:
        parts = re.split(r"\s+[|–—•·»:-]+\s+|\s*[|»]\s*", text)
        found |= {_folded(text[: text.rindex(parts[-1])]), _folded(text[text.index(parts[0]) + len(parts[0]) :])}
        found |= {_folded(part) for part in parts}
    return found - {""}


def _names(written: str | Sequence[str]) -> frozenset[str]:
    names = [written] if isinstance(written, str) else written
    return frozenset(
        folded for name in names for part in re.split(r"[;,&]| und | and | och ", name) if (folded := _folded(part))
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _folded(text: str) -> str:
    return "".join(re.findall(r"\w+", text.casefold()))


def _written(row: Row) -> str:
    known = row.right + row.wrong + row.missing
    return (
        f"{row.reader:<12} dates {row.right}/{known} = {row.dates:.3f}, {row.wrong} wrong, {row.missing} missing, "
        f"{row.given} given where none is known · text F1 {row.f1:.3f} ({row.kept} kept, {row.lost} lost, {row.extra} extra) · "
        f"titles {row.titles}/{row.titles_of} · authors {row.authors}/{row.authors_of}, {row.authors_wrong} wrong · "
        f"{1000 * row.seconds / max(1, row.pages):.0f} ms of processor time a page"
    )


def main(arguments: Sequence[str]) -> int:
    """Prints a line for each reader and folder; with --mistakes also what ours got wrong."""
    folders = [Path(argument) for argument in arguments if not argument.startswith("--")] or [ARTICLES]
    for folder in folders:
        if not folder.is_dir():
            print(f"{folder} is not here: nothing measured.", file=sys.stderr)
            return 1
        names = [OURS] if "--ours" in arguments else list(READERS)
        measured = rows(folder, names)
        print(f"{folder.name}: {measured[0].pages} pages")
        for row in measured:
            print("  " + _written(row))
        if "--mistakes" in arguments:
            for mistake in measured[0].mistakes:
                print("    " + " · ".join(map(str, mistake)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
