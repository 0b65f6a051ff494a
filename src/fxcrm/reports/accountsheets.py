"""The account sheet: what an account held, every posting of a span, and what it holds after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from fxcrm.currencies import Currency
from fxcrm.figures import Figure
from fxcrm.ids import OpenItemId
from fxcrm.ledger.accounts import Account
from fxcrm.ledger.translation import posted
from fxcrm.ledger.trial_balance import JournalLine
from fxcrm.money import Money
from fxcrm.reports.balances import BalanceRow
from fxcrm.reports.listing import Line, Report
from fxcrm.reports.postings import in_document
from fxcrm.reports.scope import Scope

_RUNNING = "opening balance and every posting so far, a debit is positive"


@attrs.frozen
class SheetLine:
    """One posting, with the balances after it: in its document currency, and in the books.

    ``functional`` runs over all currencies that the sheet shows. ``partner`` is the other company,
    customer or supplier, empty where the posting names none.
    """

    line: JournalLine
    partner: str
    document: Money
    functional: Money


@attrs.frozen
class AccountSheet(Report):
    """One account over a span, in one document currency or in all: opening + postings = closing.

    Openings and closings are one for each currency; debit positive.
    """

    scope: Scope
    account: Account
    openings: tuple[BalanceRow, ...]
    postings: tuple[SheetLine, ...]
    closings: tuple[BalanceRow, ...]

    @classmethod
    def of(
        cls,
        scope: Scope,
        account: Account,
        lines: Iterable[JournalLine],
        *,
        currency: Currency | None = None,
        parties: Mapping[OpenItemId, str],
    ) -> AccountSheet:
        """From every posting up to the end of the scope; ``currency`` None shows all."""
        own = [
            one
            for one in lines
            if one.posting.account == account.code
            and (currency is None or one.posting.amount.currency is currency)
        ]
        shown = {one.posting.amount.currency for one in own} or {currency or scope.functional}
        currencies = sorted(shown, key=lambda one: one.code)
        before = [one for one in own if scope.before(one.on)]
        within = [one for one in own if not scope.before(one.on)]
        openings = tuple(_balances("Opening", scope, account, currencies, before))
        closings = tuple(_balances("Closing", scope, account, currencies, own))
        running = tuple(_running(scope, openings, within, parties))
        return cls(scope, account, openings, running, closings)

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return (
            "day", "entry", "text", "partner", "amount", "balance", "functional",
            "functional balance", "rate decision",
        )  # fmt: skip

    def lines(self) -> Iterator[Line]:
        """What was held, the postings, what is held after them."""
        yield from self._held("opening", self.openings)
        for one in self.postings:
            posting = one.line.posting
            yield Line(
                (
                    one.line.on, one.line.entry, posting.text, one.partner, posting.amount,
                    one.document, posting.functional, one.functional, posting.decision or "",
                ),
                (in_document(one.line), posted(one.line)),
            )  # fmt: skip
        yield from self._held("closing", self.closings)

    def figures(self, row: int) -> tuple[Figure, ...]:
        """The figures of a row; those of a posting go on with the balances after it.

        Raises `RowMissing`.
        """
        own = super().figures(row)
        position = row - 1 - sum(1 for _ in self._held("opening", self.openings))
        if not 0 <= position < len(self.postings):
            return own
        return (*own, *self.running(position))

    def running(self, position: int) -> tuple[Figure, Figure]:
        """The balances after a posting, from 0: in its document currency, and in the books.

        They are made when they are asked for: kept for every line, they would grow with its square.
        """
        last = self.postings[position]
        currency = last.document.currency
        passed = [one.line for one in self.postings[: position + 1]]
        same = [one for one in passed if one.posting.amount.currency is currency]
        held = [one.document for one in self.openings if one.currency is currency]
        carried = [one.functional for one in self.openings]
        label = f"Balance after {last.line.entry}"
        return (
            Figure.total(label, [*held, *map(in_document, same)], currency, _RUNNING),
            Figure.total(
                f"{label}, in the books", [*carried, *map(posted, passed)],
                self.scope.functional, _RUNNING,
            ),
        )  # fmt: skip

    def _held(self, text: str, balances: tuple[BalanceRow, ...]) -> Iterator[Line]:
        """A row for each currency, and one for all of them where they are several."""
        day = self.scope.until if text == "closing" else self.scope.since or ""
        for one in balances:
            figures = (one.document, one.functional)
            cells = ("", one.document.value, "", one.functional.value, "")
            yield Line((day, "", text, "", *cells), figures)
        if len(balances) > 1:
            values = (one.functional for one in balances)
            total = Figure.total(f"{text.title()}, all currencies", values, self.scope.functional)
            yield Line((day, "", text, "", "", "", "", total.value, ""), (total,))


def _balances(
    text: str,
    scope: Scope,
    account: Account,
    currencies: Iterable[Currency],
    lines: Iterable[JournalLine],
) -> Iterator[BalanceRow]:
    known = tuple(lines)
    for currency in currencies:
        label = f"{text} balance of account {account.code} in {currency}"
        same = [one for one in known if one.posting.amount.currency is currency]
        yield BalanceRow.of(label, account, same, currency, scope.functional)


def _running(
    scope: Scope,
    openings: Iterable[BalanceRow],
    lines: Iterable[JournalLine],
    parties: Mapping[OpenItemId, str],
) -> Iterator[SheetLine]:
    document = {one.currency: one.document.value for one in openings}
    functional = Money.total((one.functional.value for one in openings), currency=scope.functional)
    for line in lines:
        posting, item = line.posting, line.posting.item
        document[posting.amount.currency] += posting.amount
        functional += posting.functional
        partner = posting.partner or (parties.get(item, "") if item else "")
        yield SheetLine(line, partner, document[posting.amount.currency], functional)
