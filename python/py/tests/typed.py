"""What mypy knows of a declared class; `reveal_type` is compared by `test_types.py`."""

import enum
from typing import Annotated, Literal

import shm


class Mode(enum.IntEnum):
    Idle = 0
    Busy = 1


class Pose(shm.Struct):
    x: shm.f64
    y: shm.f64


class Account(shm.Struct):
    balance: shm.i64


class Station(shm.Struct):
    temperature: Annotated[shm.f64, shm.Unit("°C")]
    hits: shm.u64
    samples: shm.Array[shm.u32, Literal[16]]
    poses: shm.Array[Pose, Literal[3]]
    pose: shm.Latest[Pose]
    account: shm.Mutex[Account]
    mode: shm.Watched[Mode]
    note: shm.CText[Literal[8]]
    route: shm.RwLock[Pose]
    short: shm.RwLock[Pose, Literal[4]]
    users: shm.Semaphore[Literal[2]]
    step: shm.Barrier[Literal[2]]
    workers: shm.PerProcess[Account, Literal[8]]
    filled: shm.Once
    added: shm.Event


def use(station: Station) -> None:
    reveal_type(station.temperature)  # float
    reveal_type(station.samples[3])  # int
    reveal_type(station.samples[2:4])  # list[int]
    reveal_type(station.poses[0].x)  # float
    reveal_type(station.pose.load())  # Pose
    reveal_type(station.mode.get())  # Mode
    reveal_type(station.note)  # str
    station.samples = [1, 2, 3]
    station.note = "x"
    with station.account as account:
        reveal_type(account.balance)  # int
        station.account.wait_until(station.added, lambda: account.balance > 0, timeout=1)
    with station.account.again() as account:
        reveal_type(account.balance)  # int
    with station.route.read() as route, station.short.write(timeout=2) as short:
        reveal_type(route.x)  # float
        reveal_type(short.y)  # float
    with station.users as permit:
        reveal_type(permit.inherited)  # bool
    with station.step.join() as member:
        reveal_type(member.wait(timeout=1))  # bool
    with station.workers.claim() as row:
        reveal_type(row.balance)  # int
    reveal_type(station.workers.rows()[0].pid)  # int | None
    reveal_type(station.filled.call(lambda: None))  # bool
    heap = shm.heap(station)
    reveal_type(heap.named("totals", Account, balance=1).balance)  # int
    reveal_type(heap.find("totals", Account))  # Account | None
    reveal_type(heap.objects()[0].length)  # int | None
    reveal_type(shm.open("station", Station))  # Station
    station.workers.claims()  # error: attr-defined
    station.temprature = 1.0  # error: attr-defined
    station.temperature = "warm"  # error: assignment
    station.pose.load().z  # error: attr-defined
