"""What holds for all tests."""

import os

from hypothesis import HealthCheck, settings

# The search index is another program's work: only the tests of the search have it made.
os.environ["SAMFLODE_SEARCH"] = "off"
# A busy machine is no fault of the code's: nothing here asserts a time.
settings.register_profile("samflode", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("samflode")
