"""Every field of every entry, item and figure that the ledger makes is as it was written down."""

from __future__ import annotations

import pytest

from tests.ledger.whole import CASES, KEPT, REFUSED, whole

WHOLE = whole()


def _parts(text: str) -> dict[str, str]:
    return {part.partition("\n")[0].removeprefix("# "): part for part in text.split("\n\n") if part}


@pytest.mark.parametrize("case", [*CASES, *(f"refused: {one}" for one in REFUSED)])
def test_what_is_made_is_what_was_written_down(case: str) -> None:
    """Texts, ids, partners, decisions, rules; ``python -m tests.ledger.whole`` renews them."""
    assert _parts(WHOLE)[case].strip() == _parts(KEPT.read_text("utf-8"))[case].strip()
