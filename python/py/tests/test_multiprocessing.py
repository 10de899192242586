"""The drop-in for `multiprocessing`."""

from __future__ import annotations

import ctypes
import glob
import importlib.util
import os
import pathlib
import re
import subprocess
import sys
import threading
import time
import unittest

import shm
from shm import multiprocessing as mp
from support import KILLS, PATIENCE, Case

METHODS = ("fork", "spawn", "forkserver")
CPYTHON = pathlib.Path(__file__).with_name("cpython.py")
HAS_CPYTHONS_TESTS = importlib.util.find_spec("test._test_multiprocessing") is not None
LONG = os.environ.get("SHM_PYTHON_LONG") is not None


def hold(value, queue):  # noqa: ANN001, ANN201: run by a second process
    with value.get_lock():
        queue.put(1)
        time.sleep(600)


def increase(value, times, way):  # noqa: ANN001, ANN201
    for _ in range(times):
        if way == "add":
            value.add(1)
        else:
            with value.get_lock():
                value.value += 1


def put(value, array, point):  # noqa: ANN001, ANN201
    value.value = 3.5
    array[1] = 7
    point.x = 9


class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_double)]


@unittest.skipUnless(HAS_CPYTHONS_TESTS, "this Python was installed without its own tests (the package `test`)")
class CPythonsOwnTests(unittest.TestCase):
    def run_cpython(self, method: str, way: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, str(CPYTHON), method, way], capture_output=True, text=True, timeout=1800
        )
        return done.returncode, done.stderr

    def test_cpythons_tests_of_values_and_arrays_pass(self) -> None:
        for method in METHODS:
            with self.subTest(method=method):
                code, said = self.run_cpython(method, "ours")
                self.assertEqual(code, 0, said)
                self.assertRegex(said, r"Ran 1[2-9] tests")

    def test_cpythons_tests_fail_if_the_memory_is_not_shared(self) -> None:
        for method in METHODS if LONG else METHODS[:1]:
            with self.subTest(method=method):
                code, said = self.run_cpython(method, "private")
                self.assertNotEqual(code, 0)
                failures = re.search(r"failures=(\d+)", said)
                self.assertTrue(failures, said)
                self.assertGreaterEqual(int(failures[1]), 6)

    @unittest.skipUnless(LONG, "takes minutes: SHM_PYTHON_LONG=1")
    def test_all_of_cpythons_process_tests_pass_once_installed(self) -> None:
        for method in METHODS:
            with self.subTest(method=method):
                code, said = self.run_cpython(method, "installed")
                self.assertEqual(code, 0, said)
                # 144 in 3.12, 151 in 3.13, more in 3.11.
                self.assertRegex(said, r"Ran (1[4-9]\d|2\d\d|3\d\d) tests")


class DropIn(Case):
    def test_values_arrays_and_structures_are_shared_with_every_kind_of_child(self) -> None:
        for method in METHODS:
            context = mp.get_context(method)
            value, array, point = context.Value("d", 1.0), context.Array("i", 3), context.Value(Point, 1, 2.0)
            child = context.Process(target=put, args=(value, array, point))
            child.start()
            child.join(PATIENCE)
            self.assertEqual(child.exitcode, 0)
            self.assertEqual((value.value, array[:], point.x, point.y), (3.5, [0, 7, 0], 9, 2.0))

    def test_an_object_made_for_one_method_is_used_by_another(self) -> None:
        value = mp.get_context("fork").Value("q", 0)
        child = mp.get_context("spawn").Process(target=increase, args=(value, 10, "add"))
        child.start()
        child.join(PATIENCE)
        self.assertEqual(value.value, 10)

    def test_adding_and_adding_under_the_lock_lose_no_update(self) -> None:
        context = mp.get_context("fork")
        value = context.Value("q", 0)
        ways = ("add", "lock", "add", "lock")
        children = [context.Process(target=increase, args=(value, 3000, way)) for way in ways]
        for child in children:
            child.start()
        for child in children:
            child.join(PATIENCE)
        self.assertEqual(value.value, 12000)

    def test_a_killed_holder_of_a_number_leaves_it_usable(self) -> None:
        context = mp.get_context("fork")
        value = context.Value("i", 0)
        for _ in range(KILLS):
            self.kill_a_holder(context, value)
            self.assertTrue(value.get_lock().acquire(timeout=PATIENCE))
            value.value += 1
            value.get_lock().release()
        self.assertEqual(value.value, KILLS)

    def test_a_killed_holder_of_an_array_is_reported_until_it_is_repaired(self) -> None:
        context = mp.get_context("fork")
        array = context.Array("i", 4)
        self.kill_a_holder(context, array)
        for _ in range(2):
            with self.assertRaises(shm.OwnerDied):
                array[0] = 1
        array.get_lock().repair()
        array.get_obj()[0] = 5
        array.get_lock().release()
        self.assertEqual(array[0], 5)

    def kill_a_holder(self, context, value) -> None:  # noqa: ANN001
        queue = context.SimpleQueue()
        child = context.Process(target=hold, args=(value, queue))
        child.start()
        queue.get()
        child.kill()
        child.join(PATIENCE)
        queue.close()

    def test_nothing_of_it_is_in_dev_shm_even_after_its_creator_was_killed(self) -> None:
        before = set(glob.glob("/dev/shm/*"))
        child = self.process(
            """
            import sys
            from shm import multiprocessing as mp
            kept = [mp.Value("i", 1), mp.Array("d", 100000), mp.RawArray("d", 10)]
            print("made", flush=True)
            sys.stdin.readline()
            """
        )
        self.assertEqual(self.line(child), "made")
        made = {path for path in set(glob.glob("/dev/shm/*")) - before if "python-test" not in path}
        self.kill(child)
        left = {path for path in set(glob.glob("/dev/shm/*")) - before if "python-test" not in path}
        ours = [path for path in made | left if "shm-multiprocessing" in path or "shm-locks" in path
                or f"pym-{child.pid}" in path]
        self.assertEqual(ours, [])

    def test_a_lock_is_taken_again_by_its_thread_through_any_object(self) -> None:
        value = mp.Value("i", 0)
        lock = value.get_lock()
        with lock:
            with lock:
                value.value = 3
                self.assertEqual(value.value, 3)
            got = []
            thread = threading.Thread(target=lambda: got.append(lock.acquire(False)))
            thread.start()
            thread.join()
            self.assertEqual(got, [False])
        with self.assertRaises(AssertionError):
            lock.release()

    def test_overflow_wraps_as_in_ctypes_or_is_an_error(self) -> None:
        value, strict = mp.Value("B", 0), mp.Value("B", 0, strict=True)
        value.value = 257
        self.assertEqual(value.value, 1)
        with self.assertRaises(OverflowError):
            strict.value = 257
        small = mp.Value("h", 0)
        small.value = -(2**15) - 1
        self.assertEqual(small.value, 2**15 - 1)

    def test_memory_is_given_back(self) -> None:
        def use() -> None:
            for _ in range(3000):
                mp.Value("q", 1)

        use()
        before = len(mp._BufferWrapper._heap._arenas), len(mp._locks.free)
        use()
        self.assertEqual((len(mp._BufferWrapper._heap._arenas), len(mp._locks.free)), before)

    def test_a_copy_is_another_object_with_the_same_value(self) -> None:
        point = mp.RawValue(Point, 1, 2.0)
        other = mp.copy(point)
        point.x = 5
        self.assertEqual((other.x, other.y), (1, 2.0))


if __name__ == "__main__":
    unittest.main()
