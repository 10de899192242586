"""How Python programs share memory: one class for each method."""

import ctypes
import mmap
import multiprocessing
import multiprocessing.heap
import multiprocessing.sharedctypes
import os
import struct
from multiprocessing.shared_memory import SharedMemory

SIZE = 64 * 1024
# As in semaphore.rs.
PERMITS = 3
# The positions, in 8-byte words: the number, and two on one cache line.
HITS, LINES, PAIR, WORDS, DOUBLES = 0, (64, 65), 128, 512, 2048


class Multiprocessing:
    """`multiprocessing.Value` and `Array`, with the lock that they have unless told otherwise. They are
    inherited by child processes; they cannot be opened."""

    def __init__(self, job):
        context = multiprocessing.get_context("fork")
        self.words = job.words
        self.hits = context.Value("Q", 0)
        self.lines = [context.Value("Q", 0), context.Value("Q", 0)]
        self.array = context.Array("Q", job.words)
        self.floats = context.Array("d", 1000)
        self.changed = context.Condition()
        self.raw = context.RawValue("Q", 0)
        self.recursive = context.RLock()
        self.several, self.single = context.Semaphore(PERMITS), context.Semaphore(1)
        self.barrier = context.Barrier(2)

    def open(self, _job):
        return self

    def close(self):
        pass

    def get(self):
        return self.hits.value

    def set(self, value):
        self.hits.value = value

    def get_many(self, times):
        hits = self.hits
        for _ in range(times):
            hits.value

    def set_many(self, times):
        hits = self.hits
        for value in range(times):
            hits.value = value

    def add_many(self, times):
        hits = self.hits
        for _ in range(times):
            hits.value += 1

    def add_locked_many(self, times):
        hits = self.hits
        for _ in range(times):
            with hits.get_lock():
                hits.value += 1

    def version(self, number):
        return list(range(number, number + self.words))

    def whole(self, snapshot):
        return snapshot[0] if snapshot == self.version(snapshot[0]) else None

    def read(self):
        return self.array[:]

    def write(self, value):
        self.array[:] = value

    def read_many(self, times):
        array = self.array
        for _ in range(times):
            array[:]

    def write_many(self, value, times):
        array = self.array
        for _ in range(times):
            array[:] = value

    def set_doubles(self, values):
        self.floats[:] = values

    def doubles_many(self, times):
        floats = self.floats
        for _ in range(times):
            floats[:]

    def send(self, line, value):
        self.lines[line].value = value

    def look(self, line):
        return self.lines[line].value

    def change(self, value):
        with self.changed:
            self.raw.value = value
            self.changed.notify()

    def wait(self, seen):
        with self.changed:
            while self.raw.value == seen:
                self.changed.wait()
            return self.raw.value

    def lock(self):
        self.hits.get_lock().acquire()

    def unlock(self):
        self.hits.get_lock().release()

    def again_many(self, times):
        lock = self.recursive
        with lock:
            for _ in range(times):
                lock.acquire()
                lock.release()

    def pass_many(self, times):
        permits = self.several
        for _ in range(times):
            permits.acquire()
            permits.release()

    def add_permitted_many(self, times):
        permits, raw = self.single, self.raw
        for _ in range(times):
            with permits:
                raw.value += 1


class MultiprocessingLocked(Multiprocessing):
    """The same, for programs that know that `+=` is not atomic."""

    def add_many(self, times):
        self.add_locked_many(times)


class Buffer:
    """The common part of all methods that provide a buffer."""

    def __init__(self, job):
        self.words = job.words
        self.map(job, create=True)

    def open(self, job):
        other = type(self).__new__(type(self))
        other.words = job.words
        other.map(job, create=False)
        return other

    def map_file(self, job, create):
        path = os.path.join(job.folder, "python")
        with open(path, "w+b" if create else "r+b") as file:
            if create:
                file.truncate(SIZE)
            return mmap.mmap(file.fileno(), SIZE)

    def version(self, number):
        return list(range(number, number + self.words))

    def close(self):
        pass


class Shared(Buffer):
    """`multiprocessing.shared_memory.SharedMemory`, through a memoryview and `struct`."""

    def map(self, job, create):
        self.memory = SharedMemory(name=job.name, create=create, size=SIZE)
        self.numbers = self.memory.buf.cast("Q")
        self.format = struct.Struct(f"{self.words}Q")
        self.owner = create

    def close(self):
        self.numbers.release()
        self.memory.close()
        if self.owner:
            self.memory.unlink()

    def get(self):
        return self.numbers[HITS]

    def set(self, value):
        self.numbers[HITS] = value

    def get_many(self, times):
        numbers = self.numbers
        for _ in range(times):
            numbers[HITS]

    def set_many(self, times):
        numbers = self.numbers
        for value in range(times):
            numbers[HITS] = value

    def add_many(self, times):
        numbers = self.numbers
        for _ in range(times):
            numbers[HITS] += 1

    def whole(self, snapshot):
        return snapshot[0] if list(snapshot) == self.version(snapshot[0]) else None

    def read(self):
        return self.format.unpack_from(self.memory.buf, WORDS * 8)

    def write(self, value):
        self.format.pack_into(self.memory.buf, WORDS * 8, *value)

    def read_many(self, times):
        for _ in range(times):
            self.read()

    def write_many(self, value, times):
        for _ in range(times):
            self.write(value)

    def set_doubles(self, values):
        struct.pack_into("1000d", self.memory.buf, DOUBLES * 8, *values)

    def doubles_many(self, times):
        unpack, buffer = struct.Struct("1000d").unpack_from, self.memory.buf
        for _ in range(times):
            unpack(buffer, DOUBLES * 8)

    def visit(self):
        memory = SharedMemory(name=self.memory.name)
        value = int.from_bytes(memory.buf[HITS * 8 : HITS * 8 + 8], "little")
        memory.close()
        return value

    def send(self, line, value):
        self.numbers[LINES[line]] = value

    def look(self, line):
        return self.numbers[LINES[line]]

    def swapped(self, number, ratio):
        struct.pack_into("Qd", self.memory.buf, PAIR * 8, number, ratio)
        return struct.unpack_from("dQ", self.memory.buf, PAIR * 8)[1]


class Station(ctypes.Structure):
    """Fields by name, at the offsets above."""

    _fields_ = [
        ("hits", ctypes.c_uint64),
        ("before_ping", ctypes.c_uint64 * (LINES[0] - 1)),
        ("ping", ctypes.c_uint64),
        ("before_pong", ctypes.c_uint64 * (LINES[1] - LINES[0] - 1)),
        ("pong", ctypes.c_uint64),
    ]


class Pair(ctypes.Structure):
    _fields_ = [("number", ctypes.c_uint64), ("ratio", ctypes.c_double)]


class Swapped(ctypes.Structure):
    _fields_ = [("ratio", ctypes.c_double), ("number", ctypes.c_uint64)]


class CTypes(Buffer):
    """`ctypes` structures over an mmap."""

    def map(self, job, create):
        self.path = os.path.join(job.folder, "python")
        self.memory = self.map_file(job, create)
        self.station = Station.from_buffer(self.memory)
        self.array = (ctypes.c_uint64 * self.words).from_buffer(self.memory, WORDS * 8)
        self.floats = (ctypes.c_double * 1000).from_buffer(self.memory, DOUBLES * 8)

    def get(self):
        return self.station.hits

    def set(self, value):
        self.station.hits = value

    def get_many(self, times):
        station = self.station
        for _ in range(times):
            station.hits

    def set_many(self, times):
        station = self.station
        for value in range(times):
            station.hits = value

    def add_many(self, times):
        station = self.station
        for _ in range(times):
            station.hits += 1

    def version(self, number):
        return (ctypes.c_uint64 * self.words)(*range(number, number + self.words))

    def whole(self, snapshot):
        words = list(snapshot)
        return words[0] if words == list(range(words[0], words[0] + self.words)) else None

    def read(self):
        return type(self.array).from_buffer_copy(self.array)

    def write(self, value):
        ctypes.memmove(self.array, value, ctypes.sizeof(self.array))

    def read_many(self, times):
        copy, array = type(self.array).from_buffer_copy, self.array
        for _ in range(times):
            copy(array)

    def write_many(self, value, times):
        array, size = self.array, ctypes.sizeof(self.array)
        for _ in range(times):
            ctypes.memmove(array, value, size)

    def set_doubles(self, values):
        self.floats[:] = values

    def doubles_many(self, times):
        floats = self.floats
        for _ in range(times):
            floats[:]

    def visit(self):
        with open(self.path, "r+b") as file:
            memory = mmap.mmap(file.fileno(), SIZE)
        value = Station.from_buffer_copy(memory).hits
        memory.close()
        return value

    def send(self, line, value):
        setattr(self.station, ("ping", "pong")[line], value)

    def look(self, line):
        return getattr(self.station, ("ping", "pong")[line])

    def swapped(self, number, ratio):
        pair = Pair.from_buffer(self.memory, PAIR * 8)
        pair.number, pair.ratio = number, ratio
        return Swapped.from_buffer(self.memory, PAIR * 8).number


class NumPy(Buffer):
    """numpy arrays over an mmap."""

    def map(self, job, create):
        import numpy

        self.numpy = numpy
        self.path = os.path.join(job.folder, "python")
        self.memory = self.map_file(job, create)
        self.numbers = numpy.frombuffer(self.memory, dtype="u8")
        self.array = self.numbers[WORDS : WORDS + self.words]
        self.floats = self.numbers[DOUBLES : DOUBLES + 1000].view("f8")
        self.steps = numpy.arange(self.words, dtype="u8")

    def get(self):
        return int(self.numbers[HITS])

    def set(self, value):
        self.numbers[HITS] = value

    def get_many(self, times):
        numbers = self.numbers
        for _ in range(times):
            numbers[HITS]

    def set_many(self, times):
        numbers = self.numbers
        for value in range(times):
            numbers[HITS] = value

    def add_many(self, times):
        numbers, one = self.numbers, self.numpy.uint64(1)
        for _ in range(times):
            numbers[HITS] += one

    def version(self, number):
        return self.steps + self.numpy.uint64(number)

    def whole(self, snapshot):
        return int(snapshot[0]) if (snapshot == self.steps + snapshot[0]).all() else None

    def read(self):
        return self.array.copy()

    def write(self, value):
        self.array[:] = value

    def read_many(self, times):
        array = self.array
        for _ in range(times):
            array.copy()

    def write_many(self, value, times):
        array = self.array
        for _ in range(times):
            array[:] = value

    def set_doubles(self, values):
        self.floats[:] = values

    def doubles_many(self, times):
        floats = self.floats
        for _ in range(times):
            floats.copy()

    def visit(self):
        opened = self.numpy.memmap(self.path, dtype="u8", mode="r+")
        return int(opened[HITS])

    def send(self, line, value):
        self.numbers[LINES[line]] = value

    def look(self, line):
        return int(self.numbers[LINES[line]])

    def swapped(self, number, ratio):
        area = self.numbers[PAIR : PAIR + 2]
        pair = area.view([("number", "u8"), ("ratio", "f8")])
        pair["number"], pair["ratio"] = number, ratio
        return int(area.view([("ratio", "f8"), ("number", "u8")])["number"][0])


class Heap:
    """The heap under `multiprocessing.Value` and `Array`."""

    def __init__(self, _job):
        heap = multiprocessing.heap.Heap()
        self.malloc, self.free = heap.malloc, heap.free

    def close(self):
        pass


BY_KEY = {
    "multiprocessing": Multiprocessing,
    "multiprocessing-lock": MultiprocessingLocked,
    "multiprocessing-heap": Heap,
    "shared-memory": Shared,
    "ctypes": CTypes,
    "numpy": NumPy,
}
