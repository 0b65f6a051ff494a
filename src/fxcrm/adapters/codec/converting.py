"""Whole classes: which form each type has, and the code that cattrs generates from that.

cattrs writes one reading and one writing function for each class, once for each registry.
Every field that makes two values equal is written, and every one of them is read; pending
events and derived ratios are not. Values are made by the constructors of their classes, so
each rule that a constructor knows is checked again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache, partial
from typing import Any, Final, NewType, get_args, get_origin

import attrs
from cattrs import Converter
from cattrs.errors import IterableValidationError, IterableValidationNote
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from fxcrm.adapters.codec.fields import (
    CHECK,
    DAY,
    DECIMAL,
    INSTANT,
    TEXT,
    WHOLE,
    Form,
    Unfit,
    bag_form,
    currency_form,
    enum_form,
    exact_form,
    extras_form,
    of_type,
    record_of,
    texts_form,
    whole_form,
)
from fxcrm.billing import LineRate
from fxcrm.currencies import Currency, CurrencyRegistry
from fxcrm.decisions import Purpose
from fxcrm.extras import Extras
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.moneybag import MoneyBag
from fxcrm.rates import ExchangeRate, Side
from fxcrm.selling import QuoteLine
from fxcrm.selling.discounts import Discount
from fxcrm.selling.pricelists import PriceBreak
from fxcrm.selling.products import Product

Exact = NewType("Exact", Money)

# A unit price may be finer than the minor unit, every other amount of a class is whole (M10).
_EXACT: Final[Mapping[type, Mapping[str, Any]]] = FrozenMap(
    {
        Discount: FrozenMap({"amount": Exact | None}),
        LineRate: FrozenMap({"priced": Exact}),
        PriceBreak: FrozenMap({"unit_price": Exact}),
        Product: FrozenMap({"cost": Exact | None}),
        QuoteLine: FrozenMap({"unit_price": Exact}),
    }
)
_NONE: Final[Mapping[str, Any]] = FrozenMap({})
# The ratio of a rate is the product of its legs: it grows with each (F18).
_MOST: Final[Mapping[type, Mapping[str, int]]] = FrozenMap({ExchangeRate: FrozenMap({"legs": 16})})


def types_of(kind: type[Any]) -> Mapping[str, Any]:
    """The fields of a class that its documents have, with their types."""
    found = attrs.fields(attrs.resolve_types(kind))
    named = {one.name: one.type for one in found if one.eq and one.init}
    return FrozenMap({**named, **_EXACT.get(kind, _NONE)})


def document_type(kind: type[Any]) -> Any:
    """The type under which a document of this class is read: an amount by itself is exact."""
    return Exact if kind is Money else kind


def forms_of(registry: CurrencyRegistry) -> Mapping[Any, Form]:
    """The forms of all types that are no class of fields, enumeration or tuple."""
    currency = currency_form(registry)
    exact = exact_form(currency)
    return FrozenMap(
        {
            str: TEXT,
            int: WHOLE,
            bool: CHECK,
            date: DAY,
            datetime: INSTANT,
            Decimal: DECIMAL,
            Purpose: enum_form(Purpose),
            Side: enum_form(Side),
            Currency: currency,
            Money: whole_form(exact),
            Exact: exact,
            MoneyBag: bag_form(exact),
            Extras: extras_form(exact),
            Mapping[str, str]: texts_form(),
        }
    )


@lru_cache(maxsize=8)
def converter_of(registry: CurrencyRegistry) -> Converter:
    """What reads and writes values whose currencies are those of the registry."""
    converter = Converter(detailed_validation=True)
    converter.register_structure_hook_factory(_is_list, partial(_listing, converter))
    converter.register_unstructure_hook_factory(_is_list, partial(_unlisting, converter))
    converter.register_structure_hook_factory(attrs.has, partial(_reading, converter))
    converter.register_unstructure_hook_factory(attrs.has, partial(_writing, converter))
    converter.register_structure_hook_factory(_is_enum, lambda kind: _read(enum_form(kind)))
    converter.register_unstructure_hook_factory(_is_enum, lambda kind: enum_form(kind).write)
    for kind, form in forms_of(registry).items():
        _register(converter, kind, form)
    return converter


def _register(converter: Converter, kind: Any, form: Form) -> None:
    # cattrs looks classes up before it asks functions, and finds its own lenient `str` there.
    if isinstance(kind, type):
        converter.register_structure_hook(kind, _read(form))
        converter.register_unstructure_hook(kind, form.write)
    else:
        converter.register_structure_hook_func(partial(_is, kind), _read(form))
        converter.register_unstructure_hook_func(partial(_is, kind), form.write)


def _is(kind: Any, other: Any) -> bool:
    return bool(kind == other)


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _is_list(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _read(form: Form) -> Callable[[Any, Any], Any]:
    read = form.read
    return lambda data, _: read(data)


def _listing(converter: Converter, kind: Any) -> Callable[[Any, Any], Any]:
    part = get_args(kind)[0]
    read_part = converter.get_structure_hook(part)

    def read(data: Any, _: Any) -> tuple[Any, ...]:
        listed, made = of_type(data, list, "a list"), []
        try:
            for one in listed:
                made += [read_part(one, part)]
        except Exception as failure:  # told as cattrs tells it: a group whose member has a note
            failure.add_note(IterableValidationNote(f"[{len(made)}]", len(made), part))
            raise IterableValidationError(f"in {kind}", [failure], kind) from None
        return tuple(made)

    return read


def _unlisting(converter: Converter, kind: Any) -> Callable[[Any], Any]:
    write = converter.get_unstructure_hook(get_args(kind)[0])
    return lambda values: [write(one) for one in of_type(values, tuple, "a tuple")]


def _reading(converter: Converter, kind: type[Any]) -> Callable[[Any, Any], Any]:
    read_exact = converter.get_structure_hook(Exact)

    def read_exactly(exact: Any) -> Any:
        def read(data: Any, _: Any) -> Any:
            return None if data is None else read_exact(data, Exact)

        return override(struct_hook=read_exact if exact is Exact else read)

    made = make_dict_structure_fn(kind, converter, **_overrides(kind, read_exactly))
    names, most = frozenset(types_of(kind)), _MOST.get(kind)

    def read(data: Any, _: Any) -> Any:
        record = record_of(data, names)
        if most:
            _refuse_longer(most, record.__getitem__)
        return made(record, kind)

    return read


def _writing(converter: Converter, kind: type[Any]) -> Callable[[Any], Any]:
    write_exact = converter.get_unstructure_hook(Exact)

    def write_exactly(exact: Any) -> Any:
        def write(value: Any) -> Any:
            return None if value is None else write_exact(value)

        return override(unstruct_hook=write_exact if exact is Exact else write)

    made = make_dict_unstructure_fn(kind, converter, **_overrides(kind, write_exactly))
    expected, most = f"a {kind.__name__}", _MOST.get(kind)

    def write(value: Any) -> Any:
        of_type(value, kind, expected)
        if most:
            _refuse_longer(most, partial(getattr, value))
        return made(value)

    return write


def _overrides(kind: type[Any], exactly: Callable[[Any], Any]) -> dict[str, Any]:
    """The fields that are left out, and those whose amounts are exact."""
    types = types_of(kind)
    left_out = (one.name for one in attrs.fields(kind) if one.name not in types)
    named = {name: exactly(one) for name, one in _EXACT.get(kind, _NONE).items()}
    return {**dict.fromkeys(left_out, override(omit=True)), **named}


def _refuse_longer(most: Mapping[str, int], part: Callable[[str], Any]) -> None:
    for name, limit in most.items():
        if isinstance(part(name), list | tuple) and len(part(name)) > limit:
            raise Unfit(f"more than {limit} are not read", f".{name}")
