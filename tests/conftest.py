"""What holds for all tests."""

from hypothesis import HealthCheck, settings

# A busy machine is no fault of the code's: nothing here asserts a time.
settings.register_profile("samflode", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("samflode")
