"""What ``fxcrm.frozen`` does: slots, a checked ``__init__``, equality, hash, repr, pickling.

The fields are declared to attrs itself when attrs first asks for them. What the classes do not
need is not here: inherited fields, keyword-only fields, order, ``super()`` without arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from typing import Any, NoReturn

_MISSING: Any = object()


def frozen(cls: type | None = None, *, eq: bool = True, cache_hash: bool = False) -> Any:
    """Makes a class of annotated fields a frozen one, as ``attrs.frozen`` would."""
    if cls is None:
        return lambda cls: frozen(cls, eq=eq, cache_hash=cache_hash)
    fields = tuple(_declared(cls))
    names = [one.name for one in fields]
    held = {
        name: value
        for name, value in vars(cls).items()
        if name not in names and name not in ("__dict__", "__weakref__")
    }
    slots = (*names, *(["_hash"] if cache_hash else []), "__weakref__")
    in_order = tuple(one.name for one in fields if one.init)
    told = {"_fields": fields, "__slots__": slots, "__match_args__": in_order}
    made: Any = _Kind(cls.__name__, cls.__bases__, {**_FROZEN, **held, **told})
    made.__init__ = _initialiser(made, fields)
    if eq:
        made.__eq__, made.__hash__ = _comparison([one.name for one in fields if one.eq])
    if cache_hash:
        made.__hash__ = _kept(made.__hash__, made._hash.__set__)
    return made


def evolve(value: Any, /, **changes: object) -> Any:
    """A copy with other values in some fields, checked like any other."""
    kept = {one.name: getattr(value, one.name) for one in value._fields if one.init}
    return type(value)(**(kept | changes))


class Field:
    """What is said of one field."""

    def __init__(
        self,
        *,
        default: Any = _MISSING,
        factory: Callable[[], Any] | None = None,
        validator: Callable[[Any, Any, Any], object] | None = None,
        converter: Callable[[Any], Any] | None = None,
        init: bool = True,
        eq: bool = True,
        repr: bool = True,  # noqa: A002 - the word of attrs
    ) -> None:
        self.name, self.kind = "", Any
        self.given, self.factory = default, factory
        self.computed: Callable[[Any], Any] | None = None
        self.validator, self.converter = validator, converter
        self.init, self.eq, self.repr = init, eq, repr

    def default(self, computed: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Marks the method that computes a field which no call gives."""
        self.computed = computed
        return computed

    def ungiven(self) -> Any:
        """Its value where a call gives none, or ``_MISSING``."""
        return self.factory() if self.factory else self.given

    def to_attrs(self) -> Any:
        """The same, said to attrs."""
        import attrs  # noqa: PLC0415 - whoever comes here has loaded it

        default = attrs.NOTHING if self.given is _MISSING else self.given
        if self.computed:
            default = attrs.Factory(self.computed, takes_self=True)
        elif self.factory:
            default = attrs.Factory(self.factory)
        told = {name: getattr(self, name) for name in ("validator", "converter", "init", "eq")}
        return attrs.field(default=default, repr=self.repr, **told)


field = Field


class _Kind(type):
    """The type of frozen classes: tells attrs and ``inspect`` of the fields when they ask."""

    _fields: tuple[Field, ...]

    def __getattr__(cls, name: str) -> Any:
        if name not in ("__attrs_attrs__", "__signature__"):
            raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}")
        import inspect  # noqa: PLC0415 - who asks for a signature has loaded it

        import attrs  # noqa: PLC0415 - likewise

        own: dict[str, Any] = {one.name: one.to_attrs() for one in cls._fields}
        own["__annotations__"] = {one.name: one.kind for one in cls._fields}
        twin = attrs.frozen(type(cls.__name__, (), own))
        cls.__attrs_attrs__ = attrs.fields(twin)
        cls.__signature__ = inspect.signature(twin)
        return cls.__dict__[name]


def _declared(cls: type) -> Iterator[Field]:
    for name, kind in vars(cls).get("__annotations__", {}).items():
        if "ClassVar" not in str(kind):
            said = vars(cls).get(name, _MISSING)
            one = said if isinstance(said, Field) else Field(default=said)
            one.name, one.kind = name, kind
            yield one


def _initialiser(cls: Any, fields: tuple[Field, ...]) -> Callable[..., None]:
    """Sets the fields in their order, then checks them, then what the class checks itself."""
    given = tuple(one for one in fields if one.init)
    count = len(given)
    setters = [cls.__dict__[one.name].__set__ for one in given]
    converted = [(place, one.converter) for place, one in enumerate(given) if one.converter]
    computed = [(cls.__dict__[one.name].__set__, one.computed) for one in fields if one.computed]
    checked = [(one.validator, one, attrgetter(one.name)) for one in fields if one.validator]
    afterwards = getattr(cls, "__attrs_post_init__", None)

    def initialise(self: Any, *args: Any, **named: Any) -> None:
        if named or len(args) != count:
            args = _bound(cls.__name__, given, args, named)
        if converted:
            values = list(args)
            for place, convert in converted:
                values[place] = convert(values[place])
            args = tuple(values)
        for put, value in zip(setters, args):  # noqa: B905 - counted above, and quick
            put(self, value)
        for put, compute in computed:
            put(self, compute(self))
        for check, one, read in checked:
            check(self, one, read(self))
        if afterwards:
            afterwards(self)

    initialise.__name__ = "__init__"
    initialise.__qualname__ = f"{cls.__qualname__}.__init__"
    return initialise


def _bound(
    name: str, fields: tuple[Field, ...], args: tuple[Any, ...], named: dict[str, Any]
) -> tuple[Any, ...]:
    """A value for each field, in their order. Raises ``TypeError`` as any call would."""
    if len(args) > len(fields):
        raise TypeError(f"{name} takes at most {len(fields)} values, {len(args)} were given")
    values = [*args]
    for one in fields[len(args) :]:
        value = named.pop(one.name) if one.name in named else one.ungiven()
        if value is _MISSING:
            raise TypeError(f"{name} is missing {one.name!r}")
        values.append(value)
    if named:
        raise TypeError(f"{name} has no field, or has it already: {', '.join(named)}")
    return tuple(values)


def _comparison(names: list[str]) -> tuple[Callable[..., Any], Callable[..., int]]:
    """Equality and hash of the values in these fields."""
    read = attrgetter(*names)

    def equal(self: object, other: object) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return read(self) == read(other)

    def hashed(self: object) -> int:
        return hash((self.__class__, read(self)))

    return equal, hashed


def _kept(compute: Callable[[Any], int], put: Callable[[Any, int], None]) -> Callable[[Any], int]:
    """A hash that is computed once."""

    def hashed(self: Any) -> int:
        try:
            found: int = self._hash
        except AttributeError:
            found = compute(self)
            put(self, found)
        return found

    return hashed


def _repr(self: Any) -> str:
    shown = (f"{one.name}={getattr(self, one.name)!r}" for one in self._fields if one.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse(*_: object) -> NoReturn:
    from attrs.exceptions import FrozenInstanceError  # noqa: PLC0415 - who fails may be slow

    raise FrozenInstanceError


def _state(self: Any) -> dict[str, Any]:
    return {one.name: getattr(self, one.name) for one in self._fields}


def _restore(self: Any, state: Mapping[str, Any]) -> None:
    for name, value in state.items():
        object.__setattr__(self, name, value)


_FROZEN: dict[str, Any] = {
    "__repr__": _repr,
    "__setattr__": _refuse,
    "__delattr__": _refuse,
    "__getstate__": _state,
    "__setstate__": _restore,
}
