"""`samflode normalise`: what becomes of a value, and why."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from pipeline.cli.options import common
from pipeline.cli.output import print_json

if TYPE_CHECKING:
    from pipeline.normalise.explain import Explanation


class Zone(click.ParamType[ZoneInfo]):
    """A time zone of the IANA's database."""

    name = "zone"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        """The zone."""
        try:
            return ZoneInfo(value)
        except (ValueError, OSError, KeyError):
            self.fail(f"'{value}' is no time zone; write it as Europe/Stockholm", param, ctx)


class Now(click.ParamType[datetime]):
    """A moment with its offset (ISO 8601)."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment, aware."""
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' is no moment; write it as 2026-03-02T12:00:00+01:00", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command(epilog="""Example: samflode normalise date "Publicerad: den 3:e mars 2021 kl. 14.05" --language sv""")
@click.argument("what", type=click.Choice(["date", "text", "url", "language"]))
@click.argument("value")
@click.option(
    "--language", "languages", metavar="TAG", multiple=True, help="What the source is usually in; may be repeated."
)
@click.option(
    "--timezone", "zone", type=Zone(), default="UTC", show_default=True, help="Of a date that says no offset."
)
@click.option("--now", type=Now(), metavar="MOMENT", help="What “yesterday” is counted from. [default: now]")
@click.option("--base", metavar="URL", help="The page that an address stands on.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@common
def normalise(
    *,
    what: str,
    value: str,
    languages: tuple[str, ...],
    zone: ZoneInfo,
    now: datetime | None,
    base: str | None,
    as_json: bool,
) -> int:
    """Show what becomes of a date, a text, an address or the language of a text, and why.

    VALUE is the value as the source writes it; "-" reads it from standard input.
    """
    from pipeline.normalise import explain

    given = sys.stdin.read() if value == "-" else value
    moment = now or datetime.now(UTC).replace(microsecond=0)
    match what:
        case "date":
            explanation = explain.explain_date(given, languages=languages, timezone=zone, now=moment)
        case "text":
            explanation = explain.explain_text(given)
        case "url":
            explanation = explain.explain_url(given, base=base)
        case _:
            explanation = explain.explain_language(given, prior=languages[0] if languages else None)
    if as_json:
        print_json({"value": given, "becomes": explanation.becomes, **_plain(explanation)})
    else:
        _show(explanation)
    return 0


def _plain(explanation: Explanation) -> dict[str, Any]:
    return {"details": dict(explanation.details), "reasons": list(explanation.reasons)}


def _show(explanation: Explanation) -> None:
    click.echo(explanation.becomes if explanation.becomes is not None else "nothing")
    for name, said in explanation.details:
        click.echo(f"  {name}: {said}")
    for reason in explanation.reasons:
        click.echo(f"  {reason}")
