"""What the robots.txt of a site allows us (RFC 9309); protego gives the verdict."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego

from pipeline.errors import FetchError, HttpStatusError, RedirectError, RobotsDenied, SamflodeError
from pipeline.model.capture import Purpose, Request, RobotsFile
from pipeline.web.urls import readable_host

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from pipeline.model.capture import Capture

#: A crawler has to read so much of a robots.txt, and may stop there (RFC 9309, section 2.5).
LARGEST = 512_000


#: So long a robots.txt is believed (RFC 9309, section 2.4).
LASTS = timedelta(days=1)


class Robots:
    """Asks each site for its robots.txt, once in a run and in a day, and remembers what it said.

    `known` is what was said in earlier runs, by origin; what is said now is put there.
    """

    def __init__(
        self, fetch: Callable[[Request], Awaitable[Capture]], *, agent: str, known: MutableMapping[str, RobotsFile]
    ) -> None:
        self._known = known
        self._fetch = fetch
        #: The product token that rules are looked up under (RFC 9309, section 2.2.1).
        self._agent = agent
        self._rules: dict[str, asyncio.Task[Protego | SamflodeError]] = {}

    async def crawl_delay(self, url: str) -> float:
        """How many seconds the site asks for between two requests; 0 where it asks for none."""
        rules = await self._of(url)
        return 0.0 if isinstance(rules, SamflodeError) else float(rules.crawl_delay(self._agent) or 0)

    async def check(self, url: str) -> None:
        """Raises RobotsDenied where the site asks not to fetch this address; FetchError where the site does not answer at all."""
        rules = await self._of(url)
        if isinstance(rules, SamflodeError):
            raise rules
        if not rules.can_fetch(url, self._agent):
            parts = urlsplit(url)
            raise RobotsDenied(
                f"robots.txt of {readable_host(parts.hostname or '')} asks programs not to fetch {parts.path}", url=url
            )

    async def _of(self, url: str) -> Protego | SamflodeError:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.create_task(self._read(origin))
        return await asyncio.shield(self._rules[origin])

    async def _read(self, origin: str) -> Protego | SamflodeError:
        """The rules of a site; "unavailable" (4xx, redirects without end) allows all, "unreachable" (5xx) forbids all.

        RFC 9309, section 2.3.1.
        """
        url = f"{origin}/robots.txt"
        before = self._known.get(origin)
        if before is not None and timedelta(0) <= datetime.now(UTC) - before.read_at < LASTS:
            return Protego.parse(before.text)
        try:
            capture = await self._fetch(Request(url=url, purpose=Purpose.ROBOTS))
        except HttpStatusError as error:
            if error.status < 500 and error.status != 429:
                return self._understood(origin, "")
            return RobotsDenied(
                f"{url} answers with status {error.status}, so nothing may be fetched there now",
                url=url,
                hint="The site has a fault of its own; it is asked again at the next run.",
                retry_after=error.retry_after,
            )
        except RedirectError:
            return Protego.parse("")
        except FetchError as error:
            return error
        return self._understood(origin, capture.body[:LARGEST].decode("utf-8", "replace"))

    def _understood(self, origin: str, text: str) -> Protego:
        self._known[origin] = RobotsFile(text=text, read_at=datetime.now(UTC).replace(microsecond=0))
        return Protego.parse(text)
