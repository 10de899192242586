"""What is refused, and what the errors advise to do instead."""

from __future__ import annotations

import unittest
from typing import Annotated, Literal

import shm
from declared import Pose, Station
from support import Case

try:
    import numpy as np
except ImportError:
    np = None  # type: ignore[assignment]


class Small(shm.Struct):
    n: shm.u8
    signed: shm.i16
    large: shm.u64
    real: shm.f32
    reals: shm.Array[shm.f32, Literal[2]]
    on: shm.bool_


class Kept(shm.Struct):
    numbers: shm.Owned[list[shm.f64]]
    poses: shm.Map[str, Pose]
    jobs: shm.Queue[Pose, Literal[2]]
    events: shm.Ring[Pose, Literal[2]]
    limits: shm.RwLock[Pose]
    users: shm.Semaphore[Literal[2]]
    step: shm.Barrier[Literal[2]]
    workers: shm.PerProcess[shm.u64, Literal[2]]
    done: shm.Once


class Refusals(Case):
    def test_an_addition_of_what_no_two_values_differ_by_is_refused(self) -> None:
        one = shm.memfd("small", Small)
        for field, added in [("n", 256), ("n", -256), ("signed", 1 << 16), ("large", 1 << 64), ("large", -(1 << 64))]:
            with self.assertRaisesRegex(OverflowError, f"`{field}`: {added} does not fit"):
                shm.add(one, **{field: added})
        for added in (255, -254, 255):
            shm.add(one, n=added)
        # A sum wraps around.
        self.assertEqual((one.n, shm.add(one, large=-1), one.large), (0, 0, (1 << 64) - 1))
        with self.assertRaisesRegex(TypeError, "`n`: 'x', of type str, is not a `u8`"):
            shm.add(one, n="x")

    def test_a_number_that_is_too_large_for_an_f32_is_not_infinite(self) -> None:
        one = shm.memfd("small", Small, real=1.5)
        with self.assertRaisesRegex(OverflowError, r"`real`: 1e\+300 does not fit a `f32`"):
            one.real = 1e300
        with self.assertRaisesRegex(OverflowError, r"`reals\[1\]`: -1e\+39"):
            one.reals = [1.0, -1e39]
        self.assertEqual((one.real, list(one.reals)), (1.5, [0.0, 0.0]))
        one.reals = [float("inf"), 3.4028234e38]
        self.assertEqual(one.reals[0], float("inf"))

    def test_an_assignment_to_what_has_methods_says_which(self) -> None:
        kept, station = shm.memfd("kept", Kept, heap_max=1 << 16), shm.memfd("station", Station)
        advice = [(station, "pose", "`Latest`, use its `store`"), (station, "account", "`Mutex`, .* `with .. as value`"),
                  (station, "mode", "`Watched`, use its `set`"), (station, "arrived", "`Event`, use its `notify`"),
                  (kept, "poses", "`Map`, assign to its entries"), (kept, "jobs", "`Queue`, use its `push`"),
                  (kept, "events", "`Ring`, use its `push`"), (kept, "limits", "`RwLock`, .*write"),
                  (kept, "users", "`Semaphore`, use its `acquire`"), (kept, "step", "`Barrier`, use its `join`"),
                  (kept, "workers", "`PerProcess`, use its `claim`"), (kept, "done", "`Once`, use its `call`")]
        for view, field, text in advice:
            with self.assertRaisesRegex(TypeError, f"`{field}`: this field is not assigned to: it is a {text}"):
                setattr(view, field, 1)

    def test_advice_has_the_names_of_this_package(self) -> None:
        name = self.name()
        shm.create(name, shm.layout("struct Log { hits: u64 }", "Log"))
        with self.assertRaises(shm.AlreadyExists) as exists:
            shm.create(name, Pose)
        self.assertIn("`create(.., replace=True)`", exists.exception.__notes__[0])

        class Log(shm.Struct):
            count: shm.u64

        with self.assertRaises(shm.LayoutDiffers) as differs:
            shm.open(name, Log)
        advice = differs.exception.__notes__[0]
        self.assertIn('`shm.Alias("hits")`', advice)
        self.assertNotIn("#[shm", advice)

        class Renamed(shm.Struct):
            count: Annotated[shm.u64, shm.Alias("hits")]

        self.assertEqual(shm.open(name, Renamed).count, 0)
        with self.assertRaisesRegex(TypeError, "expected str, bytes or os.PathLike"):
            shm.create(Pose, name)

    def test_containers_are_shown_with_what_is_in_them(self) -> None:
        kept = shm.memfd("kept", Kept, heap_max=1 << 16)
        kept.poses["a"] = {"x": 1.0, "y": 0.0}
        kept.jobs.push({"x": 1.0, "y": 0.0})
        self.assertEqual(repr(kept.poses), "<Map of 1 entry>")
        self.assertRegex(repr(kept.jobs), "<Queue {.*'len': 1.*}>")
        self.assertRegex(repr(kept.events), "<Ring .*>")


@unittest.skipUnless(np, "needs numpy")
class Numpys(Case):
    def test_truth_values_are_truth_values(self) -> None:
        one = shm.memfd("small", Small)
        one.on = np.bool_(True)
        self.assertIs(one.on, True)
        shm.field(one, "on").set(np.bool_(False))
        self.assertIs(one.on, False)
        with self.assertRaisesRegex(TypeError, "`on`"):
            one.on = np.int8(1)

    def test_arrays_are_lists_where_a_list_is_kept(self) -> None:
        kept = shm.memfd("kept", Kept, heap_max=1 << 16)
        for values in (np.ones(3), np.arange(3, dtype="f4"), np.ones(1), np.zeros(0)):
            kept.numbers = values
            self.assertEqual(kept.numbers, list(values))
        with self.assertRaises(shm.DoesNotFit):
            kept.numbers = np.array(["a"])

    def test_an_array_whose_numbers_do_not_fit_changes_nothing(self) -> None:
        one = shm.memfd("small", Small)
        with self.assertRaisesRegex(OverflowError, r"`\[0\]`: np.float64\(1e\+300\)|`\[0\]`: 1e\+300"):
            one.reals[:] = np.array([1e300, 1.0])
        self.assertEqual(list(one.reals), [0.0, 0.0])


if __name__ == "__main__":
    unittest.main()
