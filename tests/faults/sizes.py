"""How much is done in the tests: what fits into some seconds, or all of it (FXCRM_FAULTS=full)."""

from __future__ import annotations

import os
from typing import Final

_FULL: Final = os.environ.get("FXCRM_FAULTS") == "full"

OPERATIONS: Final = 10_000 if _FULL else 1_200
SCHEDULES: Final = 10_000 if _FULL else 400
KILLS: Final = 200 if _FULL else 24
