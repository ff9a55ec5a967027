"""The door: reads options, calls one use case, formats what comes back. Nothing below knows that there is a terminal."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

import click

from pipeline import __version__
from pipeline.cli.commands import COMMANDS, Commands
from pipeline.cli.options import Family, common
from pipeline.errors import ConfigError, SamflodeError

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130


@click.group(
    cls=Family,
    commands=Commands(dict(COMMANDS)),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: samflode init news",
)
@click.version_option(__version__, prog_name="samflode")
@common
def samflode() -> None:
    """Collect news from many sites and republish it as one archive and one feed.

    `samflode run` is the cron job: it collects every source of sources.yaml that is due, merges what is new into the
    archive, and writes the publication.
    """


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code of the program called with these arguments; the only place that turns an error into a message."""
    # A run makes many values, and hardly any that hold one another: looking for these took a fifth of it.
    gc.set_threshold(50_000, 20, 100)
    try:
        result = samflode.main(args=argv, prog_name="samflode", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as refusal:
        refusal.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        print("samflode: interrupted; what was collected until now is kept", file=sys.stderr)
        return INTERRUPTED
    except ConfigError as error:
        print(f"{error.message}\n{error.hint}", file=sys.stderr)
        return error.exit_code
    except SamflodeError as error:
        print(f"samflode: {error.message}\n{error.hint}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has enough of it; nothing more can be said there (Python documentation, signal, SIGPIPE).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return result if isinstance(result, int) else 0
