"""The commands by their names, in the order of the work. Each is imported when it is called: nobody waits for the others."""

from __future__ import annotations

from collections.abc import MutableMapping
from importlib import import_module
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Name of each command of the program, its module in this package, and what it is called there.
COMMANDS = {
    "init": ("init", "init"),
    "run": ("run", "run"),
    "publish": ("publish", "publish"),
    "sources": ("sources", "sources"),
    "status": ("status", "status"),
    "doctor": ("doctor", "doctor"),
    "report": ("report", "report"),
    "search": ("search", "search"),
    "show": ("show", "show"),
    "export": ("export", "export"),
    "digest": ("digest", "digest"),
    "import": ("takeover", "import_all"),
    "normalise": ("normalise", "normalise"),
    "serve": ("serve", "serve"),
    "store": ("store", "store"),
    "story": ("story", "story"),
    "worker": ("worker", "worker"),
    "completion": ("completion", "completion"),
    "manual": ("manual", "manual"),
}


class Commands(MutableMapping[str, click.Command]):
    """What click asks for its commands: their names cost nothing."""

    def __init__(self, places: dict[str, tuple[str, str]]) -> None:
        self._places = places
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._loaded:
            module, called = self._places[name]
            self._loaded[name] = getattr(import_module(f"pipeline.cli.{module}"), called)
        return self._loaded[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._places[name] = ("", "")
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._places[name]
        self._loaded.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, name: object) -> bool:
        return name in self._places
