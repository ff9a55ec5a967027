"""`samflode init`: a new folder with a commented sources.yaml."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

import click

from pipeline.cli.options import DEFAULT_SOURCES, Options, common
from pipeline.errors import UsageError

SCHEMA = "sources.schema.json"
TITLE, ADDRESS = "Samlade nyheter", "https://nyheter.example.se/"


@click.command(epilog="Example: samflode init news")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option("--title", default=TITLE, show_default=True, help="Title of the archive site.")
@click.option("--url", default=ADDRESS, show_default=True, help="Where the publication will be served.")
@common
def init(options: Options, *, folder: Path, title: str, url: str) -> int:
    """Make a new folder with a commented sources.yaml, and the schema that gives editors completion.

    Nothing that is there is written over. The time zone is the machine's, the language of the site's own texts that of the
    environment: sv, or en.
    """
    path = folder / (options.sources or DEFAULT_SOURCES)
    if path.exists():
        raise UsageError(
            f"{path} is there already", hint="Nothing was changed. Name a new folder: `samflode init DIR`."
        )
    text = _starter(title, url)
    from pipeline.config.schema import schema

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if not (beside := path.with_name(SCHEMA)).exists():
            beside.write_text(schema(), encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{path} can't be written: {error.strerror}",
            hint="Name a folder that you may write to: `samflode init DIR`.",
        ) from error
    click.echo(f"{path}: written")
    if not options.quiet:
        click.echo(_next_steps(folder))
    return 0


def _starter(title: str, url: str) -> str:
    """The text of the file; raises UsageError where title or address would make it invalid."""
    from pipeline.config.mend import written
    from pipeline.config.names import site_address, text
    from pipeline.config.wording import Unfit

    try:
        text(title)
        site_address(url)
    except Unfit as unfit:
        raise UsageError(unfit.message, hint=f"{unfit.advice[:1].upper()}{unfit.advice[1:]}.") from None
    template = files("pipeline.cli").joinpath("starter.yaml").read_text(encoding="utf-8")
    return template.format(title=written(title), url=written(url), language=_language(), timezone=_zone())


def _language() -> str:
    said = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "sv" if said.lower().startswith("sv") else "en"


def _zone() -> str:
    """The machine's time zone, where it has a name."""
    from zoneinfo import ZoneInfo

    said = os.environ.get("TZ", "").lstrip(":")
    if not said:
        _, found, said = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")
        said = said if found else ""
    try:
        return ZoneInfo(said).key if said and not said.startswith(("/", "Etc/")) else "UTC"
    except (ValueError, OSError, LookupError):
        return "UTC"


def _next_steps(folder: Path) -> str:
    steps = [] if folder == Path() else [f"cd {folder}"]
    steps += ["samflode sources add ADDRESS   # any address of a site", "samflode run", "samflode serve"]
    return "next:\n" + "\n".join(f"  {step}" for step in steps)
