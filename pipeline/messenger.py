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


def send(title: str, body: str, recipients: Sequence[str]) -> tuple[str, ...]:
    """Sends a message to each recipient; why some of them were not reached, a sentence each. Raises NotSent where nobody was."""
    apprise = _apprise()
    logger = logging.getLogger("apprise")
    logger.propagate = False
    missed: list[str] = []
    for place, each in enumerate(recipients, 1):
        service = apprise.Apprise()
        with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as said:
            if not service.add(each):
                missed.append(
                    f"Apprise can't read the address in place {place} of `notify`: look it up at https://appriseit.com/"
                )
            elif not service.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT):
                words = " ".join(said.getvalue().split())
                missed.append(
                    f"the message {title!r} did not reach the address in place {place} of `notify`: {words or 'no reason was given'}"
                )
    if len(missed) == len(recipients):
        raise NotSent("; ".join(missed))
    return tuple(missed)


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
