"""Decimal contexts that a caller might have set; nothing of ours may depend on them (M1).

A test module that imports ``any_context`` runs wholly under each of them in turn. Expected
figures are therefore texts, ints and fractions, which no context touches.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import (
    ROUND_CEILING,
    ROUND_UP,
    Clamped,
    Context,
    DefaultContext,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
    Rounded,
    Subnormal,
    Underflow,
    localcontext,
)

import pytest
from hypothesis import settings

TINY = Context(prec=3, rounding=ROUND_UP)
# One digit, small exponents, lower-case text, and everything trapped that decimal can signal
# but FloatOperation, which pytest and Hypothesis themselves would set off.
TRAPPING = Context(
    prec=1,
    rounding=ROUND_CEILING,
    Emin=-1,
    Emax=1,
    capitals=0,
    clamp=1,
    traps=[
        Clamped,
        DivisionByZero,
        Inexact,
        InvalidOperation,
        Overflow,
        Rounded,
        Subnormal,
        Underflow,
    ],
)
CONTEXTS = {"default": DefaultContext, "tiny": TINY, "trapping": TRAPPING}
# For laws whose every example is a search: as many examples in all as a law under one context.
FEWER = settings(max_examples=settings().max_examples // len(CONTEXTS))
# For what is searched for, or done for everything there is: once, where decimal forbids the most.
IN_THE_STRICTEST = pytest.mark.parametrize("any_context", ["trapping"], indirect=True)


@pytest.fixture(scope="module", autouse=True, params=list(CONTEXTS))
def any_context(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test of the module, under one of the contexts."""
    with localcontext(CONTEXTS[request.param]):
        yield
