"""Every field of every entry, item and figure that the ledger makes is as it was written down."""

from __future__ import annotations

import pytest

from tests.ledger.whole import KEPT, NAMES, told

WRITTEN = dict(part.split("\n", 1) for part in KEPT.read_text("utf-8").strip().split("\n\n"))


@pytest.mark.parametrize("case", NAMES)
def test_what_is_made_is_what_was_written_down(case: str) -> None:
    """Texts, ids, partners, decisions, rules; ``python -m tests.ledger.whole`` renews them."""
    assert told(case) == WRITTEN[f"# {case}"]


def test_nothing_else_is_written_down() -> None:
    """A case that is gone goes from the file as well."""
    assert [*WRITTEN] == [f"# {one}" for one in NAMES]
