"""The root of the failure tree, on one page, by who is to blame.

========================  =====================================================
``CallError``             the calling code: a wrong type, currency or pair
``InputRefused``          what came from outside: a text, a file, a number
``NotThere``              something asked for does not exist: a rate, a document
``RuleRefused``           the business rules: a closed period, an expired lock
``EnvironmentFailed``     the surroundings: a store, a disk, a rate source
========================  =====================================================

Each leaf stands beside the code that raises it. It subclasses one of these five
(and so the fitting builtin), declares its operands as annotations, and says in
``template`` what happened and how to go on. Operands are keyword arguments, are
kept as attributes, and survive pickling. Messages show codes, dates, ids and
amounts; they never show a person's data or a secret (RULES section 4).
"""

from __future__ import annotations

from typing import Any, ClassVar, dataclass_transform

_LONGEST_SHOWN = 200
_MOST_BITS = 640  # about as many as fit into the longest text shown


def shown(operand: object) -> str:
    """An operand as a message shows it: text quoted, and never more than 200 characters."""
    if isinstance(operand, int) and operand.bit_length() > _MOST_BITS:
        return f"an integer of {operand.bit_length()} bits"  # str() of it may be refused, or slow
    text = repr(operand[:_LONGEST_SHOWN]) if isinstance(operand, str) else str(operand)
    return text if len(text) <= _LONGEST_SHOWN + 2 else f"{text[:_LONGEST_SHOWN]}..."


class _Shown:
    """Lets ``str.format`` write an operand safely; ``{name:plain}`` leaves the quotes off."""

    def __init__(self, operand: object) -> None:
        self.operand = operand

    def __format__(self, spec: str) -> str:
        text = shown(self.operand)
        return text[1:-1] if spec == "plain" and isinstance(self.operand, str) else text


@dataclass_transform(kw_only_default=True)
class FxcrmError(Exception):
    """Everything this library raises on purpose. Attributes: the operands of the failure."""

    template: ClassVar[str] = "something was refused"
    _names: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = (name for name, kind in cls.__annotations__.items() if "ClassVar" not in str(kind))
        cls._names = (*cls._names, *own)

    def __init__(self, **operands: Any) -> None:
        if set(operands) != set(self._names):
            raise TypeError(
                f"{type(self).__name__} takes exactly {self._names}, got {tuple(operands)}"
            )
        self.__dict__.update(operands)
        super().__init__(
            self.template.format_map({name: _Shown(value) for name, value in operands.items()})
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), {name: self.__dict__[name] for name in self._names})


def _rebuild(kind: type[FxcrmError], operands: dict[str, Any]) -> FxcrmError:
    return kind(**operands)


class CallError(FxcrmError, TypeError):
    """The calling code mixed what can not be mixed. Mend the call."""


class InputRefused(FxcrmError, ValueError):
    """A value from outside is not acceptable. Mend the value."""


class NotThere(FxcrmError, LookupError):
    """What was asked for does not exist. It is never replaced by a default."""


class RuleRefused(FxcrmError, RuntimeError):
    """The rules of the business do not allow this now."""


class EnvironmentFailed(FxcrmError, OSError):
    """A store or a source did not do its part. Nothing was half-written."""
