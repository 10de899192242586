"""Waiting in asyncio."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

from . import _shm

__all__ = ["changes", "locked", "wait", "wait_until", "watch"]

_T = TypeVar("_T")

async def wait(source: _shm.Watched[Any] | _shm.Event) -> None: ...
async def wait_until(
    source: _shm.Watched[_T], condition: Callable[[_T], object], timeout: float | None = None
) -> _T: ...
def watch(view: Any, *paths: str, every: float = 0.1) -> AsyncGenerator[Any, None]: ...
def changes(source: _shm.Watched[_T]) -> AsyncIterator[_T]: ...
def locked(mutex: _shm.Mutex[_T], timeout: float | None = None) -> AbstractAsyncContextManager[_T]: ...
