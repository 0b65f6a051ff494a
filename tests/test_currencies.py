"""Currencies: interned, immutable, looked up by code and number; registries that add codes."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fxcrm import currencies
from fxcrm._iso4217 import ROWS
from fxcrm.currencies import (
    ISO,
    KNOWN,
    Currency,
    CurrencyNotDefinable,
    CurrencyRegistry,
    DateExpected,
    NoMinorUnit,
    UnknownCurrency,
    known,
)

# Another process finds the package where this one did.
HERE = {**os.environ, "PYTHONPATH": str(Path(currencies.__file__).parents[1])}
COINS = CurrencyRegistry("test coins").define("BTC", name="Bitcoin")
EVERY = [*ISO, *COINS.own]


def test_a_currency_tells_what_iso_says() -> None:
    """Code, number, digits and name of a currency that everybody knows."""
    euro = Currency("EUR")
    assert (euro.code, euro.numeric, euro.digits, euro.name) == ("EUR", 978, 2, "Euro")
    assert (euro.registry, euro.is_historic, euro.minor_units) == ("ISO 4217", False, 100)
    assert (euro.valid_until, euro.successor, euro.fixed_rate, euro.fixed_since) == (None,) * 4


@pytest.mark.parametrize(("code", "units"), [("JPY", 1), ("BHD", 1000), ("CLF", 10_000)])
def test_minor_units_are_a_power_of_ten(code: str, units: int) -> None:
    """Digits 0, 3 and 4 give 1, 1,000 and 10,000 minor units."""
    assert Currency(code).minor_units == units


def test_gold_has_no_minor_unit() -> None:
    """A metal is not counted in minor units, and asking for them is an error with its code."""
    assert Currency("XAU").digits is None
    with pytest.raises(NoMinorUnit, match="XAU") as caught:
        _ = Currency("XAU").minor_units
    assert caught.value.code == "XAU"


@pytest.mark.parametrize("code", ["eur", "Eur", "EURO", "ZZZ", "", " EUR", "EUR ", "€", "978"])
def test_an_unknown_code_is_refused(code: str) -> None:
    """Codes are exact: no case folding, no trimming, no guess."""
    with pytest.raises(UnknownCurrency) as caught:
        Currency(code)
    assert (caught.value.code, caught.value.registry) == (code, "ISO 4217")


@pytest.mark.parametrize("code", [None, 978, 9.78, True, b"EUR", ["EUR"], {}, Currency("EUR")])
def test_what_is_no_text_is_no_code(code: object) -> None:
    """Every other type is refused by the same error, hashable or not."""
    with pytest.raises(UnknownCurrency):
        Currency(code)  # type: ignore[arg-type]


def test_the_error_shows_the_way_out_and_survives_long_codes() -> None:
    """The message names the code and the registries, and is never longer than it should."""
    with pytest.raises(UnknownCurrency, match=r"'BTC'.*CurrencyRegistry") as caught:
        Currency("BTC")
    assert "ISO 4217 has no currency" in str(caught.value)
    with pytest.raises(UnknownCurrency) as caught:
        Currency("E" * 1_000_000)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("same", [copy.copy, copy.deepcopy, lambda c: copy.deepcopy([c])[0]])
@pytest.mark.parametrize("currency", [Currency("EUR"), Currency("DEM"), COINS.currency("BTC")])
def test_copies_are_the_currency_itself(
    currency: Currency, same: Callable[[Currency], Currency]
) -> None:
    """Copying keeps identity, also for currencies of one's own (M11)."""
    assert same(currency) is currency


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("currency", [Currency("EUR"), Currency("DEM"), COINS.currency("BTC")])
def test_pickling_keeps_identity(currency: Currency, protocol: int) -> None:
    """Every pickle protocol gives back the same object (M11)."""
    assert pickle.loads(pickle.dumps(currency, protocol)) is currency  # noqa: S301


def test_an_own_currency_is_rebuilt_in_another_process() -> None:
    """A pickle from here is understood where nothing was defined before, in full."""
    code = (
        "import pickle, sys; c = pickle.load(sys.stdin.buffer);"
        "sys.stdout.write(repr((c.code, c.digits, c.name, c.numeric, c.registry, c.valid_from)))"
    )
    sent = pickle.dumps(COINS.currency("BTC"))
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=sent,
        capture_output=True,
        check=True,
        timeout=60,
        env=HERE,
    )
    assert done.stdout.decode() == "('BTC', 8, 'Bitcoin', None, 'test coins', None)"


@given(st.sampled_from(EVERY))
@example(COINS.currency("BTC"))
def test_repr_evaluates_and_str_is_the_code(currency: Currency) -> None:
    """``repr`` is an expression for the very object; ``str`` is the code alone."""
    names = {"Currency": Currency, "CurrencyRegistry": CurrencyRegistry}
    assert eval(repr(currency), names) is currency  # noqa: S307
    assert str(currency) == f"{currency}" == currency.code


@given(st.sampled_from(EVERY), st.sampled_from(EVERY))
@example(Currency("EUR"), Currency("EUR"))
@example(Currency("EUR"), COINS.currency("BTC"))
def test_equality_is_identity(left: Currency, right: Currency) -> None:
    """Two currencies are equal exactly when code, digits and registry are (M11)."""
    same = (left.code, left.digits, left.registry) == (right.code, right.digits, right.registry)
    assert (left == right) is (left is right) is same
    assert (hash(left) == hash(right)) or not same
    assert left != str(left)  # type: ignore[comparison-overlap]


def test_every_row_becomes_its_currency_when_first_asked_for() -> None:
    """A table that nobody has asked yet makes each currency from its row, once."""
    fresh = currencies._Interned()
    for row in ROWS:
        code, numeric, digits, name, start, end, successor, rate, since = row
        made = fresh[code]
        assert (made.code, made.numeric, made.digits, made.name) == (code, numeric, digits, name)
        days = (made.valid_from, made.valid_until, made.fixed_since)
        assert [day and day.isoformat() for day in days] == [start, end, since]
        assert (made.successor, made.fixed_rate, made.registry) == (successor, rate, "ISO 4217")
        assert fresh[code] is made
    with pytest.raises(UnknownCurrency) as caught:
        _ = fresh["ZZZ"]
    assert (caught.value.code, caught.value.registry) == ("ZZZ", "ISO 4217")
    assert len(fresh) == len(ROWS)


def test_an_own_currency_holds_its_definition_and_nothing_else() -> None:
    """What was never defined before is made from the definition, and found again."""
    registry = CurrencyRegistry(uuid4().hex).define("COIN", 3, name="Coin", numeric=1)
    (coin,) = registry.own
    assert (coin.registry, coin.code, coin.numeric) == (registry.name, "COIN", 1)
    assert (coin.digits, coin.name) == (3, "Coin")
    assert (coin.valid_from, coin.valid_until, coin.fixed_since) == (None,) * 3
    assert (coin.successor, coin.fixed_rate) == (None, None)
    assert registry.define("COIN", 3, name="Coin", numeric=1).own == (coin,)
    assert registry.define("CENT", 0, name="C").own[1].name == "C"


def test_threads_get_one_object() -> None:
    """Many threads that ask for a currency at the same moment share the same object."""
    at_once = Barrier(8)

    def ask(number: int) -> list[Currency]:
        at_once.wait(timeout=30)
        own = CurrencyRegistry("threads").define(f"COIN{number // 8}", name="Coin").own
        return [*map(Currency, ("NOK", "SEK", "DKK")), *own]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert all(a is b for answer in answers for a, b in zip(answer, answers[0], strict=True))


@pytest.mark.parametrize("name", ["code", "digits", "registry", "anything"])
def test_currencies_and_registries_are_immutable(name: str) -> None:
    """Nothing can be set or deleted."""
    for frozen in (Currency("EUR"), COINS, ISO):
        with pytest.raises(AttributeError, match=f"immutable; {name} can not be set"):
            setattr(frozen, name, 3)
        with pytest.raises(AttributeError, match=f"immutable; {name} can not be deleted"):
            delattr(frozen, name)
    assert not hasattr(Currency("EUR"), "__dict__")


@pytest.mark.parametrize(
    ("numeric", "code"),
    [
        (978, "EUR"),
        (276, "DEM"),
        (8, "ALL"),  # also the old lek
        (32, "ARS"),  # also four others
        (100, "BGL"),  # the last of three
        (191, "HRK"),
        (810, "RUR"),  # after the Soviet rouble
        (716, "ZWD"),  # after the Rhodesian dollar
        (946, "RON"),
        (999, "XXX"),
    ],
)
def test_the_number_prefers_the_living_currency(numeric: int, code: str) -> None:
    """A number stands for its living currency, else for the one that lived last."""
    assert Currency.of_number(numeric) is Currency(code)


@given(st.sampled_from(EVERY).filter(lambda c: c.numeric is not None and not c.is_historic))
def test_living_currencies_are_found_by_their_number(currency: Currency) -> None:
    """Every living number leads back to its currency."""
    assert currency.numeric is not None
    assert Currency.of_number(currency.numeric) is currency


@pytest.mark.parametrize("numeric", [0, 1, -978, 1000, True, "978", 978.0, None])
def test_an_unknown_number_is_refused(numeric: object) -> None:
    """No number stands for nothing, and only ints are numbers."""
    with pytest.raises(UnknownCurrency) as caught:
        Currency.of_number(numeric)  # type: ignore[arg-type]
    assert caught.value.code == numeric
    assert caught.value.registry == "ISO 4217"


def test_validity_includes_both_of_its_ends() -> None:
    """The kuna was valid from its first to its last day and not a day longer."""
    kuna, day = Currency("HRK"), timedelta(days=1)
    first, last = date(1994, 5, 30), date(2023, 1, 14)
    assert [kuna.is_living(on) for on in (first - day, first, last, last + day)] == [
        *(False, True, True, False)
    ]
    assert kuna.is_historic


@given(st.sampled_from(EVERY), st.dates())
def test_validity_is_the_span_between_the_days(currency: Currency, on: date) -> None:
    """An unknown first day counts as long ago, no last day as not yet."""
    first, last = currency.valid_from or date.min, currency.valid_until or date.max
    assert currency.is_living(on) is (first <= on <= last)


@pytest.mark.parametrize("on", [datetime(2020, 1, 1, tzinfo=UTC), "2020-01-01", None, 2020])
def test_validity_is_asked_for_a_day(on: object) -> None:
    """An instant or a text is not a day; the error says so for every currency alike."""
    for currency in (Currency("HRK"), COINS.currency("BTC")):
        with pytest.raises(DateExpected, match=type(on).__name__):
            currency.is_living(on)  # type: ignore[arg-type]


def test_a_registry_adds_codes_and_stays_as_it_was() -> None:
    """``define`` returns another registry; the first one does not change (M11)."""
    empty = CurrencyRegistry("house")
    more = empty.define("ETH", 18, name="Ether").define("POINTS", 0, name="Points", numeric=1)
    assert (len(empty), len(more)) == (len(ISO), len(ISO) + 2)
    assert "ETH" in more
    assert "ETH" not in empty
    ether, points = more.own
    assert (ether.code, ether.digits, ether.name, ether.numeric) == ("ETH", 18, "Ether", None)
    assert (points.digits, points.numeric, points.registry) == (0, 1, "house")
    assert (points.minor_units, points.is_living(date(1900, 1, 1))) == (1, True)
    assert more.currency("ETH") is ether
    assert empty.own == ()


def test_a_registry_knows_iso_too() -> None:
    """Codes of ISO give the ISO currency itself; iteration and ``in`` cover both."""
    assert COINS.currency("EUR") is Currency("EUR")
    assert list(COINS) == [*ISO, COINS.currency("BTC")]
    assert len(list(ISO)) == len(ISO) > 300
    assert "EUR" in COINS
    assert Currency("EUR") in COINS
    assert COINS.currency("BTC") in COINS
    assert COINS.currency("BTC") not in ISO
    assert CurrencyRegistry("other").define("BTC", name="Bitcoin").currency("BTC") not in COINS
    assert None not in COINS
    assert 978 not in COINS
    assert ["EUR"] not in COINS


@pytest.mark.parametrize("code", ["ETH", "btc", "", None, 3, ["BTC"], Currency("EUR")])
def test_a_registry_refuses_unknown_codes(code: object) -> None:
    """The error names the code and the registry that was asked."""
    with pytest.raises(UnknownCurrency) as caught:
        COINS.currency(code)  # type: ignore[arg-type]
    assert (caught.value.code, caught.value.registry) == (code, "test coins")


def test_the_same_definition_is_the_same_currency() -> None:
    """Definitions are values: where and how often they are made does not matter."""
    again = CurrencyRegistry("test coins").define("BTC", digits=8, name="Bitcoin")
    assert again.currency("BTC") is COINS.currency("BTC")
    assert again == COINS
    assert hash(again) == hash(COINS)
    assert COINS.define("BTC", name="Bitcoin") == COINS


@pytest.mark.parametrize(
    "other",
    [
        CurrencyRegistry("other coins").define("BTC", name="Bitcoin"),
        CurrencyRegistry("test coins").define("BTC", 7, name="Bitcoin"),
        CurrencyRegistry("test coins").define("BTC", name="Bitcoin", numeric=1),
        CurrencyRegistry("test coins").define("BTC", name="bitcoin"),
        CurrencyRegistry("test coins").define("BTX", name="Bitcoin"),
        CurrencyRegistry("test coins"),
        "test coins",
    ],
)
def test_another_definition_is_another_currency(other: object) -> None:
    """Registry, code, digits, number and name are all part of the definition."""
    assert other != COINS
    if isinstance(other, CurrencyRegistry) and other.own:
        assert other.own[0] != COINS.own[0]


@pytest.mark.parametrize("code", ["EUR", "DEM", "XAU", "XXX"])
def test_iso_codes_can_not_be_shadowed(code: str) -> None:
    """Neither living nor withdrawn codes of ISO take another meaning."""
    with pytest.raises(
        CurrencyNotDefinable, match=r"ISO 4217 has given this code a meaning$"
    ) as caught:
        CurrencyRegistry("house").define(code, name="Mine")
    assert caught.value.code == code


@pytest.mark.parametrize(
    "code", ["", "AB", "btc", "BTc", "BT C", "BTC\n", "1INCH", "BTÇ", "B-C", "A" * 13, None, 7]
)
def test_codes_have_a_shape(code: object) -> None:
    """3 to 12 ASCII capitals and digits, a letter first, so that texts stay unambiguous."""
    with pytest.raises(CurrencyNotDefinable, match="3 to 12 capital letters"):
        CurrencyRegistry("house").define(code, name="Mine")  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["ABC", "A1B2C3", "A" * 12, "USDT"])
@pytest.mark.parametrize("digits", [0, 18, None])
@pytest.mark.parametrize("numeric", [1, None])
def test_what_can_be_defined(code: str, digits: int | None, numeric: int | None) -> None:
    """The ends of every range are allowed."""
    own = CurrencyRegistry("n" * 80).define(code, digits, name="N" * 80, numeric=numeric).own[0]
    assert (own.code, own.digits, own.numeric, own.name) == (code, digits, numeric, "N" * 80)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"digits": -1}, "digits is None or 0 to 18"),
        ({"digits": 19}, "digits is None or 0 to 18"),
        ({"digits": True}, "digits is None or 0 to 18"),
        ({"digits": 8.0}, "digits is None or 0 to 18"),
        ({"name": ""}, "a name has 1 to 80"),
        ({"name": " "}, "a name has 1 to 80"),
        ({"name": "N" * 81}, "a name has 1 to 80"),
        ({"name": None}, "a name has 1 to 80"),
        ({"numeric": 0}, ": a number is 1 to 999$"),
        ({"numeric": 1000}, ": a number is 1 to 999$"),
        ({"numeric": True}, ": a number is 1 to 999$"),
        ({"numeric": "1"}, ": a number is 1 to 999$"),
        ({"numeric": 978}, ": ISO 4217 has given this number a meaning$"),
    ],
)
def test_what_can_not_be_defined(wrong: dict[str, object], reason: str) -> None:
    """One past the end of every range is refused with the reason."""
    with pytest.raises(CurrencyNotDefinable, match=reason) as caught:
        CurrencyRegistry("house").define("BTC", **{"name": "Bitcoin", **wrong})  # type: ignore[arg-type]
    assert caught.value.code == "BTC"


def test_a_code_has_one_meaning_in_a_registry() -> None:
    """A second, different definition of a code is refused."""
    with pytest.raises(CurrencyNotDefinable, match=r": it already means something else here$"):
        COINS.define("BTC", 9, name="Bitcoin")
    with pytest.raises(CurrencyNotDefinable, match="currency 'BTC' can not be defined"):
        COINS.define("BTC", name="bitcoin")


def test_the_iso_registry_takes_no_codes() -> None:
    """Codes of one's own need a registry with a name of its own."""
    with pytest.raises(CurrencyNotDefinable, match=r"'BTC' .*: ISO 4217 takes none, make a reg"):
        ISO.define("BTC", name="Bitcoin")


@pytest.mark.parametrize("name", ["", "  ", "ISO 4217", "n" * 81, None, 3])
def test_registries_have_a_name_of_their_own(name: object) -> None:
    """The name is part of what makes two currencies differ, so it can not be missing."""
    with pytest.raises(CurrencyNotDefinable, match="name of its own"):
        CurrencyRegistry(name)  # type: ignore[arg-type]


@pytest.mark.parametrize("registry", [ISO, COINS, CurrencyRegistry("empty")])
def test_registries_are_pickled_and_copied(registry: CurrencyRegistry) -> None:
    """A registry comes back equal; ``ISO`` comes back as itself."""
    for again in (pickle.loads(pickle.dumps(registry)), copy.deepcopy(registry)):  # noqa: S301
        assert again == registry
        assert again.own == registry.own
        assert (again is ISO) is (registry is ISO)


def test_registries_show_what_they_add() -> None:
    """``repr`` names the registry and its codes."""
    assert repr(ISO) == "ISO"
    assert repr(COINS) == "<CurrencyRegistry 'test coins': ISO 4217 and BTC>"
    two = COINS.define("ETH", name="Ether")
    assert repr(two) == "<CurrencyRegistry 'test coins': ISO 4217 and BTC, ETH>"
    assert hash(two) != hash(CurrencyRegistry("empty"))
    assert repr(CurrencyRegistry("empty")) == "<CurrencyRegistry 'empty': ISO 4217 and no more>"


def test_importing_currencies_loads_next_to_nothing() -> None:
    """Neither attrs nor Babel nor a decimal is loaded, and no Currency object is made."""
    heavy = "{'attrs', 'attr', 'babel', 'decimal', 'fxcrm.money'} & set(sys.modules)"
    code = f"import sys; import fxcrm.currencies as c;print(sorted({heavy}), len(c._BY_CODE))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        timeout=60,
        text=True,
        env=HERE,
    )
    assert done.stdout.strip() == "[] 0"


def test_what_is_known_is_the_currency_of_its_code_or_the_currency_itself() -> None:
    """What was asked once is found at once; a code of one's own means nothing here (M11)."""
    coin = COINS.currency("BTC")
    for asked, meant in (
        ("DKK", Currency("DKK")),
        (Currency("NOK"), Currency("NOK")),
        (coin, coin),
    ):
        assert known(asked) is KNOWN[asked] is meant
    for unknown in ("BTC", "dkk", 5, None, ["DKK"]):
        with pytest.raises(UnknownCurrency) as raised:
            known(unknown)  # type: ignore[arg-type]
        assert raised.value.__suppress_context__
    assert not {"BTC", "dkk", 5, None} & KNOWN.keys()


def test_a_registry_makes_money() -> None:
    """``registry.money`` is the short way to an amount of one's own currency (M11)."""
    coin = COINS.money("0.5", "BTC")
    assert (coin.amount, coin.currency) == (Decimal("0.5"), COINS.currency("BTC"))
    assert ISO.money(5, "EUR") == COINS.money("5.00", "EUR")
    with pytest.raises(UnknownCurrency):
        ISO.money("0.5", "BTC")
