"""What is wrong with an answer that was read without an error: held against what the source used to give. Pure.

Theory. A redesign seldom makes a listing empty, which would be an error by itself; more often the selectors find something
else, or lose one field. So each good answer leaves a profile (how many entries, which share of them dated, summarised, with
a title of their own), and the next answer is held against it. What would put rubbish into the archive is a failure: one
title for all entries; so is nothing at all. What only says less is a warning, and the entries are taken. A feed's window may
shrink and grow as it likes; a listing that loses two thirds of its entries at once has more likely been rebuilt than gone quiet.

A profile follows slowly what it warns of, so that a source that really changed is not complained of for ever.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

from pipeline.errors import NothingMatched
from pipeline.model.history import Profile
from pipeline.model.source import AutoListing, Feed, JsonApi, Listing, Sitemap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model.entry import Entry
    from pipeline.model.history import History
    from pipeline.model.item import Item
    from pipeline.model.source import Source

#: Fewer entries than this tell nothing about a source.
FEWEST = 4
#: Of the entries that a listing used to hold, so many are to be there still.
TOO_FEW = 1 / 3
#: So many of the entries had the field when it counts as lost; so few may have it now.
USUAL, LOST = 0.7, 0.1
#: The same for a field that some still have.
NEARLY_ALL, HALF = 0.9, 0.5
#: Before a visit; what is younger may have come after it.
A_WHILE = timedelta(days=2)
#: Titles that differ, as a share of the entries; below it the selector finds the same element for all.
DIFFERENT = 0.34
#: How much of a new state goes into the profile at once.
FOLLOWING = 0.15


def profile_of(entries: Sequence[Entry], items: Sequence[Item] | None = None) -> Profile:
    """What an answer is like; of `items`, where they are given, those are dated whose date could be read.

    Only what the source itself says counts: the page of an article is opened once, and at the next visit nothing of it is there.
    """
    count = len(entries)
    titles = [entry.title.value for entry in entries if entry.title and _is_own(entry, "title")]
    dated = [entry.published is not None and _is_own(entry, "published") for entry in entries]
    if items is not None and len(items) == count:
        dated = [own and item.published is not None for own, item in zip(dated, items, strict=True)]
    return Profile(
        entries=count,
        dated=_share(sum(dated), count),
        summarised=_share(sum(entry.summary is not None and _is_own(entry, "summary") for entry in entries), count),
        titled=_share(len(set(titles)), len(titles)) if len(titles) >= FEWEST else 1.0,
        linked=_share(sum(entry.link is not None for entry in entries), count),
    )


def _is_own(entry: Entry, field: str) -> bool:
    return not entry.origin.fields.get(field, "").startswith("article:")


def complaints(
    source: Source, entries: Sequence[Entry], usual: Profile | None, items: Sequence[Item] | None = None
) -> tuple[str, ...]:
    """What an answer lacks that the source used to give, a sentence each; empty where it is as ever.

    `items` are what became of the entries, for the dates that can't be read any more.

    Raises NothingMatched where the entries are none at all: the same title stands for all of them, or a list that is read by
    what somebody said of it is empty.
    """
    now = profile_of(entries, items)
    _refuse(source, now, usual)
    if usual is None or usual.entries < FEWEST:
        return ()
    found = []
    if not now.entries and isinstance(source.kind, Feed):
        found.append(
            f"The feed is empty, though it used to hold {round(usual.entries)} entries: open it in a browser, and if it is"
            " empty there too, look whether the site has another one."
        )
    elif not isinstance(source.kind, Feed) and now.entries < usual.entries * TOO_FEW:
        found.append(
            f"Only {now.entries} of the usual {round(usual.entries)} entries were found;"
            f" {_cause(source)}: `samflode doctor {source.id}` looks into it."
        )
    if now.entries >= FEWEST or now.entries >= usual.entries * TOO_FEW > 0:
        found += _lost(source, now, usual)
    return tuple(found)


def _refuse(source: Source, now: Profile, usual: Profile | None) -> None:
    """Raises NothingMatched for what would put rubbish, or a silent nothing, into the archive."""
    if (
        now.entries >= FEWEST
        and now.titled < DIFFERENT
        and _is_described(source)
        and (usual is None or usual.titled > DIFFERENT)
    ):
        raise NothingMatched(
            f"all {now.entries} entries of {source.url} have the same title, so the selectors don't find the titles any more",
            url=source.url,
        )
    if not now.entries and usual is not None and usual.entries >= 1 and not isinstance(source.kind, Feed):
        raise NothingMatched(
            f"{source.url} holds no entries, though it used to hold {round(usual.entries)}",
            url=source.url,
            hint=f"Open it in a browser; where it holds entries there, `samflode doctor {source.id}` says what has changed.",
        )


def _lost(source: Source, now: Profile, usual: Profile) -> Iterator[str]:
    """The fields that nearly all entries used to have, and now hardly one has, or far fewer have."""
    for what, before, after in (
        ("date", usual.dated, now.dated),
        ("summary", usual.summarised, now.summarised),
        ("link", usual.linked, now.linked),
    ):
        look = f"`samflode doctor {source.id}` looks into it."
        if before >= USUAL and after <= LOST:
            few = "None" if not after else "Hardly one"
            yield f"{few} of the {now.entries} entries has a {what} any more, which {before:.0%} of them used to have: {look}"
        elif before >= NEARLY_ALL and after <= HALF and now.entries >= 2 * FEWEST and what != "summary":
            yield f"Only {after:.0%} of the {now.entries} entries have a {what} that can be read, which {before:.0%} of them used to have: {look}"
    if now.titled < DIFFERENT < usual.titled and not _is_described(source):
        yield f"All {now.entries} entries have the same title, which they used not to: open the feed in a browser."


def strangers(source: Source, entries: Sequence[Entry], items: Sequence[Item], history: History) -> tuple[str, ...]:
    """A complaint where not one of a listing's items was there last time, though most of them are older than that.

    New news replaces old news, but it does not replace it with older news: that is another list, or a box beside the list.

    Raises NothingMatched where they have no dates either, which the list used to have: a menu was taken for news.
    """
    if history.last_success is None or not items or not is_new_to(source, items, history):
        return ()
    usual, now = history.profile, profile_of(entries, items)
    if usual is not None and usual.dated >= USUAL and now.dated <= LOST:
        raise NothingMatched(
            f"what is found on {source.url} is no news: none of the {len(items)} entries was there before, and none has a date",
            url=source.url,
        )
    dated = [item.published.at for item in items if item.published]
    older = sum(at < history.last_success - A_WHILE for at in dated)
    if len(dated) < FEWEST or older < HALF * len(dated):
        return ()
    told = (
        f"None of the {len(items)} entries was there at the last visit, though most of them are older than that: it is probably"
        f" another list that is read now; `samflode doctor {source.id}` looks into it."
    )
    return (told,)


def is_new_to(source: Source, items: Sequence[Item], history: History) -> bool:
    """Whether a list that held several items at the last visit holds none of them now; of feeds and sitemaps it means nothing."""
    if isinstance(source.kind, Feed | Sitemap) or len(history.held) < FEWEST:
        return False
    held = frozenset(history.held)
    return not any(item.id in held for item in items)


def _cause(source: Source) -> str:
    return (
        "the page has probably been redesigned"
        if isinstance(source.kind, Listing | AutoListing)
        else "it has probably been changed"
    )


def followed(
    usual: Profile | None, entries: Sequence[Entry], items: Sequence[Item] | None = None, *, complained: bool
) -> Profile:
    """The profile after an answer: the answer's own, or, where there was a complaint, a little nearer to it."""
    now = profile_of(entries, items)
    if usual is None or not complained:
        return now if usual is None else _between(usual, now, 1.0 if now.entries >= usual.entries else 0.5)
    return _between(usual, now, FOLLOWING)


def _between(old: Profile, new: Profile, share: float) -> Profile:
    def mix(before: float, after: float) -> float:
        return round(before + (after - before) * share, 3)

    return Profile(
        entries=mix(old.entries, new.entries),
        dated=mix(old.dated, new.dated),
        summarised=mix(old.summarised, new.summarised),
        titled=mix(old.titled, new.titled),
        linked=mix(old.linked, new.linked),
    )


def _is_described(source: Source) -> bool:
    """Whether the source is read by what somebody said of its page, which a redesign can make untrue."""
    match source.kind:
        case Listing() | AutoListing() | JsonApi():
            return True
        case Feed() | Sitemap():
            return False
        case _:
            assert_never(source.kind)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0
