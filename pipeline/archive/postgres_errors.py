"""What PostgreSQL says, as our errors."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg  # noqa: TID251
from psycopg import errors as said  # noqa: TID251

from pipeline.archive.postgres_tables import shown
from pipeline.errors import ArchiveDamaged, ArchiveUnreachable, ArchiveUnwritable

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Turns what PostgreSQL says into our errors; its words never hold the password."""
    try:
        yield
    except (said.DataCorrupted, said.IndexCorrupted) as error:
        raise ArchiveDamaged(f"{shown(url)} is damaged: {_line(error)}", where=shown(url)) from error
    except psycopg.OperationalError as error:
        raise ArchiveUnreachable(
            f"{shown(url)} can't be reached: {_line(error)}",
            path=shown(url),
            hint="Look whether PostgreSQL runs there, and whether name, password and database are right. Nothing was lost.",
        ) from error
    except psycopg.Error as error:
        raise ArchiveUnwritable(
            f"{shown(url)} can't be used: {_line(error)}",
            path=shown(url),
            hint="Nothing was lost. Look at the rights of the user in that database, and at PostgreSQL's own log.",
        ) from error


def _line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
