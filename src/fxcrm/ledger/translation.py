"""Translation: a company's books in the group's currency (IAS 21.39, D17 to D20).

Assets and liabilities go at the closing rate, income and expense at the average of the
period, capital and dealings within the group at the rate of their day. What that leaves over
is the translation reserve. It is computed by two routes on every run: as the plug that
balances the sheet, and as a roll-forward of what moved at which rate. They may differ by the
rounding of the lines, which is kept apart and bounded; otherwise the run is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.errors import CallError, RuleRefused
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import AccountCode, CompanyId, DecisionId
from fxcrm.ledger.accounts import Chart, TranslationRule
from fxcrm.ledger.reservecauses import ReserveCauses, estimated
from fxcrm.ledger.snapshots import TranslatedBalance, TranslationSnapshot
from fxcrm.ledger.translatedbooks import ReserveCause
from fxcrm.ledger.translatedbooks import TranslatedLine as TranslatedLine
from fxcrm.ledger.translatedbooks import TranslatedPart as TranslatedPart
from fxcrm.ledger.translatedbooks import Translation as Translation
from fxcrm.ledger.translatedbooks import TranslationRateMissing as TranslationRateMissing
from fxcrm.ledger.translatedbooks import TranslationRates as TranslationRates
from fxcrm.ledger.trial_balance import JournalLine
from fxcrm.money import Money, RationalMoney, Rounding
from fxcrm.moneybag import MoneyBag

_WHOLE: Final = Fraction(1)


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


class WrongRateDay(CallError):
    """A decision that was taken for another day than the one it is used for."""

    decision: DecisionId
    needed: date
    template = (
        "rate decision {decision} is not of {needed}; translate with the decision of that day"
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
    share: Fraction = _WHOLE,
) -> Translation:
    """Translate every posting up to ``as_of``; ``opening`` is the last translation before.

    ``earlier`` is that translation with its figures, where it is at hand: then what was brought
    forward explains itself down to its postings too. ``rates`` is None only where both
    currencies are the same: nothing is translated then. ``share`` is what the group takes of
    each amount, before it is rounded (D28); that of the opening must be the same. Raises
    `TranslationRateMissing`, `WrongRateDay`, `EstimateNotGiven`, `OpeningChanged`, and
    `TranslationUnproved`.
    """
    run = _Run(company, as_of, chart, functional, presentation, opening, earlier, share)
    held = tuple(_by_account(lines))
    run.refuse_changed_opening(held)
    if rates is None:
        translated = tuple(run.as_it_is(*one) for one in held)
        causes: tuple[ReserveCause, ...] = ()
        rounded = 0 if share == 1 else run.rounded(translated)
    else:
        _refuse_other_days(rates, as_of, opening)
        translated = tuple(run.line(rates, *one) for one in held)
        causes, rounded = tuple(run.causes.effects(rates, translated)), run.rounded(translated)
    reserve = run.rolled_forward(tuple(one.effect for one in causes))
    made = run.proved(translated, reserve, rounded, rates)
    return attrs.evolve(made, causes=causes)


def acquired(
    company: CompanyId,
    on: date,
    lines: Iterable[JournalLine],
    *,
    chart: Chart,
    functional: Currency,
    presentation: Currency,
    rate: RateDecision | None,
    share: Fraction = _WHOLE,
) -> Translation:
    """Books as they were acquired at the end of a day: every line at the spot of that day.

    The reserve is zero, for what happened before is not the group's; rounding is kept apart as
    ever. What is posted later does not count. ``rate`` is None only where both currencies are the
    same. Raises `WrongRateDay`, and `TranslationUnproved` for books that do not balance.
    """
    if rate is not None and rate.valid_on != on:
        raise WrongRateDay(decision=rate.id, needed=on)
    run = _Run(company, on, chart, functional, presentation, None, None, share)
    held = _by_account(one for one in lines if one.on <= on)
    translated = tuple(run.as_acquired(rate, *one) for one in held)
    rule = "acquired on that day: every line goes at its spot, and nothing is left over"
    reserve = Figure(run.reserve_label, Money.zero(presentation), rule, (rate,) if rate else ())
    rounded = 0 if rate is None and share == 1 else run.rounded(translated)
    return attrs.evolve(run.proved(translated, reserve, rounded, None), closing=rate)


def acquisition_snapshot(
    company: CompanyId,
    on: date,
    lines: Iterable[JournalLine],
    *,
    chart: Chart,
    functional: Currency,
    presentation: Currency,
    rate: RateDecision | None,
    share: Fraction = _WHOLE,
) -> TranslationSnapshot:
    """What the first translation after an acquisition opens with. Raises what `acquired` does."""
    return acquired(
        company,
        on,
        lines,
        chart=chart,
        functional=functional,
        presentation=presentation,
        rate=rate,
        share=share,
    ).snapshot()


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
    share: Fraction

    def as_it_is(self, key: _Key, held: list[JournalLine]) -> TranslatedLine:
        """A line of books that are kept in the presentation currency already."""
        total = self._sum(self._label(key), held)
        shown = total if self.share == 1 else self._shared(total)
        return self._line(key, held, total, (TranslatedPart(total, shown, None),))

    def as_acquired(
        self, rate: RateDecision | None, key: _Key, held: list[JournalLine]
    ) -> TranslatedLine:
        """A line as it was acquired: what happened before is not told apart."""
        if rate is None:
            return self.as_it_is(key, held)
        total = self._sum(self._label(key), held)
        return self._line(key, held, total, (self._part(total.label, total, rate),))

    def _shared(self, whole: Figure) -> Figure:
        exact = RationalMoney(whole.exact_value * self.share, whole.value.currency)
        rule = f"{self.share} of {whole.value}, rounded half even (D28)"
        return Figure(whole.label, exact.rounded(Rounding.HALF_EVEN), rule, (whole,), exact.value)

    def _part(self, label: str, functional: Figure, decision: RateDecision) -> TranslatedPart:
        """An amount at one rate; a share is taken of it before it is rounded (D28)."""
        if self.share == 1:
            shown = Figure.converted(label, functional, decision)
            return TranslatedPart(functional, shown, decision)
        exact = decision.convert_exactly(functional.value).value * self.share
        value = RationalMoney(exact, self.presentation).rounded(Rounding.HALF_EVEN)
        rule = f"{self.share} of {functional.value} at {decision.rate}, rounded half even (D28)"
        shown = Figure(label, value, rule, (functional, decision), exact)
        return TranslatedPart(functional, shown, decision)

    def line(self, rates: TranslationRates, key: _Key, held: list[JournalLine]) -> TranslatedLine:
        """One account, or its dealings with one partner, in both currencies."""
        total = self._sum(self._label(key), held)
        if self.chart.account(key[0]).translation is TranslationRule.CLOSING:
            return self._line(key, held, total, (self._part(total.label, total, rates.closing),))
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
        rates = [
            part.decision.convert_exactly(unit).value * self.share
            for part in parts
            if part.decision
        ]
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
            yield self._carried(rates, self.opening, key, before)
        during = [one for one in held if one.on > opened]
        for name, lines, decision in self._periods(rates, key, during):
            yield self._part(name, self._sum(name, lines), decision)

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
        self,
        rates: TranslationRates,
        opening: TranslationSnapshot,
        key: _Key,
        before: list[JournalLine],
    ) -> TranslatedPart:
        """What an earlier run translated stays as it was then (D20)."""
        label = self._label(key)
        functional = self._sum(f"{label} until {opening.as_of}", before)
        nothing = Money.zero(self.presentation)  # late postings that cancel each other
        carried = _balances(opening).get(key)
        rule = f"as translated at {opening.as_of}, carried forward (D20)"
        value = carried.presentation if carried else nothing
        then = _figures(self.earlier).get(key, functional)
        estimates = estimated(self.company, rates, carried.estimates if carried else ())
        shown = Figure(f"{label}, brought forward", value, rule, (then, *estimates))
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

    def proved(
        self,
        lines: tuple[TranslatedLine, ...],
        reserve: Figure,
        rounded: int,
        rates: TranslationRates | None,
    ) -> Translation:
        """The whole, once both routes to the reserve agree within the rounding (D19)."""
        opening = self.opening
        plug = Figure.total(
            f"{self.reserve_label} by plug",
            (line.presentation for line in lines),
            self.presentation,
            "translated net assets less translated equity; a gain is positive (D19)",
        )
        rounding = reserve.value - plug.value
        added = rounding - (opening.rounding if opening else Money.zero(self.presentation))
        bound = RationalMoney(Fraction(rounded, 2 * self._units), self.presentation)
        if abs(Fraction(added.amount)) > bound.value:
            raise TranslationUnproved(
                company=self.company,
                as_of=self.as_of,
                difference=added,
                bound=str(bound.rounded(Rounding.UP)),
            )
        return Translation(
            self.company,
            self.as_of,
            self.presentation,
            lines,
            reserve,
            plug,
            rounding,
            rounded + (opening.rounded if opening else 0),
            added,
            bound,
            rates.closing if rates else None,
            self.share,
            opening=opening,
        )

    @property
    def causes(self) -> ReserveCauses:
        """The second route to the reserve."""
        return ReserveCauses(
            self.company,
            self.chart,
            self.functional,
            self.presentation,
            self.opening,
            self.earlier,
            self.share,
        )

    @property
    def reserve_label(self) -> str:
        """What the reserve is called."""
        return f"Translation reserve of {self.company}"

    @property
    def _units(self) -> int:
        return self.presentation.minor_units

    def rolled_forward(self, effects: tuple[Figure, ...]) -> Figure:
        """The reserve as the sum of its causes, rounded once."""
        exact = sum((one.exact_value for one in effects), Fraction(0))
        return Figure(
            self.reserve_label,
            RationalMoney(exact, self.presentation).rounded(Rounding.HALF_EVEN),
            "opening reserve + opening net assets x (closing - opening rate) "
            "+ each movement x (closing - its rate); a gain is positive (D19)",
            effects,
            exact,
        )

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
