"""``multiprocessing`` with values and arrays that survive the death of any process.

    from shm import multiprocessing as mp

Everything of :mod:`multiprocessing` is here; ``Value``, ``Array``, ``RawValue``, ``RawArray``, ``copy`` and
``synchronized``, also those of contexts, are ours. :func:`install` gives them to programs that import
``multiprocessing`` itself. :class:`Manager` is ours as well, and has ``Value`` and ``Array``; contexts have CPython's.

They are ctypes objects, as there. The memory is a sealed memfd, which has no name: nothing is left in ``/dev/shm``,
and no resource tracker is needed. The locks are robust: one whose holder is killed is free at once. Under such a
lock, a single number goes on, as it is never half written; an array or a structure raises :class:`shm.OwnerDied`
until one process has repaired it.
"""

from __future__ import annotations

import ctypes
import fcntl
import mmap
import multiprocessing as _mp
import os
import threading
from multiprocessing import *  # noqa: F403: everything that is not replaced
from multiprocessing import heap as _heap
from multiprocessing import context as _context
from multiprocessing import sharedctypes as _sharedctypes
from multiprocessing import util as _util
from multiprocessing.context import assert_spawning, reduction
from typing import Any

from . import _shm
from ._errors import OwnerDied
from ._declared import layout as _layout
from ._manager import ArrayProxy, Manager, ValueProxy

#: The locks of one region; a region has at most 1,023 participants, which is also the limit of processes.
_LOCKS = 1024
_PARTICIPANTS = 1023

_NAMES = ("Value", "Array", "RawValue", "RawArray", "copy", "synchronized")
typecode_to_type = _sharedctypes.typecode_to_type

# --- memory -----------------------------------------------------------------------------------------------


class _Arena(_heap.Arena):
    """A piece of the heap: a sealed memfd. Children get its descriptor."""

    def __init__(self, size: int, fd: int = -1) -> None:
        self.size = size
        self.fd = fd
        if fd == -1:
            self.fd = os.memfd_create("shm-multiprocessing", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
            os.posix_fallocate(self.fd, 0, size)
            fcntl.fcntl(self.fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
        _util.Finalize(self, os.close, (self.fd,))
        self.buffer = _buffer(self.fd, size)

    def __reduce__(self) -> Any:
        return _rebuild_arena, (self.size, reduction.DupFd(self.fd))


def _buffer(fd: int, size: int) -> Any:
    """The memory of an arena. The counter-test replaces this by memory that is not shared."""
    return mmap.mmap(fd, size)


def _rebuild_arena(size: int, duplicate: Any) -> _Arena:
    return _Arena(size, duplicate.detach())


class _Heap(_heap.Heap):
    """The heap of ``multiprocessing``, over our arenas."""

    def _new_arena(self, size: int) -> Any:
        length = self._roundup(max(self._size, size), mmap.PAGESIZE)
        if self._size < self._DOUBLE_ARENA_SIZE_UNTIL:
            self._size *= 2
        arena = _Arena(length)
        self._arenas.append(arena)
        return (arena, 0, length)


class _BufferWrapper(_heap.BufferWrapper):
    """A block of our heap."""

    _heap = _Heap()

    def __init__(self, size: int) -> None:
        if size < 0:
            raise ValueError(f"size {size} out of range")
        block = _BufferWrapper._heap.malloc(size)
        self._state = (block, size)
        _util.Finalize(self, _BufferWrapper._heap.free, args=(block,))


# --- locks ------------------------------------------------------------------------------------------------


class _LockRegion:
    """A region with lock words. It is one object in each process, so a child gets its descriptor once."""

    def __init__(self, region: _shm.Region) -> None:
        self.region = region

    def __reduce__(self) -> Any:
        assert_spawning(self)
        return _rebuild_region, (reduction.DupFd(self.region.fileno()),)


#: The regions with locks that this process got from others, by their files.
_regions: dict[tuple[int, int], _LockRegion] = {}


def _rebuild_region(duplicate: Any) -> _LockRegion:
    fd = duplicate.detach()
    try:
        status = os.fstat(fd)
        key = (status.st_dev, status.st_ino)
        found = _regions.get(key)
        return found or _regions.setdefault(key, _LockRegion(_shm.from_fd(fd, False, None)))
    finally:
        os.close(fd)


class _Locks:
    """Lock words, handed out and taken back in the process that made them."""

    def __init__(self) -> None:
        self.pid = 0
        self.free: list[tuple[_LockRegion, int]] = []
        self.mutex = threading.Lock()
        os.register_at_fork(after_in_child=self._after_fork)

    def _after_fork(self) -> None:
        self.mutex = threading.Lock()

    def take(self) -> tuple[_LockRegion, int]:
        with self.mutex:
            if self.pid != os.getpid():
                # The parent goes on with the rest of its own.
                self.pid, self.free = os.getpid(), []
            if not self.free:
                made = _layout(f"[Mutex<()>; {_LOCKS}]")
                memfd = _shm.create("memfd", "shm-locks", made, participants=_PARTICIPANTS)
                region = _LockRegion(memfd)
                self.free = [(region, index) for index in reversed(range(_LOCKS))]
            return self.free.pop()

    def give(self, word: tuple[_LockRegion, int], pid: int) -> None:
        if os.getpid() == pid:
            self.free.append(word)


_locks = _Locks()


class RobustRLock(_shm.RLock):
    """As ``multiprocessing.RLock``, but free as soon as its holder is dead."""

    # Without a dict of its own, whose look-up would cost a call as much as taking the lock.
    __slots__ = ("__weakref__", "_survives", "_word")

    _word: tuple[_LockRegion, int]
    _survives: bool

    def __new__(cls, survives: bool = True, word: tuple[_LockRegion, int] | None = None) -> RobustRLock:
        mine = word is None
        taken = _locks.take() if word is None else word
        self = super().__new__(cls, taken[0].region, f"[{taken[1]}]", survives)
        self._word, self._survives = taken, survives
        if mine:
            _util.Finalize(self, _locks.give, (taken, os.getpid()))
        return self

    def __reduce__(self) -> Any:
        assert_spawning(self)
        region, index = self._word
        return _rebuild_lock, (region, index, self._survives)

    def __repr__(self) -> str:
        return f"<RobustRLock{', held here' if self.is_held_here else ''}>"


_shm.add_lock_methods(RobustRLock)


def _rebuild_lock(region: _LockRegion, index: int, survives: bool) -> RobustRLock:
    return RobustRLock(survives, (region, index))


# --- objects ----------------------------------------------------------------------------------------------


def _new_value(type_: Any) -> Any:
    return rebuild_ctype(type_, _BufferWrapper(ctypes.sizeof(type_)), None)


def RawValue(typecode_or_type: Any, *args: Any) -> Any:  # noqa: N802: the name there
    """A ctypes object in shared memory."""
    type_ = typecode_to_type.get(typecode_or_type, typecode_or_type)
    obj = _new_value(type_)
    ctypes.memset(ctypes.addressof(obj), 0, ctypes.sizeof(obj))
    obj.__init__(*args)
    return obj


def RawArray(typecode_or_type: Any, size_or_initializer: Any) -> Any:  # noqa: N802
    """A ctypes array in shared memory."""
    type_ = typecode_to_type.get(typecode_or_type, typecode_or_type)
    if isinstance(size_or_initializer, int):
        type_ = type_ * size_or_initializer
        obj = _new_value(type_)
        ctypes.memset(ctypes.addressof(obj), 0, ctypes.sizeof(obj))
        return obj
    result = _new_value(type_ * len(size_or_initializer))
    result.__init__(*size_or_initializer)
    return result


def Value(typecode_or_type: Any, *args: Any, lock: Any = True, ctx: Any = None, strict: bool = False) -> Any:  # noqa: N802
    """A ctypes object in shared memory, under a lock. ``value.add(1)`` loses no update, in contrast to ``+=``.

    A number that does not fit wraps around, as in ctypes; with ``strict`` it is an ``OverflowError``.
    """
    return _locked(RawValue(typecode_or_type, *args), lock, ctx, strict)


def Array(typecode_or_type: Any, size_or_initializer: Any, *, lock: Any = True, ctx: Any = None) -> Any:  # noqa: N802
    """A ctypes array in shared memory, under a lock."""
    return _locked(RawArray(typecode_or_type, size_or_initializer), lock, ctx, False)


def _locked(obj: Any, lock: Any, ctx: Any, strict: bool) -> Any:
    if lock is False:
        return obj
    if lock in (True, None):
        lock = _lock_for(obj)
    if not hasattr(lock, "acquire"):
        raise AttributeError(f"{lock!r} has no method 'acquire'")
    return synchronized(obj, lock, ctx=ctx, strict=strict)


def _lock_for(obj: Any) -> RobustRLock:
    return RobustRLock(isinstance(obj, ctypes._SimpleCData))


def copy(obj: Any) -> Any:
    """A copy of a ctypes object, in shared memory."""
    new_obj = _new_value(type(obj))
    ctypes.pointer(new_obj)[0] = obj
    return new_obj


def synchronized(obj: Any, lock: Any = None, ctx: Any = None, strict: bool = False) -> Any:
    """The wrapper that accesses a ctypes object under a lock."""
    if isinstance(obj, (_sharedctypes.SynchronizedBase, Synchronized)):
        raise AssertionError("object already synchronized")
    lock = lock or _lock_for(obj)
    if type(lock) is RobustRLock and type(obj) in _CODES and hasattr(obj, "_wrapper"):
        return Synchronized(obj, lock, strict)
    wrapped = _theirs(obj, lock, ctx)
    wrapped.__class__ = _ours(type(wrapped))
    return wrapped


_theirs = _sharedctypes.synchronized
_cache: dict[type, type] = {}


def _ours(cls: type) -> type:
    """The wrapper there, but one whose copies in other processes are ours."""
    found = _cache.get(cls)
    if found is None:

        def __reduce__(self: Any) -> Any:
            assert_spawning(self)
            return synchronized, (self._obj, self._lock)

        found = _cache.setdefault(cls, type(cls.__name__, (cls,), {"__reduce__": __reduce__}))
    return found


#: The codes of the scalars that our wrapper reads and writes in one call.
_CODES: dict[Any, int] = {
    ctypes.c_bool: 13, ctypes.c_float: 11, ctypes.c_double: 12,
    **{ty: {1: 1, 2: 2, 4: 3, 8: 4}[ctypes.sizeof(ty)]
       for ty in (ctypes.c_ubyte, ctypes.c_ushort, ctypes.c_uint, ctypes.c_ulong, ctypes.c_ulonglong)},
    **{ty: {1: 6, 2: 7, 4: 8, 8: 9}[ctypes.sizeof(ty)]
       for ty in (ctypes.c_byte, ctypes.c_short, ctypes.c_int, ctypes.c_long, ctypes.c_longlong)},
}
del _CODES[ctypes.c_bool]  # ctypes makes a truth value of any object


class Synchronized(_shm.Scalar):
    """A number under a robust lock: ``value`` and ``add`` are one native call each."""

    def __new__(cls, obj: Any, lock: RobustRLock, strict: bool = False) -> Synchronized:
        memory = obj._wrapper.create_memoryview()
        self = super().__new__(cls, memory, _CODES[type(obj)], lock, strict)
        self._obj, self._lock, self._strict = obj, lock, strict
        self.acquire, self.release = lock.acquire, lock.release
        return self

    def get_obj(self) -> Any:
        """The ctypes object, which is accessed without the lock."""
        return self._obj

    def get_lock(self) -> RobustRLock:
        """The lock, which may be taken several times by one thread."""
        return self._lock

    def __enter__(self) -> Any:
        return self._lock.__enter__()

    def __exit__(self, *args: Any) -> None:
        self._lock.__exit__(*args)

    def __reduce__(self) -> Any:
        assert_spawning(self)
        return synchronized, (self._obj, self._lock, None, self._strict)

    def __repr__(self) -> str:
        return f"<Synchronized wrapper for {self._obj}>"


def reduce_ctype(obj: Any) -> Any:
    """A ctypes object for another process: its type and its place."""
    assert_spawning(obj)
    if isinstance(obj, ctypes.Array):
        return rebuild_ctype, (obj._type_, obj._wrapper, obj._length_)
    return rebuild_ctype, (type(obj), obj._wrapper, None)


def rebuild_ctype(type_: Any, wrapper: Any, length: int | None) -> Any:
    """A ctypes object at a place in shared memory."""
    if length is not None:
        type_ = type_ * length
    reduction.ForkingPickler.register(type_, reduce_ctype)
    obj = type_.from_buffer(wrapper.create_memoryview())
    obj._wrapper = wrapper
    return obj


# --- contexts ---------------------------------------------------------------------------------------------


def _methods() -> dict[str, Any]:
    """The methods of contexts that are ours."""

    def value(self: Any, typecode_or_type: Any, *args: Any, lock: Any = True) -> Any:
        return Value(typecode_or_type, *args, lock=lock, ctx=self.get_context())

    def array(self: Any, typecode_or_type: Any, size_or_initializer: Any, *, lock: Any = True) -> Any:
        return Array(typecode_or_type, size_or_initializer, lock=lock, ctx=self.get_context())

    def raw_value(self: Any, typecode_or_type: Any, *args: Any) -> Any:
        return RawValue(typecode_or_type, *args)

    def raw_array(self: Any, typecode_or_type: Any, size_or_initializer: Any) -> Any:
        return RawArray(typecode_or_type, size_or_initializer)

    return {"Value": value, "Array": array, "RawValue": raw_value, "RawArray": raw_array}


def get_context(method: str | None = None) -> Any:
    """A context of ``multiprocessing`` whose values and arrays are ours."""
    found = _mp.get_context(method)
    ours = type(type(found).__name__, (type(found),), _methods())
    context = ours.__new__(ours)
    context.__dict__.update(found.__dict__)
    return context


def install() -> None:
    """Makes ``multiprocessing`` itself use these: for programs that are not to be changed.

    To be called before they import names from there, in the parent and in a spawned child's main module.
    """
    for name in _NAMES:
        setattr(_sharedctypes, name, globals()[name])
    for name, method in _methods().items():
        setattr(_context.BaseContext, name, method)
        setattr(_mp, name, getattr(_context._default_context, name))


__all__ = [*_mp.__all__, "ArrayProxy", "RobustRLock", "Synchronized", "ValueProxy", "copy", "install", "synchronized", "OwnerDied"]
