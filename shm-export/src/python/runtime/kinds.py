# ---- kinds of more than one word, and all kinds without parameters ----


class _Packed(_Kind):
    """A number in a fixed byte order at any address: bytes, which may come from different writes."""

    def __init__(self, number, order):
        self.number, self.form = number, order + (number.code or "")
        self.order = "big" if order == ">" else "little"
        self.size = _SIZES[number.code] if number.code else 16
        self.typestr = order + number.typestr[1:] if number.code else None

    def load(self, memory, at, parent, name):
        data = memory.bytes(at, self.size)
        if self.size == 16:
            return int.from_bytes(data, self.order, signed=self.number.low < 0)
        return struct.unpack(self.form, data)[0]

    def encode(self, value):
        number = self.number.encode(value)
        if self.size == 16:
            return number.to_bytes(16, self.order, signed=self.number.low < 0)
        return struct.pack(self.form, number)

    def store(self, memory, at, raw):
        memory.store_bytes(at, raw)


class _CText(_Kind):
    """Text up to a NUL or the end, byte by byte; bytes that are not UTF-8 become surrogates, as in
    Python's file names, and are written back unchanged."""

    def __init__(self, capacity):
        self.capacity = capacity

    def load(self, memory, at, parent, name):
        data = memory.bytes(at, self.capacity)
        return data.partition(b"\0")[0].decode("utf-8", "surrogateescape")

    def encode(self, value):
        if not isinstance(value, str):
            raise TypeError(f"expected a str, found {value!r}")
        try:
            data = value.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError as error:
            raise ValueError(str(error)) from None
        if b"\0" in data:
            raise ValueError(f"{value!r} has a NUL, where C text ends")
        if len(data) > self.capacity:
            room = f"there is room for {self.capacity}"
            raise OverflowError(f"{value!r} has {len(data)} bytes, {room}")
        return data.ljust(self.capacity, b"\0")

    def store(self, memory, at, raw):
        memory.store_bytes(at, raw)


class _Counted(_Kind):
    """Bytes after a number that counts them; UTF-8 if text."""

    why = "its length and its bytes must agree: it is written only under its lock"

    def __init__(self, is_text, start, capacity):
        self.is_text, self.start, self.capacity = is_text, start, capacity

    def load(self, memory, at, parent, name):
        size = memory.load("I", at)
        if size > self.capacity:
            raise self.invalid(parent, name, f"a length of {size}", f"at most {self.capacity}")
        data = memory.bytes(at + self.start, size)
        if not self.is_text:
            return data
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            raise self.invalid(parent, name, repr(data), f"UTF-8 ({error})") from None


class _Event(_Kind):
    """The number of notifications, modulo 2^31."""

    why = "notifying is an atomic addition, which Python does not have"

    def load(self, memory, at, parent, name):
        # The lowest bit says that a process sleeps.
        return memory.load("I", at) >> 1


class _Once(_Kind):
    """Whether it is done."""

    why = "it is initialised under its lock, which this module does not take"

    def __init__(self, done):
        self.done = done

    def load(self, memory, at, parent, name):
        return memory.load("I", at + self.done) == 0x454E4F44


class _Semaphore(_Kind):
    """The number of permits that no process has, the dead included."""

    why = "permits are taken by an atomic exchange, which Python does not have"

    def __init__(self, seats, count):
        self.seats, self.count = seats, count

    def load(self, memory, at, parent, name):
        seats = range(at + self.seats, at + self.seats + 4 * self.count, 4)
        # The bits below the flags name the process that has the permit.
        return sum(memory.load("I", seat) & 0x3FFFFFFF == 0 for seat in seats)


class _Barrier(_Kind):
    """The members of a barrier, the dead included, how many of them have arrived, and whether the phase is broken."""

    State = collections.namedtuple("State", "members arrived is_broken")

    why = "members join and arrive by atomic exchanges, which Python does not have"

    def __init__(self, state, seats, arrived, count):
        self.state, self.seats, self.arrived, self.count = state, seats, arrived, count

    def load(self, memory, at, parent, name):
        def words(start):
            return [memory.load("I", at + start + 4 * seat) for seat in range(self.count)]

        state = memory.load("I", at + self.state)
        # The bits below the flags name the process that has the seat.
        members = sum(seat & 0x3FFFFFFF != 0 for seat in words(self.seats))
        arrived = words(self.arrived).count(state | 1)
        return self.State(members, arrived, state & 1 == 1)


class _Queue(_Kind):
    """The number of values in it, its capacity, and how many values were ever pushed (`tail`) and popped
    (`head`)."""

    State = collections.namedtuple("State", "len capacity tail head")

    why = "pushing takes a lock, which this module does not take"

    def __init__(self, tail, head, capacity):
        self.tail, self.head, self.capacity = tail, head, capacity

    def load(self, memory, at, parent, name):
        head = memory.load("Q", at + self.head)
        tail = memory.load("Q", at + self.tail)
        found = (tail - head) % 2**64
        return self.State(min(found, self.capacity), self.capacity, tail, head)


_U8, _U16, _U32, _U64 = (_Int(f"u{8 << n}", "BHIQ"[n]) for n in range(4))
_I8, _I16, _I32, _I64 = (_Int(f"i{8 << n}", "bhiq"[n]) for n in range(4))
_U128, _I128 = _Wide("u128"), _Wide("i128")
_F32, _F64 = _Float("f32", "f"), _Float("f64", "d")
_BOOL, _CHAR, _EVENT = _Bool(), _Char(), _Event()
