"""Layouts: declared classes, ctypes, numpy, and what they have in common with Rust's."""

from __future__ import annotations

import ctypes
import enum
import unittest
from typing import Annotated, Literal

import shm
from declared import Mode, Pose, Station
from support import Case

try:
    import numpy as np
except ImportError:
    np = None  # type: ignore[assignment]

RUST = """
struct Pose { x: f64, y: f64 }
struct Reading { time: u64, value: f32, on: bool, raw: [i16; 3], poses: [Pose; 2] }
"""


class Reading(shm.Struct):
    time: shm.u64
    value: shm.f32
    on: shm.bool_
    raw: shm.Array[shm.i16, Literal[3]]
    poses: shm.Array[Pose, Literal[2]]


class CPose(ctypes.Structure):
    _fields_ = [("x", ctypes.c_double), ("y", ctypes.c_double)]


class CReading(ctypes.Structure):
    _fields_ = [("time", ctypes.c_uint64), ("value", ctypes.c_float), ("on", ctypes.c_bool),
                ("raw", ctypes.c_int16 * 3), ("poses", CPose * 2)]


class Layouts(Case):
    def test_a_class_and_a_ctypes_structure_and_rusts_text_have_one_fingerprint(self) -> None:
        rust = shm.layout(RUST, "Reading")
        self.assertIsNotNone(rust.fingerprint)
        self.assertEqual(shm.fingerprint(Reading), rust.fingerprint)
        self.assertEqual(shm.fingerprint(CReading), rust.fingerprint)
        self.assertEqual(rust.size, ctypes.sizeof(CReading))

    @unittest.skipUnless(np, "needs numpy")
    def test_an_aligned_dtype_has_the_same_fingerprint(self) -> None:
        pose = np.dtype([("x", "f8"), ("y", "f8")], align=True)
        reading = np.dtype([("time", "u8"), ("value", "f4"), ("on", "?"), ("raw", "i2", (3,)),
                            ("poses", pose, (2,))], align=True)
        self.assertEqual(shm.fingerprint(reading), shm.fingerprint(Reading))

    def test_what_others_cannot_share_is_refused_with_the_reason(self) -> None:
        class Packed(ctypes.Structure):
            _pack_ = 1
            _fields_ = [("a", ctypes.c_uint8), ("b", ctypes.c_uint64)]

        class Bits(ctypes.Structure):
            _fields_ = [("a", ctypes.c_uint8, 3)]

        class Pointing(ctypes.Structure):
            _fields_ = [("a", ctypes.POINTER(ctypes.c_int))]

        class Text(ctypes.Structure):
            _fields_ = [("a", ctypes.c_char_p)]

        class Object(ctypes.Structure):
            _fields_ = [("a", ctypes.py_object)]

        class Either(ctypes.Union):
            _fields_ = [("a", ctypes.c_uint8)]

        class Holds(ctypes.Structure):
            _fields_ = [("either", Either)]

        reasons = [(Packed, "packed"), (Bits, "bit field"), (Pointing, "address"), (Text, "address"),
                   (Object, "Python object"), (Either, "union"), (Holds, "union")]
        for kind, reason in reasons:
            with self.assertRaisesRegex(shm.InvalidLayout, reason):
                shm.layout(kind)

    @unittest.skipUnless(np, "needs numpy")
    def test_dtypes_that_no_region_can_hold_are_refused(self) -> None:
        for fields, align, reason in [([("a", "u1"), ("b", "u8")], False, "packed"), ([("a", "O")], True, "cannot hold"),
                                      ([("a", "U4")], True, "cannot hold"), ([("a", "f2")], True, "cannot hold")]:
            with self.assertRaisesRegex(shm.InvalidLayout, reason):
                shm.layout(np.dtype(fields, align=align))

    def test_a_declaration_says_what_is_wrong_with_it(self) -> None:
        with self.assertRaisesRegex(shm.InvalidLayout, "A.n: `int`") as error:
            class A(shm.Struct):
                n: int
        self.assertIn("shm.i64", error.exception.__notes__[0])
        with self.assertRaisesRegex(shm.InvalidLayout, "has a default"):
            class B(shm.Struct):
                n: shm.u8 = 3
        with self.assertRaisesRegex(shm.InvalidLayout, "cannot add fields"):
            class C(Pose):
                z: shm.f64

    def test_documentation_and_units_travel_in_the_region(self) -> None:
        name = self.name()
        shm.create(name, Station)
        found = shm.open(name)
        self.assertEqual((shm.unit(found, "temperature"), shm.doc(found, "temperature"), type(found).__doc__),
                         ("°C", "in the shade", "One weather station."))

    def test_a_counter_is_marked_as_in_rust(self) -> None:
        class Door(shm.Struct):
            opened: Annotated[shm.u32, shm.Counter()]
            times: Annotated[shm.Array[shm.f64, Literal[2]], shm.Counter, shm.Unit("s")]
            way: shm.f64

        rust = shm.layout(
            'struct Door { #[shm(counter)] opened: u32, #[shm(counter, unit = "s")] times: [f64; 2], way: f64 }', "Door"
        )
        self.assertEqual(shm.fingerprint(Door), rust.fingerprint)
        name = self.name()
        for layout in (Door, rust):
            made = shm.create(name, layout, replace=True)
            for view in (made, shm.open(name), shm.open(name, Door)):
                self.assertEqual([shm.is_counter(view, field) for field in ("opened", "times", "way")],
                                 [True, True, False])
        with self.assertRaisesRegex(shm.InvalidLayout, "`on` cannot be a counter"):
            class Lamp(shm.Struct):
                on: Annotated[shm.bool_, shm.Counter()]

    def test_an_enum_has_the_smallest_type_or_the_one_that_is_said(self) -> None:
        class Signed(enum.IntEnum):
            Low = -1
            High = 300

        class Wide(enum.IntEnum):
            One = 1

        class Three(shm.Struct):
            mode: Mode
            signed: Signed
            wide: Annotated[Wide, shm.Repr("u32")]

        rust = """
            enum M: u8 { Idle = 0, Busy = 1, Done = 2 }
            enum S: i16 { Low = -1, High = 300 }
            enum W: u32 { One = 1 }
            struct Three { mode: M, signed: S, wide: W }
            """
        self.assertEqual(shm.fingerprint(Three), shm.layout(rust, "Three").fingerprint)

    def test_opening_as_a_class_gives_that_class_and_checks_the_layout(self) -> None:
        name = self.name()
        shm.create(name, Station)
        view = shm.open(name, Station)
        self.assertIs(type(view), Station)
        self.assertIs(type(view.poses[0]), Pose)
        self.assertIs(type(view.mode.get()), Mode)
        with self.assertRaises(shm.LayoutDiffers) as error:
            shm.open(name, Reading)
        facts = error.exception.path, error.exception.found, error.exception.expected
        self.assertEqual(facts, ("temperature", "`f64` at byte 0", "`u64` at byte 0"))

    def test_a_class_that_has_grown_opens_the_older_region(self) -> None:
        old = shm.layout("struct Log { hits: u64 }", "Log")
        name = self.name()
        before = shm.create(name, old, capacity=256)
        before.hits = 5

        class Log(shm.Struct):
            count: Annotated[shm.u64, shm.Alias("hits")]
            errors: shm.u32

        after = shm.open(name, Log)
        after.errors = 2
        self.assertEqual((after.count, after.errors, before.hits), (5, 2, 5))
        self.assertEqual(shm.open(name).errors, 2)

    def test_text_of_definitions_serves_without_a_class(self) -> None:
        view = shm.create(self.name(), shm.layout("struct P { x: f64, tags: [u8; 3] }", "P"), x=1.5)
        self.assertEqual((view.x, list(view.tags)), (1.5, [0, 0, 0]))


if __name__ == "__main__":
    unittest.main()
