"""What type checkers know. These tests need mypy, and are skipped without it."""

from __future__ import annotations

import importlib.util
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import shm

HERE = pathlib.Path(__file__).parent
TYPED = HERE / "typed.py"


@unittest.skipUnless(importlib.util.find_spec("mypy"), "needs mypy")
class Types(unittest.TestCase):
    def setUp(self) -> None:
        # mypy reads the stubs of the package that is under test, and nothing of this folder.
        self.cache = tempfile.TemporaryDirectory()
        self.addCleanup(self.cache.cleanup)
        site = pathlib.Path(shm.__file__).parent.parent
        self.environment = {**os.environ, "MYPYPATH": "" if "site-packages" in str(site) else str(site)}

    def run_module(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *arguments], capture_output=True, text=True, timeout=600,
            env=self.environment, cwd=self.cache.name,
        )

    def test_every_field_of_a_declared_class_has_the_type_that_it_has(self) -> None:
        expected = {}
        for number, line in enumerate(TYPED.read_text().splitlines(), 1):
            if match := re.search(r"# (error: )?([\w\[\]-]+(?: \| None)?)$", line):
                expected[number] = match[2]
        said = self.run_module("mypy", "--strict", "--cache-dir", self.cache.name, str(TYPED)).stdout
        found = {}
        for line in said.splitlines():
            if match := re.search(r":(\d+): note: Revealed type is \"(?:\w+\.)*([\w\[\]]+(?: \| None)?)\"", line):
                found[int(match[1])] = match[2]
            elif match := re.search(r":(\d+): error: .*\[([\w-]+)\]$", line):
                found[int(match[1])] = match[2]
        self.assertGreater(len(expected), 10)
        self.assertEqual(found, expected, said)

    def test_the_stubs_are_those_of_the_modules(self) -> None:
        allowed = str(HERE / "stubtest-allowlist.txt")
        done = self.run_module("mypy.stubtest", "shm", "--allowlist", allowed, "--ignore-missing-stub")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_package_is_typed_strictly(self) -> None:
        done = self.run_module("mypy", "--strict", "--cache-dir", self.cache.name, "-p", "shm")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
