"""`samflode manual`: all commands with their options, as a man page or as Markdown, from what `--help` says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from pipeline import __version__
from pipeline.cli.options import Options, common

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The options that every command takes; told once.
_COMMON = ("sources", "store", "quiet", "verbose", "log_format")
_CODES = (
    ("0", "Done, also when nothing was due."),
    ("1", "Done, but at least one source failed; everything else was collected and published."),
    ("2", "Wrong usage, or sources.yaml is invalid: nothing was fetched or written."),
    ("3", "The archive is damaged or can't be written: nothing was lost, the message says what to do."),
    ("75", "Another run holds the store: nothing was done."),
)
_VARIABLES = (
    ("SAMFLODE_SOURCES", "The file of sources, as with --sources."),
    ("SAMFLODE_STORE", "The store, as with --store."),
    ("NO_COLOR", "Where it is set, nothing is coloured."),
    ("HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY", "Proxies, in capitals or not."),
)


@click.command(epilog="Example: samflode manual > ~/.local/share/man/man1/samflode.1")
@click.option(
    "--format",
    "form",
    type=click.Choice(["man", "markdown"]),
    default="man",
    show_default=True,
    help="How it is written.",
)
@common
def manual(options: Options, *, form: str) -> int:
    """Print the manual: every command with its options, from the same source as `--help`.

    `samflode manual > samflode.1; man ./samflode.1` shows it. The wheel brings it as share/man/man1/samflode.1, where `man samflode` finds it.
    """
    program = click.get_current_context().find_root().command
    assert isinstance(program, click.Group)
    del options
    click.echo("\n".join(man_page(program) if form == "man" else markdown(program)))
    return 0


def commands(group: click.Group, words: tuple[str, ...] = ("samflode",)) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with the words that call it, in the order of `--help`."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield " ".join((*words, name)), command


def man_page(program: click.Group) -> Iterator[str]:
    """The lines of the man page, in the language of man(7)."""
    yield f'.TH SAMFLODE 1 "" "Samflöde {__version__}" "User Commands"'
    yield from (".SH NAME", r"samflode \- collects news from many sites, republishes it as one archive and one feed")
    yield from (".SH SYNOPSIS", r".B samflode", r"[\fIOPTIONS\fR] \fICOMMAND\fR [\fIARGUMENTS\fR]")
    yield from (".SH DESCRIPTION", *_paragraphs(program))
    yield ".SH OPTIONS"
    yield "Every command takes these, before or after its name."
    for option in program.params:
        yield from _option(option)
    yield ".SH COMMANDS"
    for words, command in commands(program):
        yield f".SS {_roff(words)}{_roff(_arguments(command))}"
        yield from _paragraphs(command)
        for option in _own(command):
            yield from _option(option)
        if command.epilog:
            yield from (".PP", _roff(_plain(command.epilog)))
    yield ".SH EXIT STATUS"
    for code, meaning in _CODES:
        yield from (".TP", rf"\fB{code}\fR", _roff(meaning))
    yield ".SH ENVIRONMENT"
    for name, meaning in _VARIABLES:
        yield from (".TP", rf"\fB{_roff(name)}\fR", _roff(meaning))
    yield from (
        ".SH FILES",
        ".TP",
        r"\fIsources.yaml\fR",
        "Where the news comes from; `samflode init` writes one with comments.",
    )
    yield from (".TP", r"\fIstore/\fR", "The archive, and the publication in public/.")


def markdown(program: click.Group) -> Iterator[str]:
    """The lines of the same as a page of the documentation."""
    yield from (
        "# Commands",
        "",
        "Made from the program by `scripts/reference`; `samflode manual` prints the same as a man page.",
        "",
    )
    yield from ("Every command takes these options, before or after its name:", "", "| option | |", "| --- | --- |")
    for option in program.params:
        yield _row(option)
    for words, command in commands(program):
        yield from ("", f"## {words}", "", f"`{words}{_arguments(command)}`", "", *_told(command))
        own = list(_own(command))
        if own:
            yield from ("", "| option | |", "| --- | --- |", *map(_row, own))
        if command.epilog:
            example = _plain(command.epilog).removeprefix("Example: ")
            yield from ("", "```text", example, "```")
    yield from ("", "## Exit codes", "", "| code | |", "| --- | --- |")
    for code, meaning in _CODES:
        yield f"| {code} | {meaning} |"


def _own(command: click.Command) -> Iterator[click.Option]:
    for each in command.params:
        if isinstance(each, click.Option) and each.name not in _COMMON:
            yield each


def _arguments(command: click.Command) -> str:
    names = [each.make_metavar(click.Context(command)) for each in command.params if isinstance(each, click.Argument)]
    return "".join(f" {name}" for name in names)


def _names(option: click.Parameter) -> str:
    said = ", ".join((*option.opts, *option.secondary_opts))
    if isinstance(option, click.Option) and not option.is_flag and not option.count:
        said += f" {option.make_metavar(click.Context(click.Command('samflode')))}"
    return said


def _help(option: click.Parameter) -> str:
    said = " ".join((getattr(option, "help", None) or "").split())
    if getattr(option, "show_default", False) and option.default is not None:
        said += f" [default: {option.default}]"
    return said


def _option(option: click.Parameter) -> Iterator[str]:
    yield from (".TP", rf"\fB{_roff(_names(option))}\fR", _roff(_help(option)))


def _row(option: click.Parameter) -> str:
    names, said = (text.replace("|", "\\|") for text in (_names(option), _help(option)))
    return f"| `{names}` | {said} |"


def _told(command: click.Command) -> list[str]:
    """What a command's help says, a paragraph in a line each with an empty one between."""
    paragraphs = re.split(r"\n\s*\n", (command.help or "").strip())
    return "\n\n".join(" ".join(each.split()) for each in paragraphs).split("\n")


def _paragraphs(command: click.Command) -> Iterator[str]:
    for line in _told(command):
        yield ".PP" if not line else _roff(line)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _roff(text: str) -> str:
    r"""A text as man(7) takes it: no line begins with a request, hyphens can be copied, backslashes are seen.

    >>> print(_roff(".a \\ --all"))
    \&.a \e \-\-all
    """
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
