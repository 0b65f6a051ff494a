"""A year in presentation currency: what was brought forward, and what is of the year (D17, D20).

No entry is booked when a year ends. The result of earlier years is shown as retained earnings,
carried forward as it was translated then and never translated again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise

import attrs

from fxcrm.errors import CallError, RuleRefused
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger.accounts import Account, AccountType, Duties
from fxcrm.ledger.snapshots import TranslatedBalance, TranslationSnapshot
from fxcrm.ledger.translatedbooks import CauseKind, ReserveCause, Translation
from fxcrm.ledger.translation import TranslationUnproved
from fxcrm.money import Money, RationalMoney, Rounding


class OpeningDiffers(RuleRefused):
    """A period that does not open, line by line, where the one before it closed (D20)."""

    company: CompanyId
    account: AccountCode
    as_of: date
    closed: Money
    opened: Money
    template = (
        "account {account} of {company} closed {as_of} at {closed} and opens at {opened}; "
        "open with the snapshot of that day as it was recorded"
    )


class OtherBooks(CallError):
    """Translations of other books, of another currency, or that do not follow one another."""

    company: CompanyId
    as_of: date
    template = "what {company} at {as_of} is set against is not what came before it (D20)"


_Key = tuple[AccountCode, CompanyId | None]


def _held(snapshot: TranslationSnapshot) -> dict[_Key, TranslatedBalance]:
    return {(one.account, one.partner): one for one in snapshot.balances}


def opening_as_closed(
    opening: TranslationSnapshot, closing: TranslationSnapshot
) -> TranslationSnapshot:
    """The opening itself, once each line of it is known to be that of the last closing (D20).

    Raises `OpeningDiffers`, which names the first line, and `OtherBooks`.
    """
    of = (opening.company, opening.presentation, opening.as_of)
    if of != (closing.company, closing.presentation, closing.as_of):
        raise OtherBooks(company=opening.company, as_of=opening.as_of)
    opened, closed = _held(opening), _held(closing)
    for key in sorted(opened.keys() | closed.keys(), key=lambda one: (one[0], one[1] or "")):
        then, now = closed.get(key), opened.get(key)
        for ends, begins in zip(_amounts(then, now), _amounts(now, then), strict=True):
            if ends != begins:
                raise OpeningDiffers(
                    company=opening.company,
                    account=key[0],
                    as_of=opening.as_of,
                    closed=ends,
                    opened=begins,
                )
    return opening


def _amounts(one: TranslatedBalance | None, other: TranslatedBalance | None) -> tuple[Money, Money]:
    """What stands on a line in both currencies; zeros of the other's where there is no line."""
    if one is not None:
        return one.functional, one.presentation
    assert other is not None  # noqa: S101  # one of the two has the line
    return other.functional * 0, other.presentation * 0


@attrs.frozen
class YearLine:
    """A translated line as the year tells it: opening, of the year, closing; debit positive.

    The opening is what was translated then. On a line at the closing rate ``of_year`` holds the
    translation difference too; on all others it went at the rates of the year alone.
    """

    account: Account
    partner: CompanyId | None
    opening: Figure
    of_year: Figure
    closing: Figure


@attrs.frozen
class TranslatedYear:
    """A company's financial year so far, in presentation currency.

    ``since`` is the last day of the year before, None in the first one. ``result``, ``retained``,
    ``capital`` and the like are shown as readers expect: a profit, equity, and a dividend paid out
    are positive. ``retained_closing`` is the opening, and the result, less the dividends.
    """

    translation: Translation
    since: date | None
    lines: tuple[YearLine, ...]
    result: Figure
    retained_opening: Figure
    brought_in: Figure
    dividends: Figure
    retained_closing: Figure
    capital_opening: Figure
    capital_added: Figure
    capital_closing: Figure
    reserve_opening: Figure
    reserve_of_year: Figure
    reserve_closing: Figure


def translated_year(
    translation: Translation, opening: TranslationSnapshot | None, duties: Duties
) -> TranslatedYear:
    """A translation split at the last year end; ``opening`` is its snapshot, None in a first year.

    Raises `OpeningDiffers` where a line of the opening did not stay, and `OtherBooks`.
    """
    return _Year(translation, opening, duties).told()


@attrs.frozen(eq=False)
class _Year:
    """One year under way."""

    translation: Translation
    opening: TranslationSnapshot | None
    duties: Duties

    def told(self) -> TranslatedYear:
        """The year, with everything that equity is made of."""
        self._refuse_other()
        lines = tuple(self._lines())
        result = self._of(lines, "Result", _of_year, self._is_result)
        retained = self._of(lines, "Retained earnings brought forward", _begun, self._is_retained)
        brought_in = self._of(lines, "Retained earnings brought in", _of_year, self._is_brought_in)
        dividends = self._of(lines, "Dividends", _of_year, self._is_dividend, sign=1)
        paid = Figure(dividends.label, -dividends.value, "paid out", (dividends,))
        parts = (retained, result, brought_in, paid)
        capital = [
            self._of(lines, f"Capital {name}", which, self._is_capital)
            for name, which in (("brought forward", _begun), ("of the year", _of_year))
        ]
        reserve = self.translation.reserve
        begun = self._reserve_begun()
        return TranslatedYear(
            self.translation,
            self.opening.as_of if self.opening else None,
            lines,
            result,
            retained,
            brought_in,
            dividends,
            Figure.total("Retained earnings", parts, self.translation.presentation),
            capital[0],
            capital[1],
            Figure.total("Capital", capital, self.translation.presentation),
            begun,
            Figure.difference("Translation reserve of the year", reserve, begun, "change"),
            reserve,
        )

    def _refuse_other(self) -> None:
        made, opening = self.translation, self.opening
        if opening is None:
            return
        of = (opening.company, opening.presentation)
        if of != (made.company, made.presentation) or opening.as_of >= made.as_of:
            raise OtherBooks(company=made.company, as_of=made.as_of)
        if made.opening is not None and made.opening.as_of == opening.as_of:
            opening_as_closed(made.opening, opening)

    def _lines(self) -> Iterator[YearLine]:
        left = _held(self.opening) if self.opening else {}
        for line in self.translation.lines:
            then = left.pop((line.account.code, line.partner), None)
            begun = self._begun(line.presentation.label, then)
            label, rule = f"{line.presentation.label}, of the year", "since the last year end"
            of_year = Figure.difference(label, line.presentation, begun, rule)
            yield YearLine(line.account, line.partner, begun, of_year, line.presentation)
        for gone in left.values():  # the journal has no posting of it any more
            if gone.functional or gone.presentation:
                raise OpeningDiffers(
                    company=self.translation.company,
                    account=gone.account,
                    as_of=self.translation.as_of,
                    closed=gone.presentation,
                    opened=gone.presentation * 0,
                )

    def _begun(self, label: str, then: TranslatedBalance | None) -> Figure:
        nothing = Money.zero(self.translation.presentation)
        if self.opening is None or then is None:
            return Figure.stated(f"{label}, brought forward", nothing, rule="nothing before")
        rule = f"as translated at {self.opening.as_of}, never translated again (D20)"
        return Figure.stated(
            f"{label}, brought forward", then.presentation, self._evidence(), rule=rule
        )

    def _evidence(self) -> Evidence:
        day = self.opening.as_of if self.opening else ""
        return Evidence("translation", f"{self.translation.company} {day}".strip())

    def _reserve_begun(self) -> Figure:
        value = self.opening.reserve if self.opening else Money.zero(self.translation.presentation)
        return Figure.stated("Translation reserve brought forward", value, self._evidence())

    def _of(
        self,
        lines: Sequence[YearLine],
        label: str,
        which: Callable[[YearLine], Figure],
        belongs: Callable[[Account], bool],
        sign: int = -1,
    ) -> Figure:
        """The sum of some lines, a credit shown positive unless ``sign`` is 1."""
        held = [which(one) for one in lines if belongs(one.account)]
        total = Figure.total(label, held, self.translation.presentation)
        if sign > 0:
            return total
        return Figure(label, -total.value, "a credit is shown positive", (total,))

    def _is_result(self, account: Account) -> bool:
        return account.type.is_result

    def _is_dividend(self, account: Account) -> bool:
        return account.code == self.duties.dividends

    def _is_brought_in(self, account: Account) -> bool:
        return account.code == self.duties.retained

    def _is_retained(self, account: Account) -> bool:
        kinds = (self._is_result, self._is_dividend, self._is_brought_in)
        return any(one(account) for one in kinds)

    def _is_capital(self, account: Account) -> bool:
        return account.type is AccountType.EQUITY and not self._is_retained(account)


def _begun(line: YearLine) -> Figure:
    return line.opening


def _of_year(line: YearLine) -> Figure:
    return line.of_year


@attrs.frozen
class RollForward:
    """A reserve from opening to closing, by what moved it; a gain is positive (D19).

    ``causes`` are rounded one by one; ``rounding`` is what they leave over to the closing, at most
    ``bound``.
    """

    company: CompanyId
    since: date | None
    as_of: date
    opening: Figure
    causes: tuple[ReserveCause, ...]
    closing: Figure
    rounding: Money
    bound: RationalMoney


def roll_forward(translations: Iterable[Translation]) -> RollForward:
    """The reserve over runs that follow one another, as the months of a year do.

    Raises `OtherBooks` for runs that do not, `OpeningDiffers` for a line that opens otherwise than
    it closed, and `TranslationUnproved` where more is left over than rounding explains.
    """
    runs = tuple(translations)
    for one, next_one in pairwise(runs):
        if next_one.opening is None:
            raise OtherBooks(company=next_one.company, as_of=next_one.as_of)
        opening_as_closed(next_one.opening, one.snapshot())
    first, last = runs[0], runs[-1]
    effects = [one for run in runs for one in run.causes if one.kind is not CauseKind.OPENING]
    causes = tuple(_by_kind(effects, last))
    opening = _opening(first)
    explained = sum((one.effect.value for one in causes), opening.value)
    rounding = last.reserve.value - explained
    units = 2 * last.presentation.minor_units
    bound = RationalMoney(Fraction(len(causes) + len(runs), units), last.presentation)
    if abs(Fraction(rounding.amount)) > bound.value:
        raise TranslationUnproved(
            company=last.company,
            as_of=last.as_of,
            difference=rounding,
            bound=str(bound.rounded(Rounding.UP)),
        )
    since = first.opening.as_of if first.opening else None
    return RollForward(
        last.company, since, last.as_of, opening, causes, last.reserve, rounding, bound
    )


def _by_kind(effects: Sequence[ReserveCause], last: Translation) -> Iterator[ReserveCause]:
    for kind in CauseKind:
        held = [one.effect for one in effects if one.kind is kind]
        if held:
            label = f"Effect on {kind.value}"
            yield ReserveCause(kind, Figure.blended(label, held, last.presentation))


def _opening(first: Translation) -> Figure:
    for one in first.causes:
        if one.kind is CauseKind.OPENING:
            return one.effect
    value = first.opening.reserve if first.opening else Money.zero(first.presentation)
    return Figure.stated("Opening reserve", value, rule="nothing before")
