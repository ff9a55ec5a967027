"""What a status that is no success means for a source, in words and with what to do (RFC 9110, section 15)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from pipeline.errors import HttpStatusError
from pipeline.web.http import retry_after
from pipeline.web.urls import host_of, readable_host

if TYPE_CHECKING:
    from pipeline.model.capture import Capture

_HINTS = {
    401: "The address asks for a password: use one that is open to all, or ask the site's owner.",
    403: "The site refuses programs: ask its owner for leave, or for a feed.",
    404: "Open the site in a browser, find where the news is now, and write that address in sources.yaml.",
    410: "The address is gone for good: find the new one, or take the source out of sources.yaml.",
    429: "The site asks for fewer requests; it is left alone for a while. Raise `every` for this source.",
    451: "The site may not show this page here for legal reasons: take the source out of sources.yaml or ask its owner.",
}
_SERVER = "The site has a fault of its own; it is asked again, less and less often. If it lasts, tell its owner."
_CHALLENGE = "The site asks visitors to prove that they are people. Ask its owner to let Samflöde's User-Agent through, or for a feed."
#: What challenge pages hold, as seen at Cloudflare, Akamai, DataDome, Imperva and Sucuri.
_CHALLENGE_PAGE = re.compile(
    rb"just a moment\.\.\.|cf-chl-|challenge-platform|_incapsula_|datadome|captcha-delivery|sucuri_cloudproxy|akamai.{0,40}bot",
    re.IGNORECASE,
)


def failure_of(capture: Capture) -> HttpStatusError | None:
    """The error that a response of status 400 and above is; None for one of success."""
    if capture.status < 400 and capture.status != 204:
        return None
    name = readable_host(host_of(capture.url))
    if capture.status == 204:
        return HttpStatusError(
            f"{name} answers that there is nothing there (204)", status=204, url=capture.url, hint=_HINTS[404]
        )
    challenged = is_challenge(capture)
    what = "asks for a proof of being human" if challenged else f"answers with {_named(capture.status)}"
    hint = _CHALLENGE if challenged else _HINTS.get(capture.status, _SERVER if capture.status >= 500 else None)
    return HttpStatusError(
        f"{name} {what}: {capture.url}",
        status=capture.status,
        url=capture.url,
        hint=hint,
        retry_after=retry_after(capture.headers.get("Retry-After"), capture.fetched_at),
    )


def is_challenge(capture: Capture) -> bool:
    """Whether a refusal is a page that only a browser with a person before it gets past."""
    if capture.headers.get("cf-mitigated") == "challenge":
        return True
    return capture.status in {403, 429, 503} and _CHALLENGE_PAGE.search(capture.body[:100_000]) is not None


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"the unknown status {status}"
