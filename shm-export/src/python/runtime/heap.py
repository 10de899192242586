# ---- values of any length, in the heap: read as docs/format.md tells readers ----

# For each class of small blocks: the size of a block, the pages of a span, its blocks, and the offset of the
# first one.
_CLASSES = (
@CLASSES@
)


class _Heap:
    """The heap of a region. No number in it is used before it is compared with the heap's bounds."""

    def __init__(self, mapping, data, start, size, slots):
        with memoryview(mapping) as whole:
            self.flat = whole[start : start + size]
        self.file = start  # the offset of the heap in the file
        self.slots = slots  # the number of slots for participants
        self.words = self.flat.cast("Q")
        self.data = data  # from the start of the file, from which the offsets of places count
        pages = (size - 4096) // (32 + 1024)
        if 4096 + -(-pages * 32 // 1024) * 1024 + pages * 1024 > size:
            pages -= 1
        self.pages, self.start = pages, 4096 + -(-pages * 32 // 1024) * 1024

    def close(self):
        self.words.release()
        self.flat.release()

    def _find(self, handle):
        """The block that a handle names: its page, the page's word, and the offsets of its head and of
        its payload, and the payload's size; None if there is no such block."""
        page, block = (handle & 0xFFFFFFFF) >> 6, handle & 63
        if page >= self.pages:
            return None
        at, start, left = (4096 + page * 32) // 8, self.start + page * 1024, self.pages - page
        word = self.words[at]
        kind, count = word & 255, word >> 8 & 0xFFFFFF
        if kind == 255:
            if block or not 1 <= count <= left:
                return None
            return at, word, at + 1, start, count * 1024
        if not 1 <= kind <= 52:
            return None
        size, pages, blocks, first = _CLASSES[kind - 1]
        if block >= blocks or pages > left:
            return None
        return at, word, start // 8 + 2 * block, start + first + block * size, size

    def load(self, views, place):
        """The bytes that the place with the handle at this offset of the data owns; None if it owns
        none."""
        words = self.words
        for _ in range(1000):
            handle = views["Q"][place // 8]
            if handle == 0:
                return None
            found = self._find(handle)
            if found is None or not self._is_owned(found, handle, self.data + place):
                # The place was changed meanwhile, or its handle is stale.
                if views["Q"][place // 8] == handle:
                    return None
                continue
            at, word, head, payload, size = found
            length = words[payload // 8]
            fits = length <= size - 8
            value = _bytes(self.flat, payload + 8, payload + 8 + length) if fits else b""
            if words[head] >> 32 == handle >> 32 and words[at] == word:
                if not fits:
                    raise InvalidValue(f"the value says that it has {length} bytes, its block has {size - 8}")
                return value
        raise Contended("the value was replaced during each attempt to copy it")

    def _is_owned(self, found, handle, place):
        state, owner = self.words[found[2]], self.words[found[2] + 1]
        return state >> 32 == handle >> 32 and state & 0xFFFFFFFF != 0 and owner == place


_OWNED = "only a participant of the region can write a value of any length: write it from Rust, or with `shm set`"


class _Owned(_Kind):
    """A value in the heap, or None."""

    why, is_flat = _OWNED, False

    def __init__(self, handle, size, kind):
        self.handle, self.size, self.kind = handle, size, kind

    def data(self, memory, at, parent, name):
        if memory.heap is None:
            raise TypeError(f"`{_path(parent, name)}`: a copy does not contain values in the heap")
        try:
            return memory.heap.load(memory.views, at + self.handle)
        except (InvalidValue, Contended) as error:
            raise type(error)(f"`{_path(parent, name)}`: {error}") from None

    def load(self, memory, at, parent, name):
        data = self.data(memory, at, parent, name)
        return None if data is None else _value(self.kind, self.size, data, parent, name)

    def settle(self, memory, at, data, to):
        pass


class _OwnedSlice(_Owned):
    """Any number of elements in the heap: a copy of them."""

    def load(self, memory, at, parent, name):
        data = self.data(memory, at, parent, name) or b""
        if len(data) % self.size:
            raise InvalidValue(f"`{_path(parent, name)}`: {len(data)} bytes are not a whole number of elements of {self.size}")
        whole = _ArrayOf(self.kind, len(data) // self.size, self.size)
        return whole.load(_Memory.of_copy(data, 0, _PRIVATE), 0, parent, name)


class _OwnedText(_Owned):
    """Text of any length in the heap."""

    def load(self, memory, at, parent, name):
        data = self.data(memory, at, parent, name) or b""
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InvalidValue(f"`{_path(parent, name)}`: {error}") from None
