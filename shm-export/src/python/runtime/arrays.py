# ---- arrays ----


def _listed(value):
    """The values to store, as a list."""
    if isinstance(value, (list, tuple)):
        return value
    if isinstance(value, (set, frozenset, dict)):
        raise TypeError(f"a {type(value).__name__} is not a sequence")
    try:
        # Faster than one by one, and yields Python's numbers.
        with memoryview(value) as view:
            return view.tolist() if view.ndim == 1 else list(value)
    except (TypeError, BufferError, NotImplementedError):
        return list(value)


class _Places(_Kind):
    """Elements of one array, each of which is one number."""

    def __init__(self, code, places):
        self.code, self.places = code, places

    def store(self, memory, at, data):
        memory.store_many(self.code, at, self.places, data)


class _Array(_View, typing.Generic[_T]):
    """An array, in place: indexes, slices, iteration. A slice is a list, `copy.copy` a private copy,
    `view()` a memoryview of the array itself, which numpy can share."""

    __slots__ = ("_of",)
    # The array changes in place; a copy, like a list, has no hash either.
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, of, memory, at, parent, name):
        self._of = of
        self._look_at(memory, at, parent, name)

    def __len__(self) -> int:
        return self._of.length(self._memory)

    def _error(self, kind, message):
        return kind(f"`{_path(self._parent, self._name)}`{message}")

    def _where(self, index):
        count = len(self)
        place = operator.index(index)
        place += count if place < 0 else 0
        if not 0 <= place < count:
            raise self._error(IndexError, f" has {count} elements, no [{index}]")
        return place

    def _load(self, index):
        return self._of.kind.load(self._memory, self._at + index * self._of.stride, self, index)

    @typing.overload
    def __getitem__(self, index: int) -> _T: ...

    @typing.overload
    def __getitem__(self, index: slice) -> typing.List[_T]: ...

    def __getitem__(self, index):
        if not isinstance(index, slice):
            return self._load(self._where(index))
        places = range(*index.indices(len(self)))
        if isinstance(self._of.kind, _Word):
            return self._of.kind.load_many(self._memory, self._at, places, self)
        return [self._load(place) for place in places]

    def __setitem__(self, index: typing.Union[int, slice], value: typing.Any) -> None:
        for kind, at, raw in self._prepare(index, value):
            kind.store(self._memory, at, raw)

    def _prepare(self, index, value):
        kind, stride = self._of.kind, self._of.stride
        if not isinstance(index, slice):
            place = self._where(index)
            return kind.prepare(self._memory, self._at + place * stride, value, self, place)
        places = range(*index.indices(len(self)))
        same = self._prepare_buffer(places, value)
        if same is not None:
            return same
        try:
            values = _listed(value)
        except TypeError as error:
            raise self._error(TypeError, f": {error}") from None
        if len(places) != len(values):
            raise self._error(ValueError, f": {len(values)} values for {len(places)} elements")
        if isinstance(kind, _Word):
            kind.check_writable(self._memory, self._parent, self._name)
            return [(_Places(kind.code, places), self._at, kind.pack(values, self, places))]
        stores = []
        for place, one in zip(places, values):
            stores += kind.prepare(self._memory, self._at + place * stride, one, self, place)
        return stores

    def _prepare_buffer(self, places, value):
        """Prepares a store of a whole buffer of exactly these numbers; None for anything else."""
        kind, shape = self._innermost()
        if not kind.any_bytes or not isinstance(kind, _Word) or (len(shape) > 1 and places.step != 1):
            return None
        if isinstance(value, _Array) and value._innermost()[0].any_bytes:
            value = value.view()
        data = kind.bytes_of(value, [len(places)] + shape[1:])
        if data is None:
            return None
        kind.check_writable(self._memory, self._parent, self._name)
        count = math.prod(shape[1:])
        if len(shape) > 1:
            places = range(places.start * count, places.start * count + len(places) * count)
        return [(_Places(kind.code, places), self._at, data)]

    def _innermost(self):
        """The innermost element's kind, and the array's shape."""
        kind, shape = self._of, []
        while isinstance(kind, _ArrayOf):
            shape.append(kind.length(self._memory))
            kind = kind.kind
        return kind, shape

    def tolist(self) -> typing.List[typing.Any]:
        """The values as a list, of lists if the elements are arrays."""
        return [one.tolist() if isinstance(one, _Array) else one for one in self[:]]

    def tobytes(self) -> bytes:
        """A copy of the array's bytes in memory, as `bytes` makes it."""
        if not isinstance(self._innermost()[0], (_Word, _Packed)):
            raise self._error(TypeError, " is not made of numbers only, so its bytes cannot be copied")
        return self._memory.bytes(self._at, len(self) * self._of.stride)

    __bytes__ = tobytes

    def view(self) -> memoryview:
        """A memoryview of the array itself, of its shape, not a copy. It is read-only if the array is, or
        if not every number is valid, as for an enum."""
        kind, shape = self._innermost()
        if not isinstance(kind, _Word) or not (kind.typestr or "").startswith("<"):
            raise self._error(TypeError, " is not made of plain numbers: tolist() copies it")
        count = math.prod(shape)
        view = self._memory.part(kind.code, self._at, range(count))
        view = view if self._is_writable(kind) else view.toreadonly()
        return view.cast("B").cast(kind.code, shape) if count and len(shape) > 1 else view

    def _is_writable(self, kind):
        return kind.any_bytes and self._memory.why is None

    def __buffer__(self, flags):
        # From Python 3.12: for `memoryview(array)`, and everything that takes a buffer.
        return self.view()

    @property
    def __array_interface__(self):
        # For numpy, which then shares the memory, with older Pythons as well.
        kind, shape = self._innermost()
        if kind.typestr is None:
            raise AttributeError("__array_interface__")
        data = self._memory.views["B"][self._at : self._at + len(self) * self._of.stride]
        data = data if self._is_writable(kind) else data.toreadonly()
        return {"version": 3, "shape": tuple(shape), "typestr": kind.typestr, "data": data}

    def __array__(self, dtype=None, copy=None):
        # Otherwise numpy would copy element by element, and the copy would look shared.
        raise self._error(TypeError, " cannot be shared with numpy: copy it with tolist()")

    def __iter__(self) -> typing.Iterator[_T]:
        kind, count = self._of.kind, len(self)
        if isinstance(kind, _Word) and kind.is_plain:
            return iter(self._memory.part(kind.code, self._at, range(count)))
        return (self._load(index) for index in range(count))

    def __eq__(self, other):
        if hasattr(other, "__array_ufunc__"):
            return NotImplemented  # numpy compares element by element.
        if isinstance(other, _Array):
            if self._is_same(other) or self._has_same_bits(other):
                return True
        elif not isinstance(other, (list, tuple)):
            try:
                other = memoryview(other).tolist()
            except (TypeError, BufferError, NotImplementedError):
                return NotImplemented
        return len(self) == len(other) and all(map(_same, self[:], other[:]))

    def _has_same_bits(self, other):
        """Whether two arrays of one type are the same, bit for bit; if not, their values may still be equal."""
        (kind, shape), theirs = self._innermost(), other._innermost()
        if not isinstance(kind, _Word) or kind.typestr is None or kind.typestr != theirs[0].typestr:
            return False
        bits, places = {1: "B", 2: "H", 4: "I", 8: "Q"}[_SIZES[kind.code]], range(math.prod(shape))
        mine = self._memory.part(bits, self._at, places)
        return shape == theirs[1] and mine == other._memory.part(bits, other._at, places)

    def _copied(self):
        return self._of, len(self) * self._of.stride

    def __repr__(self):
        shown = [repr(self._load(index)) for index in range(min(len(self), 8))]
        return f"[{', '.join(shown)}{', ..' if len(self) > 8 else ''}]"
