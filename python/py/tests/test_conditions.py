"""Conditions: waiting with a lock, which is released meanwhile; and taking a lock again."""

from __future__ import annotations

import threading
import unittest

import shm
from support import PATIENCE, Case


class Counters(shm.Struct):
    requests: shm.u64
    errors: shm.u32


class Jobs(shm.Struct):
    waiting: shm.Mutex[Counters]
    added: shm.Event


class Conditions(Case):
    def setUp(self) -> None:
        self.at = self.name()
        self.jobs = shm.create(self.at, Jobs)

    def test_a_waiter_lets_another_process_have_the_lock_and_has_it_again(self) -> None:
        child = self.process(
            """
            import sys, shm
            jobs = shm.open(sys.argv[1])
            for _ in range(100):
                with jobs.waiting as waiting:
                    waiting.requests += 1
                jobs.added.notify()
            """,
            self.at,
        )
        taken = 0
        while taken < 100:
            with self.jobs.waiting as waiting:
                self.jobs.waiting.wait_until(self.jobs.added, lambda: waiting.requests > 0, PATIENCE)
                self.assertTrue(self.jobs.waiting.is_held_here)
                taken += waiting.requests
                waiting.requests = 0
            self.assertFalse(self.jobs.waiting.is_held_here)
        child.communicate(timeout=PATIENCE)
        self.assertEqual(taken, 100)

    def test_views_write_nothing_while_the_lock_is_not_held(self) -> None:
        refused = []

        def write(waiting) -> None:  # noqa: ANN001
            try:
                waiting.requests = 1
            except shm.ReadOnly as error:
                refused.append(error)
            with self.jobs.waiting as mine:
                mine.errors = 1
            self.jobs.added.notify()

        with self.jobs.waiting as waiting:
            thread = threading.Timer(0.05, write, [waiting])
            thread.start()
            self.jobs.waiting.wait_until(self.jobs.added, lambda: waiting.errors == 1, PATIENCE)
            waiting.requests = 2
            self.assertEqual((len(refused), waiting.errors), (1, 1))
        thread.join()

    def test_a_wait_ends_in_time_and_without_the_lock_it_is_refused(self) -> None:
        with self.jobs.waiting:
            self.assertFalse(self.jobs.waiting.wait(self.jobs.added, timeout=0.01))
            with self.assertRaises(TimeoutError):
                self.jobs.waiting.wait_until(self.jobs.added, lambda: False, timeout=0.01)
            self.assertTrue(self.jobs.waiting.is_held_here)
        with self.assertRaises(shm.NotLocked):
            self.jobs.waiting.wait(self.jobs.added)

    def test_ctrl_c_ends_a_wait_with_the_lock_held(self) -> None:
        with self.jobs.waiting as waiting:
            self.interrupted(lambda: self.jobs.waiting.wait(self.jobs.added))
            self.assertTrue(self.jobs.waiting.is_held_here)
            waiting.requests = 3
        with self.jobs.waiting as waiting:
            self.assertEqual(waiting.requests, 3)

    def test_a_waiter_is_told_of_a_holder_that_was_killed_meanwhile(self) -> None:
        child = self.process(
            """
            import os, signal, sys, shm
            jobs = shm.open(sys.argv[1])
            jobs.waiting.__enter__().requests = 9
            jobs.added.notify()
            os.kill(os.getpid(), signal.SIGKILL)
            """,
            self.at,
        )
        with self.assertRaises(shm.OwnerDied) as died:
            with self.jobs.waiting as waiting:
                self.jobs.waiting.wait_until(self.jobs.added, lambda: waiting.requests == 8, PATIENCE)
        child.wait(PATIENCE)
        self.assertFalse(self.jobs.waiting.is_held_here)
        with died.exception.repair() as waiting:
            waiting.requests = 0

    def test_a_lock_is_taken_again_by_its_thread_and_released_by_the_outermost_block(self) -> None:
        def deposit() -> None:
            with self.jobs.waiting.again() as waiting:
                waiting.requests += 1

        deposit()
        with self.jobs.waiting as outer:
            deposit()
            with shm.open(self.at).waiting.again() as inner:
                inner.requests += 1
            with self.assertRaises(shm.ReadOnly):
                inner.requests += 1
            self.assertTrue(self.jobs.waiting.is_held_here)
            outer.requests += 1
        self.assertFalse(self.jobs.waiting.is_held_here)
        again = self.jobs.waiting.again()
        with again, again as waiting:
            self.assertEqual(waiting.requests, 4)
        self.assertFalse(self.jobs.waiting.is_held_here)


if __name__ == "__main__":
    unittest.main()
