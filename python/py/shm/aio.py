"""Waiting in ``asyncio``: for a ``Watched``, an ``Event`` or a ``Mutex``, without a thread for each waiter.

    async for mode in shm.aio.changes(station.mode): ...
    await shm.aio.wait_until(station.mode, lambda mode: mode is Mode.Done)
    async with shm.aio.locked(station.account) as account: ...

The waiters of a process are one helper thread of the Rust library, which makes a descriptor readable for the loop.
A cancelled wait costs and leaves nothing.
"""

from __future__ import annotations

import asyncio
import re
import weakref
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from typing import Any

from . import _classes, _shm
from ._errors import Busy

__all__ = ["changes", "locked", "wait", "wait_until", "watch"]


class _Bell:
    """The waiters of one event in one loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, source: Any) -> None:
        self.loop = loop
        self.descriptor = source._descriptor()
        self.waiters: set[asyncio.Future[None]] = set()
        loop.add_reader(self.descriptor.fileno(), self.ring)

    def ring(self) -> None:
        # First: a change after this makes the descriptor readable again.
        self.descriptor.clear()
        for waiter in self.waiters:
            if not waiter.done():
                waiter.set_result(None)
        self.waiters.clear()

    def close(self) -> None:
        self.loop.remove_reader(self.descriptor.fileno())


_bells: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, dict[int, tuple[Any, _Bell]]] = (
    weakref.WeakKeyDictionary()
)


def _bell(source: Any) -> _Bell:
    loop = asyncio.get_running_loop()
    bells = _bells.setdefault(loop, {})
    # The source is kept, so that its address stays its own.
    found = bells.get(id(source))
    if found is None:
        found = bells[id(source)] = (source, _Bell(loop, source))
    return found[1]


class _Waiting:
    """A wait that is announced before the value is looked at, so that no change is missed."""

    def __init__(self, source: Any) -> None:
        self.source = source
        self.bell = _bell(source)
        self.future: asyncio.Future[None] = self.bell.loop.create_future()
        self.bell.waiters.add(self.future)

    def __enter__(self) -> asyncio.Future[None]:
        return self.future

    def __exit__(self, *raised: object) -> None:
        self.future.cancel()
        self.bell.waiters.discard(self.future)
        if not self.bell.waiters:
            bells = _bells.get(self.bell.loop, {})
            if bells.get(id(self.source), (None, None))[1] is self.bell:
                del bells[id(self.source)]
                self.bell.close()


async def wait(source: _shm.Watched | _shm.Event) -> None:
    """Waits for the next change of a ``Watched``, or notification of an ``Event``."""
    with _Waiting(source) as changed:
        await changed


async def wait_until(
    source: _shm.Watched, condition: Callable[[Any], object], timeout: float | None = None
) -> Any:
    """Waits until the condition holds of the value, which is returned; ``TimeoutError`` once the time is up."""
    async with asyncio.timeout(timeout):
        while True:
            with _Waiting(source) as changed:
                value = source.get()
                if condition(value):
                    return value
                await changed


async def changes(source: _shm.Watched) -> AsyncIterator[Any]:
    """The value now, and after each change; several changes in quick succession may count as one."""
    while True:
        with _Waiting(source) as changed:
            yield source.get()
            await changed


async def watch(view: Any, *paths: str, every: float = 0.1) -> AsyncGenerator[Any, None]:
    """The values at these paths now, and whenever they have changed: of one path its value, of several a tuple, and
    without a path all fields as a dict.

    A ``Watched`` tells of its changes at once; other fields are looked at every so many seconds.
    """
    read = [_reader(view, path) for path in paths]
    sources = [source for source, _ in read if source is not None]
    is_polled = not read or len(sources) < len(read)
    last: Any = None
    while True:
        with ExitStack() as stack:
            # Before the values are read, so that no change is missed.
            changed = [stack.enter_context(_Waiting(source)) for source in sources]
            values = tuple(get() for _, get in read) if read else (_classes.plain(view),)
            # A number that is not one differs from itself, and is no change.
            if last is None or (values != last and repr(values) != repr(last)):
                last = values
                yield values if len(values) > 1 else values[0]
            if changed:
                await asyncio.wait(
                    changed, timeout=every if is_polled else None, return_when=asyncio.FIRST_COMPLETED
                )
            else:
                await asyncio.sleep(every)


_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")


def _reader(view: Any, path: str) -> tuple[_shm.Watched | None, Callable[[], Any]]:
    """The ``Watched`` at a path, if one is there, and what reads the value at the path."""
    place = _classes.place(view, path)
    steps = [step.groups() for step in _STEP.finditer(path)]

    def get() -> Any:
        return _classes.plain(_found(view, steps))

    try:
        found = _found(view, steps)
    except (AttributeError, LookupError, TypeError, ValueError):
        # A range, an entry of a map, a part of what a lock guards.
        return None, place.get
    return found if isinstance(found, _shm.Watched) else None, get


def _found(view: Any, steps: list[tuple[str | None, str | None]]) -> Any:
    """What the names and indexes of a path lead to."""
    found = view
    for name, index in steps:
        if isinstance(found, _shm.Latest):
            found = found.load()
        elif isinstance(found, _shm.Watched):
            found = found.get()
        if name is None:
            found = found[int(index or 0)]
        else:
            found = getattr(found, _classes.attribute(type(found), name))
    return found


#: Between two attempts to take a lock: a lock belongs to its thread, so a loop cannot wait for it in another one.
_FIRST, _LONGEST = 0.0005, 0.02


@asynccontextmanager
async def locked(mutex: _shm.Mutex, timeout: float | None = None) -> AsyncIterator[Any]:
    """Takes a lock on the loop's own thread, and gives the view of the value.

    Other tasks run while it waits. Do not await inside the block what needs the same lock: the lock belongs to the
    thread, and another task of the loop gets ``WouldDeadlock``.
    """
    loop = asyncio.get_running_loop()
    end = None if timeout is None else loop.time() + timeout
    pause = _FIRST
    while True:
        within = mutex.within(0.0)
        try:
            value = within.__enter__()
            break
        except Busy:
            if end is not None and loop.time() >= end:
                raise
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST)
    try:
        yield value
    finally:
        within.__exit__(None, None, None)
