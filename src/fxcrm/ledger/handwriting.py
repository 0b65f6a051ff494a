"""Handwriting: how the lines of a voucher become an entry.

Who writes an entry by hand chooses accounts and amounts, and not the rate: a foreign line is
measured at the booking rate of its day, or its value is given and lies within the deviation that
the company allows (D1). Accounts that keep their own record take no line by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.errors import NotThere, RuleRefused
from fxcrm.fixings import percent
from fxcrm.ids import EntryId, VoucherId
from fxcrm.ledger.accounts import Chart
from fxcrm.ledger.companies import Company
from fxcrm.ledger.journal import Entry, Posting
from fxcrm.ledger.rounding import RoundingReason, bound, rounding_postings
from fxcrm.ledger.vouchers import Voucher, VoucherLine
from fxcrm.money import CurrencyMismatch, Money

Spots = Mapping[Currency, RateDecision]


class VoucherLineRefused(RuleRefused):
    """A line that nobody may write by hand; lines are counted from 1."""

    voucher: VoucherId
    line: int
    reason: str
    template = "voucher {voucher}, line {line}: {reason:plain}"


class DeviationTooLarge(RuleRefused):
    """A value that lies further from its amount at the spot of the day than the company allows."""

    voucher: VoucherId
    line: int
    amount: Money
    functional: Money
    at_spot: Money
    deviation: str
    largest: str
    template = (
        "voucher {voucher}, line {line}: {amount} is {at_spot} at the rate of the day, and "
        "{functional} was given, {deviation:plain} % apart and not {largest:plain} % at the most; "
        "leave the value out, or allow a larger deviation"
    )


class VoucherRateMissing(NotThere):
    """A currency of a voucher without its decision."""

    voucher: VoucherId
    currency: str
    template = "voucher {voucher} holds {currency:plain} and no rate was decided for it (D2)"


def checked_lines(voucher: Voucher, books: Company, chart: Chart) -> Voucher:
    """The voucher itself, once each of its lines may be written by hand.

    Whether they balance is shown when it is posted. Raises `VoucherLineRefused`,
    `CurrencyMismatch`, `AccountMissing`.
    """
    for number, line in enumerate(voucher.lines, 1):
        given = line.functional
        if given is not None and given.currency is not books.functional:
            home = Money.zero(books.functional)
            raise CurrencyMismatch(left=given, right=home, operation="value in the books")
        reason = _why_not_by_hand(line, chart) or _why_no_amount(line)
        if reason:
            raise VoucherLineRefused(voucher=voucher.id, line=number, reason=reason)
    return voucher


def _why_not_by_hand(line: VoucherLine, chart: Chart) -> str:
    account = chart.account(line.account)
    if account.by_item or line.item is not None:
        return (
            f"account {account.code} is kept by open items; "
            "book an invoice, a bill, a payment or a credit note"
        )
    if account.intercompany:
        return f"account {account.code} holds dealings in the group; charge the other member"
    if account.code == chart.duties.rounding and RoundingReason.of(line.text) is None:
        reasons = ", ".join(one.text for one in RoundingReason)
        return f"rounding has a reason, as its text: {reasons} (D30)"
    return ""


def _why_no_amount(line: VoucherLine) -> str:
    value = line.functional
    if line.amount.is_zero:
        return "there is no amount; a value alone is what revaluing and realising book"
    if value is not None and value.currency is line.amount.currency and value != line.amount:
        return f"one currency, two amounts: {line.amount} and {value}"
    return ""


def entry_of(
    voucher: Voucher,
    books: Company,
    spots: Spots,
    chart: Chart,
    *,
    entry: EntryId,
    largest_deviation: Fraction = Fraction(0),
) -> Entry:
    """The entry that a voucher becomes in one of the books; it balances, or is refused.

    ``spots`` holds the booking rate of each foreign currency. In a parallel book, whose currency
    the given values are not in, every line is measured. Raises `DeviationTooLarge`,
    `VoucherRateMissing`, `EntryUnbalanced`.
    """
    lines = list(_postings(voucher, books, spots, largest_deviation))
    measured = sum(
        line.amount.currency is not books.functional and _given(line, books) is None
        for line in voucher.lines
    )
    missing = Money.total((one.functional for one in lines), currency=books.functional)
    if abs(missing.minor) <= bound(measured):  # else the entry says by how much it is off balance
        lines += rounding_postings(lines, measured, chart.duties.rounding, what=str(entry))
    return Entry(entry, books.id, voucher.on, "voucher", voucher.text, lines)


def _given(line: VoucherLine, books: Company) -> Money | None:
    value = line.functional
    return value if value is not None and value.currency is books.functional else None


def _postings(
    voucher: Voucher, books: Company, spots: Spots, largest: Fraction
) -> Iterator[Posting]:
    for number, line in enumerate(voucher.lines, 1):
        if line.amount.currency is books.functional:
            yield Posting(line.account, line.amount, line.amount, text=line.text)
            continue
        if line.amount.currency not in spots:
            raise VoucherRateMissing(voucher=voucher.id, currency=line.amount.currency.code)
        spot = spots[line.amount.currency].measuring(Purpose.BOOKING, voucher.on)
        given = _given(line, books)
        if given is not None:
            _refuse_deviating(voucher.id, number, line.amount, given, spot, largest)
        value = spot.convert(line.amount) if given is None else given
        yield Posting(line.account, line.amount, value, spot.id, text=line.text)


def _refuse_deviating(
    voucher: VoucherId,
    number: int,
    amount: Money,
    given: Money,
    spot: RateDecision,
    largest: Fraction,
) -> None:
    """The bound is a share of the value at spot; rounding to the minor unit is no deviation."""
    exact = spot.convert_exactly(amount).value
    apart = abs(Fraction(given.amount) - exact)
    if apart > largest * abs(exact) + Fraction(1, 2 * given.currency.minor_units):
        raise DeviationTooLarge(
            voucher=voucher,
            line=number,
            amount=amount,
            functional=given,
            at_spot=spot.convert(amount),
            deviation=percent(apart / abs(exact)),
            largest=percent(largest),
        )
