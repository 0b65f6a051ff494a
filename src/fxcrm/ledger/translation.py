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

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.errors import RuleRefused
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import AccountCode, CompanyId
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


@attrs.frozen
class TranslatedPart:
    """An amount that goes at one rate; ``decision`` is None for what was translated before."""

    functional: Figure
    presentation: Figure
    decision: RateDecision | None


@attrs.frozen
class TranslatedLine:
    """An account, or its dealings with one partner, in both currencies; debit positive.

    ``documents`` are the sums in document currency, by which partners are matched.
    """

    account: Account
    partner: CompanyId | None
    documents: MoneyBag
    functional: Figure
    presentation: Figure
    parts: tuple[TranslatedPart, ...]


@attrs.frozen
class Translation:
    """A company's books in presentation currency, with the reserve proved.

    ``reserve`` is the cumulative translation reserve by roll-forward, ``plug`` the figure
    that balances the sheet; a gain is positive. ``rounding`` is reserve less plug, cumulative
    (a debit is positive); ``added`` is this run's share of it, ``bound`` what that may be.
    """

    company: CompanyId
    as_of: date
    presentation: Currency
    lines: tuple[TranslatedLine, ...]
    reserve: Figure
    plug: Figure
    rounding: Money
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
) -> Translation:
    """Translate every posting up to ``as_of``; ``opening`` is the last translation before.

    ``rates`` is None only where both currencies are the same: nothing is translated then.
    Raises `TranslationRateMissing`, `TranslationUnproved`.
    """
    run = _Run(company, as_of, chart, functional, presentation, rates, opening)
    translated = tuple(run.line(*held) for held in _by_account(lines))
    plug = Figure.total(
        f"Translation reserve of {company} by plug",
        (line.presentation for line in translated),
        presentation,
        "translated net assets less translated equity; a gain is positive (D19)",
    )
    reserve = run.rolled_forward(translated)
    rounding = reserve.value - plug.value
    added = rounding - (opening.rounding if opening else Money.zero(presentation))
    bound = run.bound(translated)
    if abs(Fraction(added.amount)) > bound.value:
        raise TranslationUnproved(
            company=company, as_of=as_of, difference=added, bound=str(bound.rounded(Rounding.UP))
        )
    closing = rates.closing if rates else None
    return Translation(
        company, as_of, presentation, translated, reserve, plug, rounding, added, bound, closing
    )


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
    rule = f"posted at rate decision {posting.decision}" if posting.decision else "posted"
    return Figure.stated(f"Posting of {line.on}", posting.functional, evidence, rule=rule)


@attrs.frozen(eq=False)
class _Run:
    """One translation under way."""

    company: CompanyId
    as_of: date
    chart: Chart
    functional: Currency
    presentation: Currency
    rates: TranslationRates | None
    opening: TranslationSnapshot | None

    def line(self, key: _Key, held: list[JournalLine]) -> TranslatedLine:
        """One account, or its dealings with one partner, in both currencies."""
        account, partner = self.chart.account(key[0]), key[1]
        label = f"{account.name} of {self.company}" + (f" with {partner}" if partner else "")
        total = self._sum(label, held)
        parts = tuple(self._parts(label, key, held, total))
        shown = (
            parts[0].presentation
            if len(parts) == 1
            else Figure.total(label, (one.presentation for one in parts), self.presentation)
        )
        documents = MoneyBag.of(*(one.posting.amount for one in held))
        return TranslatedLine(account, partner, documents, total, shown, parts)

    def _parts(
        self, label: str, key: _Key, held: list[JournalLine], total: Figure
    ) -> Iterator[TranslatedPart]:
        account = self.chart.account(key[0])
        if self.rates is None:
            yield TranslatedPart(total, total, None)
        elif account.translation is TranslationRule.CLOSING:
            yield self._part(label, total, self.rates.closing)
        else:
            before = [one for one in held if self._is_opening(one.on)]
            during = [one for one in held if not self._is_opening(one.on)]
            if before:
                yield self._carried(label, key, before)
            for name, lines, decision in self._periods(account, label, during):
                yield self._part(name, self._sum(name, lines), decision)

    def _periods(
        self, account: Account, label: str, during: list[JournalLine]
    ) -> Iterator[tuple[str, list[JournalLine], RateDecision]]:
        """The period as a whole at its average, or each day of it at its own rate (D17)."""
        assert self.rates is not None
        if during and account.translation is TranslationRule.AVERAGE:
            yield f"{label}, period to {self.as_of}", during, self.rates.average
        elif account.translation is TranslationRule.DATED:
            for day in sorted({one.on for one in during}):
                lines = [one for one in during if one.on == day]
                yield f"{label} on {day}", lines, self._dated(account, day)

    def _dated(self, account: Account, day: date) -> RateDecision:
        decision = self.rates.dated.get(day) if self.rates else None
        if decision is None:
            raise TranslationRateMissing(company=self.company, account=account.code, on=day)
        return decision

    def _part(self, label: str, functional: Figure, decision: RateDecision) -> TranslatedPart:
        return TranslatedPart(functional, Figure.converted(label, functional, decision), decision)

    def _carried(self, label: str, key: _Key, before: list[JournalLine]) -> TranslatedPart:
        """What an earlier run translated stays as it was then (D20)."""
        assert self.opening is not None
        balances = {(one.account, one.partner): one for one in self.opening.balances}
        functional = self._sum(f"{label} until {self.opening.as_of}", before)
        carried = balances.get(key)
        if carried is None or carried.functional != functional.value:
            raise OpeningChanged(
                company=self.company, account=key[0], as_of=self.opening.as_of, now=functional.value
            )
        rule = f"as translated at {self.opening.as_of}, carried forward (D20)"
        shown = Figure(f"{label}, brought forward", carried.presentation, rule, (functional,))
        return TranslatedPart(functional, shown, None)

    def _is_opening(self, day: date) -> bool:
        return self.opening is not None and day <= self.opening.as_of

    def _sum(self, label: str, lines: list[JournalLine]) -> Figure:
        return Figure.total(label, map(posted, lines), self.functional, "sum of the postings")

    def rolled_forward(self, lines: tuple[TranslatedLine, ...]) -> Figure:
        """Opening reserve, then opening net assets and each movement by the change of its rate."""
        parts = tuple(self._effects(lines))
        exact = sum(
            (Fraction(one.value.amount) if one.exact is None else one.exact for one in parts),
            Fraction(0),
        )
        return Figure(
            f"Translation reserve of {self.company}",
            RationalMoney(exact, self.presentation).rounded(Rounding.HALF_EVEN),
            "opening reserve + opening net assets x (closing - opening rate) "
            "+ each movement x (closing - its rate); a gain is positive (D19)",
            parts,
            exact,
        )

    def _effects(self, lines: tuple[TranslatedLine, ...]) -> Iterator[Figure]:
        if self.rates is None:
            return
        if self.opening is not None and self.rates.opening is not None:
            evidence = Evidence("translation", f"{self.company} {self.opening.as_of}")
            yield Figure.stated("Opening reserve", self.opening.reserve, evidence)
            yield self._effect("Opening net assets", self._opening_net_assets(), self.rates.opening)
        for line in lines:
            if line.account.translation is not TranslationRule.CLOSING:
                for part in line.parts:
                    if part.decision is not None:
                        yield self._effect(part.functional.label, part.functional, part.decision, -1)

    def _opening_net_assets(self) -> Figure:
        assert self.opening is not None
        closing = [
            one
            for one in self.opening.balances
            if self.chart.account(one.account).translation is TranslationRule.CLOSING
        ]
        net = Money.total((one.functional for one in closing), currency=self.functional)
        evidence = Evidence("translation", f"{self.company} {self.opening.as_of}")
        return Figure.stated("Net assets", net, evidence)

    def _effect(self, label: str, moved: Figure, at: RateDecision, sign: int = 1) -> Figure:
        """``moved x (closing - its rate)``; a credit to equity is an increase, hence the sign."""
        assert self.rates is not None
        now = self.rates.closing.convert_exactly(moved.value)
        then = at.convert_exactly(moved.value)
        exact = (now.value - then.value) * sign
        value = RationalMoney(exact, self.presentation).rounded(Rounding.HALF_EVEN)
        rule = f"{moved.value * sign} x (closing rate - {at.id})"
        return Figure(f"Effect on {label}", value, rule, (moved, self.rates.closing, at), exact)

    def bound(self, lines: tuple[TranslatedLine, ...]) -> RationalMoney:
        """Half a minor unit for each rounded line: opening, movement, closing, and the reserve."""
        if self.rates is None:
            return RationalMoney(Fraction(0), self.presentation)
        opening = len(self.opening.balances) + 1 if self.opening else 0
        rounded = 1 + opening + sum(len(line.parts) for line in lines)
        return RationalMoney(Fraction(rounded, 2 * self.presentation.minor_units), self.presentation)
