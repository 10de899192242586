# ---- memory: how CPython's accesses become atomic; see the start of this module ----

_SIZES = {"B": 1, "H": 2, "I": 4, "Q": 8, "b": 1, "h": 2, "i": 4, "q": 8, "f": 4, "d": 8}
_READ_ONLY = "the region is open for reading only"


class _Views(dict):
    """Views of the data by the code of their elements; none of a region that was closed."""

    def __missing__(self, code):
        raise ValueError("the region is closed")


class _Live:
    """The data of a region. `why` says why nothing is written, if nothing is."""

    __slots__ = ("views", "tail", "why")

    def __init__(self, views, tail, why):
        self.views, self.tail, self.why = views, tail, why

    @classmethod
    def over(cls, mapping, offset, tail, why):
        views = _Views()
        with memoryview(mapping) as whole:
            size = len(whole) - offset
            for code, width in _SIZES.items():
                with whole[offset : offset + size // width * width] as part:
                    views[code] = part.cast(code)
        return cls(views, tail, why)

    def because(self, why):
        """The same, but not to be written."""
        return _Live(self.views, self.tail, why)

    def close(self):
        for view in self.views.values():
            view.release()
        self.views.clear()

    def load(self, code, at):
        # One aligned move, which is an Acquire load on x86-64.
        return self.views[code][at // _SIZES[code]]

    def store(self, code, at, value):
        # One aligned move, which is a Release store on x86-64.
        self.views[code][at // _SIZES[code]] = value

    def many(self, code, at, count):
        first = at // _SIZES[code]
        return self.views[code][first : first + count].tolist()

    def bytes(self, at, size):
        return self.views["B"][at : at + size].tobytes()

    def store_bytes(self, at, data):
        self.views["B"][at : at + len(data)] = data

    def newest(self, sequence, slots, stride, count, size):
        """A copy of the newest version of a Latest; None if a writer came round to it each time.

        Bytecode is slow: between two of its reads a writer can write a hundred versions. So one call,
        which copies its parts in their order, reads the sequence, a slot, and the sequence again.
        Which slot, is known from the sequence as it was before: a version of that slot, at least as
        new, was the newest one at some time during the call."""
        whole, words = self.views["B"], self.views["Q"]
        number = whole[sequence : sequence + 8]
        for _ in range(64):
            before = words[sequence // 8]
            start = slots + before % count * stride
            copy = b"".join((number, whole[start : start + size], number))
            first = int.from_bytes(copy[:8], sys.byteorder)
            last = int.from_bytes(copy[-8:], sys.byteorder)
            # The version that the slot held when it was copied, and whether the writer may have
            # begun with the next one for it meanwhile.
            version = first - (first - before) % count
            if 0 <= last - version < count - 1:
                return copy[8:-8]
        return None


class _Copy:
    """A private copy of one version of a Latest."""

    __slots__ = ("data",)
    why = "this is a copy of one version of a Latest, which others write under its lock"
    tail = 0

    def __init__(self, data):
        self.data = data

    def load(self, code, at):
        return struct.unpack_from("=" + code, self.data, at)[0]

    def many(self, code, at, count):
        return list(struct.unpack_from(f"={count}{code}", self.data, at))

    def bytes(self, at, size):
        return self.data[at : at + size]
