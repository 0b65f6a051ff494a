"""The patterns that read texts from outside take bounded time, whatever the text (ReDoS)."""

from __future__ import annotations

import re
import time
from itertools import product

import pytest

from fxcrm.adapters.csvfiles import _FORMULA, _SHAPES
from fxcrm.adapters.feeds.bankofcanada import _SERIES
from fxcrm.adapters.feeds.documents import _DAY, _EXPONENT
from fxcrm.adapters.feeds.http import _CHARSET, _SECONDS
from fxcrm.adapters.feeds.published import _CODE
from fxcrm.adapters.identifiers import _KIND
from fxcrm.adapters.tabledrates import _SHAPES as _DAYS
from fxcrm.documents import _MEDIA_TYPE, _NAME
from fxcrm.forecast.words import _DAY as _DAY_OR_MONTH
from fxcrm.forecast.words import _NUMBER, _TOKEN
from fxcrm.notices import _ADDRESS

PATTERNS = [_FORMULA, _KIND, _MEDIA_TYPE, _NAME, _ADDRESS, *_SHAPES.values()]
PATTERNS += [_SERIES, _DAY, _EXPONENT, _CHARSET, _SECONDS, _CODE]
PATTERNS += [_DAY_OR_MONTH, _NUMBER, _TOKEN]
PATTERNS += [shape for shape, _ in _DAYS.values()]
HOSTILE = [
    piece * (100_000 // len(piece)) + end
    for piece, end in product(
        ("a", "'", '"', '""', '","', ',"', "a.", "a-", "a@", ".a@a", "a/", "\t", " "),
        ("", "\0", "!", '"', "\n"),
    )
]


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: str(pattern.pattern)[:30])
def test_a_pattern_is_fast_on_hostile_texts(pattern: re.Pattern[str]) -> None:
    """100,000 characters that almost fit are read in 50 ms by each pattern."""
    for text in HOSTILE:
        taken = []
        for _ in range(3):
            begun = time.perf_counter()
            pattern.fullmatch(text)
            taken.append(time.perf_counter() - begun)
            if taken[-1] < 0.05:
                break
        assert min(taken) < 0.05, text[:20]
