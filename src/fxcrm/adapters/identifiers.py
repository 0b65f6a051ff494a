"""Ids by chance, and ids by counting."""

from __future__ import annotations

import re
from itertools import count
from typing import Final
from uuid import uuid4

from fxcrm.ports.identifiers import IdKindRefused

_KIND: Final = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)


def _checked(kind: object) -> str:
    if not (isinstance(kind, str) and _KIND.fullmatch(kind)):
        raise IdKindRefused(kind=kind)
    return kind


class RandomIds:
    """An `IdSource` of random UUIDs: any number of processes draw ids without asking each other."""

    def new(self, kind: str) -> str:
        """An id such as ``invoice-5f0c...`` with 122 random bits. Raises `IdKindRefused`."""
        return f"{_checked(kind)}-{uuid4()}"


class CountingIds:
    """An `IdSource` that counts, the same ids in each run: for tests, trials and stories.

    It forgets where it was when the process ends; ``after`` tells it the last number given.
    """

    def __init__(self, after: int = 0) -> None:
        self._numbers = count(after + 1)  # `next` of it is atomic, so threads may share it

    def new(self, kind: str) -> str:
        """``invoice-1``, ``quote-2``, ...: one count for all kinds. Raises `IdKindRefused`."""
        return f"{_checked(kind)}-{next(self._numbers)}"
