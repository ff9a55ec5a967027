"""Samflöde: scattered news, one flow.

The whole program is one line. Each step knows the words in `pipeline.model` and no other step::

    sources.yaml ──▶ Source ──▶ Capture ──▶ Entry ──▶ Item ──▶ Story ──▶ archive ──▶ publication
       config       schedule    collect    extract  normalise  organise   archive      publish
                                (async)     (pure)    (pure)    (pure)    (places)  (pure + write)

`pipeline.run`, `pipeline.keep` and `pipeline.publication` are this line as code; nothing else coordinates. docs/architecture.md has the map and the invariants.
"""

__version__ = "0.1.0"
