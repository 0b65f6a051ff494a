"""The summary in a terminal: who bought what, what the locks did, what is open, what it is worth.

Written for 80 columns, with or without colour, on a terminal or into a pipe. An amount is
never cut: where the columns need more room than there is, lines grow longer. What comes from
outside can not steer the terminal: its hidden characters are shown as replacements.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fxcrm.cli.visible import plain
from fxcrm.formatting import format_money
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money, RationalMoney, Rounding

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import JustifyMethod

    from fxcrm.usecases.reporting import LockReport, OpenReport, Overview, Sale

_LOCALE: Final = "en"
_UNMEASURED: Final = FrozenMap({"expired": "lapsed unused", "cancelled": "given up unused"})
_NARROWEST: Final = 12  # of a column that may wrap

Row = Sequence[Text]


def print_summary(
    seen: Overview, *, title: str, source: str, db: Path, html: Path, fresh: int
) -> None:
    """Print the summary on standard output.

    ``source`` says where the rates come from, ``db`` and ``html`` where database and report
    lie, ``fresh`` how many steps were new in this run.
    """
    console = Console()
    if console.is_terminal:
        _Summary(seen, console).show(title, source, db, html, fresh)
        return
    width = console.width
    console.file.write(
        summary_text(seen, title=title, source=source, db=db, html=html, fresh=fresh, width=width)
    )


def summary_text(
    seen: Overview, *, title: str, source: str, db: Path, html: Path, fresh: int, width: int = 80
) -> str:
    """The same without colour, in lines of ``width`` columns, or more where amounts need them."""
    console = Console(file=io.StringIO(), width=width, color_system=None, legacy_windows=False)
    with console.capture() as captured:
        _Summary(seen, console).show(title, source, db, html, fresh)
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"


class _Summary:
    """One summary on one console."""

    def __init__(self, overview: Overview, console: Console) -> None:
        self.overview = overview
        self.console = console
        self.names = {one.company.id: one.company.name for one in overview.companies}

    def show(self, title: str, source: str, db: Path, html: Path, fresh: int) -> None:
        """Every part, in the order of the story; last, where to read on."""
        self._line(Text(f"{plain(title)}, as of {self.overview.as_of}", style="bold"))
        self._part("Who bought what", self._sales())
        self._part("Rate locks", self._locks())
        self._part("What is open", self._open())
        self._part("What the group is worth", self._worth())
        self._line(Text())
        told = f"{fresh} new steps" if fresh else "nothing new, all steps were known"
        for name, text in (("Rates", source), ("Told", told), ("Database", db), ("Report", html)):
            self._line(Text(f"{name:<8}  {plain(text)}"))

    def _line(self, text: Text) -> None:
        """One line, however long: a path is copied as one piece."""
        self.console.print(text, soft_wrap=True, highlight=False)

    def _part(self, heading: str, parts: Iterable[Table | Text]) -> None:
        self._line(Text(f"\n{heading}", style="bold"))
        for part in parts:
            if isinstance(part, Text):
                self._line(part)
            else:
                width = max(self.console.width, self.console.measure(part).minimum)
                self.console.print(part, width=width, crop=False, highlight=False)

    def _money(self, money: Money) -> Text:
        return Text(plain(format_money(money, _LOCALE, "code")))

    def _outcome(self, money: Money, gain: str, loss: str) -> Text:
        """Sign and colour, and below them the word: a positive amount is a gain."""
        text = self._money(money)
        if money.is_zero:
            return text
        sign, word, style = ("+", gain, "green") if money.is_positive else ("", loss, "red")
        return Text(f"{sign}{text.plain}\n{word}", style=style)

    def _sales(self) -> Iterator[Table | Text]:
        if not self.overview.sales:
            yield Text("  nothing")
            return
        headers = ("Customer", "Invoice", "Total >", "In the books >", "Exchange >")
        yield _table(headers, map(self._sale, self.overview.sales), wraps=1)

    def _sale(self, sale: Sale) -> Row:
        goods = ", ".join(line.description for line in sale.invoice.lines)
        return (
            Text.assemble(plain(sale.customer.name), "\n", (plain(goods), "dim")),
            Text(f"{plain(sale.invoice.number)}\n{sale.invoice.state}"),
            self._money(sale.total.value),
            self._money(sale.booked.value),
            self._outcome(sale.realised_fx.value, "gain", "loss"),
        )

    def _locks(self) -> Iterator[Table | Text]:
        if not self.overview.locks:
            yield Text("  none")
            return
        headers = ("Customer", "Locked rate", "Held until", "Brought or cost >")
        yield _table(headers, map(self._lock, self.overview.locks), wraps=1)

    def _lock(self, report: LockReport) -> Row:
        lock, rate = report.lock, report.lock.locked.rate
        pair = rate.pair
        result = Text(_UNMEASURED.get(lock.state, "not measured yet"))
        if report.result is not None:
            result = self._outcome(report.result.value, "brought", "cost")
        elif lock.break_cost is not None:
            result = self._outcome(
                -lock.break_cost.value, "saved by giving up", "cost of giving up"
            )
        return (
            Text.assemble(plain(report.customer.name), "\n", (plain(report.quote.number), "dim")),
            Text(f"1 {pair.base} = {rate.rounded_value():f} {pair.counter}"),
            Text(f"{lock.last_day}\n{lock.state}"),
            result,
        )

    def _open(self) -> Iterator[Table | Text]:
        if not self.overview.open_items:
            yield Text("  nothing")
            return
        headers = ("Party", "Item", "Due", "Open >", "Carried at >")
        yield _table(headers, map(self._item, self.overview.open_items), wraps=2)

    def _item(self, report: OpenReport) -> Row:
        item, late = report.item, report.days_overdue > 0
        party = report.customer.name if report.customer else self._member(report)
        due = f"{item.due_on}\n{report.days_overdue} days late" if late else str(item.due_on)
        return (
            Text(plain(party)),
            Text(plain(item.reference)),
            Text(due, style="red" if late else ""),
            self._money(report.open.value),
            self._money(report.carrying.value),
        )

    def _member(self, report: OpenReport) -> str:
        partner = report.item.partner
        return f"{self.names.get(partner, partner)} (group)" if partner else report.item.party

    def _worth(self) -> Iterator[Table | Text]:
        group = self.overview.consolidation
        rows = [
            (Text("Net assets", style="bold"), self._bold(group.net_assets.value), Text()),
            (Text("of which minority"), self._money(group.minority.value), Text()),
            (Text("Profit"), self._money(group.profit.value), Text()),
            (Text("of which minority"), self._money(group.minority_profit.value), Text()),
            (Text("Translation reserve"), self._money(group.reserve.value), Text()),
            *self._routes(),
            (
                Text("Rounding"),
                self._money(group.rounding.value),
                Text(f"at most {self._bound(group.bound)}"),
            ),
        ]
        yield _table(("", ">", ""), rows, wraps=0)

    def _routes(self) -> Iterator[Row]:
        """The reserve of each translated company, by both routes."""
        for one in self.overview.consolidation.translations:
            if one.closing is not None:
                name = plain(self.names.get(one.company, one.company))
                by_plug = self._money(one.plug.value)
                yield (
                    Text(f"  {name}"),
                    self._money(one.reserve.value),
                    Text(f"rolled forward; {by_plug.plain} by plug"),
                )

    def _bold(self, money: Money) -> Text:
        return Text(self._money(money).plain, style="bold")

    def _bound(self, bound: RationalMoney) -> str:
        return self._money(bound.rounded(Rounding.UP)).plain


def _table(headers: Sequence[str], rows: Iterable[Row], *, wraps: int) -> Table:
    """A table without lines. A header that ends in ``>`` is that of a right-aligned column.

    The first ``wraps`` columns may be wrapped; the others keep the width of their longest line.
    """
    held = list(rows)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=headers[0] != "")
    for position, header in enumerate(headers):
        name = header.removesuffix(">").rstrip()
        longest = max(map(_width, [Text(name), *(row[position] for row in held)]))
        least = min(longest, _NARROWEST) if position < wraps else longest
        justify: JustifyMethod = "right" if header.endswith(">") else "left"
        table.add_column(
            name, min_width=least, justify=justify, header_style="dim", no_wrap=position >= wraps,
            overflow="fold",
        )  # fmt: skip
    for row in held:
        table.add_row(*row)
    return table


def _width(text: Text) -> int:
    return max(map(cell_len, text.plain.split("\n")))
