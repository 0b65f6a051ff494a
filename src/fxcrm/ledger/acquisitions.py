"""What is acquired beyond the books of a company: fair values and goodwill (IFRS 3, D18).

Both belong to the foreign operation (IAS 21.47). So they are kept as books of their own in its
functional currency, derived from the acquisition, and are translated as all books are: their part
of the reserve is proved by two routes too. Nothing of it is posted to the company's own books.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction

import attrs
from dateutil.relativedelta import relativedelta

from fxcrm.currencies import Currency
from fxcrm.errors import InputRefused
from fxcrm.ids import AccountCode, CompanyId, EntryId
from fxcrm.ledger.accounts import Chart
from fxcrm.ledger.grouppolicies import GroupAccounts
from fxcrm.ledger.groups import Acquisition, Impairment, MinorityMeasure, Uplift
from fxcrm.ledger.journal import Posting
from fxcrm.ledger.trial_balance import JournalLine
from fxcrm.money import Money, RationalMoney, Rounding


class AcquisitionRefused(InputRefused):
    """An acquisition that can not be accounted for as stated."""

    company: CompanyId
    reason: str
    template = "the acquisition of {company}: {reason:plain}"


def group_chart(chart: Chart, accounts: GroupAccounts) -> Chart:
    """The chart with the accounts that only a group has."""
    known = {one.code for one in chart}
    added = (one for one in accounts if one.code not in known)
    return Chart((*chart.accounts, *added), chart.duties)


def goodwill_of(
    company: CompanyId, acquisition: Acquisition, owned: Fraction, net: Money, cost: Fraction
) -> Money:
    """Cost, and the measure of what others hold, less the net assets at fair value (IFRS 3.32).

    All in the acquired company's currency, ``cost`` in its units and exact; below zero it is a
    bargain (IFRS 3.34). Raises `AcquisitionRefused`.
    """
    fair = net + fair_values(company, acquisition.uplifts, net.currency)
    others = _others(company, acquisition, Fraction(fair.amount) * (1 - owned), fair.currency)
    exact = cost + others - Fraction(fair.amount)
    return RationalMoney(exact, fair.currency).rounded(Rounding.HALF_EVEN)


def fair_values(company: CompanyId, uplifts: Iterable[Uplift], currency: Currency) -> Money:
    """The sum of the fair values above book values. Raises `AcquisitionRefused`."""
    for one in uplifts:
        if one.amount.currency is not currency:
            reason = f"the fair value on account {one.account} is to be in {currency}"
            raise AcquisitionRefused(company=company, reason=reason)
        if (one.expense is None) != (one.months is None) or one.months == 0:
            reason = f"a write-down on account {one.account} needs an expense and whole months"
            raise AcquisitionRefused(company=company, reason=reason)
    return Money.total((one.amount for one in uplifts), currency=currency)


def _others(
    company: CompanyId, acquisition: Acquisition, share: Fraction, currency: Currency
) -> Fraction:
    """What others hold at acquisition: their share, or its stated fair value (IFRS 3.19)."""
    stated = acquisition.minority_value
    if acquisition.minority is MinorityMeasure.SHARE:
        if stated is not None:
            reason = "the minority is measured by its share, and a fair value is given"
            raise AcquisitionRefused(company=company, reason=reason)
        return share
    if stated is None or stated.currency is not currency or stated.is_negative:
        reason = f"state the fair value of the minority, in {currency} and not below zero"
        raise AcquisitionRefused(company=company, reason=reason)
    return Fraction(stated.amount)


def uplift_lines(
    company: CompanyId, acquisition: Acquisition, through: date, *, chart: Chart
) -> tuple[JournalLine, ...]:
    """Fair values above book values as postings: at acquisition, then written down month by month.

    The first write-down is one month after the acquisition; the last one takes what is left.
    """
    book = _Book(company, "uplifts")
    for one in acquisition.uplifts:
        book.enter(acquisition.on, one.account, chart.duties.capital, one.amount)
        for day, part in _written_down(acquisition.on, one):
            if day <= through and one.expense is not None:
                book.enter(day, one.expense, one.account, part)
    return tuple(book.lines)


def _written_down(start: date, uplift: Uplift) -> Iterator[tuple[date, Money]]:
    months = uplift.months or 0
    done = Money.zero(uplift.amount.currency)
    for month in range(1, months + 1):
        exact = RationalMoney(Fraction(uplift.amount.amount) * month / months, done.currency)
        so_far = exact.rounded(Rounding.HALF_EVEN)
        yield start + relativedelta(months=month), so_far - done
        done = so_far


def goodwill_lines(
    company: CompanyId,
    on: date,
    goodwill: Money,
    impairments: Iterable[Impairment],
    through: date,
    *,
    chart: Chart,
    accounts: GroupAccounts,
) -> tuple[JournalLine, ...]:
    """Goodwill as postings: at acquisition, then what was lost of it; a bargain is a gain at once.

    Raises `AcquisitionRefused` for a loss before the acquisition, or of more than there is.
    """
    book, left = _Book(company, "goodwill"), goodwill
    account = accounts.bargain if goodwill.is_negative else accounts.goodwill
    book.enter(on, account, chart.duties.capital, goodwill)
    for one in sorted(impairments, key=lambda one: one.on):
        if one.amount.currency is not goodwill.currency or not one.amount.is_positive:
            reason = f"an impairment is above zero and in {goodwill.currency}, not {one.amount}"
            raise AcquisitionRefused(company=company, reason=reason)
        if one.on <= on or one.amount > left:
            reason = f"there is no goodwill of {one.amount} to impair on {one.on}"
            raise AcquisitionRefused(company=company, reason=reason)
        left -= one.amount
        if one.on <= through:
            book.enter(one.on, accounts.impairment, accounts.goodwill, one.amount)
    return tuple(book.lines)


def kept_lines(
    company: CompanyId, on: date, goodwill: Money, *, chart: Chart, accounts: GroupAccounts
) -> tuple[JournalLine, ...]:
    """The goodwill, or its lack, in what was kept at fair value when control ended (IAS 28.32)."""
    book = _Book(company, "kept")
    book.enter(on, accounts.goodwill, chart.duties.capital, goodwill)
    return tuple(book.lines)


@attrs.frozen
class _Book:
    """Postings in the making; ``kind`` says what they are about."""

    company: CompanyId
    kind: str
    lines: list[JournalLine] = attrs.field(factory=list, init=False)

    def enter(self, on: date, debit: AccountCode, credit: AccountCode, amount: Money) -> None:
        """Two postings of one entry; an amount of zero makes none."""
        if amount.is_zero:
            return
        id = EntryId(f"{self.kind}:{self.company}:{len(self.lines) // 2 + 1}")
        text = f"{self.kind} of {self.company}"
        self.lines.append(JournalLine(id, on, self.kind, Posting(debit, amount, amount, text=text)))
        self.lines.append(
            JournalLine(id, on, self.kind, Posting(credit, -amount, -amount, text=text))
        )
