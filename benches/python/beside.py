"""The package `shm` beside what Python programs use today: one operation after the other, in nanoseconds of CPU time
and as ratios to ours.

    python beside.py              prints the table
    python beside.py PAGE.md      writes it into a page, between two marks

Each peer runs in a process of its own; one that is not installed, or fails, is said in the table. `.ci/python long`
installs the peers into the virtual environment of the wheel and runs this.
"""

from __future__ import annotations

import ctypes
import gc
import importlib.metadata
import json
import os
import pathlib
import platform
import subprocess
import sys
import time
from typing import Any

ROUNDS = 15
START, END = "<!-- costs: written by benches/python/beside.py -->", "<!-- end of costs -->"

#: The operations, as the table names them, and how often one round does each.
OPERATIONS = {
    "get": ("read a number by its name", 20_000),
    "set": ("write it", 20_000),
    "locked": ("read it under its lock", 5_000),
    "add": ("add 1, and lose no update", 5_000),
    "load": ("read three fields of one moment", 5_000),
    "store": ("write three fields at once", 5_000),
    "element": ("read one element of an array", 20_000),
    "bulk": ("copy 800 kB in", 20),
    "create": ("create and free", 100),
}


def cost(code: str, names: dict[str, Any], times: int) -> float:
    """The least cost of one repetition in nanoseconds, without that of the loop."""
    body = f"def run():\n for _ in loop:\n  {code}\n"
    empty = "def run():\n for _ in loop:\n  pass\n"
    functions = []
    for text in (body, empty):
        scope = {**names, "loop": range(times)}
        exec(text, scope)
        functions.append(scope["run"])
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.thread_time_ns()
        functions[0]()
        middle = time.thread_time_ns()
        functions[1]()
        best = min(best, ((middle - start) - (time.thread_time_ns() - middle)) / times)
    return best


# --- the peers: each gives the code of the operations that it has, and the names in it ------------------


class Pose(ctypes.Structure):
    _fields_ = [("x", ctypes.c_double), ("y", ctypes.c_double), ("heading", ctypes.c_double)]


def doubles() -> Any:
    import numpy

    return numpy.ones(100_000)


def ours() -> tuple[dict[str, str], dict[str, Any]]:
    import shm

    class Here(shm.Struct):
        x: shm.f64
        y: shm.f64
        heading: shm.f64

    class Account(shm.Struct):
        balance: shm.i64

    class Station(shm.Struct):
        temperature: shm.f64
        hits: shm.u64
        pose: shm.Latest[Here]
        account: shm.Mutex[Account]

    name = f"beside-{os.getpid()}"
    view = shm.create(name, Station)
    shm.unlink(view)
    many = shm.memfd("beside", shm.Slice[shm.f64], length=100_000)
    names = {"view": view, "shm": shm, "many": many, "array": doubles(), "name": name, "Station": Station}
    return {
        "get": "view.temperature",
        "set": "view.temperature = 1.5",
        "locked": "with view.account as account: account.balance",
        "add": "shm.add(view, hits=1)",
        "load": "view.pose.load()",
        "store": "view.pose.store(x=1.0, y=2.0, heading=3.0)",
        "element": "many[3]",
        "bulk": "many[:] = array",
        "create": "shm.unlink(shm.create(name, Station))",
    }, names


def drop_in() -> tuple[dict[str, str], dict[str, Any]]:
    from shm import multiprocessing

    return of_multiprocessing(multiprocessing, "count.add(1)")


def cpython() -> tuple[dict[str, str], dict[str, Any]]:
    import multiprocessing

    return of_multiprocessing(multiprocessing, "with count.get_lock(): count.value += 1")


def of_multiprocessing(mp: Any, add: str) -> tuple[dict[str, str], dict[str, Any]]:
    import numpy

    array = doubles()
    many = mp.RawArray("d", 100_000)
    names = {
        "mp": mp, "raw": mp.RawValue("d", 1.0), "count": mp.Value("q", 0), "pose": mp.Value(Pose), "many": many,
        "view": numpy.frombuffer(many), "array": array,
    }
    return {
        "get": "raw.value",
        "set": "raw.value = 1.5",
        "locked": "count.value",
        "add": add,
        "load": "with pose: (pose.x, pose.y, pose.heading)",
        "store": "with pose: pose.x, pose.y, pose.heading = 1.0, 2.0, 3.0",
        "element": "many[3]",
        "bulk": "view[:] = array",
        "create": "mp.Value('q', 0)",
    }, names


def shared_memory() -> tuple[dict[str, str], dict[str, Any]]:
    import struct
    from multiprocessing.shared_memory import SharedMemory

    memory = SharedMemory(create=True, size=800_000)
    form = struct.Struct("d")
    names = {
        "memory": memory, "buffer": memory.buf, "unpack": form.unpack_from, "pack": form.pack_into,
        "bytes_": doubles().tobytes(), "doubles": memory.buf.cast("d"), "SharedMemory": SharedMemory,
    }
    return {
        "get": "unpack(buffer, 0)[0]",
        "set": "pack(buffer, 0, 1.5)",
        "element": "doubles[3]",
        "bulk": "buffer[:800_000] = bytes_",
        "create": "made = SharedMemory(create=True, size=64); made.close(); made.unlink()",
    }, names


def numpy_peer() -> tuple[dict[str, str], dict[str, Any]]:
    import mmap

    import numpy

    station = numpy.dtype([("temperature", "f8"), ("hits", "u8"), ("x", "f8"), ("y", "f8")], align=True)
    rows = numpy.frombuffer(mmap.mmap(-1, 4096), station)
    many = numpy.frombuffer(mmap.mmap(-1, 800_000), "f8")
    return {
        "get": "rows[0]['temperature']",
        "set": "rows[0]['temperature'] = 1.5",
        "element": "many[3]",
        "bulk": "many[:] = array",
    }, {"rows": rows, "many": many, "array": doubles()}


def shared_memory_dict() -> tuple[dict[str, str], dict[str, Any]]:
    # With it, each call takes the lock of the process family.
    os.environ["SHARED_MEMORY_USE_LOCK"] = "1"
    from shared_memory_dict import SharedMemoryDict

    shared = SharedMemoryDict(name=f"beside-{os.getpid()}", size=1024)
    shared.update(temperature=1.5, hits=0)
    return {
        "get": "shared['temperature']",
        "set": "shared['temperature'] = 1.5",
        "load": "shared['pose']",
        "store": "shared['pose'] = (1.0, 2.0, 3.0)",
    }, {"shared": prepared(shared)}


def ultra_dict() -> tuple[dict[str, str], dict[str, Any]]:
    from UltraDict import UltraDict

    shared = UltraDict(shared_lock=True)
    shared["temperature"], shared["hits"] = 1.5, 0
    return {
        "get": "shared['temperature']",
        "set": "shared['temperature'] = 1.5",
        "add": "with shared.lock: shared['hits'] += 1",
        "load": "shared['pose']",
        "store": "shared['pose'] = (1.0, 2.0, 3.0)",
    }, {"shared": prepared(shared)}


def prepared(shared: Any) -> Any:
    shared["pose"] = (1.0, 2.0, 3.0)
    return shared


class Key(ctypes.Structure):
    """A key of a blackboard."""

    _fields_ = [("number", ctypes.c_uint64)]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and self.number == other.number

    __hash__ = None  # type: ignore[assignment]


def iceoryx2() -> tuple[dict[str, str], dict[str, Any]]:
    import iceoryx2 as iox2

    iox2.set_log_level(iox2.LogLevel.Fatal)
    node = iox2.NodeBuilder.new().create(iox2.ServiceType.Ipc)
    name = iox2.ServiceName.new(f"beside-{os.getpid()}")
    number, pose = Key(number=0), Key(number=1)
    service = (
        node.service_builder(name)
        .blackboard_creator(Key)
        .add(number, ctypes.c_double(1.0))
        .add(pose, Pose(1.0, 2.0, 3.0))
        .create()
    )
    writer, reader = service.writer_builder().create(), service.reader_builder().create()
    names = {
        "keep": (node, service, writer, reader), "Pose": Pose, "c_double": ctypes.c_double,
        "number_in": writer.entry(number, ctypes.c_double), "number": reader.entry(number, ctypes.c_double),
        "pose_in": writer.entry(pose, Pose), "pose": reader.entry(pose, Pose),
    }
    return {
        "get": "number.get().decode_as(c_double).value",
        "set": "number_in.update_with_copy(c_double(1.5))",
        "load": "pose.get().decode_as(Pose)",
        "store": "pose_in.update_with_copy(Pose(1.0, 2.0, 3.0))",
    }, names


#: The peers: a function, the package to install, and a note.
PEERS: dict[str, tuple[Any, str | None]] = {
    "shm": (ours, None),
    "shm.multiprocessing": (drop_in, None),
    "multiprocessing": (cpython, None),
    "SharedMemory, struct": (shared_memory, None),
    "numpy in an mmap": (numpy_peer, "numpy"),
    "shared-memory-dict": (shared_memory_dict, "shared-memory-dict"),
    "UltraDict": (ultra_dict, "UltraDict"),
    "iceoryx2": (iceoryx2, "iceoryx2"),
}


def measure(peer: str) -> dict[str, float]:
    """The costs of a peer's operations, in this process."""
    codes, names = PEERS[peer][0]()
    gc.disable()
    return {operation: cost(code, names, OPERATIONS[operation][1]) for operation, code in codes.items()}


def run(peer: str) -> dict[str, float] | str:
    """The same in a process of its own; or why there are none."""
    done = subprocess.run(
        [sys.executable, __file__, "--measure", peer], capture_output=True, text=True, timeout=600
    )
    last = done.stdout.strip().rpartition("\n")[2]
    if done.returncode == 0 and last.startswith("{"):
        return json.loads(last)  # type: ignore[no-any-return]
    error = done.stderr.strip().rpartition("\n")[2] or f"ended with {done.returncode}"
    package = PEERS[peer][1]
    return f"`{package}` is not installed here" if "ModuleNotFoundError" in error else error[:120]


def version(peer: str) -> str:
    package = PEERS[peer][1]
    try:
        return peer.replace(package, f"{package} {importlib.metadata.version(package)}") if package else peer
    except importlib.metadata.PackageNotFoundError:
        return peer


def table() -> str:
    """All costs, as a table of a page."""
    found = {peer: run(peer) for peer in PEERS}
    there = [peer for peer, costs in found.items() if isinstance(costs, dict)]
    base = found["shm"]
    if not isinstance(base, dict):
        raise SystemExit(f"our own package failed: {base}")
    lines = [
        f"CPython {platform.python_version()}; nanoseconds of CPU time, and in brackets how many times ours.",
        "",
        "| | " + " | ".join(version(peer) for peer in there) + " |",
        "| --- |" + " --- |" * len(there),
    ]
    for operation, (title, _) in OPERATIONS.items():
        cells = []
        for peer in there:
            costs = found[peer]
            ns = costs.get(operation) if isinstance(costs, dict) else None
            if ns is None:
                cells.append("")
            elif peer == "shm":
                cells.append(f"{ns:,.0f}")
            else:
                cells.append(f"{ns:,.0f} ({ns / base[operation]:,.1f})")
        lines.append(f"| {title} | {' | '.join(cells)} |")
    missing = [f"{peer}: {why}" for peer, why in found.items() if not isinstance(why, dict)]
    if missing:
        lines += ["", "Not measured: " + "; ".join(missing) + "."]
    return "\n".join(lines)


def write(page: pathlib.Path, text: str) -> None:
    before, found, rest = page.read_text().partition(START)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        raise SystemExit(f"{page} has no place for the table, between {START} and {END}")
    page.write_text(f"{before}{START}\n\n{text}\n\n{END}{after}")


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--measure"]:
        print(json.dumps(measure(arguments[1])))
    elif arguments:
        write(pathlib.Path(arguments[0]), table())
    else:
        print(table())


if __name__ == "__main__":
    main(sys.argv[1:])
