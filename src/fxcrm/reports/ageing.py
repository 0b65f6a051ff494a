"""Ageing: what is open by days overdue or days old, in document currency and as carried (D32)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import Enum
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import RuleRefused
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode
from fxcrm.ledger.accounts import Account, Chart
from fxcrm.ledger.open_items import OpenItem
from fxcrm.ledger.trial_balance import JournalLine
from fxcrm.money import Money
from fxcrm.moneybag import MoneyBag
from fxcrm.reports.listing import Cell, Line, Report
from fxcrm.reports.positions import AgeBuckets, Position, positions
from fxcrm.reports.scope import Scope

OVERDUE: Final = AgeBuckets((0, 30, 60, 90), "not due")
OLD: Final = AgeBuckets((30, 60, 90))


class AgeingOffControl(RuleRefused):
    """A control account that is not the sum of its open items: something was posted past them."""

    account: AccountCode
    as_of: date
    items: str
    control: str
    template = (
        "account {account} at {as_of} holds {control:plain}, its open items {items:plain}; "
        "find the posting that names no item of it (D32)"
    )


class AgeingBy(Enum):
    """From which day of an item its days are counted."""

    DUE_DATE = "due date"
    DOCUMENT_DATE = "document date"

    @property
    def buckets(self) -> AgeBuckets:
        """The usual buckets: 30, 60 and 90 days, before them what is not due."""
        return OVERDUE if self is AgeingBy.DUE_DATE else OLD

    def days(self, item: OpenItem, as_of: date) -> int:
        """The days since then; negative before the day."""
        day = item.due_on if self is AgeingBy.DUE_DATE else item.arose_on
        return (as_of - day).days


class Grouping(Enum):
    """What makes a row: an item, a customer or supplier in one currency, a currency."""

    ITEM = "item"
    PARTY = "party"
    CURRENCY = "currency"


@attrs.frozen
class AgedItem:
    """A position with its days, and the number of its bucket from 0."""

    account: Account
    position: Position
    days: int
    bucket: int

    @property
    def currency(self) -> Currency:
        """The document currency."""
        return self.position.open.value.currency


@attrs.frozen
class Ageing(Report):
    """The open items at the end of a day by age; the carried total of each account is the account.

    Receivables are positive, payables negative. ``accounts`` are the control accounts that were
    asked for and have been posted on.
    """

    scope: Scope
    by: AgeingBy
    buckets: AgeBuckets
    accounts: tuple[Account, ...]
    items: tuple[AgedItem, ...]
    grouping: Grouping = Grouping.ITEM

    @classmethod
    def of(
        cls,
        scope: Scope,
        items: Iterable[OpenItem],
        lines: Iterable[JournalLine],
        chart: Chart,
        *,
        by: AgeingBy = AgeingBy.DUE_DATE,
        buckets: AgeBuckets | None = None,
        accounts: Sequence[AccountCode] = (),
        grouping: Grouping = Grouping.ITEM,
    ) -> Ageing:
        """From every posting up to the end of the scope; ``accounts`` empty takes all with items.

        Raises `AgeingOffControl`.
        """
        wanted = set(accounts or (one.code for one in chart if one.by_item))
        own = [one for one in lines if one.posting.account in wanted]
        standing = positions(scope, items, own)
        posted_on = {one.posting.account for one in own}
        for code in sorted(posted_on):
            _refuse_off_control(code, scope.until, standing, own)
        used = tuple(chart.account(code) for code in sorted(posted_on))
        spans = buckets or by.buckets
        aged = (_aged(one, chart, by.days(one.item, scope.until), spans) for one in standing)
        return cls(scope, by, spans, used, tuple(aged), grouping)

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        if self.grouping is Grouping.ITEM:
            return (
                "account", "party", "reference", "dated", "due", "days", "bucket", "open", "carried"
            )  # fmt: skip
        party = ("party",) if self.grouping is Grouping.PARTY else ()
        return ("account", *party, "currency", "amount", *self.buckets.names, "total")

    def lines(self) -> Iterator[Line]:
        """The items or their groups, by account and party, and the total of each account."""
        if self.grouping is Grouping.ITEM:
            yield from (self._item_line(one) for one in self.items)
        else:
            yield from self._group_lines()
        for account in self.accounts:
            yield self._total_line(account)

    def control(self, account: Account) -> Figure:
        """What the items of a control account are carried at together."""
        carried = (one.position.carried for one in self.items if one.account == account)
        return Figure.total(
            f"Open items of account {account.code}", carried, self.scope.functional,
            "sum of the items, the balance of the account (D32)",
        )  # fmt: skip

    def _item_line(self, aged: AgedItem) -> Line:
        item, figures = aged.position.item, (aged.position.open, aged.position.carried)
        named = (item.account, item.party, item.reference, item.arose_on, item.due_on)
        bucket = self.buckets.names[aged.bucket]
        return Line((*named, aged.days, bucket, *(one.value for one in figures)), figures)

    def _total_line(self, account: Account) -> Line:
        total = self.control(account)
        if self.grouping is Grouping.ITEM:
            return Line((account.code, "total", *[""] * 6, total.value), (total,))
        own = [one for one in self.items if one.account == account]
        sums = self._sums(f"Account {account.code}", own, self.scope.functional, carried=True)
        party: tuple[Cell, ...] = ("total",) if self.grouping is Grouping.PARTY else ()
        currency = "" if party else "total"
        cells = tuple(one.value for one in sums)
        return Line(
            (account.code, *party, currency, "carried", *cells, total.value), (*sums, total)
        )

    def _group_lines(self) -> Iterator[Line]:
        """Two rows for each group: what is open in its currency, what that is carried at."""
        groups: dict[tuple[str, str, Currency], list[AgedItem]] = {}
        for one in self.items:
            party = one.position.item.party if self.grouping is Grouping.PARTY else ""
            groups.setdefault((one.account.code, party, one.currency), []).append(one)
        for key in sorted(groups, key=lambda key: (key[0], key[1], key[2].code)):
            yield from self._group(key, groups[key])

    def _group(self, key: tuple[str, str, Currency], own: list[AgedItem]) -> Iterator[Line]:
        account, party, currency = key
        named = (account, party) if self.grouping is Grouping.PARTY else (account,)
        label = f"{' '.join(named)} in {currency}"
        for text, carried in (("open", False), ("carried", True)):
            money = self.scope.functional if carried else currency
            sums = self._sums(f"{label}, {text}", own, money, carried=carried)
            total = Figure.total(f"{label}, {text}", sums, money, "sum of the buckets")
            cells = tuple(one.value for one in (*sums, total))
            yield Line((*named, currency.code, text, *cells), (*sums, total))

    def _sums(
        self, label: str, own: Iterable[AgedItem], currency: Currency, *, carried: bool
    ) -> tuple[Figure, ...]:
        """A figure for every bucket."""
        held: list[list[Figure]] = [[] for _ in self.buckets.names]
        for one in own:
            held[one.bucket].append(one.position.carried if carried else one.position.open)
        return tuple(
            Figure.total(f"{label}, {name}", figures, currency, "sum of the items")
            for name, figures in zip(self.buckets.names, held, strict=True)
        )


def _aged(position: Position, chart: Chart, days: int, buckets: AgeBuckets) -> AgedItem:
    return AgedItem(chart.account(position.item.account), position, days, buckets.place(days))


def _refuse_off_control(
    code: AccountCode, as_of: date, standing: Iterable[Position], lines: Iterable[JournalLine]
) -> None:
    """In every currency and in the books, the items are the account (D32)."""
    own = [one.posting for one in lines if one.posting.account == code]
    of_items = [one for one in standing if one.item.account == code]
    for items, control in (
        (_bag(one.open.value for one in of_items), _bag(one.amount for one in own)),
        (_bag(one.carried.value for one in of_items), _bag(one.functional for one in own)),
    ):
        if items != control:
            raise AgeingOffControl(
                account=code, as_of=as_of, items=_told(items), control=_told(control)
            )


def _bag(moneys: Iterable[Money]) -> MoneyBag:
    return MoneyBag.of(*moneys)


def _told(bag: MoneyBag) -> str:
    return "nothing" if bag.is_empty else str(bag)
