"""`samflode digest`: the newest stories as an e-mail."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.days import Day
from pipeline.cli.options import Options, common
from pipeline.cli.output import print_json
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pipeline.model.config import Config
    from pipeline.publish import Letter

LOCAL = "smtp://localhost:25"


@click.command(epilog="Example: samflode digest --since 7d --topic electronics --to redaktion@example.se")
@click.option(
    "--since",
    type=Day(),
    metavar="DATE",
    default="7d",
    show_default=True,
    help="Published at or after; where undated, first seen.",
)
@click.option("--topic", "topics", metavar="ID", multiple=True, help="Only with this topic; may be repeated.")
@click.option("--source", "only", metavar="ID", multiple=True, help="Only of this source; may be repeated.")
@click.option("--language", "languages", metavar="TAG", multiple=True, help="Only in this language; may be repeated.")
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where to: NAME.html or NAME.txt for one form of it, anything else for the whole e-mail. [default: standard output]",
)
@click.option("--to", metavar="ADDRESS", multiple=True, help="Send it there; may be repeated.")
@click.option("--from", "sender", metavar="ADDRESS", help="Who sends it. [default: archive.contact]")
@click.option(
    "--smtp",
    metavar="ADDRESS",
    envvar="SAMFLODE_SMTP",
    default=LOCAL,
    help=f"Through which server: smtp://HOST:PORT or smtps://USER:PASSWORD@HOST; a password belongs into the environment. [default: {LOCAL}; env: SAMFLODE_SMTP]",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print it as JSON, and where it went, in the place of the e-mail."
)
@common
def digest(
    options: Options,
    *,
    since: datetime,
    topics: tuple[str, ...],
    only: tuple[str, ...],
    languages: tuple[str, ...],
    output: Path | None,
    to: tuple[str, ...],
    sender: str | None,
    smtp: str,
    as_json: bool,
) -> int:
    """Write the newest stories as an e-mail in text and HTML, or send it.

    Where nothing is new, nothing is sent.
    """
    from pipeline.archive import open_archive
    from pipeline.mail import send, server_of
    from pipeline.model.query import Query
    from pipeline.model.source import SourceId
    from pipeline.publication import digested

    config = options.load()
    _check(config, topics, only)
    server = server_of(smtp) if to else None
    query = Query(sources=tuple(map(SourceId, only)), topics=topics, languages=languages, since=since, until=None)
    with open_archive(options.store_of(config), write=False) as archive:
        letter = digested(config, archive, query, since=since)
    author = sender or _contact(config)
    if output is not None or (server is None and not as_json):
        _written(letter, author, to, output)
    sent = server is not None and letter.stories > 0
    if server is not None and sent:
        send(server, _message(letter, author, to), sender=author, to=to)
    if as_json:
        print_json(_as_json(letter, output, to if sent else ()))
    elif server is not None and not sent:
        print("nothing is new; nothing was sent", file=sys.stderr)
    elif server is not None and not options.quiet:
        print(f"sent to {', '.join(to)}: {letter.subject}", file=sys.stderr)
    return 0


def _as_json(letter: Letter, output: Path | None, to: Sequence[str]) -> dict[str, Any]:
    return {
        "subject": letter.subject,
        "stories": letter.stories,
        "text": letter.text,
        "html": letter.html,
        "output": None if output is None else str(output),
        "sent_to": list(to),
    }


def _check(config: Config, topics: tuple[str, ...], only: tuple[str, ...]) -> None:
    for what, asked, known in (
        ("topic", topics, [each.id for each in config.topics]),
        ("source", only, [str(each.id) for each in config.sources]),
    ):
        for each in asked:
            if each not in known:
                there = ", ".join(known) or "none"
                raise UsageError(f"no {what} is called {each}", hint=f"There are: {there}.")


def _contact(config: Config) -> str:
    from pipeline.web.urls import host_of

    contact = config.archive.contact
    return contact if "@" in contact else f"samflode@{host_of(config.archive.url) or 'localhost'}"


def _message(letter: Letter, sender: str, to: tuple[str, ...]) -> bytes:
    import uuid
    from datetime import UTC, datetime

    try:
        return letter.message(sender=sender, to=to, at=datetime.now(UTC), number=uuid.uuid4().hex)
    except ValueError as error:
        said = ", ".join((sender, *to))
        raise UsageError(
            f"no e-mail can be addressed like this: {said}", hint="Write addresses as name@example.se."
        ) from error


def _written(letter: Letter, sender: str, to: tuple[str, ...], output: Path | None) -> None:
    match output.suffix.lower() if output else "":
        case ".html":
            content = letter.html.encode()
        case ".txt":
            content = letter.text.encode()
        case _:
            content = _message(letter, sender, to)
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise UsageError(
            f"{output} can't be written: {error.strerror}", hint="Name another file with --output."
        ) from error
