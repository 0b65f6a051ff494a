"""Money and currencies as fields of pydantic models, with their JSON schema for OpenAPI.

``MoneyField`` and ``CurrencyField`` are annotations: type checkers see ``Money`` and
``Currency``, pydantic reads the ``MoneySchema`` or ``CurrencySchema`` beside them. Name these
yourself for currencies of your own, or for one currency alone::

    Annotated[Money, MoneySchema(registry=house)]
    Annotated[Money, MoneySchema(currency="EUR")]

An amount is text on the way in and on the way out: a JSON number has gone through a float
before anybody can look at it (M3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

import attrs
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema

from fxcrm._decimals import LONGEST_NUMBER
from fxcrm.currencies import ISO, LONGEST_CODE, Currency, CurrencyRegistry
from fxcrm.encoding import code_of
from fxcrm.interchange import MoneyRefused
from fxcrm.money import Money

__all__ = ["CurrencyField", "CurrencySchema", "MoneyField", "MoneySchema"]

Schema = dict[str, Any]

# The numbers that `parse_decimal` takes, as JSON Schema says it.
_NUMBER: Final = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)"
_ISO_CODE: Final = "[A-Z]{3}"


@attrs.frozen
class CurrencySchema:
    """How pydantic reads and writes a ``Currency``: as its code.

    ``registry`` says which codes there are (M11), those of ISO 4217 if it is left out. An
    unknown code, or a ``Currency`` of another registry, is a ``ValidationError``.
    """

    registry: CurrencyRegistry = ISO

    def read(self, given: object) -> Currency:
        """The currency of a code, or the currency itself. Raises ``UnknownCurrency``."""
        if not isinstance(given, Currency):
            return self.registry.currency(given)  # type: ignore[arg-type] # which refuses the rest
        return self.registry.currency(code_of(given, self.registry))

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """What pydantic asks for when a model is defined."""
        return _schema(self.read, self._written)

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> Schema:
        """The same in JSON Schema."""
        return {"title": "Currency", "examples": ["EUR"], **_code_schema(self.registry, None)}

    def _written(self, given: object) -> str:
        return self.read(given).code


@attrs.frozen
class MoneySchema:
    """How pydantic reads and writes ``Money``: two texts, or one.

    ``registry``  which codes there are (M11); those of ISO 4217 if it is left out
    ``currency``  the code of the only currency taken; any of the registry if it is left out

    Taken are ``{"amount": "19.99", "currency": "EUR"}`` and nothing beside these two, the text
    "EUR 19.99", and ``Money``; what is wrong with anything else is said in a
    ``ValidationError``. Amounts may have more decimals than their currency (M10). JSON gets the
    two texts, ``model_dump`` in Python mode keeps the ``Money``.
    """

    registry: CurrencyRegistry = ISO
    currency: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.currency is not None:
            self.registry.currency(self.currency)

    def read(self, given: object) -> Money:
        """The amount that was given in one of the three forms.

        Raises ``MoneyRefused``, ``NumberRefused``, ``UnknownCurrency``.
        """
        money = self._read(given)
        if self.currency not in (None, money.currency.code):
            reason = f"the amount is to be in {self.currency}"
            raise MoneyRefused(given=money.currency.code, reason=reason)
        return money

    def _read(self, given: object) -> Money:
        if isinstance(given, Money):
            code_of(given.currency, self.registry)
            return given
        if isinstance(given, Mapping):
            return Money.from_json(given, self.registry)
        if isinstance(given, str):
            return Money.parse(given, self.registry)
        reason = 'write {"amount": "19.99", "currency": "EUR"} or "EUR 19.99", never a number'
        raise MoneyRefused(given=type(given).__name__, reason=reason)

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """What pydantic asks for when a model is defined."""
        return _schema(self.read, self._written)

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> Schema:
        """The same in JSON Schema: what is written is always the record of two texts."""
        if handler.mode == "serialization":
            return {"title": "Money", **self._record_schema({})}
        record = self._record_schema({"maxLength": LONGEST_NUMBER})
        return {"title": "Money", "anyOf": [record, self._text_schema()]}

    def _written(self, given: object) -> dict[str, str]:
        return self.read(given).to_json()

    def _record_schema(self, limits: Schema) -> Schema:
        amount = {
            "type": "string",
            "pattern": f"^{_NUMBER}$",
            **limits,
            "description": "Plain digits in units of the currency, not in cents.",
            "examples": ["19.99"],
        }
        return {
            "type": "object",
            "properties": {
                "amount": amount,
                "currency": _code_schema(self.registry, self.currency),
            },
            "required": ["amount", "currency"],
            "additionalProperties": False,
        }

    def _text_schema(self) -> Schema:
        code = self.currency or _code_pattern(self.registry)
        return {
            "type": "string",
            "pattern": f"^{code} {_NUMBER}$",
            "maxLength": LONGEST_CODE + 1 + LONGEST_NUMBER,
            "examples": [f"{self.currency or 'EUR'} 19.99"],
        }


def _schema(
    read: Callable[[Any], object], written: Callable[[Any], object]
) -> core_schema.CoreSchema:
    """``written`` reads first, because pydantic hands it defaults that it has not validated."""
    writer = core_schema.plain_serializer_function_ser_schema(written, when_used="json")
    return core_schema.no_info_plain_validator_function(read, serialization=writer)


def _code_schema(registry: CurrencyRegistry, only: str | None) -> Schema:
    if only is not None:
        return {"type": "string", "const": only}
    description = "A code of ISO 4217." if registry is ISO else f"A code of {registry.name}."
    return {
        "type": "string",
        "pattern": f"^{_code_pattern(registry)}$",
        "description": description,
    }


def _code_pattern(registry: CurrencyRegistry) -> str:
    own = [one.code for one in registry.own]
    return f"({'|'.join([_ISO_CODE, *own])})" if own else _ISO_CODE


MoneyField = Annotated[Money, MoneySchema()]
CurrencyField = Annotated[Currency, CurrencySchema()]
