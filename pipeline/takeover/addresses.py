"""A list of addresses, one a line, as people write it and as newsboat keeps it (newsboat.org, "The urls file")."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from pipeline.model.takeover import Estate, Subscription

if TYPE_CHECKING:
    from pathlib import Path

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
#: Lines of newsboat that are no addresses: feeds made by a program or a search.
_OTHER = re.compile(r'"?(exec|filter|query|file):')
_LARGEST = 5_000_000
#: A file of which fewer lines begin with an address is something else.
_ENOUGH = 0.5


def addresses(path: Path) -> Estate | None:
    """The addresses of a list; None where the file is no such list."""
    if path.stat().st_size > _LARGEST:
        return None
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return None
    lines = [stripped for line in text.splitlines() if (stripped := line.strip()) and not stripped.startswith("#")]
    found = [_subscription(line) for line in lines if _ADDRESS.match(line)]
    others = [line for line in lines if _OTHER.match(line)]
    if not found or len(found) + len(others) < _ENOUGH * len(lines):
        return None
    by_url: dict[str, Subscription] = {}
    for each in found:
        by_url.setdefault(each.url, each)
    remarks = [f"`{line[:60]}` is made by a program of the other machine, and was left out." for line in others]
    remarks += [
        f"`{line[:60]}` is no address, and was left out."
        for line in lines
        if not _ADDRESS.match(line) and line not in others
    ]
    return Estate(program="a list of addresses", subscriptions=tuple(by_url.values()), remarks=tuple(remarks))


def _subscription(line: str) -> Subscription:
    """The address of a line, and newsboat's tags: `~Title` is a title, `!` hides a feed there."""
    url, _, rest = line.partition(" ") if " " in line else line.partition("\t")
    rest = re.split(r"(?:^|\s)#", rest)[0]
    try:
        words = shlex.split(rest)
    except ValueError:
        words = rest.split()
    quoted = '"' in rest or "'" in rest
    title = next((word[1:] for word in words if word.startswith("~")), "")
    tags = [word for word in words if word and word[0] not in "~!"] if quoted else []
    return Subscription(url=url.rstrip(","), title=title if quoted or title else "", tags=tuple(dict.fromkeys(tags)))
