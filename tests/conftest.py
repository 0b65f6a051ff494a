"""Hypothesis profiles for every test; HYPOTHESIS_PROFILE chooses one.

``dev``      while writing: few examples, new ones each time
``ci``       the gate: more examples, the same ones on every run
``nightly``  the long search
"""

from __future__ import annotations

import os
from datetime import timedelta

from hypothesis import HealthCheck, Phase, settings

from tests.postgres import postgresql as postgresql
from tests.postgres import postgresql_url as postgresql_url

# On a shared machine a pause of the scheduler is no slow test: the deadline catches what
# hangs, and the data generator's own speed is nobody's fault.
_PATIENT = settings(
    deadline=timedelta(seconds=5),
    suppress_health_check=[HealthCheck.too_slow],
)

settings.register_profile("dev", _PATIENT, max_examples=40)
settings.register_profile("ci", _PATIENT, max_examples=30, derandomize=True, print_blob=True)
settings.register_profile(  # a planted bug is noticed or not; how small its example is, nobody asks
    "planted", _PATIENT, max_examples=60, derandomize=True, phases=[Phase.explicit, Phase.generate]
)
settings.register_profile("nightly", _PATIENT, max_examples=5_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))
