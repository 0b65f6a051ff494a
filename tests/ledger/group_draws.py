"""Groups drawn at random: who owns whom, what was paid, what they dealt in."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import attrs
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.money import Money
from tests.ledger.group_facts import Goods, Holding, Turn
from tests.ledger.group_worlds import (
    BEFORE,
    BOUGHT,
    DAYS,
    ENDS,
    EUR,
    FOUNDED,
    LAST,
    MIDDLE,
    SOLD,
    TURNED,
    World,
)
from tests.ledger.notation import chosen

CURRENCIES = {"USD": (800_000, 1_500_000), "JPY": (120_000_000, 170_000_000)}


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
    _lend(world, seller, buyer, world.minor(draw(st.sampled_from([seller, buyer])), draw(_some)))
    gone = draw(st.sampled_from([(), ((TURNED, Fraction(1, 3)), (LAST, Fraction(1)))]))
    profit = Fraction(world.minor(seller, draw(_some)).amount)
    world.goods.append(Goods(seller, "1800", MIDDLE, profit, gone, alone=draw(st.booleans())))
    world.buyers.append(buyer)
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
    _remeasured(world, buyer, "7100/2200", amount, seller)


def _lend(world: World, lender: str, borrower: str, amount: Money) -> None:
    """Part of the net investment: its differences are a reserve in the group (IAS 21.32)."""
    world.post(lender, MIDDLE, "1260/1000", amount, borrower)
    world.post(borrower, MIDDLE, "1000/2260", amount, lender)
    _remeasured(world, borrower, "7200/2260", amount, lender)
    _remeasured(world, lender, "1260/7200", amount, borrower)


def _remeasured(world: World, name: str, accounts: str, amount: Money, partner: str) -> None:
    carried, none = world.measured(amount, name, MIDDLE), Money.zero(amount.currency)
    for day in ENDS:
        if day > MIDDLE:
            now = world.measured(amount, name, day)
            world.post(name, day, accounts, none, partner, now - carried)
            carried = now
