"""Where notices are sent: e-mail, a messenger, a letter shop."""

from __future__ import annotations

from typing import Protocol

from fxcrm.errors import EnvironmentFailed, RuleRefused
from fxcrm.notices import Notice, Receipt


class NoticeRejected(RuleRefused):
    """The far end will not take it, now or later. The key stays rejected (F11)."""

    key: str
    code: str
    template = "the notice {key} was rejected ({code:plain}); mend the address, use a new key"


class NotifierUnsure(EnvironmentFailed):
    """The notice was handed over and no answer came back."""

    key: str
    template = (
        "whether the notice {key} was taken is not known; send it again with the same key, "
        "it carries the same message id"
    )


class NotifierBroken(EnvironmentFailed):
    """The far end could not be reached, or could not do its part; nothing was sent."""

    reason: str
    template = "nothing was sent: {reason:plain}; try again with the same key"


class Notifier(Protocol):
    """A post office. `NotifierContract` proves one."""

    def send(self, notice: Notice, *, key: str) -> Receipt:
        """Send a notice once for each key.

        The same key and notice again give the same receipt and send nothing. Raises `KeyReused`
        for another notice, `KeyRefused`, `NoticeRejected`, `NotifierUnsure`, `NotifierBroken`.
        """
        ...
