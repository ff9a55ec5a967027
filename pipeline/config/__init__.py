"""sources.yaml ⇄ Config: every setting is declared once, in `fields`, and every problem is reported at once, with its place.

Importing this package is cheap: YAML and pydantic are loaded by the first call.
"""

from pipeline.config.load import check, load
from pipeline.config.schema import schema

__all__ = ["check", "load", "schema"]
