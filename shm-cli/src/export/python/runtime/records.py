# ---- what is made of parts ----


class _Struct(_Kind):
    why = "a struct is written field by field"

    def __init__(self, record):
        self.record = record

    def load(self, memory, at, parent, name):
        return self.record(memory, at, parent, name)


class _ArrayOf(_Kind):
    def __init__(self, kind, count, stride):
        self.kind, self.count, self.stride = kind, count, stride

    def length(self, memory):
        return self.count

    def load(self, memory, at, parent, name):
        return _Array(self, memory, at, parent, name)

    def prepare(self, memory, at, value, parent, name):
        return self.load(memory, at, parent, name)._prepare(slice(None), value)


class _Tail(_ArrayOf):
    """An array of a length that the region has."""

    def __init__(self, kind, stride):
        super().__init__(kind, None, stride)

    def length(self, memory):
        return memory.tail


class _Latest(_Kind):
    why = (
        "a Latest is written under its lock, which this module does not take: write it from Rust, or "
        "with `shm set`"
    )

    def __init__(self, sequence, slots, stride, count, size, kind):
        self.sequence, self.slots, self.stride = sequence, slots, stride
        self.count, self.size, self.kind = count, size, kind

    def load(self, memory, at, parent, name):
        ring = (at + self.sequence, at + self.slots, self.stride, self.count, self.size)
        copy = memory.newest(*ring)
        if copy is None:
            path = _path(parent, name)
            raise Contended(f"`{path}`: versions are written faster than one can be copied")
        return self.kind.load(_Copy(copy), 0, parent, name)

    def number(self, memory, at):
        return memory.load("Q", at + self.sequence)


class _Watched(_Kind):
    why = "who writes a Watched wakes those who wait for it, which this module does not do"

    def __init__(self, start, kind):
        self.start, self.kind = start, kind

    def load(self, memory, at, parent, name):
        memory = memory if memory.why else memory.because(self.why)
        return self.kind.load(memory, at + self.start, parent, name)

    def number(self, memory, at):
        return memory.load("I", at) >> 1


class _Mutex(_Kind):
    why = "it is behind a Mutex, which this module does not lock"

    def __init__(self, start, kind):
        self.start, self.kind = start, kind

    def load(self, memory, at, parent, name):
        return Guarded(self, memory, at, parent, name)


class Guarded:
    """What a Mutex guards. This module takes no locks: `unlocked()` reads it without, field by field,
    so that a change that somebody is making may be seen half done."""

    __slots__ = ("_kind", "_memory", "_at", "_parent", "_name")

    def __init__(self, kind, memory, at, parent, name):
        for slot, value in zip(self.__slots__, (kind, memory, at, parent, name)):
            object.__setattr__(self, slot, value)

    def unlocked(self):
        kind = self._kind
        memory = self._memory.because(kind.why)
        return kind.kind.load(memory, self._at + kind.start, self._parent, self._name)

    def _refusal(self):
        path = _path(self._parent, self._name)
        return f"`{path}`: {_Mutex.why}; read it as it stands, without the lock, by `.unlocked()`"

    def __getattr__(self, name):
        raise AttributeError(self._refusal())

    def __getitem__(self, name):
        raise TypeError(self._refusal())

    def __setattr__(self, name, value):
        raise NotWritable(self._refusal())

    def __repr__(self):
        return f"<a Mutex: unlocked() reads {self.unlocked()!r}>"


class _Array:
    """An array, in place: indexes, slices, iteration."""

    __slots__ = ("_of", "_memory", "_at", "_parent", "_name")
    __hash__ = None

    def __init__(self, of, memory, at, parent, name):
        self._of, self._memory, self._at = of, memory, at
        self._parent, self._name = parent, name

    def __len__(self):
        return self._of.length(self._memory)

    def _where(self, index):
        count = len(self)
        place = operator.index(index)
        place += count if place < 0 else 0
        if not 0 <= place < count:
            path = _path(self._parent, self._name)
            raise IndexError(f"`{path}` has {count} elements, no [{index}]")
        return place

    def _load(self, index):
        return self._of.kind.load(self._memory, self._at + index * self._of.stride, self, index)

    def __getitem__(self, index):
        if not isinstance(index, slice):
            return self._load(self._where(index))
        places = range(*index.indices(len(self)))
        kind = self._of.kind
        if places.step == 1 and type(kind) in (_Int, _Float):
            at = self._at + places.start * self._of.stride
            return self._memory.many(kind.code, at, len(places))
        return [self._load(place) for place in places]

    def __setitem__(self, index, value):
        for kind, at, raw in self._prepare(index, value):
            kind.store(self._memory, at, raw)

    def _prepare(self, index, value):
        kind, stride = self._of.kind, self._of.stride
        if not isinstance(index, slice):
            place = self._where(index)
            return kind.prepare(self._memory, self._at + place * stride, value, self, place)
        places, values = range(*index.indices(len(self))), list(value)
        if len(places) != len(values):
            path = _path(self._parent, self._name)
            raise ValueError(f"`{path}`: {len(values)} values for {len(places)} elements")
        stores = []
        for place, one in zip(places, values):
            stores += kind.prepare(self._memory, self._at + place * stride, one, self, place)
        return stores

    def __iter__(self):
        return (self._load(index) for index in range(len(self)))

    def __eq__(self, other):
        if not isinstance(other, (list, tuple, _Array)):
            return NotImplemented
        return list(self) == list(other)

    def __repr__(self):
        shown = [repr(self._load(index)) for index in range(min(len(self), 8))]
        return f"[{', '.join(shown)}{', ..' if len(self) > 8 else ''}]"


class _Field:
    """A field by its name. `version` and `changes` take the record that has it."""

    def __init__(self, name, offset, kind, doc):
        self.name, self.offset, self.kind, self.__doc__ = name, offset, kind, doc

    def __get__(self, record, owner=None):
        if record is None:
            return self
        return self.kind.load(record._memory, record._at + self.offset, record, self.name)

    def __set__(self, record, value):
        self.kind.set(record._memory, record._at + self.offset, value, record, self.name)

    def _number(self, record, kind):
        if not isinstance(self.kind, kind):
            raise TypeError(f"`{self.name}` is no {kind.__name__[1:]}")
        return self.kind.number(record._memory, record._at + self.offset)

    def version(self, record):
        """The number of the newest version of a Latest: `Station.pose.version(station)`."""
        return self._number(record, _Latest)

    def changes(self, record):
        """How often a Watched was set: `Station.mode.changes(station)`."""
        return self._number(record, _Watched)


class _Record:
    """A struct, in place: its fields are attributes, and items by their names in Rust."""

    __slots__ = ("_memory", "_at", "_parent", "_name")
    _fields = {}

    def __init_subclass__(cls):
        cls._fields = {field.name: field for field in vars(cls).values() if isinstance(field, _Field)}

    def __init__(self, memory, at, parent, name):
        self._memory, self._at, self._parent, self._name = memory, at, parent, name

    def _field(self, name):
        try:
            return self._fields[name]
        except KeyError:
            names = ", ".join(self._fields)
            raise KeyError(f"{type(self).__name__} has no field `{name}`; it has {names}") from None

    def __getitem__(self, name):
        return self._field(name).__get__(self)

    def __setitem__(self, name, value):
        self._field(name).__set__(self, value)

    def __iter__(self):
        return iter(self._fields)

    def __getattr__(self, name):
        names = ", ".join(self._fields)
        raise AttributeError(f"{type(self).__name__} has no field `{name}`; it has {names}")

    def __repr__(self):
        def shown(name):
            try:
                return f"{name}={self[name]!r}"
            except (InvalidValue, Contended) as error:
                return f"{name}=<{error}>"

        return f"{type(self).__name__}({', '.join(map(shown, self._fields))})"


class _Region(_Record):
    __slots__ = ("_mapping",)

    @classmethod
    def open(cls, name):
        """Opens a region for reading and writing. A plain name means a file in /dev/shm, anything with
        a slash is a path."""
        return cls._open(name, True)

    @classmethod
    def open_read_only(cls, name):
        """Opens a region for reading; it is mapped so that nothing can write to it from here."""
        return cls._open(name, False)

    @classmethod
    def _open(cls, name, to_write):
        mapping, tail, offset = _map(name, to_write)
        region = cls(_Live.over(mapping, offset, tail, None if to_write else _READ_ONLY), 0, None, "")
        region._mapping = mapping
        return region

    def close(self):
        """Unmaps the region; nothing of it can be used any more."""
        self._memory.close()
        self._mapping.close()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()
