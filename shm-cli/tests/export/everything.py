"""Reads and writes every field of a region that a Rust process has open, by the exported module.

usage: everything.py read|write REGION
"""

import sys

import everything
from everything import Everything, Mode, Signed, Unsigned


def is_so(found, expected):
    # Compares types as well: True is 1, and an enum is its number.
    assert type(found) is type(expected) and found == expected, f"{found!r} is not {expected!r}"


def refused(error, text, action):
    try:
        action()
    except error as refusal:
        assert text in str(refusal), str(refusal)
    else:
        raise AssertionError(f"nothing said {text!r}")


def read_plain(all):
    is_so((all.u8, all.u16, all.u32, all.u64), (255, 65534, 2**32 - 3, 2**64 - 4))
    is_so((all.i8, all.i16, all.i32, all.i64), (-128, -32767, -(2**31) + 2, -(2**63) + 3))
    is_so((all.f32, all.f64), (0.5, -0.25))
    is_so(all.bool, True)
    is_so((all.class_, all.from_, all.open_), (11, 12, 13))
    is_so((all["class"], all["from"], all["open"]), (11, 12, 13))
    is_so(all.char, "ä")
    is_so((all.non_zero, all.non_zero_i64, all.maybe), (0x1234, -5, -7))
    is_so((all.mode, all.signed, all.unsigned), (Mode.Measuring, Signed.Low, Unsigned.High))


def read_ordered(all):
    is_so((all.be_u16, all.be_i32, all.be_u64), (0x0102, -3, 0x0102030405060708))
    is_so((all.be_f32, all.be_f64), (0.5, -0.25))
    is_so((all.le_u32, all.le_i64, all.le_f64), (0x01020304, -(2**63), 1e300))
    is_so((all.packed_u16, all.packed_i32, all.packed_u64), (0x0102, -4, 2**64 - 2))
    is_so((all.packed_f32, all.packed_f64), (-2.0, 1e-300))
    is_so((all.packed_u128, all.packed_i128), (2**128 - 6, -6))
    is_so(all.text, "north gate")


def read_arrays(all):
    is_so(all.numbers[:], [1, 2, 3, 2**32 - 1])
    is_so((all.numbers[-1], all.numbers[1:3], len(all.numbers)), (2**32 - 1, [2, 3], 4))
    is_so(all.numbers[::-2], [2**32 - 1, 2])
    refused(IndexError, "`numbers` has 4 elements, no [4]", lambda: all.numbers[4])
    is_so([list(row) for row in all.rows], [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    is_so(list(all.bools), [True, False, True])
    is_so(list(all.modes), [Mode.Failed, Mode.Idle])
    is_so(list(all.chars), ["ö", "\U0010ffff"])
    is_so(list(all.ordered), [-1, 258])
    is_so(list(all.names), ["ab", "cdef"])
    is_so((all.point.x, all.point.y, all.point.path[2][1]), (1.0, -1, 6))
    is_so((all.points[0].x, all.points[1].y), (2.0, -3))
    is_so((all.pair._0, all.pair["1"]), (7, 0x0102))


def read_latest(all):
    is_so((all.latest_f64, Everything.latest_f64.version(all)), (2.5, 1))
    is_so((all.latest_bool, all.latest_mode, all.latest_char), (True, Mode.Failed, "€"))
    is_so((all.latest_be, all.latest_u128), (0x01020304, 2**128 - 10))
    is_so(list(all.latest_wide), [-1, -(2**127)])
    is_so((all.latest_text, all.latest_bytes), ("grüße", b"\1\0\2"))
    is_so(all.latest_array[:], [1.0, 2.0, 3.0])
    is_so((all.latest_points[1].x, all.latest_points[0].y), (5.0, -4))
    is_so((all.ring_point.x, all.ring_point.y, Everything.ring_point.version(all)), (9.0, -9, 9))
    is_so((all.ring_f64, Everything.ring_f64.version(all)), (9.5, 1))
    is_so((all.tracks[1].x, all.tracks[1].path[2][1], all.tracks[0].x), (6.0, 6, 0.0))
    snapshot = all.latest_snapshot
    is_so((snapshot.point.x, snapshot.small, snapshot.modes[0]), (-1.5, 9, Mode.Measuring))
    is_so((snapshot.name, snapshot.data), ("größe", b"\0\xff\7"))
    is_so((snapshot.wide, snapshot.negative), (2**128 - 2, -2))


def read_others(all):
    account = all.account.unlocked()
    is_so((account.balance, account.bookings), (-100, 3))
    is_so((all.guarded.unlocked(), all.guarded_text.unlocked()), (44, "inside"))
    is_so((all.guarded_point.unlocked().x, all.guarded_latest.unlocked()), (7.0, 55))
    is_so((all.beside.unlocked(), all.beside_points.unlocked()[1].y), (66, -88))
    refused(AttributeError, "the lock `lock` beside it guards it", lambda: all.beside.real)
    is_so((all.event, all.watched, Everything.watched.changes(all)), (2, Mode.Measuring, 1))
    is_so((all.watched_point.y, all.watched_array[:], all.once), (-8, [21, 22], True))
    is_so((all.queue, all.queue.len, all.queue.head), ((1, 5, 2, 1), 1, 1))
    is_so([queue.len for queue in all.queues], [0, 3])
    refused(AttributeError, "behind a Mutex", lambda: all.account.balance)
    assert repr(all).startswith("Everything(u8=255, u16=65534,"), repr(all)


def read(all):
    for step in (read_plain, read_ordered, read_arrays, read_latest, read_others):
        step(all)


def write_plain(all):
    all.u8, all.u16, all.u32, all.u64 = 1, 2, 3, 4
    all.i8, all.i16, all.i32, all.i64 = -1, -2, -3, -4
    all.f32, all.f64, all.bool = 1.5, 2.5, False
    all.class_, all.from_, all["open"] = 21, 22, 23
    all.char = "\U0010ffff"
    all.non_zero, all.non_zero_i64, all.maybe = 5, 6, None
    all.mode, all.signed, all.unsigned = Mode.Failed, Signed.High, 0


def write_ordered(all):
    all.be_u16, all.be_i32, all.be_u64 = 0x0304, -(2**31), 0x1122334455667788
    all.be_f32, all.be_f64 = -8, 1e-10
    all.le_u32, all.le_i64, all.le_f64 = 5, -6, 7.5
    all.packed_u16, all.packed_i32, all.packed_u64 = 0x0506, -(2**31), 0x1122334455667788
    all.packed_f32, all.packed_f64 = 0.125, -1e10
    all.packed_u128, all.packed_i128 = 2**100 + 3, -(2**127)
    all.text = "exactly 12 b"


def write_arrays(all):
    all.numbers = [9, 8, 0, 0]
    all.numbers[2:] = (7, 6)
    all.rows[1][2] = -1.5
    all.bools = [False, True, True]
    all.modes[1], all.chars[0] = Mode.Measuring, "z"
    all.ordered[1], all.names[1] = -(2**15), "x"
    all.point.x, all.point.path[2][1] = 10.0, 77
    all.points[1].y = -33
    all.pair["0"], all.pair._1 = 8, 0x11223344


def refuse(all):
    """A value that does not fit is refused with the name of the field, and changes nothing."""
    before = repr(all)
    cases = [
        (OverflowError, "`u8`: 256 does not fit into a `u8`, which holds 0 to 255", "u8", 256),
        (OverflowError, "`u64`: -1 does not fit", "u64", -1),
        (OverflowError, "`i64`: 9223372036854775808 does not", "i64", 2**63),
        (TypeError, "`u32`: expected an integer for a `u32`, found 1.5", "u32", 1.5),
        (TypeError, "`f64`: expected a number for a `f64`, found 'x'", "f64", "x"),
        (OverflowError, "`f32`: 1e+300 does not fit into a `f32`", "f32", 1e300),
        (TypeError, "`bool`: expected True or False, found 2", "bool", 2),
        (TypeError, "`char`: expected a string of one character, found 'ab'", "char", "ab"),
        (ValueError, "`char`: '\\ud800' is half", "char", "\ud800"),
        (ValueError, "`non_zero`: it is never 0", "non_zero", 0),
        (ValueError, "`maybe`: 0 means None", "maybe", 0),
        (ValueError, "`mode`: 3 is not a variant; allowed: 0 (Idle), 1 (", "mode", 3),
        (OverflowError, "`be_u16`: 65536 does not", "be_u16", 65536),
        (OverflowError, "`packed_u128`", "packed_u128", 2**128),
        (OverflowError, "`text`: 'longer than 12' has 14 bytes", "text", "longer than 12"),
        (ValueError, "`text`: 'a\\x00b' has a NUL", "text", "a\0b"),
        (ValueError, "`numbers`: 3 values for 4 elements", "numbers", [1, 2, 3]),
        (OverflowError, "`numbers[3]`: -1 does not", "numbers", [1, 2, 3, -1]),
        (everything.NotWritable, "`point`: a struct is written field by", "point", {"x": 1}),
        (everything.NotWritable, "`latest_f64`: a Latest is written under", "latest_f64", 1.0),
        (everything.NotWritable, "`tracks[0]`: a Latest is", "tracks", [1, 2]),
        (everything.NotWritable, "`ring_f64`: items are pushed to a Ring", "ring_f64", 1.0),
        (everything.NotWritable, "`account`: it is behind a Mutex", "account", 1),
        (everything.NotWritable, "`watched`: writing a Watched must wake", "watched", Mode.Idle),
        (everything.NotWritable, "`event`: notifying", "event", 1),
        (everything.NotWritable, "`once`: it is initialised under", "once", True),
        (everything.NotWritable, "`queue`: pushing takes a lock", "queue", 1),
        (AttributeError, "typo", "typo", 1),
    ]
    for error, text, name, value in cases:
        refused(error, text, lambda: setattr(all, name, value))
    refused(AttributeError, "has no field `typo`; it has u8, u16", lambda: all.typo)
    refused(everything.NotWritable, "a copy of one", lambda: setattr(all.tracks[0], "x", 1.0))
    unlocked = all.account.unlocked()
    refused(everything.NotWritable, "behind a Mutex", lambda: setattr(unlocked, "balance", 1))
    watched = all.watched_point
    refused(everything.NotWritable, "writing a Watched must wake", lambda: setattr(watched, "x", 1.0))
    assert repr(all) == before


def main(task, name):
    if task == "read":
        with Everything.open_read_only(name) as all:
            read(all)
            refused(everything.NotWritable, "for reading only", lambda: setattr(all, "u8", 1))
        refused(ValueError, "the region is closed", lambda: all.u8)
    else:
        with Everything.open(name) as all:
            read(all)
            refuse(all)
            write_plain(all)
            write_ordered(all)
            write_arrays(all)


main(*sys.argv[1:])
