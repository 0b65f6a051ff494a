"""How a company sells: its pipelines and whatever else is the company's choice, as data.

A value that a desk is given, as `Bookkeeping` is: read from a file, compared, kept under version
control. The defaults change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Self

import attrs

from fxcrm.mappings import FrozenMap
from fxcrm.pipeline import CROSS_BORDER_TRADE, Pipeline
from fxcrm.plaindata import PlainTable
from fxcrm.selling.pricerules import PriceRules

_USUAL: Final[Mapping[str, Pipeline]] = FrozenMap({CROSS_BORDER_TRADE.name: CROSS_BORDER_TRADE})
_USUAL_PRICES: Final = PriceRules()


def _mapped(pipelines: Mapping[str, Pipeline]) -> FrozenMap[str, Pipeline]:
    return FrozenMap(pipelines)


@attrs.frozen
class SellingRules:
    """The rules of selling: ``pipelines`` that deals may go through, by name; ``prices``."""

    pipelines: Mapping[str, Pipeline] = attrs.field(default=_USUAL, converter=_mapped)
    prices: PriceRules = _USUAL_PRICES

    @classmethod
    def read(cls, data: object) -> Self:
        """From plain data, as TOML or JSON gives it. Raises `RulesRefused`, which names the place.

        What is left out is as in the defaults.
        """
        top = PlainTable.of(data, "", " ".join(_READERS))
        return cls(**{name: _READERS[name](top.table(name)) for name in top.values})


_READERS: Final[Mapping[str, Callable[[PlainTable], Any]]] = FrozenMap({"prices": PriceRules.read})
