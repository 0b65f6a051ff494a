"""Performing: one key, one effect, however often and however late it is repeated (F11)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.adapters.memory import MemoryStore
from fxcrm.adapters.sql import open_sqlite
from fxcrm.errors import EnvironmentFailed, FxcrmError, RuleRefused
from fxcrm.ports import Store
from fxcrm.ports.storage import (
    AlreadyThere,
    KeyReused,
    Overtaken,
    StoreBroken,
    StoreBusy,
    VersionConflict,
)
from fxcrm.usecases import CommandFailed, Desk, Performed, pay_in_capital, perform
from fxcrm.usecases.deciding import document_number
from fxcrm.usecases.performing import MOST_ATTEMPTS, Failures
from tests.ledger.notation import instant, money
from tests.usecases.lossy import Fate, Lossy, fates
from tests.usecases.office import JANUARY, NORDWIND, RATES, Office


class Interrupted(Exception):
    """Something outside of the library went wrong."""


def _perform(
    office: Office, key: str, content: str, amount: str, *, fails: bool = False
) -> Performed:
    def command(desk: Desk) -> None:
        document_number(desk, NORDWIND, "K")
        pay_in_capital(desk, NORDWIND, key, money(amount), JANUARY)
        if fails:
            raise Interrupted

    return perform(
        office.store,
        RATES,
        key=key,
        content=content,
        at=instant(JANUARY),
        actor="ada",
        command=command,
    )


def test_the_same_key_with_the_same_content_does_it_once() -> None:
    """The answer says whether it was fresh; the store is the same after the second call."""
    office = Office().open()
    assert _perform(office, "k1", "capital 100", "EUR 100.00") == Performed("k1", fresh=True)
    digest = office.store.digest()
    assert _perform(office, "k1", "capital 100", "EUR 100.00") == Performed("k1", fresh=False)
    assert office.store.digest() == digest
    assert office.balances(JANUARY)["1000"] == money("EUR 100.00")


def test_the_same_key_with_other_content_is_refused() -> None:
    """What a key stands for never changes, and nothing is written in trying (F11)."""
    office = Office().open()
    _perform(office, "k1", "capital 100", "EUR 100.00")
    digest = office.store.digest()
    with pytest.raises(KeyReused) as caught:
        _perform(office, "k1", "capital 200", "EUR 200.00")
    assert caught.value.key == "k1"
    assert isinstance(caught.value, RuleRefused)
    assert office.store.digest() == digest


def test_a_failed_command_leaves_nothing_and_may_be_repeated() -> None:
    """Entry, decision, number and key are undone together; then the same key works (F1)."""
    office = Office().open()
    digest = office.store.digest()
    with pytest.raises(Interrupted):
        _perform(office, "k1", "capital 100", "USD 100.00", fails=True)
    assert office.store.digest() == digest
    assert _perform(office, "k1", "capital 100", "USD 100.00").fresh


def test_two_keys_can_not_post_one_fact_twice() -> None:
    """The entry's id is the key of its fact: another command key does not get round it."""
    office = Office().open()

    def command(desk: Desk) -> None:
        pay_in_capital(desk, NORDWIND, "founding", money("EUR 100.00"), JANUARY)

    def once(key: str) -> Performed:
        at = instant(JANUARY)
        return perform(
            office.store, RATES, key=key, content=key, at=at, actor="ada", command=command
        )

    assert once("k1").fresh
    with pytest.raises(AlreadyThere):
        once("k2")
    digest = office.store.digest()
    with pytest.raises(CommandFailed, match="AlreadyThere"):
        once("k2")
    assert office.store.digest() == digest
    assert office.balances(JANUARY)["1000"] == money("EUR 100.00")


attempts = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(["100", "200"]), st.booleans()), max_size=20
)


@given(attempts)
def test_any_schedule_of_retries_has_the_effect_of_the_first_success(
    schedule: list[tuple[int, str, bool]],
) -> None:
    """Keys and contents at random, some failing on the way: one effect per key (F11)."""
    office, done, expected = Office().open(), dict[int, str](), 0
    for key, content, fails in schedule:
        before = office.store.digest()
        if key in done and done[key] != content:
            with pytest.raises(KeyReused):
                _perform(office, f"k{key}", content, f"EUR {content}.00", fails=fails)
        elif key in done:
            assert not _perform(office, f"k{key}", content, f"EUR {content}.00", fails=fails).fresh
        elif fails:
            with pytest.raises(Interrupted):
                _perform(office, f"k{key}", content, f"EUR {content}.00", fails=fails)
        else:
            assert _perform(office, f"k{key}", content, f"EUR {content}.00").fresh
            done[key], expected = content, expected + int(content)
            continue
        assert office.store.digest() == before
    bank = office.balances(date(2026, 12, 31)).get("1000", money("EUR 0.00"))
    assert bank == money(f"EUR {expected}.00")
    with office.store.begin() as unit:
        assert unit.numbers.next(NORDWIND, "K") == len(done) + 1  # without gaps


class NotToday(RuleRefused):
    """A rule that holds today and not tomorrow."""

    key: str
    template = "{key} is not allowed today"


def _counted(store: Any, key: str, *, fails: bool = False, content: str = "") -> Performed:
    """A command that takes a number, or is refused."""

    def command(desk: Desk) -> None:
        document_number(desk, NORDWIND, "K")
        if fails:
            raise NotToday(key=key)

    return perform(
        store,
        RATES,
        key=key,
        content=content or key,
        at=instant(JANUARY),
        actor="ada",
        command=command,
    )


def _next_number(store: Store) -> int:
    with store.begin(reading=True) as unit:
        return unit.numbers.next(NORDWIND, "K")


def test_a_failed_key_stays_failed_after_a_restart(tmp_path: Path) -> None:
    """Whoever was told that it failed is told so again, though it would succeed now (F11)."""
    path = tmp_path / "books.sqlite"
    with closing(open_sqlite(path)) as store, pytest.raises(NotToday):
        _counted(store, "k", fails=True)
    with closing(open_sqlite(path)) as store:
        with pytest.raises(CommandFailed, match="NotToday: 'k' is not allowed") as caught:
            _counted(store, "k")
        assert (caught.value.key, caught.value.error) == ("k", "NotToday")
        with pytest.raises(KeyReused):
            _counted(store, "k", content="other")
        assert _next_number(store) == 1, "nothing of the refused command is there"
        assert _counted(store, "another key").fresh
        assert store.verify().is_sound


def test_failures_may_leave_no_trace_by_choice() -> None:
    """A script that repeats until it succeeds asks for that, and gets it."""
    store = MemoryStore()
    digest = store.digest()

    def refuse(_: Desk) -> None:
        raise NotToday(key="k")

    for _ in range(2):
        with pytest.raises(NotToday):
            perform(
                store,
                RATES,
                key="k",
                content="k",
                at=instant(JANUARY),
                actor="ada",
                command=refuse,
                failures=Failures.MAY_BE_REPEATED,
            )
    assert store.digest() == digest
    assert _counted(store, "k").fresh


@pytest.mark.parametrize("failure", [StoreBusy(seconds=1), StoreBroken(reason="disk full")])
def test_what_the_surroundings_did_leaves_no_trace(failure: EnvironmentFailed) -> None:
    """A key whose command met a busy store or a broken source may be repeated."""
    store, seen = MemoryStore(), []
    digest = store.digest()

    def command(desk: Desk) -> None:
        document_number(desk, NORDWIND, "K")
        seen.append(1)
        raise failure

    with pytest.raises(type(failure)):
        perform(
            store, RATES, key="k", content="k", at=instant(JANUARY), actor="ada", command=command
        )
    assert (len(seen), store.digest()) == (1, digest)
    assert _counted(store, "k").fresh


def test_who_is_overtaken_tries_again_a_bounded_number_of_times() -> None:
    """A lost race is repeated with nothing kept; after `MOST_ATTEMPTS` `StoreBusy` is raised."""
    for lost, succeeds in ((MOST_ATTEMPTS - 1, True), (MOST_ATTEMPTS, False)):
        store = MemoryStore()
        tries: list[int] = []

        def command(desk: Desk, tries: list[int] = tries, lost: int = lost) -> None:
            document_number(desk, NORDWIND, "K")
            tries.append(1)
            if len(tries) <= lost:
                raise Overtaken(seconds=0)

        def call(store: Store = store, command: Callable[[Desk], None] = command) -> Performed:
            at = instant(JANUARY)
            return perform(store, RATES, key="k", content="k", at=at, actor="ada", command=command)

        if succeeds:
            assert call().fresh
        else:
            with pytest.raises(StoreBusy):
                call()
        assert len(tries) == MOST_ATTEMPTS
        assert _next_number(store) == (2 if succeeds else 1)


@pytest.mark.parametrize("seed", range(2))
def test_ten_thousand_steps_with_lost_answers(seed: int) -> None:
    """5,000 steps for each seed: commits lost before and after, refusals, retries (F11).

    Every answer is that of a model of three states for each key, and the effects are counted.
    """
    random, store = Random(seed), MemoryStore()
    fate, done, contents = [Fate.KEPT], dict[str, bool](), dict[str, str]()
    lossy = Lossy(store, (one for _ in count() for one in fate))
    chances = fates(random)
    for step in range(5_000):
        key, fails = f"k{random.randrange(step // 4 + 1)}", random.randrange(3) == 0
        content = random.choices([key, "other"], [9, 1])[0]
        fate[0] = next(chances)
        answer = _answered(lossy, key, content, fails=fails)
        if key in done:
            expected = "CommandFailed" if not done[key] else "found"
            assert answer == ("KeyReused" if contents[key] != content else expected)
            continue
        if fate[0] is not Fate.LOST:
            done[key], contents[key] = not fails, content
        told = "NotToday" if fails else "fresh"
        assert answer == (told if fate[0] is Fate.KEPT else "StoreBroken")
    assert _next_number(store) == sum(done.values()) + 1
    assert len(done) > 500
    assert store.verify().is_sound


def _answered(store: Lossy, key: str, content: str, *, fails: bool) -> str:
    try:
        return "fresh" if _counted(store, key, fails=fails, content=content).fresh else "found"
    except FxcrmError as refusal:
        return type(refusal).__name__


def test_a_stale_version_is_no_refusal_of_the_command() -> None:
    """Who came with an old version reads again, and sends the same command under the same key."""
    office = Office().open()
    with office.store.begin() as unit:
        read = unit.companies.get(NORDWIND)
        unit.companies.save(read)
        unit.commit()

    def rename(name: str, fresh: bool) -> Performed:  # noqa: FBT001
        def command(desk: Desk) -> None:
            held = desk.uow.companies.get(NORDWIND) if fresh else read
            desk.uow.companies.save(attrs.evolve(held, name=name))

        at = instant(JANUARY)
        return perform(
            office.store, RATES, key="k1", content=name, at=at, actor="ada", command=command
        )

    with pytest.raises(VersionConflict):
        rename("Nordwind AG", False)
    assert rename("Nordwind AG", True).fresh
