"""Charging: how the commands of dealings within the group are understood."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fxcrm.ids import CompanyId
from fxcrm.ledger import Group
from fxcrm.mappings import FrozenMap
from fxcrm.usecases.dealing import (
    declare_dividend,
    fund_member,
    lend_net_investment,
    sell_to_member,
    use_stock,
)
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.invoicing import charge_member
from fxcrm.usecases.wording import Command, Step, StepRefused


def _member(step: Step, group: Group, name: str) -> CompanyId:
    """A company of the group by the argument that names it. Raises `StepRefused`."""
    company = CompanyId(step.text(name))
    if company not in group.members:
        reason = f"a member of the group: {', '.join(group.members)}"
        raise StepRefused(step=step.key, argument=name, reason=reason)
    return company


def _charge_member(desk: Desk, step: Step, group: Group) -> None:
    charge_member(
        desk,
        step.text("id"),
        creditor=_member(step, group, "creditor"),
        debtor=_member(step, group, "debtor"),
        amount=step.money("amount"),
        on=step.on,
        days=step.whole("days"),
    )


def _sell_to_member(desk: Desk, step: Step, group: Group) -> None:
    sell_to_member(
        desk,
        step.text("id"),
        seller=_member(step, group, "seller"),
        buyer=_member(step, group, "buyer"),
        amount=step.money("amount"),
        cost=step.some_money("cost"),
        on=step.on,
        days=step.whole("days"),
    )


def _use_stock(desk: Desk, step: Step, _: Group) -> None:
    company, cost = CompanyId(step.text("company")), step.money("cost")
    use_stock(desk, company, step.text("id"), cost, step.on)


def _declare_dividend(desk: Desk, step: Step, group: Group) -> object:
    return declare_dividend(
        desk,
        group,
        step.text("id"),
        company=_member(step, group, "company"),
        amount=step.money("amount"),
        on=step.on,
        days=step.whole("days"),
    )


def _lend_net_investment(desk: Desk, step: Step, group: Group) -> None:
    lend_net_investment(
        desk,
        step.text("id"),
        lender=_member(step, group, "lender"),
        borrower=_member(step, group, "borrower"),
        amount=step.money("amount"),
        on=step.on,
    )


def _fund_member(desk: Desk, step: Step, group: Group) -> None:
    fund_member(
        desk,
        step.text("id"),
        owner=_member(step, group, "owner"),
        company=_member(step, group, "company"),
        amount=step.money("amount"),
        on=step.on,
    )


DEALINGS: Final[Mapping[str, Command]] = FrozenMap(
    {
        "charge member": Command.of("id creditor debtor amount days", _charge_member),
        "sell to member": Command.of("id seller buyer amount cost days", _sell_to_member),
        "use stock": Command.of("id company cost", _use_stock),
        "declare dividend": Command.of("id company amount days", _declare_dividend),
        "lend net investment": Command.of("id lender borrower amount", _lend_net_investment),
        "fund member": Command.of("id owner company amount", _fund_member),
    }
)
