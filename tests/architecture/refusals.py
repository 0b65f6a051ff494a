"""What source code must not contain, one function per rule: a syntax tree in, findings out.

A finding reads ``line 12: float literal 0.5``. The rules err on the side of refusing: a false
alarm is mended in the code by saying the same thing more plainly.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

_FAILURES = {"CallError", "InputRefused", "NotThere", "RuleRefused", "EnvironmentFailed"}
_FAILURES |= {"StoreBusy"}  # itself a failure, of which there are two kinds

_FLOAT_NAMES = {"float", "complex"}
_FLOAT_METHODS = {"total_seconds", "timestamp", "from_float", "fsum", "truediv", "itruediv"}
_ALIASED = {"math", "operator"}
_INTEGER_MATH = {"gcd", "lcm", "isqrt", "comb", "perm", "prod", "factorial"}

_CLOCK_METHODS = {"now", "today", "utcnow"}
_AMBIENT_CALLS = {"open", "input", "print", "breakpoint"}
_AMBIENT_MODULES = {"time", "random", "secrets", "uuid", "os", "pathlib", "socket", "tempfile"}
_CHANCE_NAMES = {"uuid1", "uuid4", "getrandbits", "urandom"}

_UNSAFE_CALLS = {"eval", "exec", "compile", "__import__"}
_UNSAFE_MODULES = {"pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "jsonpickle"}
_UNSAFE_YAML = {"load", "load_all", "full_load", "unsafe_load", "unsafe_load_all", "full_load_all"}


def floats(tree: ast.Module) -> list[str]:
    """Float literals, the name ``float`` outside of a type check, ``/=``, powers below zero."""
    checked = set(_type_checks(tree))
    return [
        *_found(tree, _float_in),
        *(
            f"line {node.lineno}: the name {node.id}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and node.id in _FLOAT_NAMES and node not in checked
        ),
        *(f"line {line}: float in an annotation" for line in _float_annotations(tree)),
    ]


def ambient(tree: ast.Module) -> list[str]:
    """Reading the clock, drawing a random number, opening a file, printing."""
    fields = set(_attrs_fields(tree))
    clocks = {"datetime", *_bound_from_datetime(tree)}

    def rule(node: ast.AST) -> str | None:
        return None if node in fields else _ambient_in(node) or _clock_in(node, clocks)

    return _found(tree, rule)


def unsafe(tree: ast.Module) -> list[str]:
    """Whatever turns data into code: pickle and its kin, ``yaml.load``, ``eval``, ``exec``."""
    return _found(tree, _unsafe_in)


def mentions(tree: ast.Module, *words: str) -> list[str]:
    """Identifiers, imports and attributes that contain one of ``words``, in any case."""

    def rule(node: ast.AST) -> str | None:
        written = [getattr(node, part, None) for part in ("id", "attr", "arg", "name", "module")]
        names = [name for name in written if isinstance(name, str)]
        return next((n for n in names if any(word in n.lower() for word in words)), None)

    return _found(tree, rule)


def not_protocols(tree: ast.Module) -> list[str]:
    """Whatever a port module holds beside imports, Protocols and the failures they declare."""
    return [
        f"line {node.lineno}: {ast.unparse(node).splitlines()[0]}"
        for statement in tree.body
        for node in _beside_protocols(statement)
    ]


def _beside_protocols(statement: ast.stmt) -> Iterator[ast.stmt]:
    match statement:
        case ast.Expr(value=ast.Constant(value=str())) | ast.Import() | ast.ImportFrom():
            return
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return
        case ast.Assign(value=ast.Call(func=ast.Name(id="TypeVar"))):
            return
        case ast.If(test=ast.Name(id="TYPE_CHECKING"), body=body, orelse=[]):
            for inner in body:
                yield from _beside_protocols(inner)
        case ast.ClassDef(bases=bases, body=body) if any(map(_is_protocol, bases)):
            yield from (member for member in body if not _is_signature(member))
        case ast.ClassDef(bases=[ast.Name(id=root)], body=body) if root in _FAILURES:
            yield from (member for member in body if not _is_declaration(member))
        case _:
            yield statement


def _is_protocol(base: ast.expr) -> bool:
    named = base.value if isinstance(base, ast.Subscript) else base
    return isinstance(named, ast.Name) and named.id == "Protocol"


def _is_signature(member: ast.stmt) -> bool:
    """A docstring, an attribute without a value, or a method with a docstring and ``...`` only."""
    match member:
        case ast.Expr(value=ast.Constant()) | ast.AnnAssign(value=None):
            return True
        case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body):
            return all(isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant) for s in body)
    return False


def _is_declaration(member: ast.stmt) -> bool:
    """What a failure says of itself: a docstring, its operands, its ``template``."""
    match member:
        case ast.Assign(targets=[ast.Name(id="template")], value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Constant()) | ast.AnnAssign(value=None):
            return True
    return False


def _found(tree: ast.Module, rule: Callable[[ast.AST], str | None]) -> list[str]:
    findings = ((node, rule(node)) for node in ast.walk(tree))
    return [
        f"line {getattr(node, 'lineno', 0)}: {finding}" for node, finding in findings if finding
    ]


def _float_in(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=float() | complex() as value):
            return f"float literal {value!r}"
        case ast.AugAssign(op=ast.Div()):
            return "/= hides the type of its result"
        case ast.BinOp(op=ast.Pow()) if _may_be_negative(node.right) and not _exact(node.left):
            return f"{ast.unparse(node)} may be a power below zero, which is a float"
        case ast.Call(func=ast.Name(id="pow")):
            return "pow() may be a power below zero; write ** with a Fraction or Decimal base"
        case ast.Attribute(attr=name) if name in _FLOAT_METHODS:
            return f"{name} has to do with floats"
        case ast.Attribute(value=ast.Name(id="math"), attr=name) if name not in _INTEGER_MATH:
            return f"math.{name} computes in floats"
        case ast.Import(names=names) if any(n.name in _ALIASED and n.asname for n in names):
            return "math and operator keep their names, so that their use can be read"
        case ast.ImportFrom(module="math") if wrong := _names(node) - _INTEGER_MATH:
            return f"math.{min(wrong)} computes in floats"
        case ast.ImportFrom(module="operator") if wrong := _names(node) & {*_FLOAT_METHODS, "pow"}:
            return f"operator.{min(wrong)} may give a float"
    return None


def _may_be_negative(exponent: ast.expr) -> bool:
    return any(isinstance(part, ast.USub | ast.Sub) for part in ast.walk(exponent))


def _exact(base: ast.expr) -> bool:
    return (
        isinstance(base, ast.Call)
        and isinstance(base.func, ast.Name)
        and base.func.id in {"Fraction", "Decimal"}
    )


def _names(node: ast.Import | ast.ImportFrom) -> set[str]:
    return {alias.name for alias in node.names}


def _type_checks(tree: ast.Module) -> Iterator[ast.AST]:
    """The places where naming ``float`` refuses one: isinstance, ``case float()``."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="isinstance" | "issubclass"), args=[_, kinds]):
                yield from ast.walk(kinds)
            case ast.MatchClass(cls=kind):
                yield kind


def _float_annotations(tree: ast.Module) -> Iterator[int]:
    """Annotations that are written as text; the others are names like any other."""
    for node in ast.walk(tree):
        texts = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        for text in texts:
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                parts = ast.walk(ast.parse(text.value))
                if any(isinstance(part, ast.Name) and part.id in _FLOAT_NAMES for part in parts):
                    yield text.lineno


def _bound_from_datetime(tree: ast.Module) -> Iterator[str]:
    """The names under which a module knows ``datetime`` and its classes."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names) | ast.ImportFrom(module="datetime", names=names):
                for alias in names:
                    if isinstance(node, ast.ImportFrom) or alias.name == "datetime":
                        yield alias.asname or alias.name


def _clock_in(node: ast.AST, clocks: set[str]) -> str | None:
    """``datetime.now`` even uncalled, as a factory; ``x.now()`` of anything but the clock port."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name("clock") | ast.Attribute(attr="clock"))):
            return None
        case ast.Call(func=ast.Attribute(attr=name)) if name in _CLOCK_METHODS:
            return f".{name}() asks for the time; let it be passed in"
        case ast.Attribute(value=ast.Name(owner) | ast.Attribute(attr=owner), attr=name):
            if owner in clocks and name in _CLOCK_METHODS:
                return f"{owner}.{name} asks for the time; let it be passed in"
    return None


def _attrs_fields(tree: ast.Module) -> Iterator[ast.AST]:
    """The ``open`` of ``@open.default``: a field of that name, for the function has no default."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name() as field, attr="default" | "validator"):
                yield field


def _ambient_in(node: ast.AST) -> str | None:
    match node:
        case ast.Attribute(attr=name) if name in _CHANCE_NAMES:
            return f".{name} draws at random; let the id be passed in"
        case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=str(name)), *_]):
            return f"getattr of {name!r}" if name in _CLOCK_METHODS | _CHANCE_NAMES else None
        case ast.Name(id=name, ctx=ast.Load()) if name in _AMBIENT_CALLS:
            return f"{name} reaches outside"
        case ast.Import() if (
            wrong := {name.split(".")[0] for name in _names(node)} & _AMBIENT_MODULES
        ):
            return f"import of {min(wrong)}"
        case ast.ImportFrom(module=str(name)) if name.split(".")[0] in _AMBIENT_MODULES:
            return f"import from {name}"
    return None


def _unsafe_in(node: ast.AST) -> str | None:
    match node:
        case ast.Name(id=name) if name in _UNSAFE_CALLS:
            return f"{name} runs data as code"
        case ast.Attribute(value=ast.Name(id="builtins"), attr=name) if name in _UNSAFE_CALLS:
            return f"builtins.{name} runs data as code"
        case ast.Attribute(value=ast.Name(id="yaml"), attr=name) if name in _UNSAFE_YAML:
            return f"yaml.{name} builds what the text names"
        case ast.Attribute(value=ast.Name(id="os"), attr="system" | "popen"):
            return "os.system runs data as code"
        case ast.keyword(arg="shell", value=ast.Constant(value=True)):
            return "shell=True runs data as code"
        case ast.Import() if (
            wrong := {name.split(".")[0] for name in _names(node)} & _UNSAFE_MODULES
        ):
            return f"import of {min(wrong)}"
        case ast.ImportFrom(module=str(name)) if name.split(".")[0] in _UNSAFE_MODULES:
            return f"import from {name}"
        case ast.ImportFrom(module="yaml") if wrong := _names(node) & _UNSAFE_YAML:
            return f"yaml.{min(wrong)} builds what the text names"
    return None
