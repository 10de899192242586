"""Copies slices of arrays that a Rust process fills, and fills others. usage: slices.py REGION"""

import array
import random
import sys

from slices import Slices

TURNS = 100


def check(data, code):
    full = (1 << 8 * array.array(code).itemsize) - 1
    found = set(memoryview(data).cast(code).tolist())
    assert found <= {0, full}, [hex(one) for one in found]
    return len(found) == 2


def main(name):
    mixed = 0
    with Slices.open(name) as all:
        for turn in range(TURNS):
            for field, code in (("halves", "H"), ("words", "I"), ("longs", "Q")):
                view = all[field]
                mixed += check(bytes(view), code)
                start, end = sorted(random.sample(range(len(view)), 2))
                part = view[start:end]
                assert set(part) <= {0, (1 << 8 * array.array(code).itemsize) - 1}
            one = turn % 2
            for field, code in (("halves", "H"), ("words", "I"), ("longs", "q")):
                view = all["from_python_" + field]
                full = -one if code == "q" else one * ((1 << 8 * array.array(code).itemsize) - 1)
                view[:] = array.array(code, [full]) * len(view)
                start, end = sorted(random.sample(range(len(view)), 2))
                full = ~full if code == "q" else full ^ ((1 << 8 * array.array(code).itemsize) - 1)
                view[start:end] = array.array(code, [full]) * (end - start)
    assert mixed > 0, "it was no race"


main(*sys.argv[1:])
