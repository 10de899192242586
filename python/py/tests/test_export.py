"""`shm export --lang python-class`: classes written from a region are the region's.

The environment variable `SHM_EXPORT` has the command line that prints a module when `--lang=..` and the name of a region
follow; the gate and `cargo test` set it.
"""

from __future__ import annotations

import contextlib
import enum
import importlib.util
import itertools
import os
import pathlib
import random
import re
import shlex
import subprocess
import sys
import tempfile
import unittest
from types import ModuleType
from typing import Any

import shm
from support import Case

COMMAND = shlex.split(os.environ.get("SHM_EXPORT", ""))

#: Regions of so many layouts made at random; the long gate sets more.
LAYOUTS = int(os.environ.get("SHM_PYTHON_LAYOUTS", "60"))

EVERYTHING = r'''
/// Whether it turns.
enum Mode: u8 { Idle = 0, None = 1, mro = 2 }
enum Wide: u32 { One = 1 }
enum Signed: i16 { Low = -300, High = 300 }
/// Where it is.
///
///     with an indented line
struct Pose { x: f64, y: f64 }
struct Pair(u8, f32)
#[repr(C, align(64))]
struct Aligned { n: u32 }
struct Step { label: String, values: Vec<f64>, poses: Vec<Pose>, big: u128 }
struct Line { name: Text<12>, data: Bytes<6>, raw: [Text<3>; 2] }
struct Row { hits: u64, pose: Pose }
#[shm(fold = "own")]
struct Peak { amperes: f64 }
struct Everything {
    a: u8, b: u16, c: u32, d: u64, e: i8, f: i16, g: i32, h: i64, i: f32, j: f64, k: bool, l: char,
    /// in the "shade" \ here
    #[shm(unit = "5\" \\")]
    temperature: f64,
    mode: Mode, wide: Wide, signed: Signed, pair: Pair, aligned: Aligned,
    from: u8, shm: u8, _0: u8, Literal: u8, größe: u8, __x: u8, class: Pose,
    grid: [[i16; 3]; 2], poses: [Pose; 2],
    big: Be<u32>, small: Le<f64>, packed: U32<BE>, packed_float: F64<LE>,
    id: NonZero<u16>, maybe: Option<NonZero<i64>>, name: CText<12>, nothing: (),
    lock: Mutex<()>,
    #[shm(guarded_by = "lock")]
    low: f64,
    latest: Latest<Line>, huge: Latest<[i128; 2]>, eight: Latest<Pose, 8>, label: Latest<Text<16>>,
    mutex: Mutex<Pose>, lines: Mutex<Line>, rw: RwLock<Pose>, rw_four: RwLock<Pose, 4>, watched: Watched<Mode>,
    bell: Event, once: Once, seats: Semaphore<3>, meeting: Barrier<2>, rows: PerProcess<Row, 16>,
    peaks: PerProcess<[Peak; 2], 4>,
    #[shm(counter, alias = "runs")]
    turns: u64,
    jobs: Queue<Pose, 8>, events: Ring<Line, 16>,
    title: Owned<str>, samples: Owned<[f32]>, step: Owned<Step>, one: Owned<Pose>,
    by_id: Map<u64, Pose>, by_name: Map<str, [Pose]>, steps: Map<str, Step>, texts: Map<Pose, str>,
    tail: [Pose],
}
'''


def nameless(fields: list[tuple[str, str, str, str, bool]]) -> list[tuple[str, str, str, str, bool]]:
    """The fields without the names of structs and enums, which are no part of a layout: where a module has the name
    already, the class gets another one."""
    word = lambda found: found[0] if not found[0][0].isupper() and not found[0].startswith("_") or found[0] in ("Be", "Le") or hasattr(shm, found[0]) else "_"
    return [(path, re.sub(r"\w+", word, kind), *notes) for path, kind, *notes in fields]


@unittest.skipUnless(COMMAND, "needs the command, in SHM_EXPORT")
class Exported(Case):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.numbers = itertools.count()

    def export(self, region: str) -> ModuleType:
        """The module of a region, imported."""
        path = self.folder / f"exported{next(self.numbers)}.py"
        path.write_text(self.text(region))
        spec = importlib.util.spec_from_file_location(f"{path.stem}_{id(self)}", path)
        module = importlib.util.module_from_spec(spec)
        # Annotations are looked up in the module of their class.
        sys.modules[spec.name] = module
        self.addCleanup(sys.modules.pop, spec.name)
        spec.loader.exec_module(module)
        return module

    def text(self, region: str, lang: str = "python-class") -> str:
        done = subprocess.run([*COMMAND, f"--lang={lang}", region], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def region(self, layout: Any, **settings: Any) -> tuple[str, Any]:
        name = self.name()
        return name, shm.create(name, layout, **settings)

    def root(self, module: ModuleType) -> Any:
        """The class, or type, of the whole: the last name that the module defines."""
        names = [name for name in vars(module) if not name.startswith("_")]
        return vars(module)[[name for name in names if name != "FINGERPRINT"][-1]]

    def check(self, layout: Any, **settings: Any) -> tuple[Any, Any, ModuleType]:
        """Exports a region of a layout; the region, and its view as the exported class."""
        name, view = self.region(layout, **settings)
        module = self.export(name)
        root = self.root(module)
        region = shm._shm.open(name)
        self.assertEqual(region.fingerprint(), module.FINGERPRINT)
        self.assertEqual(shm.fingerprint(root), module.FINGERPRINT)
        again, _ = self.region(root, **settings)
        # The documentation, units and types of all fields.
        self.assertEqual(nameless(shm._shm.open(again).fields()), nameless(region.fields()))
        return view, shm.open(name, root), module

    def test_a_class_of_every_kind_of_field_has_the_fingerprint_and_the_notes_of_the_region(self) -> None:
        view, opened, module = self.check(
            shm.layout(EVERYTHING, "Everything"), length=3, heap_max=1 << 20, participants=8, id=1, wide=1, signed=-300
        )
        self.assertEqual(
            (shm.unit(opened, "temperature"), shm.doc(opened, "temperature"), module.Mode.__doc__),
            ('5" \\', 'in the "shade" \\ here', "Whether it turns."),
        )
        self.assertEqual(module.Pose.__doc__.splitlines()[0], "Where it is.")
        self.assertEqual([shm.is_counter(opened, name) for name in ("turns", "d")], [True, False])
        again = shm.create(self.name(), module.Everything, length=3, heap_max=1 << 20, id=1, wide=1, signed=-300)
        self.assertTrue(shm.is_counter(again, "turns"))
        self.assertIn('#[shm(alias = "runs", counter)]', shm._declared._Writer().struct_text(
            module.Everything, shm._declared._hints(module.Everything)))
        for view in (view, opened, again):
            self.assertEqual(view.rows.totals(), {"hits": 0, "pose": {"x": 0.0, "y": 0.0}})
            with self.assertRaisesRegex(shm.NotSupported, "`peaks` has rows that are not added up"):
                view.peaks.totals()

    def test_what_is_written_through_the_class_is_read_without_it_and_the_other_way(self) -> None:
        view, opened, module = self.check(
            shm.layout(EVERYTHING, "Everything"), length=3, heap_max=1 << 20, participants=8, id=1, wide=1, signed=-300
        )
        for name, value in [("a", 1), ("d", 1 << 63), ("h", -5), ("j", 0.5), ("k", True), ("l", "ß"), ("big", 7),
                            ("small", 1.5), ("packed", 9), ("packed_float", -2.5), ("id", 3), ("maybe", -4),
                            ("name", "north"), ("low", 2.5), ("title", "any length")]:
            setattr(opened, name, value)
            self.assertEqual(getattr(view, name), value, name)
        opened.from_, opened.shm_, opened._0, opened.gr_u00f6_u00dfe, opened.x__x = 1, 2, 3, 4, 5
        found = [shm.field(view, name).get() for name in ("from", "shm", "_0", "größe", "__x")]
        self.assertEqual(found, [1, 2, 3, 4, 5])
        view.pair._0, view.pair._1, view.aligned.n = 8, 0.5, 9
        self.assertEqual((opened.pair._0, opened.pair._1, opened.aligned.n), (8, 0.5, 9))
        opened.mode = module.Mode.None_
        self.assertEqual((shm.field(view, "mode").get(), opened.mode), ("None", module.Mode.None_))
        opened.wide, opened.signed = 1, module.Signed.Low
        self.assertEqual((int(view.wide), int(view.signed)), (1, -300))
        opened.eight.store(x=1.0, y=2.0)
        opened.latest.store({"name": "n", "data": b"d", "raw": ["a", "b"]})
        opened.huge.store([-1, 1 << 100])
        self.assertEqual(list(view.huge.load()), [-1, 1 << 100])
        self.assertEqual((view.eight.load().y, view.latest.load().name), (2.0, "n"))
        with opened.mutex as pose:
            pose.x = 4.0
        with view.mutex as pose:
            self.assertEqual(pose.x, 4.0)
        opened.watched.set(module.Mode.mro_)
        self.assertEqual(shm.field(view, "watched").get(), "mro")
        opened.jobs.push({"x": 1.0, "y": 0.0})
        self.assertEqual(view.jobs.pop(timeout=0), {"x": 1.0, "y": 0.0})
        opened.by_name["a"] = [{"x": 3.0, "y": 0.0}]
        self.assertEqual(view.by_name["a"], [{"x": 3.0, "y": 0.0}])
        opened.steps["s"] = {"label": "l", "values": [1.0], "poses": [], "big": 1 << 100}
        self.assertEqual(view.steps["s"]["big"], 1 << 100)
        opened.tail[2].x = 6.0
        self.assertEqual((view.tail[2].x, type(opened.tail[2])), (6.0, module.Pose))

    def test_a_region_whose_whole_is_not_a_struct_is_opened_with_its_type(self) -> None:
        types = ["f64", "[f64]", "[u32; 4]", "Mutex<i64>", "Latest<f64>", "Watched<bool>", "Queue<u8, 4>", "Event",
                 "Owned<[u16]>", "Map<str, f64>", "[[u8; 4]; 2]", "Be<u16>"]
        for ty in types:
            with self.subTest(ty):
                settings = {"length": 3} if ty == "[f64]" else {}
                heap = {"heap_max": 1 << 16} if ty.startswith(("Owned", "Map")) else {}
                self.check(ty, **settings, **heap)

    def test_elements_of_an_exported_slice_are_of_the_exported_class(self) -> None:
        # A struct whose name no class can have.
        layout = shm.layout("struct r#from { x: f64 }", "[r#from]")
        view, opened, module = self.check(layout, length=2)
        opened[1].x = 1.5
        self.assertEqual((view[1].x, type(opened[1])), (1.5, module.from_))
        self.assertEqual(shm.field(opened[1], "x").get(), 1.5)

    def test_a_class_of_another_name_is_reached_by_path_as_well(self) -> None:
        layout = shm.layout(
            "struct Int { lock: Mutex<()>, #[shm(guarded_by = \"lock\")] low: f64 } struct int { inner: Int, n: u8 }",
            "int",
        )
        view, opened, _ = self.check(layout)
        opened.inner.low = 2.5
        shm.field(opened, "n").set(3)
        self.assertEqual((view.inner.low, view.n), (2.5, 3))

    @unittest.skipUnless(importlib.util.find_spec("mypy"), "needs mypy")
    def test_mypy_knows_every_field_of_an_exported_class(self) -> None:
        name, _ = self.region(shm.layout(EVERYTHING, "Everything"), length=1, heap_max=1 << 20, participants=8, id=1, wide=1, signed=-300)
        (self.folder / "exported.py").write_text(self.text(name))
        (self.folder / "uses.py").write_text(
            "import shm\n"
            "from exported import Everything, Mode\n"
            'view = shm.open("x", Everything)\n'
            "a: int = view.a\n"
            "b: float = view.eight.load().x\n"
            "c: Mode = view.watched.get()\n"
            "d: float = view.small\n"
            "e: float = view.tail[1].y\n"
            "f: str = view.name\n"
            "view.temprature = 1.0  # type: ignore[attr-defined]\n"
            'view.temperature = "warm"  # type: ignore[assignment]\n'
        )
        self.check_types("exported.py", "uses.py")

    def check_types(self, *files: str) -> None:
        site = pathlib.Path(shm.__file__).parent.parent
        path = "" if "site-packages" in str(site) else str(site)
        done = subprocess.run(
            [sys.executable, "-m", "mypy", "--strict", *files],
            capture_output=True, text=True, timeout=600, cwd=self.folder, env={**os.environ, "MYPYPATH": path},
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    @unittest.skipUnless(importlib.util.find_spec("mypy"), "needs mypy")
    def test_mypy_knows_every_field_of_a_module_that_needs_no_package(self) -> None:
        name, _ = self.region(shm.layout(EVERYTHING, "Everything"), length=1, heap_max=1 << 20, participants=8, id=1, wide=1, signed=-300)
        (self.folder / "station.py").write_text(self.text(name, "python"))
        (self.folder / "uses.py").write_text(
            "from typing import List, Optional, Tuple\n"
            "from station import Everything, Mode, Pose\n"
            'with Everything.open_read_only("x", allow_owner=1) as region:\n'
            "    number: int = region.a\n"
            "    mode: Mode = region.watched\n"
            "    real: float = region.eight.x\n"
            "    several: List[int] = region.grid[0][1:]\n"
            "    text: str = region.name\n"
            "    owned: Optional[Pose] = region.one\n"
            "    guarded: Pose = region.mutex.unlocked()\n"
            "    job: Pose = region.by_id[7]\n"
            "    memory: memoryview = region.grid.view()\n"
            "    version: int = Everything.latest.version(region)\n"
            "    region.temperature = 21.5\n"
            "    region.mode = Mode.Idle\n"
            "    region.grid = [[1, 2, 3], [4, 5, 6]]\n"
            "    region.temprature = 1.0  # type: ignore[attr-defined]\n"
            "    print(region.temprature)  # type: ignore[attr-defined]\n"
            '    region.temperature = "warm"  # type: ignore[assignment]\n'
            "    region.latest = region.latest  # type: ignore[assignment]\n"
        )
        self.check_types("station.py", "uses.py")

    def test_the_classes_of_layouts_made_at_random_have_their_fingerprints(self) -> None:
        seed = random.randrange(1 << 32)
        chance = random.Random(seed)
        for number in range(LAYOUTS):
            text, root = Random(chance).definitions()
            with self.subTest(seed=seed, number=number, text=text):
                view, opened, _ = self.check(shm.layout(text, root), heap_max=1 << 20)
                self.write_and_read(chance, view, opened)
                self.write_and_read(chance, opened, view)

    def write_and_read(self, chance: random.Random, one: Any, other: Any) -> None:
        """Writes something into every field that is a number, and reads it in the other view."""
        for mine, theirs in zip(shm.fields(one), shm.fields(other), strict=True):
            value = getattr(one, mine)
            if isinstance(value, shm.Struct):
                self.write_and_read(chance, value, getattr(other, theirs))
                continue
            if not isinstance(value, (bool, int, float)):
                continue
            if isinstance(value, bool):
                new: Any = not value
            elif isinstance(value, enum.IntEnum):
                new = chance.choice(list(type(value)))
            else:
                new = chance.randrange(1, 100)
            # What is only seen, as the number of permits, stays.
            with contextlib.suppress(shm.NotSupported):
                setattr(one, mine, new)
                self.assertEqual(getattr(one, mine), new, mine)
            self.assertEqual(getattr(one, mine), getattr(other, theirs), mine)


class Random:
    """Definitions of a random layout."""

    SCALARS = ["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64", "bool", "char", "Be<u32>",
               "Le<i16>", "U16<BE>", "Option<NonZero<u32>>", "CText<5>"]
    NAMES = ["x", "y", "temperature", "from", "int", "shm", "class", "_1", "__z", "naïve", "Annotated", "self", "type"]

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.texts: list[str] = []
        self.structs: list[str] = []
        self.enums: list[str] = []

    def definitions(self) -> tuple[str, str]:
        for _ in range(self.chance.randrange(3)):
            self.enumeration()
        for _ in range(self.chance.randrange(4)):
            self.structure(self.plain)
        return self.text(self.structure(self.any))

    def text(self, root: str) -> tuple[str, str]:
        return "\n".join(self.texts), root

    def enumeration(self) -> None:
        repr_ = self.chance.choice(["u8", "i8", "u16", "i32", "u64"])
        least = -100 if repr_.startswith("i") else 0
        # Zero is the value of a region without another.
        values = [0, *self.chance.sample([n for n in range(least, 100) if n], self.chance.randrange(4))]
        names = self.chance.sample(["Idle", "None", "mro", "name", "Ü", "_x_", "True"], len(values))
        variants = ", ".join(f"{name} = {value}" for name, value in zip(names, values))
        self.enums.append(f"E{len(self.enums)}")
        self.texts.append(f"{self.doc()}enum {self.enums[-1]}: {repr_} {{ {variants} }}")

    def structure(self, make: Any) -> str:
        name = self.chance.choice(["Pose", "list", "S", "_S"]) + str(len(self.structs))
        align = f"#[repr(C, align({self.chance.choice([1, 8, 128])}))] " if self.chance.random() < 0.2 else ""
        fields = self.chance.sample(self.NAMES, self.chance.randrange(1, 8))
        if make == self.plain and self.chance.random() < 0.2:
            body = "(" + ", ".join(make() for _ in fields) + ")"
        else:
            body = "{ " + ", ".join(f"{self.notes()}{field}: {make()}" for field in fields) + " }"
        self.structs.append(name)
        self.texts.append(f"{self.doc()}{align}struct {name} {body}")
        return name

    def doc(self) -> str:
        return "\n/// Some \"words\" \\ here.\n///\n/// And ''' more.\n" if self.chance.random() < 0.3 else ""

    def notes(self) -> str:
        return '#[shm(unit = "m/s\\"")] ' if self.chance.random() < 0.2 else ""

    def plain(self, depth: int = 0) -> str:
        roll = self.chance.random()
        if roll < 0.2 and depth < 2:
            return f"[{self.plain(depth + 1)}; {self.chance.randrange(5)}]"
        if roll < 0.4 and self.structs:
            return self.chance.choice(self.structs)
        if roll < 0.5 and self.enums:
            return self.chance.choice(self.enums)
        return self.chance.choice(self.SCALARS)

    def valued(self) -> str:
        """A plain type that has bytes."""
        return self.chance.choice([*self.SCALARS, *self.enums])

    def any(self) -> str:
        number = self.chance.randrange(2, 9)
        return self.chance.choice([
            self.plain(), self.plain(), self.plain(), f"Latest<{self.valued()}>", f"Latest<{self.valued()}, {number}>",
            f"Mutex<{self.plain()}>", f"RwLock<{self.plain()}, {number}>", f"Watched<{self.plain()}>", "Event", "Once",
            f"Queue<{self.valued()}, {number}>", f"Ring<{self.valued()}, {number}>", f"Owned<[{self.valued()}]>",
            "Owned<str>", f"Map<str, {self.valued()}>", f"Latest<[u128; {number}]>", f"Latest<Text<{number}>>",
            f"Semaphore<{number}>", f"Barrier<{number}>", f"PerProcess<{self.valued()}, {number}>",
        ])


if __name__ == "__main__":
    unittest.main()
