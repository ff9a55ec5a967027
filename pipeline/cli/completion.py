"""`samflode completion`: what the shell needs to complete commands, options and the ids of sources."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem, get_completion_class

from pipeline.cli.options import DEFAULT_SOURCES, common

if TYPE_CHECKING:
    from pipeline.cli.options import Options

#: Where the shells look for it.
_PLACES = {
    "bash": "~/.local/share/bash-completion/completions/samflode",
    "zsh": "a folder of your $fpath, as _samflode",
    "fish": "~/.config/fish/completions/samflode.fish",
}
_TOP = re.compile(r"^(?P<name>[a-z_]+):", re.MULTILINE)
_ID = re.compile(r"^\s*-?\s*\{?\s*id:\s*[\"']?(?P<id>[a-z0-9-]+)", re.MULTILINE)
_NAME = re.compile(r"\bname:\s*(?P<name>[^#\n},]+)")


@click.command(epilog="Example: samflode completion bash > ~/.local/share/bash-completion/completions/samflode")
@click.argument("shell", type=click.Choice(list(_PLACES)))
@common
def completion(options: Options, *, shell: str) -> int:
    """Print what makes a shell complete commands, options and the ids of sources.

    Write it to where the shell looks for such files: bash: ~/.local/share/bash-completion/completions/samflode · zsh: a folder of
    $fpath, as _samflode · fish: ~/.config/fish/completions/samflode.fish
    """
    program = click.get_current_context().find_root().command
    del options
    kind = get_completion_class(shell)
    assert kind is not None, "click knows the three"
    script = kind(program, {}, "samflode", "_SAMFLODE_COMPLETE")
    click.echo(script.source_template % script.source_vars())
    return 0


def source_ids(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """The ids of the sources in the file that begin so; none where it can't be read.

    It is read as text: completion has to be quick, and to work while the file is being written.
    """
    del parameter
    said: dict[str, Any] = {}
    at: click.Context | None = context
    while at is not None:
        said = {name: value for name, value in at.params.items() if value is not None} | said
        at = at.parent
    path = Path(said.get("sources") or os.environ.get("SAMFLODE_SOURCES") or DEFAULT_SOURCES)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return []
    return [item for item in _listed(_section(text)) if item.value.startswith(begun)]


def _section(text: str) -> str:
    """The part of the file below `sources:`."""
    heads = list(_TOP.finditer(text))
    for number, head in enumerate(heads):
        if head["name"] == "sources":
            return text[head.end() : heads[number + 1].start() if number + 1 < len(heads) else len(text)]
    return ""


def _listed(section: str) -> list[CompletionItem]:
    found = list(_ID.finditer(section))
    items = []
    for number, each in enumerate(found, 1):
        end = found[number].start() if number < len(found) else len(section)
        name = _NAME.search(section, each.end(), end)
        items.append(CompletionItem(each["id"], help=name["name"].strip(" '\"") if name else None))
    return items
