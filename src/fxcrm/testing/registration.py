"""Tells Hypothesis how all our types are drawn: ``st.from_type(Money)`` works without an import."""

from __future__ import annotations

from fxcrm.testing import ratestrategies, strategies


def register() -> None:
    """Register every strategy; the entry point of Hypothesis calls this."""
    strategies.register()
    ratestrategies.register()
