"""Messages to people: e-mail, Teams, Slack, … The only door to Apprise (the extra `notify`)."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: What to do where the extra is missing.
INSTALL = "`notify` needs Apprise: pip install 'samflode[notify]'"


class NotSent(Exception):
    """A message did not go out; why, as a sentence."""


def unusable(addresses: Iterable[str]) -> list[int]:
    """The places (from 1) of the addresses that Apprise can't read. Raises NotSent where Apprise is not installed."""
    apprise = _apprise()
    return [
        place
        for place, each in enumerate(addresses, 1)
        if apprise.Apprise.instantiate(each, suppress_exceptions=True) is None
    ]


def send(title: str, body: str, recipients: Sequence[str]) -> None:
    """Sends a message to all recipients. Raises NotSent where one of them can't be reached, with what its service answered.

    Whoever could be reached has it by then.
    """
    apprise = _apprise()
    group = apprise.Apprise()
    bad = [place for place, each in enumerate(recipients, 1) if not group.add(each)]
    logger = logging.getLogger("apprise")
    logger.propagate = False
    with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as said:
        sent = bool(len(group)) and group.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT)
        words = " ".join(said.getvalue().split())
    if bad:
        raise NotSent(
            f"Apprise can't read the address in place {bad[0]} of `notify`: look it up at https://appriseit.com/"
        )
    if not sent:
        raise NotSent(f"the message {title!r} did not reach everybody: {words or 'no reason was given'}")


def _apprise() -> Any:
    with warnings.catch_warnings():
        # One of its hundred services imports what Python is about to drop.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            import apprise  # noqa: TID251
        except ImportError as error:
            raise NotSent(INSTALL) from error
        apprise.Apprise.instantiate("json://localhost")
    return apprise
