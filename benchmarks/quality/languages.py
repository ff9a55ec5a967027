"""The language of real sentences: ours beside py3langid and lingua (where it is installed), over ../shared/real/language.

    python benchmarks/quality/languages.py

Sentences and the same cut to seven words, in nine languages; and in four others, which must not be taken for one of the nine. The
readers beside ours are asked for the nine and the four, which makes it easier for them: ours is not told what may come.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
TEXTS = ROOT.parent / "shared" / "real" / "language" / "texts.jsonl"

from pipeline.normalise import detect_language  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NINE = ("sv", "en", "nb", "nn", "da", "fi", "ca", "es", "de")
FOUR = ("fr", "it", "nl", "is")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How one reader did over one kind of text."""

    reader: str
    kind: str
    texts: int
    #: Of the nine together, and each.
    right: float
    each: dict[str, float]
    #: Of the others, not taken for one of the nine.
    others: float
    milliseconds: float


def readers() -> Iterator[tuple[str, Callable[[str], str | None]]]:
    """Name and function of each that is installed, warmed up."""
    yield "samflode", detect_language
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ImportError:
        pass
    else:
        model = LanguageIdentifier.from_model_file(MODEL_FILE)
        model.set_languages(["no" if each == "nb" else each for each in (*NINE, *FOUR)])
        yield "py3langid", lambda text: {"no": "nb"}.get(model.classify(text)[0], model.classify(text)[0])
    try:
        from lingua import IsoCode639_1, LanguageDetectorBuilder
    except ImportError:
        return
    codes = [getattr(IsoCode639_1, each.upper()) for each in (*NINE, *FOUR)]
    detector = LanguageDetectorBuilder.from_iso_codes_639_1(*codes).build()

    def by_lingua(text: str) -> str | None:
        found = detector.detect_language_of(text)
        return None if found is None else found.iso_code_639_1.name.lower()

    yield "lingua", by_lingua


def rows() -> list[Row]:
    """A row for each reader and kind; empty where the texts are not there."""
    if not TEXTS.is_file():
        return []
    texts = [json.loads(line) for line in TEXTS.read_text(encoding="utf-8").splitlines()]
    found = []
    for name, read in readers():
        read("Regionerna skärper kraven")
        for kind in ("sentence", "seven words"):
            of = [row for row in texts if row["kind"] == kind]
            start = time.perf_counter()
            answers = [read(row["text"]) for row in of]
            took = time.perf_counter() - start
            hits = [(row["lang"], answer) for row, answer in zip(of, answers, strict=True)]
            each = {lang: _share([got == lang for gold, got in hits if gold == lang]) for lang in NINE}
            found.append(
                Row(
                    reader=name,
                    kind=kind,
                    texts=len(of),
                    right=_share([got == gold for gold, got in hits if gold]),
                    each=each,
                    others=_share([got not in NINE for gold, got in hits if not gold]),
                    milliseconds=1000 * took / len(of),
                )
            )
    return found


def _share(hits: list[bool]) -> float:
    return sum(hits) / max(1, len(hits))


def main() -> int:
    """The table."""
    print(
        f"{'reader':10} {'kind':12} {'texts':>5} {'right':>6}  "
        + " ".join(f"{each:>5}" for each in NINE)
        + "  others     ms"
    )
    for row in rows():
        shares = " ".join(f"{100 * row.each[each]:5.1f}" for each in NINE)
        print(
            f"{row.reader:10} {row.kind:12} {row.texts:5} {row.right:6.1%}  {shares}  {row.others:6.1%} {row.milliseconds:6.2f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
