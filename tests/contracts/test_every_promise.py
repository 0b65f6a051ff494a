"""No promise of a kit is kept by whatever comes: for each there is an adapter that breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from fxcrm.testing import contracts
from fxcrm.testing.contracts import StoreContract
from tests.contracts import (
    test_documents,
    test_notices,
    test_party_checks,
    test_payments,
    test_wrong_rate_sources,
    test_wrong_small_ports,
)

MODULES = (
    test_documents,
    test_notices,
    test_party_checks,
    test_payments,
    test_wrong_rate_sources,
    test_wrong_small_ports,
)
# The kit of stores has its wrong stores beside it.
KITS = [
    kit
    for name in contracts.__all__
    if name.endswith("Contract")
    and (kit := getattr(contracts, name)) not in (contracts.Contract, StoreContract)
]


def broken(module: ModuleType) -> Iterator[str]:
    """The promises that a module's wrong adapters are shown to break."""
    for name, test in vars(module).items():
        marks = getattr(test, "pytestmark", []) if name.endswith("_is_found_out") else []
        for mark in marks:
            yield from (value for row in mark.args[1] for value in row if _is_promise(value))


def _is_promise(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("test_")


@pytest.mark.parametrize("kit", KITS, ids=lambda kit: kit.__name__)
def test_every_promise_is_broken_by_some_adapter(kit: type) -> None:
    """A promise that nothing breaks may look at nothing."""
    promises = {name for name in vars(kit) if name.startswith("test_")}
    assert promises - {test for module in MODULES for test in broken(module)} == set()
