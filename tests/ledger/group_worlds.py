"""Groups drawn at random, told twice: to the independent model, and to the library.

Both are told the same postings and the same rates. Every company is translated through all the
days on which something ends or changes; each of them has an average of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

import attrs
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
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
from fxcrm.ledger.groups import GROUP_ACCOUNTS, Impairment
from fxcrm.ledger.translation import TranslationRates, acquired
from fxcrm.ledger.worksheet import Chain, MemberBooks
from fxcrm.money import Money
from tests.ledger.group_facts import Firm, Holding, Move, Turn
from tests.ledger.group_model import Model
from tests.ledger.notation import chosen

EUR = Currency("EUR")
CHART = trading_chart()
GROUP_CHART = group_chart(CHART, GROUP_ACCOUNTS)
FOUNDED, BOUGHT, TURNED = date(2025, 1, 1), date(2025, 4, 30), date(2025, 9, 30)
BEFORE, MIDDLE = date(2025, 3, 14), date(2025, 6, 18)
CLOSING, SOLD, LAST = date(2025, 12, 31), date(2026, 5, 31), date(2026, 12, 31)
ENDS = (BOUGHT, TURNED, CLOSING, SOLD, LAST)
DAYS = (FOUNDED, BEFORE, BOUGHT, MIDDLE, TURNED, CLOSING, SOLD, LAST)
CURRENCIES = {"EUR": (1, 1), "USD": (800_000, 1_500_000), "JPY": (120_000_000, 170_000_000)}
METHODS = {"full": Method.FULL, "share": Method.PROPORTIONATE, "equity": Method.EQUITY}
DATED = ("1500", "3000", "3300", "4200", "4600", "4700", "5200")
PARTNERED = ("1200", "1260", "1500", "2200", "2260", "4200", "4600", "4700", "5200")


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
        return Model("p", {name: self._firm(name) for name in self.currency}, tuple(self.holdings))

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
        return Group(CompanyId("p"), stakes[::-1] if backwards else stakes, EUR)

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


# ---------------------------------------------------------------- drawing


@st.composite
def rates(draw: st.DrawFn) -> dict[tuple[str, date, str], RateDecision]:
    """1 EUR in each currency, on every day, and the mean of every period."""
    told = {}
    for code in ("USD", "JPY"):
        units = st.integers(*CURRENCIES[code])
        for day in DAYS:
            told[code, day, "spot"] = _decided(code, draw(units), day, Purpose.CLOSING)
        for day in ENDS:
            told[code, day, "mean"] = _decided(code, draw(units), day, Purpose.AVERAGE)
    return told


def _decided(code: str, units: int, day: date, purpose: Purpose) -> RateDecision:
    return chosen(f"EUR/{code}", f"{units // 10**6}.{units % 10**6:06d}", day, purpose)


_controlling = st.sampled_from([Fraction(n, 20) for n in (11, 12, 15, 16, 18, 20)])
_smaller = st.sampled_from([Fraction(n, 20) for n in (4, 5, 6, 8)])
_much, _some = st.integers(10_000, 10**9), st.integers(1, 10**7)


@st.composite
def worlds(
    draw: st.DrawFn,
    *,
    most: int = 4,
    ways: tuple[str, ...] = ("full",),
    bought: bool = False,
    turned: bool = False,
    dealings: bool = True,
) -> World:
    """A parent with some companies, on up to three levels, over two years."""
    told = draw(rates())
    names = [f"c{number}" for number in range(draw(st.integers(1, most)))]
    codes = st.sampled_from(["EUR", "USD", "JPY"])
    currency = {name: Currency(draw(codes)) for name in names}
    world = World({"p": EUR, **currency}, told)
    world.post("p", FOUNDED, "1000/3000", world.minor("p", draw(_much)))
    levels = {"p": 0}
    for name in names:
        owner = draw(st.sampled_from([one for one, level in levels.items() if level < 2]))
        way = draw(st.sampled_from(ways))
        since = BOUGHT if bought and draw(st.booleans()) else None
        owned = draw(_controlling if way == "full" else _smaller)
        held = Holding(name, owner, owned, way, since)
        held = _founded(draw, world, held) if since is None else _bought(draw, world, held)
        world.holdings.append(held)
        if since is None and way == "full":
            levels[name] = levels[owner] + 1
    bound = {one.owner for one in world.holdings} | _busy(draw, world, dealings=dealings)
    for number, held in enumerate(world.holdings):
        if turned and held.way != "share" and draw(st.booleans()):
            world.holdings[number] = _turned(draw, world, held, leaf=held.company not in bound)
    return world


def _founded(draw: st.DrawFn, world: World, held: Holding) -> Holding:
    """The owner puts its share of the capital in."""
    capital = world.minor(held.company, 20 * draw(_much))
    world.post(held.company, FOUNDED, "1000/3000", capital)
    part = world.minor(held.company, int(capital.minor * held.owned))
    world.post(held.owner, FOUNDED, "1500/1000", part, held.company)
    return held


def _bought(draw: st.DrawFn, world: World, held: Holding) -> Holding:
    """Others had founded it; it is bought for more or less than it is worth."""
    home = world.currency[held.company].minor_units
    net = draw(_much) + draw(_some)
    world.post(held.company, FOUNDED, "1000/3000", world.minor(held.company, net))
    world.post(held.company, BEFORE, "1000/4000", world.minor(held.company, draw(_some)))
    ratio = world.spot(held.company, BOUGHT) / world.spot(held.owner, BOUGHT)
    fair = Fraction(net, home) * held.owned * ratio * draw(st.integers(7, 20)) / 10
    cost = world.minor(held.owner, round(fair * world.currency[held.owner].minor_units))
    world.post(held.owner, BOUGHT, "1500/1000", cost, held.company)
    others = None
    if held.way == "full" and held.owned < 1 and draw(st.booleans()):
        others = Fraction(round(net * (1 - held.owned) * draw(st.integers(8, 15)) / 10), home)
    uplifts: tuple[tuple[str, Fraction, int], ...] = ()
    if draw(st.booleans()):
        months = draw(st.sampled_from([0, 1, 7, 30]))
        uplifts = (("1700", Fraction(draw(_some), home), months),)
    made = attrs.evolve(held, cost=Fraction(cost.amount), others=others, uplifts=uplifts)
    worth = world.model_of(made).goodwill(made, BOUGHT)
    if worth * home > 4 and draw(st.booleans()):
        lost = Fraction(int(worth * home / draw(st.integers(2, 4))), home)
        made = attrs.evolve(made, losses=((draw(st.sampled_from([MIDDLE, LAST])), lost),))
    return made


def _turned(draw: st.DrawFn, world: World, held: Holding, *, leaf: bool) -> Holding:
    """More of it is bought, some or all of it sold, or control given up."""
    what = draw(st.sampled_from(["more", "less", "kept", "gone"] if leaf else ["more", "less"]))
    if held.way == "equity":
        what = "less" if what in ("more", "kept") else what
    less = {"less": held.owned * Fraction(3, 4), "kept": held.owned / 4, "gone": Fraction(0)}
    owned = (1 + held.owned) / 2 if what == "more" else less[what]
    if owned == held.owned:
        return held
    day = draw(st.sampled_from([TURNED, SOLD]))
    paid = world.minor(held.owner, draw(_much))
    if what == "more":
        world.post(held.owner, day, "1500/1000", paid, held.company)
    else:
        part = (held.owned - owned) / held.owned
        cost = world.minor(held.owner, int(world.invested(held) * part))
        world.post(held.owner, day, "1000/1500", cost, held.company)
        world.post(held.owner, day, "1000/4700", paid - cost, held.company)
    control = what in ("more", "less")
    kept = Fraction(0)
    if what == "kept":  # worth its part of the net assets at least: no bargain
        ratio = world.spot(held.company, day) / world.spot(held.owner, day)
        part = owned * max(world.model().net(held.company, day), Fraction(1)) * ratio
        units = world.currency[held.owner].minor_units
        kept = Fraction(int(part * units * draw(st.integers(10, 15)) / 10) + 1, units)
    turn = Turn(day, owned, Fraction(paid.amount), control=control, kept=kept)
    lasting = control and held.way == "full"  # goodwill of what is one line shrinks with it
    losses = tuple((on, amount) for on, amount in held.losses if lasting or on <= day)
    return attrs.evolve(held, turns=(turn,), losses=losses)


def _busy(draw: st.DrawFn, world: World, *, dealings: bool) -> set[str]:
    """Sales, costs, dividends, charges on some of the days; who owes whom at the end."""
    for name in world.currency:
        for day in DAYS[3:]:
            accounts = draw(st.sampled_from(["1000/4000", "5000/1000", "1100/4000", ""]))
            if accounts:
                world.post(name, day, accounts, world.minor(name, draw(_some)))
    for held in world.holdings:
        if held.way != "share" and dealings and draw(st.booleans()):
            _dividend(world, held, world.minor(held.company, draw(_some)))
    old = ["p", *(one.company for one in world.holdings if _lasting(one))]
    if not dealings or len(old) == 1:
        return set()
    seller, buyer = draw(st.permutations(old))[:2]
    _charge(world, seller, buyer, world.minor(seller, draw(_some)))
    return {seller, buyer}


def _lasting(held: Holding) -> bool:
    """Whether it is a subsidiary from the first day on."""
    return held.since is None and held.way == "full"


def _dividend(world: World, held: Holding, amount: Money) -> None:
    own = world.minor(held.company, round(amount.minor * held.share(MIDDLE)))
    world.post(held.company, MIDDLE, "3300/1000", own, held.owner)
    world.post(held.company, MIDDLE, "3300/1000", amount - own)
    world.post(held.owner, MIDDLE, "1000/4600", own, held.company)


def _charge(world: World, seller: str, buyer: str, amount: Money) -> None:
    """Still owed at the end, and re-measured whenever books are closed (D23)."""
    world.post(seller, MIDDLE, "1200/4200", amount, buyer)
    world.post(buyer, MIDDLE, "5200/2200", amount, seller)
    carried, none = world.measured(amount, buyer, MIDDLE), Money.zero(amount.currency)
    for day in ENDS:
        if day > MIDDLE:
            now = world.measured(amount, buyer, day)
            world.post(buyer, day, "7100/2200", none, seller, now - carried)
            carried = now
