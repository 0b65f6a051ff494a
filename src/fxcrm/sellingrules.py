"""How a company sells: its pipelines and whatever else is the company's choice, as data.

A value that a desk is given, as `Bookkeeping` is: read from a file, compared, kept under version
control. The defaults change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Self

import attrs

from fxcrm.currencies import Currency
from fxcrm.customers import DuplicateRules
from fxcrm.customers.tiers import Tiers
from fxcrm.errors import shown
from fxcrm.mappings import FrozenMap
from fxcrm.plaindata import PlainTable, RulesRefused
from fxcrm.reminders import ReminderRule, read_reminders
from fxcrm.selling.approvals import ApprovalRules
from fxcrm.selling.pricerules import PriceRules
from fxcrm.selling.taxrates import TaxRates
from fxcrm.stagereading import read_pipelines
from fxcrm.stages import Pipelines
from fxcrm.tomllines import as_key

_USUAL: Final = Pipelines()
_USUAL_PRICES: Final = PriceRules()
_USUAL_DUPLICATES: Final = DuplicateRules()
_NO_APPROVALS: Final = ApprovalRules()
_NO_TAXES: Final = TaxRates()
_NO_TIERS: Final = Tiers()


@attrs.frozen
class SellingRules:
    """The rules of selling: ``pipelines`` that deals may go through, by name; ``prices``.

    ``tiers`` say in which tier a customer is; none are stated unless they are.
    ``traded`` are the currencies that a company of this kind begins with; none means any.
    ``approvals`` say which quotes need whose consent, ``taxes`` what their lines bear.
    ``reminders`` say what somebody is to be reminded of; none means nothing.
    ``duplicates`` say which customers may be one, and what of two stays.
    Raises `RulesRefused` for a reminder of a stage that no pipeline has.
    """

    pipelines: Pipelines = _USUAL
    traded: tuple[Currency, ...] = ()
    prices: PriceRules = _USUAL_PRICES
    reminders: tuple[ReminderRule, ...] = ()
    duplicates: DuplicateRules = _USUAL_DUPLICATES
    approvals: ApprovalRules = _NO_APPROVALS
    taxes: TaxRates = _NO_TAXES
    tiers: Tiers = _NO_TIERS

    def __attrs_post_init__(self) -> None:
        stages = {stage for one in self.pipelines.held.values() for stage in one.percent}
        for rule in self.reminders:
            for number, stage in enumerate(rule.stages, 1):
                if stage not in stages:
                    place = f"reminders.{as_key(rule.name)}.stages[{number}]"
                    reason = f"no pipeline has a stage {shown(stage)}; known: {', '.join(stages)}"
                    raise RulesRefused(place=place, reason=reason)

    @classmethod
    def read(cls, data: object) -> Self:
        """From plain data, as TOML or JSON gives it. Raises `RulesRefused`, which names the place.

        What is left out is as in the defaults.
        """
        top = PlainTable.of(data, "", " ".join(_READERS))
        return cls(**{name: _READERS[name](top.table(name)) for name in top.values})


def _read_traded(data: PlainTable) -> tuple[Currency, ...]:
    return PlainTable.of(data.values, data.place, "currencies").currencies("currencies")


_READERS: Final[Mapping[str, Callable[[PlainTable], Any]]] = FrozenMap(
    {
        "pipelines": read_pipelines,
        "traded": _read_traded,
        "prices": PriceRules.read,
        "reminders": read_reminders,
        "duplicates": DuplicateRules.read,
        "approvals": ApprovalRules.read,
        "taxes": TaxRates.read,
        "tiers": Tiers.read,
    }
)
