"""corrections.yaml: what `story split` and `story join` said, in a file that people can read, review and edit."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from pipeline.config.yaml import parse, read
from pipeline.errors import ConfigError, UsageError
from pipeline.model.corrections import Corrections
from pipeline.model.item import ItemId

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.config.document import Document
    from pipeline.errors import Problem

FILE = "corrections.yaml"
_HEAD = """\
# What a maintainer said of stories. `samflode story split` and `samflode story join` write here; lines may be taken out again.
#   alone:    items that are a story by themselves, whatever they look like
#   together: items that are one story, whatever they look like
"""
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ADVICE = "write the ids as `samflode show` gives them"


def load_corrections(path: Path) -> Corrections:
    """What the file says; nothing where there is none. Raises ConfigError with everything that is wrong with it."""
    if not path.exists():
        return Corrections()
    text = read(path)
    if not re.search(r"^\s*[^#\s]", text, re.MULTILINE):
        return Corrections()
    document = parse(text, str(path), {})
    problems = list(document.problems)
    data = document.data if isinstance(document.data, dict) else {}
    if not isinstance(document.data, dict):
        problems.append(document.problem((), "the file has no `alone:` and no `together:`", "write one of them"))
    for name in data:
        if name not in {"alone", "together"}:
            advice = "the file knows `alone` and `together`"
            problems.append(document.problem((name,), f"there is no field `{name}`", advice, at_name=True))
    alone = _ids(document, ("alone",), data.get("alone") or [], problems)
    together = []
    groups = data.get("together") or []
    if not isinstance(groups, list):
        problems.append(
            document.problem(("together",), "`together` is no list of lists", "write `- [ID, ID]` below it")
        )
        groups = []
    for at, group in enumerate(groups):
        ids = _ids(document, ("together", at), group, problems)
        if isinstance(group, list) and len(set(ids)) < 2:
            problems.append(
                document.problem(("together", at), "it takes two items to be one story", "write `- [ID, ID]`")
            )
        together.append(frozenset(ids))
    if problems:
        raise ConfigError(sorted(problems, key=lambda each: (each.line, each.column)))
    return Corrections(alone=frozenset(alone), together=tuple(together))


def keep_alone(path: Path, item: ItemId, remark: str) -> None:
    """Writes that an item is a story by itself. Raises UsageError where the file can't be written."""
    _append(path, "alone", f"  - {item}  # {_plain(remark)}\n")


def keep_together(path: Path, items: Sequence[ItemId], remark: str) -> None:
    """Writes that items are one story. Raises UsageError where the file can't be written."""
    _append(path, "together", f"  - [{', '.join(items)}]  # {_plain(remark)}\n")


def _append(path: Path, field: str, line: str) -> None:
    """Puts a line at the end of a field's list, and leaves every other byte of the file as it is."""
    text = path.read_text(encoding="utf-8") if path.exists() else _HEAD
    if text and not text.endswith("\n"):
        text += "\n"
    found = re.search(rf"^{field}:[^\n]*\n(?:[ \t]+[^\n]*\n|[ \t]*\n|#[^\n]*\n)*", text, re.MULTILINE)
    if found is None:
        text += f"{field}:\n{line}"
    elif re.match(rf"{field}:[ \t]*(?:#|$)", found[0], re.MULTILINE):
        block = found[0].rstrip("\n") + "\n"
        text = text[: found.start()] + block + line + text[found.start() + len(block) :]
    else:
        raise UsageError(
            f"`{field}:` in {path} is written in one line",
            hint=f"Write each entry of it in a line of its own, as `  - …`, or add this one by hand: {line.strip()}",
        )
    beside = path.with_name(path.name + ".new")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise UsageError(
            f"{path} can't be written: {error.strerror or error}",
            hint="Mend the permissions of its folder; nothing was changed.",
        ) from error


def _ids(document: Document, path: tuple[str | int, ...], value: object, problems: list[Problem]) -> list[ItemId]:
    if not isinstance(value, list):
        problems.append(document.problem(path, "this is no list of ids", _ADVICE))
        return []
    found = []
    for at, each in enumerate(value):
        if isinstance(each, str) and _ID.fullmatch(each):
            found.append(ItemId(each))
        else:
            problems.append(
                document.problem((*path, at), f"{document.written((*path, at))} is no id of an item", _ADVICE)
            )
    return found


def _plain(remark: str) -> str:
    return " ".join(remark.split())[:120]
