"""Open items: what the ledger knows of one receivable or payable.

An open item alone owns carrying amounts; documents own document amounts. Amounts are
signed: a receivable is positive, a payable is negative.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.errors import RuleRefused
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import AccountCode, CompanyId, DecisionId, OpenItemId
from fxcrm.ledger.journal import Posting
from fxcrm.money import Money, Rounding, round_ratio


class ItemOutOfStep(RuleRefused):
    """An item with nothing open that is carried at something still."""

    item: OpenItemId
    open: Money
    carrying: Money
    template = "open item {item}: {open} in document currency is carried at {carrying} (D9)"


class SettlementRefused(RuleRefused):
    """An allocation that the item can not take."""

    item: OpenItemId
    settled: Money
    open: Money
    reason: str
    template = "open item {item} has {open} open and can not take {settled}: {reason:plain}"


@attrs.frozen
class Share:
    """What goes off an item: document amount, its share of the carrying amount and of the rest.

    All three are signed like the item. ``taken_back`` is of what earlier month ends adjusted; it
    was booked as unrealised and leaves that account in the same entry (D16).
    """

    settled: Money
    removed: Figure
    taken_back: Money


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

    @property
    def sign(self) -> int:
        """1 for an asset, -1 for a liability: asset up is a gain, liability up a loss (D8)."""
        return 1 if self.original.is_positive else -1

    def share(self, settled: Money) -> Share:
        """The share of an amount above zero in document currency; the last takes all (D9).

        Raises `SettlementRefused` for more than is open, `CurrencyMismatch`.
        """
        signed = settled * self.sign
        if not settled.is_positive or settled > self.open * self.sign:
            reason = "take an amount above zero and up to what is open (D9)"
            raise SettlementRefused(item=self.id, settled=settled, open=self.open, reason=reason)
        part = Fraction(signed.minor, self.open.minor)
        exact = Fraction(self.carrying.amount) * part
        rule = f"carrying amount times {signed} / {self.open}, half-even (D9)"
        value = part_of(self.carrying, part)
        removed = Figure("Carrying amount removed", value, rule, (self.figure(),), exact)
        return Share(signed, removed, part_of(self.adjusted, part))

    def less(self, share: Share) -> OpenItem:
        """The item after a share went off it."""
        return attrs.evolve(
            self,
            open=self.open - share.settled,
            carrying=self.carrying - share.removed.value,
            adjusted=self.adjusted - share.taken_back,
        )

    def lines(self, share: Share, unrealised: AccountCode, text: str = "") -> tuple[Posting, ...]:
        """The postings by which a share goes off its account.

        What is taken back has no document amount, and turns around on ``unrealised`` (D16).
        """
        none, of = Money.zero(self.open.currency), self.decision
        gone = Posting(
            self.account, -share.settled, -share.removed.value, of, self.id, self.partner, text
        )
        if share.taken_back.is_zero:
            return (gone,)
        back = "Unrealised exchange difference taken back"
        return (
            gone,
            Posting(self.account, none, -share.taken_back, of, self.id, self.partner, back),
            Posting(unrealised, none, share.taken_back, of, partner=self.partner, text=back),
        )

    def figure(self) -> Figure:
        """The carrying amount, with what it rests on."""
        evidence = Evidence(
            "open item", self.id, f"open {self.open} of {self.original}", self.carrying
        )
        rule = f"booked {self.booked} for {self.original} at {self.decision or 'one currency'}"
        return Figure.stated(
            f"Carrying amount of {self.reference}", self.carrying, evidence, rule=rule
        )


def part_of(amount: Money, part: Fraction) -> Money:
    """A share of an amount, rounded once half-even (D9)."""
    exact = amount.minor * part
    units = round_ratio(exact.numerator, exact.denominator, Rounding.HALF_EVEN)
    return Money.from_minor(units, amount.currency)


def at_spot(stated: Figure, spot: RateDecision | None, functional: Currency) -> Figure:
    """A stated amount in functional currency, rounded once at the day's rate; or as it is.

    ``spot`` is None where the amount is in functional currency.
    """
    if spot is None or stated.value.currency is functional:
        return stated
    return Figure.converted(f"{stated.label} at the day's rate", stated, spot)


def moved(item: OpenItem, postings: Iterable[Posting]) -> tuple[Money, Money, Money]:
    """What postings did to the item: to what is open, to its carrying amount, to what is adjusted.

    One without a document amount adjusts (D14); any other one moves the first two.
    """
    own, home = tuple(postings), item.booked.currency
    shares = (one.functional for one in own if one.amount)
    values = (one.functional for one in own if not one.amount)
    return (
        Money.total((one.amount for one in own), currency=item.original.currency),
        Money.total(shares, currency=home),
        Money.total(values, currency=home),
    )
