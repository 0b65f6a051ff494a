"""Restating: any amounts as booked, at a constant rate and at today's rate, side by side.

``restate`` shows one set of amounts on several bases. ``compare`` shows what changed between two
sets, split into a volume effect (at the old rate) and a rate effect (on the new volume).
"""

from fxcrm.restatement.amounts import BookedRefused, DatedAmount, DecisionsDiffer
from fxcrm.restatement.bases import (
    AsBooked,
    AtAverage,
    AtBudget,
    AtDay,
    Basis,
    Constant,
    Decider,
    TableDecider,
)
from fxcrm.restatement.rows import (
    BasesRefused,
    LeftOut,
    MissingRates,
    RestatedRow,
    Restatement,
    restate,
)
from fxcrm.restatement.variance import (
    Effects,
    OldRateUnknown,
    Variance,
    VarianceRow,
    compare,
)

__all__ = [
    "AsBooked",
    "AtAverage",
    "AtBudget",
    "AtDay",
    "BasesRefused",
    "Basis",
    "BookedRefused",
    "Constant",
    "DatedAmount",
    "Decider",
    "DecisionsDiffer",
    "Effects",
    "LeftOut",
    "MissingRates",
    "OldRateUnknown",
    "RestatedRow",
    "Restatement",
    "TableDecider",
    "Variance",
    "VarianceRow",
    "compare",
    "restate",
]
