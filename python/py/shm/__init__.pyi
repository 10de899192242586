"""Shared memory by field name."""

import os
from collections.abc import AsyncGenerator
from typing import Annotated, Any, Generic, overload

from typing_extensions import TypeVar

from . import _shm
from ._errors import (
    AlreadyExists as AlreadyExists, Broken as Broken, Busy as Busy, Contended as Contended,
    DoesNotFit as DoesNotFit, Error as Error, Full as Full, InvalidLayout as InvalidLayout,
    InvalidRequest as InvalidRequest, InvalidValue as InvalidValue, LayoutDiffers as LayoutDiffers,
    Lost as Lost, Missed as Missed, NoEntry as NoEntry, NoField as NoField, NoResources as NoResources,
    NotARegion as NotARegion, NotCurrent as NotCurrent, NotFound as NotFound, NotLocked as NotLocked,
    NotSupported as NotSupported, OutcomeUnknown as OutcomeUnknown, OutOfBounds as OutOfBounds,
    OwnerDied as OwnerDied, PermissionDenied as PermissionDenied, ReadOnly as ReadOnly, Stale as Stale,
    SystemError as SystemError, TimedOut as TimedOut, Unreachable as Unreachable, WouldDeadlock as WouldDeadlock,
)
from ._follow import Following as Following, follow as follow
from ._objects import Heap as Heap
from ._remote import Remote as Remote, RemotePlace, RemoteView, remote as remote
from ._shm import (
    Array as Array, Barrier as Barrier, Event as Event, Latest as Latest, Layout as Layout, Map as Map,
    Mirror as Mirror, Mutex as Mutex, NamedObject as NamedObject, Once as Once, PerProcess as PerProcess, Place as Place,
    Queue as Queue, Ring as Ring, RwLock as RwLock, Semaphore as Semaphore, Watched as Watched,
)

_T = TypeVar("_T")
_N = TypeVar("_N")
_Usual = TypeVar("_Usual", default=Any)
_S = TypeVar("_S", bound=Struct)

class _StructMeta(type): ...

class Struct(_shm.View, metaclass=_StructMeta):
    def __eq__(self, other: object) -> Any: ...
    __hash__: None  # type: ignore[assignment]
    def _repr_html_(self) -> str: ...

u8 = Annotated[int, "u8"]
u16 = Annotated[int, "u16"]
u32 = Annotated[int, "u32"]
u64 = Annotated[int, "u64"]
i8 = Annotated[int, "i8"]
i16 = Annotated[int, "i16"]
i32 = Annotated[int, "i32"]
i64 = Annotated[int, "i64"]
u128 = Annotated[int, "u128"]
i128 = Annotated[int, "i128"]
f32 = Annotated[float, "f32"]
f64 = Annotated[float, "f64"]
bool_ = Annotated[bool, "bool"]
Char = Annotated[str, "char"]

class _Note:
    text: str
    def __init__(self, text: str) -> None: ...

class Unit(_Note): ...
class Doc(_Note): ...
class Alias(_Note): ...
class GuardedBy(_Note): ...
class Repr(_Note): ...
class Name(_Note): ...
class Type(_Note): ...

class Counter: ...

# A field of these types is a value of Python.
class Text(Generic[_N]):
    def __get__(self, instance: Any, owner: Any) -> str: ...
    def __set__(self, instance: Any, value: str) -> None: ...

class Bytes(Generic[_N]):
    def __get__(self, instance: Any, owner: Any) -> bytes: ...
    def __set__(self, instance: Any, value: bytes) -> None: ...

class CText(Generic[_N]):
    def __get__(self, instance: Any, owner: Any) -> str: ...
    def __set__(self, instance: Any, value: str) -> None: ...

class Slice(Generic[_T]):
    def __get__(self, instance: Any, owner: Any) -> Array[_T, Any]: ...

class NonZero(Generic[_T]):
    def __get__(self, instance: Any, owner: Any) -> int: ...
    def __set__(self, instance: Any, value: int) -> None: ...

class Option(Generic[_T]):
    def __get__(self, instance: Any, owner: Any) -> int | None: ...
    def __set__(self, instance: Any, value: int | None) -> None: ...

class Owned(Generic[_T]):
    def __get__(self, instance: Any, owner: Any) -> Any: ...
    def __set__(self, instance: Any, value: Any) -> None: ...

@overload
def open(
    name: str | os.PathLike[str],
    layout: type[_S],
    /,
    *,
    read_only: bool = False,
    wait: float | None = None,
    allow_owner: int | None = None,
    after_reboot: bool | None = None,
) -> _S: ...
@overload
def open(
    name: str | os.PathLike[str],
    layout: Any = None,
    /,
    *,
    read_only: bool = False,
    wait: float | None = None,
    allow_owner: int | None = None,
    after_reboot: bool | None = None,
) -> Any: ...
@overload
def open_wait(name: str | os.PathLike[str], layout: type[_S], /, *, timeout: float = 60.0, **given: Any) -> _S: ...
@overload
def open_wait(name: str | os.PathLike[str], layout: Any = None, /, *, timeout: float = 60.0, **given: Any) -> Any: ...
@overload
def create(
    name: str | os.PathLike[str],
    of: type[_S],
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
) -> _S: ...
@overload
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
) -> Any: ...
@overload
def open_or_create(
    name: str | os.PathLike[str],
    of: type[_S],
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
) -> _S: ...
@overload
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
) -> Any: ...
@overload
def memfd(
    label: str,
    of: type[_S],
    /,
    *,
    length: int | None = None,
    participants: int | None = None,
    capacity: int | None = None,
    heap_max: int | None = None,
    values: dict[str, Any] | None = None,
    **fields: Any,
) -> _S: ...
@overload
def memfd(
    label: str,
    of: Any,
    /,
    *,
    length: int | None = None,
    participants: int | None = None,
    capacity: int | None = None,
    heap_max: int | None = None,
    values: dict[str, Any] | None = None,
    **fields: Any,
) -> Any: ...
@overload
def anonymous(
    of: type[_S],
    /,
    *,
    length: int | None = None,
    participants: int | None = None,
    capacity: int | None = None,
    heap_max: int | None = None,
    values: dict[str, Any] | None = None,
    **fields: Any,
) -> _S: ...
@overload
def anonymous(
    of: Any,
    /,
    *,
    length: int | None = None,
    participants: int | None = None,
    capacity: int | None = None,
    heap_max: int | None = None,
    values: dict[str, Any] | None = None,
    **fields: Any,
) -> Any: ...
@overload
def private(
    of: type[_S], /, *, length: int | None = None, values: dict[str, Any] | None = None, **fields: Any
) -> _S: ...
@overload
def private(
    of: Any, /, *, length: int | None = None, values: dict[str, Any] | None = None, **fields: Any
) -> Any: ...
@overload
def from_fd(fd: int, of: type[_S], /, *, read_only: bool = False) -> _S: ...
@overload
def from_fd(fd: int, of: Any = None, /, *, read_only: bool = False) -> Any: ...
@overload
def passed(name: str, of: type[_S], /) -> _S: ...
@overload
def passed(name: str, of: Any = None, /) -> Any: ...
def unlink(region: Any, /) -> None: ...
def close(view: Any, /) -> None: ...
def is_closed(view: Any, /) -> bool: ...
def is_current(view: Any, /) -> bool: ...
def created(view: Any, /) -> bool: ...
def path(view: Any, /) -> str | None: ...
def fileno(view: Any, /) -> int: ...
def fingerprint(of: Any, /) -> int | None: ...
@overload
def field(view: RemoteView, path: str = "", /) -> RemotePlace: ...
@overload
def field(view: Any, path: str = "", /) -> Place: ...
def mirror(view: Any, /) -> Mirror | None: ...
def heap(view: Any, /) -> Heap: ...
def add(view: Any, /, **fields: int) -> int: ...
def watch(view: Any, /, *paths: str, every: float = 0.1) -> AsyncGenerator[Any, None]: ...
def plot(source: Any, /, *paths: str, axes: Any = None) -> Any: ...
def update(view: Any, /, *values: Any, **fields: Any) -> None: ...
def to_dict(view: Any, /) -> Any: ...
def fields(of: Any, /) -> tuple[str, ...]: ...
def unit(of: Any, name: str, /) -> str: ...
def doc(of: Any, name: str, /) -> str: ...
def is_counter(of: Any, name: str, /) -> bool: ...
def layout(of: Any, root: str | None = None, *, name: str | None = None) -> Layout: ...
