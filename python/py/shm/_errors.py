"""The exceptions: one class for each kind of error, also the built-in one that fits.

The text is that of the Rust library; its advice is a note (``__notes__``), which a traceback shows.
"""

from __future__ import annotations

import threading
from typing import Any


class Error(Exception):
    """The base of all errors of this package."""


class NotFound(Error, FileNotFoundError):
    """No region has this name."""


class AlreadyExists(Error, FileExistsError):
    """A file with this name exists already."""


class PermissionDenied(Error, PermissionError):
    """The operating system refuses, or the region belongs to another user."""


class SystemError(Error, OSError):
    """The operating system reports an error."""


class NoResources(Error, MemoryError):
    """Memory, disk space, descriptors, places for participants or another resource ran out."""


class NotARegion(Error, ValueError):
    """The file is not a region that this version can use."""


class LayoutDiffers(Error, ValueError):
    """The region's layout is not the one that the program declares."""

    #: The first field that differs: its path, and its row in each layout.
    path: str = ""
    found: str = ""
    expected: str = ""


class InvalidLayout(Error, ValueError):
    """No region can have this layout."""


class InvalidRequest(Error, ValueError):
    """A name, a length or a setting is invalid."""


class NotCurrent(Error, ValueError):
    """The name now belongs to another region, or to none."""


class Stale(Error, RuntimeError):
    """The mirror is older than the program accepts, or not complete."""

    origin: str = ""
    state: str = ""
    #: The seconds since the origin was heard; ``None`` if the mirror never was complete.
    age: float | None = None


class Unreachable(Error, ConnectionError):
    """The region is not served there, this host may not have it, or there is no way to it: which, cannot be told."""


class OutcomeUnknown(Error, ConnectionError):
    """The origin was lost after a command had been sent to it, so the command was carried out or not."""


class TimedOut(Error, TimeoutError):
    """The time to wait ran out."""


class Busy(Error, TimeoutError):
    """Another thread or process holds the lock."""


class NoField(Error, AttributeError):
    """The path leads nowhere: there is no such field."""


class OutOfBounds(Error, IndexError):
    """The array is shorter."""


class NoEntry(Error, KeyError):
    """The map has no such entry."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class DoesNotFit(Error, ValueError):
    """The field cannot hold the value."""


class InvalidValue(Error, ValueError):
    """The bytes in the region are not a value of their type."""


class ReadOnly(Error, AttributeError, TypeError):
    """The view cannot be written: read-only, closed, or of a lock that is not held any more."""


class NotSupported(Error, TypeError):
    """This cannot be done with a value of this type."""


class Contended(Error, RuntimeError):
    """The value was replaced faster than it could be copied."""


class Full(Error, RuntimeError):
    """The queue, or the heap, has no room."""


class Missed(Error, RuntimeError):
    """Items of a ring were overwritten before this reader had them."""


class NotLocked(Error, RuntimeError):
    """A lock that is not held guards the field."""


class WouldDeadlock(Error, RuntimeError):
    """This thread holds the lock already."""


class Lost(Error, RuntimeError):
    """The lock was taken over by another process."""


class Broken(Error, threading.BrokenBarrierError):
    """The phase of the barrier is broken: a member died before it arrived, gave up waiting, or aborted."""


class OwnerDied(Error, RuntimeError):
    """The last holder of the lock died, or its block ended with an exception, while it held it.

    The lock is not held. :meth:`repair` takes it, to put the value in order.
    """

    _repair: Any = None

    def repair(self) -> Any:
        """Takes the lock: a context manager, as the ``with`` that raised this.

        The value counts as whole once the block has ended without an exception.
        """
        if self._repair is None:
            raise NotSupported("this lock has no value to repair")
        return self._repair()


# Their home for users, as tracebacks show it.
for _class in [Error, *Error.__subclasses__()]:
    _class.__module__ = "shm"
