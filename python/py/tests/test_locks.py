"""Locks, versions, waiting, and what deaths leave."""

from __future__ import annotations

import os
import signal
import threading
import time
import unittest

import shm
from declared import Mode, Station
from support import KILLS, Case


class Locks(Case):
    def setUp(self) -> None:
        self.at = self.name()
        self.one = shm.create(self.at, Station)

    def test_a_view_in_a_with_writes_until_the_block_ends(self) -> None:
        with self.one.account as account:
            account.balance += 5
            self.assertTrue(self.one.account.is_held_here)
        self.assertFalse(self.one.account.is_held_here)
        with self.assertRaisesRegex(shm.ReadOnly, "not held any more"):
            account.balance = 1
        self.assertEqual(shm.to_dict(self.one.account)["balance"], 5)

    def test_a_thread_that_would_wait_for_itself_is_told(self) -> None:
        with self.one.account:
            with self.assertRaises(shm.WouldDeadlock):
                with shm.open(self.at).account:
                    pass

    def test_an_exception_in_a_block_releases_the_lock(self) -> None:
        with self.assertRaises(ZeroDivisionError):
            with self.one.account:
                1 / 0
        with self.one.account as account:
            account.balance = 1

    def test_a_lock_that_stays_held_is_not_taken_in_time(self) -> None:
        with self.one.account:
            failed = []

            def other() -> None:
                try:
                    with self.one.account.within(0.05):
                        pass
                except TimeoutError as error:
                    failed.append(error)

            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
        self.assertIsInstance(failed[0], shm.Busy)

    def test_four_threads_lose_no_update(self) -> None:
        def work() -> None:
            for _ in range(2000):
                with self.one.account as account:
                    account.balance += 1

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with self.one.account as account:
            self.assertEqual(account.balance, 8000)

    def test_a_waiting_thread_lets_the_others_run(self) -> None:
        child = self.process(
            """
            import sys, shm
            with shm.open(sys.argv[1]).account:
                print("held", flush=True)
                sys.stdin.readline()
            """,
            self.at,
        )
        self.assertEqual(self.line(child), "held")
        got = []

        def wait() -> None:
            with self.one.account:
                got.append(True)

        thread = threading.Thread(target=wait)
        thread.start()
        counted = 0
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            counted += 1
        self.assertGreater(counted, 1000)
        self.assertEqual(got, [])
        child.communicate("\n", timeout=60)
        thread.join(60)
        self.assertEqual(got, [True])

    def test_ctrl_c_ends_a_wait_for_a_lock_and_leaves_it_free(self) -> None:
        child = self.process(
            """
            import sys, shm
            with shm.open(sys.argv[1]).account:
                print("held", flush=True)
                sys.stdin.readline()
            """,
            self.at,
        )
        self.assertEqual(self.line(child), "held")
        timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        with self.assertRaises(KeyboardInterrupt):
            with self.one.account:
                pass
        child.communicate("\n", timeout=60)
        with self.one.account:
            pass

    def test_a_killed_holder_is_reported_and_the_value_repaired(self) -> None:
        for _ in range(KILLS):
            child = self.holder()
            self.kill(child)
            with self.assertRaises(shm.OwnerDied) as died:
                with self.one.account:
                    self.fail("the lock was taken as if its value were whole")
            with self.assertRaises(shm.OwnerDied):
                with self.one.account:
                    self.fail("the mark was lost before the repair")
            with died.exception.repair() as account:
                account.balance = 7
            with self.one.account as account:
                self.assertEqual(account.balance, 7)

    def test_a_repair_that_fails_repairs_nothing(self) -> None:
        self.kill(self.holder())
        with self.assertRaises(shm.OwnerDied) as died:
            self.one.account.__enter__()
        with self.assertRaises(ZeroDivisionError):
            with died.exception.repair():
                1 / 0
        with self.assertRaises(shm.OwnerDied):
            self.one.account.__enter__()

    def holder(self):  # noqa: ANN201
        """A process that holds the lock. Its code is forked, as starting Python takes too long."""
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                with self.one.account as account:
                    account.balance = 99
                    os.write(write, b"h")
                    time.sleep(600)
            finally:
                os._exit(1)
        os.close(write)
        self.assertEqual(os.read(read, 1), b"h")
        os.close(read)
        return Forked(pid)

    def test_a_process_that_ends_with_a_lock_held_leaves_it_to_the_next(self) -> None:
        self.run_process(
            """
            import os, sys, shm
            shm.open(sys.argv[1]).account.__enter__()
            os._exit(0)
            """,
            self.at,
        )
        with self.assertRaisesRegex(shm.OwnerDied, "died"):
            self.one.account.__enter__()

    def test_a_child_forked_in_a_with_neither_writes_nor_releases(self) -> None:
        with self.one.account as account:
            account.balance = 1
            pid = os.fork()
            if pid == 0:
                code = 1
                try:
                    try:
                        account.balance = 99
                    except shm.ReadOnly:
                        code = 0
                    self.one.account.__exit__(None, None, None)
                finally:
                    os._exit(code)
            self.assertEqual(os.waitpid(pid, 0)[1], 0)
            self.assertEqual(account.balance, 1)
            self.assertTrue(self.one.account.is_held_here)
        pid = os.fork()
        if pid == 0:
            try:
                with self.one.account as mine:
                    mine.balance = 5
            finally:
                os._exit(0)
        os.waitpid(pid, 0)
        with self.one.account as account:
            self.assertEqual(account.balance, 5)

    def test_locks_in_arrays_of_structs_are_told_apart(self) -> None:
        class Desk(shm.Struct):
            id: shm.u32
            total: shm.Mutex[shm.i64]

        class Bank(shm.Struct):
            desks: shm.Array[Desk, 3]

        bank = shm.create(self.name(), Bank)
        with bank.desks[1].total as total:
            with bank.desks[2].total as other:
                total.set(4)
                other.add(2)
        self.assertEqual([shm.to_dict(desk.total) for desk in bank.desks], [0, 4, 2])
        with self.assertRaises(shm.NotLocked):
            total.set(5)


class Forked:
    """A forked process, with the methods of a `Popen` that the tests use."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def wait(self, _timeout: float) -> None:
        os.waitpid(self.pid, 0)


class Versions(Case):
    def setUp(self) -> None:
        self.at = self.name()
        self.one = shm.create(self.at, Station, pose={"x": 1.0, "y": 2.0})

    def test_a_version_is_a_copy_that_does_not_change(self) -> None:
        before = self.one.pose.load()
        self.one.pose.store(x=3.0, y=4.0)
        self.assertEqual((before.x, before.y, self.one.pose.load().x), (1.0, 2.0, 3.0))
        with self.assertRaises(shm.ReadOnly):
            before.x = 9.0

    def test_some_fields_are_stored_beside_the_others(self) -> None:
        self.one.pose.store(y=7.0)
        self.assertEqual(shm.to_dict(self.one.pose), {"x": 1.0, "y": 7.0})

    def test_the_number_of_the_version_counts_stores(self) -> None:
        first = self.one.pose.version
        self.one.pose.store({"x": 0.0, "y": 0.0})
        self.assertEqual(self.one.pose.version, first + 1)

    def test_no_version_is_torn_while_another_process_writes(self) -> None:
        child = self.process(
            """
            import sys, shm
            pose = shm.open(sys.argv[1]).pose
            print("on", flush=True)
            n = 0.0
            while True:
                n += 1.0
                pose.store(x=n, y=-n)
            """,
            self.at,
        )
        self.assertEqual(self.line(child), "on")
        self.wait_until(lambda: self.one.pose.load().x > 2.0, "the writer has begun")
        for _ in range(20000):
            pose = self.one.pose.load()
            self.assertEqual(pose.x, -pose.y)

    def test_texts_and_wide_integers_are_read_in_versions(self) -> None:
        class Label(shm.Struct):
            text: shm.Text[16]
            data: shm.Bytes[4]
            count: shm.u16

        class Sign(shm.Struct):
            label: shm.Latest[Label]

        sign = shm.create(self.name(), Sign)
        sign.label.store(text="521+我是峰云", data=b"\x00\x01", count=3)
        self.assertEqual(shm.to_dict(sign.label), {"text": "521+我是峰云", "data": b"\x00\x01", "count": 3})

    def test_a_writer_killed_in_a_store_leaves_a_whole_version(self) -> None:
        for _ in range(KILLS):
            read, write = os.pipe()
            pid = os.fork()
            if pid == 0:
                n = 0.0
                os.write(write, b"w")
                while True:
                    n += 1.0
                    self.one.pose.store(x=n, y=-n)
            os.read(read, 1)
            time.sleep(0.0005)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(read)
            os.close(write)
            pose = self.one.pose.load()
            self.assertIn((pose.x, pose.y), [(pose.x, -pose.x), (1.0, 2.0)])
            self.one.pose.store(x=1.0, y=2.0)


class Waiting(Case):
    def setUp(self) -> None:
        self.at = self.name()
        self.one = shm.create(self.at, Station)

    def test_a_change_by_another_process_ends_a_wait(self) -> None:
        child = self.process(
            """
            import sys, shm
            view = shm.open(sys.argv[1])
            sys.stdin.readline()
            view.mode.set(1)
            sys.stdin.readline()
            view.mode.set(2)
            view.arrived.notify()
            """,
            self.at,
        )
        ticket = self.one.arrived.ticket()
        child.stdin.write("\n")
        child.stdin.flush()
        self.assertIs(self.one.mode.wait_until(lambda mode: mode >= 1, timeout=60), Mode.Busy)
        child.stdin.write("\n")
        child.stdin.flush()
        self.assertIs(self.one.mode.wait_until(lambda mode: mode is Mode.Done), Mode.Done)
        self.assertTrue(self.one.arrived.wait(ticket, timeout=60))

    def test_a_wait_ends_when_its_time_is_up(self) -> None:
        self.assertFalse(self.one.arrived.wait(timeout=0.02))
        with self.assertRaises(TimeoutError):
            self.one.mode.wait_until(lambda mode: mode is Mode.Done, timeout=0.02)
        with self.assertRaises(TimeoutError):
            self.one.mode.wait(timeout=0.02)

    def test_ctrl_c_ends_every_wait(self) -> None:
        name = self.name()
        waits = [
            lambda: self.one.arrived.wait(timeout=60),
            lambda: self.one.arrived.wait(),
            lambda: self.one.mode.wait_until(lambda mode: False),
            lambda: shm.open_wait(name, timeout=60),
        ]
        for wait in waits:
            timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
            timer.start()
            with self.assertRaises(KeyboardInterrupt):
                wait()
            timer.join()

    def test_an_error_in_a_condition_ends_the_wait(self) -> None:
        with self.assertRaises(ZeroDivisionError):
            self.one.mode.wait_until(lambda mode: 1 / 0)


class Additions(Case):
    def test_a_process_killed_while_it_adds_leaves_a_count_that_others_continue(self) -> None:
        one = shm.create(self.name(), Station)
        for _ in range(KILLS):
            read, write = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.write(write, b"w")
                while True:
                    shm.add(one, hits=2)
            os.read(read, 1)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(read)
            os.close(write)
            before = shm.add(one, hits=2)
            self.assertEqual(before % 2, 0)
            self.assertEqual(one.hits, before + 2)


if __name__ == "__main__":
    unittest.main()
