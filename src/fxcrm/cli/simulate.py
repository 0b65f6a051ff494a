"""``fxcrm simulate``: a generated year, told, closed and proved."""

from __future__ import annotations

import json
import sys
import time
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import attrs

from fxcrm.bootstrap import Application, ExtraMissing, open_application, open_store, year_rates
from fxcrm.cli.rolltexts import roll_texts, roll_values
from fxcrm.cli.visible import plain
from fxcrm.currencies import Currency
from fxcrm.ledger import TrialBalance
from fxcrm.money import Money
from fxcrm.simulation import FIRMS_OF_A_GROUP, Rhythm, YearPlan, generated_group, generated_year
from fxcrm.usecases.attesting import attest, year_ends
from fxcrm.usecases.performing import Performed, reading
from fxcrm.usecases.proving import Proof, prove
from fxcrm.usecases.rolling import Roll, rolls
from fxcrm.usecases.simulating import YearFigures, simulate, year_figures
from fxcrm.usecases.telling import Story
from fxcrm.usecases.wording import WORKING_HOUR, Step

ACTOR = "simulation"
_BROKEN = 1
_YEARS_OF_A_GROUP = 2  # one that closes, and one that opens with it


@attrs.frozen
class Outcome:
    """All that a run found out."""

    title: str
    source: str
    steps: int
    figures: YearFigures
    proofs: tuple[Proof, ...]
    rolls: tuple[Roll, ...]
    digest: str
    seconds: dict[str, float]

    @property
    def broken(self) -> tuple[Proof, ...]:
        """The promises that do not hold."""
        return tuple(one for one in self.proofs if not one.holds)


def simulated(arguments: Namespace) -> int:
    """Generate the year, tell it on the store, prove it and print what came of it."""
    plan = _plan(arguments)
    with open_application(arguments.store, year_rates(plan.year, plan.years)) as application:
        outcome = run(application, plan, arguments)
    written = as_json(outcome) if arguments.json else "\n".join(as_text(outcome))
    print(written)
    for one in outcome.broken:
        print(f"fxcrm: broken: {one.promise}: {'; '.join(one.faults)}", file=sys.stderr)
    return _BROKEN if outcome.broken else 0


def _plan(arguments: Namespace) -> YearPlan:
    years = max(arguments.years, _YEARS_OF_A_GROUP) if arguments.group else arguments.years
    return YearPlan(
        arguments.year - years + 1,
        years=years,
        companies=FIRMS_OF_A_GROUP if arguments.group else arguments.companies,
        customers=arguments.customers,
        currencies=arguments.currencies,
        documents=arguments.documents,
        seed=arguments.seed,
        parallel=None if arguments.parallel is None else Currency(arguments.parallel),
        closed=Rhythm[arguments.closed.replace("-", "_").upper()],
    )


def run(application: Application, plan: YearPlan, arguments: Namespace) -> Outcome:
    """The year on a store, and the proofs."""
    clock = [time.monotonic()]
    generated = generated_group if arguments.group else generated_year
    year = generated(plan, application.rates)
    clock.append(time.monotonic())
    steps = simulate(application.store, application.rates, year, actor=ACTOR)
    for _ in steps if arguments.quiet else _shown(steps, year):
        pass
    clock.append(time.monotonic())
    figures, proofs, rolled = _looked_at(application, plan, year, arguments)
    digest = application.store.digest()
    clock.append(time.monotonic())
    names = ("generated", "told", "proved")
    seconds = {name: clock[at + 1] - clock[at] for at, name in enumerate(names)}
    return Outcome(
        year.title, application.source, len(year.steps), figures, proofs, rolled, digest, seconds
    )  # fmt: skip


def _shown(
    steps: Iterable[tuple[Step, Performed]], year: Story
) -> Iterator[tuple[Step, Performed]]:
    try:
        from fxcrm.cli.progress import shown
    except ModuleNotFoundError:
        raise ExtraMissing(part="the progress bar", extra="cli") from None
    return shown(steps, len(year.steps), sys.stderr)


def _looked_at(
    application: Application, plan: YearPlan, year: Story, arguments: Namespace
) -> tuple[YearFigures, tuple[Proof, ...], tuple[Roll, ...]]:
    at = datetime.combine(year.last_day + timedelta(days=1), WORKING_HOUR)
    store, rates, rules = application.store, application.rates, year.bookkeeping
    days = plan.year_ends if arguments.group else ()
    with (
        reading(store, rates, at=at, actor=ACTOR, bookkeeping=rules) as desk,
        closing(open_store(None)) as replica,
    ):
        ends = year_ends(desk, year.group, days)
        proofs = (*prove(store, desk, replica), *(attest(desk, ends) if ends else ()))
        return year_figures(desk), proofs, tuple(one for end in ends for one in rolls(end))


def as_json(outcome: Outcome) -> str:
    """Everything, for programs. All but the seconds is the same on every store."""
    told = {
        "title": outcome.title,
        "rates": outcome.source,
        "steps": outcome.steps,
        "counts": dict(outcome.figures.counts),
        "trial_balances": {
            one.company: [_row(row) for row in one.balances]
            for one in outcome.figures.trial_balances
        },
        "promises": [
            {"promise": one.promise, "holds": one.holds, "figure": one.figure, "faults": one.faults}
            for one in outcome.proofs
        ],
        "roll_forwards": [roll_values(one) for one in outcome.rolls],
        "digest": outcome.digest,
        "seconds": {name: round(value, 1) for name, value in outcome.seconds.items()},
    }
    return json.dumps(told, indent=1)


def _row(balance: Any) -> dict[str, str]:
    held = (balance.account, str(balance.amount), str(balance.functional))
    return dict(zip(("account", "amount", "functional"), held, strict=True))


def as_text(outcome: Outcome) -> Iterator[str]:
    """The same in lines."""
    yield f"{outcome.title}; {outcome.steps} commands, rates: {plain(outcome.source)}"
    yield ""
    for name, count in outcome.figures.counts.items():
        yield f"{count:>9,} {name}"
    for trial in outcome.figures.trial_balances:
        yield ""
        yield from _trial(trial)
    yield from roll_texts(outcome.rolls)
    yield ""
    for one in outcome.proofs:
        yield f"{'holds ' if one.holds else 'BROKEN'} {one.promise}: {one.figure}"
        yield from (f"       {fault}" for fault in one.faults)
    yield ""
    yield f"digest {outcome.digest}"
    spent = ", ".join(f"{name} in {value:.1f} s" for name, value in outcome.seconds.items())
    yield spent


def _trial(trial: TrialBalance) -> Iterator[str]:
    """The functional balance of each account, with the number of its currencies."""
    yield f"{trial.company} at {trial.as_of}"
    accounts = dict.fromkeys(one.account for one in trial.balances)
    for account in accounts:
        currencies = sum(1 for one in trial.balances if one.account == account)
        value = trial.functional_of(account)
        yield f"  {account} {value!s:>24} in {currencies} currencies"
    total = Money.total((one.functional for one in trial.balances), currency=trial.functional)
    yield f"  {'sum':4} {total!s:>24}"
