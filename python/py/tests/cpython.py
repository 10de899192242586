"""CPython's own tests, run on our values and arrays.

    python cpython.py fork|spawn|forkserver ours|private|installed [arguments of unittest]

`ours`: the tests of values, arrays, shared ctypes and the heap, on our functions. `private`: the same with memory
that is not shared, which has to fail. `installed`: every process test there is, after `install()`.

The tests are those of the interpreter's own package `test`.
"""

import os
import sys
import unittest

# A spawned child imports this file as its main module, without the arguments.
if len(sys.argv) > 2 and sys.argv[1] in ("fork", "spawn", "forkserver"):
    os.environ["SHM_CPYTHON"] = f"{sys.argv.pop(1)} {sys.argv.pop(1)}"
METHOD, WAY = os.environ["SHM_CPYTHON"].split()

import multiprocessing  # noqa: E402

import shm.multiprocessing as ours  # noqa: E402

if WAY == "installed":
    ours.install()

import test._test_multiprocessing as theirs  # noqa: E402

if WAY != "installed":
    for name in ("Value", "Array", "RawValue", "RawArray"):
        setattr(theirs.ProcessesMixin, name, staticmethod(getattr(ours, name)))
    theirs.Value, theirs.copy = ours.Value, ours.copy
    multiprocessing.heap.Heap, multiprocessing.heap.Arena = ours._Heap, ours._Arena
if WAY == "private":
    ours._buffer = lambda fd, size: bytearray(size)

if WAY == "installed" and sys.version_info >= (3, 12):
    theirs.install_tests_in_module_dict(globals(), METHOD, only_type="processes")
else:
    theirs.install_tests_in_module_dict(globals(), METHOD)
if WAY == "installed":
    # Before 3.12, the tests of managers and threads cannot be left out.
    for name in [name for name in globals() if name.startswith(("WithManager", "WithThreads"))]:
        del globals()[name]

if __name__ == "__main__":
    if WAY != "installed":
        for name in ("TestValue", "TestArray", "TestSharedCTypes", "TestHeap"):
            sys.argv += ["-k", name]
    unittest.main()
