"""The options that every command takes, before or after its name, and what they come to."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import logs

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model.config import Config

DEFAULT_SOURCES = "sources.yaml"
DEFAULT_STORE = "store"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was said with the common options; None: not said."""

    sources: str | None = None
    store: str | None = None
    quiet: bool = False
    verbose: bool = False
    log_format: str = "text"

    @property
    def sources_path(self) -> Path:
        """The file of sources."""
        return Path(self.sources or DEFAULT_SOURCES)

    def load(self, path: Path | None = None) -> Config:
        """The configuration; raises ConfigError with every problem of the file."""
        from pipeline import config

        loaded = config.load(path or self.sources_path, os.environ)
        logs.hide(loaded.secrets)
        return loaded

    def store_of(self, config: Config) -> str:
        """Where the archive is: as said here, else as sources.yaml says."""
        return self.store or config.store or DEFAULT_STORE

    def said_store(self) -> str:
        """Where the archive is, for commands that need nothing else of sources.yaml: the file is read only where it could say."""
        if self.store is not None:
            return self.store
        if self.sources is None and not self.sources_path.exists():
            return DEFAULT_STORE
        return self.store_of(self.load())

    def folder_of(self, config: Config) -> Path:
        """The folder that the publication lies in: the store's, also where the archive itself is in a database."""
        store = self.store_of(config)
        return Path(DEFAULT_STORE if "://" in store else store)


_FIELDS = ("sources", "store", "quiet", "verbose", "log_format")

_DECORATORS = (
    click.option(
        "--sources",
        metavar="FILE",
        envvar="SAMFLODE_SOURCES",
        help=f"The file of sources. [default: {DEFAULT_SOURCES}; env: SAMFLODE_SOURCES]",
    ),
    click.option(
        "--store",
        metavar="DIR",
        envvar="SAMFLODE_STORE",
        help=f"The store's folder. [default: {DEFAULT_STORE}; env: SAMFLODE_STORE]",
    ),
    click.option("--quiet", "-q", is_flag=True, default=None, help="Say nothing but problems."),
    click.option("--verbose", "-v", is_flag=True, default=None, help="Say everything."),
    click.option(
        "--log-format",
        type=click.Choice(["text", "json"]),
        default=None,
        help="How messages are written. [default: text]",
    ),
)


class Family(click.Group):
    """A group that lists its commands in the order in which they were added: the order of the work, not the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands."""
        del ctx
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What each command does, in whole: click cuts a sentence where its line ends."""
        named = [(name, self.commands[name].get_short_help_str(limit=200)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(named)


def common(function: Callable[..., Any]) -> Callable[..., Any]:
    """The command with the common options; it is given them as `options` where it has a parameter of that name."""

    @click.pass_context
    @functools.wraps(function)
    def wrapped(context: click.Context, /, **said: Any) -> Any:
        merged: dict[str, Any] = dict(context.obj or {})
        merged.update({field: said.pop(field) for field in _FIELDS if said.get(field) is not None})
        for field in _FIELDS:
            said.pop(field, None)
        context.obj = merged
        options = Options(**merged)
        logs.configure(quiet=options.quiet, verbose=options.verbose, log_format=options.log_format)
        return function(options, **said) if _wants_options(function) else function(**said)

    for decorator in reversed(_DECORATORS):
        wrapped = decorator(wrapped)
    return wrapped


def _wants_options(function: Callable[..., Any]) -> bool:
    return "options" in function.__code__.co_varnames[: function.__code__.co_argcount]


def recorded_sources(options: Options, recordings: Path | None) -> Path | None:
    """The sources.yaml that lies with the recordings, where none is named."""
    if recordings is None or options.sources is not None:
        return None
    beside = (recordings if recordings.is_dir() else recordings.parent) / DEFAULT_SOURCES
    return beside if beside.is_file() else None
