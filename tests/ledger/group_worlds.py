"""Groups told twice: to the independent model, and to the library.

Both are told the same postings and the same rates. Every company is translated through all the
days on which something ends or changes; each of them has an average of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.ids import AccountCode, CompanyId, DecisionId, EntryId
from fxcrm.ledger import (
    Acquisition,
    Group,
    JournalLine,
    Method,
    MinorityMeasure,
    Posting,
    Stake,
    StakeChange,
    Translation,
    Uplift,
    trading_chart,
    translate,
)
from fxcrm.ledger.acquisitions import (
    goodwill_lines,
    goodwill_of,
    group_chart,
    kept_lines,
    uplift_lines,
)
from fxcrm.ledger.consolidation import Consolidation, consolidate
from fxcrm.ledger.grouppolicies import GROUP_ACCOUNTS, GroupPolicies, ProfitSharing
from fxcrm.ledger.groups import Impairment, Sold, UnrealisedProfit
from fxcrm.ledger.translation import TranslationRates, acquired
from fxcrm.ledger.worksheet import Chain, MemberBooks
from fxcrm.money import Money
from tests.ledger.group_facts import Firm, Goods, Holding, Move
from tests.ledger.group_model import Model

EUR = Currency("EUR")
CHART = trading_chart()
GROUP_CHART = group_chart(CHART, GROUP_ACCOUNTS)
FOUNDED, BOUGHT, TURNED = date(2025, 1, 1), date(2025, 4, 30), date(2025, 9, 30)
BEFORE, MIDDLE = date(2025, 3, 14), date(2025, 6, 18)
CLOSING, SOLD, LAST = date(2025, 12, 31), date(2026, 5, 31), date(2026, 12, 31)
ENDS = (BOUGHT, TURNED, CLOSING, SOLD, LAST)
DAYS = (FOUNDED, BEFORE, BOUGHT, MIDDLE, TURNED, CLOSING, SOLD, LAST)
METHODS = {"full": Method.FULL, "share": Method.PROPORTIONATE, "equity": Method.EQUITY}
DATED = ("1500", "3000", "3300", "4200", "4600", "4700", "5200", "7200")
PARTNERED = ("1200", "1260", "1500", "2200", "2260", "4200", "4600", "4700", "5200", "7200")


@attrs.frozen
class Booked:
    """Two postings: the amount in a document's currency, and what it is in the books, in minor."""

    day: date
    debit: str
    credit: str
    amount: Money
    functional: Money
    partner: str = ""


@attrs.define
class World:
    """What is drawn: who owns whom, in which currency, what was posted, at which rates."""

    currency: dict[str, Currency]
    rates: Mapping[tuple[str, date, str], RateDecision]
    holdings: list[Holding] = attrs.field(factory=list)
    booked: dict[str, list[Booked]] = attrs.field(factory=dict)
    goods: list[Goods] = attrs.field(factory=list)
    buyers: list[str] = attrs.field(factory=list)

    # ------------------------------------------------------------ posting

    def spot(self, name: str, day: date) -> Fraction:
        """EUR for one unit of a company's currency."""
        return self.ratio(self.currency[name].code, day, "spot")

    def ratio(self, code: str, day: date, kind: str) -> Fraction:
        """The same by currency; kind is spot or mean."""
        return Fraction(1) if code == "EUR" else 1 / self.rates[code, day, kind].rate.ratio

    def measured(self, amount: Money, name: str, day: date) -> Money:
        """An amount in a company's books, rounded once."""
        home = self.currency[name]
        exact = Fraction(amount.amount) * self.ratio(amount.currency.code, day, "spot")
        return Money.from_minor(round(exact / self.spot(name, day) * home.minor_units), home)

    def post(
        self,
        name: str,
        day: date,
        accounts: str,
        amount: Money,
        partner: str = "",
        functional: Money | None = None,
    ) -> None:
        """``accounts`` is debit/credit."""
        debit, credit = accounts.split("/")
        value = self.measured(amount, name, day) if functional is None else functional
        if amount or value:
            line = Booked(day, debit, credit, amount, value, partner)
            self.booked.setdefault(name, []).append(line)

    def minor(self, name: str, units: int) -> Money:
        """So many minor units of a company's currency."""
        return Money.from_minor(units, self.currency[name])

    # ------------------------------------------------------------ told to the model

    def model(self) -> Model:
        """The same world in fractions."""
        firms = {name: self._firm(name) for name in self.currency}
        return Model("p", firms, tuple(self.holdings), tuple(self.goods))

    def model_of(self, held: Holding) -> Model:
        """With one stake that is not yet among the others."""
        return attrs.evolve(self.model(), holdings=(held,))

    def invested(self, held: Holding) -> int:
        """What the owner's books carry for a stake so far, in minor units."""
        return sum(
            one.functional.minor
            for one in self.booked[held.owner]
            if one.debit == "1500" and one.partner == held.company
        )

    def _firm(self, name: str) -> Firm:
        code = self.currency[name].code
        moves = tuple(
            Move(one.day, one.debit, one.credit, Fraction(one.functional.amount))
            for one in self.booked.get(name, ())
        )
        return Firm(
            moves,
            {day: self.ratio(code, day, "spot") for day in DAYS},
            {day: self.ratio(code, day, "mean") for day in ENDS},
        )

    # ------------------------------------------------------------ told to the library

    def group(self, *, backwards: bool = False) -> Group:
        """The stakes as the library states them."""
        stakes = [self._stake(one) for one in self.holdings]
        alone = any(one.alone for one in self.goods)
        sharing = ProfitSharing.PARENT if alone else ProfitSharing.SHARED
        return Group(
            CompanyId("p"),
            stakes[::-1] if backwards else stakes,
            EUR,
            unrealised=map(self._unrealised, self.goods, self.buyers),
            policies=GroupPolicies(unrealised_sharing=sharing),
        )

    def _unrealised(self, goods: Goods, buyer: str) -> UnrealisedProfit:
        return UnrealisedProfit(
            "goods",
            CompanyId(goods.seller),
            CompanyId(buyer),
            goods.day,
            self._money(goods.seller, goods.profit),
            AccountCode(goods.account),
            AccountCode("5100"),
            [Sold(day, part) for day, part in goods.gone],
        )

    def _stake(self, held: Holding) -> Stake:
        company, owner = CompanyId(held.company), CompanyId(held.owner)
        changes = [
            StakeChange(
                turn.day,
                turn.owned,
                self._money(held.owner, turn.paid),
                METHODS[held.style(turn.day)] if turn.owned else METHODS[held.way],
                self._money(held.owner, turn.kept) if turn.kept else None,
            )
            for turn in held.turns
        ]
        return Stake(
            company, held.owned, owner, METHODS[held.way], self._acquisition(held), changes
        )

    def _acquisition(self, held: Holding) -> Acquisition | None:
        if held.since is None:
            return None
        others = held.others
        return Acquisition(
            held.since,
            self._money(held.owner, held.cost),
            MinorityMeasure.SHARE if others is None else MinorityMeasure.FAIR_VALUE,
            None if others is None else self._money(held.company, others),
            [
                Uplift(
                    AccountCode(account),
                    self._money(held.company, amount),
                    AccountCode("5600") if months else None,
                    months or None,
                )
                for account, amount, months in held.uplifts
            ],
            [Impairment(day, self._money(held.company, amount)) for day, amount in held.losses],
        )

    def _money(self, name: str, amount: Fraction) -> Money:
        units = amount * self.currency[name].minor_units
        assert units.denominator == 1
        return self.minor(name, int(units))

    def lines(self, name: str) -> list[JournalLine]:
        """A company's journal."""
        return [
            JournalLine(EntryId(f"{name}:{number}"), one.day, "test", posting)
            for number, one in enumerate(self.booked.get(name, ()))
            for posting in _postings(one)
        ]

    def books(self, as_of: date) -> dict[CompanyId, MemberBooks]:
        """Every member's books at the end of a day, with the marks before."""
        group, made = self.group(), dict[CompanyId, MemberBooks]()
        for company in group.members:
            stake = None if company == group.parent else group.stake(company)
            if stake is not None and stake.since is not None and stake.since > as_of:
                continue
            until = group.last_day(company, as_of)
            made[company] = self._member(company, stake, until)
        return made

    def _member(self, name: CompanyId, stake: Stake | None, as_of: date) -> MemberBooks:
        since = None if stake is None else stake.since
        joint = stake is not None and stake.method is Method.PROPORTIONATE
        share = stake.owned if stake is not None and joint else Fraction(1)
        books = self._chain(name, self.lines(name), since, as_of, share)
        dated = {}
        if self.currency[name] is not EUR:
            dated = {day: self.rates[self.currency[name].code, day, "spot"] for day in DAYS}
        kept = None if stake is None else self._kept(stake, as_of)
        if stake is None or stake.acquired is None:
            return MemberBooks(books.translation, books.marks, kept=kept, dated=dated)
        bought, begun = stake.acquired, stake.acquired.on
        net = self._net(name, begun)
        owner = "p" if stake.owner is None else stake.owner
        cost = Fraction(bought.cost.amount) * self.spot(owner, begun) / self.spot(name, begun)
        worth = goodwill_of(name, bought, stake.owned, net, cost)
        left = stake.lost_on()
        end = as_of if left is None else min(left, as_of)
        fair = uplift_lines(name, bought, end, chart=GROUP_CHART)
        good = goodwill_lines(
            name, begun, worth, bought.impairments, end, chart=GROUP_CHART, accounts=GROUP_ACCOUNTS
        )
        return MemberBooks(
            books.translation,
            books.marks,
            self._chain(name, fair, begun, end, share) if fair else None,
            self._chain(name, good, begun, end, Fraction(1)) if good else None,
            kept,
            dated,
        )

    def _kept(self, stake: Stake, as_of: date) -> Chain | None:
        """Goodwill in what was kept at fair value when control ended (IAS 28.32)."""
        change = next((one for one in stake.changes if one.retained is not None), None)
        if change is None or change.on > as_of or not change.owned or change.retained is None:
            return None
        name, owner = stake.company, stake.owner or "p"
        ratio = self.spot(owner, change.on) / self.spot(name, change.on)
        worth = Fraction(change.retained.amount) * ratio
        worth -= Fraction(self._net(name, change.on).amount) * change.owned
        goodwill = self.minor(name, round(worth * self.currency[name].minor_units))
        lines = kept_lines(name, change.on, goodwill, chart=GROUP_CHART, accounts=GROUP_ACCOUNTS)
        return self._chain(name, lines, change.on, as_of, Fraction(1)) if lines else None

    def _net(self, name: str, day: date) -> Money:
        amounts = (
            one.posting.functional
            for one in self.lines(name)
            if one.on <= day and one.posting.account[0] in "12" and one.posting.account != "1500"
        )
        return Money.total(amounts, currency=self.currency[name])

    def _chain(
        self,
        name: CompanyId,
        lines: list[JournalLine] | tuple[JournalLine, ...],
        since: date | None,
        as_of: date,
        share: Fraction,
    ) -> Chain:
        """Translated from end to end, from the first day on which the group counts it."""
        home, made = self.currency[name], dict[date, Translation]()
        last: Translation | None = None
        if since is not None:
            rate = None if home is EUR else self.rates[home.code, since, "spot"]
            last = made[since] = acquired(
                name,
                since,
                lines,
                chart=GROUP_CHART,
                functional=home,
                presentation=EUR,
                rate=rate,
                share=share,
            )
        for end in ENDS:
            if (since is None or since < end) and end <= as_of:
                last = made[end] = translate(
                    name,
                    end,
                    [one for one in lines if one.on <= end],
                    chart=GROUP_CHART,
                    functional=home,
                    presentation=EUR,
                    rates=self._rates(home, end, last),
                    opening=None if last is None else last.snapshot(),
                    earlier=last,
                    share=share,
                )
        assert last is not None
        return Chain(last, {day: one.snapshot() for day, one in made.items() if day < last.as_of})

    def _rates(
        self, home: Currency, end: date, last: Translation | None
    ) -> TranslationRates | None:
        if home is EUR:
            return None
        dated = {day: self.rates[home.code, day, "spot"] for day in DAYS if day <= end}
        return TranslationRates(
            self.rates[home.code, end, "spot"],
            self.rates[home.code, end, "mean"],
            dated,
            None if last is None else last.closing,
        )

    def consolidated(self, as_of: date, *, backwards: bool = False) -> Consolidation:
        """The group by the library."""
        group = self.group(backwards=backwards)
        return consolidate(group, as_of, self.books(as_of), chart=CHART)


def _postings(one: Booked) -> Iterator[Posting]:
    for account, sign in ((one.debit, 1), (one.credit, -1)):
        partner = CompanyId(one.partner) if one.partner and account in PARTNERED else None
        if account == "3300" and one.partner:
            partner = CompanyId(one.partner)
        amount, value = one.amount * sign, one.functional * sign
        noted = None if amount.currency is value.currency else DecisionId("noted")
        yield Posting(AccountCode(account), amount, value, noted, partner=partner)
