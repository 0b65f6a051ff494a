"""Consolidation: the group against plain sums of its members (IFRS 10, D23 to D30)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.ids import AccountCode, CompanyId, DecisionId, EntryId
from fxcrm.ledger import (
    Account,
    AccountType,
    Chart,
    Consolidation,
    Group,
    JournalLine,
    Posting,
    Stake,
    Translation,
    consolidate,
    trading_chart,
    translate,
)
from fxcrm.ledger.eliminations import InvestmentMismatch
from fxcrm.ledger.grouppolicies import GROUP_ACCOUNTS
from fxcrm.ledger.groups import GroupRefused, StakeRefused, Step
from fxcrm.ledger.intercompany import IntercompanyMismatch
from fxcrm.ledger.sheets import CompanyNotTranslated
from fxcrm.ledger.translation import TranslationRates
from fxcrm.money import Money, NumberRefused, NumberTypeRefused
from tests.ledger.notation import chosen, half_even, money, value

EUR, USD, GBP = map(Currency, ("EUR", "USD", "GBP"))
FIRST, MIDDLE, LAST = date(2025, 1, 1), date(2025, 6, 30), date(2025, 12, 31)
LOANS = Account(AccountCode("2600"), "Loans", AccountType.LIABILITY, monetary=True)
CHART = Chart((*trading_chart().accounts, LOANS), trading_chart().duties)
RESERVE, MINORITY = GROUP_ACCOUNTS.reserve, GROUP_ACCOUNTS.minority
MINORITY_RESULT, GROUP_ROUNDING = GROUP_ACCOUNTS.minority_result, GROUP_ACCOUNTS.rounding
DE, US, UK = map(CompanyId, ("de", "us", "uk"))
FUNCTIONAL = {DE: EUR, US: USD, UK: GBP}


@attrs.frozen
class Rates:
    """1 EUR in each currency: at the first day, in the middle, on average, at the end."""

    values: dict[tuple[str, date | None], str]

    def decision(self, code: str, on: date | None) -> RateDecision:
        """The decision of a day; None asks for the average of the year."""
        purpose = Purpose.AVERAGE if on is None else Purpose.BOOKING
        return chosen(f"EUR/{code}", self.values[code, on], on or LAST, purpose)

    def ratio(self, code: str, on: date | None) -> Fraction:
        """EUR for one unit."""
        return Fraction(1) if code == "EUR" else 1 / Fraction(self.values[code, on])


@attrs.define
class Books:
    """What three companies posted, and how it is translated into EUR."""

    rates: Rates
    posted: dict[CompanyId, list[JournalLine]] = attrs.field(
        factory=lambda: {DE: [], US: [], UK: []}
    )

    def post(
        self,
        company: CompanyId,
        on: date,
        debit: str,
        credit: str,
        amount: Money,
        partner: CompanyId | None = None,
    ) -> None:
        """An entry of two lines, measured at the rate of its day; partners on group accounts."""
        functional = self.measured(amount, FUNCTIONAL[company], on)
        for account, sign in ((debit, 1), (credit, -1)):
            named = partner if account in ("1200", "2200", "4200", "5200", "1500") else None
            posting = Posting(
                AccountCode(account),
                amount * sign,
                functional * sign,
                DecisionId("noted"),
                partner=named,
            )
            self.posted[company].append(JournalLine(EntryId("e"), on, "test", posting))

    def measured(self, amount: Money, functional: Currency, on: date) -> Money:
        """Half-even, in cents, through the euro."""
        ratio = self.rates.ratio(amount.currency.code, on) / self.rates.ratio(functional.code, on)
        units = half_even(value(amount) * ratio) * 100
        return amount if amount.currency is functional else Money.from_minor(int(units), functional)

    def charge(self, creditor: CompanyId, debtor: CompanyId, amount: Money, on: date) -> None:
        """Both sides of a charge between members, re-measured at the year's end (D23, step 2)."""
        self.post(creditor, on, "1200", "4200", amount, debtor)
        self.post(debtor, on, "5200", "2200", amount, creditor)
        self._remeasure(creditor, "1200", amount, on, debtor)
        self._remeasure(debtor, "2200", -amount, on, creditor)

    def _remeasure(
        self, company: CompanyId, account: str, amount: Money, on: date, partner: CompanyId
    ) -> None:
        functional, none = FUNCTIONAL[company], Money.zero(amount.currency)
        then, now = (self.measured(amount, functional, day) for day in (on, LAST))
        for code, gain, named in ((account, now - then, partner), ("7100", then - now, None)):
            posting = Posting(AccountCode(code), none, gain, DecisionId("noted"), partner=named)
            self.posted[company].append(JournalLine(EntryId("r"), LAST, "revaluation", posting))

    def found(self, company: CompanyId, capital: Money, share: Fraction) -> None:
        """Owners pay capital in; the parent pays its share of it."""
        self.post(company, FIRST, "1000", "3000", capital)
        units = capital.minor * share
        assert units.denominator == 1
        part = Money.from_minor(units.numerator, capital.currency)
        self.post(DE, FIRST, "1500", "1000", part, company)

    def translated(self, company: CompanyId) -> Translation:
        """The year in EUR."""
        functional, rates = FUNCTIONAL[company], None
        if functional is not EUR:
            code = functional.code
            dated = {day: self.rates.decision(code, day) for day in (FIRST, MIDDLE, LAST)}
            rates = TranslationRates(
                self.rates.decision(code, LAST), self.rates.decision(code, None), dated
            )
        lines = self.posted[company]
        return translate(
            company,
            LAST,
            lines,
            chart=CHART,
            functional=functional,
            presentation=EUR,
            rates=rates,
        )

    def group(self, *owned: tuple[CompanyId, Fraction]) -> Consolidation:
        """The parent with some subsidiaries."""
        group = Group(DE, tuple(Stake(*one) for one in owned), EUR)
        members = {company: self.translated(company) for company in group.members}
        return consolidate(group, LAST, members, chart=CHART)


def _steady(usd: str = "1.2000", gbp: str = "0.8000") -> Rates:
    days = (FIRST, MIDDLE, LAST, None)
    return Rates({(code, day): rate for code, rate in (("USD", usd), ("GBP", gbp)) for day in days})


def _shown(found: Consolidation) -> dict[str, Money]:
    return {line.code: line.figure.value for line in found.lines}


# ---------------------------------------------------------------- a published example


def test_a_published_group() -> None:
    """Assets 12,077, liabilities 8,126, capital 3,000, reserve -299 (IFRScommunity.com, IAS 21).

    The parent holds all of X for EUR 1,818; 1 EUR = 1.1, 1.2 (average), 1.3 USD.
    """
    usd: dict[date | None, str] = {FIRST: "1.1", MIDDLE: "1.2", LAST: "1.3", None: "1.2"}
    books = Books(Rates({("USD", day): rate for day, rate in usd.items()}))
    books.post(DE, FIRST, "1000", "3000", money("EUR 3000.00"))
    books.post(DE, FIRST, "1000", "2600", money("EUR 5818.18"))
    books.found(US, money("USD 2000.00"), Fraction(1))
    books.post(US, FIRST, "1000", "2600", money("USD 3000.00"))
    books.post(DE, LAST, "1000", "4000", money("EUR 2500.00"))
    books.post(DE, LAST, "5000", "1000", money("EUR 1500.00"))
    books.post(US, LAST, "1000", "4000", money("USD 1000.00"))
    books.post(US, LAST, "5000", "1000", money("USD 700.00"))
    found = books.group((US, Fraction(1)))
    shown = {code: round(value(amount)) for code, amount in _shown(found).items()}
    assert (shown["1000"], shown["1500"]) == (12_077, 0)
    assert (shown["2600"], shown["3000"]) == (-8_126, -3_000)
    assert (shown["4000"], shown["5000"]) == (-3_333, 2_083)
    assert shown[RESERVE] == 299  # debit positive: a loss of 299
    assert found.reserve.value == money("EUR -298.95")
    assert round(value(found.profit.value)) == 1_250
    assert round(value(found.net_assets.value)) == 3_951
    assert found.minority.value.is_zero


# ---------------------------------------------------------------- laws

rate_texts = st.integers(200_000, 3_000_000).map(
    lambda units: f"{units // 10**6}.{units % 10**6:06d}"
)
cents = st.integers(1, 10**8)
external = st.tuples(
    st.sampled_from([DE, US, UK]),
    st.sampled_from([("1000", "4000"), ("5000", "1000"), ("1000", "2600"), ("7000", "1000")]),
    st.sampled_from(["EUR", "USD", "GBP"]),
    cents,
    st.sampled_from([FIRST, MIDDLE, LAST]),
)
charges = st.tuples(
    st.permutations([DE, US, UK]).map(lambda order: order[:2]),
    st.sampled_from(["EUR", "USD", "GBP"]),
    cents,
    st.sampled_from([FIRST, MIDDLE, LAST]),
)
shares = st.integers(1, 100).map(lambda percent: Fraction(percent, 100))


@st.composite
def groups(draw: st.DrawFn) -> tuple[Books, dict[CompanyId, Fraction]]:
    """Books of a parent and two subsidiaries that agree with one another."""
    days: list[date | None] = [FIRST, MIDDLE, LAST, None]
    keys = [(code, day) for code in ("USD", "GBP") for day in days]
    books = Books(Rates({key: draw(rate_texts) for key in keys}))
    owned = {US: draw(shares), UK: draw(shares)}
    books.post(DE, FIRST, "1000", "3000", Money.from_minor(draw(cents), "EUR"))
    for company, share in owned.items():
        capital = Money.from_minor(100 * draw(st.integers(1, 10**6)), FUNCTIONAL[company])
        books.found(company, capital, share)
    for company, (debit, credit), code, units, on in draw(st.lists(external, max_size=6)):
        books.post(company, on, debit, credit, Money.from_minor(units, code))
    for (creditor, debtor), code, units, on in draw(st.lists(charges, max_size=4)):
        books.charge(creditor, debtor, Money.from_minor(units, code), on)
    return books, owned


@given(groups())
def test_a_group_is_the_sum_of_its_members_less_what_they_hold_of_one_another(
    drawn: tuple[Books, dict[CompanyId, Fraction]],
) -> None:
    """Each account against plain sums; dealings and shares gone; debits equal credits (D23)."""
    books, owned = drawn
    found = books.group(*owned.items())
    members = {company: books.translated(company) for company in (DE, US, UK)}
    expected: dict[str, Fraction] = {}
    for company, translation in members.items():
        for line in translation.lines:
            inside = line.partner is not None
            capital = company != DE and line.account.type is AccountType.EQUITY
            amount = 0 if inside or capital else value(line.presentation.value)
            code = line.account.code
            expected[code] = expected.get(code, Fraction(0)) + amount
    shown = {code: value(amount) for code, amount in _shown(found).items()}
    extra = {RESERVE, MINORITY, MINORITY_RESULT, GROUP_ROUNDING}
    assert {code: amount for code, amount in shown.items() if code not in extra} == expected
    assert sum(shown.values()) == 0
    assert abs(value(found.rounding.value)) <= found.bound.value
    assert value(found.net_assets.value) == sum(
        amount for code, amount in shown.items() if code[0] in "12"
    )


@given(groups())
def test_minority_holders_get_their_share_of_the_net_assets(
    drawn: tuple[Books, dict[CompanyId, Fraction]],
) -> None:
    """Capital, result and reserve in one proportion, within a unit for each of the three (D27)."""
    books, owned = drawn
    found = books.group(*owned.items())
    minority = result = reserve = Fraction(0)
    for company, share in owned.items():
        translation = books.translated(company)
        lines = [(one.account.type, value(one.presentation.value)) for one in translation.lines]
        held = sum(one for kind, one in lines if kind.is_balance)
        profit = -sum(one for kind, one in lines if kind.is_result)
        minority += (1 - share) * held
        result += (1 - share) * profit
        reserve += (1 - share) * value(translation.reserve.value)
    rounding = sum(
        (abs(value(books.translated(company).rounding)) for company in owned), Fraction(0)
    )
    assert abs(value(found.minority.value) - minority) <= Fraction(3 * len(owned), 200) + rounding
    assert abs(value(found.minority_profit.value) - result) <= Fraction(len(owned), 200)
    total = sum((value(books.translated(company).reserve.value) for company in owned), Fraction(0))
    assert abs(value(found.reserve.value) - (total - reserve)) <= Fraction(len(owned), 200)


@given(groups())
def test_the_order_of_the_subsidiaries_is_irrelevant(
    drawn: tuple[Books, dict[CompanyId, Fraction]],
) -> None:
    """The same lines, reserve, minority and rounding whichever comes first."""
    books, owned = drawn
    one, other = books.group(*owned.items()), books.group(*reversed(owned.items()))
    assert _shown(one) == _shown(other)
    for name in ("reserve", "minority", "profit", "minority_profit", "net_assets", "rounding"):
        assert getattr(one, name).value == getattr(other, name).value
    assert one.bound == other.bound


@given(groups())
def test_whole_ownership_leaves_no_minority(
    drawn: tuple[Books, dict[CompanyId, Fraction]],
) -> None:
    """Who owns all of it shares with nobody, and the reserve is the group's alone."""
    drawn_books, _ = drawn
    books = Books(drawn_books.rates)
    for company, capital in ((US, "USD 777.77"), (UK, "GBP 333.33")):
        books.found(company, money(capital), Fraction(1))
        books.post(company, MIDDLE, "1000", "4000", money(f"{capital[:3]} 12.34"))
    found = books.group((US, Fraction(1)), (UK, Fraction(1)))
    assert found.minority.value.is_zero
    assert found.minority_profit.value.is_zero
    assert value(found.reserve.value) == sum(
        value(books.translated(company).reserve.value) for company in (US, UK)
    )


@given(groups(), st.sampled_from([-1, 1]))
def test_a_cent_of_difference_between_members_is_refused_with_both_sides(
    drawn: tuple[Books, dict[CompanyId, Fraction]], cent: int
) -> None:
    """Never into the reserve: the error names both members and what each records (D23)."""
    books, owned = drawn
    books.post(US, LAST, "1200", "4200", money("USD 500.00"), UK)
    books.post(UK, LAST, "5200", "2200", Money.from_minor(500_00 + cent, "USD"), US)
    with pytest.raises(IntercompanyMismatch) as caught:
        books.group(*owned.items())
    assert (caught.value.left, caught.value.right) == ("uk", "us")
    assert "USD" in caught.value.left_records
    assert "USD" in caught.value.right_records
    assert caught.value.left_records != caught.value.right_records


def test_both_sides_of_a_mismatch_are_shown() -> None:
    """In document currency and as translated, so that nobody has to look them up."""
    books = Books(_steady())
    books.found(US, money("USD 100.00"), Fraction(1))
    books.post(DE, LAST, "1200", "4200", money("EUR 50.00"), US)
    books.post(US, LAST, "5200", "2200", money("EUR 50.01"), DE)
    with pytest.raises(IntercompanyMismatch) as caught:
        books.group((US, Fraction(1)))
    assert caught.value.left_records == "EUR 50.00 (translated EUR 50.00)"
    assert caught.value.right_records == "EUR -50.01 (translated EUR -50.01)"


def test_one_side_alone_is_a_mismatch_too() -> None:
    """A charge that the other member never booked."""
    books = Books(_steady())
    books.found(US, money("USD 100.00"), Fraction(1))
    books.post(DE, LAST, "1200", "4200", money("EUR 50.00"), US)
    with pytest.raises(IntercompanyMismatch, match="nothing"):
        books.group((US, Fraction(1)))


def test_equal_documents_at_unequal_values_are_refused() -> None:
    """The documents match, the values differ by more than rounding explains: no elimination."""
    books = Books(_steady())
    books.found(US, money("USD 100.00"), Fraction(1))
    books.charge(DE, US, money("GBP 80.00"), LAST)
    off = [
        attrs.evolve(
            line,
            posting=attrs.evolve(
                line.posting, functional=line.posting.functional * Decimal("1.01")
            ),
        )
        for line in books.posted[US]
        if line.posting.partner
    ]
    books.posted[US] = [line for line in books.posted[US] if not line.posting.partner] + off
    with pytest.raises(IntercompanyMismatch):
        books.group((US, Fraction(1)))


@pytest.mark.parametrize("off", [-2, -1, 0, 1, 2])
def test_what_rounding_explains_is_matched_and_no_cent_more(off: int) -> None:
    """At 0.8 euro cents a US cent, rounding explains 1.9 cents: one is taken, two are refused.

    Half a cent for each translated line (two), half a functional unit for each foreign
    posting: 0.5 in euros, 0.4 in dollars (D23, D30).
    """
    books = Books(_steady(usd="1.2500"))
    books.found(US, money("USD 100.00"), Fraction(1))
    books.post(DE, LAST, "1200", "4200", money("GBP 80.00"), US)
    books.post(US, LAST, "5200", "2200", money("GBP 80.00"), DE)
    cents = Money.from_minor(off, "USD")
    books.posted[US] = [
        attrs.evolve(
            line,
            posting=attrs.evolve(
                line.posting,
                functional=line.posting.functional
                + (cents if line.posting.account == "5200" else -cents),
            ),
        )
        if line.posting.partner
        else line
        for line in books.posted[US]
    ]
    if abs(off) < 2:
        assert books.group((US, Fraction(1))).lines
        return
    with pytest.raises(IntercompanyMismatch):
        books.group((US, Fraction(1)))


def test_the_bound_of_a_group_counts_what_was_rounded() -> None:
    """Three roundings of the subsidiary, one of its shares, and the slack of matched lines."""
    books = Books(_steady(usd="1.2500"))
    books.found(US, money("USD 100.00"), Fraction(1))
    found = books.group((US, Fraction(1)))
    # 4 halves of a cent, 0.5 for the capital, 1 for the investment bought in foreign money.
    assert found.bound.value == Fraction(4, 200) + Fraction(1, 200) + Fraction(1, 100)


def test_a_share_of_half_a_cent_goes_to_the_even_cent() -> None:
    """Half of EUR 100.01 is EUR 50.00 for the minority (M9)."""
    books = Books(_steady(usd="1.2500"))
    books.post(US, FIRST, "1000", "3000", money("USD 125.01"))
    books.post(DE, FIRST, "1500", "1000", money("USD 62.51"), US)
    assert books.group((US, Fraction(1, 2))).minority.value == money("EUR 50.00")


@pytest.mark.parametrize("paid", ["USD 79.96", "USD 80.05", "USD 100.00"])
def test_an_investment_that_is_not_the_share_of_the_capital_is_refused(paid: str) -> None:
    """Without an acquisition there is no goodwill; both amounts are named, nothing is forced."""
    books = Books(_steady())
    books.post(US, FIRST, "1000", "3000", money("USD 100.00"))
    books.post(DE, FIRST, "1500", "1000", money(paid), US)
    with pytest.raises(InvestmentMismatch) as caught:
        books.group((US, Fraction(4, 5)))
    assert caught.value.subsidiary == US
    assert caught.value.share == money("EUR 66.66")  # 0.8 x EUR 83.33


def test_many_tranches_may_differ_by_their_roundings() -> None:
    """Three investments of 80 % on three days are off by rounding alone, and pass (D30)."""
    usd: dict[date | None, str] = {FIRST: "1.0937", MIDDLE: "1.1711", LAST: "1.2719", None: "1.2"}
    books = Books(Rates({("USD", day): rate for day, rate in usd.items()}))
    for day in (FIRST, MIDDLE, LAST):
        for _ in range(4):
            books.post(US, day, "1000", "3000", money("USD 10.05"))
            books.post(DE, day, "1500", "1000", money("USD 8.04"), US)
    found = books.group((US, Fraction(4, 5)))
    assert found.rounding.value.currency is EUR
    assert abs(value(found.rounding.value)) <= found.bound.value


def test_every_member_must_be_translated_for_the_day_and_the_currency() -> None:
    """Missing, of another day, in another currency: named, not left out (D23)."""
    books = Books(_steady())
    books.found(US, money("USD 100.00"), Fraction(1))
    group = Group(DE, (Stake(US, "1"),), EUR)
    parent, child = books.translated(DE), books.translated(US)
    wrong = [
        {DE: parent},
        {US: child},
        {DE: parent, US: attrs.evolve(child, as_of=MIDDLE)},
        {DE: parent, US: attrs.evolve(child, presentation=USD)},
    ]
    for members in wrong:
        with pytest.raises(CompanyNotTranslated):
            consolidate(group, LAST, members, chart=CHART)


# ---------------------------------------------------------------- groups


@pytest.mark.parametrize("owned", ["0", "-0.5", "1.01", "2"])
def test_a_share_is_above_zero_and_at_most_one(owned: str) -> None:
    """Nothing, less than nothing and more than all are no shares."""
    with pytest.raises(StakeRefused):
        Stake(US, owned)


@pytest.mark.parametrize("owned", ["abc", "nan", "1e-9", "4/5", "", Decimal("NaN")])
def test_a_share_is_a_plain_number(owned: str | Decimal) -> None:
    """Texts go through the parser: no exponents, no NaN (section 4)."""
    with pytest.raises(NumberRefused):
        Stake(US, owned)


@pytest.mark.parametrize("owned", [0.8, True, None])
def test_a_share_is_never_a_float(owned: object) -> None:
    """0.8 as a float is 3602879701896397/4503599627370496 (M3)."""
    with pytest.raises(NumberTypeRefused):
        Stake(US, owned)  # type: ignore[arg-type]
    assert Stake(US, "0.80").owned == Stake(US, Fraction(4, 5)).owned == Fraction(4, 5)


def test_a_company_stands_once_in_its_group() -> None:
    """Neither twice as a subsidiary nor as its own parent."""
    with pytest.raises(GroupRefused):
        Group(DE, (Stake(US, "0.5"), Stake(US, "0.5")), EUR)
    with pytest.raises(GroupRefused):
        Group(DE, (Stake(DE, "1"),), EUR)


def test_a_group_s_figures_open_down_to_the_postings() -> None:
    """Eliminations name their rule, lines their members, the reserve its effects (D31)."""
    books = Books(_steady())
    books.found(US, money("USD 100.00"), Fraction(4, 5))
    books.charge(DE, US, money("USD 12.00"), LAST)
    found = books.group((US, Fraction(4, 5)))
    receivables = next(line for line in found.lines if line.code == "1200")
    assert receivables.figure.value.is_zero
    told = receivables.figure.explain()
    assert "dealings between members are taken out (IFRS 10.B86c)" in told
    assert "entry e: 2025-12-31 test, USD 12.00 on account 1200" in told
    taken_out = {
        line.account
        for step in (Step.INTERCOMPANY, Step.CAPITAL)
        for entry in found.entries_of(step)
        for line in entry.lines
    }
    assert taken_out == {"1200", "2200", "4200", "5200", "3000", "1500", MINORITY, GROUP_ROUNDING}
