"""What the tests share: names, a folder, second processes."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import unittest
from collections.abc import Callable
from typing import Any

import shm

#: Kills of each kind; the long gate sets more.
KILLS = int(os.environ.get("SHM_PYTHON_KILLS", "200"))

#: After so many seconds a process counts as hung.
PATIENCE = 60

_numbers = itertools.count()


class Case(unittest.TestCase):
    """A test with names for regions, which are gone after it."""

    def name(self) -> str:
        name = f"python-test-{os.getpid()}-{next(_numbers)}"
        self.addCleanup(self._remove, name)
        return name

    def _remove(self, name: str) -> None:
        try:
            shm.unlink(name)
        except shm.NotFound:
            pass

    def process(self, code: str, *arguments: Any) -> subprocess.Popen[str]:
        """A second Python; it ends with the test."""
        child = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )

        def end() -> None:
            if child.poll() is None:
                child.kill()
            child.communicate()

        self.addCleanup(end)
        return child

    def run_process(self, code: str, *arguments: Any) -> str:
        """The output of a second Python, which has to succeed."""
        child = self.process(code, *arguments)
        said, _ = child.communicate(timeout=PATIENCE)
        self.assertEqual(child.returncode, 0, said)
        return said

    def line(self, child: subprocess.Popen[str]) -> str:
        """The next line of a second Python."""
        assert child.stdout is not None
        return child.stdout.readline().strip()

    def kill(self, child: subprocess.Popen[str]) -> None:
        child.send_signal(signal.SIGKILL)
        child.wait(PATIENCE)

    def killed(self, work: Callable[[], object]) -> None:
        """Kills a second process, forked from this one, once it has done some work and keeps what that returns."""
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                kept = work()
                os.write(write, b"r")
                time.sleep(600)
                del kept
            finally:
                os._exit(1)
        os.close(write)
        try:
            self.assertEqual(os.read(read, 1), b"r", "the second process is ready")
        finally:
            os.close(read)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def interrupted(self, wait: Callable[[], object]) -> None:
        """Checks that Ctrl-C ends a wait."""
        timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        with self.assertRaises(KeyboardInterrupt):
            wait()
        timer.join()

    def wait_until(self, condition: Any, what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), end, f"waited in vain until {what}")
            time.sleep(0.001)
