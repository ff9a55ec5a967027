"""What holds for all tests."""

import os
import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.switchboard import Switchboard

# The search index is another program's work: only the tests of the search have it made.
os.environ["SAMFLODE_SEARCH"] = "off"
# A busy machine is no fault of the code's: nothing here asserts a time.
settings.register_profile("samflode", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("samflode")


@pytest.fixture
def board() -> Iterator[Switchboard]:
    """A server that gives out a feed, and takes what people are told."""
    with Switchboard() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
