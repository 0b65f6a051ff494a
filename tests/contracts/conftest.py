"""Leaves out the promises that an adapter of ours has no way to break.

A kit tells them as not shown, and pytest as skipped; here nothing is to be skipped.
"""

from __future__ import annotations

from typing import Final

import pytest

_HAVE_NO_WAY: Final = frozenset(
    {
        "TestSandboxNotifier::test_a_key_outlives_a_restart",  # it lives in memory
        "TestSandboxNotifier::test_a_broken_notifier_says_so",  # nothing of it can break
        "TestFixedRates::test_a_broken_source_is_not_empty",  # it asks nobody
        "TestGivenRates::test_a_broken_source_is_not_empty",
        "TestPeggedRates::test_a_broken_source_is_not_empty",
    }
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Deselect them by class and name."""
    items[:] = [one for one in items if "::".join(one.nodeid.split("::")[-2:]) not in _HAVE_NO_WAY]
