"""As many processes as a region has places for."""

from __future__ import annotations

import os
import unittest

import shm
from declared import Station
from support import Case

#: The most that a region can have; a test that makes so many processes is for the long gate.
MOST = 1023
COUNT = MOST if os.environ.get("SHM_PYTHON_LONG") else 100


class Participants(Case):
    def fork(self, work) -> int:  # noqa: ANN001
        """A process that works, and lives until it is told."""
        child = os.fork()
        if child:
            return child
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)

    def test_as_many_processes_lock_as_there_are_places_and_the_next_one_is_told(self) -> None:
        name = self.name()
        one = shm.create(name, Station, participants=COUNT)
        ready, stay = os.pipe(), os.pipe()

        def work() -> None:
            os.close(stay[1])
            try:
                with one.account as account:
                    account.balance += 1
                os.write(ready[1], b".")
            except shm.NoResources as error:
                os.write(ready[1], b"!" if "participants" in str(error) else b"?")
            # Until the parent closes the other end.
            os.read(stay[0], 1)

        children = [self.fork(work) for _ in range(COUNT)]
        try:
            said = b""
            while len(said) < COUNT:
                said += os.read(ready[0], COUNT)
            self.assertEqual(said.count(b"."), COUNT, said)
            children.append(self.fork(work))
            self.assertEqual(os.read(ready[0], 1), b"!")
            # This process has no place either, and can still read.
            self.assertEqual(shm.field(one, "account.balance").get(), COUNT)
        finally:
            os.close(stay[1])
            codes = [os.waitpid(child, 0)[1] for child in children]
        self.assertEqual(set(codes), {0})
        # All places are free again.
        with one.account as account:
            account.balance += 1
        self.assertEqual(shm.field(one, "account.balance").get(), COUNT + 1)

    def test_more_than_1023_are_refused_when_the_region_is_created(self) -> None:
        shm.create(self.name(), Station, participants=MOST)
        with self.assertRaisesRegex(shm.InvalidRequest, "1024 processes cannot take part") as error:
            shm.create(self.name(), Station, participants=MOST + 1)
        self.assertIn("between 1 and 1023", error.exception.__notes__[0])


if __name__ == "__main__":
    unittest.main()
