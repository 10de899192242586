"""Locks for several readers, semaphores, barriers, rows for each process, and work that is done once."""

from __future__ import annotations

import os
import threading
import unittest
from typing import Literal

import shm
from support import KILLS, PATIENCE, Case

#: Some of these kills are of processes that are started anew.
FEW = max(3, KILLS // 40)


class Route(shm.Struct):
    hops: shm.Array[shm.u32, Literal[4]]
    len: shm.u32


class Counters(shm.Struct):
    requests: shm.u64
    errors: shm.u32
    seconds: shm.f64


class Plant(shm.Struct):
    route: shm.RwLock[Route, Literal[3]]
    limit: shm.RwLock[shm.u64]
    users: shm.Semaphore[Literal[2]]
    step: shm.Barrier[Literal[2]]
    workers: shm.PerProcess[Counters, Literal[2]]
    hits: shm.PerProcess[shm.u64, Literal[4]]
    filled: shm.Once
    squares: shm.Array[shm.u64, Literal[4]]


class Peak(shm.Struct):
    """A row of which the region's programs keep the maximum."""

    __shm_fold__ = "own"
    amperes: shm.f64


class Motors(shm.Struct):
    peaks: shm.PerProcess[Peak, Literal[2]]
    turns: shm.PerProcess[shm.Array[shm.u32, Literal[2]], Literal[2]]


class Folding(Case):
    def test_rows_that_are_not_added_up_are_read_but_not_folded(self) -> None:
        at = self.name()
        for motors in (shm.create(at, Motors), shm.open(at), shm.open(at, read_only=True)):
            with self.assertRaisesRegex(shm.NotSupported, "`peaks` has rows that are not added up") as error:
                motors.peaks.totals()
            self.assertIn("totals(fold=..)", error.exception.__notes__[0])
            self.assertEqual(motors.peaks.rows(), [])
            self.assertEqual(repr(motors.peaks), "<PerProcess, rows []>")
            self.assertEqual(motors.turns.totals(), [0, 0])
        motors = shm.open(at)
        for work in (motors.peaks.claim, motors.peaks.fold_dead):
            with self.assertRaisesRegex(shm.NotSupported, "not added up number by number"):
                work()
        with motors.turns.claim() as turns:
            turns[1] = 3
        self.assertEqual(motors.turns.totals(), [0, 3])

    def test_rows_can_be_folded_by_a_function(self) -> None:
        motors = shm.create(self.name(), Motors)
        rows = [motors.turns.claim() for _ in range(2)]
        for number, row in enumerate(rows):
            row.value[:] = [number + 4, 9 - number]
        def longest(total, row):  # noqa: ANN001, ANN202
            return [max(pair) for pair in zip(total, row, strict=True)]

        self.assertEqual(motors.turns.totals(longest), [5, 9])
        self.assertEqual(motors.turns.totals(fold=lambda total, row: [*total, *row])[:2], [0, 0])
        rows[0].release()
        with self.assertRaises(ZeroDivisionError):
            motors.turns.totals(lambda total, row: 1 / 0)
        with self.assertRaises(TypeError):
            motors.turns.totals(lambda total: total)


class Seats(Case):
    def setUp(self) -> None:
        self.at = self.name()
        self.plant = shm.create(self.at, Plant)

    def in_thread(self, work):  # noqa: ANN001, ANN201
        """What a call returns, or raises, in another thread."""
        outcome = []

        def run() -> None:
            try:
                outcome.append(work())
            except Exception as error:  # noqa: BLE001: it is the outcome
                outcome.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        thread.join(PATIENCE)
        return outcome[0]

    def holder(self, code: str) -> None:
        """A second Python, started anew, that holds something when this returns."""
        child = self.process(
            f"""
            import sys, shm
            plant = shm.open(sys.argv[1])
            kept = {code}
            print("held", flush=True)
            sys.stdin.readline()
            """,
            self.at,
        )
        self.assertEqual(self.line(child), "held")
        return child


class Readers(Seats):
    def look(self) -> int:
        with self.plant.route.read() as route:
            return route.hops[1]

    def test_several_readers_hold_the_lock_at_a_time_and_no_writer(self) -> None:
        with self.plant.route.write() as route:
            route.hops[1], route.len = 7, 1
        child = self.holder("plant.route.read().__enter__()")
        with self.plant.route.read() as route:
            self.assertEqual((route.hops[1], route.len), (7, 1))
            with self.assertRaisesRegex(shm.ReadOnly, "read-only"):
                route.len = 2
            self.assertIsInstance(self.in_thread(lambda: self.plant.route.write(0.01).__enter__()), shm.Busy)
            self.assertEqual(self.in_thread(self.look), 7)
        self.assertIsInstance(self.in_thread(lambda: self.plant.route.write(0.01).__enter__()), shm.Busy)
        child.communicate("\n", timeout=PATIENCE)
        with self.plant.route.write(PATIENCE) as route:
            route.len = 2

    def test_a_view_of_a_reader_stays_readable_and_read_only_after_the_block(self) -> None:
        with self.plant.route.read() as route:
            pass
        self.assertEqual(route.len, 0)
        with self.assertRaisesRegex(shm.ReadOnly, "not held any more"):
            route.len = 2

    def test_a_thread_that_reads_is_told_before_it_waits_for_itself(self) -> None:
        with self.plant.route.read():
            for way in (self.plant.route.read(), self.plant.route.write(), self.plant.route):
                with self.assertRaises(shm.WouldDeadlock):
                    way.__enter__()
        with self.plant.route.write():
            with self.assertRaises(shm.WouldDeadlock):
                self.plant.route.read().__enter__()

    def test_more_readers_than_seats_wait(self) -> None:
        children = [self.holder("plant.route.read().__enter__()") for _ in range(3)]
        with self.assertRaises(TimeoutError):
            self.plant.route.read(0.02).__enter__()
        self.interrupted(lambda: self.plant.route.read().__enter__())
        children[0].communicate("\n", timeout=PATIENCE)
        with self.plant.route.read(PATIENCE):
            pass

    def test_a_number_is_read_under_the_lock_and_written_only_by_a_writer(self) -> None:
        with self.plant.limit as limit:
            limit.set(5)
        with self.plant.limit.read() as limit:
            self.assertEqual(limit.get(), 5)
            with self.assertRaises(shm.NotLocked):
                limit.set(6)
        self.assertEqual(shm.to_dict(self.plant.limit), 5)

    def test_a_killed_reader_leaves_nothing_behind(self) -> None:
        for _ in range(KILLS):
            self.killed(lambda: self.plant.route.read().__enter__())
        with self.plant.route.write(PATIENCE) as route:
            route.len = 1

    def test_a_reader_is_told_of_a_killed_writer_until_the_value_is_repaired(self) -> None:
        for _ in range(FEW):
            def write() -> None:
                self.plant.route.write().__enter__().len = 99

            self.killed(write)
            for _ in range(2):
                with self.assertRaises(shm.OwnerDied) as died:
                    self.plant.route.read().__enter__()
            with died.exception.repair() as route:
                route.len = 3
            with self.plant.route.read() as route:
                self.assertEqual(route.len, 3)

    def test_a_child_forked_in_a_reader_gives_no_seat_back(self) -> None:
        reading = self.plant.route.read()
        with reading:
            pid = os.fork()
            if pid == 0:
                try:
                    reading.__exit__(None, None, None)
                finally:
                    os._exit(0)
            os.waitpid(pid, 0)
            self.assertIsInstance(self.in_thread(lambda: self.plant.route.write(0.01).__enter__()), shm.Busy)


class Permits(Seats):
    def test_a_permit_is_had_for_a_block_or_until_it_is_released(self) -> None:
        users = self.plant.users
        self.assertEqual((users.permits, users.available), (2, 2))
        with users, users.acquire() as permit:
            self.assertEqual((users.available, permit.inherited), (0, False))
            with self.assertRaises(TimeoutError):
                users.acquire(timeout=0.01)
        permit.release()
        self.assertEqual(users.available, 2)

    def test_a_permit_that_is_collected_is_free_and_any_thread_releases_one(self) -> None:
        permit = self.plant.users.acquire()
        self.plant.users.acquire()
        self.assertEqual(self.plant.users.available, 1)
        self.in_thread(permit.release)
        self.assertEqual(self.plant.users.available, 2)

    def test_another_process_hands_its_permit_on(self) -> None:
        child = self.holder("(plant.users.acquire(), plant.users.acquire())")
        self.interrupted(self.plant.users.acquire)
        got = []
        thread = threading.Thread(target=lambda: got.append(self.plant.users.acquire()))
        thread.start()
        self.assertEqual(got, [])
        child.communicate("\n", timeout=PATIENCE)
        thread.join(PATIENCE)
        self.assertEqual(len(got), 1)

    def test_the_permit_of_a_killed_process_is_inherited(self) -> None:
        for _ in range(KILLS):
            self.killed(lambda: (self.plant.users.acquire(), self.plant.users.acquire()))
            with self.plant.users as permit, self.plant.users.acquire(timeout=0) as other:
                self.assertEqual((permit.inherited, other.inherited), (True, True))
        with self.plant.users as permit:
            self.assertFalse(permit.inherited)


class Meetings(Seats):
    def test_members_go_on_when_all_have_arrived(self) -> None:
        child = self.process(
            """
            import sys, shm
            with shm.open(sys.argv[1]).step.join() as member:
                print(sum(member.wait() for _ in range(200)))
            """,
            self.at,
        )
        with self.plant.step.join() as member:
            self.assertEqual(self.plant.step.seats, 2)
            self.wait_until(lambda: self.plant.step.members == 2, "the other one has joined")
            with self.assertRaises(shm.Busy):
                self.plant.step.join()
            here = sum(member.wait(PATIENCE) for _ in range(200))
            said, _ = child.communicate(timeout=PATIENCE)
        self.assertEqual(here + int(said), 200)
        self.assertEqual(self.plant.step.members, 0)
        with self.assertRaisesRegex(RuntimeError, "left"):
            member.wait()

    def test_members_are_told_of_one_that_was_killed_until_the_barrier_is_reset(self) -> None:
        step = self.plant.step
        with step.join() as member:
            for _ in range(FEW):
                self.killed(step.join)
                with self.assertRaises(threading.BrokenBarrierError):
                    member.wait()
                self.assertTrue(step.is_broken)
                with self.assertRaises(shm.Broken):
                    member.wait()
                step.reset()
                self.assertFalse(step.is_broken)
            other = step.join()
            thread = threading.Thread(target=other.wait)
            thread.start()
            member.wait(PATIENCE)
            thread.join(PATIENCE)

    def test_one_that_gives_up_breaks_the_phase_for_all(self) -> None:
        member, other = self.plant.step.join(), self.plant.step.join()
        with self.assertRaises(TimeoutError):
            member.wait(timeout=0.01)
        with self.assertRaises(shm.Broken):
            other.wait()
        self.plant.step.reset()
        self.interrupted(member.wait)
        self.assertTrue(self.plant.step.is_broken)
        self.plant.step.reset()
        self.plant.step.abort()
        with self.assertRaises(shm.Broken):
            member.wait()

    def test_a_member_that_waits_in_another_thread_is_not_taken_from_it(self) -> None:
        member = self.plant.step.join()
        outcome = []

        def wait() -> None:
            try:
                outcome.append(member.wait())
            except shm.Broken as error:
                outcome.append(error)

        thread = threading.Thread(target=wait)
        thread.start()
        self.wait_until(lambda: self.plant.step.arrived == 1, "it has arrived")
        with self.assertRaisesRegex(RuntimeError, "another thread"):
            member.wait()
        with self.assertRaisesRegex(RuntimeError, "abort"):
            member.leave()
        self.plant.step.abort()
        thread.join(PATIENCE)
        self.assertIsInstance(outcome[0], shm.Broken)
        member.leave()
        self.assertEqual(self.plant.step.members, 0)


class Rows(Seats):
    def test_rows_are_counted_in_by_attributes_and_stay_in_the_totals(self) -> None:
        with self.plant.workers.claim() as mine:
            shm.add(mine, requests=3)
            mine.seconds += 0.5
            with self.plant.workers.claim() as other:
                other.errors = 2
                with self.assertRaises(shm.Busy):
                    self.plant.workers.claim()
                rows = self.plant.workers.rows()
                self.assertEqual([row.pid for row in rows], [os.getpid()] * 2)
                self.assertEqual([row.value["errors"] for row in rows], [0, 2])
                self.assertTrue(all(row.is_alive for row in rows))
            self.assertEqual(shm.field(mine, "requests").get(), 3)
        total = {"requests": 3, "errors": 2, "seconds": 0.5}
        self.assertEqual(self.plant.workers.totals(), total)
        self.assertEqual(shm.open(self.at, read_only=True).workers.totals(), total)
        self.assertEqual((self.plant.workers.rows(), self.plant.workers.capacity), ([], 2))
        with self.assertRaisesRegex(shm.ReadOnly, "given up"):
            mine.requests = 1

    def test_a_row_that_is_one_number_is_added_to(self) -> None:
        with self.plant.hits.claim() as hits:
            self.assertEqual((hits.add(5), hits.add(1), hits.get()), (0, 5, 6))
            hits.set(7)
        self.assertEqual(self.plant.hits.totals(), 7)
        with self.assertRaisesRegex(RuntimeError, "given up"):
            hits.add(1)
        row = self.plant.workers.claim()
        with self.assertRaisesRegex(TypeError, "value"):
            row.add(1)

    def test_a_row_that_is_collected_is_given_up_and_its_views_write_no_more(self) -> None:
        view = self.plant.workers.claim().value
        with self.assertRaisesRegex(shm.ReadOnly, "given up"):
            view.requests = 1
        self.assertEqual(self.plant.workers.rows(), [])

    def test_the_counts_of_killed_processes_stay_in_the_totals_once(self) -> None:
        def count() -> object:
            row = self.plant.workers.claim()
            shm.add(row.value, requests=5)
            row.value.seconds = 0.25
            return row

        for number in range(1, KILLS + 1):
            self.killed(count)
            totals = self.plant.workers.totals()
            self.assertEqual((totals["requests"], totals["seconds"]), (5 * number, 0.25 * number))
        rows = self.plant.workers.rows()
        self.assertTrue(rows and not any(row.is_alive for row in rows))
        self.assertEqual(self.plant.workers.fold_dead(), len(rows))
        self.assertEqual(self.plant.workers.totals(), totals)

    def test_a_child_forked_with_a_row_writes_nothing_in_it_and_claims_its_own(self) -> None:
        row = self.plant.workers.claim()
        mine = row.value
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                try:
                    mine.requests = 99
                except shm.ReadOnly:
                    with self.plant.workers.claim() as own:
                        own.requests = 4
                    row.release()
                    code = 0
            finally:
                os._exit(code)
        self.assertEqual(os.waitpid(pid, 0)[1], 0)
        mine.requests = 3
        self.assertEqual(self.plant.workers.totals()["requests"], 7)


class Work(Seats):
    def fill(self) -> None:
        for number in range(4):
            self.plant.squares[number] = number * number

    def test_work_is_done_once_by_one_of_the_processes(self) -> None:
        done = [self.process(
            """
            import sys, shm
            plant = shm.open(sys.argv[1])
            print(plant.filled.call(lambda: shm.field(plant, "squares[3]").add(9)))
            """,
            self.at,
        ) for _ in range(4)]
        said = [child.communicate(timeout=PATIENCE)[0].strip() for child in done]
        self.assertEqual(sorted(said), ["False"] * 3 + ["True"])
        self.assertEqual((self.plant.squares[3], self.plant.filled.is_done), (9, True))
        self.assertFalse(self.plant.filled.call(lambda: self.fail("it is done")))

    def test_work_that_raises_is_done_by_the_next_caller(self) -> None:
        with self.assertRaises(ZeroDivisionError):
            self.plant.filled.call(lambda: 1 / 0)
        self.assertFalse(self.plant.filled.is_done)
        self.assertTrue(self.plant.filled.call(self.fill))
        self.assertEqual(list(self.plant.squares), [0, 1, 4, 9])

    def test_work_that_waits_for_itself_is_told(self) -> None:
        with self.assertRaises(shm.WouldDeadlock):
            self.plant.filled.call(lambda: self.plant.filled.call(self.fill))

    def test_a_wait_for_another_process_that_works_ends_in_time_or_by_ctrl_c(self) -> None:
        child = self.process(
            """
            import sys, shm
            def work():
                print("at work", flush=True)
                sys.stdin.readline()
            shm.open(sys.argv[1]).filled.call(work)
            """,
            self.at,
        )
        self.assertEqual(self.line(child), "at work")
        with self.assertRaises(TimeoutError):
            self.plant.filled.call(self.fill, timeout=0.01)
        self.interrupted(lambda: self.plant.filled.call(self.fill))
        child.communicate("\n", timeout=PATIENCE)
        self.assertFalse(self.plant.filled.call(lambda: self.fail("it is done")))

    def test_work_of_a_killed_process_is_done_again(self) -> None:
        child = self.process(
            """
            import sys, shm
            def work():
                print("at work", flush=True)
                sys.stdin.readline()
            shm.open(sys.argv[1]).filled.call(work)
            """,
            self.at,
        )
        self.assertEqual(self.line(child), "at work")
        self.kill(child)
        self.assertTrue(self.plant.filled.call(self.fill))
        self.assertEqual(self.plant.squares[3], 9)

    def test_a_child_forked_in_the_work_does_not_end_it(self) -> None:
        def work() -> None:
            pid = os.fork()
            if pid == 0:
                os._exit(0)
            os.waitpid(pid, 0)
            self.assertFalse(self.plant.filled.is_done)
            self.fill()

        self.assertTrue(self.plant.filled.call(work))
        self.assertTrue(self.plant.filled.is_done)


if __name__ == "__main__":
    unittest.main()
