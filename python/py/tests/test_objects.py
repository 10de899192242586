"""Named objects in the heap of a region."""

from __future__ import annotations

import unittest
from typing import Literal

import shm
from support import KILLS, PATIENCE, Case


class Counter(shm.Struct):
    hits: shm.u64
    last: shm.f64


class Desk(shm.Struct):
    total: shm.Mutex[Counter]
    changed: shm.Event
    users: shm.Semaphore[Literal[1]]


class Board(shm.Struct):
    title: shm.Owned[str]


class Objects(Case):
    def setUp(self) -> None:
        self.at = self.name()
        self.board = shm.create(self.at, Board, heap_max=1 << 20)
        self.heap = shm.heap(self.board)

    def test_an_object_is_made_once_and_found_by_its_name(self) -> None:
        made = self.heap.named("requests", Counter, last=0.5)
        self.assertTrue(shm.created(made))
        made.hits = 3
        found = self.heap.named("requests", Counter, last=9.0)
        self.assertEqual((found.hits, found.last, shm.created(found)), (3, 0.5, False))
        self.assertIsInstance(found, Counter)
        shm.add(found, hits=1)
        self.assertEqual(made.hits, 4)

    def test_another_process_finds_it_without_the_class_and_through_a_read_only_region(self) -> None:
        self.heap.named("requests", Counter, hits=7)
        said = self.run_process(
            """
            import sys, shm
            board = shm.open(sys.argv[1], read_only=True)
            counter = shm.heap(board).find("requests")
            try:
                counter.hits = 1
            except shm.ReadOnly:
                print(counter.hits, type(counter).__name__)
            print(shm.heap(board).find("nothing"))
            """,
            self.at,
        )
        self.assertEqual(said.split(), ["7", "Counter", "None"])

    def test_of_processes_that_ask_at_once_one_makes_it(self) -> None:
        children = [self.process(
            """
            import sys, shm
            class Counter(shm.Struct):
                hits: shm.u64
                last: shm.f64
            heap = shm.heap(shm.open(sys.argv[1]))
            sys.stdin.readline()
            counter = heap.named("requests", Counter, last=0.5)
            assert counter.last == 0.5
            shm.add(counter, hits=1)
            print(shm.created(counter))
            """,
            self.at,
        ) for _ in range(4)]
        for child in children:
            child.stdin.write("\n")
            child.stdin.flush()
        said = [child.communicate(timeout=PATIENCE)[0].strip() for child in children]
        self.assertEqual(sorted(said), ["False"] * 3 + ["True"])
        self.assertEqual(self.heap.find("requests").hits, 4)

    def test_objects_are_listed_and_removed_while_views_keep_theirs(self) -> None:
        first, samples = self.heap.named("a", Counter), self.heap.named("b", shm.Slice[shm.f64], length=3)
        samples[2] = 1.5
        self.assertEqual((sorted(self.heap), len(self.heap), "b" in self.heap), (["a", "b"], 2, True))
        listed = {found.name: (found.type_name, found.size, found.length) for found in self.heap.objects()}
        self.assertEqual(listed, {"a": ("Counter", 16, None), "b": ("[f64]", 24, 3)})
        first.hits = 1
        self.assertTrue(shm.is_current(first))
        self.assertEqual((self.heap.remove("a"), self.heap.remove("a")), (True, False))
        second = self.heap.named("a", Counter)
        self.assertEqual((first.hits, second.hits, shm.is_current(first)), (1, 0, False))

    def test_an_object_of_another_layout_or_length_is_refused(self) -> None:
        self.heap.named("a", Counter)
        self.heap.named("b", shm.Slice[shm.f64], length=3)
        with self.assertRaises(shm.LayoutDiffers):
            self.heap.named("a", Desk)
        with self.assertRaises(shm.LayoutDiffers):
            self.heap.find("a", Desk)
        with self.assertRaises(ValueError):
            self.heap.named("b", shm.Slice[shm.f64], length=4)
        with self.assertRaises(shm.Error):
            self.heap.named("title", Board)
        with self.assertRaises(ValueError):
            self.heap.named("no/name", Counter)

    def test_values_that_do_not_fit_make_no_object(self) -> None:
        with self.assertRaises(OverflowError):
            self.heap.named("a", Counter, hits=-1)
        self.assertIsNone(self.heap.find("a"))

    def test_a_region_without_a_heap_has_no_objects(self) -> None:
        plain = shm.create(self.name(), Counter)
        with self.assertRaises(shm.NotSupported) as refused:
            shm.heap(plain)
        self.assertIn("heap_max", refused.exception.__notes__[0])

    def test_the_name_of_an_object_is_not_that_of_its_region(self) -> None:
        counter = self.heap.named("a", Counter)
        with self.assertRaises(shm.NotSupported):
            shm.unlink(counter)
        self.assertTrue(shm.is_current(self.board))
        self.assertEqual(shm.path(counter), shm.path(self.board))
        self.assertEqual(list(shm.heap(counter)), ["a"])

    def test_an_object_outlives_the_view_of_its_region(self) -> None:
        counter = self.heap.named("a", Counter)
        del self.board, self.heap
        counter.hits = 5
        self.assertEqual(shm.heap(shm.open(self.at)).find("a").hits, 5)

    def test_locks_in_an_object_tell_of_a_holder_that_was_killed(self) -> None:
        desk = self.heap.named("desk", Desk)
        for _ in range(max(3, KILLS // 40)):
            def hold() -> object:
                mine = shm.heap(shm.open(self.at)).find("desk")
                mine.total.__enter__().hits = 99
                return mine, mine.users.acquire()

            self.killed(hold)
            with self.assertRaises(shm.OwnerDied) as died:
                desk.total.__enter__()
            with died.exception.repair() as total:
                total.hits = 0
            with desk.users as permit:
                self.assertTrue(permit.inherited)
        ticket = desk.changed.ticket()
        self.heap.find("desk").changed.notify()
        self.assertTrue(desk.changed.wait(ticket, timeout=PATIENCE))

    def test_an_object_that_only_a_killed_process_had_is_free_once_its_name_is_removed(self) -> None:
        for number in range(max(3, KILLS // 10)):
            def make() -> object:
                made = shm.heap(self.board).named("gone", shm.Slice[shm.u64], length=8000)
                made[0] = number
                return made

            # 64 kB each, of which the heap has not so many.
            self.killed(make)
            self.assertEqual(self.heap.find("gone")[0], number)
            self.assertTrue(self.heap.remove("gone"))


if __name__ == "__main__":
    unittest.main()
