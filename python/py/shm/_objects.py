"""Named objects: values in the heap of a region that have a name, and are accessed in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import _classes, _shm
from ._declared import layout as _layout


class Heap:
    """The named objects in the heap of a region, as :func:`shm.heap` gives them.

    Every process that asks for a name gets the same value, in place. A view keeps its object as it is, even if the
    name is removed and given to another object.
    """

    __slots__ = ("_heap",)

    def __init__(self, view: Any) -> None:
        self._heap = _shm.Heap(_shm.region_of(view))

    def named(
        self, name: str, of: Any, /, *, length: int = 0, values: dict[str, Any] | None = None, **fields: Any
    ) -> Any:
        """The view of the object of this name, which is made if there is none, of ``length`` elements if its type
        ends in a slice.

        Of any number of processes that do this at once, exactly one makes it (:func:`shm.created`); its fields are
        zero but for those that are given. An object that is found keeps its values. :class:`shm.LayoutDiffers` if
        the object that has the name has another layout.
        """
        given = {**(values or {}), **fields}

        def fill(region: _shm.Region) -> None:
            _classes.assign(_classes.root(region, of), given)

        region = self._heap.named(name, _layout(of), length, fill if given else None)
        return _classes.root(region, of)

    def find(self, name: str, of: Any = None, /) -> Any:
        """The view of the object of this name; ``None`` if there is none. Works through read-only regions."""
        region = self._heap.find(name, None if of is None else _layout(of))
        return None if region is None else _classes.root(region, of)

    def remove(self, name: str, /) -> bool:
        """Removes a name; whether an object had it. Views of the object stay as they are."""
        return self._heap.remove(name)

    def objects(self) -> list[_shm.NamedObject]:
        """The objects that have a name: their names, types, sizes and lengths."""
        return self._heap.objects()

    def __contains__(self, name: object) -> bool:
        return any(found.name == name for found in self._heap.objects())

    def __iter__(self) -> Iterator[str]:
        return iter([found.name for found in self._heap.objects()])

    def __len__(self) -> int:
        return len(self._heap.objects())

    def __repr__(self) -> str:
        return f"<shm.Heap: {', '.join(map(repr, self._heap.objects())) or 'no objects'}>"


Heap.__module__ = "shm"
