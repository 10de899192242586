"""Reads a region that a Rust process changes as fast as it can. usage: racing.py REGION"""

import struct
import sys

from racing import Contended, Racing

# At least this many reads, and this many different versions among them: it was a race.
READS, VERSIONS = 60_000, 5_000


def check_bits(all, turn):
    assert all.hot in (0, 2**64 - 1), hex(all.hot)
    assert all.hot_i64 in (0, -1)
    assert all.hot_u32 in (0, 2**32 - 1)
    assert all.hot_u16 in (0, 2**16 - 1)
    assert struct.pack(">d", all.hot_f64).hex() in ("00" * 8, "3ff0000000000000", "c0000000000000ff")
    assert all.hot_be in (0, 2**64 - 1)
    assert all.array[turn % 8] in (0, 2**64 - 1)
    assert set(all.array[2:6]) <= {0, 2**64 - 1}


def is_whole(version):
    number = version.number
    return version.copies == [number] * 6 and version.low == number % 2**32


def main(name):
    with Racing.open_read_only(name) as all:
        last = narrow_last = different = zeros = turn = 0
        while all.hot == 0:
            pass
        while turn < READS or different < VERSIONS or zeros in (0, turn):
            turn += 1
            try:
                version = all.version
                assert is_whole(version), version
                assert version.number >= last
                different += version.number != last
                last = version.number
            except Contended:
                pass
            try:
                version = all.narrow
                assert is_whole(version) and version.number >= narrow_last
                narrow_last = version.number
            except Contended:
                pass
            after = all.after
            assert all.before >= after
            check_bits(all, turn)
            zeros += all.hot == 0


main(*sys.argv[1:])
