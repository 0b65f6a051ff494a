"""Three companies that deal with one another, as a group of them sees their books.

Books are written as one would by hand: an account, an amount in any currency, and the other member.
Each line is measured at the rate of its day; what is monetary is re-measured where a test asks for
it. A day has a spot per currency, and every period has the same average.

``python -m tests.ledger.dealers`` writes what is taken out of one such group, and every figure with
all that it rests on, to ``data/dealings.txt``; read the difference before it is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.ids import AccountCode, CompanyId, DecisionId, EntryId
from fxcrm.ledger import (
    Acquisition,
    Chart,
    Group,
    JournalLine,
    Posting,
    Stake,
    Translation,
    UnrealisedProfit,
    trading_chart,
    translate,
)
from fxcrm.ledger.acquisitions import group_chart
from fxcrm.ledger.dividends import dividend_entries
from fxcrm.ledger.groups import Method
from fxcrm.ledger.intercompany import intercompany_entries
from fxcrm.ledger.netinvestments import moved_to_reserve, net_investment_entries
from fxcrm.ledger.sheets import GroupSheet
from fxcrm.ledger.snapshots import TranslationSnapshot
from fxcrm.ledger.translation import TranslationRates, acquired
from fxcrm.ledger.unrealised import unrealised_borne, unrealised_entries
from fxcrm.ledger.worksheet import GroupEntry, MemberBooks
from fxcrm.money import Money
from tests.ledger.notation import chosen, half_even, money, value

EUR, USD, GBP = map(Currency, ("EUR", "USD", "GBP"))
FIRST, SPRING = date(2025, 1, 1), date(2025, 4, 30)
AUTUMN, LAST = date(2025, 8, 31), date(2025, 12, 31)
DAYS = (FIRST, SPRING, AUTUMN, LAST)
DE, US, UK = map(CompanyId, ("de", "us", "uk"))
HOME = {DE: EUR, US: USD, UK: GBP}
CHART = trading_chart()
_ONE = Fraction(1)


@attrs.define
class Dealers:
    """What the three posted. ``spots`` says what 1 EUR is: a currency and a day, or the average."""

    spots: dict[tuple[str, date | None], str]
    posted: dict[CompanyId, list[JournalLine]] = attrs.field(
        factory=lambda: {one: [] for one in HOME}
    )

    @classmethod
    def at(cls, usd: str = "1.0 1.1 1.25 1.6", gbp: str = "0.8 0.8 0.8 0.8") -> Dealers:
        """With the spots of the four days in order; the average is that of the second day."""
        spots: dict[tuple[str, date | None], str] = {}
        for code, texts in (("USD", usd), ("GBP", gbp)):
            of_days = zip(DAYS, texts.split(), strict=True)
            spots |= {(code, day): text for day, text in of_days}
            spots[code, None] = texts.split()[1]
        return cls(spots)

    def book(self, company: CompanyId, on: date, *lines: str) -> None:
        """``"1200 us USD 100.00"``: account, partner if any, and an amount; a debit is positive."""
        for text in lines:
            account, *partner, code, number = text.split()
            amount = money(f"{code} {number}")
            self._post(company, on, account, amount, self._measured(amount, company, on), partner)

    def _post(
        self,
        company: CompanyId,
        on: date,
        account: str,
        amount: Money,
        functional: Money,
        partner: Iterable[str],
    ) -> None:
        named = next(map(CompanyId, partner), None)
        of = None if amount.currency is functional.currency else DecisionId("noted")
        posting = Posting(AccountCode(account), amount, functional, of, partner=named)
        self.posted[company].append(JournalLine(EntryId("e"), on, "test", posting))

    def _measured(self, amount: Money, company: CompanyId, on: date) -> Money:
        home = HOME[company]
        if amount.currency is home:
            return amount
        exact = value(amount) / self._euros(amount.currency, on) * self._euros(home, on)
        return Money.from_minor(int(half_even(exact) * 100), home)

    def _euros(self, currency: Currency, on: date) -> Fraction:
        return _ONE if currency is EUR else Fraction(self.spots[currency.code, on])

    def charge(self, creditor: CompanyId, debtor: CompanyId, amount: str, on: date) -> None:
        """A charge on both sides."""
        self.book(creditor, on, f"1200 {debtor} {amount}", f"4200 {debtor} {_minus(amount)}")
        self.book(debtor, on, f"5200 {creditor} {amount}", f"2200 {creditor} {_minus(amount)}")

    def declare(self, payer: CompanyId, owner: CompanyId, amount: str, on: date) -> None:
        """The owner's part of a dividend on both sides."""
        self.book(payer, on, f"3300 {owner} {amount}", f"2200 {owner} {_minus(amount)}")
        self.book(owner, on, f"1200 {payer} {amount}", f"4600 {payer} {_minus(amount)}")

    def lend(self, lender: CompanyId, borrower: CompanyId, amount: str, on: date) -> None:
        """A net investment on both sides, through the banks."""
        self.book(lender, on, f"1260 {borrower} {amount}", f"1000 {_minus(amount)}")
        self.book(borrower, on, f"1000 {amount}", f"2260 {lender} {_minus(amount)}")

    def remeasure(self, on: date) -> None:
        """All dealings at the spot of a day; differences on 7100, or 7200, with the partner."""
        for company, lines in self.posted.items():
            held: dict[tuple[str, CompanyId | None, Currency], tuple[Money, Money]] = {}
            for one in (line.posting for line in lines if line.on <= on):
                if one.account in ("1200", "2200", "1260", "2260"):
                    key = (one.account, one.partner, one.amount.currency)
                    none = (Money.zero(one.amount.currency), Money.zero(one.functional.currency))
                    amount, carried = held.get(key, none)
                    held[key] = (amount + one.amount, carried + one.functional)
            for (account, partner, _), (amount, carried) in held.items():
                gain = self._measured(amount, company, on) - carried
                apart = "7200" if account in ("1260", "2260") else "7100"
                named = () if partner is None else (partner,)
                if gain and amount.currency is not gain.currency:
                    nothing = Money.zero(amount.currency)
                    self._post(company, on, account, nothing, gain, named)
                    self._post(company, on, apart, nothing, -gain, named)

    # ---------------------------------------------------------------- as the group sees it

    def decision(self, code: str, on: date, purpose: Purpose = Purpose.BOOKING) -> RateDecision:
        """The spot of a day, or the average of a period that ends on it."""
        day = None if purpose is Purpose.AVERAGE else on
        return chosen(f"EUR/{code}", self.spots[code, day], on, purpose)

    def sheet(self, group: Group, as_of: date = LAST, chart: Chart = CHART) -> GroupSheet:
        """The books of all members that are there, with those at the marks of the group."""
        bare = GroupSheet(group, as_of, {}, group_chart(chart, group.accounts))
        here = [one for one in group.members if self._since(group, one) <= as_of]
        books = {one: self._books(bare, one, bare.line_day(one)) for one in here}
        return attrs.evolve(bare, books=books)

    def _since(self, group: Group, company: CompanyId) -> date:
        since = None if company == group.parent else group.stake(company).since
        return since or date.min

    def _books(self, sheet: GroupSheet, company: CompanyId, until: date) -> MemberBooks:
        group, since = sheet.group, self._since(sheet.group, company)
        is_joint = company != group.parent and group.stake(company).method is Method.PROPORTIONATE
        share = group.stake(company).owned if is_joint else _ONE
        code, opening = HOME[company].code, None
        marks: dict[date, TranslationSnapshot] = {}
        if since > date.min:
            rate = None if code == "EUR" else self.decision(code, since)
            opening = acquired(
                company, since, self.posted[company], chart=CHART, functional=HOME[company],
                presentation=EUR, rate=rate, share=share,
            ).snapshot()  # fmt: skip
            marks[since] = opening
        for day in group.marks(sheet.as_of):
            if since < day < until:
                opening = self._translated(company, day, share, opening).snapshot()
                marks[day] = opening
        made = self._translated(company, until, share, opening)
        days = () if code == "EUR" else DAYS
        dated = {day: self.decision(code, day) for day in days}
        return MemberBooks(made, marks, dated=dated)

    def _translated(
        self, company: CompanyId, day: date, share: Fraction, opening: TranslationSnapshot | None
    ) -> Translation:
        code, rates = HOME[company].code, None
        if code != "EUR":
            dated = {one: self.decision(code, one) for one in DAYS}
            last = self.decision(code, opening.as_of, Purpose.CLOSING) if opening else None
            rates = TranslationRates(
                self.decision(code, day, Purpose.CLOSING),
                self.decision(code, day, Purpose.AVERAGE), dated, last,
            )  # fmt: skip
        lines = [one for one in self.posted[company] if one.on <= day]
        return translate(
            company, day, lines, chart=CHART, functional=HOME[company], presentation=EUR,
            rates=rates, opening=opening, share=share,
        )  # fmt: skip


def _minus(amount: str) -> str:
    code, number = amount.split()
    return f"{code} {number[1:]}" if number[0] == "-" else f"{code} -{number}"


def told(entries: Iterable[GroupEntry]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Entries as one writes them: the text, then account, company and amount of each line."""
    return [
        (
            entry.text,
            [
                (line.account, line.company or "group", str(line.figure.value))
                for line in entry.lines
            ],
        )
        for entry in entries
    ]


KEPT = Path(__file__).parent / "data" / "dealings.txt"


def explained() -> str:
    """A joint operation that was acquired meanwhile, and what its owner deals with it, in full."""
    books = Dealers.at()
    books.charge(DE, US, "EUR 100.00", FIRST)
    books.remeasure(SPRING)
    books.charge(DE, US, "EUR 30.00", AUTUMN)
    books.declare(US, DE, "USD 25.01", AUTUMN)
    books.book(US, AUTUMN, "3300 USD 37.52", "2700 USD -37.52")
    books.lend(DE, US, "USD 125.00", AUTUMN)
    books.remeasure(LAST)
    goods = UnrealisedProfit(
        "pumps", US, DE, AUTUMN, money("USD 110.00"), AccountCode("1800"), AccountCode("5100")
    )
    bought = Acquisition(SPRING, money("EUR 1.00"))
    stake = Stake(US, "0.4", method=Method.PROPORTIONATE, acquired=bought)
    sheet = books.sheet(attrs.evolve(Group(DE, (stake,), EUR), unrealised=(goods,)))
    entries = (
        *intercompany_entries(sheet),
        *dividend_entries(sheet),
        *unrealised_entries(sheet),
        *net_investment_entries(sheet),
    )
    parts = [f"# {entry.step.value}: {entry.text}\n{_lines(entry)}" for entry in entries]
    parts.append(moved_to_reserve(sheet, DE, LAST).explain())
    parts += [figure.explain() for figure in unrealised_borne(sheet).values()]
    return "\n\n".join(parts) + "\n"


def _lines(entry: GroupEntry) -> str:
    return "\n".join(
        f"{line.account} of {line.company}: {line.figure.explain()}" for line in entry.lines
    )


if __name__ == "__main__":
    KEPT.write_text(explained(), "utf-8")
