# ---- kinds of fields; first, those of one word of memory ----


class _Key:
    """The name of an entry of a map."""

    def __init__(self, key):
        self.key = key


def _path(parent, name):
    if parent is None:
        return str(name)
    before = _path(parent._parent, parent._name)
    if isinstance(name, int):
        return f"{before}[{name}]"
    if isinstance(name, _Key):
        return f"{before}[{name.key!r}]"
    return f"{before}.{name}" if before else name


def _same(one, other):
    """Whether two values are equal. A NaN is equal to a NaN here: otherwise it would look like
    a change for ever."""
    is_nan = isinstance(one, float) and isinstance(other, float) and one != one and other != other
    return is_nan or one == other


class _Kind:
    """A kind of field: `load` reads it, `encode` gives the bytes or number to write, `store` writes."""

    why: typing.Optional[str] = None
    # The kind of number in memory, of a kind that is one.
    code: typing.Any
    # Whether a copy of its bytes, made in any order, is a value; otherwise `settle` makes it one.
    is_flat = True
    # Its type in numpy's notation, if numpy can share it; and whether any bytes are a value.
    typestr, any_bytes = None, False
    # Whether contents elsewhere belong to it.
    has_contents = False

    def check_writable(self, memory, parent, name):
        why = memory.why or self.why
        if why:
            raise NotWritable(f"`{_path(parent, name)}`: {why}")

    def encode_at(self, value, parent, name):
        try:
            return self.encode(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise type(error)(f"`{_path(parent, name)}`: {error}") from None

    def prepare(self, memory, at, value, parent, name):
        """Encodes the whole value before any of it is stored: one that does not fit stores nothing."""
        self.check_writable(memory, parent, name)
        return [(self, at, self.encode_at(value, parent, name))]

    def settle(self, memory, at, data, to):
        """Makes a value of the bytes that were copied from `at` into `data`, where they start at `to`."""

    def check(self, memory, at, left, parent, name):
        """Checks contents that belong to it, which have at most `left` bytes: each byte of a value is read once. Returns
        the bytes that are left then."""
        return left

    def set(self, memory, at, value, parent, name):
        for kind, where, raw in self.prepare(memory, at, value, parent, name):
            kind.store(memory, where, raw)

    def invalid(self, parent, name, found, allowed):
        message = f"`{_path(parent, name)}` holds {found}, expected {allowed}"
        return InvalidValue(message)


class _Word(_Kind):
    """A kind that is one number in memory, read and written in one move; `code` is its kind of number.
    `decode` makes a value of the number, `encode` a number of the value."""

    # Whether the number is the value.
    is_plain = False

    def decode(self, raw, parent, name):
        return raw

    def load(self, memory, at, parent, name):
        raw = memory.load(self.code, at)
        return raw if self.is_plain else self.decode(raw, parent, name)

    def store(self, memory, at, raw):
        memory.store(self.code, at, raw)

    def load_many(self, memory, at, places, parent):
        raws = memory.part(self.code, at, places).tolist()
        if self.is_plain:
            return raws
        return [self.decode(raw, parent, place) for raw, place in zip(raws, places)]

    def pack(self, values, parent, places):
        """The bytes of many values, all of which must fit."""
        form = f"={len(values)}{self.code}"
        if self.is_plain:
            try:
                return struct.pack(form, *values)
            except (struct.error, TypeError, ValueError, OverflowError):
                pass  # The code below finds the one that failed.
        return struct.pack(form, *[self.encode_at(*one) for one in zip(values, itertools.repeat(parent), places)])

    def bytes_of(self, value, shape):
        """A private copy of a buffer of exactly these numbers in this shape; None for anything else."""
        try:
            view = memoryview(value)
        except (TypeError, BufferError):
            return None
        with view:
            is_such = (view.format or "B").lstrip("@=<") in self.alike and view.itemsize == _SIZES[self.code]
            if not is_such or list(view.shape) != shape:
                return None
            try:
                # The buffer can be a view of a region.
                return _bytes(view.cast("B"), 0, view.nbytes)
            except (TypeError, ValueError):
                return view.tobytes()  # with gaps, without elements, or of ctypes


class _Int(_Word):
    is_plain = any_bytes = True

    def __init__(self, name, code):
        self.name, self.code = name, code
        bits = 8 * _SIZES[code] if code else 128
        self.low = -(1 << bits - 1) if name[0] == "i" else 0
        self.high = self.low + (1 << bits) - 1
        # Other codes for integers of the same size.
        self.alike = "bhilqn" if self.low else "BHILQN"
        self.typestr = f"<{name[0]}{bits // 8}" if code else None

    def encode(self, value):
        try:
            number = operator.index(value)
        except TypeError:
            raise TypeError(f"expected an integer for a `{self.name}`, found {value!r}") from None
        if not self.low <= number <= self.high:
            fits = f"which holds {self.low} to {self.high}"
            raise OverflowError(f"{number} does not fit into a `{self.name}`, {fits}")
        return number


class _Wide(_Kind):
    """An integer of 16 bytes, which no processor reads atomically: it is read only from a private copy."""

    why = "no processor writes 16 bytes atomically"
    is_flat = False

    def __init__(self, name):
        self.name, self.code, self.low = name, None, _Int(name, None).low
        self.encode = _Int(name, None).encode

    def load(self, memory, at, parent, name):
        if memory.is_live:
            raise TypeError(f"`{_path(parent, name)}`: no processor reads 16 bytes atomically")
        return int.from_bytes(memory.bytes(at, 16), sys.byteorder, signed=self.low < 0)

    def settle(self, memory, at, data, to):
        if memory.is_live:
            raise TypeError("it has numbers of 16 bytes, which no processor reads atomically")


class _Float(_Word):
    is_plain = any_bytes = True

    def __init__(self, name, code):
        self.name, self.code, self.alike = name, code, code
        self.typestr = f"<f{_SIZES[code]}"

    def encode(self, value):
        if isinstance(value, str) or not hasattr(value, "__float__"):
            raise TypeError(f"expected a number for a `{self.name}`, found {value!r}")
        try:
            # Refuses a number that would become infinite.
            struct.pack("<" + self.code, float(value))
        except OverflowError:
            raise OverflowError(f"{value!r} does not fit into a `{self.name}`") from None
        return float(value)


class _Bool(_Word):
    name, code = "bool", "B"

    def decode(self, raw, parent, name):
        return raw != 0

    def encode(self, value):
        if isinstance(value, (float, complex)) or value not in (False, True):
            raise TypeError(f"expected True or False, found {value!r}")
        return int(value)


class _Char(_Word):
    name, code = "char", "I"

    def decode(self, found, parent, name):
        if found > 0x10FFFF or 0xD800 <= found <= 0xDFFF:
            raise self.invalid(parent, name, f"{found:#x}", "0 to 0xd7ff, 0xe000 to 0x10ffff")
        return chr(found)

    def encode(self, value):
        if not isinstance(value, str) or len(value) != 1:
            raise TypeError(f"expected a string of one character, found {value!r}")
        if 0xD800 <= ord(value) <= 0xDFFF:
            raise ValueError(f"{value!r} is half a surrogate pair")
        return ord(value)


class _NonZero(_Word):
    """An integer that is never 0 or, if `optional`, for which 0 means None."""

    def __init__(self, number, optional):
        self.number, self.optional, self.code = number, optional, number.code
        self.typestr = None if optional else number.typestr

    def decode(self, found, parent, name):
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


class _Enum(_Word):
    def __init__(self, names, number):
        self.names, self.code, self.typestr = names, number.code, number.typestr

    def decode(self, found, parent, name):
        try:
            return self.names(found)
        except ValueError:
            raise self.invalid(parent, name, found, self.allowed()) from None

    def allowed(self):
        return ", ".join(f"{int(one)} ({one.name})" for one in self.names)

    def encode(self, value):
        # A variant of another enum is also an integer, but not a variant of this one; nor is True.
        is_other = isinstance(value, (bool, enum.Enum)) and not isinstance(value, self.names)
        try:
            if not is_other:
                return int(self.names(operator.index(value)))
        except (TypeError, ValueError):
            pass
        raise ValueError(f"{value!r} is not a variant; allowed: {self.allowed()}")


class _Ordered(_Word):
    """A number in a fixed byte order, aligned: read and written as one word."""

    def __init__(self, number, order):
        self.number, self.form = number, order + number.code
        self.code = {1: "B", 2: "H", 4: "I", 8: "Q"}[_SIZES[number.code]]
        self.typestr = order + number.typestr[1:]

    def decode(self, raw, parent, name):
        return struct.unpack(self.form, struct.pack("=" + self.code, raw))[0]

    def encode(self, value):
        data = struct.pack(self.form, self.number.encode(value))
        return struct.unpack("=" + self.code, data)[0]
