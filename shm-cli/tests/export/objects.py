"""Finds named objects in the heap of a region."""

import sys

import counter
from counter import Counter, Mode, RegionError

what, name = sys.argv[1:3]


def outcome(open_):
    try:
        open_(name).close()
        return "OK"
    except RegionError as error:
        return error.reason
    except OSError as error:
        return type(error).__name__


def read(region):
    assert region.hits == 3 and region.slowest == 7.5 and region.mode is Mode.Measuring
    assert region.label == "front door" and region.pose.y == -2.5
    assert region.total.unlocked() == -4 and list(region.bins) == [0, 0, 0, 0, 400]
    assert region.is_current()


def answer(respond):
    for line in sys.stdin:
        print(respond(line.strip()), flush=True)


if what == "read":
    with Counter.open_read_only(name) as region, Counter.open(name) as writable:
        read(region)
        read(writable)
        writable.hits = 4
        assert region.hits == 4
        writable.hits = 3
        try:
            region.hits = 5
        except TypeError:
            pass
        else:
            raise AssertionError("written")
elif what == "write":
    with Counter.open(name) as region:
        region.hits += 2
        region.slowest = 9.25
        region.mode = Mode.Failed
        region.label = "back door"
        region.bins[0] = 7
elif what == "is-77":
    with Counter.open_read_only(name) as region:
        assert region.hits == 77 and region.is_current()
elif what == "accepted":
    assert outcome(Counter.open) == outcome(Counter.open_read_only) == "OK"
elif what == "stays":
    with Counter.open(name) as region:
        answer(lambda _: "yes" if region.is_current() else "no")
elif what == "race":
    found = {"whole": 0, "NoObject": 0, "LayoutDiffers": 0}
    rounds = 0
    while rounds < 4000 or not all(found.values()):
        rounds += 1
        try:
            with Counter.open_read_only(name) as region:
                hits, slowest = region.hits, region.slowest
                # If it is no longer the object, its memory may be another one by now.
                if region.is_current():
                    assert hits >= 10 and hits == slowest * 10, (hits, slowest)
                    found["whole"] += 1
        except RegionError as error:
            found[error.reason] += 1
elif what == "hostile":

    def look(_):
        try:
            with Counter.open_read_only(name) as region:
                region.hits, region.slowest, region.label, region.bins[4], region.total.unlocked()
                try:
                    region.pose, region.mode
                except (counter.InvalidValue, counter.Contended):
                    pass
                return "OK"
        except RegionError as error:
            return error.reason
        except counter.InvalidValue:
            return "InvalidValue"

    answer(look)
else:
    found = outcome(Counter.open if what == "refused" else Counter.open_read_only)
    assert found == sys.argv[3], found
