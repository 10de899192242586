# ---- views of structs and arrays ----


_looks = itertools.count()


class _View:
    """The place of a struct or an array: in a region, or in a private copy."""

    __slots__ = ("_memory", "_at", "_parent", "_name", "_look")
    _memory: typing.Any

    def _look_at(self, memory, at, parent, name):
        self._memory, self._at, self._parent, self._name = memory, at, parent, name
        self._look = next(_looks)

    def _is_same(self, other):
        """Whether two views are of the same memory, and so equal by definition."""
        if self is other:
            return True
        if self._memory.views is not other._memory.views or self._at != other._at:
            return False
        if self._memory.is_live and abs(self._look - other._look) > _depth(self):
            warnings.warn(
                f"`{_path(self._parent, self._name)}` is compared with itself: both are views of the same "
                "memory, which are always equal. To find out what has changed, keep a copy: copy.copy()",
                RuntimeWarning,
                stacklevel=3,
            )
        return True

    def __copy__(self):
        """A private copy, which does not change; made field by field, so that a concurrent change may be
        seen half done."""
        if not self._memory.is_live:
            return self
        kind, size = self._copied()
        data = bytearray(self._memory.bytes(self._at, size))
        kind.settle(self._memory, self._at, data, 0)
        memory = _Memory.of_copy(data, self._memory.tail, _PRIVATE)
        return kind.load(memory, 0, self._parent, self._name)

    def __deepcopy__(self, memo):
        return self.__copy__()


def _depth(view):
    """The number of views between the region and this one."""
    depth = 0
    while view is not None and not isinstance(view, _Region):
        view, depth = view._parent, depth + 1
    return depth


class Guarded(typing.Generic[_T]):
    """The value of a Mutex or an RwLock, or of a field that a lock beside it guards. This module takes no locks:
    `unlocked()` reads it without one, field by field, so that a concurrent change may be seen half done."""

    __slots__ = ("_kind", "_memory", "_at", "_parent", "_name")
    _kind: typing.Any
    _memory: typing.Any
    _at: int
    _parent: typing.Any
    _name: typing.Any

    def __init__(self, kind, memory, at, parent, name):
        for slot, value in zip(self.__slots__, (kind, memory, at, parent, name)):
            object.__setattr__(self, slot, value)

    def unlocked(self) -> _T:
        kind = self._kind
        memory = self._memory.because(kind.why)
        return kind.kind.load(memory, self._at + kind.start, self._parent, self._name)

    def _refusal(self):
        path = _path(self._parent, self._name)
        return f"`{path}`: {self._kind.why}; read it without the lock, by `.unlocked()`"

    if not typing.TYPE_CHECKING:

        def __getattr__(self, name):
            raise AttributeError(self._refusal())

    def _refuse(self, *_):
        raise TypeError(self._refusal())

    # Without these, every Mutex would be true, and not equal to anything.
    __getitem__ = __bool__ = __copy__ = __deepcopy__ = __array__ = _refuse
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other):
        if isinstance(other, Guarded):
            return _same(self.unlocked(), other.unlocked())
        raise TypeError(self._refusal())

    def __setattr__(self, name, value):
        raise NotWritable(self._refusal())

    def __repr__(self):
        return f"<{self._kind.name}: unlocked() reads {self.unlocked()!r}>"


class _Field(typing.Generic[_T, _W]):
    """A field, by its name. `version` and `changes` take the record that has it."""

    def __init__(self, name, offset, kind, doc):
        self.name, self.offset, self.kind, self.__doc__ = name, offset, kind, doc

    @typing.overload
    def __get__(self, record: None, owner: typing.Any = None) -> "_Field[_T, _W]": ...

    @typing.overload
    def __get__(self, record: "_Record", owner: typing.Any = None) -> _T: ...

    def __get__(self, record, owner=None):
        if record is None:
            return self
        return self.kind.load(record._memory, record._at + self.offset, record, self.name)

    def __set__(self, record: "_Record", value: _W) -> None:
        self.kind.set(record._memory, record._at + self.offset, value, record, self.name)

    def _number(self, record, kind):
        if not isinstance(self.kind, kind):
            raise TypeError(f"`{self.name}` is not a {kind.__name__[1:]}")
        return self.kind.number(record._memory, record._at + self.offset)

    def version(self, record: "_Record") -> int:
        """The number of the newest version of a Latest, or item of a Ring: `Station.pose.version(station)`."""
        return self._number(record, _Latest)

    def changes(self, record: "_Record") -> int:
        """The number of times a Watched was set: `Station.mode.changes(station)`."""
        return self._number(record, _Watched)


class _Record(_View):
    """A struct, in place: its fields are attributes, and items by their names in Rust, as in a dict."""

    __slots__ = ()
    _fields: typing.Dict[str, typing.Any] = {}
    _size = 0

    def __init_subclass__(cls):
        cls._fields = {field.name: field for field in vars(cls).values() if isinstance(field, _Field)}

    def __init__(self, memory, at, parent, name):
        self._look_at(memory, at, parent, name)

    def _field(self, name):
        try:
            return self._fields[name]
        except KeyError:
            names = ", ".join(self._fields)
            raise KeyError(f"{type(self).__name__} has no field `{name}`; it has {names}") from None

    def __getitem__(self, name: str) -> typing.Any:
        return self._field(name).__get__(self)

    def __setitem__(self, name: str, value: typing.Any) -> None:
        self._field(name).__set__(self, value)

    def __iter__(self) -> typing.Iterator[str]:
        return iter(self._fields)

    def keys(self) -> typing.KeysView[str]:
        """The names of the fields in Rust; so `dict(struct)` has them with their values."""
        return self._fields.keys()

    def __eq__(self, other):
        if isinstance(other, _Record):
            if type(self) is not type(other):
                return False
            return self._is_same(other) or all(_same(self[name], other[name]) for name in self._fields)
        if isinstance(other, tuple):
            values = (self[name] for name in self._fields)
            return len(self._fields) == len(other) and all(map(_same, values, other))
        if isinstance(other, dict):
            return self._fields.keys() == other.keys() and all(
                _same(self[name], other[name]) for name in self._fields
            )
        return NotImplemented

    def __hash__(self):
        if self._memory.is_live:
            raise TypeError("a struct in a region changes, and has no hash: copy.copy() has one")
        values = (self[name] for name in self._fields)
        return hash(tuple("NaN" if value != value else _hashable(value) for value in values))

    def _copied(self):
        return _Struct(type(self)), self._size

    if not typing.TYPE_CHECKING:

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
    __slots__ = ("_mapping", "_place", "_object")
    _mapping: typing.Any
    _place: typing.Any
    _object: typing.Any

    @classmethod
    def open(
        cls: typing.Type[_R], name: "typing.Union[str, os.PathLike[str]]", *,
        allow_owner: typing.Optional[int] = None, after_reboot: bool = False,
    ) -> _R:
        """Opens a region for reading and writing. A plain name means a file in /dev/shm, a name with
        a slash is a path. `board@hits` means the object with the name `hits` in the heap of the region
        `board`, unless a file has that name. With `allow_owner`, files of that user can be opened as well; that user can
        change and truncate them. With `after_reboot`, so can a region that was created before the machine
        last started."""
        return cls._open(name, True, allow_owner, after_reboot)

    @classmethod
    def open_read_only(
        cls: typing.Type[_R], name: "typing.Union[str, os.PathLike[str]]", *,
        allow_owner: typing.Optional[int] = None, after_reboot: bool = False,
    ) -> _R:
        """Opens a region for reading, as `open`; the mapping is read-only."""
        return cls._open(name, False, allow_owner, after_reboot)

    @classmethod
    def _open(cls, name, to_write, allow_owner, after_reboot):
        mapping, tail, offset, heap, place, sought = _map(name, to_write, allow_owner, after_reboot)
        heap, found = heap and _Heap(mapping, offset, *heap), None
        if sought is not None:
            try:
                offset, tail, found = _find_object(heap, sought)
            except BaseException:
                heap.close()
                mapping.close()
                raise
        memory = _Memory.of_region(mapping, offset, tail, None if to_write else _READ_ONLY, heap)
        region = cls(memory, 0, None, "")
        region._mapping, region._place, region._object = mapping, place, found
        return region

    def is_current(self) -> bool:
        """Whether the name that was opened still means this region, or this object. If not, the region was
        replaced or its file or the object removed, and writes reach only processes that also opened it
        before: open the name again."""
        if self._object is not None:
            at, state = self._object
            if self._memory.heap.words[at] != state:
                return False
        return _is_at(self._place)

    def close(self) -> None:
        """Unmaps the region, which cannot be used any more. Arrays of numpy and memoryviews that share its
        memory still can: it is unmapped when the last of them is dropped."""
        self._memory.close()
        try:
            self._mapping.close()
        except BufferError:
            pass

    # A region is memory that other processes change, not a value.
    def __eq__(self, other):
        return self is other

    __hash__ = object.__hash__

    def __copy__(self):
        raise TypeError("a region cannot be copied: copy its fields, or open it again")

    def __enter__(self: _R) -> _R:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
