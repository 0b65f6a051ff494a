"""Targets: whose, of which period, an amount or a number."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fxcrm.ids import CompanyId, TargetId
from fxcrm.money import CurrencyMismatch, Money
from fxcrm.targets import Target, TargetMeasure, TargetRefused

GIVEN: dict[str, Any] = {
    "id": TargetId("T-1"),
    "company": CompanyId("nordwind"),
    "owner": "lena",
    "team": "",
    "since": date(2026, 1, 1),
    "until": date(2026, 3, 31),
    "measure": TargetMeasure.WON,
    "amount": Money("90000.00", "EUR"),
}


@pytest.mark.parametrize(
    "changed",
    [
        {"owner": ""},
        {"team": "emea"},
        {"until": date(2025, 12, 31)},
        {"amount": None},
        {"count": 3},
        {"amount": None, "count": -3},
        {"amount": Money("0.00", "EUR")},
        {"measure": TargetMeasure.FOLLOW_UPS},
    ],
)
def test_a_target_that_nobody_could_measure_is_refused(changed: dict[str, Any]) -> None:
    """Nobody's or two people's, an empty period, no goal or two, nothing to reach."""
    with pytest.raises(TargetRefused):
        Target(**{**GIVEN, **changed})


def test_a_target_is_revised_in_its_currency() -> None:
    """Another amount, told by an event; no other currency under the same goal."""
    target = Target(**GIVEN).set(date(2026, 1, 2))
    higher = target.revise(date(2026, 2, 1), Money("95000.00", "EUR"))
    assert (higher.whose, str(higher.amount)) == ("lena", "EUR 95000.00")
    assert [one.name for one in higher.events] == ["target set", "target revised"]
    with pytest.raises(CurrencyMismatch):
        target.revise(date(2026, 2, 1), Money("95000.00", "USD"))
