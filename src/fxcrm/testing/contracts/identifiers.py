"""The contract of `fxcrm.ports.identifiers`: subclass it and override ``open_source``."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any, Final

from fxcrm.ports.identifiers import IdKindRefused, IdSource
from fxcrm.testing.contracts.promises import Contract, expect, holds, refused

KINDS: Final = ("customer", "invoice", "quote", "rate-lock", "p2")
NO_KINDS: Final = ("", " ", "Invoice", "open item", "rechnung-ü", "-a", "2p", "a" * 33, "a\n", None)
_LONGEST: Final = 80
_MANY: Final = 2_000
_THREADS: Final = 4


class IdSourceContract(Contract):
    """All promises of a source of ids. Override ``open_source``."""

    def open_source(self) -> IdSource:
        """A source. Override this."""
        raise NotImplementedError

    def reopened(self, source: IdSource) -> IdSource:
        """The source that a new process would open; override it where one is possible."""
        return source

    def test_an_id_is_short_plain_text(self) -> None:
        """An id is 1 to 80 visible ASCII characters, whatever it is for."""
        source = self.open_source()
        for kind in KINDS:
            given = source.new(kind)
            plain = isinstance(given, str) and given.isascii() and given.isprintable()
            fits = plain and 1 <= len(given) <= _LONGEST and " " not in given
            holds("an id is 1 to 80 visible ASCII characters", fits, given)

    def test_no_id_is_given_twice(self) -> None:
        """No id is given twice, neither for one kind nor for two."""
        source = self.open_source()
        given = [source.new(kind) for _ in range(_MANY) for kind in KINDS]
        expect("no id is given twice", len(set(given)), len(given))

    def test_a_restart_gives_no_id_again(self) -> None:
        """What was given before a restart is not given after it."""
        source = self.open_source()
        before = {source.new("invoice") for _ in range(_MANY)}
        again = self.reopened(source)
        after = {again.new("invoice") for _ in range(_MANY)}
        expect("a restart gives no id again", before & after, set())

    def test_threads_get_ids_of_their_own(self) -> None:
        """Threads that ask at the same time never get the same id."""
        source, start = self.open_source(), Barrier(_THREADS)
        given: list[list[str]] = [[] for _ in range(_THREADS)]

        def ask(into: list[str]) -> None:
            start.wait()
            into.extend(source.new("invoice") for _ in range(_MANY))

        threads = [Thread(target=ask, args=[one]) for one in given]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ids = [one for each in given for one in each]
        expect("each thread gets its ids", len(ids), _THREADS * _MANY)
        expect("threads never get the same id", len(set(ids)), len(ids))

    def test_only_kinds_get_an_id(self) -> None:
        """What is no kind of aggregate is refused, and the refusal names it."""
        source = self.open_source()
        kinds: tuple[Any, ...] = NO_KINDS
        for kind in kinds:
            with refused(f"{kind!r} is refused as a kind", IdKindRefused) as refusal:
                source.new(kind)
            expect("the refusal names it", refusal.operands("kind"), (kind,))
