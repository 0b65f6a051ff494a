"""The contract of notifiers on every one of ours, and on notifiers that are wrong in one place."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from fxcrm.adapters.sandbox import SandboxNotifier
from fxcrm.adapters.smtp import MailServer, Security, SmtpNotifier
from fxcrm.notices import Notice, Receipt
from fxcrm.ports.notices import NoticeRejected, Notifier, NotifierBroken
from fxcrm.testing.clocks import SettableClock
from fxcrm.testing.contracts import (
    Arrival,
    NotifierContract,
    Outcome,
    PromiseBroken,
    Report,
    proved,
)
from tests.mail_server import Inbox, free_port, mail_server

CLOCK = SettableClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
NOBODY = "nobody@acme.example"


class TestSandboxNotifier(NotifierContract):
    """The notifier for trials."""

    rejected = NOBODY

    def open_notifier(self) -> Notifier:
        """A new one each time."""
        return SandboxNotifier(rejecting=[NOBODY])

    def arrived(self, notifier: Any) -> Sequence[Arrival]:
        """What it keeps."""
        return [Arrival(*one) for one in notifier.sent()]


class TestSmtpNotifier(NotifierContract):
    """E-mail through a real server on this machine; keys are kept where a restart finds them."""

    rejected = NOBODY

    def setup_method(self) -> None:
        """A server for each promise."""
        self._servers = ExitStack()
        self._inbox = Inbox(rejecting={NOBODY: "550 no such user"})
        self._port = self._servers.enter_context(mail_server(self._inbox))

    def teardown_method(self) -> None:
        """It is stopped."""
        self._servers.close()

    def _notifier(self, port: int, taken: dict[str, str] | None = None) -> SmtpNotifier:
        server = MailServer("127.0.0.1", port, Security.NONE, seconds=10)
        return SmtpNotifier(server, "billing@nordwind.example", CLOCK, taken)

    def open_notifier(self) -> Notifier:
        """With an empty inbox at the far end."""
        self._inbox.letters.clear()
        self._taken: dict[str, str] = {}
        return self._notifier(self._port, self._taken)

    def arrived(self, notifier: Notifier) -> Sequence[Arrival]:  # noqa: ARG002 - one inbox for all
        """What the server took."""
        return self._inbox.arrivals()

    def reopened(self, notifier: Notifier) -> Notifier:  # noqa: ARG002 - nothing else is kept
        """Another one with the same keys."""
        return self._notifier(self._port, self._taken)

    def broken_notifier(self) -> Notifier:
        """Nobody listens there."""
        return self._notifier(free_port())


class _Repeating(SandboxNotifier):
    """Sends again under a key that it knows."""

    def send(self, notice: Notice, *, key: str) -> Receipt:
        """As if the key were new."""
        receipt = super().send(notice, key=key)
        super().send(notice, key=f"{key}/{len(self.sent())}")
        return receipt


class _Overwriting(SandboxNotifier):
    """Takes another notice under a key."""

    def send(self, notice: Notice, *, key: str) -> Receipt:
        """The last one counts."""
        self._answers.pop(key, None)
        return super().send(notice, key=key)


class _Hopeful(SandboxNotifier):
    """Says that a rejection may pass."""

    def send(self, notice: Notice, *, key: str) -> Receipt:
        """Mixes the two up."""
        try:
            return super().send(notice, key=key)
        except NoticeRejected as error:
            raise NotifierBroken(reason=error.code) from error


class _Cutting(SandboxNotifier):
    """Cuts long subjects."""

    def send(self, notice: Notice, *, key: str) -> Receipt:
        """To the 78 characters of a line."""
        return super().send(attrs.evolve(notice, subject=notice.subject[:78]), key=key)


class _Bare(SandboxNotifier):
    """Leaves the documents out."""

    def send(self, notice: Notice, *, key: str) -> Receipt:
        """Text alone."""
        return super().send(attrs.evolve(notice, documents=()), key=key)


class _Numbered(SandboxNotifier):
    """Gives a new message id to each repetition."""

    def send(self, notice: Notice, *, key: str) -> Receipt:
        """One more."""
        super().send(notice, key=key)
        self._count = getattr(self, "_count", 0) + 1
        return Receipt(key, f"<{self._count}@sandbox.invalid>")


class _Thrifty(SandboxNotifier):
    """Sends the same words once, whatever their key."""

    def send(self, notice: Notice, *, key: str) -> Receipt:
        """Keeps the first one alone."""
        receipt = super().send(notice, key=key)
        first = next(one for one in self._answers if self._answers[one][0] == notice)
        self._answers = {first: self._answers[first]}
        return receipt


class _Tidy(SandboxNotifier):
    """Makes a key out of anything."""

    def send(self, notice: Notice, *, key: str) -> Receipt:
        """Takes what is left of it."""
        return super().send(notice, key=str(key).encode().hex()[:200] or "none")


class _Silent(SandboxNotifier):
    """Gives no message id."""

    def send(self, notice: Notice, *, key: str) -> Receipt:
        """The key alone."""
        super().send(notice, key=key)
        return Receipt(key, "")


class _Forgetting(TestSandboxNotifier):
    """A kit whose notifier knows no key after a restart, and never admits that it is broken."""

    def reopened(self, notifier: Notifier) -> Notifier:
        """Begins anew; the far end keeps what it got."""
        self.first = notifier
        return SandboxNotifier()

    def arrived(self, notifier: Any) -> Sequence[Arrival]:
        """What the far end got from both."""
        first = getattr(self, "first", None)
        return [*(super().arrived(first) if first else []), *super().arrived(notifier)]

    def broken_notifier(self) -> Notifier:
        """Swallows its failure."""
        return SandboxNotifier()


@pytest.mark.parametrize(
    ("test", "promise"),
    [
        ("test_a_key_outlives_a_restart", "nothing is sent again"),
        ("test_a_broken_notifier_says_so", "a broken notifier says so"),
    ],
)
def test_a_forgetting_notifier_is_found_out(test: str, promise: str) -> None:
    """What happens over a restart, and what fails in silence, is found as well."""
    with pytest.raises(PromiseBroken, match=promise):
        getattr(_Forgetting(), test)()


def kit(wrong: type[SandboxNotifier]) -> Any:
    """The kit on a wrong notifier."""

    class Kit(TestSandboxNotifier):
        def open_notifier(self) -> Notifier:
            return wrong(rejecting=[NOBODY])

    return Kit


@pytest.mark.parametrize(
    ("wrong", "test", "promise"),
    [
        (_Repeating, "test_a_notice_is_sent_once_for_each_key", "sent once for each key"),
        (_Overwriting, "test_a_key_has_one_notice", "another text under the same key"),
        (_Hopeful, "test_a_rejected_address_stays_rejected", "a rejected address is refused"),
        (_Cutting, "test_a_notice_arrives_as_it_was_written", "arrives as it was written"),
        (_Bare, "test_documents_arrive_byte_for_byte", "documents arrive byte for byte"),
        (_Thrifty, "test_each_key_is_sent", "each key is sent, in order"),
        (_Tidy, "test_a_key_is_a_key", "'' is refused as a key"),
        (_Silent, "test_a_notice_is_taken", "the receipt has a message id"),
        (_Numbered, "test_a_notice_is_sent_once_for_each_key", "the receipt is the same"),
    ],
)
def test_a_wrong_notifier_is_found_out(wrong: Any, test: str, promise: str) -> None:
    """The kit fails on a wrong notifier and names the promise that it broke."""
    with pytest.raises(PromiseBroken, match=promise):
        getattr(kit(wrong)(), test)()


def test_what_is_seen_at_the_far_end_alone_is_not_shown() -> None:
    """With one hook the refusals are proved, and what arrives is reported as not shown."""

    class Plain(NotifierContract):
        def open_notifier(self) -> Notifier:
            return SandboxNotifier()

    report: Report = proved(Plain)
    assert report.holds
    assert [one.test for one in report.of(Outcome.PROVED)] == ["test_a_notice_is_taken"]
    assert len(report.of(Outcome.NOT_SHOWN)) == 9
