"""The overview page: the archive in pictures, each with its figures as a table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from pipeline.publish import paths
from pipeline.publish.pictures import PATTERNS, Table, bars, circles, grid, stacked_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model.edition import Draft
    from pipeline.publish.issue import Issue
    from pipeline.publish.sections import Section
    from pipeline.publish.words import Words

#: So many months, years, sources and languages are shown: those with most, where there are more.
_MONTHS, _YEARS, _SOURCES, _LANGUAGES, _PAIRED = 12, 12, 20, 12, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One picture with its table."""

    id: str
    heading: str
    note: str
    picture: Markup
    #: What the rows are called, then the columns.
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def figures(issue: Issue) -> Iterator[Draft]:
    """`overview/`."""
    months = sorted(issue.shelf.months())[-_MONTHS:]
    topics = _most(issue.topics, PATTERNS - 1)
    sources, languages = _most(issue.sources, _SOURCES), _most(issue.languages, _LANGUAGES)
    by_section = {str(each.folder): each.stories.months() for each in (*topics, *sources, *languages)}
    tallies = issue.shelf.catalogue.tallies
    untold = {month: number for (month,), number in tallies("untold").items()}
    pairs = {(one, other): number for (one, other), number in tallies("pair").items()}
    values = partial(_values, issue, months, (topics, sources, languages), untold, pairs)
    said = (repr(by_section), repr(untold), repr(sorted(pairs.items())), repr(months))
    yield issue.press.draft(paths.OVERVIEW / paths.INDEX, "overview.html", values, *said)


def _values(
    issue: Issue,
    months: list[str],
    parts: tuple[Sequence[Section], Sequence[Section], Sequence[Section]],
    untold: dict[str, int],
    pairs: dict[tuple[str, str], int],
) -> dict[str, Any]:
    words = issue.press.desk.words
    topics, sources, languages = parts
    made = (
        _by_topic(months, topics, untold, words, left_out=len(topics) < len(_most(issue.topics, len(issue.topics)))),
        _over_time(sources, words),
        _by_language(languages, words),
        _shared(issue.sources, pairs, words),
    )
    return {"title": words.overview, "figures": [each for each in made if each is not None]}


def _most(parts: Sequence[Section], number: int) -> list[Section]:
    """Those with most stories, so many at most; as they are ordered."""
    chosen = sorted(parts, key=lambda each: -len(each.stories))[:number]
    return [each for each in parts if each in chosen and len(each.stories)]


def _by_topic(
    months: list[str], topics: Sequence[Section], untold: dict[str, int], words: Words, *, left_out: bool
) -> Figure | None:
    counts = {each.name: each.stories.months() for each in topics}
    rows = {name: tuple(counts[name].get(month, 0) for month in months) for name in counts}
    rows[words.no_topic] = tuple(untold.get(month, 0) for month in months)
    if not months:
        return None
    short = tuple(_short(month, words) for month in months)
    table = Table(columns=short, rows=rows)
    note = words.chart_topics_note.format(len(months))
    if left_out:
        note += f" {words.chart_topics_most.format(len(topics))}"
    picture = stacked_columns(table, words.chart_topics)
    return _figure("topics", (words.chart_topics, note), picture, table=table, rows=words.topics)


def _short(month: str, words: Words) -> str:
    """As in "mar 26"."""
    return f"{words.months_long[int(month[5:7]) - 1][:3]} {month[2:4]}"


def _over_time(sources: Sequence[Section], words: Words) -> Figure | None:
    counts = {each.name: each.stories.years() for each in sources}
    years = sorted({year for found in counts.values() for year in found})[-_YEARS:]
    if not years:
        return None
    rows = {name: tuple(counts[name].get(year, 0) for year in years) for name in counts}
    table = Table(columns=tuple(str(int(each)) for each in years), rows=rows)
    picture = circles(table, words.chart_sources)
    said = (words.chart_sources, words.chart_sources_note)
    return _figure("sources", said, picture, table=table, rows=words.source)


def _by_language(languages: Sequence[Section], words: Words) -> Figure | None:
    if not languages:
        return None
    counts = {each.name: len(each.stories) for each in languages}
    table = Table(columns=(words.number_label,), rows={name: (count,) for name, count in counts.items()})
    picture = bars(counts, words.chart_languages)
    said = (words.chart_languages, words.chart_languages_note)
    return _figure("languages", said, picture, table=table, rows=words.language_label)


def _shared(sources: Sequence[Section], pairs: dict[tuple[str, str], int], words: Words) -> Figure | None:
    """Those that share most with any other."""
    names = {str(each.folder): each.name for each in sources}
    both = {(one, other): count for pair, count in pairs.items() for one, other in (pair, pair[::-1])}
    weight = {each: sum(count for (one, _), count in both.items() if one == each) for each in names}
    chosen = sorted((each for each in names if weight[each]), key=lambda each: -weight[each])[:_PAIRED]
    if not chosen:
        return None
    called = [names[each] for each in names if each in chosen]
    told = {(names[one], names[other]): count for (one, other), count in both.items() if {one, other} <= set(chosen)}
    rows = {name: tuple(told.get((name, other), 0) for other in called) for name in called}
    table = Table(columns=tuple(called), rows=rows)
    picture = grid(called, told, words.chart_shared)
    said = (words.chart_shared, words.chart_shared_note)
    return _figure("shared", said, picture, table=table, rows=words.source)


def _figure(id_: str, said: tuple[str, str], picture: str, *, table: Table, rows: str) -> Figure:
    return Figure(
        id=id_,
        heading=said[0],
        note=said[1],
        # Made by lxml of elements and attributes; nothing in it is markup of others.
        picture=Markup(picture),  # noqa: S704
        head=(rows, *table.columns),
        rows=tuple((name, *map(str, row)) for name, row in table.rows.items()),
    )
