"""Messages on standard error: sentences for people, or one JSON object a line for programs."""

from __future__ import annotations

import logging
import os
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = "samflode"
#: Of errors and of warnings on a terminal (ECMA-48, SGR).
_RED, _YELLOW = "31", "33"
#: Libraries that speak for themselves; only of what goes wrong.
_LIBRARIES = ("procrastinate", "psycopg.pool", "stamina")
#: Fields of every line that is written on behalf of the work under way.
_bound: ContextVar[Mapping[str, Any]] = ContextVar("bound", default={})  # noqa: B039  # never changed


def bind(**fields: Any) -> None:
    """From now on, in this task and those that it begins, every line has these fields."""
    _bound.set({**_bound.get(), **fields})


class JsonLines(logging.Formatter):
    """One JSON object a line: `time` (RFC 3339, UTC), `level`, `event`, and the fields of the event."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        import orjson

        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **_bound.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


class Standard(logging.StreamHandler[Any]):
    """Writes to whatever standard error is at the moment, so that a progress bar or a test can stand in for it."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)
        #: Takes out of a line what is nobody's business.
        self.hide: Callable[[str], str] = str

    def format(self, record: logging.LogRecord) -> str:
        """The record as it is written."""
        text = self.hide(super().format(record))
        if isinstance(self.formatter, JsonLines) or record.levelno < logging.WARNING or not _is_colourful():
            return text
        return f"\x1b[{_RED if record.levelno >= logging.ERROR else _YELLOW}m{text}\x1b[0m"

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record."""
        self.stream = sys.stderr
        super().emit(record)


def _is_colourful() -> bool:
    """Whether standard error is a terminal whose user wants colours (no-color.org)."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def configure(*, quiet: bool, verbose: bool, log_format: str) -> None:
    """Set up what is said: problems alone with `quiet`, everything with `verbose`."""
    handler = Standard()
    handler.setFormatter(JsonLines() if log_format == "json" else logging.Formatter("%(message)s"))
    logger = logging.getLogger(ROOT)
    logger.handlers[:] = [handler]
    logger.propagate = False
    logger.setLevel(logging.DEBUG if verbose else logging.WARNING if quiet else logging.INFO)
    for name in _LIBRARIES:
        library = logging.getLogger(name)
        library.handlers[:] = [handler]
        library.propagate = False
        library.setLevel(logging.DEBUG if verbose else logging.CRITICAL)


def hide(secrets: Mapping[str, str]) -> None:
    """From now on nothing that came from the environment is written, a traceback included."""
    if not secrets:
        return
    from pipeline.collect.redaction import Redaction

    for handler in logging.getLogger(ROOT).handlers:
        if isinstance(handler, Standard):
            handler.hide = Redaction(secrets).text
