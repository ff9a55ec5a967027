"""The pages of docs/reference, made from the code; `python -m tests.reference` writes them."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.cli import samflode
from pipeline.cli.manual import man_page, markdown
from pipeline.publish.exports import ITEM_FIELDS, STORY_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

DOCS = Path(__file__).parents[1] / "docs"


def commands() -> str:
    return "\n".join(markdown(samflode)) + "\n"


def records() -> str:
    lines = ["# Records", "", "The data dictionary of the exports, made from the program by `scripts/reference`."]
    for title, fields in (("Items", ITEM_FIELDS), ("Stories", STORY_FIELDS)):
        lines += [
            "",
            f"## {title}",
            "",
            f"`samflode export {title.lower()}`",
            "",
            "| field | type | meaning |",
            "| --- | --- | --- |",
        ]
        lines += [f"| `{name}` | {said} | {meaning} |" for name, said, meaning in fields]
    return "\n".join(lines) + "\n"


def _classes() -> Iterable[type[errors.SamflodeError]]:
    found = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, errors.SamflodeError)]
    return sorted(found, key=lambda each: inspect.getsourcelines(each)[1])


def error_kinds() -> str:
    lines = [
        "# Errors", "", "Every error that you can meet, made from the program by `scripts/reference`. Each is told with what it is about, and ends",
        "with what to do; here stands what it says where nothing better is known.", "", "| error | kind | exit code | what to do |",
        "| --- | --- | --- | --- |",
    ]  # fmt: skip
    for each in _classes():
        kind = getattr(each, "kind", None)
        hint = each.default_hint.replace("|", "\\|")
        lines.append(
            f"| {(each.__doc__ or '').splitlines()[0]} | {f'`{kind}`' if kind else ''} | {each.exit_code} | {hint} |"
        )
    return "\n".join(lines) + "\n"


PAGES: Mapping[str, Callable[[], str]] = {"commands.md": commands, "records.md": records, "errors.md": error_kinds}

if __name__ == "__main__":
    (DOCS / "reference").mkdir(exist_ok=True)
    for name, make in PAGES.items():
        (DOCS / "reference" / name).write_text(make(), encoding="utf-8")
    (DOCS / "samflode.1").write_text("\n".join(man_page(samflode)) + "\n", encoding="utf-8")
