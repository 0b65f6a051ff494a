"""Remeasurement: books that are not kept in the functional currency (ASC 830-10-45-17, D21).

The temporal method: monetary items go at the closing rate, everything else at the rate of its
day. Depreciation and cost of sales go at the rate of the asset they use up. What that leaves over
is a gain or loss of the company itself, in its income statement. Translation into the currency of
a group is another thing: its difference goes to a reserve (D17). The two share no types.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.errors import CallError, RuleRefused
from fxcrm.figures import Evidence, Figure, Input
from fxcrm.ids import AccountCode, CompanyId, DecisionId, EntryId
from fxcrm.ledger.accounts import Account, AccountType, Chart, TranslationRule
from fxcrm.ledger.costlayers import CostFlow, Layer, Pool, total
from fxcrm.ledger.journal import REVERSAL
from fxcrm.ledger.trial_balance import JournalLine
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money, RationalMoney, Rounding


class RemeasurementUnproved(RuleRefused):
    """The two routes to the gain differ by more than the rounding of the lines (D21)."""

    company: CompanyId
    as_of: date
    difference: Money
    bound: str
    template = (
        "the remeasurement of {company} at {as_of} is not proved: the routes differ by "
        "{difference}, rounding explains at most {bound:plain}; check that the books balance"
    )


class RemeasurementRateMissing(RuleRefused):
    """A rate that the remeasurement needs was not decided."""

    company: CompanyId
    account: AccountCode
    on: date
    template = "remeasuring account {account} of {company}: no rate was decided for {on} (D21)"


class RemeasurementRateOfOtherDay(CallError):
    """A decision that was taken for another day than the one it is used for."""

    decision: DecisionId
    needed: date
    template = "rate decision {decision} is not of {needed}; remeasure with that of the day"


class NothingUsedUp(RuleRefused):
    """Depreciation or cost of sales of an asset that the books do not hold."""

    company: CompanyId
    account: AccountCode
    asset: AccountCode
    on: date
    template = (
        "account {account} of {company} uses up {asset} on {on}, where nothing is held; "
        "book the asset first, or take the account out of the rules"
    )


class BooksInFunctionalCurrency(CallError):
    """Books that are kept in the functional currency need no remeasurement."""

    company: CompanyId
    currency: Currency
    template = "{company} keeps its books in {currency} already; there is nothing to remeasure"


@attrs.frozen
class UsedUp:
    """A non-monetary account, and those that use it up at its historical rate.

    ``by`` are its accumulated depreciation, and the expense. An entry that takes from the asset
    gives them the rate of what it took; one that does not, the rate of what is held that day.
    """

    asset: AccountCode
    by: tuple[AccountCode, ...]
    flow: CostFlow = CostFlow.FIFO


@attrs.frozen
class RemeasurementRules:
    """What uses up what.

    ``purchases`` names, for an entry that uses something up, the entry that brought it, where that
    is known: so plant is written down layer by layer.
    """

    used_up: tuple[UsedUp, ...]
    purchases: Mapping[EntryId, EntryId] = attrs.field(factory=dict, converter=FrozenMap)


TRADING_RULES: Final = RemeasurementRules(
    (
        UsedUp(AccountCode("1700"), (AccountCode("1750"), AccountCode("5600")), CostFlow.AVERAGE),
        UsedUp(AccountCode("1800"), (AccountCode("5100"),)),
    )
)


@attrs.frozen
class RemeasurementRates:
    """The decisions of one run, between the currency of the books and the functional one.

    ``averages`` are by the last day of their period; the first begins with the books. ``dated``
    are those of single days.
    """

    closing: RateDecision
    averages: Mapping[date, RateDecision]
    dated: Mapping[date, RateDecision]


@attrs.frozen
class RemeasuredLine:
    """An account, or its dealings with one partner; debit positive.

    ``kept`` is in the currency of the books, ``measured`` in the functional one: the sum of its
    exact parts, rounded once.
    """

    account: Account
    partner: CompanyId | None
    kept: Figure
    measured: Figure


@attrs.frozen
class Remeasurement:
    """A company's books in its functional currency, since the beginning; the gain is proved.

    ``gain`` is by what moved, ``plug`` what balances the sheet; a gain is positive and belongs to
    profit or loss. ``rounding`` is gain less plug (a debit is positive), within ``bound``.
    """

    company: CompanyId
    as_of: date
    functional: Currency
    lines: tuple[RemeasuredLine, ...]
    gain: Figure
    plug: Figure
    rounding: Money
    bound: RationalMoney

    @property
    def profit(self) -> Figure:
        """The result of all years, with the gain; a profit is positive."""
        held = [one.measured for one in self.lines if one.account.type.is_result]
        result = Figure.total("Result before remeasurement", held, self.functional)
        shown = Figure(result.label, -result.value, "a credit is shown positive", (result,))
        return Figure.total(f"Profit of {self.company}", (shown, self.gain), self.functional)

    def gain_since(self, earlier: Remeasurement) -> Figure:
        """The gain of a period that begins after an earlier remeasurement."""
        return Figure.difference("Remeasurement gain", self.gain, earlier.gain, "of the period")

    def profit_since(self, earlier: Remeasurement) -> Figure:
        """The profit of such a period."""
        label = f"Profit of {self.company}"
        return Figure.difference(label, self.profit, earlier.profit, "of the period")


def remeasure(
    company: CompanyId,
    as_of: date,
    lines: Iterable[JournalLine],
    *,
    chart: Chart,
    kept_in: Currency,
    functional: Currency,
    rates: RemeasurementRates,
    rules: RemeasurementRules = TRADING_RULES,
) -> Remeasurement:
    """Measure books that are kept in another currency in the functional one, from the beginning.

    Raises `RemeasurementRateMissing`, `RemeasurementRateOfOtherDay`, `NothingUsedUp`,
    `BooksInFunctionalCurrency`, and `RemeasurementUnproved` for books that do not balance.
    """
    if kept_in is functional:
        raise BooksInFunctionalCurrency(company=company, currency=functional)
    _refuse_other_days(rates, as_of)
    run = _Run(company, as_of, chart, kept_in, functional, rates, rules)
    return run.measured(tuple(one for one in lines if one.on <= as_of))


def _refuse_other_days(rates: RemeasurementRates, as_of: date) -> None:
    used = [(as_of, rates.closing), *rates.averages.items(), *rates.dated.items()]
    for day, decision in used:
        if decision.valid_on != day:
            raise RemeasurementRateOfOtherDay(decision=decision.id, needed=day)


_FOLLOWING: Final = 4  # after everything that brings or takes
_Key = tuple[AccountCode, CompanyId | None]


def _exact(amount: Money) -> Fraction:
    return Fraction(amount.amount)


@attrs.define(eq=False)
class _Run:
    """One remeasurement under way."""

    company: CompanyId
    as_of: date
    chart: Chart
    kept_in: Currency
    functional: Currency
    rates: RemeasurementRates
    rules: RemeasurementRules
    pools: dict[AccountCode, Pool] = attrs.field(factory=dict)
    took: dict[tuple[EntryId, AccountCode], list[Layer]] = attrs.field(factory=dict)
    rated: dict[tuple[EntryId, AccountCode], list[Layer]] = attrs.field(factory=dict)

    def measured(self, lines: tuple[JournalLine, ...]) -> Remeasurement:
        """Every line, and what they leave over by two routes."""
        parts: dict[_Key, list[Figure]] = defaultdict(list)
        held: dict[_Key, list[JournalLine]] = defaultdict(list)
        for line in sorted(lines, key=self._turn):
            key = (line.posting.account, line.posting.partner)
            held[key].append(line)
            parts[key].append(self._part(line))
        keys = sorted(held, key=lambda one: (one[0], one[1] or ""))
        made = tuple(self._line(key, held[key], parts[key]) for key in keys)
        return self._proved(made)

    def _turn(self, line: JournalLine) -> tuple[date, int, EntryId]:
        """By day: what comes, goes, comes back, goes back, and what follows the rates of these."""
        account, amount = self._account(line), line.posting.functional
        turn = (amount.minor * _sign(account) < 0) + (2 if _undone(line) else 0)
        return line.on, turn if self._user(account) is None else _FOLLOWING, line.entry

    def _account(self, line: JournalLine) -> Account:
        return self.chart.account(line.posting.account)

    def _user(self, account: Account) -> UsedUp | None:
        return next((one for one in self.rules.used_up if account.code in one.by), None)

    def _part(self, line: JournalLine) -> Figure:
        """One posting at its rate."""
        account = self._account(line)
        used_up = self._user(account)
        if used_up is not None:
            return self._using_up(line, used_up)
        if account.monetary:
            return self._at(line, self.rates.closing)
        if account.type.is_balance:
            return self._in_layers(line)
        if account.translation is TranslationRule.AVERAGE:
            return self._at(line, self._average(line))
        return self._at(line, self._of_day(line))

    def _at(self, line: JournalLine, decision: RateDecision) -> Figure:
        return Figure.converted(f"Posting of {line.on}", _kept(line), decision)

    def _of_day(self, line: JournalLine) -> RateDecision:
        found = self.rates.dated.get(line.on)
        return found or self._missing(line)

    def _average(self, line: JournalLine) -> RateDecision:
        ends = [day for day in self.rates.averages if day >= line.on]
        return self.rates.averages[min(ends)] if ends else self._missing(line)

    def _missing(self, line: JournalLine) -> RateDecision:
        account = line.posting.account
        raise RemeasurementRateMissing(company=self.company, account=account, on=line.on)

    def _in_layers(self, line: JournalLine) -> Figure:
        """What comes to a non-monetary account is a layer; what goes takes of the layers."""
        account, kept = self._account(line), _exact(line.posting.functional)
        pool = self.pools.setdefault(account.code, Pool(self._flow(account), _sign(account)))
        gone = self.took.get((_undone(line), account.code), [])
        if gone:  # a reversal brings back what was taken then, each line its share
            back = [one.part(kept / total(gone)[0]) for one in gone]
            pool.layers += back
            taken = [one.part(Fraction(-1)) for one in back]
        elif kept * pool.sign < 0:
            taken = pool.take(abs(kept), self._named(line))
            self.took.setdefault((line.entry, account.code), []).extend(taken)
        else:
            taken = []
        return self._laid(line, pool, taken)

    def _laid(self, line: JournalLine, pool: Pool, taken: list[Layer]) -> Figure:
        """What the layers did not answer for is a layer of its own, at the rate of the day."""
        out, value = total(taken)
        left = _exact(line.posting.functional) + out
        rates = [one.decision for one in taken]
        if left:
            decision = self._of_day(line)
            layer = Layer(line.entry, left, left * self._ratio(decision), decision)
            pool.layers.append(layer)
            rates.append(decision)
            value -= layer.value
        return self._figure(line, -value, rates, "at the rate of the day it came")

    def _using_up(self, line: JournalLine, used_up: UsedUp) -> Figure:
        """Depreciation, or cost of sales: at the historical rate of what it uses up."""
        asset = used_up.asset
        pool, this = self.pools.get(asset), (line.entry, asset)
        held = pool.held(self._named(line)) if pool else []
        layers = self.took.get(this) or self.rated.get((_undone(line), asset)) or held
        kept, value = total(layers)
        if not kept:
            raise NothingUsedUp(
                company=self.company, account=line.posting.account, asset=asset, on=line.on
            )
        self.rated[this] = layers
        exact = _exact(line.posting.functional) * value / kept
        rates = [one.decision for one in layers]
        return self._figure(line, exact, rates, f"at the historical rate of {asset}")

    def _flow(self, account: Account) -> CostFlow:
        flows = {one.asset: one.flow for one in self.rules.used_up}
        return flows.get(account.code, CostFlow.FIFO)

    def _named(self, line: JournalLine) -> EntryId | None:
        """The entry that brought what a line takes: by the rules, or what it reverses."""
        return self.rules.purchases.get(line.entry) or _undone(line)

    def _ratio(self, decision: RateDecision) -> Fraction:
        one = Money.from_minor(self.kept_in.minor_units, self.kept_in)
        return decision.convert_exactly(one).value

    def _figure(
        self, line: JournalLine, exact: Fraction, rates: list[RateDecision], rule: str
    ) -> Figure:
        value = RationalMoney(exact, self.functional).rounded(Rounding.HALF_EVEN)
        inputs: tuple[Input, ...] = (_kept(line), *dict.fromkeys(rates))
        return Figure(f"Posting of {line.on}", value, rule, inputs, exact)

    def _line(self, key: _Key, held: list[JournalLine], parts: list[Figure]) -> RemeasuredLine:
        account = self.chart.account(key[0])
        label = f"{account.name} of {self.company}"
        label = f"{label} with {key[1]}" if key[1] else label
        kept = Figure.total(label, map(_kept, held), self.kept_in, "sum of the postings")
        measured = Figure.blended(label, parts, self.functional)
        return RemeasuredLine(account, key[1], kept, measured)

    def _effects(self, lines: tuple[RemeasuredLine, ...]) -> Iterator[Figure]:
        """What moved the net monetary position, from its rate to the closing rate."""
        for line in lines:
            if not line.account.monetary:
                now = self.rates.closing.convert_exactly(line.kept.value).value
                exact = line.measured.exact_value - now
                value = RationalMoney(exact, self.functional).rounded(Rounding.HALF_EVEN)
                rule = f"{-line.kept.value} x (closing rate - its rates)"
                inputs = (line.measured, self.rates.closing)
                yield Figure(f"Effect of {line.measured.label}", value, rule, inputs, exact)

    def _proved(self, lines: tuple[RemeasuredLine, ...]) -> Remeasurement:
        label = f"Remeasurement gain of {self.company}"
        gain = Figure.blended(label, self._effects(lines), self.functional)
        measured = [one.measured for one in lines]
        plug = Figure.total(f"{label} by plug", measured, self.functional, "what balances")
        rounding = gain.value - plug.value
        units = 2 * self.functional.minor_units
        bound = RationalMoney(Fraction(len(lines) + 1, units), self.functional)
        if abs(_exact(rounding)) > bound.value:
            raise RemeasurementUnproved(
                company=self.company,
                as_of=self.as_of,
                difference=rounding,
                bound=str(bound.rounded(Rounding.UP)),
            )
        return Remeasurement(
            self.company, self.as_of, self.functional, lines, gain, plug, rounding, bound
        )


def _undone(line: JournalLine) -> EntryId:
    """The entry that a reversal takes back; the empty id, which no entry has, for all others."""
    entry = line.entry
    return EntryId(entry.removesuffix(REVERSAL) if entry.endswith(REVERSAL) else "")


def _kept(line: JournalLine) -> Figure:
    posting = line.posting
    text = f"{line.on} {line.kind}, {posting.amount} on account {posting.account}"
    evidence = Evidence("entry", line.entry, f"{text}: {posting.text}" if posting.text else text)
    return Figure.stated(f"Posting of {line.on}", posting.functional, evidence, rule="posted")


def _sign(account: Account) -> int:
    return -1 if account.type is AccountType.LIABILITY else 1
