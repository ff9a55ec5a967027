"""Days and moments as options take them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click


class Day(click.ParamType[datetime]):
    """A day or a moment (ISO 8601), or how long ago (7d); a day begins at midnight in UTC."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment, aware."""
        from pipeline.config.units import duration
        from pipeline.config.wording import Unfit

        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            try:
                return datetime.now(UTC) - duration(value)
            except Unfit:
                self.fail(
                    f"'{value}' is no date; write it as 2026-03-02 or 2026-03-02T12:00:00+01:00, or 7d", param, ctx
                )
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
