"""Merging: two records of one customer become one, and nothing of either is lost.

The survivor takes over what it can hold: contacts, addresses, tax ids, labels, currencies, custom
fields. What can be true once only (name, country, tier, preferred currency and its history) stays
the survivor's own; the other record keeps all of its own too, as the tombstone that names the
survivor, so whatever was decided against can be read there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.customers.currencymodes import MOST_CURRENCIES, CurrencyMode, ModeRefused
from fxcrm.customers.details import Address, addresses_of, contacts_of, labels_of, tax_ids_of
from fxcrm.customers.register import Customer
from fxcrm.errors import RuleRefused
from fxcrm.events import Event
from fxcrm.extras import Extras
from fxcrm.ids import CustomerId, FieldId
from fxcrm.mappings import FrozenMap


class MergeRefused(RuleRefused):
    """Two records that can not be one."""

    survivor: CustomerId
    other: CustomerId
    reason: str
    template = "customer {other} can not be merged into {survivor}: {reason:plain}"


class Keep(Enum):
    """Whose value of a custom field stays where both have one and they differ."""

    SURVIVOR = "survivor"
    OTHER = "other"


TAKEN_OVER: Final = "customer taken over"  # the event of a survivor
NO_CHOICE: Final[Mapping[FieldId, Keep]] = FrozenMap({})


@attrs.frozen
class Merged:
    """The survivor, the tombstone, and the custom fields of which another value stays there."""

    survivor: Customer
    tombstone: Customer
    conflicts: tuple[FieldId, ...]


def merged(
    survivor: Customer,
    other: Customer,
    on: date,
    *,
    home: Currency,
    mode: CurrencyMode | None = None,
    keep: Mapping[FieldId, Keep] = NO_CHOICE,
) -> Merged:
    """Both as they are from then on. The events of what moved with them are the use case's.

    ``home`` is the company's own currency, ``mode`` the survivor's currency mode from then on;
    without it, the survivor's own must allow what the other's did. ``keep`` says by custom field
    whose value stays, the survivor's where it says nothing. Raises `MergeRefused`, `ModeRefused`,
    `CustomerNotActive`, `TransitionRefused`, and `DetailRefused` where the two together have
    more than one may.
    """
    survivor.active()
    if reason := _apart(survivor, other):
        raise MergeRefused(survivor=survivor.id, other=other.id, reason=reason)
    currencies = tuple(dict.fromkeys((*survivor.currencies, *other.currencies)))
    extras, conflicts = _extras(survivor.extras, other.extras, keep)
    united = attrs.evolve(
        survivor,
        mode=_mode(survivor, other, currencies, home, mode),
        currencies=currencies,
        contacts=contacts_of(dict.fromkeys((*survivor.contacts, *other.contacts))),
        addresses=addresses_of(_addresses(survivor.addresses, other.addresses)),
        tax_ids=tax_ids_of((*survivor.tax_ids, *other.tax_ids)),
        tags=labels_of((*survivor.tags, *other.tags), "tags"),
        groups=labels_of((*survivor.groups, *other.groups), "groups"),
        extras=extras,
    )
    return Merged(united, other.merge_into(survivor.id, on), conflicts)


def taken_over(made: Merged, on: date, moved: Mapping[str, str]) -> Customer:
    """The survivor with the event that says whom it took over, and ``moved``, what went with it."""
    details = {
        "from": str(made.tombstone.id),
        "conflicts": ", ".join(made.conflicts),
        **moved,
    }
    event = Event(TAKEN_OVER, made.survivor.id, on, details)
    return attrs.evolve(made.survivor, events=(*made.survivor.events, event))


def _apart(survivor: Customer, other: Customer) -> str:
    if survivor.id == other.id:
        return "they are one and the same"
    if survivor.company != other.company:
        return f"they belong to {survivor.company} and {other.company}"
    return ""


def _mode(
    survivor: Customer,
    other: Customer,
    currencies: tuple[Currency, ...],
    home: Currency,
    chosen: CurrencyMode | None,
) -> CurrencyMode:
    mode = survivor.mode if chosen is None else chosen
    reason = mode.objection(survivor.currency, home)
    if mode.is_single and len(currencies) > 1:
        reason = f"both together have {len(currencies)} currencies; name a wider mode"
    elif chosen is None and other.mode is CurrencyMode.ANY and mode is not CurrencyMode.ANY:
        reason = f"{other.id} may be billed in any currency; name the mode from now on"
    elif len(currencies) > MOST_CURRENCIES:
        reason = f"both together have more than {MOST_CURRENCIES} currencies"
    if reason:
        raise ModeRefused(customer=survivor.id, mode=mode.value, reason=reason)
    return mode


def _addresses(own: Iterable[Address], others: Iterable[Address]) -> tuple[Address, ...]:
    """Both; one for the same purpose at another place gets a number behind its purpose."""
    held = {one.purpose: one for one in own}
    for one in others:
        if any(one in (known, _unnumbered(known)) for known in held.values()):
            continue
        purpose, number = one.purpose, 2
        while purpose in held:
            purpose, number = f"{one.purpose} {number}", number + 1
        held[purpose] = attrs.evolve(one, purpose=purpose)
    return tuple(held.values())


def _unnumbered(address: Address) -> Address:
    """The address without the number that a merge before this one gave its purpose."""
    purpose, _, number = address.purpose.rpartition(" ")
    return attrs.evolve(address, purpose=purpose) if purpose and number.isdigit() else address


def _extras(
    own: Extras, others: Extras, keep: Mapping[FieldId, Keep]
) -> tuple[Extras, tuple[FieldId, ...]]:
    conflicts = tuple(sorted(id for id in own.keys() & others.keys() if own[id] != others[id]))
    both = {**others, **own}
    both |= {id: others[id] for id in conflicts if keep.get(id) is Keep.OTHER}
    return FrozenMap(both), conflicts
