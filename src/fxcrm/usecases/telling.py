"""Telling a story: use cases as data, each carried out once, in the order of their days.

A `Step` names a use case and its arguments; the table `COMMANDS` says how each is understood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

import attrs

from fxcrm.bookkeeping import Bookkeeping
from fxcrm.errors import FxcrmError
from fxcrm.ledger import Group, Stake
from fxcrm.ports import Store
from fxcrm.rates import RateTable
from fxcrm.sellingrules import SellingRules
from fxcrm.usecases.commanding import COMMANDS
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.grouping import group_plain, read_group
from fxcrm.usecases.performing import Failures, Performed, perform
from fxcrm.usecases.wording import Plain, Step, StepRefused, refuse_unknown


@attrs.frozen
class Story:
    """A group and the steps that happened to it, told up to a last day.

    ``bookkeeping`` says by which rules the companies of the group keep their books,
    ``selling`` by which they sell.
    """

    title: str
    group: Group
    steps: tuple[Step, ...]
    bookkeeping: Bookkeeping = Bookkeeping()
    selling: SellingRules = SellingRules()

    @property
    def last_day(self) -> date:
        """The day that a report is made for: that of the last step."""
        return max(step.on for step in self.steps)


def read_story(plain: Mapping[str, Plain]) -> Story:
    """A story from plain values (a parsed TOML file).

    Raises `StepRefused`, `BookkeepingRefused`, `RulesRefused`.
    """
    top = Step("story", date.min, plain)
    refuse_unknown(top, "title group steps bookkeeping selling")
    group = _group(top)
    steps = tuple(_step(row, number) for number, row in enumerate(top.rows("steps"), 1))
    if not steps:
        raise StepRefused(step="story", argument="steps", reason="there are none; begin with one")
    seen: set[str] = set()
    for step in steps:
        if step.key in seen:
            raise StepRefused(step=step.key, argument="id", reason="two steps have the same key")
        seen.add(step.key)
    rules = Bookkeeping.read(plain.get("bookkeeping", {}))
    selling = SellingRules.read(plain.get("selling", {}))
    return Story(top.text("title"), group, steps, rules, selling)


def _group(top: Step) -> Group:
    given = top.arguments.get("group")
    if not isinstance(given, dict):
        raise StepRefused(step="story", argument="group", reason="a table [group] is expected")
    return read_group(given)


def _step(row: Step, number: int) -> Step:
    given = dict(row.arguments)
    do, on = given.pop("do", None), given.pop("on", None)
    if not isinstance(do, str) or do not in COMMANDS:
        known = ", ".join(sorted(COMMANDS))
        raise StepRefused(step=f"number {number}", argument="do", reason=f"one of: {known}")
    if not isinstance(on, date) or isinstance(on, datetime):
        raise StepRefused(
            step=f"number {number} ({do})", argument="on", reason="a date is expected"
        )
    step = Step(do, on, given)
    unknown = sorted(set(given) - COMMANDS[do].arguments - {"key"})
    if unknown:
        known = ", ".join(sorted(COMMANDS[do].arguments))
        raise StepRefused(step=step.key, argument=unknown[0], reason=f"known are: {known}")
    return step


def tell(
    store: Store, rates: RateTable, story: Story, *, actor: str
) -> Iterator[tuple[Step, Performed]]:
    """Carry out the steps in order, each in its own transaction; those done are passed over."""
    for step in story.steps:
        yield step, _told(store, rates, story, step, actor)


def _told(store: Store, rates: RateTable, story: Story, step: Step, actor: str) -> Performed:
    try:
        return perform(
            store,
            rates,
            key=step.key,
            content=content_of(step, story.group),
            at=step.at,
            actor=actor,
            command=_bound(step, story.group),
            # A step may be told again once its rates or its words are mended.
            failures=Failures.MAY_BE_REPEATED,
            bookkeeping=story.bookkeeping,
            selling=story.selling,
        )
    except FxcrmError as error:
        error.add_note(f"in step {step.key} of {step.on}")
        raise


def content_of(step: Step, group: Group) -> str:
    """What a step's key stands for: the step, and the group it was told for."""
    told = group_plain(group)
    if told.keys() <= {"parent", "presentation", "stakes"} and not any(
        map(_has_more, group.stakes)
    ):
        owned = ", ".join(f"{one.company} {one.owned}" for one in group.stakes)
        return f"{group.parent} ({owned}) in {group.presentation}: {step.content}"
    return f"{told}: {step.content}"


def _has_more(stake: Stake) -> bool:
    """Whether more is said of a stake than whose it is, and how large."""
    return stake != Stake(stake.company, stake.owned)


def _bound(step: Step, group: Group) -> Callable[[Desk], object]:
    run = COMMANDS[step.do].run
    return lambda desk: run(desk, step, group)
