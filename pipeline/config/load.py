"""sources.yaml, and the corrections beside it, as the configuration of a run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.config.corrections import FILE, load_corrections
from pipeline.config.yaml import parse, read
from pipeline.errors import NOTHING_DONE, ConfigError

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping

    from pipeline.errors import Problem
    from pipeline.model.config import Config


def load(path: pathlib.Path, environ: Mapping[str, str]) -> Config:
    """What the file says, defaults merged in and `${NAME}` taken from `environ`.

    Raises ConfigError with everything that is wrong with it, in the order of the file.
    """
    return check(path, environ)[0]


def check(path: pathlib.Path, environ: Mapping[str, str]) -> tuple[Config, tuple[Problem, ...]]:
    """What the file says, and what in it is right but frail, in its order. Raises ConfigError as `load` does."""
    config, frail = checked(read(path), str(path), environ)
    return replace(config, corrections=load_corrections(path.with_name(FILE))), frail


def checked(text: str, file: str, environ: Mapping[str, str]) -> tuple[Config, tuple[Problem, ...]]:
    """The same of the text of such a file, without the corrections beside it."""
    document = parse(text, file, environ)
    from pipeline.config.build import build
    from pipeline.config.coherence import disagreements
    from pipeline.config.problems import NO_SOURCES, validated

    settings, misfits = validated(document)
    problems = {*document.problems, *misfits, *disagreements(document)}
    if settings is None or problems:
        is_new = all(each.advice == NO_SOURCES[1] for each in problems)
        raise ConfigError(
            sorted(problems, key=lambda each: (each.line, each.column, each.message)),
            hint=NOTHING_DONE if is_new else None,
        )
    from pipeline.config.frailty import frailties

    return build(settings, document), tuple(frailties(document))
