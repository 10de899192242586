"""Classes of views, made of the plan of a schema.

A plan is a tuple whose first part names the form; ``src/plan.rs`` writes it. A class is made once for each
layout: the same region opened twice gives views of the same class.
"""

from __future__ import annotations

import enum
import functools
import keyword
from typing import Any

from . import _shm

#: The Python types in which scalars are declared, by their codes.
SCALARS = {
    1: "u8", 2: "u16", 3: "u32", 4: "u64", 6: "i8", 7: "i16", 8: "i32", 9: "i64",
    11: "f32", 12: "f64", 13: "bool", 14: "char",
}


class StructMeta(type):
    """The type of classes of views: their instances have no attributes but the fields."""

    def __new__(
        metacls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **kwargs: Any
    ) -> StructMeta:
        namespace.setdefault("__slots__", ())
        cls = super().__new__(metacls, name, bases, namespace)
        from . import _declared

        _declared.complete(cls, namespace)
        return cls


class Struct(_shm.View, metaclass=StructMeta):
    """The base of all views of structs. A field may have any name: every operation is a function of ``shm``."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(shown(self))})"

    def __dir__(self) -> list[str]:
        return list(names(type(self)))

    def __eq__(self, other: object) -> Any:
        if isinstance(other, Struct) and names(type(self)) == names(type(other)):
            return to_dict(self) == to_dict(other)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def _repr_html_(self) -> str:
        from . import _notebook

        return _notebook.html(self)


class Info:
    """The facts about a class that are not attributes of it, so that fields may have any name."""

    __slots__ = ("fields", "names", "tag", "layout", "size", "notes", "plan")

    def __init__(self, tag: str, size: int, plan: Any) -> None:
        self.tag = tag
        self.size = size
        self.plan = plan
        self.fields: dict[str, Any] = {}
        #: The names in the region, by attribute.
        self.names: dict[str, str] = {}
        self.notes: dict[str, tuple[str, str, bool]] = {}
        #: The layout; an error for a struct that is only a part of a region.
        self.layout: Any = None


_infos: dict[type, Info] = {}


def info(cls: type) -> Info:
    """The facts about a class of views."""
    for base in cls.__mro__:
        if base in _infos:
            return _infos[base]
    raise TypeError(f"`{cls.__name__}` has no fields: declare them as annotations")


def names(cls: type) -> tuple[str, ...]:
    """The names of a class's fields, in the order of the layout."""
    return tuple(info(cls).fields)


def no_field(cls: type, name: str) -> AttributeError:
    """The error for a name that is not a field; it lists the fields."""
    from ._errors import NoField

    try:
        fields = names(cls)
    except TypeError:
        return NoField(f"`{cls.__name__}` has no attribute `{name}`")
    if name.startswith("__") and name.endswith("__"):
        return AttributeError(name)
    listed = ", ".join(f"`{field}`" for field in fields[:20])
    more = f" and {len(fields) - 20} more" if len(fields) > 20 else ""
    return NoField(f"`{cls.__name__}` has no field `{name}`; it has {listed}{more}")


def shown(view: Any) -> list[str]:
    """The fields of a view with their values; of one that cannot be read, the reason."""
    parts = []
    for name in names(type(view)):
        try:
            text = repr(getattr(view, name))
        except Exception as error:  # noqa: BLE001: a view is shown whatever is in it
            text = f"<{error}>"
        parts.append(f"{name}={text}")
    return parts


def to_dict(view: Any) -> dict[str, Any]:
    """The fields of a view as a dict of ordinary values."""
    return {name: plain(getattr(view, name)) for name in names(type(view))}


def plain(value: Any) -> Any:
    """A value of this package as one that does not change."""
    if isinstance(value, Struct):
        return to_dict(value)
    if isinstance(value, _shm.Array):
        return [plain(element) for element in value]
    snapshot = getattr(type(value), "_plain", None)
    return snapshot(value) if snapshot else value


# --- making classes -----------------------------------------------------------------------------------


class Makers:
    """Classes that are made of one plan: declared ones where the program has them."""

    def __init__(self, declared: dict[str, type] | None = None) -> None:
        self.declared = declared or {}
        self.classes: dict[Any, type] = {}

    def form(self, plan: Any) -> _shm.Form:
        """The form of a plan."""
        made: _shm.Form = getattr(self, f"_{plan[0]}")(*plan[1:])
        return made

    def _scalar(self, code: int) -> _shm.Form:
        return _shm.Form.scalar(code)

    def _swapped(self, code: int) -> _shm.Form:
        return _shm.Form.swapped(code)

    def _non_zero(self, code: int, optional: bool) -> _shm.Form:
        return _shm.Form.non_zero(code, optional)

    def _wide(self, signed: bool) -> _shm.Form:
        return _shm.Form.wide(signed)

    def _array(self, element: Any, length: int, stride: int) -> _shm.Form:
        return _shm.Form.array(self.form(element), length, stride)

    def _slice(self, element: Any, stride: int) -> _shm.Form:
        return _shm.Form.slice(self.form(element), stride)

    def _text(self, start: int, capacity: int) -> _shm.Form:
        return _shm.Form.counted(start, capacity, True)

    def _bytes(self, start: int, capacity: int) -> _shm.Form:
        return _shm.Form.counted(start, capacity, False)

    def _path(self, tag: str) -> _shm.Form:
        return _shm.Form.by_path(tag)

    def _enum(self, code: int, name: str, doc: str, variants: list[tuple[str, int]]) -> _shm.Form:
        members = enumeration(self.declared.get(name), name, doc, tuple(variants))
        return _shm.Form.enum(code, {member.value: member for member in members})

    def _struct(self, name: str, doc: str, tag: str, size: int, fields: list[Any]) -> _shm.Form:
        return _shm.Form.struct(self.struct(name, doc, tag, size, fields))

    def _live(self, role: str, tag: str, value: Any, offset: int, size: int) -> _shm.Form:
        from . import _live

        make = _live.MAKERS.get(role)
        if make is None:
            return _shm.Form.by_path(tag)
        inner = None if value is None else self.form(value)
        return _shm.Form.made(functools.partial(make, inner, offset), tag, f"it is a `{role}`, {_live.ADVICE[role]}")

    def struct(self, name: str, doc: str, tag: str, size: int, fields: list[Any]) -> type:
        """The class of a struct."""
        declared = self.declared.get(name)
        if declared is not None and declared in _infos:
            return declared
        key = repr((name, doc, tag, size, fields))
        if key in self.classes:
            return self.classes[key]
        cls = StructMeta(name or "Struct", (Struct,), {"__doc__": doc or None})
        self.classes[key] = cls
        self.fill(cls, tag, size, fields)
        return cls

    def fill(
        self, cls: type, tag: str, size: int, fields: list[Any], attributes: dict[str, str] | None = None
    ) -> None:
        """Gives a class the descriptors of its fields, as these attributes."""
        facts = Info(tag, size, fields)
        for name, offset, plan, notes in fields:
            if plan[0] == "guarded":
                form = _shm.Form.guarded(tag, plan[1], offset)
            else:
                form = self.form(plan)
            attribute = (attributes or {}).get(name) or attribute_of(name)
            descriptor = _shm.new_field(form, offset)
            type.__setattr__(cls, attribute, descriptor)
            _shm.place_field(descriptor, cls, attribute)
            facts.fields[attribute] = descriptor
            facts.names[attribute] = name
            facts.notes[attribute] = notes
        _infos[cls] = facts


def attribute(cls: type, name: str) -> str:
    """The attribute of a class for a field's name in the region."""
    found = (attribute for attribute, named in info(cls).names.items() if named == name)
    return next(found, name)


def attribute_of(name: str) -> str:
    """The attribute for a field's name: ``_0`` in a tuple struct, ``from_``, ``x__init__``."""
    if name.isdigit():
        return f"_{name}"
    if name.startswith("__"):
        return f"x{name}"
    return f"{name}_" if keyword.iskeyword(name) else name


def member_of(variant: str) -> str:
    """The member for a variant's name: those that no member can have are changed as exported classes change them."""
    if variant.startswith("__") or (variant.startswith("_") and variant.endswith("_")):
        return f"x{variant}"
    return f"{variant}_" if variant in _RESERVED else variant


#: Names that an `IntEnum` has itself.
_RESERVED = frozenset({
    "mro", "name", "value", "as_integer_ratio", "bit_count", "bit_length", "conjugate", "denominator", "from_bytes",
    "imag", "is_integer", "numerator", "real", "to_bytes",
})


#: The enums that regions brought along, by their names and variants.
_enums: dict[Any, Any] = {}


def enumeration(
    declared: type | None, name: str, doc: str, variants: tuple[tuple[str, int], ...]
) -> Any:
    """The class of an enum: the declared one, if it has these variants."""
    if declared is not None and issubclass(declared, enum.IntEnum):
        return declared
    key = (name, doc, variants)
    found = _enums.get(key)
    if found is None:
        make: Any = enum.IntEnum
        made = make(name or "Enum", [(member_of(variant), number) for variant, number in variants])
        made.__doc__ = doc or None
        # Of threads that make one at once, all get the first.
        found = _enums.setdefault(key, made)
    return found


_forms: dict[Any, _shm.Form] = {}

#: Forms of values that Python's objects cannot be: such a region is a place with `get` and `set`.
_WORDS = ("scalar", "swapped", "non_zero", "enum", "path", "wide")


def root(region: _shm.Region, of: Any = None) -> Any:
    """What a program gets of a region: the view of its value, an array, a lock, or a place."""
    from . import _declared

    plan = region.plan()
    if plan[0] in _WORDS:
        return _shm.place_at(region, "")
    declared = {} if of is None else _declared.declared(of)
    if isinstance(of, type) and of in _infos:
        return region.root(_shm.Form.struct(of))
    # The types in the region can have other names than the declared classes.
    source = _declared.layout(of) if declared else region
    key = (source.identity(), tuple(sorted(declared.items(), key=lambda item: item[0])))
    form = _forms.get(key)
    if form is None:
        form = _forms.setdefault(key, Makers(declared).form(source.plan() if declared else plan))
    return region.root(form)


def place(view: Any, path: str) -> _shm.Place:
    """The place of a path below a view."""
    if isinstance(view, _shm.Place):
        return view if not path else _shm.place_at(_shm.region_of(view), _joined(view.path, path))
    if isinstance(view, Struct):
        return _shm.place_of(view, info(type(view)).tag, path)
    return _shm.place_at(_shm.region_of(view), path)


def _joined(above: str, path: str) -> str:
    return path if not above else above + path if path.startswith("[") else f"{above}.{path}"


def descriptor(view: Any, name: str) -> Any:
    """The descriptor of a field."""
    facts = info(type(view))
    if name not in facts.fields:
        raise no_field(type(view), name)
    return facts.fields[name]


def assign(view: Any, values: dict[str, Any]) -> None:
    """Assigns to fields by their names, after each name was checked."""
    for name in values:
        descriptor(view, name)
    for name, value in values.items():
        put(view, name, value)


def put(view: Any, name: str, value: Any) -> None:
    """Assigns to one field: also to a struct by a dict, and to what a lock or a `Latest` holds."""
    facts = info(type(view))
    form = facts.fields[name]
    if _shm.is_assigned(form):
        setattr(view, name, value)
        return
    found = getattr(view, name)
    if isinstance(found, Struct):
        assign(found, value if isinstance(value, dict) else to_dict(value))
    elif hasattr(found, "_assign"):
        found._assign(value)
    else:
        place(view, facts.names[name]).set(plain(value))
