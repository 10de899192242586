"""Queues, rings, maps, and values in the heap."""

from __future__ import annotations

import os
import signal
import threading
import unittest
from typing import Literal

import shm
from support import PATIENCE, Case


class Job(shm.Struct):
    id: shm.u64
    weight: shm.f32


class Plant(shm.Struct):
    jobs: shm.Queue[Job, Literal[4]]
    events: shm.Ring[shm.u64, Literal[8]]
    by_name: shm.Map[str, Job]
    title: shm.Owned[str]
    numbers: shm.Owned[list[shm.f64]]
    both: shm.RwLock[Job]


class Items(Case):
    def setUp(self) -> None:
        self.at = self.name()
        self.plant = shm.create(self.at, Plant, heap_max=1 << 20)

    def test_a_queue_hands_each_value_to_one_consumer(self) -> None:
        child = self.process(
            """
            import sys, shm
            plant = shm.open(sys.argv[1])
            total = 0
            while (job := plant.jobs.pop(timeout=60))["id"]:
                total += job["id"]
            print(total)
            """,
            self.at,
        )
        for number in range(1, 101):
            self.plant.jobs.push({"id": number, "weight": 0.5}, timeout=PATIENCE)
        self.plant.jobs.push({"id": 0, "weight": 0.0})
        self.assertEqual(child.communicate(timeout=PATIENCE)[0].strip(), "5050")

    def test_a_full_queue_and_an_empty_one_say_so_in_time(self) -> None:
        with self.assertRaises(TimeoutError):
            self.plant.jobs.pop(timeout=0.01)
        for number in range(4):
            self.plant.jobs.push({"id": number, "weight": 0.0})
        with self.assertRaises(shm.Full):
            self.plant.jobs.push({"id": 9, "weight": 0.0}, timeout=0.01)

    def test_ctrl_c_ends_a_wait_for_a_value(self) -> None:
        timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        with self.assertRaises(KeyboardInterrupt):
            self.plant.jobs.pop()
        timer.join()

    def test_every_reader_of_a_ring_sees_every_item(self) -> None:
        first, second = self.plant.events.follow(timeout=0), self.plant.events.follow(timeout=0)
        for number in range(5):
            self.plant.events.push(number)
        self.assertEqual((list(first), list(second)), ([0, 1, 2, 3, 4],) * 2)
        for number in range(20):
            self.plant.events.push(number)
        with self.assertRaises(shm.Missed):
            next(first)

    def test_a_map_is_used_as_a_dict(self) -> None:
        jobs = self.plant.by_name
        jobs["a"], jobs["b"] = {"id": 1, "weight": 0.5}, {"id": 2, "weight": 1.5}
        other = shm.open(self.at).by_name
        self.assertEqual((other["a"]["id"], len(other), sorted(other), "b" in other), (1, 2, ["a", "b"], True))
        del jobs["a"]
        self.assertIsNone(other.get("a"))
        with self.assertRaises(KeyError):
            other["a"]
        with self.assertRaises(KeyError):
            del other["a"]
        self.assertEqual(shm.to_dict(other), {"b": {"id": 2, "weight": 1.5}})

    def test_texts_and_lists_of_any_length_are_assigned(self) -> None:
        self.plant.title, self.plant.numbers = "x" * 5000, [1.0, 2.0]
        other = shm.open(self.at)
        self.assertEqual((other.title, other.numbers), ("x" * 5000, [1.0, 2.0]))

    def test_a_value_under_a_lock_for_several_readers_is_written_as_under_a_mutex(self) -> None:
        with self.plant.both as job:
            job.id = 7
        with self.assertRaises(shm.ReadOnly):
            job.id = 8
        with shm.open(self.at).both as job:
            self.assertEqual(job.id, 7)


if __name__ == "__main__":
    unittest.main()
