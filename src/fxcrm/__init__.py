"""Multi-currency CRM domain library: one rate decision, carried from quote to ledger.

Reading order, language first, then the trade, then the rim:

1. ``errors``                    what can fail, by who is to blame
2. ``currencies``, ``money``     exact amounts; ``moneybag`` for several currencies at once
3. ``rates``                     pair, rate, table, the look-up as a named policy
4. ``decisions``, ``figures``    the recorded choice of a rate; values that explain themselves
5. ``ratelocks``                 a price held until a date
6. ``customers`` ... ``billing`` the trade, sub-domains that know each other by id only
7. ``ledger``                    entries, open items, revaluation, translation, consolidation
8. ``posting``                   what happened in the trade, told to the ledger
9. ``ports``, ``usecases``       what the outside must offer; what a user does
10. ``adapters``, ``bootstrap``  the technologies, and the one place that plugs them in

The names below are loaded when first used (PEP 562): who needs Money does not pay for the ledger.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the same names once more, for type checkers; a test compares the two
    from fxcrm.currencies import Currency as Currency
    from fxcrm.currencies import CurrencyRegistry as CurrencyRegistry
    from fxcrm.money import Money as Money
    from fxcrm.money import Rounding as Rounding

_NAMES = {
    "currencies": ("Currency", "CurrencyRegistry"),
    "money": ("Money", "Rounding"),
}
_HOME = {name: module for module, names in _NAMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'fxcrm' has no attribute {name!r}")
    value: object = getattr(import_module(f"fxcrm.{_HOME[name]}"), name)
    globals()[name] = value  # found once, an ordinary attribute from then on
    return value


def __dir__() -> list[str]:
    return sorted(_HOME)
