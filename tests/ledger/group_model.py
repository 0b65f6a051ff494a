"""An independent model of a group: fractions, dates, dictionaries, and nothing of the package.

The equity of a group is a bag of pieces. A piece is an amount that came about in the books of a
company, or by something that the group did, within a span between two changes of ownership. Whose
it is follows from the shares that held in that span: each holder up the chain takes a part, and
what reaches the top is the parent's. Assets are counted apart from that, straight from the books;
both have to come to the same (`Model.proved`). Nothing is rounded, nothing is carried forward.

The translation reserve of a member is its net assets at the closing rate less each layer of its
equity at the rate of that layer (IAS 21.39), since the day from which the group counts it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

import attrs

from tests.ledger.group_facts import (
    AT_COST,
    NOTHING,
    START,
    Firm,
    Found,
    Goods,
    Holding,
    Piece,
    Turn,
    eve,
    kind_of,
    rate_of,
)


@attrs.define(eq=False)
class Model:
    """A group, its companies and what they sold to one another."""

    parent: str
    firms: Mapping[str, Firm]
    holdings: tuple[Holding, ...] = ()
    goods: tuple[Goods, ...] = ()

    def holding(self, company: str) -> Holding:
        """The stake in a company."""
        return next(one for one in self.holdings if one.company == company)

    # ------------------------------------------------------------ the books of one company

    def accounts(self, name: str, day: date) -> dict[str, Fraction]:
        """Its assets and liabilities in its own currency, but for what it holds of others."""
        held = defaultdict[str, Fraction](Fraction)
        for move in self.firms[name].moves:
            for account, amount in ((move.debit, move.amount), (move.credit, -move.amount)):
                if move.day <= day and account[0] in "12" and account != AT_COST:
                    held[account] += amount
        return held

    def net(self, name: str, day: date) -> Fraction:
        """The same in one sum."""
        return sum(self.accounts(name, day).values(), NOTHING)

    def layers(self, name: str, since: date | None, day: date) -> dict[str, Fraction]:
        """Its equity by kind, each layer at its rate, and the reserve that is left over.

        What it had on the day from which it counts is one layer, at the rate of that day.
        """
        firm, made = self.firms[name], defaultdict[str, Fraction](Fraction)
        if day == START:
            return made
        if since is not None:
            made["acquired"] = self.net(name, since) * firm.spot[since]
        for account, on, amount in self.results(name, since, day):
            made[kind_of(account)] += amount * rate_of(firm, account, on)
        made["reserve"] = self.net(name, day) * firm.spot[day] - sum(made.values(), NOTHING)
        made["reserve"] += made.pop("permanent", NOTHING)  # IAS 21.32
        return made

    def results(
        self, name: str, since: date | None, day: date
    ) -> Iterator[tuple[str, date, Fraction]]:
        """What was posted to equity, results and investments since it counts; a gain positive."""
        for move in self.firms[name].moves:
            if (since or START) < move.day <= day:
                for account, amount in ((move.debit, -move.amount), (move.credit, move.amount)):
                    if account[0] not in "12" or account == AT_COST:
                        yield account, move.day, amount

    # ------------------------------------------------------------ what was acquired beyond them

    def uplifts(self, held: Holding, day: date) -> dict[str, Fraction]:
        """Fair values above book values that are left, by account."""
        return held.left(day)

    def whole(self, held: Holding, day: date, turned: date | None = None) -> Fraction:
        """Identifiable net assets in the company's currency, as the group carries them.

        What is kept when control is lost has fair values of its own; ``turned`` as in `goodwill`.
        """
        kept = held.style(turned or day) == held.way
        uplifts = self.uplifts(held, day).values() if kept else ()
        return self.net(held.company, day) + sum(uplifts, NOTHING)

    def goodwill(self, held: Holding, day: date, turned: date | None = None) -> Fraction:
        """Goodwill in the company's currency, impaired until a day; below zero: a bargain.

        Only what happened to the stake until ``turned`` counts (None: the day itself). Goodwill
        of an associate is part of its carrying amount, and grows and shrinks with the stake.
        """
        left, owned = NOTHING, held.owned
        if held.since is not None and held.since <= day:
            others, own = held.others or NOTHING, held.owned if held.others is None else 1
            left = self.cost(held, held.cost, held.since) + others
            left -= own * self.whole(held, held.since, held.since)
        after = START
        for turn in held.turns:
            if turn.day <= (turned or day) and held.style(turn.day) == "equity":
                left -= held.lost(after, turn.day)
                after = turn.day
                if held.style(eve(turn.day)) == "full":
                    left = self.cost(held, turn.kept, turn.day)
                    left -= turn.owned * self.net(held.company, turn.day)
                elif turn.owned > owned:
                    left += self.cost(held, turn.paid, turn.day)
                    left -= (turn.owned - owned) * self.whole(held, turn.day)
                else:
                    left *= turn.owned / owned
            owned = turn.owned
        return left - held.lost(after, day)

    def cost(self, held: Holding, amount: Fraction, day: date) -> Fraction:
        """An amount of the owner's currency in the company's, through the group's."""
        return amount * self.firms[held.owner].spot[day] / self.firms[held.company].spot[day]

    def grown(self, held: Holding, start: date, end: date) -> tuple[dict[str, Fraction], ...]:
        """What a span brought: in the books with their fair values, and in goodwill."""
        firm, since = self.firms[held.company], held.since
        before, after = (self.layers(held.company, since, day) for day in (start, end))
        books = {kind: after[kind] - before.get(kind, NOTHING) for kind in after}
        if since is not None and held.style(start) == held.way:
            worn = sum((one * firm.mean(on) for on, one in held.worn(start, end)), NOTHING)
            first, last = (sum(self.uplifts(held, day).values(), NOTHING) for day in (start, end))
            books["profit"] = books.get("profit", NOTHING) + worn
            books["reserve"] += last * firm.spot[end] - first * firm.spot[start] - worn
        good = max(self.goodwill(held, start), NOTHING)
        lost = [(on, amount) for on, amount in held.losses if start < on <= end]
        left = good - sum((amount for _, amount in lost), NOTHING)
        loss = -sum((amount * firm.mean(on) for on, amount in lost), NOTHING)
        change = left * firm.spot[end] - (good * firm.spot[start] if good else NOTHING)
        more = {"profit": loss, "reserve": change - loss}
        rolled = self.rolled(held, start, end, good, lost)
        assert rolled == books["reserve"] + more["reserve"], "the reserve is off"
        return books, more

    def rolled(
        self,
        held: Holding,
        start: date,
        end: date,
        good: Fraction,
        lost: list[tuple[date, Fraction]],
    ) -> Fraction:
        """The reserve of a span by its other route: what moved, at how much less than closing."""
        firm = self.firms[held.company]
        closing = firm.spot[end]
        moved = [(-amount, firm.mean(on)) for on, amount in lost]
        for account, on, amount in self.results(held.company, held.since, end):
            if on > start:  # what is permanent is all reserve (IAS 21.32)
                rate = rate_of(firm, account, on)
                moved.append((amount, NOTHING if kind_of(account) == "permanent" else rate))
        if held.since is not None and held.style(start) == held.way:
            good += sum(self.uplifts(held, start).values(), NOTHING)
            moved += [(amount, firm.mean(on)) for on, amount in held.worn(start, end)]
        opened = NOTHING
        if start != START:
            opened = (self.net(held.company, start) + good) * (closing - firm.spot[start])
        return opened + sum((amount * (closing - rate) for amount, rate in moved), NOTHING)

    # ------------------------------------------------------------ the pieces of the group's equity

    def pieces(self, until: date) -> list[Piece]:
        """All that makes up the group's equity at the end of a day."""
        days = {one.since for one in self.holdings if one.since}
        days |= {turn.day for one in self.holdings for turn in one.turns}
        start, made = START, list[Piece]()
        for end in sorted({day for day in days if day <= until} | {until}):
            made += self.flows(start, end)
            for one in self.bottom_up() if end in days else ():
                made += list(self.event(one, end, made))
            start = end
        return made

    def bottom_up(self) -> list[Holding]:
        """The stakes, those at the bottom first."""

        def depth(name: str) -> int:
            return 0 if name == self.parent else 1 + depth(self.holding(name).owner)

        return sorted(self.holdings, key=lambda one: -depth(one.company))

    def flows(self, start: date, end: date) -> Iterator[Piece]:
        """What a span without any change brought."""
        top = Holding(self.parent, "", Fraction(1))
        for kind, amount in self.grown(top, start, end)[0].items():
            yield Piece(kind, self.parent, self.parent, start, amount)
        for one in self.holdings:
            owned, full = one.share(start), one.style(start) == "full"
            if owned:
                books, good = self.grown(one, start, end)
                at = one.company if full else one.owner
                for kind, amount in books.items():
                    yield Piece(kind, one.company, at, start, amount if full else owned * amount)
                alone = one.others is None
                for kind, amount in good.items():
                    holder = one.owner if alone else at
                    yield Piece(kind, one.company, holder, start, amount, alone)
        for goods in self.goods:
            fell = (goods.held(start) - goods.held(end)) * self.firms[goods.seller].spot[goods.day]
            at = self.parent if goods.alone else goods.seller
            yield Piece("profit", goods.seller, at, start, fell)

    def event(self, held: Holding, day: date, made: list[Piece]) -> Iterator[Piece]:
        """What an acquisition or a change of a stake does at the end of its day.

        Whose it is goes by the shares before: the new ones hold from then on.
        """
        if held.since == day:
            yield from self.obtained(held, day)
        for turn in held.turns:
            if turn.day == day and held.style(eve(day)) != "full":
                yield from self.resized(held, turn, made)
            elif turn.day == day:
                yield from (self.shifted if turn.control else self.lost)(held, turn, made)

    def obtained(self, held: Holding, day: date) -> Iterator[Piece]:
        """The owner's part goes against the cost; a bargain is a gain of the owner (IFRS 3.34)."""
        rate, whole = self.firms[held.company].spot[day], self.whole(held, day)
        others = (1 - held.owned) * whole if held.others is None else held.others
        if held.way == "full":
            yield Piece("acquired", held.company, "", eve(day), others * rate)
        own = self.cost(held, held.cost, day) * rate
        yield Piece("acquired", held.company, held.owner, eve(day), own)
        bargain = max(-self.goodwill(held, day, eve(day)), NOTHING)
        yield Piece("profit", held.company, held.owner, eve(day), bargain * rate)

    def shifted(self, held: Holding, turn: Turn, made: list[Piece]) -> Iterator[Piece]:
        """More or less of a subsidiary: no profit, but equity moves (IFRS 10.23, B96, IAS 21.48C).

        Who gives up a part of a stake gives up that part of all it has in the company.
        """
        before, at = held.share(eve(turn.day)), (held.company, held.owner, eve(turn.day))
        pool = self.worth(held, turn.day, made)
        if held.others is None:  # goodwill is the owner's alone, and so is its reserve (D27)
            good = max(self.goodwill(held, turn.day, eve(turn.day)), NOTHING)
            pool -= good * self.firms[held.company].spot[turn.day]
        part, outside = before - turn.owned, self.outside(held.company, made)
        mine, theirs = self.reserves(held, made, shared=True)
        parted = part / before if part > 0 else part / (1 - before)
        given = parted * (pool - outside if part > 0 else outside)
        across = parted * (mine if part > 0 else theirs)
        yield Piece("reserve", *at, -across)
        yield Piece("reserve", held.company, "", eve(turn.day), across)
        yield Piece("ownership", held.company, "", eve(turn.day), given - across)
        got = turn.paid * self.firms[held.owner].spot[turn.day] * (1 if part > 0 else -1)
        yield Piece("ownership", *at, got - given + across)
        yield Piece("invested", *at, -got)

    def lost(self, held: Holding, turn: Turn, made: list[Piece]) -> Iterator[Piece]:
        """Control ends: all of it goes, its other holders with it (IFRS 10.25, B98)."""
        rate, outside = self.firms[held.owner].spot[turn.day], self.outside(held.company, made)
        yield Piece("gone", held.company, "", eve(turn.day), -outside)
        own = self.worth(held, turn.day, made) - outside
        yield from self._sold(held, turn, own - turn.kept * rate, made, Fraction(1))

    def resized(self, held: Holding, turn: Turn, made: list[Piece]) -> Iterator[Piece]:
        """One line, or a share of each: bought at cost, sold by the part (IAS 28.25)."""
        before = held.share(eve(turn.day))
        if turn.owned > before:
            cost = turn.paid * self.firms[held.owner].spot[turn.day]
            yield Piece("acquired", held.company, held.owner, eve(turn.day), cost)
        else:
            carried = self.part(held, turn.day, eve(turn.day))
            part = (before - turn.owned) / before
            yield from self._sold(held, turn, carried * part, made, part)

    def _sold(
        self, held: Holding, turn: Turn, given: Fraction, made: list[Piece], part: Fraction
    ) -> Iterator[Piece]:
        """A result, and the owner's part of the reserve through it (IAS 21.48 to 48C)."""
        at = (held.company, held.owner, eve(turn.day))
        got, mine = turn.paid * self.firms[held.owner].spot[turn.day], self.reserves(held, made)[0]
        yield Piece("disposed", *at, got - given)
        yield Piece("invested", *at, -got)
        yield Piece("recycled", *at, mine * part)
        yield Piece("reserve", *at, -mine * part)

    # ------------------------------------------------------------ what it is worth, and whose it is

    def worth(self, held: Holding, day: date, made: list[Piece]) -> Fraction:
        """What a subsidiary is to all its holders, with what it holds itself."""
        good = max(self.goodwill(held, day, eve(day)), NOTHING)
        found = (self.whole(held, day, eve(day)) + good) * self.firms[held.company].spot[day]
        for one in self.goods:
            if one.seller == held.company and not one.alone:
                found -= one.held(day) * self.firms[one.seller].spot[one.day]
        for below in (one for one in self.holdings if one.owner == held.company):
            if below.style(day) == "full" and below.share(day):
                found += self.worth(below, day, made) - self.outside(below.company, made)
            else:
                found += self.part(below, day)
        return found

    def part(self, held: Holding, day: date, turned: date | None = None) -> Fraction:
        """What is one line, or a share of each, is worth to its owner."""
        worth = held.share(turned or day) * self.whole(held, day, turned)
        worth += max(self.goodwill(held, day, turned), NOTHING)
        return worth * self.firms[held.company].spot[day]

    def reserves(
        self, held: Holding, made: list[Piece], *, shared: bool = False
    ) -> tuple[Fraction, Fraction]:
        """The reserve about a company, and those below it, of its owner and of its others."""
        mine, theirs = NOTHING, NOTHING
        for piece in (one for one in made if one.kind == "reserve"):
            parts = list(self.split(piece).items())
            names, about = [name for name, _ in parts], piece.about == held.company
            if held.company in names:
                place = names.index(held.company)
                theirs += parts[place][1]
                mine += sum((part for _, part in parts[place + 1 :]), NOTHING)
            elif about and not (shared and piece.good):
                mine += piece.amount
        return mine, theirs

    def outside(self, company: str, made: list[Piece]) -> Fraction:
        """What other holders than its owner have in a company."""
        return sum((self.split(one).get(company, NOTHING) for one in made), NOTHING)

    def split(self, piece: Piece) -> dict[str, Fraction]:
        """A piece by holders: the others in each company up the chain, and at last the parent."""
        if not piece.at:
            return {piece.about: piece.amount}
        left, name, parts = piece.amount, piece.at, dict[str, Fraction]()
        while name != self.parent:
            held = self.holding(name)
            parts[name] = left * (1 - held.share(piece.span))
            left, name = left - parts[name], held.owner
        parts[self.parent] = left
        return parts

    # ------------------------------------------------------------ the figures

    def lines(self, day: date) -> dict[str, Fraction]:
        """Assets and liabilities by account, straight from the books; a debit is positive."""
        held = defaultdict[str, Fraction](Fraction)
        top = Holding(self.parent, "", Fraction(1))
        for one in (top, *(one for one in self.holdings if one.share(day))):
            spot, owned = self.firms[one.company].spot[day], one.share(day)
            style = one.style(day)
            if style == "equity":
                held["1550"] += self.part(one, day)
                continue
            part = owned if style == "share" else Fraction(1)
            books, fair = self.accounts(one.company, day), self.uplifts(one, day)
            for accounts in (books, fair):
                for account, amount in accounts.items():
                    held[account] += part * amount * spot
            held["1600"] += max(self.goodwill(one, day), NOTHING) * spot
        for goods in self.goods:
            held[goods.account] -= goods.held(day) * self.firms[goods.seller].spot[goods.day]
        return held

    def found(self, day: date) -> Found:
        """The figures at the end of a day, once both routes to the net assets agree."""
        made, lines = self.pieces(day), self.lines(day)
        assert sum(lines.values()) == sum(one.amount for one in made), "the equity is off"

        def total(*kinds: str) -> Fraction:
            return sum((one.amount for one in made if one.kind in kinds), NOTHING)

        def own(*kinds: str) -> Fraction:
            held = (self.split(one).get(self.parent, NOTHING) for one in made if one.kind in kinds)
            return sum(held, NOTHING)

        every, result = {one.kind for one in made}, ("profit", "disposed", "recycled")
        return Found(
            net_assets=total(*every),
            minority=total(*every) - own(*every),
            profit=total(*result),
            minority_profit=total(*result) - own(*result),
            reserve=own("reserve"),
            exchange=total("reserve"),
            ownership=own("ownership"),
            recycled=total("recycled"),
            disposed=total("disposed"),
            lines=lines,
        )
