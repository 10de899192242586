"""Layouts declared in Python: classes, ``ctypes`` structures and numpy dtypes, as the text that Rust reads.

Each becomes the schema that ``#[derive(SharedLayout)]`` gives the same struct in Rust.
"""

from __future__ import annotations

import enum
import inspect
import sys
import types
import typing
from typing import Annotated, Any, Generic, Literal, TypeVar

from . import _shm
from ._errors import InvalidLayout

T = TypeVar("T")
N = TypeVar("N")


class Scalar:
    """Marks a scalar in an annotation."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


u8 = Annotated[int, Scalar("u8")]
u16 = Annotated[int, Scalar("u16")]
u32 = Annotated[int, Scalar("u32")]
u64 = Annotated[int, Scalar("u64")]
i8 = Annotated[int, Scalar("i8")]
i16 = Annotated[int, Scalar("i16")]
i32 = Annotated[int, Scalar("i32")]
i64 = Annotated[int, Scalar("i64")]
u128 = Annotated[int, Scalar("u128")]
i128 = Annotated[int, Scalar("i128")]
f32 = Annotated[float, Scalar("f32")]
f64 = Annotated[float, Scalar("f64")]
bool_ = Annotated[bool, Scalar("bool")]
Char = Annotated[str, Scalar("char")]


class _Note:
    """A note about a field, in an ``Annotated``."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class Unit(_Note):
    """The unit of a field: ``Annotated[shm.f64, shm.Unit("m/s")]``."""


class Doc(_Note):
    """The documentation of a field, which travels in the region."""


class Alias(_Note):
    """A former name of a field, by which regions of older programs have it."""


class GuardedBy(_Note):
    """The field whose lock guards this one."""


class Counter:
    """Marks a field whose numbers only grow: ``Annotated[shm.u64, shm.Counter()]``, ``#[shm(counter)]`` in Rust."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Counter()"


class Name(_Note):
    """The name of a field in the region, where that cannot be an attribute: ``Annotated[shm.u8, shm.Name("from")]``."""


class Type(_Note):
    """The type of a field as Rust writes it, where that has no name here: ``Annotated[int, shm.Type("Be<u32>")]``."""


class Repr(_Note):
    """The integer type of an enum: ``Annotated[Mode, shm.Repr("u16")]``."""


class Text(Generic[N]):
    """Text of at most so many bytes, inside a ``Latest`` or a ``Mutex``: ``shm.Text[Literal[32]]``."""


class Bytes(Generic[N]):
    """At most so many bytes, inside a ``Latest`` or a ``Mutex``."""


class CText(Generic[N]):
    """Text up to a NUL, as C has it."""


class Slice(Generic[T]):
    """Elements whose number is given when the region is created: the whole value, or the last field."""


class NonZero(Generic[T]):
    """An integer that is not zero."""


class Option(Generic[T]):
    """An integer that is not zero, or ``None``."""


class Owned(Generic[T]):
    """A value of any length in the region's heap: ``shm.Owned[str]``, ``shm.Owned[list[shm.f64]]``."""


#: Types with parameters, by their names in Rust.
_GENERIC = {
    "Array": None, "Slice": None, "Text": "Text", "Bytes": "Bytes", "CText": "CText",
    "NonZero": "NonZero", "Option": "Option", "Latest": "Latest", "Mutex": "Mutex",
    "RwLock": "RwLock", "Watched": "Watched", "Queue": "Queue", "Ring": "Ring", "Owned": "Owned",
    "Map": "Map", "Semaphore": "Semaphore", "Barrier": "Barrier", "PerProcess": "PerProcess",
}
_PLAIN = {"Event": "Event", "Once": "Once"}


class _Writer:
    """Collects the definitions that a type needs."""

    def __init__(self) -> None:
        self.definitions: dict[str, str] = {}
        self.classes: dict[str, type] = {}

    def text(self, hint: Any, where: str, owned: bool = False) -> str:
        """The text of a type; text and lists that an ``Owned`` or a ``Map`` owns have one of their own."""
        if hint is None or hint is type(None):
            return "()"
        if hint is str:
            return "str" if owned else "String"
        if hint is bool:
            return "bool"
        if isinstance(hint, str):
            return hint
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin is Annotated:
            return self.annotated(arguments, where)
        if origin is not None:
            return self.generic(origin, arguments, where, owned)
        if isinstance(hint, type):
            return self.named(hint, where)
        raise InvalidLayout(f"{where}: {hint!r} is not a type that a region can hold")

    def annotated(self, arguments: tuple[Any, ...], where: str) -> str:
        base, *notes = arguments
        for note in notes:
            if isinstance(note, Scalar):
                return note.name
            if isinstance(note, Type):
                return note.text
        for note in notes:
            if isinstance(note, Repr) and isinstance(base, type) and issubclass(base, enum.IntEnum):
                return self.enumeration(base, note.text)
        return self.text(base, where)

    def generic(self, origin: Any, arguments: tuple[Any, ...], where: str, owned: bool) -> str:
        name = getattr(origin, "__name__", str(origin))
        if origin is Literal:
            return str(arguments[0])
        owns = name in ("Owned", "Map")
        parts = [self.parameter(argument, where, owns) for argument in arguments]
        if name == "Array" and len(parts) == 2:
            return f"[{parts[0]}; {parts[1]}]"
        if name in ("Slice", "list") and len(parts) == 1:
            return f"[{parts[0]}]" if owned or name == "Slice" else f"Vec<{parts[0]}>"
        if name == "Option" and len(parts) == 1:
            return f"Option<NonZero<{parts[0]}>>"
        if _GENERIC.get(name):
            return f"{_GENERIC[name]}<{', '.join(parts)}>"
        raise InvalidLayout(f"{where}: `{name}` is not a type that a region can hold")

    def parameter(self, argument: Any, where: str, owned: bool) -> str:
        if isinstance(argument, int) and not isinstance(argument, bool):
            return str(argument)
        return self.text(argument, where, owned)

    def named(self, cls: type, where: str) -> str:
        from . import _classes

        if issubclass(cls, enum.IntEnum):
            return self.enumeration(cls, None)
        if issubclass(cls, _classes.Struct):
            return self.structure(cls)
        if cls.__name__ in _PLAIN and cls.__module__.startswith("shm"):
            return _PLAIN[cls.__name__]
        advice = {int: "say how wide it is: `shm.i64`, `shm.u8`, ..", float: "use `shm.f64` or `shm.f32`"}
        error = InvalidLayout(f"{where}: `{cls.__name__}` is not a type that a region can hold")
        if cls in advice:
            error.add_note(f"help: {advice[cls]}")
        raise error

    def define(self, name: str, cls: type, text: str) -> str:
        if self.classes.setdefault(name, cls) is not cls:
            raise InvalidLayout(f"two types are called `{name}`")
        self.definitions.setdefault(name, text)
        return name

    def enumeration(self, cls: Any, repr_: str | None) -> str:
        if not len(cls):
            raise InvalidLayout(f"`{cls.__name__}` has no members")
        low, high = min(cls), max(cls)
        name: str = cls.__name__
        repr_ = repr_ or next(
            f"{sign}{bits}"
            for bits in (8, 16, 32, 64)
            for sign, least in (("u", 0), ("i", -(1 << (bits - 1))))
            if least <= low and high < least + (1 << bits)
        )
        names: dict[str, str] = getattr(cls, "__shm_names__", {})
        variants = ", ".join(
            f"{names.get(variant, variant)} = {int(member)}" for variant, member in cls.__members__.items()
        )
        return self.define(name, cls, f"{_doc(_own_doc(cls))}enum {name}: {repr_} {{ {variants} }}")

    def structure(self, cls: type) -> str:
        if cls.__name__ in self.definitions and self.classes.get(cls.__name__) is cls:
            return cls.__name__
        return self.define(cls.__name__, cls, self.struct_text(cls, _hints(cls)))

    def struct_text(self, cls: type, hints: dict[str, Any]) -> str:
        names = [_name(attribute, hint) for attribute, hint in hints.items()]
        # The fields of a tuple struct are `0`, `1`, ..
        is_tuple = names == [str(number) for number in range(len(names))]
        lines = [
            self.field(f"{cls.__name__}.{attribute}", "" if is_tuple else f"{name}: ", hint)
            for name, (attribute, hint) in zip(names, hints.items())
        ]
        align = getattr(cls, "__shm_align__", None)
        attribute = f"#[repr(C, align({align}))] " if align else ""
        if fold := getattr(cls, "__shm_fold__", None):
            attribute += f"#[shm(fold = {_quoted(str(fold))})] "
        opens, closes = "()" if is_tuple else "{}"
        return f"{_doc(_own_doc(cls))}{attribute}struct {cls.__name__} {opens} {' '.join(lines)} {closes}"

    def field(self, where: str, start: str, hint: Any) -> str:
        notes = _notes(hint)
        doc = "".join(_doc(note.text) for note in notes if isinstance(note, Doc))
        options = [
            f"{key} = {_quoted(note.text)}"
            for kind, key in ((Unit, "unit"), (Alias, "alias"), (GuardedBy, "guarded_by"))
            for note in notes
            if isinstance(note, kind)
        ]
        if any(isinstance(note, Counter) or note is Counter for note in notes):
            options.append("counter")
        attribute = f"#[shm({', '.join(options)})] " if options else ""
        return f"{doc}{attribute}{start}{self.text(hint, where)},"


def _notes(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint)[1:] if typing.get_origin(hint) is Annotated else ()


def _name(attribute: str, hint: Any) -> str:
    """The name of a field in the region: the attribute's, unless a ``Name`` gives another."""
    return next((note.text for note in _notes(hint) if isinstance(note, Name)), attribute)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _doc(text: str | None) -> str:
    if not text:
        return ""
    return "".join(f"\n/// {line.rstrip()}" for line in text.strip().split("\n")) + "\n"


def _own_doc(cls: type) -> str | None:
    """The docstring of a class itself; the one that `enum` writes is none."""
    doc = cls.__dict__.get("__doc__")
    return None if doc in (None, "An enumeration.") else inspect.cleandoc(doc)


_hints_of: dict[type, dict[str, Any]] = {}


def _hints(cls: type) -> dict[str, Any]:
    if cls not in _hints_of:
        raise InvalidLayout(f"`{cls.__name__}` has no fields: declare them as annotations")
    return _hints_of[cls]


def _scope(depth: int) -> dict[str, Any]:
    """The names that the code which declares a class can see."""
    frame = sys._getframe(depth)
    names: dict[str, Any] = {}
    while frame is not None:
        for name, value in frame.f_locals.items():
            names.setdefault(name, value)
        if frame.f_code.co_name == "<module>" or frame.f_back is None:
            break
        frame = frame.f_back
    return names


def complete(cls: Any, namespace: dict[str, Any]) -> None:
    """Gives a declared class its fields. A class without annotations is left as it is."""
    own = cls.__dict__.get("__annotations__") or getattr(cls, "__annotations__", {})
    if not own or cls.__module__ == "shm._classes":
        return
    from . import _classes

    for base in cls.__mro__[1:]:
        if base in _hints_of:
            raise InvalidLayout(
                f"`{cls.__name__}` cannot add fields to `{base.__name__}`: "
                "declare a field of that type instead"
            )
    for name in own:
        if name in namespace:
            raise InvalidLayout(
                f"`{cls.__name__}.{name}` has a default, and a field in a region has none: "
                "give the value to `shm.create`"
            )
    hints = typing.get_type_hints(cls, localns=_scope(3), include_extras=True)
    _hints_of[cls] = {name: hints[name] for name in own}
    writer = _Writer()
    root = writer.structure(cls)
    definitions = "\n".join(writer.definitions.values())
    try:
        made: Any = _shm.Layout(definitions, root)
        plan = made.plan()
    except InvalidLayout as error:
        made, plan = error, _plan_of_part(definitions, root, error)
    _, _, _, tag, size, fields = plan
    attributes = {_name(attribute, hint): attribute for attribute, hint in _hints_of[cls].items()}
    _classes.Makers(writer.classes).fill(cls, tag, size, fields, attributes)
    _classes.info(cls).layout = made


def _plan_of_part(definitions: str, root: str, error: InvalidLayout) -> Any:
    """The plan of a struct that is only for a part of a region: with a text, say, it is written whole."""
    for around in ("Latest", "Mutex", "Owned"):
        try:
            inner = _shm.Layout(definitions, f"{around}<{root}>").plan()[3]
        except InvalidLayout:
            continue
        # What an `Owned` owns has no views: it is copied whole, as a dict.
        return inner or ("struct", root, "", "", 0, [])
    raise error from None


def layout(of: Any, root: str | None = None, *, name: str | None = None) -> _shm.Layout:
    """The layout of a declared class, a type such as ``shm.Slice[shm.f64]``, a ``ctypes.Structure``, a
    numpy dtype, or a text: of one type (``"[f64; 3]"``), or of definitions as in Rust and the name of
    the whole value's type.
    """
    if isinstance(of, _shm.Layout):
        return of
    if isinstance(of, str):
        if root is None:
            return _of_type(_Writer(), of)
        return _shm.Layout(of, root)
    from . import _classes, _foreign

    if isinstance(of, type) and issubclass(of, _classes.Struct):
        made = _classes.info(of).layout
        if isinstance(made, _shm.Layout):
            return made
        raise made or InvalidLayout(f"`{of.__name__}` was made of a region, not declared")
    if (foreign := _foreign.layout(of, name)) is not None:
        return foreign
    writer = _Writer()
    return _of_type(writer, writer.text(of, "the layout"))


def declared(of: Any) -> dict[str, type]:
    """The declared classes that a layout's definition names."""
    from . import _classes

    if isinstance(of, (str, _shm.Layout)):
        return {}
    if isinstance(of, type) and not issubclass(of, _classes.Struct):
        return {}
    writer = _Writer()
    try:
        writer.text(of, "the layout")
    except InvalidLayout:
        return {}
    return writer.classes


def _of_type(writer: _Writer, root: str) -> _shm.Layout:
    # Definitions are at least one.
    definitions = "\n".join(writer.definitions.values()) or "struct Unused_ { unused: u8 }"
    return _shm.Layout(definitions, root)


__all__ = [
    name for name, value in list(globals().items())
    if not name.startswith("_") and not isinstance(value, types.ModuleType)
]
