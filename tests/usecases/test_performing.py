"""Performing: one key, one effect, however often and however late it is repeated (F11)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.errors import RuleRefused
from fxcrm.ports.storage import AlreadyThere, KeyReused
from fxcrm.usecases import CommandFailed, Desk, Performed, pay_in_capital, perform
from fxcrm.usecases.deciding import document_number
from tests.ledger.notation import instant, money
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
