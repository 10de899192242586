"""Waiting in ``asyncio``: for a ``Watched``, an ``Event`` or a ``Mutex``, without a thread for each waiter.

    async for mode in shm.aio.changes(station.mode): ...
    await shm.aio.wait_until(station.mode, lambda mode: mode is Mode.Done)
    async with shm.aio.locked(station.account) as account: ...

The waiters of a process are one helper thread of the Rust library, which makes a descriptor readable for the loop.
A cancelled wait costs and leaves nothing.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from . import _shm
from ._errors import Busy

__all__ = ["changes", "locked", "wait", "wait_until"]


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
