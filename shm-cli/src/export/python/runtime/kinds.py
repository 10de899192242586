# ---- kinds: what a field can be ----


def _path(parent, name):
    if parent is None:
        return str(name)
    before = _path(parent._parent, parent._name)
    if isinstance(name, int):
        return f"{before}[{name}]"
    return f"{before}.{name}" if before else name


class _Kind:
    """What a field can be: `load` reads it, `encode` says what would be written, `store` writes."""

    why = None

    def prepare(self, memory, at, value, parent, name):
        """What is to be stored; nothing is, if anything of it does not fit."""
        why = memory.why or self.why
        if why:
            raise NotWritable(f"`{_path(parent, name)}`: {why}")
        try:
            return [(self, at, self.encode(value))]
        except (TypeError, ValueError, OverflowError) as error:
            raise type(error)(f"`{_path(parent, name)}`: {error}") from None

    def set(self, memory, at, value, parent, name):
        for kind, where, raw in self.prepare(memory, at, value, parent, name):
            kind.store(memory, where, raw)

    def invalid(self, parent, name, found, allowed):
        message = f"`{_path(parent, name)}` holds {found}, which is no value of it: {allowed}"
        return InvalidValue(message)


class _Int(_Kind):
    def __init__(self, name, code):
        self.name, self.code = name, code
        bits = 8 * _SIZES[code] if code else 128
        self.low = -(1 << bits - 1) if name[0] == "i" else 0
        self.high = self.low + (1 << bits) - 1

    def load(self, memory, at, parent, name):
        return memory.load(self.code, at)

    def encode(self, value):
        try:
            number = operator.index(value)
        except TypeError:
            raise TypeError(f"{value!r} is no integer, and a `{self.name}` is one") from None
        if not self.low <= number <= self.high:
            fits = f"which holds {self.low} to {self.high}"
            raise OverflowError(f"{number} does not fit a `{self.name}`, {fits}")
        return number

    def store(self, memory, at, raw):
        memory.store(self.code, at, raw)


class _Wide(_Int):
    """An integer of 16 bytes, which no processor reads in one step: of a copy, it need not."""

    why = "no processor writes 16 bytes in one step"

    def load(self, memory, at, parent, name):
        if isinstance(memory, _Live):
            raise TypeError(f"`{_path(parent, name)}`: no processor reads 16 bytes in one step")
        return int.from_bytes(memory.bytes(at, 16), sys.byteorder, signed=self.low < 0)


class _Float(_Kind):
    def __init__(self, name, code):
        self.name, self.code = name, code

    def load(self, memory, at, parent, name):
        return memory.load(self.code, at)

    def encode(self, value):
        if isinstance(value, str) or not hasattr(value, "__float__"):
            raise TypeError(f"{value!r} is no number, and a `{self.name}` is one")
        try:
            # Refuses what would become infinite.
            struct.pack("<" + self.code, float(value))
        except OverflowError:
            raise OverflowError(f"{value!r} does not fit a `{self.name}`") from None
        return float(value)

    def store(self, memory, at, raw):
        memory.store(self.code, at, raw)


class _Bool(_Kind):
    name, code = "bool", "B"

    def load(self, memory, at, parent, name):
        return memory.load("B", at) != 0

    def encode(self, value):
        if value not in (False, True):
            raise TypeError(f"{value!r} is neither True nor False")
        return int(value)

    def store(self, memory, at, raw):
        memory.store("B", at, raw)


class _Char(_Kind):
    name, code = "char", "I"

    def load(self, memory, at, parent, name):
        found = memory.load("I", at)
        if found > 0x10FFFF or 0xD800 <= found <= 0xDFFF:
            raise self.invalid(parent, name, f"{found:#x}", "0 to 0xd7ff, 0xe000 to 0x10ffff")
        return chr(found)

    def encode(self, value):
        if not isinstance(value, str) or len(value) != 1:
            raise TypeError(f"{value!r} is no string of one character")
        if 0xD800 <= ord(value) <= 0xDFFF:
            raise ValueError(f"{value!r} is half a surrogate pair")
        return ord(value)

    def store(self, memory, at, raw):
        memory.store("I", at, raw)


class _NonZero(_Kind):
    """An integer that is never 0 or, if `optional`, for which 0 means None."""

    def __init__(self, number, optional):
        self.number, self.optional = number, optional

    def load(self, memory, at, parent, name):
        found = memory.load(self.number.code, at)
        if found == 0 and not self.optional:
            raise self.invalid(parent, name, 0, "anything but 0")
        return found or None

    def encode(self, value):
        if value is None and self.optional:
            return 0
        number = self.number.encode(value)
        if number == 0:
            raise ValueError("0 means None: write that" if self.optional else "it is never 0")
        return number

    def store(self, memory, at, raw):
        memory.store(self.number.code, at, raw)


class _Enum(_Kind):
    def __init__(self, names, number):
        self.names, self.number = names, number

    def load(self, memory, at, parent, name):
        found = memory.load(self.number.code, at)
        try:
            return self.names(found)
        except ValueError:
            raise self.invalid(parent, name, found, self.allowed()) from None

    def allowed(self):
        return ", ".join(f"{int(one)} ({one.name})" for one in self.names)

    def encode(self, value):
        try:
            return int(self.names(operator.index(value)))
        except (TypeError, ValueError):
            raise ValueError(f"{value!r} is no variant; allowed: {self.allowed()}") from None

    def store(self, memory, at, raw):
        memory.store(self.number.code, at, raw)


class _Ordered(_Kind):
    """A number in a fixed byte order, aligned: read and written as one word."""

    def __init__(self, number, order):
        self.number, self.form = number, order + number.code
        self.word = {1: "B", 2: "H", 4: "I", 8: "Q"}[_SIZES[number.code]]

    def load(self, memory, at, parent, name):
        word = memory.load(self.word, at)
        return struct.unpack(self.form, struct.pack("=" + self.word, word))[0]

    def encode(self, value):
        data = struct.pack(self.form, self.number.encode(value))
        return struct.unpack("=" + self.word, data)[0]

    def store(self, memory, at, raw):
        memory.store(self.word, at, raw)


class _Packed(_Kind):
    """A number in a fixed byte order at any address: bytes, which may be of different writes."""

    def __init__(self, number, order):
        self.number, self.form = number, order + (number.code or "")
        self.order = "big" if order == ">" else "little"
        self.size = _SIZES[number.code] if number.code else 16

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
    """Text up to a NUL or the end, byte by byte; bytes that are no UTF-8 become surrogates, as Python
    has them in file names, and are written back as they were."""

    def __init__(self, capacity):
        self.capacity = capacity

    def load(self, memory, at, parent, name):
        data = memory.bytes(at, self.capacity)
        return data.partition(b"\0")[0].decode("utf-8", "surrogateescape")

    def encode(self, value):
        if not isinstance(value, str):
            raise TypeError(f"{value!r} is no text")
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
    """As many bytes as a number before them says; of text, UTF-8."""

    why = "its length and its bytes must agree: it is written by those who hold its lock"

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
            raise self.invalid(parent, name, repr(data), str(error)) from None


class _Event(_Kind):
    """How often was notified, modulo 2^31."""

    why = "to notify is an addition in one step, which Python has not"

    def load(self, memory, at, parent, name):
        # The lowest bit says that somebody sleeps.
        return memory.load("I", at) >> 1


class _Once(_Kind):
    """Whether it is done."""

    why = "it is done under its lock, which this module does not take"

    def __init__(self, done):
        self.done = done

    def load(self, memory, at, parent, name):
        return memory.load("I", at + self.done) == 0x454E4F44


_U8, _U16, _U32, _U64 = (_Int(f"u{8 << n}", "BHIQ"[n]) for n in range(4))
_I8, _I16, _I32, _I64 = (_Int(f"i{8 << n}", "bhiq"[n]) for n in range(4))
_U128, _I128 = _Wide("u128", None), _Wide("i128", None)
_F32, _F64 = _Float("f32", "f"), _Float("f64", "d")
_BOOL, _CHAR, _EVENT = _Bool(), _Char(), _Event()
