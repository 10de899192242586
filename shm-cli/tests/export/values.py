"""Equality, copies, and buffers. usage: values.py WHAT REGION"""

import array
import copy
import ctypes
import math
import sys
import tracemalloc
import warnings

import values
from values import Color, Mode, Values


def refused(error, text, action):
    try:
        action()
    except error as refusal:
        assert text in str(refusal), str(refusal)
    else:
        raise AssertionError(f"nothing said {text!r}")


def setting(target, name, value):
    return lambda: setattr(target, name, value)


def equality(all):
    # One look after another, in place and in a copy.
    for name in ("origin", "poses", "path", "robots", "latest_pose", "latest_path", "latest_array", "grid", "big"):
        assert all[name] == all[name] and not all[name] != all[name], name
        assert copy.copy(all[name]) == all[name] and all[name] == copy.copy(all[name]), name
    assert all.latest_text == all.latest_text == "" and all.mode == all.mode == Mode.Idle
    assert all.robots[0].path.points[1] == all.robots[0].path.points[1]
    assert all.robots[0].path.points == all.robots[1].path.points
    # Between two places, and with values of Python.
    assert all.origin == all.other == all.poses[1]
    all.origin.x, all.origin.heading = 1.5, math.nan
    assert all.origin != all.other and all.origin != all.poses[0]
    all.poses[0].x, all.poses[0].heading = 1.5, math.nan
    assert all.origin == all.poses[0], "a NaN is equal to a NaN"
    assert all.origin == {"x": 1.5, "y": 0.0, "heading": math.nan}
    assert all.origin == (1.5, 0.0, math.nan) and all.origin != (1.5, 0.0)
    assert all.origin != {"x": 1.5, "y": 0.0} and all.origin != 1.5 and all.origin != None
    assert all.origin != all.path, "of different types"
    assert dict(all.origin) == all.origin and "x" in all.origin and list(all.origin) == ["x", "y", "heading"]
    assert all.latest_pose == (1.0, math.nan, 0.5) and all.latest_pose != all.origin
    # Arrays: with arrays, sequences, and buffers.
    all.halves = [1, 2, 3, 4, 5, 6]
    all.floats = [1, 2, 3, 4, 5, 6]
    assert all.halves == [1, 2, 3, 4, 5, 6] == all.halves and (1, 2, 3, 4, 5, 6) == all.halves
    assert all.halves == all.floats and all.halves == array.array("H", range(1, 7))
    assert all.halves == bytes(range(1, 7)) and all.halves != b"\1\2" and all.halves != "123456"
    all.halves[5] = 7
    assert all.halves != all.floats and all.halves != [1, 2, 3, 4, 5, 6]
    all.floats[0] = math.nan
    assert all.floats == all.floats == copy.copy(all.floats) == [math.nan, 2, 3, 4, 5, 6]
    assert all.grid == [[0.0] * 3] * 4 and all.grid != [[0.0] * 3] * 3
    assert 7 in all.halves and 8 not in all.halves and Mode.Idle in all.modes
    # Only values that do not change have hashes.
    snapshot = all.latest_pose
    assert hash(snapshot) == hash(all.latest_pose) == hash(copy.copy(snapshot)) and snapshot in {all.latest_pose}
    for live in (all.origin, all.halves, copy.copy(all.halves), all.path):
        refused(TypeError, "hash", lambda: hash(live))
    assert all == all and all in {all} and all != Values.__new__(Values)


def changes(all):
    """Prints what has changed since the last look, for each `look` command."""
    last = {}
    for _ in sys.stdin:
        changed = []
        for name in ("latest_pose", "latest_path", "latest_text", "latest_array", "origin", "path"):
            if name not in last or all[name] != last[name]:
                last[name] = copy.copy(all[name]) if name in ("origin", "path") else all[name]
                changed.append(name)
        print(*changed or ["none"], flush=True)


def warning(all):
    for name in ("origin", "halves", "path", "robots"):
        last = all[name]
        assert all[name] == last, "just looked at"
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            assert not all[name] != last
        [one] = caught
        assert one.category is RuntimeWarning and f"`{name}` is compared with itself" in str(one.message)
        assert one.filename == __file__, one.filename
    # Another place, or a copy, causes no warning.
    last, other = copy.copy(all.origin), all.other
    assert all.origin == last and all.origin == other and other == other


def copies(all):
    one = copy.copy(all.robots[1])
    assert (one.pose.x, values.Robot.pose.version(one), one.origin.x) == (7.0, 1, 3.0)
    assert one.account.unlocked().balance == -5
    both, deep = copy.copy(all.robots), copy.deepcopy(all.robots[1])
    assert both[1] == one == deep == all.robots[1] and both[0] != one
    all.robots[1].origin.x = 4.0
    all.robots[1].path.points[2].y = 5.0
    assert one.origin.x == 3.0 and one.path.points[2].y == 0.0
    assert both[1] == one and all.robots[1] != one
    refused(values.NotWritable, "a private copy", lambda: setattr(one.origin, "x", 1.0))
    refused(values.NotWritable, "a private copy", lambda: one.path.modes.__setitem__(0, Mode.Idle))
    refused(values.NotWritable, "a private copy", lambda: copy.copy(all.halves).__setitem__(slice(0, 2), [1, 2]))
    assert copy.copy(one) is one
    kept = copy.copy(all.grid)
    all.grid[1] = [1, 2, 3]
    assert kept[1] == [0, 0, 0] and all.grid.tolist() == [[0.0] * 3, [1.0, 2.0, 3.0]] + [[0.0] * 3] * 2
    refused(TypeError, "a region cannot be copied", lambda: copy.copy(all))
    refused(TypeError, "behind a Mutex", lambda: copy.copy(all.mutex_flag))


def guarded(all):
    refused(TypeError, "`mutex_flag`: it is behind a Mutex", lambda: bool(all.mutex_flag))
    refused(TypeError, "behind a Mutex", lambda: all.mutex_flag == False)
    refused(TypeError, "behind a Mutex", lambda: all.mutex_flag in [True])
    refused(TypeError, "behind a Mutex", lambda: list(all.mutex_flag))
    assert all.mutex_flag.unlocked() is False and all.mutex_flag == all.mutex_flag
    assert all.robots[0] == copy.copy(all.robots[0])


def refusals(all):
    before = bytes(all._memory.views["B"])
    cases = [
        (ValueError, "`mode`: <Color.Green: 1> is not a variant", "mode", Color.Green),
        (ValueError, "`mode`: True is not a variant", "mode", True),
        (ValueError, "`modes[1]`: <Color.Red: 0> is not", "modes", [Mode.Idle, Color.Red, 0]),
        (TypeError, "`bools[0]`: expected True or False, found 1.0", "bools", [1.0, True, False]),
        (TypeError, "`halves`: a set is not a sequence", "halves", {1, 2, 3, 4, 5, 6}),
        (TypeError, "`halves`: a dict is not a sequence", "halves", dict.fromkeys(range(6))),
        (TypeError, "`halves[2]`: expected an integer for a `u16`, found 3.0", "halves", [1, 2, 3.0, 4, 5, 6]),
        (TypeError, "`halves[0]`: expected an integer for a `u16`, found '1'", "halves", "123456"),
        (OverflowError, "`halves[5]`: 65536 does not fit", "halves", [1, 2, 3, 4, 5, 65536]),
        (OverflowError, "`floats[1]`: 1e+300 does not fit", "floats", [0, 1e300, 0, 0, 0, 0]),
        (OverflowError, "`floats[1]`: 1e+300", "floats", array.array("d", [0, 1e300, 0, 0, 0, 0])),
        (OverflowError, "`small[5]`: 200 does not", "small", b"\0\0\0\0\0\xc8"),
        (OverflowError, "`small[0]`: -129 does not", "small", array.array("q", [-129] * 6)),
        (ValueError, "`halves`: 5 values for 6", "halves", array.array("H", range(5))),
        (ValueError, "`bytes`: 1048577 values for 1048576", "bytes", bytes(1048577)),
        (ValueError, "`grid`: 12 values for 4", "grid", array.array("f", range(12))),
        (ValueError, "`grid[1]`: 2 values for 3", "grid", [[1, 2, 3], [1, 2], [0] * 3, [0] * 3]),
        (ValueError, "`never_zero[1]`: it is never 0", "never_zero", [1, 0]),
        (ValueError, "`never_zero[1]`: it is never 0", "never_zero", array.array("H", [1, 0])),
        (TypeError, "`chars[1]`: expected a string of one character, found 'xy'", "chars", ["a", "xy"]),
        (OverflowError, "`names[1]`: 'abcde' has 5", "names", ["a", "abcde"]),
        (OverflowError, "`big[2]`: 2147483648", "big", [0, 0, 2**31]),
        (TypeError, "not iterable", "halves", 5),
    ]
    for error, text, name, value in cases:
        refused(error, text, setting(all, name, value))
    refused(ValueError, "`halves`: 2 values for 3", lambda: all.halves.__setitem__(slice(0, 6, 2), [1, 2]))
    refused(IndexError, "`halves` has 6 elements, no [-7]", lambda: all.halves[-7])
    refused(IndexError, "no [6]", lambda: all.halves.__setitem__(6, 1))
    refused(TypeError, "", lambda: all.halves["0"])
    assert bytes(all._memory.views["B"]) == before
    # An invalid value that a peer left, wherever it is read.
    all._memory.views["B"][all.modes._at + 1] = 9
    for read in (lambda: all.modes[1], lambda: all.modes[:], lambda: all.modes.tolist(), lambda: list(all.modes)):
        refused(values.InvalidValue, "`modes[1]` holds 9", read)
    refused(values.InvalidValue, "`modes[1]` holds 9", lambda: all.modes == [0, 9, 0])


def buffers(all):
    numbers = [1, 2, 3, 4, 5, 65535]
    padded = array.array("H", [9] + numbers)
    every_other = memoryview(array.array("H", [n for number in numbers for n in (number, 0)]))[::2]
    for value in (
        numbers, tuple(numbers), iter(numbers), array.array("H", numbers), memoryview(array.array("H", numbers)),
        array.array("q", numbers), array.array("L", numbers), (ctypes.c_uint16 * 6)(*numbers), every_other,
        memoryview(padded)[1:], memoryview(bytes(padded)).cast("H")[1:],
    ):
        all.halves = [0] * 6
        all.halves = value
        assert all.halves[:] == numbers, (value, all.halves)
    all.halves[1:3] = b"\x0a\x0b"
    all.halves[::-2] = array.array("H", [1, 2, 3])
    all.halves[4:0:-2] = [7, 8]
    assert all.halves[:] == [1, 3, 8, 2, 7, 1] and all.halves[::-1] == [1, 7, 2, 8, 3, 1]
    assert all.halves[4:0:-3] == [7, 3] and all.halves[5:5] == [] and all.halves[10:] == []
    all.halves[2:2] = []
    all.small = array.array("b", [-1, -2, -3, 4, 5, 127])
    assert all.small[:] == [-1, -2, -3, 4, 5, 127]
    all.floats = array.array("f", [0.5] * 6)
    all.floats[2:4] = array.array("d", [1.5, -2.5])
    assert all.floats[:] == [0.5, 0.5, 1.5, -2.5, 0.5, 0.5]
    all.bools, all.modes, all.chars = b"\1\0\1", [Mode.Failed, 1, Mode.Idle], "zä"
    assert all.bools[:] == [True, False, True] and all.chars[::-1] == ["ä", "z"]
    assert all.modes[:] == [Mode.Failed, Mode.Measuring, Mode.Idle] and type(all.modes[1:][0]) is Mode
    all.big, all.packed, all.maybe = array.array("i", [1, -2, 3]), [7, 8], [None, 5]
    assert all.big[:] == [1, -2, 3] and bytes(all.big)[:4] == b"\0\0\0\1" and all.maybe[:] == [None, 5]
    # From the region itself, even if the two overlap.
    all.bytes[:5], all.grid = b"abcde", [[1, 2, 3], array.array("f", [4, 5, 6]), (7, 8, 9), [0, 0, 0]]
    all.bytes[1:5] = all.bytes.view()[:4]
    all.floats, all.grid[3] = all.halves, all.grid[0]
    assert bytes(all.bytes)[:5] == b"aabcd" and all.floats == all.halves and all.grid[3] == [1, 2, 3]
    all.grid[:2] = memoryview(array.array("f", range(6))).cast("B").cast("f", [2, 3])
    assert all.grid.tolist()[:3] == [[0, 1, 2], [3, 4, 5], [7, 8, 9]]


def megabytes(all):
    """A million elements without a list or a tuple: at most two and a half copies of the bytes."""
    longs, doubles = array.array("Q", range(1 << 17)), array.array("d", [0.5] * (1 << 17))
    table = memoryview(array.array("i", range(1 << 18))).cast("B").cast("i", [512, 512])
    steps = [
        lambda: all.bytes.__setitem__(slice(None), bytes(longs)),
        lambda: setattr(all, "bytes", bytearray(bytes(longs))),
        lambda: setattr(all, "longs", longs),
        lambda: all.longs.__setitem__(slice(1, None), memoryview(longs)[1:]),
        lambda: setattr(all, "doubles", doubles),
        lambda: setattr(all, "table", table),
        lambda: memoryview(bytes(all.bytes)),
        lambda: copy.copy(all.longs),
        lambda: all.doubles.tobytes(),
        lambda: all.table == copy.copy(all.table),
        lambda: setattr(all, "longs", all.longs),
        lambda: array.array("Q", all.longs.view()),
    ]
    for step in steps:
        step()
        tracemalloc.start()
        step()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 5 << 19, (steps.index(step), peak)
    assert all.bytes.tobytes() == bytes(longs) == all.longs.tobytes() and all.longs == longs
    assert all.doubles[-1] == 0.5 and all.table[511][511] == (1 << 18) - 1 and bytes(all.table) == bytes(table)


class Recorded:
    """A memoryview that records the sizes of copies."""

    def __init__(self, view):
        self.view, self.sizes = view, []

    def __getitem__(self, places):
        self.sizes.append(places.stop - places.start)
        return self.view[places]

    def __setitem__(self, places, value):
        self.sizes.append(places.stop - places.start)
        self.view[places] = value


def steps(all):
    """No copy is a `memcpy` of 2 KiB or more, which may go byte by byte."""
    whole = all._memory.views["B"]
    all.table.view()  # which reads the bytes once
    for step, size in (
        (lambda: bytes(all.bytes), 1 << 20),
        (lambda: all.longs.tobytes(), 1 << 20),
        (lambda: setattr(all, "longs", array.array("Q", range(1 << 17))), 1 << 20),
        (lambda: all.doubles.__setitem__(slice(1, None), [0.5] * ((1 << 17) - 1)), (1 << 20) - 8),
        (lambda: setattr(all, "table", all.table), 1 << 20),
        (lambda: copy.copy(all.table), 1 << 20),
        (lambda: copy.copy(all.grid), 48),
    ):
        all._memory.views["B"] = recorded = Recorded(whole)
        try:
            step()
        finally:
            all._memory.views["B"] = whole
        assert max(recorded.sizes) <= 1024 and sum(recorded.sizes) == size, (recorded.sizes[:5], size)
        assert all_multiples(recorded.sizes[:-1]), recorded.sizes[:5]


def all_multiples(sizes):
    return not any(size % 8 for size in sizes)


def sharing(all, name):
    view = all.halves.view()
    view[2] = 77
    all.halves[3] = 78
    assert all.halves[2] == 77 and view[3] == 78 and (view.format, view.shape, view.readonly) == ("H", (6,), False)
    assert all.grid.view().shape == (4, 3) and all.table.view().nbytes == 1 << 20
    assert all.modes.view().readonly and all.never_zero.view().tolist() == [1, 1]
    assert all.latest_array.view().readonly and copy.copy(all.halves).view().readonly
    interface = all.grid.__array_interface__
    interface["data"][3 * 4 : 4 * 4] = array.array("f", [8.5]).tobytes()
    assert all.grid[1][0] == 8.5 and (interface["shape"], interface["typestr"]) == ((4, 3), "<f4")
    assert all.big.__array_interface__["typestr"] == ">i4" and all.big.__array_interface__["data"].readonly
    for field in ("bools", "chars", "maybe", "names", "poses", "robots"):
        refused(TypeError, f"`{field}` is not made of plain numbers", all[field].view)
        refused(TypeError, f"`{field}` cannot be shared with numpy", all[field].__array__)
        refused(AttributeError, "__array_interface__", lambda: all[field].__array_interface__)
    refused(TypeError, "`big` is not made of plain", all.big.view)
    if sys.version_info >= (3, 12):
        memoryview(all.halves)[0] = 79
        assert all.halves[0] == 79 and memoryview(all.grid).shape == (4, 3)
        refused(TypeError, "not made of plain", lambda: memoryview(all.bools))
    with Values.open_read_only(name) as reader:
        assert reader.halves.view().readonly and reader.grid.__array_interface__["data"].readonly
        refused(TypeError, "read-only", lambda: reader.halves.view().__setitem__(0, 1))
        kept = reader.halves.view()
    # Views that share it keep it mapped; everything else is unusable.
    view[3] = 80
    assert kept[3] == 80
    refused(ValueError, "the region is closed", lambda: reader.halves[0])
    refused(ValueError, "the region is closed", lambda: reader.halves.view())


def numpy(all, name):
    try:
        import numpy as np
    except ImportError:
        print("skipped")
        return
    for field in ("halves", "floats", "small", "grid", "bytes", "table", "longs"):
        shared = np.asarray(all[field])
        shared[...] = 0
        shared[-1] = 3
        last = all[field].tolist()[-1]
        assert last == 3 or last == [3] * len(last), (field, last)
        all[field][0] = all[field].tolist()[-1]
        assert (shared[0] == shared[-1]).all() and shared.flags.writeable
        # And back: arrays of numpy, of other types and shapes.
        all[field] = shared + 1
        assert (np.asarray(all[field]) == np.array(all[field].tolist())).all()
        copied = np.array(all[field])
        all[field][0] = all[field].tolist()[1]
        assert not np.shares_memory(copied, shared) and (copied[0] != shared[0]).any()
    assert np.asarray(all.halves, dtype="f8").dtype == "f8"
    all.halves = np.arange(6)
    all.floats = np.arange(6, dtype=">f8")
    all.grid = np.arange(12, dtype="f4").reshape(4, 3)
    all.grid[1:3] = np.ones((2, 3))
    all.bools = np.array([True, False, True])
    all.halves[::2] = np.array([7, 8, 9], dtype="u2")
    assert all.halves[:] == [7, 1, 8, 3, 9, 5] and all.floats[:] == [0, 1, 2, 3, 4, 5]
    assert all.grid.tolist() == [[0, 1, 2], [1, 1, 1], [1, 1, 1], [9, 10, 11]] and all.bools[:] == [True, False, True]
    assert (all.halves == np.array([7, 1, 0, 0, 9, 5])).tolist() == [True, True, False, False, True, True]
    refused(OverflowError, "`halves[0]`", setting(all, "halves", np.full(6, 65536)))
    refused(ValueError, "`grid[0]`: 4 values", setting(all, "grid", np.zeros((4, 4), dtype="f4")))
    for field in ("modes", "never_zero", "big", "packed", "latest_array"):
        assert not np.asarray(all[field]).flags.writeable, field
    all.big = [1, -2, 3]
    assert np.asarray(all.big).tolist() == [1, -2, 3]
    for field in ("bools", "chars", "maybe", "names", "poses"):
        refused(TypeError, f"`{field}` cannot be shared with numpy", lambda: np.asarray(all[field]))
    with Values.open_read_only(name) as reader:
        kept = np.asarray(reader.halves)
        assert not kept.flags.writeable
    all.halves[0] = 1234
    assert kept[0] == 1234, "it outlives the region"


def main(what, name):
    with Values.open(name) as all:
        parts = globals()[what]
        parts(all, name) if what in ("sharing", "numpy") else parts(all)


main(*sys.argv[1:])
