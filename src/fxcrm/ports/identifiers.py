"""Where the ids of new aggregates come from: the domain makes none."""

from __future__ import annotations

from typing import Protocol

from fxcrm.errors import CallError, EnvironmentFailed


class IdKindRefused(CallError):
    """An id was asked for something that is no kind of aggregate."""

    kind: object
    template = (
        'an id is asked for a kind such as "invoice" or "rate-lock", not for {kind}: '
        "small letters, digits and hyphens, a letter first, 32 at most"
    )


class IdSourceBroken(EnvironmentFailed):
    """The source could not answer; no id was given."""

    reason: str
    template = "no id could be made: {reason:plain}"


class IdSource(Protocol):
    """Gives each new aggregate an id. `IdSourceContract` proves one."""

    def new(self, kind: str) -> str:
        """An id that was never given before, for any kind: 1 to 80 visible ASCII characters.

        ``kind`` says what it is for ("invoice"); wrap the answer in the id's own type
        (`InvoiceId`). Raises `IdKindRefused`, `IdSourceBroken`.
        """
        ...
