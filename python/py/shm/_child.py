"""The program ``shm-mirror`` as a child of this process: it has the network, and threads that would not survive a fork."""

from __future__ import annotations

import atexit
import os
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from typing import IO

from ._errors import InvalidRequest, NotFound

PROGRAM = "shm-mirror"


def program() -> str:
    """The program: the one beside the interpreter, as in a virtual environment, or the first in ``PATH``."""
    beside = os.path.join(os.path.dirname(sys.executable), PROGRAM)
    found = beside if os.path.isfile(beside) and os.access(beside, os.X_OK) else shutil.which(PROGRAM)
    if found is None:
        error = NotFound(
            f"the program `{PROGRAM}`, which has the network, is neither beside {sys.executable} nor in PATH"
        )
        error.add_note(f"help: `cargo install --path {PROGRAM}`, in the folder of this package's repository, installs it")
        raise error
    return found


def security(
    authority: str | os.PathLike[str] | None,
    certificate: str | os.PathLike[str] | None,
    key: str | os.PathLike[str] | None,
    insecure: bool,
) -> list[str]:
    """The options of the program for a connection."""
    files = {"authority": authority, "certificate": certificate, "key": key}
    given = {name: os.fspath(file) for name, file in files.items() if file is not None}
    if given and len(given) < len(files):
        missing = next(name for name in files if name not in given)
        raise InvalidRequest(f"`{missing}` is missing: a connection by TLS needs {', '.join(files)}")
    if given and insecure:
        raise InvalidRequest("`insecure` has no effect beside certificates: leave one of them out")
    for file in given.values():
        # Here, `FileNotFoundError` and `PermissionError` name it.
        open(file, "rb").close()
    options = [word for name, file in given.items() for word in (f"--{name}", file)]
    return [*options, "--insecure"] if insecure else options


#: The children of this process. A forked one has nothing to do with them, but their pipes.
_children: weakref.WeakSet[Child] = weakref.WeakSet()


class Child:
    """A process of the program, with lines in both directions. It ends with this process, whatever becomes of that."""

    def __init__(self, command: str, *arguments: str) -> None:
        # Not a pipe, which would be full at some time.
        self._said: IO[bytes] = tempfile.TemporaryFile()
        self._rest = b""
        self._pid = os.getpid()
        # Ctrl-C in a terminal is for Python, not for the program: it has a process group of its own.
        self._process = subprocess.Popen(
            [program(), command, "--with-parent", str(self._pid), *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, bufsize=0, process_group=0,
        )
        _children.add(self)

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, line: bytes) -> None:
        """Writes a line; ``BrokenPipeError`` if the program has ended."""
        assert self._process.stdin is not None
        left = memoryview(line + b"\n")
        while left:
            left = left[self._process.stdin.write(left):]

    def line(self, deadline: float | None = None) -> bytes | None:
        """The next line; ``None`` at the deadline, of ``time.monotonic``. ``EOFError`` if the program has ended."""
        assert self._process.stdout is not None
        output = self._process.stdout.fileno()
        poll = select.poll()
        poll.register(output, select.POLLIN)
        while b"\n" not in self._rest:
            left = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000
            if not poll.poll(left):
                return None
            piece = os.read(output, 1 << 16)
            if not piece:
                raise EOFError(self.said())
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def said(self) -> str:
        """The end of what it wrote to standard error."""
        length = self._said.seek(0, os.SEEK_END)
        self._said.seek(max(0, length - 4096))
        return self._said.read().decode(errors="replace").strip()

    def is_running(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        """Ends the program, and waits for that."""
        _children.discard(self)
        if self._pid != os.getpid():
            return
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._close_pipes()

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout, self._said):
            if pipe is not None:
                pipe.close()

    def _forked(self) -> None:
        """In a forked process: the child belongs to the parent, which alone may hold its pipes."""
        # As if it was waited for: it is not this process's to wait for.
        self._process.returncode = 0
        self._close_pipes()


def _after_fork() -> None:
    for child in list(_children):
        child._forked()
    _children.clear()


os.register_at_fork(after_in_child=_after_fork)


@atexit.register
def _at_exit() -> None:
    for child in list(_children):
        child.close()


class ForkLock:
    """A lock that is free in a forked process, whoever held it in the parent."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        _locks.add(self)

    def __enter__(self) -> None:
        self.lock.acquire()

    def __exit__(self, *_raised: object) -> None:
        self.lock.release()


_locks: weakref.WeakSet[ForkLock] = weakref.WeakSet()


def _free_locks() -> None:
    for lock in list(_locks):
        lock.lock = threading.RLock()


os.register_at_fork(after_in_child=_free_locks)
