"""Posting rules as data: which accounts a fact is booked on, for each kind of fact.

A `FactKind` says what a fact consists of, whether it leaves an open item and whether it names
another member of the group. A `PostingRule` says the lines of its entry: the account, by its duty
or its code, the side, and which component of the fact stands there. Debits and credits are made
of the same components, so that every fact balances; what could not balance is refused when the
rule is made, by its line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, Final

import attrs

from fxcrm.errors import CallError, InputRefused, shown
from fxcrm.ids import AccountCode
from fxcrm.ledger.accounts import Account, Chart, Duties
from fxcrm.mappings import FrozenMap

TOTAL: Final = "total"
NET: Final = "net"
TAX: Final = "tax"
_DUTIES: Final = tuple(one.name for one in attrs.fields(Duties))


class EntrySide(Enum):
    """The side of an entry."""

    DEBIT = "debit"
    CREDIT = "credit"

    @property
    def sign(self) -> int:
        """1 for a debit, -1 for a credit."""
        return 1 if self is EntrySide.DEBIT else -1


class PaidIn(Enum):
    """Which money a line is in. What is paid in functional currency passes clearing (D7a)."""

    DOCUMENT = "document"
    FUNCTIONAL = "functional"


class PostingRuleRefused(InputRefused):
    """A rule by which no entry could be made; ``place`` names the kind of fact and the line."""

    place: str
    reason: str
    template = "posting rule {place:plain}: {reason:plain}"


class FactKindExpected(CallError):
    """What is booked by rules is a member of ``FactKind``."""

    given: str
    template = "a kind of fact is a member of fxcrm.postingrules.FactKind, not {given:plain}"


class FactKind(Enum):
    """What can happen to a company, as posting rules name it."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit note"
    BILL = "bill"
    COSTS = "costs"
    CAPITAL = "capital"
    INVESTMENT = "investment"
    CHARGE_TO_MEMBER = "charge to member"
    CHARGE_BY_MEMBER = "charge by member"
    GOODS_FROM_MEMBER = "goods from member"
    STOCK_USED = "stock used"
    DIVIDEND_TO_MEMBER = "dividend to member"
    DIVIDEND_TO_OTHERS = "dividend to others"
    DIVIDEND_FROM_MEMBER = "dividend from member"
    NET_INVESTMENT_GIVEN = "net investment given"
    NET_INVESTMENT_TAKEN = "net investment taken"
    LOAN_TAKEN = "loan taken"
    LOAN_REPAID = "loan repaid"

    @property
    def entry(self) -> str:
        """What its entries are called; their ids begin with it."""
        return _ENTRIES.get(self, self.value)

    @property
    def parts(self) -> tuple[str, ...]:
        """What the total consists of; a fact that is told without parts is all of the first."""
        return (NET, TAX) if self in _TAXED else (TOTAL,)

    @property
    def components(self) -> tuple[str, ...]:
        """What a line may hold: the total, or a part of it."""
        return tuple(dict.fromkeys((TOTAL, *self.parts)))

    @property
    def item(self) -> EntrySide | None:
        """The side of its open item: a debit is owed to the company, a credit by it."""
        return _ITEMS.get(self)

    @property
    def names_partner(self) -> bool:
        """Whether it is a dealing with another member of the group."""
        return self in _DEALINGS


_DEALINGS: Final = (
    FactKind.INVESTMENT,
    FactKind.CHARGE_TO_MEMBER,
    FactKind.CHARGE_BY_MEMBER,
    FactKind.GOODS_FROM_MEMBER,
    FactKind.DIVIDEND_TO_MEMBER,
    FactKind.DIVIDEND_FROM_MEMBER,
    FactKind.NET_INVESTMENT_GIVEN,
    FactKind.NET_INVESTMENT_TAKEN,
)
_ENTRIES: Final[Mapping[FactKind, str]] = FrozenMap(
    {
        # Both sides of a dealing are called the same.
        FactKind.CHARGE_TO_MEMBER: "charge",
        FactKind.CHARGE_BY_MEMBER: "charge",
        FactKind.GOODS_FROM_MEMBER: "charge",
        FactKind.DIVIDEND_TO_MEMBER: "dividend",
        FactKind.DIVIDEND_TO_OTHERS: "dividend",
        FactKind.DIVIDEND_FROM_MEMBER: "dividend",
        FactKind.NET_INVESTMENT_GIVEN: "net investment",
        FactKind.NET_INVESTMENT_TAKEN: "net investment",
    }
)
_TAXED: Final = (FactKind.INVOICE, FactKind.CREDIT_NOTE, FactKind.BILL, FactKind.COSTS)
_ITEMS: Final[Mapping[FactKind, EntrySide]] = FrozenMap(
    {
        FactKind.INVOICE: EntrySide.DEBIT,
        FactKind.CREDIT_NOTE: EntrySide.CREDIT,
        FactKind.BILL: EntrySide.CREDIT,
        FactKind.CHARGE_TO_MEMBER: EntrySide.DEBIT,
        FactKind.CHARGE_BY_MEMBER: EntrySide.CREDIT,
        FactKind.GOODS_FROM_MEMBER: EntrySide.CREDIT,
        FactKind.DIVIDEND_TO_MEMBER: EntrySide.CREDIT,
        FactKind.DIVIDEND_TO_OTHERS: EntrySide.CREDIT,
        FactKind.DIVIDEND_FROM_MEMBER: EntrySide.DEBIT,
        FactKind.NET_INVESTMENT_GIVEN: EntrySide.DEBIT,
        FactKind.NET_INVESTMENT_TAKEN: EntrySide.CREDIT,
    }
)


@attrs.frozen
class PostingLine:
    """One line of a rule: what stands on which side of which account.

    The account is named by its ``duty`` in the chart, or by its ``account`` code. ``item`` says
    that the line carries the open item, ``partner`` that it names the other member.
    """

    side: EntrySide
    duty: str = ""
    component: str = TOTAL
    account: AccountCode | None = None
    item: bool = False
    partner: bool = False
    paid_in: PaidIn = PaidIn.DOCUMENT

    def on(self, chart: Chart) -> Account:
        """The account of the line. Raises `AccountMissing`."""
        return chart.account(self.account or getattr(chart.duties, self.duty))

    @property
    def objection(self) -> str:
        """What is wrong with how it names its account; empty for nothing."""
        if bool(self.duty) == (self.account is not None):
            return "a line names its account by a duty or by a code, one of the two"
        if self.duty and self.duty not in _DUTIES:
            return f"{shown(self.duty)} is no duty of a chart; fxcrm.ledger.Duties names them"
        return ""


def _held(lines: Iterable[PostingLine]) -> tuple[PostingLine, ...]:
    return tuple(lines)


@attrs.frozen
class PostingRule:
    """The lines of one kind of fact. Raises `PostingRuleRefused` for what could not balance."""

    kind: FactKind
    lines: tuple[PostingLine, ...] = attrs.field(converter=_held)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.kind, FactKind):
            raise FactKindExpected(given=shown(self.kind))
        for number, line in enumerate(self.lines, 1):
            self._refuse(line.objection or self._why_not(line), number)
        self._refuse(self._imbalance())

    def fitting(self, chart: Chart) -> PostingRule:
        """The rule itself, once its accounts are known to be what its lines need.

        Raises `PostingRuleRefused` for an account that the chart has not, a control account
        without its item or an item elsewhere, dealings in the group without their partner.
        """
        codes = {one.code: one for one in chart}
        for number, line in enumerate(self.lines, 1):
            if line.account is not None and line.account not in codes:
                self._refuse(f"there is no account {line.account} in the chart; add it", number)
            self._refuse(_misfit(line, line.on(chart)), number)
        return self

    def component_on(self, chart: Chart, component: str) -> AccountCode | None:
        """The account that has a component to itself; None where none has."""
        found = (one.on(chart).code for one in self.lines if one.component == component)
        return next(found, None)

    def across(self, chart: Chart) -> AccountCode:
        """The account across from the item, for a fact that is told without parts.

        A credit note charges it: what comes off an item comes off the account of that item.
        """
        whole = (TOTAL, self.kind.parts[0])
        lines = (one for one in self.lines if not one.item and one.component in whole)
        return next(one.on(chart).code for one in lines if one.side is not self.kind.item)

    def _why_not(self, line: PostingLine) -> str:
        kind = self.kind
        if line.component not in kind.components:
            return f"{shown(line.component)} is none of {', '.join(kind.components)}"
        if line.partner and not kind.names_partner:
            return f"a fact of kind {kind.value} names no other member of the group"
        if line.item and (line.side, line.component) != (kind.item, TOTAL):
            side = "no" if kind.item is None else f"its open item as the total, {kind.item.value},"
            return f"a fact of kind {kind.value} has {side} item for this line"
        if line.item and line.paid_in is PaidIn.FUNCTIONAL:
            return "an open item is in the currency of its document"
        return ""

    def _imbalance(self) -> str:
        """Why debits and credits could differ; empty where they are the same components."""
        items = sum(line.item for line in self.lines)
        if items != (self.kind.item is not None):
            wanted = "no line carries" if self.kind.item is None else "one line carries"
            return f"{wanted} the open item, and {items} do"
        debit, credit = (self._parts(side) for side in EntrySide)
        if debit == credit and debit:
            return ""
        return f"debits are {_told(debit)}, credits are {_told(credit)}; they must be the same"

    def _parts(self, side: EntrySide) -> Counter[str]:
        held: Counter[str] = Counter()
        for line in self.lines:
            if line.side is side:
                held.update(self.kind.parts if line.component == TOTAL else (line.component,))
        return held

    def _refuse(self, reason: str, line: int = 0) -> None:
        if reason:
            place = f"{self.kind.value}, line {line}" if line else self.kind.value
            raise PostingRuleRefused(place=place, reason=reason)


def _told(parts: Counter[str]) -> str:
    return " + ".join(parts.elements()) or "nothing"


def _misfit(line: PostingLine, account: Account) -> str:
    if line.item and not account.by_item:
        return f"account {account.code} is no control account; an open item needs one"
    if account.by_item and not line.item:
        return f"account {account.code} is a control account; its line must carry the open item"
    if account.intercompany and not line.partner:
        return f"account {account.code} holds dealings in the group; its line must name the partner"
    return ""


def _by_kind(rules: Iterable[PostingRule]) -> FrozenMap[FactKind, PostingRule]:
    held: dict[FactKind, PostingRule] = {}
    for one in rules:
        if held.setdefault(one.kind, one) is not one:
            raise PostingRuleRefused(place=one.kind.value, reason="it has two rules; give it one")
    return FrozenMap(held)


@attrs.frozen
class PostingRules:
    """The rule of every kind of fact: a company's own, and the usual one for all others."""

    own: Mapping[FactKind, PostingRule] = attrs.field(default=(), converter=_by_kind)

    @classmethod
    def usual(cls) -> PostingRules:
        """The rules of who states none."""
        return _USUAL

    def of(self, kind: FactKind) -> PostingRule:
        """The rule of a kind. Raises `FactKindExpected`."""
        if not isinstance(kind, FactKind):
            raise FactKindExpected(given=shown(kind))
        return self.own.get(kind, _RULES[kind])

    def fitting(self, chart: Chart) -> PostingRules:
        """The rules themselves, once the own ones fit a chart. Raises `PostingRuleRefused`."""
        for one in self.own.values():
            one.fitting(chart)
        return self

    def __iter__(self) -> Iterator[PostingRule]:
        return map(self.of, FactKind)


def _debit(duty: str, component: str = TOTAL, **options: Any) -> PostingLine:
    return PostingLine(EntrySide.DEBIT, duty, component, **options)


def _credit(duty: str, component: str = TOTAL, **options: Any) -> PostingLine:
    return PostingLine(EntrySide.CREDIT, duty, component, **options)


_RULES: Final[Mapping[FactKind, PostingRule]] = FrozenMap(
    {
        kind: PostingRule(kind, lines)
        for kind, lines in {
            FactKind.INVOICE: (
                _debit("receivables", item=True),
                _credit("sales", component=NET),
                _credit("taxes", component=TAX),
            ),
            FactKind.CREDIT_NOTE: (
                _debit("sales", component=NET),
                _debit("taxes", component=TAX),
                _credit("receivables", item=True),
            ),
            FactKind.BILL: (_debit("costs"), _credit("payables", item=True)),
            FactKind.COSTS: (_debit("costs"), _credit("bank")),
            FactKind.CAPITAL: (_debit("bank"), _credit("capital")),
            FactKind.INVESTMENT: (
                _debit("investments", partner=True),
                _credit("bank", paid_in=PaidIn.FUNCTIONAL),
            ),
            FactKind.CHARGE_TO_MEMBER: (
                _debit("intercompany_receivables", item=True, partner=True),
                _credit("intercompany_income", partner=True),
            ),
            FactKind.CHARGE_BY_MEMBER: (
                _debit("intercompany_expense", partner=True),
                _credit("intercompany_payables", item=True, partner=True),
            ),
            # A purchase like any other, of which what is in stock is no cost yet: so the sale of
            # the one member meets the purchase of the other, wherever the goods are (D23, D25).
            FactKind.GOODS_FROM_MEMBER: (
                _debit("intercompany_expense", partner=True),
                _credit("intercompany_payables", item=True, partner=True),
                _debit("inventory"),
                _credit("goods_costs"),
            ),
            FactKind.STOCK_USED: (_debit("goods_costs"), _credit("inventory")),
            FactKind.DIVIDEND_TO_MEMBER: (
                _debit("dividends", partner=True),
                _credit("intercompany_payables", item=True, partner=True),
            ),
            FactKind.DIVIDEND_TO_OTHERS: (
                _debit("dividends"),
                _credit("dividends_payable", item=True),
            ),
            FactKind.DIVIDEND_FROM_MEMBER: (
                _debit("intercompany_receivables", item=True, partner=True),
                _credit("dividend_income", partner=True),
            ),
            FactKind.NET_INVESTMENT_GIVEN: (
                _debit("net_investments_given", item=True, partner=True),
                _credit("bank", paid_in=PaidIn.FUNCTIONAL),
            ),
            FactKind.NET_INVESTMENT_TAKEN: (
                _debit("bank"),
                _credit("net_investments_taken", item=True, partner=True),
            ),
            FactKind.LOAN_TAKEN: (_debit("bank"), _credit("loans")),
            FactKind.LOAN_REPAID: (_debit("loans"), _credit("bank")),
        }.items()
    }
)
_USUAL: Final = PostingRules()
