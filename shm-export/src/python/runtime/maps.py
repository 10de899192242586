# ---- maps in the heap: read as docs/format.md tells readers ----


def _key_hash(key):
    """The hash of a key, the same in every process."""
    result = len(key)
    for at in range(0, len(key) + 1, 8):
        product = (result ^ int.from_bytes(key[at : at + 8], "little")) * 0x9E3779B97F4A7C15 & 2**64 - 1
        result = product ^ product >> 32
    return result


class _Changed(Exception):
    """Something was freed while it was looked at."""


class _Lookup:
    """The tables of one map, whose handles are at these offsets of the data."""

    def __init__(self, memory, table, next_table):
        self.heap, self.views = memory.heap, memory.views
        self.places = (table, next_table)

    def _handles(self):
        return [self.views["Q"][place // 8] for place in self.places]

    def _owned(self, handle, place):
        """The block that a handle names, if it belongs to the place at that offset of the file."""
        found = self.heap._find(handle) if handle else None
        return found if found and self.heap._is_owned(found, handle, place) else None

    def _is_unchanged(self, handle, found):
        words = self.heap.words
        return words[found[2]] >> 32 == handle >> 32 and words[found[0]] == found[1]

    def _entry(self, bucket):
        """The hash, the key and the value in the bucket at that offset of the heap: as offsets and lengths,
        with what tells whether they are still there. False if the bucket was never used, None if it owns no
        entry."""
        words = self.heap.words
        handle = words[bucket // 8]
        if handle == 0:
            return False
        found = self._owned(handle, self.heap.file + bucket)
        if found is None:
            if words[bucket // 8] != handle:
                raise _Changed
            return None
        start, room = found[3], found[4] // 8 - 2
        lens, hashed = words[start // 8], words[start // 8 + 1]
        key_len, value_len = lens & 0xFFFFFFFF, lens >> 32
        key_words = -(-key_len // 8)
        if key_words > room or -(-value_len // 8) > room - key_words:
            if not self._is_unchanged(handle, found):
                raise _Changed
            return None
        return handle, found, hashed, start + 16, key_len, start + 16 + 8 * key_words, value_len

    def _copy(self, at, size):
        return _bytes(self.heap.flat, at, at + size)

    def _search(self, look):
        """Gives `look` each table: the number of the attempt, the offset of the first bucket, and the number of
        buckets less one; until neither table changes meanwhile, or `look` finds something."""
        for attempt in range(1000):
            handles = self._handles()
            try:
                for handle, place in zip(handles, self.places):
                    found = self._owned(handle, self.heap.data + place)
                    if found is None:
                        continue
                    mask = self.heap.words[found[3] // 8]
                    if mask >= found[4] // 8 - 2 or mask & mask + 1:
                        continue  # Nonsense.
                    result = look(attempt, found[3] + 16, mask)
                    if not self._is_unchanged(handle, found):
                        raise _Changed
                    if result is not None:
                        return result
            except _Changed:
                continue
            # In neither, unless the map grew meanwhile: its `table` is looked at last.
            following = self.views["Q"][self.places[1] // 8]
            if handles == [self.views["Q"][self.places[0] // 8], following]:
                return None
        raise Contended("the map was changed during each attempt to read it")

    def get(self, key):
        """A copy of the value of a key; None if it has none."""
        hashed = _key_hash(key)

        def look(_, first, mask):
            for step in range(mask + 1):
                entry = self._entry(first + 8 * (hashed + step & mask))
                if entry is False:
                    return None
                if entry is None:
                    continue
                handle, found, other, key_at, key_len, at, size = entry
                is_it = other == hashed and key_len == len(key) and self._copy(key_at, key_len) == key
                value = self._copy(at, size) if is_it else None
                if not self._is_unchanged(handle, found):
                    raise _Changed
                if is_it:
                    return value
            return None

        return self._search(look)

    def entries(self, is_counted=False):
        """Copies of all keys and values, each once; or only a number for each."""
        every, last, room = {}, -1, 0

        def look(attempt, first, mask):
            nonlocal last, room
            if attempt != last:
                last, room = attempt, 8 * len(self.heap.words)
                every.clear()
            for bucket in range(first, first + 8 * (mask + 1), 8):
                for _ in range(1000):
                    try:
                        entry = self._entry(bucket)
                        if not entry:
                            break
                        handle, found, _, key_at, key_len, at, size = entry
                        key = bucket if is_counted else self._copy(key_at, key_len)
                        value = None if is_counted else self._copy(at, size)
                        if self._is_unchanged(handle, found):
                            room -= key_len + size
                            # One that is met twice was moved, and perhaps replaced.
                            every[key] = value
                            break
                    except _Changed:
                        pass
                else:
                    raise _Changed
                if room < 0:
                    raise InvalidValue("the entries have more bytes than the heap")
            return None

        self._search(look)
        return every


def _put(kind, data, at, value):
    """Writes a value into bytes that are zeros, as a region has it: padding stays zero."""
    if isinstance(kind, _Word):
        struct.pack_into("=" + kind.code, data, at, kind.encode(value))
    elif isinstance(kind, _Wide):
        data[at : at + 16] = kind.encode(value).to_bytes(16, sys.byteorder, signed=kind.low < 0)
    elif isinstance(kind, (_Packed, _CText)):
        raw = kind.encode(value)
        data[at : at + len(raw)] = raw
    elif isinstance(kind, _Counted):
        raw = _utf8(value) if kind.is_text else bytes(value)
        if len(raw) > kind.capacity:
            raise OverflowError(f"{value!r} has {len(raw)} bytes, there is room for {kind.capacity}")
        struct.pack_into("=I", data, at, len(raw))
        data[at + kind.start : at + kind.start + len(raw)] = raw
    elif isinstance(kind, _Contents):
        kind.put(data, at, value)
    elif isinstance(kind, _Struct):
        fields = kind.record._fields
        values = dict(zip(fields, value)) if isinstance(value, tuple) else value
        if not isinstance(value, (tuple, dict, _Record)) or len(value if isinstance(value, tuple) else list(values)) != len(fields):
            raise TypeError(f"expected {', '.join(fields)}, found {value!r}")
        for name, field in fields.items():
            _put(field.kind, data, at + field.offset, values[name])
    elif isinstance(kind, _ArrayOf):
        values = list(value)
        if len(values) != kind.count:
            raise ValueError(f"{len(values)} values for {kind.count} elements")
        for index, one in zip(itertools.count(), values):
            _put(kind.kind, data, at + index * kind.stride, one)


def _utf8(value):
    if not isinstance(value, str):
        raise TypeError(f"expected a str, found {value!r}")
    return value.encode("utf-8")


class _Content:
    """A key or a value of a map: one value of so many bytes; for `is_many`, any number of them; text if there
    is no kind."""

    def __init__(self, size, kind, is_many):
        self.size, self.kind, self.is_many = size, kind, is_many

    def encode(self, value):
        if self.kind is None:
            return _utf8(value)
        values = list(value) if self.is_many else [value]
        data = bytearray(len(values) * self.size)
        for index, one in zip(itertools.count(), values):
            _put(self.kind, data, index * self.size, one)
        return bytes(data)

    def decode(self, data, parent, name):
        if self.kind is None:
            try:
                return data.decode("utf-8")
            except UnicodeDecodeError as error:
                raise InvalidValue(f"`{_path(parent, name)}`: {error}") from None
        if not self.is_many:
            return _value(self.kind, self.size, data, parent, name)
        if len(data) % self.size:
            raise InvalidValue(f"`{_path(parent, name)}` has {len(data)} bytes, its type {self.size}")
        memory = _Memory.of_copy(data, 0, _PRIVATE)
        return _ArrayOf(self.kind, len(data) // self.size, self.size).load(memory, 0, parent, name)


def _hashable(key):
    return tuple(map(_hashable, key)) if isinstance(key, _Array) else key


class _Map(_Kind):
    """A map in the heap."""

    why, is_flat = (
        "a map is changed by a process that takes part: change it from Rust, or with `shm set` and `shm unset`"
    ), False

    def __init__(self, table, next_table, key, value):
        self.table, self.next, self.key, self.value = table, next_table, key, value

    def load(self, memory, at, parent, name):
        return _Entries(self, memory, at, parent, name)

    def settle(self, memory, at, data, to):
        pass


class _Entries(typing.Mapping[_K, _V]):
    """A map: like a dict that other processes change. `[key]`, `get` and `in` look at one entry; `len`, `items`,
    `keys`, `values` and iteration at all of them, of which those count that are there all the time."""

    __slots__ = ("_kind", "_memory", "_at", "_parent", "_name")
    _kind: typing.Any
    _memory: typing.Any

    def __init__(self, kind, memory, at, parent, name):
        for slot, value in zip(self.__slots__, (kind, memory, at, parent, name)):
            object.__setattr__(self, slot, value)

    def _refusal(self):
        return NotWritable(f"`{_path(self._parent, self._name)}`: {self._kind.why}")

    def _lookup(self):
        if self._memory.heap is None:
            raise TypeError(f"`{_path(self._parent, self._name)}`: a copy does not have what is in the heap")
        return _Lookup(self._memory, self._at + self._kind.table, self._at + self._kind.next)

    def _named(self, read):
        try:
            return read(self._lookup())
        except (InvalidValue, Contended) as error:
            raise type(error)(f"`{_path(self._parent, self._name)}`: {error}") from None

    def _encoded(self, key):
        try:
            return self._kind.key.encode(key)
        except (TypeError, ValueError, OverflowError) as error:
            raise type(error)(f"a key of `{_path(self._parent, self._name)}`: {error}") from None

    def __getitem__(self, key: _K) -> _V:
        data = self._named(lambda lookup: lookup.get(self._encoded(key)))
        if data is None:
            raise KeyError(key)
        return self._kind.value.decode(data, self, _Key(key))

    def __contains__(self, key):
        return self._named(lambda lookup: lookup.get(self._encoded(key))) is not None

    def _items(self):
        for key, value in self._named(_Lookup.entries).items():
            key = _hashable(self._kind.key.decode(key, self, _Key("..")))
            yield key, self._kind.value.decode(value, self, _Key(key))

    def items(self):
        return list(self._items())

    def keys(self):
        return [key for key, _ in self._items()]

    def values(self):
        return [value for _, value in self._items()]

    def __iter__(self) -> typing.Iterator[_K]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self._named(lambda lookup: lookup.entries(True)))

    def __eq__(self, other):
        if not isinstance(other, collections.abc.Mapping):
            return NotImplemented
        mine, theirs = dict(self.items()), dict(other.items())
        return mine.keys() == theirs.keys() and all(_same(mine[key], theirs[key]) for key in mine)

    __hash__ = None  # type: ignore[assignment]

    def __setattr__(self, name, value):
        raise self._refusal()

    def __setitem__(self, key, value):
        raise self._refusal()

    def __delitem__(self, key):
        raise self._refusal()

    def __repr__(self):
        shown = [f"{key!r}: {value!r}" for key, value in itertools.islice(self._items(), 9)]
        return f"{{{', '.join(shown[:8])}{', ..' if len(shown) > 8 else ''}}}"
