"""The contract of `fxcrm.ports.notices`: subclass it and override ``open_notifier``.

Whether a notice arrives, and how often, is seen at the far end alone: override ``arrived`` where
you can look there. What can not be shown without it is reported as not shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs

from fxcrm.documents import Document
from fxcrm.keys import KeyRefused
from fxcrm.notices import Notice
from fxcrm.ports.notices import NoticeRejected, Notifier, NotifierBroken
from fxcrm.ports.storage import KeyReused
from fxcrm.testing.contracts.payments import NO_KEYS
from fxcrm.testing.contracts.promises import Contract, NotShown, expect, holds, refused

TO: Final = "ada@acme.example"
TEXTS: Final = (
    "Dear Ada,\n\nyour invoice INV-1 is due.\n",
    ".\n.hidden\n..\nFrom here on\n",
    "trailing space \n\ttab\n\n\nend",
    "x" * 5_000 + "\nshort",
    "€ 1.085,00 \N{NO-BREAK SPACE}株式会社アクメ \N{GRINNING FACE}",
    "Subject: not a header\nBcc: eve@acme.example\n\nQUIT\n",
    "",
)
SUBJECTS: Final = (
    "Invoice INV-1",
    "Rechnung über 1.085,00\N{NO-BREAK SPACE}€",
    "株式会社アクメの請求書 " * 8,
    "a" * 200,
)
DOCUMENTS: Final = (
    Document("invoice.pdf", "application/pdf", bytes(range(256)) * 40),
    Document("Rechnung ä.txt", "text/plain", "über\r\n.\r\n".encode()),
    Document("empty.html", "text/html", b""),
)


@attrs.frozen
class Arrival:
    """What arrived at the far end, and under which message id."""

    message: str
    notice: Notice


class NotifierContract(Contract):
    """All promises of a notifier. Override ``open_notifier``, and ``arrived`` where you can."""

    address: str = TO
    rejected: str = ""

    def open_notifier(self) -> Notifier:
        """A notifier whose notices reach nobody but you. Override this."""
        raise NotImplementedError

    def arrived(self, notifier: Notifier) -> Sequence[Arrival]:  # noqa: ARG002 - for those who can
        """What has arrived through this notifier so far, in order; override it to show more."""
        raise NotShown("override arrived() to show it")

    def reopened(self, notifier: Notifier) -> Notifier:  # noqa: ARG002 - for those who can
        """The notifier after a restart; override it where keys outlive the process."""
        raise NotShown("override reopened() to show it")

    def broken_notifier(self) -> Notifier:
        """A notifier that can not reach its far end; override it to show what it says."""
        raise NotShown("override broken_notifier() to show it")

    def _notice(self, subject: str = SUBJECTS[0], text: str = TEXTS[0]) -> Notice:
        return Notice(self.address, subject, text)

    def _expect_arrivals(self, promise: str, notifier: Notifier, *wanted: Notice) -> None:
        got = [_told(one.notice) for one in self.arrived(notifier)]
        expect(promise, got, [_told(one) for one in wanted])

    def test_a_notice_is_taken(self) -> None:
        """What is sent gets a receipt with its key and a message id."""
        notifier = self.open_notifier()
        receipt = notifier.send(self._notice(), key="kit/taken")
        expect("the receipt names the key", receipt.key, "kit/taken")
        holds("the receipt has a message id", receipt.message, receipt)

    def test_a_notice_arrives_as_it_was_written(self) -> None:
        """Address, subject and text arrive unchanged, in any script, and as one notice."""
        for number, (subject, text) in enumerate(_pairs()):
            notifier = self.open_notifier()
            notice = self._notice(subject, text)
            notifier.send(notice, key=f"kit/written/{number}")
            self._expect_arrivals("a notice arrives as it was written", notifier, notice)

    def test_documents_arrive_byte_for_byte(self) -> None:
        """Documents arrive with their names, media types and bytes."""
        notifier = self.open_notifier()
        notice = attrs.evolve(self._notice(), documents=DOCUMENTS)
        notifier.send(notice, key="kit/documents")
        self._expect_arrivals("documents arrive byte for byte", notifier, notice)

    def test_a_notice_is_sent_once_for_each_key(self) -> None:
        """The same key and notice again send nothing, and give the same receipt (F11)."""
        notifier, notice = self.open_notifier(), self._notice()
        receipts = [notifier.send(notice, key="kit/once") for _ in range(3)]
        expect("the receipt is the same", receipts, receipts[:1] * 3)
        self._expect_arrivals("a notice is sent once for each key", notifier, notice)

    def test_each_key_is_sent(self) -> None:
        """The same notice under another key is sent again, in order, with another message id."""
        notifier, notice = self.open_notifier(), self._notice()
        receipts = [notifier.send(notice, key=f"kit/each/{number}") for number in range(3)]
        expect("each has a message id of its own", len({one.message for one in receipts}), 3)
        got = [one.message for one in self.arrived(notifier)]
        expect("each key is sent, in order", got, [one.message for one in receipts])

    def test_a_key_has_one_notice(self) -> None:
        """Another notice under a key that was used is refused and not sent (F11)."""
        notifier, notice = self.open_notifier(), self._notice()
        notifier.send(notice, key="kit/reused")
        others = {
            "another text": attrs.evolve(notice, text="pay at once"),
            "another subject": attrs.evolve(notice, subject="Other"),
            "another document": attrs.evolve(notice, documents=DOCUMENTS[:1]),
        }
        for what, other in others.items():
            with refused(f"{what} under the same key is refused", KeyReused):
                notifier.send(other, key="kit/reused")
        self._expect_arrivals("another notice is not sent", notifier, notice)

    def test_a_key_is_a_key(self) -> None:
        """Texts that can not travel as a key are refused, and nothing is sent."""
        notifier = self.open_notifier()
        keys: tuple[Any, ...] = NO_KEYS
        for key in keys:
            with refused(f"{key!r} is refused as a key", KeyRefused):
                notifier.send(self._notice(), key=key)
        self._expect_arrivals("nothing is sent", notifier)

    def test_a_rejected_address_stays_rejected(self) -> None:
        """What the far end rejects is refused as such, with its code, and stays so (F11)."""
        if not self.rejected:
            raise NotShown("name an address in `rejected` to show it")
        notifier, notice = self.open_notifier(), Notice(self.rejected, "Invoice", "text")
        for attempt in ("a rejected address is refused", "its key stays rejected"):
            with refused(attempt, NoticeRejected) as refusal:
                notifier.send(notice, key="kit/rejected")
            expect("the refusal names the key", refusal.operands("key"), ("kit/rejected",))
            holds("the far end's code is told", refusal.error.code, refusal.error)
            holds("no address is shown", self.rejected not in str(refusal.error), refusal.error)
        self._expect_arrivals("nothing is sent to it", notifier)

    def test_a_broken_notifier_says_so(self) -> None:
        """Where the far end can not be reached, nothing was sent, and the error says so."""
        notifier, notice = self.broken_notifier(), self._notice()
        for attempt in ("a broken notifier says so", "and may be tried again"):
            with refused(attempt, NotifierBroken) as refusal:
                notifier.send(notice, key="kit/broken")
            holds("a reason is given", refusal.error.reason, refusal.error)
            holds("no address is shown", self.address not in str(refusal.error), refusal.error)

    def test_a_key_outlives_a_restart(self) -> None:
        """After a restart a key that was taken sends nothing, and gives the same receipt."""
        notifier, notice = self.open_notifier(), self._notice()
        receipt = notifier.send(notice, key="kit/restart")
        again = self.reopened(notifier)
        expect("the receipt is the same", again.send(notice, key="kit/restart"), receipt)
        with refused("another notice is refused", KeyReused):
            again.send(attrs.evolve(notice, text="other"), key="kit/restart")
        self._expect_arrivals("nothing is sent again", again, notice)


def _pairs() -> list[tuple[str, str]]:
    """Every subject and every text at least once."""
    pairs = [(subject, TEXTS[0]) for subject in SUBJECTS]
    return pairs + [(SUBJECTS[0], text) for text in TEXTS]


def _told(notice: Notice) -> tuple[object, ...]:
    """What must arrive; how many line feeds end a text is left to the post."""
    return notice.to, notice.subject, notice.text.rstrip("\n"), notice.documents
