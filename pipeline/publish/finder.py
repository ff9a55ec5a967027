"""What the search page searches: indexes made by Pagefind, in a folder for each language, so that each is searched with its own stems.

Pagefind makes an index anew, however little changed, and keeps all of it in memory until it is written. So there are of each language
main ones, each of no more stories than a small machine has room for, and one of what changed since those were made, which the page
asks too; when much has changed, all goes over into main ones again. The indexes lie beside what `write` looks after, in folders
named after their content, and `search/bundles.json` says which of them count: it is replaced last, and what it named before stays
until the next time, for readers who are under way.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from markupsafe import escape

from pipeline.errors import ArchiveUnwritable
from pipeline.publish import paths
from pipeline.publish.cards import digest
from pipeline.publish.characters import legible
from pipeline.publish.made_by import own_digest
from pipeline.publish.moments import day_of, whole_month
from pipeline.publish.shelf import shelf_of
from pipeline.publish.write import OWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from zoneinfo import ZoneInfo

    from pipeline.model.edition import Edition, StoryView
    from pipeline.model.item import Record
    from pipeline.model.story import StoryId

#: Stories that may have changed before the main index is made anew: so many, and so large a part of all.
FEW, PART = 300, 0.1
#: Documents in one index, and characters of them: 75 kB of memory each, where they are short.
_DOCUMENTS, _CHARACTERS = 2_000, 5_000_000
#: Of the text of an item, in characters.
_LONGEST = 20_000
BUNDLES = "bundles.json"
#: Turns it off where it is "off".
SWITCH = "SAMFLODE_SEARCH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundles:
    """What the search page is told."""

    #: A digest of what the indexes follow from.
    mark: str
    #: A digest of the program that made the main indexes.
    made_by: str
    #: By the folder of each index its language.
    bundles: Mapping[str, str]
    #: Pages of stories that the main indexes hold as they were.
    stale: tuple[str, ...]


def available() -> bool:
    """Whether there is what makes an index: the package of Pagefind's program."""
    return os.environ.get(SWITCH) != "off" and _program() is not None


@cache
def _program() -> Path | None:
    found = find_spec("pagefind_bin")
    places = found.submodule_search_locations if found else None
    return next(
        (
            path
            for each in places or ()
            for name in ("pagefind", "pagefind_extended")
            if (path := Path(each) / name).is_file()
        ),
        None,
    )


def index_search(edition: Edition, folder: Path, *, full: bool = False) -> Callable[[], bool]:
    """Makes the indexes of the edition anew, where they are not its own; to be called when the pages that they lead to are there.

    Then they count, and whether they are those of the edition comes back: an index that can't be made leaves the one before. Both
    raise ArchiveUnwritable.
    """
    shelf, place = shelf_of(edition), folder / paths.SEARCH
    if not available():
        return lambda: _remove(place)
    known = _read(place / BUNDLES)
    fresh, gone = shelf.catalogue.sought_since()
    whole = (
        full or known is None or known.made_by != own_digest() or len(fresh) + len(gone) > max(FEW, PART * len(shelf))
    )
    if whole:
        fresh, gone = [], []
    mark = digest((edition.setting, *shelf.catalogue.digests_of(fresh), *gone))
    if not whole and known is not None and known.mark == mark:
        return lambda: True
    stale = tuple(str(paths.story_page(each)) for each in (*fresh, *gone))
    every = (story for month in shelf.months() for story in shelf.catalogue.ids(month))
    work = folder / OWN / "search"
    try:
        with _writing(place):
            shutil.rmtree(work, ignore_errors=True)
            main = _moved(place, "main", _indexed(edition, every, work)) if whole else _main_of(known)
            new = _moved(place, "new", _indexed(edition, fresh, work))
    except subprocess.SubprocessError:
        return lambda: False
    finally:
        shutil.rmtree(work, ignore_errors=True)
    said = Bundles(mark=mark, made_by=own_digest(), bundles=main | new, stale=stale)

    def settle() -> bool:
        with _writing(place):
            _put(place, said)
            _clear(place, {*said.bundles, *(known.bundles if known else ())})
        if whole:
            shelf.catalogue.sought()
        return True

    return settle


@contextmanager
def _writing(place: Path) -> Iterator[None]:
    """Raises ArchiveUnwritable where something can't be written."""
    try:
        yield
    except OSError as error:
        where = str(error.filename2 or error.filename or place)
        raise ArchiveUnwritable(f"{where} can't be written: {error.strerror}", path=where) from error


def _main_of(known: Bundles | None) -> dict[str, str]:
    """The main indexes of those that are known, each with its language."""
    bundles = {} if known is None else known.bundles
    return {name: language for name, language in bundles.items() if name.startswith("main-")}


def _moved(place: Path, part: str, made: Iterable[tuple[str, Path]]) -> dict[str, str]:
    """The indexes in their places, by name, each with its language."""
    found = {}
    place.mkdir(parents=True, exist_ok=True)
    for language, index in made:
        name = f"{part}-{language}-{_content(index)}"
        if (place / name).exists():
            shutil.rmtree(index)
        else:
            index.replace(place / name)
        found[name] = language
    return found


def _indexed(edition: Edition, stories: Iterable[StoryId], work: Path) -> Iterator[tuple[str, Path]]:
    """The language and the folder of each index of these stories; of a language there are several, where it has many."""
    shelf, waiting = shelf_of(edition), dict[str, tuple[int, int]]()
    for each in stories:
        view = shelf.fetched(each)
        for language, page in _pages(view, edition.info.timezone):
            documents, characters = waiting.get(language, (0, 0))
            if not documents:
                (work / language).mkdir(parents=True, exist_ok=True)
            # pathlib would take half of the time.
            with open(f"{work}/{language}/{documents}.html", "wb", buffering=0) as stream:  # noqa: PTH123
                stream.write(page.encode())
            waiting[language] = documents + 1, characters + len(page)
            if documents + 1 >= _DOCUMENTS or characters + len(page) >= _CHARACTERS:
                del waiting[language]
                yield language, _index(work, language)
    for language in sorted(waiting):
        yield language, _index(work, language)


def _index(work: Path, language: str) -> Path:
    """The folder of the index of the documents that wait in a language. Raises subprocess.SubprocessError."""
    program, target = _program(), work / f"{language}.index"
    assert program is not None
    subprocess.run(  # noqa: S603 – our own file names and languages alone
        [program, "--site", work / language, "--output-path", target, "--force-language", language, "--silent"],
        check=True, timeout=1_800, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    stems = any(target.glob("wasm.[!u]*"))
    for unused in (*target.glob("pagefind-*.*s"), *(target.glob("wasm.unknown.*") if stems else ())):
        unused.unlink()
    shutil.rmtree(work / language)
    return target


def _pages(story: StoryView, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """A document for each language that the story is told in, as Pagefind reads it (its documentation, "Setting up metadata")."""
    told: dict[str, list[Record]] = {}
    for record in (story.lead, *(each for each in story.records if each is not story.lead)):
        told.setdefault(paths.language_folder(record.item.language).name, []).append(record)
    for language, records in told.items():
        yield language, _page(story, language, records, zone)


def _page(story: StoryView, language: str, records: list[Record], zone: ZoneInfo) -> str:
    item, day = records[0].item, day_of(story, zone)
    filters = [("language", language), ("year", f"{day.year:04}")]
    filters += [("source", each) for each in story.sources] + [("topic", each) for each in story.topics]
    said = {
        "page": str(paths.story_page(story.id)),
        "language": language,
        "date": story.sorted_by.astimezone(UTC).isoformat(timespec="seconds"),
        # As the pages say it: a day that a source names is that day everywhere, and who gave none has none.
        "day": "" if story.published is None else day.isoformat()[: 7 if whole_month(story) else 10],
        "sources": str(len(story.sources)),
    }
    marks = "".join(f'<i data-pagefind-filter="{name}:{_held(value)}"></i>' for name, value in filters)
    marks += "".join(f'<i data-pagefind-meta="{name}:{_held(value)}"></i>' for name, value in said.items() if value)
    marks += f'<i data-pagefind-sort="date:{said["date"]}"></i>'
    texts = "".join(
        f"<p>{_escaped(each.item.summary)}</p><p>{_escaped(each.item.text[:_LONGEST])}</p>" for each in records
    )
    # Titles come last: an excerpt begins with what stands first, and the title is shown anyway.
    titles = "".join(f"<h2>{_escaped(each.item.title)}</h2>" for each in records[1:])
    head = f'<h1 data-pagefind-meta="title">{_escaped(item.title)}</h1>'
    return f'<!doctype html><html lang="{language}"><body data-pagefind-body>{texts}{head}{titles}{marks}</body></html>'


def _escaped(text: str) -> str:
    return str(escape(legible(text)))


def _held(value: str) -> str:
    """A value within an attribute of Pagefind's, where a comma begins the next one."""
    return _escaped(value).replace(",", " ")


def _content(folder: Path) -> str:
    """A digest of the names in an index; Pagefind names its files after their content."""
    places = ((os.path.relpath(place, folder), names) for place, _, names in os.walk(folder))
    return digest(sorted(name if place == "." else f"{place}/{name}" for place, names in places for name in names))[:12]


def _read(path: Path) -> Bundles | None:
    """What was said of the indexes last; None where they are not all there."""
    try:
        said = Bundles(**orjson.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
    return said if all((path.parent / each).is_dir() for each in said.bundles) else None


def _put(place: Path, said: Bundles) -> None:
    partial = place / f"{BUNDLES}.new"
    partial.write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    partial.replace(place / BUNDLES)


def _remove(place: Path) -> bool:
    """Takes away the indexes that no page leads to any more."""
    with _writing(place):
        if (place / BUNDLES).exists():
            (place / BUNDLES).unlink()
            _clear(place, set())
    return True


def _clear(place: Path, wanted: set[str]) -> None:
    for each in place.iterdir():
        if each.is_dir() and each.name.startswith(("main-", "new-")) and each.name not in wanted:
            shutil.rmtree(each, ignore_errors=True)
