"""Rolling forward: what a group's reserve and goodwill came to in a year, and by what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction

import attrs

from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger import Consolidation, Translation, roll_forward
from fxcrm.ledger.groups import Step
from fxcrm.ledger.snapshots import GroupSnapshot, TranslationSnapshot
from fxcrm.ledger.translatedbooks import TranslatedLine
from fxcrm.money import Money, RationalMoney


@attrs.frozen
class YearEnd:
    """A group as consolidated at the end of a year.

    ``opening`` is what the year before left behind, None in the first one; ``kept`` what was
    recorded of this one.
    """

    consolidation: Consolidation
    opening: GroupSnapshot | None
    kept: GroupSnapshot | None

    def books(self) -> Iterator[tuple[str, Translation, TranslationSnapshot | None]]:
        """Everything that was translated, with what the year before left behind of it."""
        held, then = self.consolidation.books.values(), self.opening
        for one in held:
            company = one.translation.company
            yield company, one.translation, _of(company, then.books if then else ())
        for one in held:
            for name, chain, kept in (
                ("fair values", one.uplifts, then.uplifts if then else ()),
                ("goodwill", one.goodwill, then.goodwill if then else ()),
            ):
                if chain is not None:
                    company = chain.translation.company
                    yield f"{name} of {company}", chain.translation, _of(company, kept)


def _of(company: CompanyId, kept: tuple[TranslationSnapshot, ...]) -> TranslationSnapshot | None:
    return next((one for one in kept if one.company == company), None)


@attrs.frozen
class Roll:
    """A figure from the opening of a year to its closing, by what moved it; a gain is positive.

    ``rounding`` is what was kept apart from it since the beginning, at most ``bound``.
    """

    what: str
    of: str
    as_of: date
    opening: Money
    moves: tuple[tuple[str, Money], ...]
    closing: Money
    rounding: Money
    bound: RationalMoney


def rolls(end: YearEnd) -> Iterator[Roll]:
    """The reserve of everything that was translated, that of the group, and the goodwill."""
    for name, made, _ in end.books():
        if made.closing is not None:
            yield _reserve(name, made)
    yield _group_reserve(end)
    for name, made, then in end.books():
        if name.startswith("goodwill"):
            yield _goodwill(end, made, then)


def _reserve(name: str, made: Translation) -> Roll:
    rolled = roll_forward((made,))
    moves = [(one.kind.value, one.effect.value) for one in rolled.causes]
    if rolled.rounding:
        moves.append(("rounding of these", rolled.rounding))
    return Roll(
        "translation reserve",
        name,
        made.as_of,
        rolled.opening.value,
        tuple(moves),
        made.reserve.value,
        made.rounding,
        bound_of(made),
    )


def bound_of(made: Translation) -> RationalMoney:
    """Half a minor unit for each line that was rounded since the beginning (D19)."""
    units = Fraction(made.rounded, 2 * made.presentation.minor_units)
    return RationalMoney(units, made.presentation)


def _group_reserve(end: YearEnd) -> Roll:
    """That of the parent's holders, by the step of the worksheet that moved it."""
    made, account = end.consolidation, end.consolidation.group.accounts.reserve
    zero = Money.zero(made.group.presentation)
    now, then = dict.fromkeys(Step, zero), dict.fromkeys(Step, zero)
    for entry in made.entries:
        for line in entry.lines:
            if line.account == account:
                now[entry.step] -= line.figure.value
    for kept in end.opening.balances if end.opening else ():
        if kept.account == account:
            then[kept.step] -= kept.amount
    moves = ((step.value, now[step] - then[step]) for step in Step)
    return Roll(
        "translation reserve",
        "the group",
        made.as_of,
        Money.total(then.values(), currency=made.group.presentation),
        tuple((name, moved) for name, moved in moves if moved),
        made.reserve.value,
        made.rounding.value,
        made.bound,
    )


def _goodwill(end: YearEnd, made: Translation, then: TranslationSnapshot | None) -> Roll:
    accounts = end.consolidation.group.accounts

    def moved(wanted: Callable[[AccountCode], bool]) -> Money:
        """What came onto some accounts in the year, debit positive."""
        return _sum(made, wanted) - _sum_kept(made, then, wanted)

    is_lost, is_goodwill = accounts.impairment.__eq__, accounts.goodwill.__eq__
    lost = moved(is_lost)
    bought = -moved(lambda code: not is_lost(code) and not is_goodwill(code))
    begun = _sum_kept(made, then, is_goodwill)
    reserve = made.reserve.value - (then.reserve if then else begun * 0)
    closing = _sum(made, is_goodwill)
    explained = begun + bought - lost + reserve
    moves = [("acquired", bought), ("lost", -lost), ("exchange differences", reserve)]
    if closing != explained:
        moves.append(("rounding of these", closing - explained))
    return Roll(
        "goodwill",
        made.company,
        made.as_of,
        begun,
        tuple((text, amount) for text, amount in moves if amount),
        closing,
        made.rounding,
        bound_of(made),
    )


def _sum(made: Translation, wanted: Callable[[AccountCode], bool]) -> Money:
    def is_wanted(line: TranslatedLine) -> bool:
        return wanted(line.account.code)

    held = (one.presentation.value for one in filter(is_wanted, made.lines))
    return Money.total(held, currency=made.presentation)


def _sum_kept(
    made: Translation, then: TranslationSnapshot | None, wanted: Callable[[AccountCode], bool]
) -> Money:
    balances = then.balances if then else ()
    held = (one.presentation for one in balances if wanted(one.account))
    return Money.total(held, currency=made.presentation)
