"""Fields as attributes."""

from __future__ import annotations

import gc
import resource
import struct
import unittest

import shm
from declared import Everything, Mode, Pose, Station
from support import Case

try:
    import numpy as np
except ImportError:
    np = None  # type: ignore[assignment]

INTEGERS = {"a": (0, 2**8 - 1), "b": (0, 2**16 - 1), "c": (0, 2**32 - 1), "d": (0, 2**64 - 1),
            "e": (-(2**7), 2**7 - 1), "f": (-(2**15), 2**15 - 1), "g": (-(2**31), 2**31 - 1),
            "h": (-(2**63), 2**63 - 1)}


class Attributes(Case):
    def setUp(self) -> None:
        self.at = self.name()
        self.one = shm.create(self.at, Everything)
        self.other = shm.open(self.at)

    def test_a_value_is_seen_through_every_view_of_the_region(self) -> None:
        self.one.j = 21.5
        self.assertEqual(self.other.j, 21.5)
        self.other.n.x = 3.0
        self.assertEqual(self.one.n.x, 3.0)

    def test_every_integer_holds_its_least_and_its_greatest_value_and_no_more(self) -> None:
        for name, (low, high) in INTEGERS.items():
            for value in (low, high):
                setattr(self.one, name, value)
                self.assertEqual(getattr(self.other, name), value)
            for value in (low - 1, high + 1, 2**70, -(2**70)):
                with self.assertRaisesRegex(OverflowError, f"`{name}`: {value} does not fit"):
                    setattr(self.one, name, value)
            self.assertEqual(getattr(self.one, name), high)

    def test_what_rust_says_of_a_number_that_does_not_fit_is_said_here(self) -> None:
        with self.assertRaises(shm.DoesNotFit) as by_path:
            shm.field(self.one, "e").set(300)
        with self.assertRaises(OverflowError) as by_name:
            self.one.e = 300
        self.assertEqual(str(by_name.exception), str(by_path.exception).replace("an `i8`", "a `i8`"))

    def test_a_value_of_another_type_is_refused_by_the_fields_name(self) -> None:
        for name, value in [("a", "x"), ("a", 1.5), ("j", "x"), ("k", 1), ("l", 7), ("n", 3), ("o", 3)]:
            with self.assertRaisesRegex(TypeError, f"`{name}`"):
                setattr(self.one, name, value)
        for name, value in [("l", "xy"), ("m", 9), ("m", "Idle"), ("o", [[1, 2, 3]]), ("p", 0)]:
            with self.assertRaisesRegex(ValueError, f"`{name}`"):
                setattr(self.one, name, value)

    def test_objects_with_an_index_are_integers(self) -> None:
        class Seven:
            def __index__(self) -> int:
                return 7

        self.one.d = Seven()
        self.one.e = Mode.Done
        self.assertEqual((self.other.d, self.other.e), (7, 2))

    def test_a_misspelt_name_is_an_error_that_lists_the_fields(self) -> None:
        with self.assertRaisesRegex(AttributeError, "has no field `aa`; it has `a`, `b`"):
            self.one.aa
        with self.assertRaisesRegex(AttributeError, "has no field `aa`; it has `a`, `b`"):
            self.one.aa = 1

    def test_a_field_cannot_be_deleted_nor_read_through_another_class(self) -> None:
        with self.assertRaises(AttributeError):
            del self.one.a
        pose = self.one.n
        with self.assertRaises(TypeError):
            Everything.__dict__["a"].__get__(pose)
        with self.assertRaises(TypeError):
            Everything.__dict__["a"].__set__(object(), 1)

    def test_a_view_is_not_made_by_calling_its_class(self) -> None:
        with self.assertRaisesRegex(TypeError, "shm.open"):
            Everything()

    def test_bytes_that_are_not_a_value_are_an_error(self) -> None:
        with open("/dev/shm/" + self.at, "r+b") as file:
            data = file.read()
            self.one.l = "\U0001F600"
            file.seek(0)
            at = [i for i, (a, b) in enumerate(zip(data, file.read())) if a != b][0]
            file.seek(at)
            file.write(struct.pack("I", 0xD800))
        with self.assertRaisesRegex(shm.InvalidValue, "`l`"):
            self.other.l

    def test_enums_give_their_members(self) -> None:
        self.one.m = Mode.Busy
        self.assertIs(self.one.m, Mode.Busy)
        self.assertEqual(self.other.m.name, "Busy")

    def test_options_and_texts_hold_what_they_are_given(self) -> None:
        self.assertIsNone(self.one.p)
        self.one.p, self.one.q = 7, "hallo"
        self.assertEqual((self.other.p, self.other.q), (7, "hallo"))
        with self.assertRaises(shm.DoesNotFit):
            self.one.q = "x" * 13

    def test_a_view_becomes_a_dict_and_is_updated_by_one(self) -> None:
        shm.update(self.one, a=1, n={"x": 2.0, "y": 3.0}, o=[[1, 2, 3], [4, 5, 6]])
        found = shm.to_dict(self.other)
        self.assertEqual((found["a"], found["n"], found["o"][1]), (1, {"x": 2.0, "y": 3.0}, [4, 5, 6]))
        with self.assertRaises(AttributeError):
            shm.update(self.one, a=9, zz=1)
        self.assertEqual(self.one.a, 1)

    def test_one_region_opened_twice_has_one_class(self) -> None:
        self.assertIs(type(shm.open(self.at)), type(self.other))

    def test_opening_again_and_again_leaks_nothing(self) -> None:
        def use() -> None:
            for _ in range(200):
                view = shm.open(self.at)
                view.n.x, view.o[1][2] = 1.0, 2

        use()
        gc.collect()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        use()
        use()
        gc.collect()
        # A class for each time would be 4 MB.
        self.assertLess(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, 2000)

    def test_two_processes_share_every_field(self) -> None:
        self.one.d, self.one.q = 5, "from here"
        said = self.run_process(
            """
            import sys, shm
            view = shm.open(sys.argv[1])
            print(view.d, view.q, view.m.name)
            view.n.y = 2.5
            view.o[1] = [7, 8, 9]
            """,
            self.at,
        )
        self.assertEqual(said.strip(), "5 from here Idle")
        self.assertEqual((self.one.n.y, list(self.one.o[1])), (2.5, [7, 8, 9]))


class Arrays(Case):
    def setUp(self) -> None:
        self.one = shm.create(self.name(), Station)

    def test_elements_slices_and_steps_are_read_and_written(self) -> None:
        samples = self.one.samples
        samples[:] = range(16)
        self.assertEqual((samples[3], samples[-1], samples[2:5], len(samples)), (3, 15, [2, 3, 4], 16))
        samples[::-5] = [1, 2, 3, 4]
        self.assertEqual((samples[15], samples[10], samples[5], samples[0]), (1, 2, 3, 4))
        self.assertEqual(list(samples), samples.tolist())

    def test_an_index_outside_is_an_index_error(self) -> None:
        for index in (16, -17, 2**40):
            with self.assertRaises(IndexError):
                self.one.samples[index]
            with self.assertRaises(IndexError):
                self.one.samples[index] = 1

    def test_everything_is_checked_before_the_first_element_is_written(self) -> None:
        for bad in ([9] * 15 + [-1], [9] * 15 + ["x"], [9] * 15, [9] * 17):
            with self.assertRaises((OverflowError, TypeError, ValueError)):
                self.one.samples = bad
            self.assertEqual(list(self.one.samples), [0] * 16)

    def test_the_error_names_the_element(self) -> None:
        with self.assertRaisesRegex(OverflowError, r"`samples\[1\]`: -1"):
            self.one.samples = [1, -1] + [0] * 14

    def test_structs_in_arrays_are_views(self) -> None:
        self.one.poses[1].x = 4.5
        self.assertEqual([pose.x for pose in self.one.poses], [0.0, 4.5, 0.0])
        with self.assertRaises(TypeError):
            self.one.poses[0] = 3

    def test_a_memoryview_is_the_memory_itself(self) -> None:
        view = memoryview(self.one.samples)
        self.assertEqual((view.format, view.shape, view.nbytes, view.readonly), ("I", (16,), 64, False))
        view[3] = 77
        self.assertEqual(self.one.samples[3], 77)

    def test_adding_to_an_element_is_one_step(self) -> None:
        self.assertEqual([self.one.samples.add(2, 5), self.one.samples.add(-14, -1)], [0, 5])
        self.assertEqual(self.one.samples[2], 4)

    @unittest.skipUnless(np, "needs numpy")
    def test_numpy_shares_the_memory_and_outlives_the_region(self) -> None:
        name = self.name()
        one = shm.create(name, Station)
        array = np.asarray(one.samples)
        self.assertEqual((array.dtype, array.shape), (np.dtype("u4"), (16,)))
        array[5] = 9
        self.assertEqual(one.samples[5], 9)
        other = shm.open(name)
        shm.close(one)
        del one
        gc.collect()
        array[5] = 11
        self.assertEqual(other.samples[5], 11)

    @unittest.skipUnless(np, "needs numpy")
    def test_an_array_of_numpy_is_copied_whatever_its_strides(self) -> None:
        self.one.samples[:] = np.arange(32, dtype="u4")[::2]
        self.assertEqual(list(self.one.samples), list(range(0, 32, 2)))
        self.one.samples[:] = np.arange(16, dtype="i8")
        self.assertEqual(list(self.one.samples), list(range(16)))
        with self.assertRaises(OverflowError):
            self.one.samples[:] = np.full(16, -1)
        with self.assertRaises(ValueError):
            self.one.samples[:] = np.arange(15, dtype="u4")

    @unittest.skipUnless(np, "needs numpy")
    def test_arrays_of_arrays_have_two_dimensions_in_numpy(self) -> None:
        view = shm.create(self.name(), Everything)
        np.asarray(view.o)[1, 2] = -7
        self.assertEqual(view.o[1][2], -7)

    def test_a_slice_has_the_length_it_was_created_with(self) -> None:
        name = self.name()
        numbers = shm.create(name, shm.Slice[shm.f64], length=5)
        numbers[4] = 2.5
        self.assertEqual(list(shm.open(name)), [0.0, 0.0, 0.0, 0.0, 2.5])


class Writing(Case):
    def setUp(self) -> None:
        self.at = self.name()
        self.one = shm.create(self.at, Station, temperature=21.5)

    def test_a_region_opened_for_reading_refuses_every_way_of_writing(self) -> None:
        view = shm.open(self.at, read_only=True)
        self.assertEqual(view.temperature, 21.5)

        def element() -> None:
            view.samples[0] = 1

        def field() -> None:
            view.temperature = 1.0

        def whole() -> None:
            view.samples = [0] * 16

        def nested() -> None:
            view.poses[0].x = 1.0

        def locked() -> None:
            with view.account:
                pass

        ways = [element, field, whole, nested, locked, lambda: shm.add(view, hits=1),
                lambda: view.pose.store(x=1.0), lambda: view.mode.set(Mode.Busy), view.arrived.notify,
                lambda: shm.field(view, "hits").set(1), lambda: view.samples.add(0, 1)]
        for way in ways:
            with self.assertRaises(shm.ReadOnly):
                way()
        self.assertTrue(memoryview(view.samples).readonly)

    def test_closing_ends_writing_through_views_that_were_made_before(self) -> None:
        samples, pose = self.one.samples, self.one.poses[1]
        shm.close(self.one)
        with self.assertRaisesRegex(shm.ReadOnly, "closed"):
            self.one.temperature = 1.0
        with self.assertRaises(shm.ReadOnly):
            samples[0] = 1
        with self.assertRaises(shm.ReadOnly):
            pose.x = 1.0
        self.assertEqual(self.one.temperature, 21.5)

    def test_code_that_closes_the_region_while_a_value_is_converted_writes_nothing(self) -> None:
        one = self.one

        class Closes:
            def __index__(self) -> int:
                shm.close(one)
                return 7

        with self.assertRaises(shm.ReadOnly):
            one.samples = [Closes()] * 16
        self.assertEqual(one.samples[0], 0)

    def test_adding_loses_no_update_of_another_process(self) -> None:
        code = """
            import sys, shm
            view = shm.open(sys.argv[1])
            for _ in range(20000):
                shm.add(view, hits=1)
            """
        children = [self.process(code, self.at) for _ in range(3)]
        for child in children:
            self.assertEqual(child.wait(60), 0)
        self.assertEqual(self.one.hits, 60000)

    def test_places_are_found_by_path_from_any_view(self) -> None:
        self.one.poses[2].y = 1.5
        self.assertEqual(shm.field(self.one, "poses[2].y").get(), 1.5)
        self.assertEqual(shm.field(self.one.poses[2], "y").path, "poses[2].y")
        hits = shm.field(self.one, "hits")
        self.assertEqual((hits.add(5), hits.swap(7), hits.compare_and_set(7, 9), hits.compare_and_set(7, 1)),
                         (0, 5, True, False))
        self.assertEqual(self.one.hits, 9)
        with self.assertRaises(shm.NoField):
            shm.field(self.one, "nothing.here")

    def test_a_field_may_have_the_name_of_any_operation(self) -> None:
        class Odd(shm.Struct):
            open: shm.u8
            close: shm.u8
            field: shm.u8
            values: shm.u8
            load: shm.u8

        odd = shm.create(self.name(), Odd, values={"values": 3}, open=4)
        self.assertEqual((odd.values, odd.open, shm.fields(odd)), (3, 4, ("open", "close", "field", "values", "load")))


class Whole(Case):
    def test_a_region_of_one_number_is_a_place(self) -> None:
        hits = shm.create(self.name(), "u64")
        hits.set(5)
        self.assertEqual((hits.add(1), hits.get()), (5, 6))

    def test_errors_are_the_builtin_ones_too(self) -> None:
        name = self.name()
        with self.assertRaises(FileNotFoundError):
            shm.open(name)
        shm.create(name, Station)
        with self.assertRaises(FileExistsError):
            shm.create(name, Station)
        with self.assertRaises(TimeoutError):
            shm.open_wait(name + "-never", timeout=0.05)
        with self.assertRaises(ValueError):
            shm.open("a\nb" * 200)

    def test_initial_values_that_do_not_fit_create_nothing(self) -> None:
        name = self.name()
        with self.assertRaisesRegex(OverflowError, "`hits`"):
            shm.create(name, Station, hits=-1)
        with self.assertRaises(FileNotFoundError):
            shm.open(name)

    def test_a_memfd_is_opened_from_its_descriptor(self) -> None:
        one = shm.memfd("station", Station, temperature=3.5)
        other = shm.from_fd(shm.fileno(one))
        other.hits = 4
        self.assertEqual((other.temperature, one.hits, shm.path(one)), (3.5, 4, None))

    def test_open_or_create_tells_which(self) -> None:
        name = self.name()
        first = shm.open_or_create(name, Station, temperature=1.0)
        second = shm.open_or_create(name, Station, temperature=2.0)
        self.assertEqual((shm.created(first), shm.created(second), second.temperature), (True, False, 1.0))

    def test_what_is_shown_of_a_view_are_its_fields(self) -> None:
        one = shm.create(self.name(), Pose, x=1.0)
        self.assertEqual(repr(one), "Pose(x=1.0, y=0.0)")
        self.assertEqual(dir(one), ["x", "y"])


if __name__ == "__main__":
    unittest.main()
