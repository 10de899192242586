"""multiprocessing with values and arrays that survive the death of any process."""

from multiprocessing import (
    AuthenticationError as AuthenticationError,
    Barrier as Barrier,
    BoundedSemaphore as BoundedSemaphore,
    BufferTooShort as BufferTooShort,
    Condition as Condition,
    Event as Event,
    JoinableQueue as JoinableQueue,
    Lock as Lock,
    Pipe as Pipe,
    Pool as Pool,
    Process as Process,
    ProcessError as ProcessError,
    Queue as Queue,
    RLock as RLock,
    Semaphore as Semaphore,
    SimpleQueue as SimpleQueue,
    TimeoutError as TimeoutError,
    active_children as active_children,
    allow_connection_pickling as allow_connection_pickling,
    cpu_count as cpu_count,
    current_process as current_process,
    freeze_support as freeze_support,
    get_all_start_methods as get_all_start_methods,
    get_logger as get_logger,
    get_start_method as get_start_method,
    log_to_stderr as log_to_stderr,
    parent_process as parent_process,
    reducer as reducer,
    set_executable as set_executable,
    set_forkserver_preload as set_forkserver_preload,
    set_start_method as set_start_method,
)
from typing import Any

from . import _shm
from ._errors import OwnerDied as OwnerDied
from ._manager import ArrayProxy as ArrayProxy, Manager as Manager, ValueProxy as ValueProxy

class RobustRLock(_shm.RLock):
    def __new__(cls, survives: bool = True, word: Any = None) -> RobustRLock: ...
    def __reduce__(self) -> Any: ...

class Synchronized(_shm.Scalar):
    def __new__(cls, obj: Any, lock: RobustRLock, strict: bool = False) -> Synchronized: ...
    def get_obj(self) -> Any: ...
    def get_lock(self) -> RobustRLock: ...
    def __enter__(self) -> bool: ...
    def __exit__(self, *args: Any) -> None: ...
    def __reduce__(self) -> Any: ...

def RawValue(typecode_or_type: Any, *args: Any) -> Any: ...
def RawArray(typecode_or_type: Any, size_or_initializer: Any) -> Any: ...
def Value(
    typecode_or_type: Any, *args: Any, lock: Any = True, ctx: Any = None, strict: bool = False
) -> Any: ...
def Array(typecode_or_type: Any, size_or_initializer: Any, *, lock: Any = True, ctx: Any = None) -> Any: ...
def copy(obj: Any) -> Any: ...
def synchronized(obj: Any, lock: Any = None, ctx: Any = None, strict: bool = False) -> Any: ...
def reduce_ctype(obj: Any) -> Any: ...
def rebuild_ctype(type_: Any, wrapper: Any, length: int | None) -> Any: ...
def get_context(method: str | None = None) -> Any: ...
def install() -> None: ...

typecode_to_type: dict[str, Any]
