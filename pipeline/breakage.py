"""What is wrong with an answer that was read without an error: held against what the source used to give. Pure.

Theory. A redesign seldom makes a listing empty, which would be an error by itself; more often the selectors find something
else, or lose one field. So each good answer leaves a profile (how many entries, which share of them dated, summarised, with
a title of their own), and the next answer is held against it. What would put rubbish into the archive is a failure: one
title for all entries. What only says less is a warning, and the entries are taken. A feed's window may shrink and grow as it
likes; a listing that loses two thirds of its entries at once has more likely been rebuilt than gone quiet.

A profile follows slowly what it warns of, so that a source that really changed is not complained of for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from pipeline.errors import NothingMatched
from pipeline.model.history import Profile
from pipeline.model.source import AutoListing, Feed, JsonApi, Listing, Sitemap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model.entry import Entry
    from pipeline.model.source import Source

#: Fewer entries than this tell nothing about a source.
FEWEST = 4
#: Of the entries that a listing used to hold, so many are to be there still.
TOO_FEW = 1 / 3
#: So many of the entries had the field when it counts as lost; so few may have it now.
USUAL, LOST = 0.7, 0.1
#: Titles that differ, as a share of the entries; below it the selector finds the same element for all.
DIFFERENT = 0.34
#: How much of a new state goes into the profile at once.
FOLLOWING = 0.15


def profile_of(entries: Sequence[Entry]) -> Profile:
    """What an answer is like."""
    count = len(entries)
    titles = {entry.title.value for entry in entries if entry.title}
    return Profile(
        entries=count,
        dated=_share(sum(entry.published is not None for entry in entries), count),
        summarised=_share(sum(entry.summary is not None for entry in entries), count),
        titled=_share(len(titles), count),
    )


def complaints(source: Source, entries: Sequence[Entry], usual: Profile | None) -> tuple[str, ...]:
    """What an answer lacks that the source used to give, a sentence each; empty where it is as ever.

    Raises NothingMatched where the entries are none at all: the same title stands for all of them.
    """
    now = profile_of(entries)
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
    if usual is None or usual.entries < FEWEST:
        return ()
    found = []
    if _is_described(source) and now.entries < usual.entries * TOO_FEW:
        found.append(
            f"Only {now.entries} of the usual {round(usual.entries)} entries were found;"
            f" the page has probably been redesigned: `samflode doctor {source.id}` looks into it."
        )
    if now.entries >= FEWEST or now.entries >= usual.entries * TOO_FEW:
        for what, before, after in (
            ("date", usual.dated, now.dated),
            ("summary", usual.summarised, now.summarised),
        ):
            if before >= USUAL and after <= LOST:
                found.append(
                    f"None of the {now.entries} entries has a {what} any more, which {before:.0%} of them used to have:"
                    f" `samflode doctor {source.id}` looks into it."
                )
    return tuple(found)


def followed(usual: Profile | None, entries: Sequence[Entry], *, complained: bool) -> Profile:
    """The profile after an answer: the answer's own, or, where there was a complaint, a little nearer to it."""
    now = profile_of(entries)
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
