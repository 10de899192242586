# ---- kinds that are made of parts ----


class _Struct(_Kind):
    why = "a struct is written field by field"

    def __init__(self, record):
        self.record = record

    @property
    def is_flat(self):
        return all(field.kind.is_flat for field in self.record._fields.values())

    @property
    def has_contents(self):
        return any(field.kind.has_contents for field in self.record._fields.values())

    def load(self, memory, at, parent, name):
        return self.record(memory, at, parent, name)

    def check(self, memory, at, left, parent, name):
        inside = self.load(memory, at, parent, name)
        for field in self.record._fields.values():
            left = field.kind.check(memory, at + field.offset, left, inside, field.name)
        return left

    def settle(self, memory, at, data, to):
        for field in self.record._fields.values():
            field.kind.settle(memory, at + field.offset, data, to + field.offset)


class _ArrayOf(_Kind):
    def __init__(self, kind, count, stride):
        self.kind, self.count, self.stride = kind, count, stride

    @property
    def is_flat(self):
        return self.kind.is_flat

    @property
    def has_contents(self):
        return self.kind.has_contents

    def length(self, memory):
        return self.count

    def load(self, memory, at, parent, name):
        return _Array(self, memory, at, parent, name)

    def check(self, memory, at, left, parent, name):
        inside = self.load(memory, at, parent, name)
        for index in range(self.count if self.has_contents else 0):
            left = self.kind.check(memory, at + index * self.stride, left, inside, index)
        return left

    def prepare(self, memory, at, value, parent, name):
        return self.load(memory, at, parent, name)._prepare(slice(None), value)

    def settle(self, memory, at, data, to):
        if not self.is_flat:
            for start in range(0, self.length(memory) * self.stride, self.stride):
                self.kind.settle(memory, at + start, data, to + start)


class _Tail(_ArrayOf):
    """An array whose length is that of the region."""

    def __init__(self, kind, stride):
        super().__init__(kind, None, stride)

    def length(self, memory):
        return memory.tail


class _Latest(_Kind):
    why = (
        "a Latest is written under its lock, which this module does not take: write it from Rust, or "
        "with `shm set`"
    )
    is_flat = False

    def __init__(self, sequence, slots, stride, count, size, kind):
        self.sequence, self.slots, self.stride = sequence, slots, stride
        self.count, self.size, self.kind = count, size, kind

    def newest(self, memory, at, parent, name):
        ring = (at + self.sequence, at + self.slots, self.stride, self.count, self.size)
        found = memory.newest(*ring)
        if found is None:
            path = _path(parent, name)
            raise Contended(f"`{path}`: versions are being written faster than one can be copied")
        return found

    def load(self, memory, at, parent, name):
        _, version = self.newest(memory, at, parent, name)
        return self.kind.load(_Memory.of_copy(version, 0, _VERSION), 0, parent, name)

    def settle(self, memory, at, data, to):
        number, version = self.newest(memory, at, None, "")
        sequence, slot = to + self.sequence, to + self.slots + number % self.count * self.stride
        data[sequence : sequence + 8] = number.to_bytes(8, sys.byteorder)
        data[slot : slot + self.size] = version

    def number(self, memory, at):
        return memory.load("Q", at + self.sequence)


class _Ring(_Latest):
    why = (
        "items are pushed to a Ring under its lock, which this module does not take: push them from Rust, "
        "or with `shm push`"
    )


class _PerProcess(_Kind):
    """What the rows of past processes add up to, and the rows in use by their numbers: copies, of one moment."""

    State = collections.namedtuple("State", "retired rows")

    why = "a row of a PerProcess is written by the process that has it"

    def __init__(self, state, seats, retired, rows, count, stride, kind):
        self.state, self.seats, self.retired, self.rows = state, seats, retired, rows
        self.count, self.stride, self.kind = count, stride, kind

    def load(self, memory, at, parent, name):
        for _ in range(1000):
            state = memory.load("Q", at + self.state)
            # The upper bits count folds; the lower ones are a row that was folded and is not free yet, plus one.
            retired = memory.bytes(at + self.retired + (state >> 24 & 1) * self.stride, self.stride)
            # The bits below the highest name the process that has the row, or say that it was given up.
            in_use = (row for row in range(self.count) if memory.load("I", at + self.seats + 4 * row) & 0x7FFFFFFF)
            rows = {row: memory.bytes(at + self.rows + row * self.stride, self.stride) for row in in_use}
            if memory.load("Q", at + self.state) == state:
                break
        else:
            path = _path(parent, name)
            raise Contended(f"`{path}`: rows are being folded faster than they can be copied")
        rows.pop((state & 0xFFFFFF) - 1, None)

        def value(data):
            return self.kind.load(_Memory.of_copy(data, 0, self.why), 0, parent, name)

        return self.State(value(retired), {row: value(data) for row, data in rows.items()})


class _Around(_Kind):
    """A kind with another kind inside."""

    def __init__(self, start, kind):
        self.start, self.kind = start, kind

    @property
    def is_flat(self):
        return self.kind.is_flat

    def settle(self, memory, at, data, to):
        self.kind.settle(memory, at + self.start, data, to + self.start)


class _Watched(_Around):
    why = "writing a Watched must wake its waiters, which this module does not do"

    def load(self, memory, at, parent, name):
        memory = memory if memory.why else memory.because(self.why)
        return self.kind.load(memory, at + self.start, parent, name)

    def number(self, memory, at):
        return memory.load("I", at) >> 1


class _Mutex(_Around):
    name = "a Mutex"
    why = "it is behind a Mutex, which this module does not lock"

    def load(self, memory, at, parent, name):
        return Guarded(self, memory, at, parent, name)


class _RwLock(_Mutex):
    name = "an RwLock"
    why = "it is behind an RwLock, which this module does not lock"


class _Beside(_Mutex):
    """A field that a lock beside it guards."""

    def __init__(self, lock, kind):
        super().__init__(0, kind)
        self.name = f"guarded by {lock}"
        self.why = f"the lock `{lock}` beside it guards it, which this module does not take"
