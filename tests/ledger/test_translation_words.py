"""What figures of translated and remeasured books say of themselves, word for word (D31).

The texts are kept in ``data/translation.txt``; ``python -m tests.ledger.test_translation_words``
writes them again, to be read before they are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import attrs
import pytest

from fxcrm.currencies import Currency
from fxcrm.decisions import ESTIMATED, Purpose
from fxcrm.ids import AccountCode, DecisionId
from fxcrm.ledger import (
    JournalLine,
    Translation,
    TranslationRates,
    TranslationSnapshot,
    acquired,
    translate,
)
from fxcrm.ledger.remeasurement import Remeasurement, RemeasurementRates, remeasure
from fxcrm.ledger.translatedbooks import EstimateNotGiven
from fxcrm.ledger.translation import (
    OpeningChanged,
    TranslationRateMissing,
    TranslationUnproved,
    WrongRateDay,
)
from fxcrm.money import CurrencyMismatch, Money
from tests.ledger.notation import NORDWIND, chosen
from tests.ledger.translated import CHART, EUR, USD, journal_of, translated
from tests.ledger.translation_oracle import Move

TEXTS = Path(__file__).parent / "data" / "translation.txt"
BEGUN, MIDDLE, END = date(2026, 1, 1), date(2026, 3, 31), date(2026, 6, 30)
FOUNDING: list[Move] = [(BEGUN, "1000", "3000", 1_000_00)]
SPOT = chosen("USD/EUR", "0.8", MIDDLE, Purpose.CLOSING)
POUNDS = chosen("GBP/USD", "1.25", END)
HALF = Fraction(1, 2)


def _rates(opening: bool = True) -> TranslationRates:  # noqa: FBT001, FBT002
    return TranslationRates(
        chosen("USD/EUR", "0.9", END, Purpose.CLOSING),
        chosen("USD/EUR", "0.85", END, Purpose.AVERAGE),
        {END: chosen("USD/EUR", "0.88", END), BEGUN: chosen("USD/EUR", "0.75", BEGUN)},
        SPOT if opening else None,
    )


def _acquired(share: Fraction, presentation: Currency = EUR) -> Translation:
    return acquired(
        NORDWIND,
        MIDDLE,
        journal_of(FOUNDING),
        chart=CHART,
        functional=USD,
        presentation=presentation,
        rate=SPOT if presentation is EUR else None,
        share=share,
    )


def _lines() -> list[JournalLine]:
    """Dealings with a member, and costs in pounds with a text."""
    lines = journal_of([*FOUNDING, (END, "1000", "4200", 10_00), (END, "5000", "1000", 5_00)])
    foreign = attrs.evolve(
        lines[4].posting, amount=Money("4.00", "GBP"), decision=POUNDS.id, text="a taxi"
    )
    lines[4] = attrs.evolve(lines[4], posting=foreign, decision=POUNDS)
    return lines


def _estimated() -> Translation:
    """A snapshot that stands alone, whose lines went at an estimated rate; capital comes twice."""
    made = attrs.evolve(SPOT, policy=ESTIMATED, reason="a guess")
    opening = acquired(
        NORDWIND,
        MIDDLE,
        journal_of(FOUNDING),
        chart=CHART,
        functional=USD,
        presentation=EUR,
        rate=made,
    ).snapshot()
    rates = attrs.evolve(_rates(), opening=made, estimates={made.id: made})
    return translated([*FOUNDING, (END, "1000", "3000", 7_00)], rates, END, opening)


def _continued(earlier: Translation, share: Fraction = HALF) -> Translation:
    return translate(
        NORDWIND,
        END,
        _lines(),
        chart=CHART,
        functional=USD,
        presentation=EUR,
        rates=_rates(),
        opening=earlier.snapshot(),
        earlier=earlier,
        share=share,
    )


def _remeasured() -> Remeasurement:
    moves: list[Move] = [
        (BEGUN, "1800", "3000", 100_00),
        (MIDDLE, "1800", "2000", 60_00),
        (END, "5100", "1800", 120_00),
        (END, "1200", "4000", 10_00),
    ]
    rates = RemeasurementRates(
        _rates().closing,
        {END: _rates().average},
        {BEGUN: _rates().dated[BEGUN], MIDDLE: attrs.evolve(SPOT, id=DecisionId("spot of march"))},
    )
    return remeasure(
        NORDWIND, END, journal_of(moves), chart=CHART, kept_in=USD, functional=EUR, rates=rates
    )


def _told(found: Translation) -> Iterator[str]:
    for line in found.lines:
        yield f"# {line.account.code}, {line.partner}, {line.documents}, {line.slack}"
        yield f"{line.functional.label}: {line.functional}, {line.functional.rule}"
        yield line.presentation.explain()
        for one in line.parts:
            yield f"part {one.presentation.label}, {one.functional}, {one.decision}"
        yield f"estimates {[one.id for one in line.estimates]}"
    yield found.reserve.explain()
    yield f"{found.plug.label}: {found.plug}, {found.plug.rule}"
    yield f"{found.rounding} in all, {found.added} added, at most {found.bound}, {found.rounded}"
    yield f"{found.share} of {found.company} at {found.as_of}, {found.presentation}"
    yield f"closing {found.closing}; {[(one.kind.name, str(one.effect)) for one in found.causes]}"
    yield f"opened {found.opening.as_of if found.opening else None}"


def _measured(found: Remeasurement) -> Iterator[str]:
    yield f"{found.company} at {found.as_of}, {found.functional}"
    for line in found.lines:
        yield f"# {line.account.code}, {line.partner}"
        yield f"{line.kept.label}: {line.kept}, {line.kept.rule}"
        yield line.measured.explain()
    yield found.gain.explain()
    yield f"{found.plug.label}: {found.plug}, {found.plug.rule}; {found.rounding}, {found.bound}"
    yield found.profit.explain()
    for figure in (found.gain_since(found), found.profit_since(found)):
        inputs = [one.label for one in figure.inputs if not isinstance(one, str)]  # type: ignore[union-attr]
        yield f"{figure.label}: {figure}, {figure.rule}, {inputs}"


def told() -> str:
    """Everything that is kept."""
    scenes = {
        "half of books, acquired": _told(_acquired(HALF)),
        "half of books, continued": _told(_continued(_acquired(HALF))),
        "whole books, continued": _told(_continued(_acquired(Fraction(1)), Fraction(1))),
        "a third of books in the same currency": _told(_acquired(Fraction(1, 3), USD)),
        "whole books in the same currency": _told(translated(FOUNDING, None, END, None, USD)),
        "books from their beginning": _told(translated(FOUNDING, _rates(opening=False), END)),
        "books that rest on an estimate": _told(_estimated()),
        "remeasured books": _measured(_remeasured()),
    }
    return "\n".join(line for name, lines in scenes.items() for line in (f"== {name}", *lines))


def test_figures_say_what_was_done() -> None:
    """Labels, rules, exact values, decisions, postings, bounds: as they were read and kept."""
    assert told() == TEXTS.read_text("utf-8").rstrip("\n")


def test_refusals_say_what_was_wrong() -> None:
    """Company, account, day and difference of each."""
    lines = journal_of(FOUNDING)
    with pytest.raises(TranslationUnproved) as unproved:
        translated([], _rates(), END, _off(_acquired(Fraction(1))))
    operands = unproved.value
    assert (operands.company, operands.as_of) == (NORDWIND, END)
    assert (str(operands.difference), operands.bound) == ("EUR 3.00", "EUR 0.01")
    with pytest.raises(WrongRateDay) as wrong:
        acquired(NORDWIND, END, lines, chart=CHART, functional=USD, presentation=EUR, rate=SPOT)
    assert (wrong.value.decision, wrong.value.needed) == (SPOT.id, END)
    with pytest.raises(WrongRateDay) as wrong:
        translated(FOUNDING, attrs.evolve(_rates(), dated={END: SPOT}), END)
    assert (wrong.value.decision, wrong.value.needed) == (SPOT.id, END)
    with pytest.raises(TranslationRateMissing) as missing:
        translated(FOUNDING, attrs.evolve(_rates(), dated={}), END)
    assert (missing.value.company, missing.value.account) == (NORDWIND, AccountCode("3000"))
    with pytest.raises(OpeningChanged) as changed:
        translated([], _rates(), END, _acquired(Fraction(1)).snapshot())
    assert (changed.value.company, changed.value.account) == (NORDWIND, AccountCode("1000"))
    assert (changed.value.as_of, str(changed.value.now)) == (MIDDLE, "USD 0.00")
    opening = _estimated().opening
    with pytest.raises(EstimateNotGiven) as forgotten:
        translated(FOUNDING, _rates(), END, opening)
    assert (forgotten.value.company, forgotten.value.decision) == (NORDWIND, SPOT.id)
    with pytest.raises(CurrencyMismatch):
        acquired(NORDWIND, END, lines, chart=CHART, functional=USD, presentation=EUR, rate=None)


def _off(made: Translation) -> TranslationSnapshot:
    """A snapshot without lines, whose reserve came from nowhere."""
    return attrs.evolve(made.snapshot(), balances=(), reserve=Money("3.00", EUR))


if __name__ == "__main__":
    TEXTS.write_text(f"{told()}\n", "utf-8")
