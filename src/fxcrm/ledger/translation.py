"""Translation: a company's books in the group's currency (IAS 21.39, D17 to D20).

Assets and liabilities go at the closing rate, income and expense at the average of the
period, capital and dealings within the group at the rate of their day. What that leaves over
is the translation reserve. It is computed by two routes on every run: as the plug that
balances the sheet, and as a roll-forward of what moved at which rate. They may differ by the
rounding of the lines, which is kept apart and bounded; otherwise the run is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import groupby

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.errors import CallError, RuleRefused
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import AccountCode, CompanyId, DecisionId
from fxcrm.ledger.accounts import Account, Chart, TranslationRule
from fxcrm.ledger.snapshots import TranslatedBalance, TranslationSnapshot
from fxcrm.ledger.trial_balance import JournalLine
from fxcrm.money import Money, RationalMoney, Rounding
from fxcrm.moneybag import MoneyBag


class TranslationUnproved(RuleRefused):
    """The two routes to the reserve differ by more than the rounding of the lines (D19)."""

    company: CompanyId
    as_of: date
    difference: Money
    bound: str
    template = (
        "the reserve of {company} at {as_of} is not proved: the routes differ by {difference}, "
        "rounding explains at most {bound:plain}; check rates and opening"
    )


class TranslationRateMissing(RuleRefused):
    """A rate that the translation needs was not decided."""

    company: CompanyId
    account: AccountCode
    on: date
    template = "translating account {account} of {company}: no rate was decided for {on} (D17)"


class OpeningChanged(RuleRefused):
    """Postings before the opening no longer add up to what was translated then (D20)."""

    company: CompanyId
    account: AccountCode
    as_of: date
    now: Money
    template = (
        "account {account} of {company} at {as_of} is now {now}, which is not what was "
        "translated then; reverse the late entry into the open period"
    )


@attrs.frozen
class TranslationRates:
    """The decisions of one run: closing, average, those of single days, and the last closing.

    All are between the functional and the presentation currency. ``opening`` is the closing
    decision of the snapshot that the run continues, None for the first one.
    """

    closing: RateDecision
    average: RateDecision
    dated: Mapping[date, RateDecision]
    opening: RateDecision | None = None


class WrongRateDay(CallError):
    """A decision that was taken for another day than the one it is used for."""

    decision: DecisionId
    needed: date
    template = (
        "rate decision {decision} is not of {needed}; translate with the decision of that day"
    )


@attrs.frozen
class TranslatedPart:
    """An amount that goes at one rate; ``decision`` is None for what was translated before."""

    functional: Figure
    presentation: Figure
    decision: RateDecision | None


@attrs.frozen
class TranslatedLine:
    """An account, or its dealings with one partner, in both currencies; debit positive.

    ``documents`` are the sums in document currency, by which partners are matched. ``slack`` is
    what rounding may have added to the line since the beginning: half a unit for each amount
    translated, and half a functional unit at its rate for each foreign posting.
    """

    account: Account
    partner: CompanyId | None
    documents: MoneyBag
    functional: Figure
    presentation: Figure
    parts: tuple[TranslatedPart, ...]
    slack: RationalMoney


@attrs.frozen
class Translation:
    """A company's books in presentation currency, with the reserve proved.

    ``reserve`` is the cumulative translation reserve by roll-forward, ``plug`` the figure
    that balances the sheet; a gain is positive. ``rounding`` is reserve less plug, cumulative
    (a debit is positive), ``rounded`` the number of lines behind it. ``added`` is this run's
    share of the rounding, ``bound`` what that may be at the most.
    """

    company: CompanyId
    as_of: date
    presentation: Currency
    lines: tuple[TranslatedLine, ...]
    reserve: Figure
    plug: Figure
    rounding: Money
    rounded: int
    added: Money
    bound: RationalMoney
    closing: RateDecision | None

    def snapshot(self) -> TranslationSnapshot:
        """What the next run opens with."""
        balances = tuple(
            TranslatedBalance(
                line.account.code, line.partner, line.functional.value, line.presentation.value
            )
            for line in self.lines
        )
        closing = self.closing.id if self.closing else None
        return TranslationSnapshot(
            self.company,
            self.presentation,
            self.as_of,
            closing,
            balances,
            self.reserve.value,
            self.rounding,
            self.rounded,
        )


def translate(
    company: CompanyId,
    as_of: date,
    lines: Iterable[JournalLine],
    *,
    chart: Chart,
    functional: Currency,
    presentation: Currency,
    rates: TranslationRates | None = None,
    opening: TranslationSnapshot | None = None,
    earlier: Translation | None = None,
) -> Translation:
    """Translate every posting up to ``as_of``; ``opening`` is the last translation before.

    ``earlier`` is that translation with its figures, where it is at hand: then what was brought
    forward explains itself down to its postings too. ``rates`` is None only where both
    currencies are the same: nothing is translated then. Raises `TranslationRateMissing`,
    `WrongRateDay`, `OpeningChanged`, `TranslationUnproved`.
    """
    run = _Run(company, as_of, chart, functional, presentation, opening, earlier)
    held = tuple(_by_account(lines))
    run.refuse_changed_opening(held)
    if rates is None:
        translated = tuple(run.as_it_is(*one) for one in held)
        effects: tuple[Figure, ...] = ()
        rounded = 0
    else:
        _refuse_other_days(rates, as_of, opening)
        translated = tuple(run.line(rates, *one) for one in held)
        effects, rounded = tuple(run.effects(rates, translated)), run.rounded(translated)
    plug = Figure.total(
        f"Translation reserve of {company} by plug",
        (line.presentation for line in translated),
        presentation,
        "translated net assets less translated equity; a gain is positive (D19)",
    )
    reserve = run.rolled_forward(effects)
    rounding = reserve.value - plug.value
    added = rounding - (opening.rounding if opening else Money.zero(presentation))
    bound = RationalMoney(Fraction(rounded, 2 * presentation.minor_units), presentation)
    if abs(Fraction(added.amount)) > bound.value:
        raise TranslationUnproved(
            company=company, as_of=as_of, difference=added, bound=str(bound.rounded(Rounding.UP))
        )
    closing = rates.closing if rates else None
    so_far = rounded + (opening.rounded if opening else 0)
    return Translation(
        company,
        as_of,
        presentation,
        translated,
        reserve,
        plug,
        rounding,
        so_far,
        added,
        bound,
        closing,
    )


def _refuse_other_days(
    rates: TranslationRates, as_of: date, opening: TranslationSnapshot | None
) -> None:
    used = [(rates.closing, as_of), (rates.average, as_of)]
    used += [(decision, day) for day, decision in rates.dated.items()]
    used += [(rates.opening, opening.as_of)] if opening and rates.opening else []
    for decision, day in used:
        if decision.valid_on != day:
            raise WrongRateDay(decision=decision.id, needed=day)


_Key = tuple[AccountCode, CompanyId | None]


def _by_account(lines: Iterable[JournalLine]) -> Iterator[tuple[_Key, list[JournalLine]]]:
    """Postings grouped by account and partner, in the order of the codes."""
    groups: dict[_Key, list[JournalLine]] = {}
    for line in lines:
        groups.setdefault((line.posting.account, line.posting.partner), []).append(line)
    for key in sorted(groups, key=lambda one: (one[0], one[1] or "")):
        yield key, groups[key]


def posted(line: JournalLine) -> Figure:
    """A posting as a figure in functional currency."""
    posting = line.posting
    text = f"{line.on} {line.kind}, {posting.amount} on account {posting.account}"
    evidence = Evidence("entry", line.entry, f"{text}: {posting.text}" if posting.text else text)
    rule = f"posted, with rate decision {posting.decision}" if posting.decision else "posted"
    inputs = (evidence, line.decision) if line.decision else (evidence,)
    return Figure(f"Posting of {line.on}", posting.functional, rule, inputs)


@attrs.frozen(eq=False)
class _Run:
    """One translation under way."""

    company: CompanyId
    as_of: date
    chart: Chart
    functional: Currency
    presentation: Currency
    opening: TranslationSnapshot | None
    earlier: Translation | None

    def as_it_is(self, key: _Key, held: list[JournalLine]) -> TranslatedLine:
        """A line of books that are kept in the presentation currency already."""
        total = self._sum(self._label(key), held)
        return self._line(key, held, total, (TranslatedPart(total, total, None),))

    def line(self, rates: TranslationRates, key: _Key, held: list[JournalLine]) -> TranslatedLine:
        """One account, or its dealings with one partner, in both currencies."""
        total = self._sum(self._label(key), held)
        if self.chart.account(key[0]).translation is TranslationRule.CLOSING:
            return self._line(key, held, total, (_part(total.label, total, rates.closing),))
        return self._line(key, held, total, tuple(self._parts(rates, key, held)))

    def _label(self, key: _Key) -> str:
        name = f"{self.chart.account(key[0]).name} of {self.company}"
        return f"{name} with {key[1]}" if key[1] else name

    def _line(
        self, key: _Key, held: list[JournalLine], total: Figure, parts: tuple[TranslatedPart, ...]
    ) -> TranslatedLine:
        shown = [one.presentation for one in parts]
        figure = shown[0] if len(shown) == 1 else self._total(total.label, shown)
        documents = MoneyBag.of(*(one.posting.amount for one in held))
        account, slack = self.chart.account(key[0]), self._slack(held, total, figure, parts)
        return TranslatedLine(account, key[1], documents, total, figure, parts, slack)

    def _slack(
        self,
        held: list[JournalLine],
        total: Figure,
        shown: Figure,
        parts: tuple[TranslatedPart, ...],
    ) -> RationalMoney:
        """How far rounding alone may have moved a line since the beginning."""
        dated = self.chart.account(held[0].posting.account).translation is TranslationRule.DATED
        translated = len({one.on for one in held}) if dated else len(parts)
        foreign = sum(one.posting.amount.currency is not self.functional for one in held)
        unit = Money.from_minor(1, self.functional)
        rates = [part.decision.convert_exactly(unit).value for part in parts if part.decision]
        if total.value and shown.value:
            rates.append(abs(Fraction(shown.value.amount) / total.value.minor))
        largest = max(rates, default=Fraction(1, self.presentation.minor_units))
        own = Fraction(translated, self.presentation.minor_units)
        return RationalMoney((own + foreign * largest) / 2, self.presentation)

    def _total(self, label: str, parts: Iterable[Figure]) -> Figure:
        return Figure.total(label, parts, self.presentation)

    def _sum(self, label: str, lines: list[JournalLine]) -> Figure:
        return Figure.total(label, map(posted, lines), self.functional, "sum of the postings")

    def _parts(
        self, rates: TranslationRates, key: _Key, held: list[JournalLine]
    ) -> Iterator[TranslatedPart]:
        """What was translated before stays (D20), then the period at its rates."""
        opened = self.opening.as_of if self.opening else date.min
        before = [one for one in held if one.on <= opened]
        if self.opening and before:
            yield self._carried(self.opening, key, before)
        during = [one for one in held if one.on > opened]
        for name, lines, decision in self._periods(rates, key, during):
            yield _part(name, self._sum(name, lines), decision)

    def _periods(
        self, rates: TranslationRates, key: _Key, during: list[JournalLine]
    ) -> Iterator[tuple[str, list[JournalLine], RateDecision]]:
        """The period as a whole at its average, or each day of it at its own rate (D17)."""
        rule, label = self.chart.account(key[0]).translation, self._label(key)
        if rule is TranslationRule.AVERAGE and during:
            yield f"{label}, period to {self.as_of}", during, rates.average
        if rule is TranslationRule.DATED:
            for day, lines in groupby(sorted(during, key=_day), key=_day):
                if day not in rates.dated:
                    raise TranslationRateMissing(company=self.company, account=key[0], on=day)
                yield f"{label} on {day}", list(lines), rates.dated[day]

    def _carried(
        self, opening: TranslationSnapshot, key: _Key, before: list[JournalLine]
    ) -> TranslatedPart:
        """What an earlier run translated stays as it was then (D20)."""
        label = self._label(key)
        functional = self._sum(f"{label} until {opening.as_of}", before)
        nothing = Money.zero(self.presentation)  # late postings that cancel each other
        carried = _balances(opening).get(key)
        rule = f"as translated at {opening.as_of}, carried forward (D20)"
        value = carried.presentation if carried else nothing
        then = _figures(self.earlier).get(key, functional)
        shown = Figure(f"{label}, brought forward", value, rule, (then,))
        return TranslatedPart(functional, shown, None)

    def refuse_changed_opening(self, held: tuple[tuple[_Key, list[JournalLine]], ...]) -> None:
        """Every line of the opening must still add up to what was translated then (D20)."""
        if self.opening is None:
            return
        now = {key: self._until(self.opening.as_of, lines) for key, lines in held}
        then = {key: one.functional for key, one in _balances(self.opening).items()}
        zero = Money.zero(self.functional)
        for key in sorted(now.keys() | then.keys(), key=lambda one: (one[0], one[1] or "")):
            found = now.get(key, zero)
            if found != then.get(key, zero):
                raise OpeningChanged(
                    company=self.company, account=key[0], as_of=self.opening.as_of, now=found
                )

    def _until(self, day: date, lines: list[JournalLine]) -> Money:
        held = (one.posting.functional for one in lines if one.on <= day)
        return Money.total(held, currency=self.functional)

    def rolled_forward(self, effects: tuple[Figure, ...]) -> Figure:
        """The reserve as the sum of its causes, rounded once."""
        exact = sum((one.exact_value for one in effects), Fraction(0))
        return Figure(
            f"Translation reserve of {self.company}",
            RationalMoney(exact, self.presentation).rounded(Rounding.HALF_EVEN),
            "opening reserve + opening net assets x (closing - opening rate) "
            "+ each movement x (closing - its rate); a gain is positive (D19)",
            effects,
            exact,
        )

    def effects(
        self, rates: TranslationRates, lines: tuple[TranslatedLine, ...]
    ) -> Iterator[Figure]:
        """Opening reserve, then opening net assets and each movement by the change of its rate."""
        if self.opening:
            yield from self._opening_effects(rates, self.opening)
        for line in lines:
            if line.account.translation is not TranslationRule.CLOSING:
                for part in line.parts:
                    if part.decision is not None:
                        yield self._effect(rates, part.functional, part.decision, sign=-1)

    def _opening_effects(
        self, rates: TranslationRates, opening: TranslationSnapshot
    ) -> Iterator[Figure]:
        evidence = Evidence("translation", f"{self.company} {opening.as_of}")
        then = (evidence, self.earlier.reserve) if self.earlier else (evidence,)
        yield Figure("Opening reserve", opening.reserve, "as recorded", then)
        closing = (
            one.functional
            for one in opening.balances
            if self.chart.account(one.account).translation is TranslationRule.CLOSING
        )
        net = Money.total(closing, currency=self.functional)
        if rates.opening is None:
            account = opening.balances[0].account
            raise TranslationRateMissing(company=self.company, account=account, on=opening.as_of)
        yield self._effect(rates, Figure.stated("Opening net assets", net, evidence), rates.opening)

    def _effect(
        self, rates: TranslationRates, moved: Figure, at: RateDecision, sign: int = 1
    ) -> Figure:
        """``moved x (closing - its rate)``; a credit to equity is an increase, hence the sign."""
        now = rates.closing.convert_exactly(moved.value)
        then = at.convert_exactly(moved.value)
        exact = (now.value - then.value) * sign
        value = RationalMoney(exact, self.presentation).rounded(Rounding.HALF_EVEN)
        rule = f"{moved.value * sign} x (closing rate - {at.id})"
        return Figure(f"Effect on {moved.label}", value, rule, (moved, rates.closing, at), exact)

    def rounded(self, lines: tuple[TranslatedLine, ...]) -> int:
        """How many lines were rounded: opening, movement, closing, and the reserve itself (D19)."""
        opening = len(self.opening.balances) + 1 if self.opening else 0
        return 1 + opening + sum(len(line.parts) for line in lines)


def _balances(opening: TranslationSnapshot) -> dict[_Key, TranslatedBalance]:
    return {(one.account, one.partner): one for one in opening.balances}


def _figures(translation: Translation | None) -> dict[_Key, Figure]:
    lines = translation.lines if translation else ()
    return {(line.account.code, line.partner): line.presentation for line in lines}


def _day(line: JournalLine) -> date:
    return line.on


def _part(label: str, functional: Figure, decision: RateDecision) -> TranslatedPart:
    return TranslatedPart(functional, Figure.converted(label, functional, decision), decision)
