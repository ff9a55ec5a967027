"""Traces by OpenTelemetry, where they were asked for. The only door to it.

Where they go is said in the environment, by the names that OpenTelemetry gives (OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.web.urls import host_of, speakable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.collect.fetcher import Fetcher
    from pipeline.model.capture import Capture, Request

_tracer: Any = None


def trace() -> Callable[[], None]:
    """Begins to trace; what it gives ends that, and sends what is left. Raises UsageError where the packages are missing."""
    global _tracer  # noqa: PLW0603  # as OpenTelemetry has it: one for the process
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: TID251
        from opentelemetry.sdk.resources import Resource  # noqa: TID251
        from opentelemetry.sdk.trace import TracerProvider  # noqa: TID251
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: TID251
    except ImportError as error:
        raise UsageError(
            "traces need the packages of OpenTelemetry",
            hint="Install them beside Samflöde: pip install 'samflode[traces]'",
        ) from error
    provider = TracerProvider(resource=Resource.create({"service.name": "samflode-worker"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _tracer = provider.get_tracer("samflode")

    def ended() -> None:
        global _tracer  # noqa: PLW0603
        _tracer = None
        provider.shutdown()

    return ended


@contextmanager
def span(name: str, **facts: object) -> Iterator[Callable[..., None]]:
    """What is done within it, as a span; call what it gives to add facts. Nothing where nobody traces."""
    if _tracer is None:
        yield lambda **_: None
        return
    with _tracer.start_as_current_span(name, attributes=_named(facts)) as current:
        yield lambda **more: current.set_attributes(_named(more))


def traced(fetcher: Fetcher) -> Fetcher:
    """The fetcher with a span for each request."""
    return fetcher if _tracer is None else _Traced(fetcher)


class _Traced:
    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    async def fetch(self, request: Request) -> Capture:
        """The capture of the fetcher."""
        with span("fetch", url=request.url, host=host_of(request.url), purpose=request.purpose.value) as said:
            capture = await self._fetcher.fetch(request)
            said(status=capture.status, bytes=len(capture.body))
            return capture


def _named(facts: dict[str, object]) -> dict[str, Any]:
    return {
        f"samflode.{name}": speakable(value) if name == "url" and isinstance(value, str) else value
        for name, value in facts.items()
    }
