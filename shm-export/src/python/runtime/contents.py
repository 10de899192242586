# ---- parts of any length of a value in the heap: read as docs/format.md tells readers ----


class _Contents(_Kind):
    """A part of a value whose contents are elsewhere in the copy of it; None if it has none. The copy was checked
    as a whole."""

    why, is_flat, has_contents = _PRIVATE, False, True

    def __init__(self, start, length, size, align, kind):
        self.start, self.length, self.size, self.align, self.kind = start, length, size, align, kind

    def find(self, memory, at):
        return memory.load("Q", at + self.start), memory.load("Q", at + self.length)

    def check(self, memory, at, left, parent, name):
        start, count = self.find(memory, at)
        if start == 0:
            return left
        size = count * self.size
        if start + size > len(memory.views["B"]) or size > left:
            allowed = "contents inside the value, which no other part of it has"
            raise self.invalid(parent, name, f"a length of {count}", allowed)
        if start % self.align:
            raise self.invalid(parent, name, f"an offset of {start}", f"a multiple of {self.align}")
        return self.check_inside(memory, start, count, left - size, parent, name)


class _TailText(_Contents):
    """Text of any length."""

    def load(self, memory, at, parent, name):
        start, size = self.find(memory, at)
        return memory.bytes(start, size).decode("utf-8") if start else None

    def check_inside(self, memory, start, size, left, parent, name):
        try:
            memory.bytes(start, size).decode("utf-8")
        except UnicodeDecodeError as error:
            raise InvalidValue(f"`{_path(parent, name)}`: {error}") from None
        return left

    def put(self, data, at, value):
        raw = value if value is None else _utf8(value)
        if raw is not None:
            start = _refer(self, data, at, len(raw))
            data[start:] = raw


class _TailSlice(_Contents):
    """Any number of elements."""

    def load(self, memory, at, parent, name):
        start, count = self.find(memory, at)
        return _ArrayOf(self.kind, count, self.size).load(memory, start, parent, name) if start else None

    def check_inside(self, memory, start, count, left, parent, name):
        return _ArrayOf(self.kind, count, self.size).check(memory, start, left, parent, name)

    def put(self, data, at, value):
        if value is not None:
            values = list(value)
            start = _refer(self, data, at, len(values))
            for index, one in zip(itertools.count(), values):
                _put(self.kind, data, start + index * self.size, one)


def _refer(kind, data, at, count):
    """Adds room for contents to a value, whose words at `at` refer to it then."""
    data.extend(bytes(-len(data) % kind.align))
    start = len(data)
    data.extend(bytes(count * kind.size))
    struct.pack_into("=Q", data, at + kind.start, start)
    struct.pack_into("=Q", data, at + kind.length, count)
    return start


def _value(kind, size, data, parent, name):
    """A value of a fixed part of `size` bytes, made of the bytes that were copied out of the heap."""
    if len(data) < size or (len(data) > size and not kind.has_contents):
        raise InvalidValue(f"`{_path(parent, name)}` has {len(data)} bytes, its type {size}")
    memory = _Memory.of_copy(data, 0, _PRIVATE)
    value = kind.load(memory, 0, parent, name)
    if kind.has_contents:
        kind.check(memory, 0, len(data) - size, parent, name)
    return value
