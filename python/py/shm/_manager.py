"""``multiprocessing.Manager`` for numbers and arrays of numbers: each is a region, so there is no server whose death ends it.

Processes of the host read and write the region's memory. Those of other hosts send commands to a program that serves the
regions, if the manager was given an address; while it is started again, the values are as they were.
"""

from __future__ import annotations

import array
import os
import secrets
import socket
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing import util as _util
from typing import Any, Generic, Literal, TypeVar

from . import _classes, _remote, _shm
from ._child import Child, ForkLock, security
from ._declared import bool_, f32, f64, i8, i16, i32, i64, layout, u8, u16, u32, u64
from ._errors import NotFound, NotSupported, PermissionDenied, SystemError

_T = TypeVar("_T")

#: The types of typecodes, as the machine has them.
_TYPES: dict[str, Any] = {
    "?": bool_, "f": f32, "d": f64,
    **{code: (i8, i16, i32, i64)[array.array(code).itemsize.bit_length() - 1] for code in "bhilq"},
    **{code: (u8, u16, u32, u64)[array.array(code).itemsize.bit_length() - 1] for code in "BHILQ"},
}


def _type(typecode: Any) -> Any:
    found = _TYPES.get(typecode) if isinstance(typecode, str) else None
    if found is None:
        known = ", ".join(map(repr, _TYPES))
        raise TypeError(f"{typecode!r} is no typecode of a number, expected one of {known}")
    return found


#: The structs of typecodes and lengths, which cost more to make than a region.
_structs: dict[tuple[str, int | None], Any] = {}


def _struct(typecode: str, length: int | None) -> Any:
    """A struct of one field, whose access is one load or store; with a length, of an array."""
    of = _type(typecode)
    value = of if length is None else _shm.Array[of, Literal[length]]  # type: ignore[valid-type]
    if (typecode, length) not in _structs:
        metaclass: Any = type(_classes.Struct)
        fields = {"__annotations__": {"value": value}, "__module__": __name__}
        _structs[typecode, length] = metaclass("Managed", (_classes.Struct,), fields)
    return _structs[typecode, length]


# --- where a value is -----------------------------------------------------------------------------------------


class _Here:
    """A region of this host."""

    def __init__(self, view: Any) -> None:
        self.view = view
        #: The array, if it is one.
        self.items: Any = view.value

    def get(self) -> Any:
        return self.view.value

    def set(self, value: Any) -> None:
        self.view.value = value

    def add(self, value: Any) -> Any:
        return _shm.add(_classes.descriptor(self.view, "value"), self.view, value)

    def __len__(self) -> int:
        return len(self.items)

    def read(self, key: Any) -> Any:
        return self.items[key]

    def write(self, key: Any, value: Any) -> None:
        self.items[key] = value


class _There:
    """The same region, by commands to its host."""

    def __init__(self, region: _remote.RemoteView, typecode: str) -> None:
        self.region = region
        # JSON has no number for `nan`.
        self.number: Any = float if typecode in "fd" else lambda value: value

    def get(self) -> Any:
        return self.number(self.region.value)

    def set(self, value: Any) -> None:
        self.region.value = value

    def add(self, value: Any) -> Any:
        return _remote.add(self.region, "value", value)

    def __len__(self) -> int:
        return len(self.region.value)

    def read(self, key: Any) -> Any:
        if isinstance(key, slice):
            return [self.number(value) for value in self.region.value][key]
        return self.number(self.region.value[_index(key, self)])

    def write(self, key: Any, value: Any) -> None:
        if not isinstance(key, slice):
            self.region.value[_index(key, self)] = value
            return
        start, stop, step = key.indices(len(self))
        if step != 1:
            raise NotSupported("a range of another host's array has steps of 1")
        if (length := max(0, stop - start)) != len(value):
            raise ValueError(f"{len(value)} values for {length} elements")
        if length:
            self.region.value[start:stop] = value


def _index(key: int, of: _There) -> int:
    return key if key >= 0 else key + len(of)


# --- proxies --------------------------------------------------------------------------------------------------


class _Proxy:
    """A value of a manager. It can be sent to any process: one of this host opens the region itself."""

    __slots__ = ("__weakref__", "_held", "_manager", "_token")

    def __init__(self, held: _Here | _There, token: _Token, manager: Manager | None = None) -> None:
        self._held = held
        self._token = token
        # As there: values keep their manager.
        self._manager = manager

    def __reduce__(self) -> Any:
        if self._manager is not None:
            self._manager._serve()
        return _rebuild, (type(self), self._token)

    @property
    def is_here(self) -> bool:
        """Whether an access is a load or a store in memory, and not a command to another host."""
        return isinstance(self._held, _Here)


class ValueProxy(_Proxy, Generic[_T]):
    """A number, as ``multiprocessing.managers.ValueProxy``."""

    __slots__ = ()

    @property
    def value(self) -> _T:
        found: _T = self._held.get()
        return found

    @value.setter
    def value(self, value: _T) -> None:
        self._held.set(value)

    def get(self) -> _T:
        return self.value

    def set(self, value: _T) -> None:
        self._held.set(value)

    def add(self, value: _T) -> _T:
        """Adds in one step, where ``value += ..`` reads and then writes; returns the number before. Integers only."""
        before: _T = self._held.add(value)
        return before

    def __str__(self) -> str:
        return f"Value({self._token.typecode!r}, {self.value!r})"

    def __repr__(self) -> str:
        return f"<ValueProxy: {self}>"


class ArrayProxy(_Proxy, Generic[_T]):
    """Numbers, as ``multiprocessing.managers.ArrayProxy``. Their count is fixed."""

    __slots__ = ()

    def __len__(self) -> int:
        return len(self._held)

    def __getitem__(self, key: int | slice) -> Any:
        found = self._held.read(key)
        if isinstance(key, slice) and self._token.typecode != "?":
            return array.array(self._token.typecode, found)
        return found

    def __setitem__(self, key: int | slice, value: Any) -> None:
        self._held.write(key, list(value) if isinstance(key, slice) else value)

    def __iter__(self) -> Iterator[_T]:
        return iter(self._held.read(slice(None)))

    def __str__(self) -> str:
        return str(self[:])

    def __repr__(self) -> str:
        return f"<ArrayProxy: {self}>"


class _Token:
    """How other processes find a value."""

    def __init__(self, name: str, typecode: str, address: str | None, options: list[str]) -> None:
        self.name = name
        self.typecode = typecode
        self.address = address
        self.options = options


#: The connections of this process.
_connections: weakref.WeakValueDictionary[tuple[str, ...], _remote.Remote] = weakref.WeakValueDictionary()


def _rebuild(cls: type[_Proxy], token: _Token) -> _Proxy:
    try:
        return cls(_Here(_classes.root(_shm.open(token.name), None)), token)
    except (NotFound, PermissionDenied):
        # On another host, or in another container; or it is followed here, and a mirror is not written.
        if token.address is None:
            raise
    key = (token.address, *token.options)
    found = _connections.get(key)
    if found is None:
        found = _connections[key] = _remote.Remote(token.address, token.options)
    return cls(_There(found.region(token.name), token.typecode), token)


# --- the manager ----------------------------------------------------------------------------------------------


class _Server:
    """The program that serves regions at an address. It is started again whenever it has ended."""

    def __init__(self, address: str, options: list[str]) -> None:
        self.address = address
        self._options = options
        self._names: list[str] = []
        #: How many of them the program serves.
        self._served = 0
        self._child: Child | None = None
        self._lock = ForkLock()
        self._is_over = threading.Event()
        self._guard = threading.Thread(target=self._keep, name="shm manager", daemon=True)
        self._guard.start()

    def add(self, name: str) -> None:
        """Serves a region, the first at once; the others before anyone can know of them (:meth:`catch_up`)."""
        with self._lock:
            self._names.append(name)
            if self._served == 0:
                self._start()

    def catch_up(self) -> None:
        with self._lock:
            if self._served < len(self._names):
                self._start()

    def _start(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None
        allowed = [word for name in self._names for word in ("--allow-set", f"{name}:*")]
        child = Child("serve", *self._options, "--listen", self.address, *allowed, "--", *self._names)
        try:
            child.line()
        except EOFError as ended:
            child.close()
            text = str(ended).removeprefix("error: ")
            raise SystemError(f"`shm-mirror serve` at {self.address} has ended: {text}") from None
        self._child, self._served = child, len(self._names)

    def _keep(self) -> None:
        pause = 0.05
        while not self._is_over.wait(pause):
            with self._lock:
                if self._is_over.is_set() or not self._names:
                    continue
                if self._child is not None and self._child.is_running():
                    pause = 0.05
                    continue
                try:
                    self._start()
                except Exception:  # noqa: BLE001: tried again later, and `add` tells
                    pause = min(pause * 2, 2.0)

    @property
    def pid(self) -> int | None:
        with self._lock:
            return None if self._child is None else self._child.pid

    def close(self) -> None:
        self._is_over.set()
        with self._lock:
            if self._child is not None:
                self._child.close()
                self._child = None


#: What else CPython's manager has, and what to use instead.
_INSTEAD = {
    "dict": "`shm.Map` in a region",
    "list": "`Array` for numbers, `shm.Owned[list[..]]` in a region for any length",
    "Namespace": "a class of `shm.Struct`",
    "Queue": "`shm.Queue` in a region",
    "JoinableQueue": "`shm.Queue` in a region",
    "Lock": "`shm.Mutex` in a region, or `RobustRLock`",
    "RLock": "`RobustRLock`",
    "Semaphore": "`shm.Semaphore` in a region",
    "BoundedSemaphore": "`shm.Semaphore` in a region",
    "Condition": "`shm.Watched`, or `shm.Mutex` and `shm.Event`, in a region",
    "Event": "`shm.Event` or `shm.Watched` in a region",
    "Barrier": "`shm.Barrier` in a region",
    "Pool": "`multiprocessing.Pool`",
}


class Manager:
    """Makes numbers and arrays of numbers that any process gets by pickling their proxies.

    Without an address they are for the processes of this host, and nothing listens. ``Manager("tcp/127.0.0.1:0")`` also
    serves them by ``shm-mirror``: there, or at ``"tls/0.0.0.0:7447"`` with the three files and the common names of the
    certificates that may write, or, without encryption, at an address that is not this host's with ``insecure``.
    """

    def __init__(
        self,
        address: str | tuple[str, int] | None = None,
        *,
        authority: str | os.PathLike[str] | None = None,
        certificate: str | os.PathLike[str] | None = None,
        key: str | os.PathLike[str] | None = None,
        writers: Sequence[str] = (),
        insecure: bool = False,
    ) -> None:
        self._options = security(authority, certificate, key, insecure)
        self._server: _Server | None = None
        self._names: list[str] = []
        self._pid = os.getpid()
        if address is not None:
            named = [word for name in writers for word in ("--writer", name)]
            self._server = _Server(_endpoint(address), [*self._options, *named])
        #: Ends it; also when the process ends or nothing refers to it any more.
        self.shutdown = _util.Finalize(self, _end, args=(self._names, self._server), exitpriority=0)

    @property
    def address(self) -> str | None:
        """Where other hosts find the values; ``None`` if they do not."""
        return None if self._server is None else self._server.address

    def Value(self, typecode: str, value: Any, lock: bool = True) -> ValueProxy[Any]:  # noqa: N802: the name there
        """A number of the type of a typecode, such as ``"i"`` or ``"d"``. (``lock`` has no effect, as there.)"""
        _type(typecode)
        return ValueProxy(*self._made(typecode, None, value))

    def Array(self, typecode: str, sequence: Iterable[Any], lock: bool = True) -> ArrayProxy[Any]:  # noqa: N802
        """Numbers of the type of a typecode, as many as there are in the sequence."""
        _type(typecode)
        values = list(sequence)
        if not values:
            raise ValueError("an array needs at least one element, as its length is fixed")
        return ArrayProxy(*self._made(typecode, len(values), values))

    def _made(self, typecode: str, length: int | None, value: Any) -> tuple[_Here, _Token, Manager]:
        if self._pid != os.getpid():
            raise NotSupported("a manager makes values in the process that made the manager; send the others their proxies")
        if not self.shutdown.still_active():
            raise NotSupported("the manager was shut down")
        name = f"shm-manager-{os.getpid()}-{secrets.token_hex(8)}"
        declared = _struct(typecode, length)

        def fill(region: _shm.Region) -> None:
            _classes.assign(_classes.root(region, declared), {"value": value})

        region = _shm.create("create", name, layout(declared), fill)
        self._names.append(name)
        if self._server is not None:
            self._server.add(name)
        return _Here(_classes.root(region, declared)), _Token(name, typecode, self.address, self._options), self

    def _serve(self) -> None:
        """Before a proxy is sent: it can be asked for then."""
        if self._server is not None and self._pid == os.getpid() and self.shutdown.still_active():
            self._server.catch_up()

    def __enter__(self) -> Manager:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.shutdown()

    def __getattr__(self, name: str) -> Any:
        if name in _INSTEAD:
            raise AttributeError(
                f"this manager has `Value` and `Array` only; instead of `{name}`, use {_INSTEAD[name]}, or CPython's own: "
                f"`multiprocessing.Manager().{name}`"
            )
        raise AttributeError(f"`Manager` has no attribute `{name}`")

    def __repr__(self) -> str:
        return f"<Manager: {len(self._names)} values, {'on this host' if self.address is None else self.address}>"


def _end(names: list[str], server: _Server | None) -> None:
    if server is not None:
        server.close()
    for name in names:
        try:
            _shm.unlink(name)
        except NotFound:
            pass
    names.clear()


def _endpoint(address: str | tuple[str, int]) -> str:
    """An endpoint with a port: of port 0, one that is free."""
    endpoint = address if isinstance(address, str) else f"tcp/{address[0]}:{address[1]}"
    place, separator, port = endpoint.rpartition(":")
    if not separator or not place.startswith(("tcp/", "tls/")) or not port.isdecimal():
        raise ValueError(f"{address!r} is no address: expected \"tcp/HOST:PORT\", \"tls/HOST:PORT\" or (HOST, PORT)")
    if int(port) != 0:
        return endpoint
    host = place.partition("/")[2].strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as free:
        free.bind((host, 0))
        return f"{place}:{free.getsockname()[1]}"


for _class in (Manager, ValueProxy, ArrayProxy):
    _class.__module__ = "shm.multiprocessing"
