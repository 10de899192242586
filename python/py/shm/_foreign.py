"""Layouts of ``ctypes`` structures and numpy dtypes."""

from __future__ import annotations

import sys
from typing import Any

from . import _shm
from ._errors import InvalidLayout


def layout(of: Any, name: str | None) -> _shm.Layout | None:
    """The layout of a structure or a dtype; ``None`` for anything else."""
    ctypes = sys.modules.get("ctypes")
    if ctypes is not None and isinstance(of, type):
        if issubclass(of, ctypes.Union):
            raise InvalidLayout(f"`{of.__name__}` is a union: no one could tell what it holds")
        if issubclass(of, ctypes.Structure):
            return _structure(of)
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(of, (numpy.dtype, type)):
        try:
            dtype = numpy.dtype(of)
        except TypeError:
            return None
        if dtype.names:
            return _dtype(dtype, name or "Struct")
    return None


class _Definitions:
    """The definitions of the structs that one consists of, and the offsets that they must have."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.known: dict[Any, str] = {}

    def add(self, key: Any, name: str, fields: list[tuple[str, str]]) -> str:
        unique, number = name, 1
        while unique in self.texts:
            number += 1
            unique = f"{name}{number}"
        lines = " ".join(f"{field}: {text}," for field, text in fields)
        self.texts[unique] = f"struct {unique} {{ {lines} }}"
        self.known[key] = unique
        return unique

    def finish(self, root: str, offsets: list[tuple[str, int]], size: int, what: str) -> _shm.Layout:
        made = _shm.Layout("\n".join(self.texts.values()), root)
        plan = made.plan()
        ours = [(name, offset) for name, offset, _, _ in plan[5]]
        for (name, offset), (_, expected) in zip(ours, offsets):
            if offset != expected:
                raise InvalidLayout(
                    f"`{what}.{name}` is at byte {expected}, where C would not put it: it would be at {offset}"
                )
        if made.size != size:
            raise InvalidLayout(f"`{what}` has {size} bytes, and in C it would have {made.size}")
        return made


# --- ctypes ---------------------------------------------------------------------------------------------


def _structure(cls: Any) -> _shm.Layout:
    import ctypes

    definitions = _Definitions()
    root = _ctypes_struct(definitions, cls)
    fields = _ctypes_fields(cls)
    offsets = [(name, getattr(cls, name).offset) for name, _ in fields]
    return definitions.finish(root, offsets, ctypes.sizeof(cls), cls.__name__)


def _ctypes_fields(cls: Any) -> list[tuple[str, Any]]:
    if getattr(cls, "_pack_", 0):
        raise InvalidLayout(
            f"`{cls.__name__}` is packed: a field that is not aligned cannot be read in one step"
        )
    if "_swappedbytes_" in dir(cls):
        raise InvalidLayout(f"`{cls.__name__}` has the other byte order: declare the fields as `Be<..>`")
    fields = []
    for base in reversed(cls.__mro__):
        for field in base.__dict__.get("_fields_", ()):
            if len(field) > 2:
                raise InvalidLayout(
                    f"`{cls.__name__}.{field[0]}` is a bit field: two of them share a byte, so that "
                    "writing one could undo the other"
                )
            fields.append((field[0], field[1]))
    return fields


def _ctypes_struct(definitions: _Definitions, cls: Any) -> str:
    if cls in definitions.known:
        return definitions.known[cls]
    fields = [
        (name, _ctypes_type(definitions, ty, f"{cls.__name__}.{name}"))
        for name, ty in _ctypes_fields(cls)
    ]
    return definitions.add(cls, cls.__name__, fields)


def _ctypes_type(definitions: _Definitions, ty: Any, where: str) -> str:
    import ctypes

    if issubclass(ty, ctypes.Array):
        return f"[{_ctypes_type(definitions, ty._type_, where)}; {ty._length_}]"
    if issubclass(ty, ctypes.Union):
        raise InvalidLayout(f"`{where}` is a union: no one could tell what it holds")
    if issubclass(ty, ctypes.Structure):
        return _ctypes_struct(definitions, ty)
    if issubclass(ty, ctypes.py_object):
        raise InvalidLayout(f"`{where}` is a Python object, which means nothing in another process")
    code = getattr(ty, "_type_", None)
    if not isinstance(code, str) or code in "PzZO" or issubclass(ty, ctypes._Pointer):
        raise InvalidLayout(f"`{where}` holds an address, which means nothing in another process")
    scalar = _CTYPES.get(code)
    if scalar is None:
        raise InvalidLayout(f"`{where}` is a `{ty.__name__}`, which a region cannot hold")
    return scalar if isinstance(scalar, str) else f"{scalar[0]}{8 * ctypes.sizeof(ty)}"


_CTYPES: dict[str, Any] = {
    "d": "f64", "f": "f32", "?": "bool", "c": "u8", "b": ("i",), "h": ("i",), "i": ("i",),
    "l": ("i",), "q": ("i",), "B": ("u",), "H": ("u",), "I": ("u",), "L": ("u",), "Q": ("u",),
}


# --- numpy ----------------------------------------------------------------------------------------------


def _dtype(dtype: Any, name: str) -> _shm.Layout:
    definitions = _Definitions()
    root = _numpy_struct(definitions, dtype, name)
    offsets = [(field, dtype.fields[field][1]) for field in dtype.names]
    return definitions.finish(root, offsets, dtype.itemsize, name)


def _numpy_struct(definitions: _Definitions, dtype: Any, name: str) -> str:
    if dtype in definitions.known:
        return definitions.known[dtype]
    if not dtype.isalignedstruct:
        raise InvalidLayout(
            f"`{name}` is packed: a field that is not aligned cannot be read in one step; "
            "make it with `np.dtype(.., align=True)`"
        )
    fields = [
        (field, _numpy_type(definitions, dtype.fields[field][0], field)) for field in dtype.names
    ]
    return definitions.add(dtype, name, fields)


def _numpy_type(definitions: _Definitions, dtype: Any, where: str) -> str:
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        text = _numpy_type(definitions, base, where)
        for length in reversed(shape):
            text = f"[{text}; {length}]"
        return text
    if dtype.names:
        return _numpy_struct(definitions, dtype, where.capitalize())
    if dtype.kind == "b":
        return "bool"
    if dtype.kind in "iuf" and dtype.itemsize <= 8 and not (dtype.kind == "f" and dtype.itemsize == 2):
        scalar = f"{dtype.kind}{8 * dtype.itemsize}"
        return scalar if dtype.isnative else f"{'Be' if sys.byteorder == 'little' else 'Le'}<{scalar}>"
    raise InvalidLayout(f"`{where}` is a `{dtype}`, which a region cannot hold")
