"""Revaluation: monetary items in foreign currency at the closing rate (IAS 21.23, D13 to D16).

Two styles. Open items are adjusted on the closing day and the adjustment is reversed on the
next day, so that settlement starts from the original amount. Bank balances keep their
adjustment; the next run books the change alone. Either way the document balance never
moves, and a second run for the same day and rate finds nothing to book. Differences go to
profit or loss (D6); hedges and net investments are not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import Enum

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.errors import NotThere, RuleRefused
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import AccountCode, CompanyId, EntryId, OpenItemId
from fxcrm.ledger.accounts import Chart
from fxcrm.ledger.journal import Entry, Posting
from fxcrm.ledger.open_items import OpenItem
from fxcrm.ledger.trial_balance import Balance
from fxcrm.money import Money

Closing = Mapping[Currency, RateDecision]


class Style(Enum):
    """What becomes of an adjustment after the closing day (D14). Lifetime results are the same."""

    REVERSING = "reversing"  # taken back on a later day; the item starts from its original again
    CUMULATIVE = "cumulative"  # kept; the next run books the change alone


class ClosingRateMissing(NotThere):
    """A currency that is re-measured, without a closing decision."""

    currency: str
    as_of: date
    template = "no closing rate was decided for {currency:plain} at {as_of}; decide one first"


class ValueWithoutAmount(RuleRefused):
    """An account without a balance in a currency still carries value in that currency (D15)."""

    account: AccountCode
    currency: str
    functional: Money
    template = (
        "account {account} holds no {currency:plain} and is carried at {functional}; "
        "realise the balance if it was spent, or find the entry that left it (D15)"
    )


@attrs.frozen
class Proposal:
    """One adjustment: a gain is positive. ``item`` is None for the balance of an account."""

    account: AccountCode
    amount: Money
    gain: Figure
    closing: RateDecision
    item: OpenItemId | None = None
    partner: CompanyId | None = None


@attrs.frozen
class Revaluation:
    """What a run proposes and the entries that would book it, the reversals included."""

    company: CompanyId
    as_of: date
    proposals: tuple[Proposal, ...]
    entries: tuple[Entry, ...]


def measured_items(items: Iterable[OpenItem], chart: Chart) -> tuple[OpenItem, ...]:
    """The items that are re-measured: open, foreign, on a monetary account (D13)."""
    return tuple(
        item
        for item in items
        if item.is_foreign and not item.is_settled and chart.account(item.account).monetary
    )


def revalue_items(
    company: CompanyId,
    as_of: date,
    items: Iterable[OpenItem],
    closing: Closing,
    chart: Chart,
    version: int = 1,
) -> Revaluation:
    """Open items at the closing rate, taken back on the next day (first style of D14).

    ``version`` counts the runs of the day that booked something. Raises `ClosingRateMissing`.
    """
    proposals = tuple(
        _item_proposal(item, _rate(closing, item.open.currency, as_of))
        for item in measured_items(items, chart)
    )
    key = EntryId(f"revaluation:{company}:{as_of}:items:{version}")
    entries = _entries(key, company, as_of, proposals, chart)
    reversals = tuple(one.reversal(as_of + timedelta(days=1)) for one in entries)
    return Revaluation(company, as_of, proposals, (*entries, *reversals))


def revalue_balances(
    company: CompanyId,
    as_of: date,
    balances: Iterable[Balance],
    closing: Closing,
    chart: Chart,
    version: int = 1,
) -> Revaluation:
    """Account balances at the closing rate, the change alone (second style of D14).

    Raises `ValueWithoutAmount` for a currency that is gone while its value is not.
    """
    proposals = tuple(
        _balance_proposal(one, _rate(closing, one.amount.currency, as_of))
        for one in measured_balances(balances, chart)
    )
    key = EntryId(f"revaluation:{company}:{as_of}:balances:{version}")
    return Revaluation(company, as_of, proposals, _entries(key, company, as_of, proposals, chart))


def _rate(closing: Closing, currency: Currency, as_of: date) -> RateDecision:
    if currency not in closing:
        raise ClosingRateMissing(currency=currency.code, as_of=as_of)
    return closing[currency].measuring(Purpose.CLOSING, as_of)


def measured_balances(balances: Iterable[Balance], chart: Chart) -> Iterator[Balance]:
    """The balances that are re-measured: foreign, on a monetary account without items (D13).

    Raises `ValueWithoutAmount`.
    """
    for one in balances:
        account = chart.account(one.account)
        is_foreign = one.amount.currency is not one.functional.currency
        if not (account.monetary and is_foreign) or account.by_item:
            continue
        if one.amount.is_zero and not one.functional.is_zero:
            raise ValueWithoutAmount(
                account=one.account, currency=one.amount.currency.code, functional=one.functional
            )
        if not one.amount.is_zero:
            yield one


def _item_proposal(item: OpenItem, closing: RateDecision) -> Proposal:
    evidence = Evidence("open item", item.id, f"of {item.arose_on}")
    held = Figure.stated(f"Open on {item.reference}", item.open, evidence)
    gain = _gain(f"Unrealised difference on {item.reference}", held, item.figure(), closing)
    return Proposal(item.account, item.open, gain, closing, item.id, item.partner)


def _balance_proposal(balance: Balance, closing: RateDecision) -> Proposal:
    evidence = Evidence("account", balance.account)
    held = Figure.stated("Balance in document currency", balance.amount, evidence)
    carried = Figure.stated("Balance as carried", balance.functional, evidence)
    label = f"Unrealised difference on account {balance.account} in {balance.amount.currency}"
    return Proposal(balance.account, balance.amount, _gain(label, held, carried, closing), closing)


def _gain(label: str, held: Figure, carried: Figure, closing: RateDecision) -> Figure:
    target = Figure.converted("At the closing rate", held, closing)
    rule = "value at the closing rate less carrying amount (IAS 21.23, 28); a gain is positive"
    return Figure.difference(label, target, carried, rule)


def _entries(
    key: EntryId, company: CompanyId, as_of: date, proposals: tuple[Proposal, ...], chart: Chart
) -> tuple[Entry, ...]:
    """One journal for the run; none where no adjustment is due (D15)."""
    due = [one for one in proposals if not one.gain.value.is_zero]
    if not due:
        return ()
    postings = tuple(line for one in due for line in _lines(one, chart))
    return (Entry(key, company, as_of, "revaluation", f"Revaluation at {as_of}", postings),)


def _lines(proposal: Proposal, chart: Chart) -> tuple[Posting, Posting]:
    """A change of value without a document amount, and its other side (D7a)."""
    none, gain = Money.zero(proposal.amount.currency), proposal.gain.value
    decision, text = proposal.closing.id, "Unrealised exchange difference"
    account, unrealised = proposal.account, chart.duties.unrealised_fx
    return (
        Posting(account, none, gain, decision, proposal.item, proposal.partner, text),
        Posting(unrealised, none, -gain, decision, text=text),
    )
