# ---- memory: atomic accesses by CPython; see the docstring of this module ----

_SIZES = {"B": 1, "H": 2, "I": 4, "Q": 8, "b": 1, "h": 2, "i": 4, "q": 8, "f": 4, "d": 8}
# The number of bytes that are copied at once. From 2 KiB, glibc's `memcpy` may copy byte by byte (`rep movsb`),
# and elements were seen half written. Below that it uses vectors, which begin and end at elements if both
# sides of the copy do.
_STEP = 1024
_READ_ONLY = "the region is open for reading only"
_VERSION = "this is a copy of one version, or item, which writers write under the lock of its Latest or Ring"
_PRIVATE = "this is a private copy: write to the region"


def _bytes(flat, start, end):
    """A copy of a part of a memoryview of bytes."""
    if end - start <= _STEP:
        return flat[start:end].tobytes()
    return b"".join([flat[at : min(at + _STEP, end)] for at in range(start, end, _STEP)])


class _Views(dict):  # type: ignore[type-arg]
    """Views of the same bytes by the code of their elements, made on first use; none once the region is
    closed."""

    def __missing__(self, code):
        if code == "B":
            raise ValueError("the region is closed")
        whole = self["B"]
        with whole[: len(whole) // _SIZES[code] * _SIZES[code]] as part:
            # An empty view cannot be cast.
            view = self[code] = part.cast(code) if part else memoryview(array.array(code))
        return view


class _Memory:
    """Values: the data of a region, or a private copy of some of it. `why` is the reason if it is
    read-only."""

    __slots__ = ("views", "tail", "why", "is_live", "heap")

    def __init__(self, views, tail, why, is_live, heap=None):
        self.views, self.tail, self.why, self.is_live, self.heap = views, tail, why, is_live, heap

    @classmethod
    def of_region(cls, mapping, offset, tail, why, heap):
        # The place of each field is known: the data needs no end.
        with memoryview(mapping) as whole:
            return cls(_Views(B=whole[offset:]), tail, why, True, heap)

    @classmethod
    def of_copy(cls, data, tail, why):
        return cls(_Views(B=memoryview(bytes(data))), tail, why, False)

    def because(self, why):
        """The same memory, but read-only."""
        return _Memory(self.views, self.tail, why, self.is_live, self.heap)

    def close(self):
        for view in self.views.values():
            view.release()
        self.views.clear()
        if self.heap is not None:
            self.heap.close()

    def load(self, code, at):
        # One aligned move, which is an Acquire load on x86-64.
        return self.views[code][at // _SIZES[code]]

    def store(self, code, at, value):
        # One aligned move, which is a Release store on x86-64.
        self.views[code][at // _SIZES[code]] = value

    def part(self, code, at, places):
        """The elements at these places of an array that starts at `at`: in place, as a memoryview."""
        view, first = self.views[code], at // _SIZES[code]
        if not places:
            return view[:0]
        end = first + places[-1] + (1 if places.step > 0 else -1)
        return view[first + places[0] : end if end >= 0 else None : places.step]

    def store_many(self, code, at, places, data):
        if places.step == 1:
            self.store_bytes(at + places.start * _SIZES[code], data)
        elif places:
            # Elements that are not adjacent are copied one by one.
            self.part(code, at, places)[:] = memoryview(data).cast(code)

    def bytes(self, at, size):
        return _bytes(self.views["B"], at, at + size)

    def store_bytes(self, at, data):
        # `data` are `bytes`, which start at a multiple of 16.
        whole = self.views["B"]
        with memoryview(data) as source:
            for start in range(0, len(data), _STEP):
                part = source[start : start + _STEP]
                whole[at + start : at + start + len(part)] = part

    def newest(self, sequence, slots, stride, count, size):
        """The number of the newest version of a Latest and a copy of it; None if a writer overtook it
        each time.

        Bytecode is slow: between two of its reads a writer can write a hundred versions. So one call,
        which copies its parts in order, reads the sequence, a slot, and the sequence again.
        The slot is the one that the sequence gave before: a version of that slot, at least as new, was
        the newest one at some time during the call."""
        whole, words = self.views["B"], self.views["Q"]
        number = whole[sequence : sequence + 8]
        for _ in range(64):
            before = words[sequence // 8]
            start = slots + before % count * stride
            copy = b"".join((number, whole[start : start + size], number))
            first = int.from_bytes(copy[:8], sys.byteorder)
            last = int.from_bytes(copy[-8:], sys.byteorder)
            # The version that the slot held when it was copied, and whether the writer may have
            # started the slot's next version meanwhile.
            version = first - (first - before) % count
            if 0 <= last - version < count - 1:
                return version, copy[8:-8]
        return None
