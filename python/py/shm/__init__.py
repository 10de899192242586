"""Shared memory by field name.

>>> import shm
>>> station = shm.open("station")      # doctest: +SKIP
>>> station.temperature = 21.5         # doctest: +SKIP

Any number of processes, in Rust, Python, C or C++, read and write the fields of a region by their names, in
place. ``docs/python.md`` is the tutorial.
"""

from __future__ import annotations

import os
from typing import Any, Callable

from . import _classes, _remote, _shm
from ._classes import Struct
from ._declared import (
    Alias, Bytes, Char, Counter, CText, Doc, GuardedBy, Name, NonZero, Option, Owned, Repr, Slice, Text, Type, Unit,
    bool_, f32, f64, i8, i16, i32, i64, i128, layout, u8, u16, u32, u64, u128,
)
from ._errors import (
    AlreadyExists, Broken, Busy, Contended, DoesNotFit, Error, Full, InvalidLayout, InvalidRequest,
    InvalidValue, LayoutDiffers, Lost, Missed, NoEntry, NoField, NoResources, NotARegion, NotCurrent,
    NotFound, NotLocked, NotSupported, OutcomeUnknown, OutOfBounds, OwnerDied, PermissionDenied, ReadOnly, Stale,
    SystemError, TimedOut, Unreachable, WouldDeadlock,
)
from ._follow import Following, follow
from ._objects import Heap
from ._remote import Remote, remote

Array = _shm.Array
Barrier = _shm.Barrier
Event = _shm.Event
Latest = _shm.Latest
Map = _shm.Map
Mutex = _shm.Mutex
NamedObject = _shm.NamedObject
Once = _shm.Once
PerProcess = _shm.PerProcess
Queue = _shm.Queue
Ring = _shm.Ring
RwLock = _shm.RwLock
Semaphore = _shm.Semaphore
Watched = _shm.Watched
Layout = _shm.Layout
Mirror = _shm.Mirror
Place = _shm.Place


def _root(region: _shm.Region, of: Any) -> Any:
    return _classes.root(region, of)


def open(
    name: str | os.PathLike[str],
    layout: Any = None,
    /,
    *,
    read_only: bool = False,
    wait: float | None = None,
    allow_owner: int | None = None,
    after_reboot: bool | None = None,
) -> Any:
    """Opens a region and returns the view of its value.

    A plain name means a file in ``/dev/shm``; anything with a slash is a path. With ``wait``, the region may
    be created by another process within so many seconds. With a ``layout``, a declared class say, the
    region must have it, or have grown from it.
    """
    region = _shm.open(
        os.fspath(name), read_only, wait, _layout(layout), allow_owner=allow_owner, after_reboot=after_reboot
    )
    return _root(region, layout)


def open_wait(name: str | os.PathLike[str], layout: Any = None, /, *, timeout: float = 60.0, **given: Any) -> Any:
    """Opens a region that another process is about to create; :class:`TimedOut` after ``timeout`` seconds."""
    return open(name, layout, wait=timeout, **given)


def _layout(of: Any) -> _shm.Layout | None:
    return None if of is None else layout(of)


def _create(way: str, name: Any, of: Any, settings: dict[str, Any], values: dict[str, Any]) -> Any:
    name, made = os.fspath(name), layout(of)

    def fill(region: _shm.Region) -> None:
        _classes.assign(_root(region, of), values)

    region = _shm.create(way, name, made, fill if values else None, **settings)
    return _root(region, of)


def _settings(
    permissions: int | None, length: int | None, participants: int | None, capacity: int | None,
    heap_max: int | None, sparse: bool | None, populate: bool | None,
) -> dict[str, Any]:
    return {
        "permissions": permissions, "length": length, "participants": participants, "capacity": capacity,
        "heap_max": heap_max, "sparse": sparse, "populate": populate,
    }


def create(
    name: str | os.PathLike[str],
    of: Any,
    /,
    *,
    replace: bool = False,
    permissions: int | None = None,
    length: int | None = None,
    participants: int | None = None,
    capacity: int | None = None,
    heap_max: int | None = None,
    sparse: bool | None = None,
    populate: bool | None = None,
    values: dict[str, Any] | None = None,
    **fields: Any,
) -> Any:
    """Creates a region and returns the view of its value.

    Its fields are zero but for those that are given, which no other process sees without them. A field with
    the name of a setting is given in ``values``. :class:`AlreadyExists` if the name is taken, unless
    ``replace`` gives it to the new region in one step.
    """
    way = "create_or_replace" if replace else "create"
    settings = _settings(permissions, length, participants, capacity, heap_max, sparse, populate)
    return _create(way, name, of, settings, {**(values or {}), **fields})


def open_or_create(
    name: str | os.PathLike[str],
    of: Any,
    /,
    *,
    permissions: int | None = None,
    length: int | None = None,
    participants: int | None = None,
    capacity: int | None = None,
    heap_max: int | None = None,
    sparse: bool | None = None,
    populate: bool | None = None,
    values: dict[str, Any] | None = None,
    **fields: Any,
) -> Any:
    """Opens the region or, if there is none of this name, creates it with these values."""
    settings = _settings(permissions, length, participants, capacity, heap_max, sparse, populate)
    return _create("open_or_create", name, of, settings, {**(values or {}), **fields})


def memfd(label: str, of: Any, /, *, length: int | None = None, participants: int | None = None,
          capacity: int | None = None, heap_max: int | None = None,
          values: dict[str, Any] | None = None, **fields: Any) -> Any:
    """Creates a sealed region without a name. Other processes get its descriptor (:func:`fileno`)."""
    settings = _settings(None, length, participants, capacity, heap_max, None, None)
    return _create("memfd", label, of, settings, {**(values or {}), **fields})


def anonymous(of: Any, /, *, length: int | None = None, participants: int | None = None,
              capacity: int | None = None, heap_max: int | None = None,
              values: dict[str, Any] | None = None, **fields: Any) -> Any:
    """Creates a region that child processes inherit through ``fork``, and no other process can open."""
    settings = _settings(None, length, participants, capacity, heap_max, None, None)
    return _create("anonymous", "", of, settings, {**(values or {}), **fields})


def private(of: Any, /, *, length: int | None = None, values: dict[str, Any] | None = None,
            **fields: Any) -> Any:
    """Creates a region in the memory of this process alone."""
    settings = _settings(None, length, None, None, None, None, None)
    return _create("private", "", of, settings, {**(values or {}), **fields})


def from_fd(fd: int, of: Any = None, /, *, read_only: bool = False) -> Any:
    """Opens a sealed region from a descriptor, which stays open."""
    return _root(_shm.from_fd(fd, read_only, _layout(of)), of)


def passed(name: str, of: Any = None, /) -> Any:
    """Opens the region that a parent process in Rust passed under this name (``Region::pass_to``)."""
    return _root(_shm.passed(name, _layout(of)), of)


def unlink(region: Any, /) -> None:
    """Removes the name of a region, given by the name or by a view; the memory stays for those who have it."""
    if isinstance(region, (str, os.PathLike)):
        _shm.unlink(os.fspath(region))
    else:
        _shm.region_of(region).unlink()


def close(view: Any, /) -> None:
    """Ends writing through every view of the region; the last view that goes ends the mapping."""
    _shm.region_of(view).close()


def is_closed(view: Any, /) -> bool:
    """Whether the region was closed."""
    return _shm.region_of(view).closed


def is_current(view: Any, /) -> bool:
    """Whether the name that the region was opened by still means this region."""
    return _shm.region_of(view).is_current


def created(view: Any, /) -> bool:
    """Whether this process created the region; of a named object, whether it made that."""
    return _shm.region_of(view).created


def path(view: Any, /) -> str | None:
    """The path of the region's file; ``None`` if it has no name."""
    found = _shm.region_of(view).path
    return None if found is None else os.fspath(found)


def fileno(view: Any, /) -> int:
    """The descriptor of a region, to be passed to another process; it stays this process's own."""
    return _shm.region_of(view).fileno()


def fingerprint(of: Any, /) -> int | None:
    """The fingerprint of a region or of a layout: equal for equal layouts, in every language."""
    if isinstance(of, (_shm.View, _shm.Array, _shm.Place)):
        return _shm.region_of(of).fingerprint()
    return layout(of).fingerprint


def field(view: Any, path: str = "", /) -> Any:
    """A value by its path, such as ``"poses[3].x"``: with ``get``, ``set``, ``add``, ``swap``, ..

    What is not known before the program runs is reached this way, in any region.
    """
    return _remote.place(view, path) if isinstance(view, _remote.RemoteView) else _classes.place(view, path)


def mirror(view: Any, /) -> Mirror | None:
    """Of which region of another host this region is a mirror, and how current it is; ``None`` if it is none.

    ``shm.mirror(station).fresh(0.5)`` raises :class:`Stale` if the origin was not heard for longer. It is of one moment, so
    ask before each look at the values.
    """
    return _shm.region_of(view).mirror()


def heap(view: Any, /) -> Heap:
    """The named objects in the heap of a region, which was made with ``heap_max``."""
    return Heap(view)


def add(view: Any, /, **fields: int) -> Any:
    """Adds to one field in one step that no other process can interrupt; returns the value before.

    ``shm.add(station, hits=1)``. In contrast, ``station.hits += 1`` reads, then writes.
    """
    if len(fields) != 1:
        raise TypeError("`add` takes one field: each addition is a step of its own")
    [(name, value)] = fields.items()
    if isinstance(view, _remote.RemoteView):
        return _remote.add(view, name, value)
    return _shm.add(_classes.descriptor(view, name), view, value)


def watch(view: Any, /, *paths: str, every: float = 0.1) -> Any:
    """Iterates in ``asyncio`` over the values at these paths, now and whenever they have changed.

    ``async for temperature in shm.watch(station, "temperature"): ...`` Of several paths it gives a tuple, without a
    path all fields as a dict. A ``Watched`` tells of its changes at once; other fields are looked at every so many
    seconds, so that changes in between count as one.
    """
    from . import aio

    return aio.watch(view, *paths, every=every)


def plot(source: Any, /, *paths: str, axes: Any = None) -> Any:
    """Draws readings with matplotlib, and returns the axes.

    The readings are a sequence: of values, or of pairs of a time and a value, as a loop over :func:`watch` collects
    them; an array of the region, or items of a ``Ring``. Or they are a file that ``shm record`` wrote, in any of its
    forms, or ``shm watch --json``. Of dicts, the numbers at these paths are drawn, or all. ``ImportError`` if matplotlib
    is not installed or, for a recording that is an MCAP file, the package ``mcap``.
    """
    from . import _plot

    return _plot.plot(source, paths, axes)


def update(view: Any, /, *values: Any, **fields: Any) -> None:
    """Assigns to several fields: each is checked before the first is written."""
    given = {**(dict(*values)), **fields}
    if isinstance(view, _remote.RemoteView):
        _remote.update(view, given)
    else:
        _classes.assign(view, given)


def to_dict(view: Any, /) -> Any:
    """A view as a dict of ordinary values; of other values, what they hold."""
    return _classes.plain(view)


def fields(of: Any, /) -> tuple[str, ...]:
    """The names of the fields of a view, or of a class of views."""
    if isinstance(of, _remote.RemoteView):
        return tuple(dir(of))
    return _classes.names(of if isinstance(of, type) else type(of))


def unit(of: Any, name: str, /) -> str:
    """The unit of a field."""
    return _classes.info(of if isinstance(of, type) else type(of)).notes[name][1]


def doc(of: Any, name: str, /) -> str:
    """The documentation of a field."""
    return _classes.info(of if isinstance(of, type) else type(of)).notes[name][0]


def is_counter(of: Any, name: str, /) -> bool:
    """Whether the numbers of a field only grow: a :class:`Counter`."""
    return _classes.info(of if isinstance(of, type) else type(of)).notes[name][2]


os.register_at_fork(after_in_child=_shm.after_fork_in_child)
