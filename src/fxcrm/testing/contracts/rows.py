"""The contract of `fxcrm.ports.rows`: subclass `RowSourceContract` and override ``open_source``.

A table is a header and rows of cells; the hook says how your source holds it. ``as_csv`` helps
where that is a file of comma separated values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fxcrm.ports.rows import RowSource, RowSourceBroken, RowsRefused
from fxcrm.rows import MOST_PROBLEMS, Row, RowLimits
from fxcrm.testing.contracts.promises import Contract, NotShown, expect, holds, refused

Table = Sequence[Sequence[str]]

HEADER: Final = ("id", "name", "amount")
HOSTILE: Final = (
    'Nordwind, Handel & Co. "Nord"',
    " spaces around ",
    "two\nlines",
    "007",
    "1.000,00",
    "-12.50",
    "=1+1",
    "株式会社アクメ",
    "",
    "NULL",
    "e\N{COMBINING ACUTE ACCENT}",
    "\N{BYTE ORDER MARK}",
    "\\",
    "%s {0} ${x}",
)


def as_csv(table: Table) -> bytes:
    """The table as comma separated values in UTF-8, every cell in quotation marks."""
    lines = (",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in table)
    return "".join(f"{line}\r\n" for line in lines).encode()


def _numbered(count: int) -> list[tuple[str, ...]]:
    return [(f"C-{number}", "Acme", f"{number}.00") for number in range(1, count + 1)]


class RowSourceContract(Contract):
    """All promises of a source of rows. Override ``open_source``."""

    def open_source(self, table: Table, limits: RowLimits) -> RowSource:
        """A source that holds the table, header first, within these limits. Override this."""
        raise NotImplementedError

    def broken_source(self) -> RowSource | None:
        """A source that can not be read, such as a file that is gone; None where there is none."""
        return None

    def _source(self, *table: Sequence[str], limits: RowLimits | None = None) -> RowSource:
        return self.open_source(table, limits or RowLimits())

    def test_rows_come_in_order_with_their_numbers(self) -> None:
        """Rows come in order, numbered as a spreadsheet does: the first below the header is 2."""
        body = _numbered(300)
        rows = list(self._source(HEADER, *body).rows())
        wanted = [
            Row(number, dict(zip(HEADER, cells, strict=True)))
            for number, cells in enumerate(body, 2)
        ]
        expect("rows come in order with their numbers", rows, wanted)

    def test_cells_are_text_unchanged(self) -> None:
        """A cell is the text that was put in: no space, zero, sign or character is lost."""
        rows = list(self._source(HEADER, *([text, "x", text] for text in HOSTILE)).rows())
        for text, row in zip(HOSTILE, rows, strict=True):
            expect("a cell is the text that was put in", (row["id"], row["amount"]), (text, text))

    def test_no_rows_are_no_rows(self) -> None:
        """A header alone gives no rows, and no error."""
        expect("a header alone gives no rows", list(self._source(HEADER).rows(HEADER)), [])

    def test_a_source_is_read_again_from_the_start(self) -> None:
        """Read again, also while it is being read, a source gives the same rows."""
        source = self._source(HEADER, *_numbered(5))
        begun = source.rows()
        first = next(begun)
        expect("a second reading gives the same", next(source.rows()), first)
        expect("the first goes on where it was", [first, *begun], list(source.rows()))

    def test_nothing_is_handed_out_of_a_bad_source(self) -> None:
        """Where the last row is bad, not one of those before it is handed out (F14)."""
        handed_out: list[Row] = []
        source = self._source(HEADER, *_numbered(2_000), ("C-1", "Acme"))
        with refused("a bad last row refuses them all", RowsRefused):
            handed_out.extend(source.rows())
        expect("not one row is handed out", handed_out, [])
        with refused("nor the first one", RowsRefused):
            handed_out.append(next(source.rows()))

    def test_short_and_long_rows_are_named(self) -> None:
        """Rows with too few and too many cells are each named by their number."""
        source = self._source(
            HEADER, *_numbered(3), ("C-4", "Acme"), *_numbered(2), (*HEADER, "over")
        )
        with refused("short and long rows are refused", RowsRefused) as refusal:
            list(source.rows())
        numbers = [one.row for one in refusal.error.problems]
        expect("each is named by its number", numbers, [5, 8])
        first = refusal.error.problems[0]
        expect("the first stands in front", refusal.operands("row"), (first.row,))
        expect("with its reason", refusal.operands("reason"), (first.reason,))
        expect("the source is named", refusal.operands("source"), (source.name,))

    def test_problems_are_bounded(self) -> None:
        """A hundred problems are named at most, however many there are."""
        source = self._source(HEADER, *[("short",)] * (3 * MOST_PROBLEMS))
        with refused("short rows are refused", RowsRefused) as refusal:
            list(source.rows())
        expect("a hundred problems at most", len(refusal.error.problems), MOST_PROBLEMS)

    def test_a_refusal_shows_no_cell(self) -> None:
        """A refusal names rows and columns and never shows what stands in a cell."""
        source = self._source(HEADER, ("C-1", "Erika Musterfrau"), ("C-2", "A", "1", "Geheim"))
        with refused("they are refused", RowsRefused) as refusal:
            list(source.rows())
        told = f"{refusal.error} {refusal.error.problems}"
        held = "Erika" not in told and "Geheim" not in told
        holds("a refusal shows no cell", held, told)

    def test_a_header_names_each_column_once(self) -> None:
        """No header, an empty name, and one that stands twice in any case are refused, in row 1."""
        for header in ((), ("id", "", "amount"), ("id", "amount", "id"), ("id", "ID", "x")):
            with refused(f"the header {header} is refused", RowsRefused) as refusal:
                list(self._source(*([header] if header else [])).rows())
            expect("the header is row 1", refusal.operands("row"), (1,))

    def test_a_needed_column_must_be_there(self) -> None:
        """A needed column that is missing is refused by its name, in row 1."""
        source = self._source(HEADER, *_numbered(1))
        with refused("a needed column must be there", RowsRefused) as refusal:
            list(source.rows(["amount", "currency"]))
        expect("it is the header's fault", refusal.operands("row"), (1,))
        holds("the column is named", "currency" in refusal.error.reason, refusal.error.reason)
        expect("others may be there", len(list(source.rows(["amount"]))), 1)

    def test_limits_are_kept_exactly(self) -> None:
        """What a limit allows is taken; one more row, column or character is refused."""
        limits = RowLimits(columns=3, cell=10, rows=5)
        fits = [*_numbered(4), ("x" * 10, "", "")]
        rows = list(self._source(HEADER, *fits, limits=limits).rows())
        expect("what a limit allows is taken", len(rows), 5)
        for what, table in {
            "row": (HEADER, *fits, *_numbered(1)),
            "column": ((*HEADER, "more"), (*fits[0], "")),
            "character": (HEADER, *_numbered(1), ("x" * 11, "", "")),
            "character of a header": (("id", "name", "x" * 11),),
        }.items():
            with refused(f"one {what} more is refused", RowsRefused):
                list(self._source(*table, limits=limits).rows())

    def test_what_can_not_be_read_is_broken(self) -> None:
        """A source that can not be read is broken, which is another thing than refused."""
        source = self.broken_source()
        if source is None:
            raise NotShown("override broken_source() to show it")
        with refused("what can not be read is broken", RowSourceBroken) as refusal:
            list(source.rows())
        expect("the source is named", refusal.operands("source"), (source.name,))
        holds("a reason is given", refusal.error.reason, refusal.error.reason)
