"""Deals against a model of their tables: no order of edits goes round an approval (issue's law)."""

from __future__ import annotations

import tomllib
from datetime import date
from fractions import Fraction
from typing import Any

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fxcrm.adapters.memory import MemoryStore
from fxcrm.bootstrap import TEMPLATES, template_text
from fxcrm.currencies import Currency
from fxcrm.errors import FxcrmError
from fxcrm.ids import CompanyId, CustomerId, DealId
from fxcrm.money import Money
from fxcrm.ports import UnitOfWork
from fxcrm.rates import RateTable
from fxcrm.sellingrules import SellingRules
from fxcrm.usecases import Desk, register_company, register_customer
from fxcrm.usecases.pursuing import (
    advance_deal,
    approve_deal,
    change_deal,
    exchange_deal,
    open_deal,
)
from tests.ledger.notation import instant
from tests.pipeline_model import ModelDeal

DAY = date(2026, 3, 2)
RATES = {"EUR": Fraction(1), "USD": Fraction("1.0850"), "INR": Fraction(90)}
TABLE = RateTable.of("EUR", on=DAY, USD="1.0850", INR="90")
PEOPLE = ("", "ann", "bob", "eve")
ID = DealId("D-1")


@st.composite
def random_pipelines(draw: st.DrawFn) -> dict[str, Any]:
    """A pipeline of two to five open stages in a row, with shortcuts, consents and a way back."""
    names = [f"s{number}" for number in range(draw(st.integers(2, 5)))]
    fields = st.lists(st.sampled_from(["owner", "value", "expected_on"]), max_size=2, unique=True)
    stages: list[dict[str, Any]] = [
        {"name": name, "percent": draw(st.integers(0, 100)), "required": draw(fields)}
        for name in names
    ]
    stages[0] |= {"start": True, "required": []}
    stages += [{"name": "won", "percent": 100, "kind": "won"}]
    stages += [{"name": "lost", "percent": 0, "kind": "lost"}]
    consents = st.lists(_consents(), max_size=2)
    steps: list[dict[str, Any]] = [
        {"from": at, "command": "next", "to": to, "approvals": draw(consents)}
        for at, to in zip(names, [*names[1:], "won"], strict=True)
    ]
    steps += [{"from": names, "command": "lose", "to": "lost"}]
    steps += [{"from": names[0], "command": "win", "to": "won", "approvals": draw(consents)}]
    steps += [{"from": ["won", "lost"], "command": "reopen", "to": draw(st.sampled_from(names))}]
    return {"stages": stages, "transitions": steps, "roles": ["lead", "chief"]}


@st.composite
def _consents(draw: st.DrawFn) -> dict[str, Any]:
    made: dict[str, Any] = {"role": draw(st.sampled_from(["lead", "chief"]))}
    if draw(st.booleans()):
        made["above"] = str(draw(st.integers(0, 120)))
    if draw(st.booleans()):
        made["currencies"] = ["INR"]
    return made


class DealMachine(RuleBasedStateMachine):
    """Commands in any order, given to a deal and to its model; both answer alike."""

    desk: Desk
    unit: UnitOfWork
    table: dict[str, Any]

    @initialize(drawn=random_pipelines(), ready=st.sampled_from((*TEMPLATES, "", "", "")))
    def begin(self, drawn: dict[str, Any], ready: str) -> None:
        """A template, or a pipeline that was drawn."""
        plain = tomllib.loads(template_text(ready))["pipelines"] if ready else {"own": drawn}
        ((name, self.table),) = plain.items()
        self.unit = MemoryStore().begin(actor="ada", at=instant(DAY)).__enter__()
        rules = SellingRules.read({"pipelines": plain})
        self.desk = Desk(self.unit, TABLE, instant(DAY), "ada", selling=rules)
        register_company(
            self.desk, CompanyId("acme"), name="Acme", functional=Currency("EUR"), on=DAY
        )
        usd, inr = Currency("USD"), Currency("INR")
        register_customer(
            self.desk, CustomerId("nord"), company=CompanyId("acme"), name="Nord", country="NO",
            currency=usd, also=(inr, Currency("EUR")), on=DAY,
        )  # fmt: skip
        self.commands = sorted({one["command"] for one in self.table["transitions"]})
        self.roles = sorted(self.table.get("roles", ["nobody"]))
        self.model = ModelDeal(self.table, 10_000, "USD")
        self.scale = 100 if not ready else 5_000_000
        open_deal(
            self.desk, ID, customer=CustomerId("nord"), title="Seats", on=DAY, pipeline=name,
            value=Money("100.00", "USD"),
        )  # fmt: skip

    def _tried(self, carry_out: Any) -> bool:
        try:
            carry_out()
        except FxcrmError:
            return False
        return True

    @rule(pick=st.integers(0, 9), lost=st.booleans())
    def move(self, pick: int, lost: bool) -> None:  # noqa: FBT001 (drawn)
        """A command is carried out exactly where the model may."""
        command = self.commands[pick % len(self.commands)]
        reason = self.table.get("reasons", ["too dear"])[0] if lost else ""
        rate, model = RATES[self.model.currency], self.model
        may = model.may(command, reason, rate)
        assert may == self._tried(
            lambda: advance_deal(self.desk, ID, command, on=DAY, reason=reason)
        )
        if may:
            model.move(command, rate)

    @rule(pick=st.integers(0, 9), role=st.integers(0, 3), by=st.sampled_from(PEOPLE))
    def approve(self, pick: int, role: int, by: str) -> None:
        """Consent counts where the step asks for it, from anybody but the owner."""
        command, asked = (
            self.commands[pick % len(self.commands)],
            self.roles[role % len(self.roles)],
        )
        row = self.model.step(command)
        listed = [one["role"] for one in (row or {}).get("approvals", [])]
        may = asked in listed and by not in ("", self.model.owner)
        assert may == self._tried(
            lambda: approve_deal(self.desk, ID, command, role=asked, by=by, on=DAY)
        )
        if may:
            key = (self.model.stage, command, asked)
            self.model.consents[key] = (by, self.model.amount, self.model.currency)

    @rule(amount=st.integers(-1, 200))
    def revalue(self, amount: int) -> None:
        """Another value, in the deal's own currency; a closed deal keeps its own."""
        model = self.model
        minor = amount * self.scale
        before = model.amount
        model.amount = minor
        may = not (model.closed and minor != before) and not model.lacks(
            model.required(model.stage)
        )
        value = Money.from_minor(minor, model.currency)
        assert may == self._tried(lambda: change_deal(self.desk, ID, on=DAY, value=value))
        if not may:
            model.amount = before
        model.changed()

    @rule(owner=st.sampled_from(PEOPLE), day=st.booleans())
    def hand_over(self, owner: str, day: bool) -> None:  # noqa: FBT001 (drawn)
        """Another owner, and perhaps the day it is expected on."""
        model = self.model
        before = (model.owner, model.expected_on)
        model.owner, model.expected_on = owner, DAY if day else model.expected_on
        may = not (model.closed and model.expected_on != before[1])
        may = may and not model.lacks(model.required(model.stage))
        expected_on = DAY if day else None
        assert may == self._tried(
            lambda: change_deal(self.desk, ID, on=DAY, owner=owner, expected_on=expected_on)
        )
        if not may:
            model.owner, model.expected_on = before
        model.changed()

    @rule(code=st.sampled_from(sorted(RATES)))
    def exchange(self, code: str) -> None:
        """Another currency is a conversion, rounded once half-even (M8, M10)."""
        model = self.model
        may = code == model.currency or not model.closed
        assert may == self._tried(lambda: exchange_deal(self.desk, ID, Currency(code), on=DAY))
        if may and code != model.currency:
            exact = Fraction(model.amount) * RATES[code] / RATES[model.currency]
            model.amount, model.currency = round(exact), code
            model.changed()

    @precondition(lambda self: hasattr(self, "model"))
    @invariant()
    def both_are_alike(self) -> None:
        """Stage, value, end, the rate at the end, and the consents that count."""
        deal, model = self.unit.deals.get(ID), self.model
        assert (deal.stage, deal.value.minor) == (model.stage, model.amount)
        assert (deal.value.currency.code, deal.owner) == (model.currency, model.owner)
        assert deal.is_closed == model.closed
        ratio = deal.closing.rate.ratio if deal.closing else Fraction(1)
        assert ratio == (model.closed_at or 1)
        held = {(one.stage, one.command, one.role) for one in deal.approvals if not one.used_on}
        assert held == {key for key in model.consents if key[0] == model.stage}


DealMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestDeals = DealMachine.TestCase
