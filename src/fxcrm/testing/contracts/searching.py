"""What a store promises about custom fields: they are found by value, as they are now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import attrs

from fxcrm.extras import Value
from fxcrm.ids import CompanyId, CustomerId, FieldId
from fxcrm.money import Money
from fxcrm.ports.storage import UnitOfWork
from fxcrm.queries import Filter
from fxcrm.testing.contracts import samples
from fxcrm.testing.contracts.aggregates import AggregateContract, of, record_all
from fxcrm.testing.contracts.promises import expect
from fxcrm.testing.contracts.samples import ACME, DAY, Kind

# Texts that mean something to databases, to formats, and to terminals.
_HOSTILE: Final = (
    samples.HOSTILE,
    "'; DELETE FROM customers; --",
    '"; DROP TABLE deals; --',
    "' OR '1'='1",
    "1; UPDATE deals SET version = 9",
    "%",
    "_",
    "\\",
    "?",
    ":key",
    "%s",
    "%(key)s",
    "{0}",
    "$1",
    "NULL",
    "a\x01\x7f\n\r\t",
    "\u202e",
    '{"a": 1}',
    "x" * 700,
)


class SearchContract(AggregateContract):
    """Custom fields of every kind that has them."""

    def test_custom_fields_are_found_by_value(self) -> None:
        """1.0 is found as 1.00, a text that looks like a number is not; all that is named holds."""
        values: dict[str, Any] = {
            "decimal": Decimal("1.0"),
            "text": "1",
            "hostile": samples.HOSTILE,
            "long": "x" * 1000,
            "check": True,
            "day": DAY,
            "number": -(10**30),
            "money": Money("1.50", "EUR"),
        }
        misses: dict[str, Any] = {
            "decimal": Decimal("1.01"),
            "text": Decimal(1),
            "hostile": "%",
            "long": "x" * 999 + "y",
            "check": False,
            "day": DAY + timedelta(days=1),
            "number": 10**30,
            "money": Money("1.50", "USD"),
        }
        store = self.open_store()
        with store.begin() as unit:
            _add_with_fields(unit, _fields(values))
            unit.commit()
        with closing(self.reopened(store)) as again, again.begin(reading=True) as unit:
            for name, value in values.items():
                _expect_found(
                    unit, {name: value}, 1, f"a custom field {name} is found by its value"
                )
                _expect_found(
                    unit, {name: misses[name]}, 0, f"{name} is not found by another value"
                )
                _expect_found(unit, {f"{name}?": value}, 0, "another field is not found")
            _expect_found(unit, {"decimal": Decimal("1.00")}, 1, "1.0 is found as 1.00")
            _expect_found(unit, {"decimal": 1}, 1, "1.0 is found as 1")
            _expect_found(unit, values, 1, "all fields at once are found")
            both = {**values, "check": False}
            _expect_found(unit, both, 0, "of several fields all must hold")

    def test_custom_fields_are_found_as_they_are_now(self) -> None:
        """A changed field is found by its new value alone, a removed one not at all."""
        before: dict[str, Any] = {"a": "old", "b": Decimal("1.0")}
        store = self.open_store()
        with store.begin() as unit:
            _add_with_fields(unit, _fields(before))
            unit.commit()
        with store.begin() as unit:
            _change_fields(unit, {"a": "lost"})
        with store.begin() as unit:
            _expect_found(unit, before, 1, "what was not committed is not found")
            _change_fields(unit, {"a": "new"})
            _expect_found(unit, {"a": "new"}, 1, "the unit finds what it changed")
            _expect_labels(_relabelled(unit, ("old", "stays")), ("old", "stays"), ("new",))
            _expect_labels(_relabelled(unit, ("new", "stays")), ("new", "stays"), ("old",))
            unit.commit()
        with closing(self.reopened(store)) as again, again.begin(reading=True) as unit:
            _expect_found(unit, {"a": "new"}, 1, "a changed field is found by its new value")
            _expect_found(unit, {"a": "old"}, 0, "a changed field is not found by its old value")
            _expect_found(unit, {"b": Decimal(1)}, 0, "a removed field is not found")
            _expect_labels(unit, ("new", "stays"), ("old",))

    def test_hostile_texts_are_only_texts(self) -> None:
        """Text that looks like a command is kept, filtered, paged and parked as the text it is."""
        customer = samples.kinds()[1].aggregates[0]
        store = self.open_store()
        for number, text in enumerate(_HOSTILE):
            with store.begin(actor=text, at=samples.AT, key=text) as unit:
                fields = _fields({text[:60]: text})
                event = samples.event(text)
                unit.customers.add(
                    attrs.evolve(
                        customer,
                        id=CustomerId(text),
                        name=text,
                        extras=fields,
                        tags=(text[:60],),
                        groups=(text[:60],),
                        tier=text[:60],
                        events=(event,),
                    )
                )
                unit.commands.record(text, text, text)
                unit.outbox.park(text, 1, text)
                expect("a series is named as it is", unit.numbers.next(ACME, text), 1)
                expect("all are there", unit.customers.count(), number + 1)
                unit.commit()
        with closing(self.reopened(store)) as again:
            with again.begin(reading=True) as unit:
                for text in _HOSTILE:
                    self._expect_only_text(unit, text)
            expect("the store is sound", again.verify().findings, ())

    @staticmethod
    def _expect_only_text(unit: UnitOfWork, text: str) -> None:
        found = unit.customers.page(Filter(fields=_fields({text[:60]: text}))).items
        expect("a field is found by its text alone", [one.name for one in found], [text])
        expect(
            "a company is what it is called",
            unit.customers.count(Filter(company=CompanyId(text))),
            0,
        )
        expect("a state too", unit.deals.count(Filter(state=text)), 0)
        expect("a country too", unit.customers.count(Filter(country=text)), 0)
        label = text[:60]
        for where in (Filter(tag=label), Filter(group=label), Filter(tier=label)):
            named = [one.name for one in unit.customers.page(where).items]
            expect("tags, groups and tiers are only texts", named, [text])
        later = sorted(one for one in _HOSTILE if one > text)
        after = [one.id for one in unit.customers.page(after=text).items]
        expect("pages begin after a text", after, later)
        expect("an answer is found", unit.commands.answer(text, text), text)
        [(message, reason)] = unit.outbox.parked(text)
        expect("a reason is kept", (message.attempts, reason), (1, text))


def _relabelled(unit: UnitOfWork, labels: tuple[str, ...]) -> UnitOfWork:
    """The first customer has these tags and groups, and no others."""
    found = unit.customers.get(samples.kinds()[1].aggregates[0].id)
    unit.customers.save(attrs.evolve(found, tags=labels, groups=labels))
    return unit


def _expect_labels(unit: UnitOfWork, there: tuple[str, ...], gone: tuple[str, ...]) -> None:
    """A customer is found by the labels that it has now, and by no other."""
    for label in (*there, *gone):
        for where in (Filter(tag=label), Filter(group=label)):
            number = int(label in there)
            expect("labels are found as they are now", unit.customers.count(where), number)


def _fields(values: Mapping[str, Value]) -> Mapping[FieldId, Value]:
    return {FieldId(name): value for name, value in values.items()}


def _with_fields() -> Iterator[Kind]:
    return (kind for kind in samples.kinds() if hasattr(kind.changed, "extras"))


def _add_with_fields(unit: UnitOfWork, fields: Mapping[FieldId, Value]) -> None:
    """One of each kind that has custom fields, with these, and another one with none."""
    record_all(unit)
    for kind in _with_fields():
        first, second, *_ = kind.aggregates
        of(unit, kind).add(attrs.evolve(first, extras=fields))
        of(unit, kind).add(attrs.evolve(second, extras={}))


def _change_fields(unit: UnitOfWork, values: Mapping[str, Value]) -> None:
    for kind in _with_fields():
        found = of(unit, kind).get(kind.aggregates[0].id)
        of(unit, kind).save(attrs.evolve(found, extras=_fields(values)))


def _expect_found(unit: UnitOfWork, values: Mapping[str, Value], number: int, promise: str) -> None:
    """That so many of each kind have these values, and which they are."""
    where = Filter(fields=_fields(values))
    for kind in _with_fields():
        wanted = [kind.aggregates[0].id][:number]
        expect(
            f"{promise}: {kind.name}", [one.id for one in of(unit, kind).page(where).items], wanted
        )
        expect(f"{promise}: {kind.name}, counted", of(unit, kind).count(where), number)
