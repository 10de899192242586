"""Classes that several tests use."""

from __future__ import annotations

import enum
from typing import Annotated, Literal

import shm


class Mode(enum.IntEnum):
    Idle = 0
    Busy = 1
    Done = 2


class Pose(shm.Struct):
    """Where it is."""

    x: shm.f64
    y: shm.f64


class Account(shm.Struct):
    balance: shm.i64
    changes: shm.u64


class Station(shm.Struct):
    """One weather station."""

    temperature: Annotated[shm.f64, shm.Unit("°C"), shm.Doc("in the shade")]
    hits: shm.u64
    samples: shm.Array[shm.u32, Literal[16]]
    mode: shm.Watched[Mode]
    pose: shm.Latest[Pose]
    account: shm.Mutex[Account]
    arrived: shm.Event
    poses: shm.Array[Pose, Literal[3]]


class Everything(shm.Struct):
    """A field of each kind."""

    a: shm.u8
    b: shm.u16
    c: shm.u32
    d: shm.u64
    e: shm.i8
    f: shm.i16
    g: shm.i32
    h: shm.i64
    i: shm.f32
    j: shm.f64
    k: shm.bool_
    l: shm.Char
    m: Mode
    n: Pose
    o: shm.Array[shm.Array[shm.i16, Literal[3]], Literal[2]]
    p: shm.Option[shm.u32]
    q: shm.CText[Literal[12]]
