"""What a library promises, found out by asking it: bad input, mixed currencies, tiny contexts.

A probe answers True where the promise is kept, False where it is not, None where the library
has nothing to ask. Nothing is taken from anyone's documentation.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from benchmarks.measuring import Side
from benchmarks.peers import Library

Promises = Mapping[str, bool | None]
Probe = Callable[[Library], bool]


def refuses(call: Callable[[], object]) -> bool:
    """Whether the call raises; a warning alone refuses nothing."""
    with warnings.catch_warnings(action="ignore"):
        try:
            call()
        except Exception:  # each library has errors of its own
            return True
    return False


def _made(library: Library, amount: str = "19.99", code: str = "EUR") -> Any:
    return library.made(amount, code)


def _given(amount: Any) -> Probe:
    return lambda library: refuses(lambda: library.made(amount, "EUR"))


def _equal_ones_hash_alike(library: Library) -> bool:
    return hash(_made(library, "1.00")) == hash(_made(library, "1.0"))


def _keeps_zeros_apart(library: Library) -> bool:
    return bool(_made(library, "0", "EUR") != _made(library, "0", "USD"))


def _of_one_type(library: Library) -> bool:
    return type(_made(library, "-1")) is type(_made(library, "1"))


def _is_frozen(library: Library) -> bool:
    money = _made(library)
    value = getattr(money, library.field)
    return refuses(lambda: setattr(money, library.field, value))


def _asked(library: Library, task: str, **operands: Any) -> Any:
    """What the library answers to a task on one operand for each column."""
    names = {**library.names, "LOCALE": "de_DE", "CODE": "EUR"}
    columns = {name: [operand] for name, operand in operands.items()}
    return Side(library.name, library.expressions[task], columns, names).answers()[0]


def _reads_no(text: str, task: str = "parse") -> Probe:
    return lambda library: refuses(lambda: _asked(library, task, text=text))


def _writes_every_digit(library: Library) -> bool:
    digits = "98765432109876543210987654321098"
    try:
        written = _asked(library, "format", m=_made(library, f"{digits}.76"))
    except Exception:  # what raises has not written them
        return False
    return "".join(filter(str.isdigit, written)) == f"{digits}76"


# By the task that a library has to know before it can be asked.
PROBES: Mapping[str, Mapping[str, Probe]] = {
    "add": {
        "refuses 'NaN'": _given("NaN"),
        "refuses '1_000'": _given("1_000"),
        "refuses Decimal('NaN')": _given(Decimal("NaN")),
        "refuses a float": _given(1.1),
        "refuses True": _given(True),
        "refuses the code XQZ": lambda library: refuses(lambda: _made(library, code="XQZ")),
        "is frozen": _is_frozen,
        "one type below and above zero": _of_one_type,
        "adds no other currency": lambda library: refuses(
            lambda: _made(library, code="EUR") + _made(library, code="USD")
        ),
        "adds no bare number": lambda library: refuses(lambda: _made(library) + 5),
        "orders no other currency": lambda library: refuses(
            lambda: _made(library, code="EUR") < _made(library, code="USD")
        ),
        "tells EUR 0 from USD 0": _keeps_zeros_apart,
        "multiplies by no float": lambda library: refuses(lambda: _made(library) * 1.1),
    },
    "hash": {"equal ones hash alike": _equal_ones_hash_alike},
    "parse": {
        "reads no 'EUR NaN'": _reads_no("EUR NaN"),
        "reads no 'EUR 1_000'": _reads_no("EUR 1_000"),
    },
    "parse a number": {
        "reads no German '25.00' as 2500": _reads_no("25.00", "parse a number"),
    },
    "format": {"writes 34 digits": _writes_every_digit},
}


def promises(library: Library) -> Promises:
    """Every probe on one library."""
    return {
        name: probe(library) if task in library.expressions else None
        for task, probes in PROBES.items()
        for name, probe in probes.items()
    }


def table(columns: Mapping[str, Promises]) -> str:
    """Promises by library: ``yes``, ``no``, or a dash where there is nothing to ask."""
    shown = {True: "yes", False: "no", None: "-"}
    names = list(dict.fromkeys(name for kept in columns.values() for name in kept))
    wide = max(len(name) for name in names)
    lines = [" " * wide + "".join(f"  {library:>3}" for library in columns)]
    for name in names:
        cells = (
            f"  {shown[kept.get(name)]:>{max(3, len(library))}}"
            for library, kept in columns.items()
        )
        lines.append(f"{name:<{wide}}{''.join(cells)}")
    return "\n".join(lines)
