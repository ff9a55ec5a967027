"""Whether two items tell of the same event in other words, or in other languages.

Theory. Two notes of one conference, report or verdict share no words, but they share what the event is: its days, its place, who did
it, numbers, what kind of thing it was, and what it was about; and they come out within days of each other. Each of these weighs by how
seldom two notes share it by chance, which tables say (`web.mentions`), so that the verdict depends on the two items alone. A day or a
city weighs most; that both speak of wages, little; the name of the organisation that one of them comes from, nearly nothing, for all of
its items have it.

In one language two notes have to have something of it in their titles: what stands in the text alone, people who are quoted, a town
where somebody works, stock phrases, stands in other news of the same week as well.

What the two tell differently weighs more than what they share: other days, other years, another city, country, court, product or
ordinal number make two events of one kind, two reports of one organisation. Kinds that come again and again (newsletters, vacancies)
are never one. Within a source, only a translation is: what it writes twice in one language, it means twice.

With the model (`web.meaning`) how near the meanings are is added; it moves what is near the limit, and decides nothing alone.

Known mistakes: a preview and a report of an event more than `WINDOW` apart stay two stories; so does what shares nothing that
the tables know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from pipeline.web import meaning
from pipeline.web.folding import fold
from pipeline.web.mentions import LONGEST, as_written, read_mentions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from pipeline.model.item import Item
    from pipeline.web.mentions import Mentions

#: Published so far apart at most.
WINDOW = timedelta(days=9)
#: What the evidence has to weigh.
ENOUGH = 4.2
#: From here on it is worth to ask the model.
WORTH_ASKING = ENOUGH - 2.0
#: How near two texts are that have nothing in common but their field, and what the distance from there weighs.
_NO_NEARER, _BY_MEANING, _MOST_BY_MEANING = 0.87, 30.0, 1.6

#: Languages of texts that are German, or may be.
_GERMAN = frozenset({None, "de"})

#: Places that are too wide to keep events apart.
_WIDE = frozenset({"nordic", "baltic", "EU"})

#: What a kind of event weighs that is seldom enough to tell of one by itself.
_STRONG = 2.0
#: A smaller number is in any text.
_TELLING_NUMBER = 10

_T = TypeVar("_T")
#: A kind of thing, and the thing.
_Anchor: TypeAlias = tuple[str, object]


class _Evidence(NamedTuple):
    """Something that both mention."""

    #: How it is called, with what stands for the thing itself in braces.
    form: str
    what: object
    weight: float
    #: Whether it can be of one event alone.
    anchors: bool = False
    #: Whether it says what or where, not only what kind of thing.
    is_about: bool = True
    #: Whether it says what it is about, as no number or name does by itself.
    is_subject: bool = False


@dataclass(frozen=True, kw_only=True)
class _Account:
    """What is compared of an item; what few comparisons come to is found when they do."""

    #: Names and words as they are written, of title and lead, and of these with the text.
    title_text: str
    lead_text: str
    whole_text: str
    #: The primary subtag.
    language: str | None
    #: Its source and its host.
    origin: tuple[str, str]

    @cached_property
    def title(self) -> Mentions:
        """What the title mentions."""
        return read_mentions(self.title_text)

    @cached_property
    def lead(self) -> Mentions:
        """What the title and how it begins mention."""
        return read_mentions(self.lead_text)

    @cached_property
    def whole(self) -> Mentions:
        """What these and the text mention."""
        return read_mentions(self.whole_text) if self.whole_text else self.lead

    @cached_property
    def anchors(self) -> frozenset[_Anchor]:
        """What of the whole can be of one event alone."""
        return _anchors_of(self.whole)

    @property
    def part(self) -> str:
        """The number of a part, where the title says that it is one."""
        return _part(self.title_text)

    @property
    def owners(self) -> frozenset[str]:
        """What its source and its host are called."""
        return frozenset(each.replace("-", "") for each in map(fold, self.origin) if each)


def same_event(one: Item, other: Item) -> str | None:
    """Why two items tell of the same event, as a sentence about them; None where they don't, or where that is not sure."""
    if not may_be_one(one, other):
        return None
    assert one.published is not None
    assert other.published is not None
    # Most pairs have nothing of the kind.
    if not _may_be_anchored(one, other):
        return None
    first, second = _account_of(one), _account_of(other)
    if _differ(first, second):
        return None
    shared = list(_shared(first, second))
    if not _tells(shared):
        return None
    apart = abs(one.published.at - other.published.at)
    weight = sum(each.weight for each in shared) - 0.1 * max(0, apart.days - 2) - _doubt(first, second)
    if weight < WORTH_ASKING:
        return None
    if (near := meaning.likeness(first.lead_text, second.lead_text)) is not None:
        weight += max(-_MOST_BY_MEANING, min(_MOST_BY_MEANING, (near - _NO_NEARER) * _BY_MEANING))
    if weight < ENOUGH:
        return None
    told = [(each.weight, _named_as(each, first, second)) for each in shared if each.weight >= 0.5]
    said = dict.fromkeys(name for _, name in sorted(told, key=lambda each: (-each[0], each[1])))
    return f"they tell of the same event: both have {_listed(list(said)[:5])}"


def may_be_one(one: Item, other: Item) -> bool:
    """Whether two items can tell of the same event, as far as date, source and language say."""
    if one.published is None or other.published is None:
        return False
    if one.source == other.source and (one.language == other.language or not _is_translation(one, other)):
        return False
    return abs(one.published.at - other.published.at) <= WINDOW


def _account_of(item: Item) -> _Account:
    return _account((item.source, item.url, item.language), item.title, item.summary, item.text)


@lru_cache(maxsize=768)
def _account(origin: tuple[str, str | None, str | None], title: str, summary: str, text: str) -> _Account:
    source, url, language = origin
    return _Account(
        title_text=title,
        lead_text=f"{title}.\n{summary or _first(text)}",
        whole_text=f"{title}.\n{summary}\n{text[:LONGEST]}" if text else "",
        language=None if language is None else language.partition("-")[0],
        origin=(source, re.sub(r"\Ahttps?://(?:www\.)?", "", url or "").partition("/")[0]),
    )


class _Glance(NamedTuple):
    """What of an item most comparisons come to an end with."""

    language: str | None
    #: Of the title; numbers that can be of one event alone.
    names: frozenset[str]
    numbers: frozenset[int]
    cities: frozenset[str]
    #: Of the lead.
    anchors: frozenset[_Anchor]


def _glance_at(item: Item) -> _Glance:
    return _glance((item.source, item.url, item.language), item.title, item.summary, item.text)


@lru_cache(maxsize=6_000)
def _glance(origin: tuple[str, str | None, str | None], title: str, summary: str, text: str) -> _Glance:
    account = _account(origin, title, summary, text)
    said = account.title
    return _Glance(
        language=account.language,
        names=said.names,
        numbers=frozenset(each for each in said.numbers if each >= _TELLING_NUMBER),
        cities=said.cities,
        anchors=_anchors_of(account.lead),
    )


def _may_be_anchored(one: Item, other: Item) -> bool:
    """Whether both may mention something that can be of one event alone: without that `_tells` says no, whatever else they share."""
    first, second = _glance_at(one), _glance_at(other)
    is_one_language = _is_one_language(first, second)
    if is_one_language and not (first.names.isdisjoint(second.names) and first.numbers.isdisjoint(second.numbers)):
        return True
    in_titles = (first.cities | second.cities) if is_one_language else None
    for here, there, item in ((first, second, other), (second, first, one)):
        able = {each for each in here.anchors if in_titles is None or _may_anchor(each, in_titles)}
        if able and not (able.isdisjoint(there.anchors) and able.isdisjoint(_account_of(item).anchors)):
            return True
    return False


def _may_anchor(each: _Anchor, in_titles: frozenset[str]) -> bool:
    """Whether something that is mentioned in one language can be of one event alone, where the titles are of these cities."""
    kind, what = each
    return what in in_titles if kind == "city" else kind not in ("name", "number")


def _anchors_of(said: Mentions) -> frozenset[_Anchor]:
    return frozenset(
        (
            *(("day", each) for each in said.days),
            *(("link", each) for each in said.links),
            *(("city", each) for each in said.cities),
            *(("land", each) for each in said.lands if len(each) > 2 and each not in _WIDE),
            *(("name", each) for each in said.names),
            *(("number", each) for each in said.numbers if each >= _TELLING_NUMBER),
            *(("event", name) for name, weight in said.events if weight >= _STRONG),
        )
    )


def _is_one_language(one: _Account | _Glance, other: _Account | _Glance) -> bool:
    return one.language is not None and one.language == other.language


def _tells(shared: Sequence[_Evidence]) -> bool:
    """Whether what two share is enough of different things, one of which only one event has."""
    return (
        any(each.anchors for each in shared)
        and any(each.is_subject for each in shared)
        and sum(each.is_about for each in shared) >= 2
    )


def _is_translation(one: Item, other: Item) -> bool:
    languages = {each.language.partition("-")[0] for each in (one, other) if each.language is not None}
    return len(languages) == 2


def _differ(one: _Account, other: _Account) -> bool:
    """Whether the two tell of different events, whatever they share."""
    first, second = one.lead, other.lead
    if first.routines or second.routines:
        return True
    titles = (one.title, other.title)
    return (
        _apart(first.days, second.days)
        or _apart(first.cities, second.cities)
        or _apart(first.ordinals, second.ordinals)
        or _apart(*(each.years for each in titles))
        or _apart(*(each.lands - _WIDE for each in titles))
        or (_apart(first.lands - _WIDE, second.lands - _WIDE) and not first.cities & second.cities)
        or _apart(*(_courts(each) for each in (first, second)))
        or _apart(*(_named(each.products) for each in titles))
        or (_apart(_named(first.products), _named(second.products)) and not first.days & second.days)
        or one.part != other.part
    )


def _apart(one: AbstractSet[object], other: AbstractSet[object]) -> bool:
    """Whether each says something of a kind, and nothing of it is the same."""
    return bool(one) and bool(other) and one.isdisjoint(other)


def _named(weighed: Iterable[tuple[str, float]]) -> frozenset[str]:
    return frozenset(name for name, _ in weighed)


def _courts(said: Mentions) -> frozenset[str]:
    return frozenset(name for name, _ in said.events if _is_court(name) and name != "judgment")


def _part(title: str) -> str:
    """The number of a part, where the title says that it is one."""
    found = re.search(r"\b(?:del|part|parte|teil|osa)\s+(\d+|[ivx]+)\b", fold(title))
    return found[1] if found else ""


def _shared(one: _Account, other: _Account) -> Iterator[_Evidence]:
    """What both mention: what the lead of one has, and the other has anywhere in its beginning."""

    def both(of: Callable[[Mentions], AbstractSet[_T]]) -> list[_T]:
        here, there = of(one.lead), of(other.lead)
        found = here & there
        if other.whole is not other.lead:
            found |= here & of(other.whole)
        if one.whole is not one.lead:
            found |= of(one.whole) & there
        return sorted(found) if found else []  # type: ignore[type-var]

    # Cognates and names tell across languages. In one language the same people are quoted again and again, and long words are prose
    # that anyone writes: there they tell where both titles have them.
    about = _in_titles(one.title, other.title) if _is_one_language(one, other) else None

    yield from (_Evidence("the day {}", each, 2.5, anchors=True) for each in both(lambda said: said.days)[:2])
    yield from (_Evidence("the address {}", each, 3.0, anchors=True) for each in both(lambda said: said.links))
    for city in both(lambda said: said.cities):
        yield _Evidence("{}", city.title(), 2.0, anchors=about is None or city in about.cities)
    for land in both(lambda said: said.lands):
        wide = land in _WIDE
        shown = land.title() if len(land) > 2 else land
        yield _Evidence("{}", shown, 0.5 if wide else 1.0, anchors=len(land) > 2 and not wide)
    yield from _shared_names(one, other, both(lambda said: said.names), about)
    for number in both(lambda said: said.numbers):
        anchors = number >= _TELLING_NUMBER and (about is None or number in about.numbers)
        yield _Evidence("the number {}", f"{number:,}".replace(",", " "), _rarity(number), anchors=anchors)
    yield from (_Evidence("the ordinal {}", each, 1.2) for each in both(lambda said: said.ordinals))
    kinds = both(lambda said: said.events)
    court = any(_is_court(name) for name, _ in kinds)
    for name, weight in kinds:
        if not (court and name == "judgment"):
            yield _Evidence("{}", name, weight, anchors=weight >= _STRONG, is_about=False, is_subject=True)
    yield from (
        _Evidence("{}", name, weight * 0.9, is_subject=True) for name, weight in both(lambda said: said.products)
    )
    yield from (
        _Evidence("{}", name, weight, is_about=weight >= 0.7, is_subject=weight >= 0.7)
        for name, weight in both(lambda said: said.topics)
    )
    if about is None or about.words:
        words = [each for each in both(lambda said: said.words) if about is None or each in about.words]
        yield from (_Evidence("“{}”", each, 0.7, is_subject=True) for each in words[:5])
    if about is None or about.roots:
        roots = [each for each in both(lambda said: said.roots) if about is None or each in about.roots]
        yield from (_Evidence("“{}”", each, 0.3, is_about=False) for each in roots[:4])


def _shared_names(one: _Account, other: _Account, names: Sequence[str], about: _Titles | None) -> Iterator[_Evidence]:
    # German writes every noun with a capital: what two German texts share are no names.
    if not names or (one.language in _GERMAN and other.language in _GERMAN):
        return
    owners = one.owners | other.owners
    strange = [each for each in names if not any(each[:6] in owner for owner in owners)]
    for each in names:
        if each not in strange:
            yield _Evidence("the name {}", each, 0.25, is_about=False)
    for at, each in enumerate(strange):
        # A person has two names, an organisation three: the first says who, the others hardly more.
        weight = 1.4 if at == 0 else 0.7
        yield _Evidence("the name {}", each, weight, anchors=about is None or each in about.names, is_about=at == 0)


def _named_as(each: _Evidence, one: _Account, other: _Account) -> str:
    """What is shared, as readers see it: names and words as they stand in the titles, or else in the leads."""
    if each.form not in ("the name {}", "“{}”"):
        return each.form.format(each.what)
    written = {
        as_written(account.title_text, str(each.what)) or as_written(account.lead_text, str(each.what))
        for account in (one, other)
    } - {None}
    shown = {word.casefold(): word for word in sorted(map(str, written), reverse=True)}
    if each.form == "“{}”":
        return " / ".join(f"“{word}”" for word in sorted(shown)) or f"“{each.what}…”"
    return f"the name {' / '.join(sorted(shown.values())) or str(each.what).title()}"


@dataclass(frozen=True, slots=True)
class _Titles:
    """What two titles both mention; of cities, what one of them does."""

    cities: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[int]
    words: frozenset[str]
    roots: frozenset[str]


def _in_titles(first: Mentions, second: Mentions) -> _Titles:
    return _Titles(
        cities=first.cities | second.cities,
        names=first.names & second.names,
        numbers=first.numbers & second.numbers,
        words=first.words & second.words,
        roots=first.roots & second.roots,
    )


def _rarity(number: int) -> float:
    """What a shared number weighs."""
    if number >= 1_000:
        return 2.2
    if number % 100 == 0:
        return 1.2
    return 1.6 if number >= 20 else 0.9 if number >= 7 else 0.4


def _doubt(one: _Account, other: _Account) -> float:
    """What speaks against one event and may be chance."""
    first, second = one.lead, other.lead
    doubt = 0.0
    kinds = [{"court" if _is_court(name) else name for name, _ in said.events} for said in (first, second)]
    if _apart(*kinds):
        doubt += 1.0
    if _apart(first.names, second.names):
        doubt += 0.7
    if _apart(*({each for each in said.numbers if each >= 20} for said in (first, second))):
        doubt += 0.7
    return doubt


def _is_court(event: str) -> bool:
    return "court" in event or event in ("complaints board", "judgment")


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _first(text: str) -> str:
    return text.partition("\n\n")[0]
