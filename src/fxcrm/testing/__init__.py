"""For embedders: proofs of their own code.

``strategies``      Hypothesis strategies for money, currencies and bags; needs Hypothesis
``ratestrategies``  the same for rates: fixings, series, tables, policies, decisions, locks
``registration``    tells Hypothesis of both; its entry point
``clocks``          a clock that the test sets
``contracts``       kits that prove that an adapter of theirs keeps the promises of its port
"""

__all__ = ["clocks", "contracts"]
