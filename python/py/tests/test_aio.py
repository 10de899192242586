"""Waiting in asyncio."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import unittest

import shm
import shm.aio
from declared import Mode, Station
from support import PATIENCE, Case


class Waiting(Case):
    def setUp(self) -> None:
        self.at = self.name()
        self.one = shm.create(self.at, Station)

    def later(self, delay: float, work) -> None:  # noqa: ANN001
        timer = threading.Timer(delay, work)
        timer.start()
        self.addCleanup(timer.join)

    def test_a_change_by_another_process_wakes_a_task(self) -> None:
        child = self.process(
            """
            import sys, shm
            view = shm.open(sys.argv[1])
            sys.stdin.readline()
            view.mode.set(2)
            """,
            self.at,
        )

        async def main() -> Mode:
            waiting = asyncio.ensure_future(shm.aio.wait_until(self.one.mode, lambda mode: mode is Mode.Done))
            await asyncio.sleep(0)
            child.stdin.write("\n")
            child.stdin.flush()
            return await asyncio.wait_for(waiting, PATIENCE)

        self.assertIs(asyncio.run(main()), Mode.Done)

    def test_every_change_is_seen_or_the_value_after_it(self) -> None:
        async def main() -> list[Mode]:
            seen = []
            self.later(0.05, lambda: self.one.mode.set(Mode.Busy))
            self.later(0.2, lambda: self.one.mode.set(Mode.Done))
            async for mode in shm.aio.changes(self.one.mode):
                seen.append(mode)
                if mode is Mode.Done:
                    return seen
            return seen

        seen = asyncio.run(asyncio.wait_for(main(), PATIENCE))
        self.assertEqual((seen[0], seen[-1]), (Mode.Idle, Mode.Done))
        self.assertEqual(sorted(seen), seen)

    def test_a_thousand_waits_are_cancelled_and_leave_nothing(self) -> None:
        async def main() -> None:
            before = len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))
            waits = [asyncio.ensure_future(shm.aio.wait(self.one.arrived)) for _ in range(1000)]
            await asyncio.sleep(0.02)
            # One descriptor for the event; the helper thread of the process and its own.
            self.assertLessEqual(len(os.listdir("/proc/self/task")), before[1] + 1)
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
            self.assertTrue(all(wait.cancelled() for wait in waits))
            gc.collect()
            self.assertEqual(shm.aio._bells[asyncio.get_running_loop()], {})

        asyncio.run(main())

    def test_a_thousand_waits_are_woken_by_one_notification(self) -> None:
        async def main() -> None:
            waits = [asyncio.ensure_future(shm.aio.wait(self.one.arrived)) for _ in range(1000)]
            await asyncio.sleep(0.02)
            self.one.arrived.notify()
            await asyncio.wait_for(asyncio.gather(*waits), PATIENCE)

        asyncio.run(main())

    def test_a_condition_that_is_not_met_in_time_is_a_timeout(self) -> None:
        with self.assertRaises(TimeoutError):
            asyncio.run(shm.aio.wait_until(self.one.mode, lambda mode: mode is Mode.Done, timeout=0.02))

    def test_a_lock_is_taken_while_other_tasks_run(self) -> None:
        child = self.process(
            """
            import sys, shm
            with shm.open(sys.argv[1]).account as account:
                print("held", flush=True)
                sys.stdin.readline()
                account.balance = 5
            """,
            self.at,
        )
        self.assertEqual(self.line(child), "held")

        async def take() -> int:
            async with shm.aio.locked(self.one.account) as account:
                account.balance += 1
                return account.balance

        async def main() -> int:
            taking = asyncio.ensure_future(take())
            await asyncio.sleep(0.05)
            self.assertFalse(taking.done())
            child.stdin.write("\n")
            child.stdin.flush()
            return await asyncio.wait_for(taking, PATIENCE)

        self.assertEqual(asyncio.run(main()), 6)

    def test_a_lock_that_stays_held_is_busy_in_time(self) -> None:
        async def main() -> None:
            async with shm.aio.locked(self.one.account, timeout=0.02):
                self.fail("taken")

        holding, done = threading.Event(), threading.Event()

        def hold() -> None:
            with self.one.account:
                holding.set()
                done.wait(PATIENCE)

        thread = threading.Thread(target=hold)
        thread.start()
        holding.wait(PATIENCE)
        with self.assertRaises(shm.Busy):
            asyncio.run(main())
        done.set()
        thread.join()


if __name__ == "__main__":
    unittest.main()
