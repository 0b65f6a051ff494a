"""Advances: money before there is anything to settle with it (D11, IFRIC 22).

An advance is an open item that is not monetary: it keeps the rate of its day until goods or an
invoice come for it.
"""

from __future__ import annotations

from datetime import date

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.errors import RuleRefused
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import CompanyId, EntryId, OpenItemId
from fxcrm.ledger.accounts import Chart
from fxcrm.ledger.journal import Entry, Posting
from fxcrm.ledger.open_items import OpenItem, at_spot
from fxcrm.ledger.rounding import RoundingReason
from fxcrm.ledger.settlement import written
from fxcrm.money import Money


class AdvanceRefused(RuleRefused):
    """Money that can not be booked as an advance."""

    reference: str
    received: Money
    reason: str
    template = "{reference:plain} of {received} is no advance: {reason:plain}"


@attrs.frozen
class Advance:
    """Money in the bank's currency: ``received`` reached it, or left it; ``fee`` is a cost.

    ``is_paid`` says that the company paid it, so that ``received`` left the bank. ``spot`` is the
    day's decision for the currency, None where it is the functional one.
    """

    company: CompanyId
    party: str
    received: Money
    fee: Money
    on: date
    reference: str
    spot: RateDecision | None = None
    is_paid: bool = False


@attrs.frozen
class Advancing:
    """What an advance did: the entry and the open item it became."""

    entry: Entry
    item: OpenItem


def advance(
    given: Advance, *, id: OpenItemId, entry: EntryId, functional: Currency, chart: Chart
) -> Advancing:
    """Book an advance at the spot of its day. Raises `AdvanceRefused`."""
    sign = -1 if given.is_paid else 1
    amount = given.received + given.fee * sign
    _refuse_unfit(given, amount, functional)
    bank, fee, owed = (
        _functional(given, one, functional) for one in (given.received * sign, given.fee, amount)
    )
    duties, of = chart.duties, given.spot.id if given.spot else None
    account = duties.advances_paid if given.is_paid else duties.advances_received
    decision = None if amount.currency is functional else of
    item = OpenItem(
        id, given.company, account, given.party, given.reference, given.on, given.on,
        amount * -sign, owed.value * -sign, decision=decision,
    )  # fmt: skip
    rounding = owed.value * sign - bank.value - fee.value
    split, none = RoundingReason.LINE.text, Money.zero(amount.currency)
    lines = (
        Posting(duties.bank, given.received * sign, bank.value, of, text=given.reference),
        Posting(duties.fees, given.fee, fee.value, of, text="Provider's fee"),
        Posting(duties.rounding, none, rounding, of, text=split),
        Posting(account, item.original, item.booked, decision, id, text=given.reference),
    )
    made = Entry(entry, given.company, given.on, "advance", given.reference, written(lines))
    return Advancing(made, item)


def _refuse_unfit(given: Advance, amount: Money, functional: Currency) -> None:
    reason = ""
    if not given.received.is_positive or given.fee.is_negative or not amount.is_positive:
        reason = "amounts are above zero, a fee may be zero"
    elif given.spot is None and amount.currency is not functional:
        reason = f"{amount.currency} needs the rate decision of the day"
    if reason:
        raise AdvanceRefused(reference=given.reference, received=given.received, reason=reason)
    if given.spot is not None:
        given.spot.measuring(Purpose.BOOKING, given.on)


def _functional(given: Advance, amount: Money, functional: Currency) -> Figure:
    stated = Figure.stated(given.reference, amount, Evidence("advance", given.reference))
    return at_spot(stated, given.spot, functional)
