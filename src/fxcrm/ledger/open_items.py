"""Open items: what the ledger knows of one receivable or payable.

An open item alone owns carrying amounts; documents own document amounts. Amounts are
signed: a receivable is positive, a payable is negative.
"""

from __future__ import annotations

from datetime import date

import attrs

from fxcrm.errors import RuleRefused
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import AccountCode, CompanyId, DecisionId, OpenItemId
from fxcrm.money import Money


class ItemOutOfStep(RuleRefused):
    """An item with nothing open that is carried at something still."""

    item: OpenItemId
    open: Money
    carrying: Money
    template = "open item {item}: {open} in document currency is carried at {carrying} (D9)"


@attrs.frozen
class OpenItem:
    """What is open, in document currency, and what it is carried at in functional currency.

    ``original`` and ``booked`` are the two amounts on the day it arose, ``open`` and
    ``carrying`` what is left of them. ``decision`` is the rate it was booked at. Month-end
    adjustments never change ``carrying``: in the first style of D14 they are reversed, in the
    second they add up in ``adjusted`` until a settlement takes them back (D16). ``monetary``
    overrides the flag of the account for this item alone (D4).
    """

    id: OpenItemId
    company: CompanyId
    account: AccountCode
    party: str
    reference: str
    arose_on: date
    due_on: date
    original: Money
    booked: Money
    open: Money = attrs.field()
    carrying: Money = attrs.field()
    decision: DecisionId | None = None
    partner: CompanyId | None = None
    adjusted: Money = attrs.field()
    monetary: bool | None = None
    version: int = 0

    @open.default
    def _all_open(self) -> Money:
        return self.original

    @carrying.default
    def _as_booked(self) -> Money:
        return self.booked

    @adjusted.default
    def _never_adjusted(self) -> Money:
        return Money.zero(self.booked.currency)

    def __attrs_post_init__(self) -> None:
        if self.open.is_zero and not (self.carrying.is_zero and self.adjusted.is_zero):
            raise ItemOutOfStep(item=self.id, open=self.open, carrying=self.carried)

    @property
    def carried(self) -> Money:
        """What stands on its control account: the carrying amount and what was adjusted."""
        return self.carrying + self.adjusted

    @property
    def is_settled(self) -> bool:
        """Whether nothing is open any more."""
        return self.open.is_zero

    @property
    def is_foreign(self) -> bool:
        """Whether it is in another currency than the company's."""
        return self.original.currency is not self.booked.currency

    def figure(self) -> Figure:
        """The carrying amount, with what it rests on."""
        evidence = Evidence(
            "open item", self.id, f"open {self.open} of {self.original}", self.carrying
        )
        rule = f"booked {self.booked} for {self.original} at {self.decision or 'one currency'}"
        return Figure.stated(
            f"Carrying amount of {self.reference}", self.carrying, evidence, rule=rule
        )
