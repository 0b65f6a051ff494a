"""Idempotency keys: what a caller names a request by, so that repeating it does no harm (F11)."""

from __future__ import annotations

from typing import Final

from fxcrm.errors import InputRefused

LONGEST_KEY: Final = 200


class KeyRefused(InputRefused):
    """A text that can not travel as a key: empty, too long, or with spaces or controls in it."""

    key: object
    template = (
        '{key} is no key; write 1 to 200 visible ASCII characters, such as "invoice-4711/payment/1"'
    )


def checked_key(key: object) -> str:
    """The key itself, once it is known to be one. Raises `KeyRefused`."""
    fits = isinstance(key, str) and 0 < len(key) <= LONGEST_KEY and key.isascii()
    if not (isinstance(key, str) and fits and key.isprintable() and " " not in key):
        raise KeyRefused(key=key)
    return key
