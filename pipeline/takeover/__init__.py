"""The files of other programs → what they hold. Which program a file is of is seen from its bytes.

A further program is a function `Path → Estate | None` in the table `PROGRAMS`; None: the file is not of that program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.takeover.addresses import addresses
from pipeline.takeover.exports import exports
from pipeline.takeover.keeping import Damaged
from pipeline.takeover.opml import opml
from pipeline.takeover.reader import reader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.model.takeover import Estate

__all__ = ["estate_of"]

#: In the order in which they are asked.
PROGRAMS: tuple[Callable[[Path], Estate | None], ...] = (reader, exports, opml, addresses)


def estate_of(path: Path, name: str = "") -> Estate | None:
    """What a file of another program holds; None where it is of none that is known here (a feed, for one).

    `name` is what messages call the file. Raises UsageError where it can't be read, or is of a known program but damaged.
    """
    name = name or str(path)
    try:
        return next((found for each in PROGRAMS if (found := each(path)) is not None), None)
    except OSError as error:
        raise UsageError(f"{name} can't be read: {error.strerror}", hint="Name another file.") from error
    except Damaged as error:
        raise UsageError(
            f"{name} can't be taken over: {error}",
            hint="Nothing was changed. Export it once more from the other program.",
        ) from error
