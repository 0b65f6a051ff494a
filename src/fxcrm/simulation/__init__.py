"""A generated year of trade: from a seed, commands in plain values, the same on every Python.

Nothing here knows a store: a `YearPlan` and a table of published rates go in, a `Story` comes out,
which `fxcrm.usecases.tell` carries out and `fxcrm.usecases.prove` proves.
"""

from fxcrm.simulation.groups import FIRMS_OF_A_GROUP, generated_group
from fxcrm.simulation.plans import GroupUnplanned, ParallelUnplanned, PlanRefused, Rhythm, YearPlan
from fxcrm.simulation.selling import SellingBook, SellingPlan, generated_book, keep_book
from fxcrm.simulation.years import generated_year

__all__ = [
    "FIRMS_OF_A_GROUP",
    "GroupUnplanned",
    "ParallelUnplanned",
    "PlanRefused",
    "Rhythm",
    "SellingBook",
    "SellingPlan",
    "YearPlan",
    "generated_book",
    "generated_group",
    "generated_year",
    "keep_book",
]
