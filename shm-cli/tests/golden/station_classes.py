"""The layout `Station`, declared for the Python package `shm`. Written by `shm export --lang python-class`.

    region = shm.open(file, Station)
"""

import enum
from typing import Annotated, Literal

import shm


class Mode(enum.IntEnum):
    """The station's activity."""

    Idle = 0
    Measuring = 1
    Failed = 2


class Pose(shm.Struct):
    """The position of a robot."""

    x: Annotated[shm.f64, shm.Unit("m")]
    y: Annotated[shm.f64, shm.Unit("m")]
    heading: Annotated[shm.f32, shm.Unit("rad"), shm.Doc("Clockwise from north.")]


class Account(shm.Struct):
    """Values that belong together."""

    balance: shm.i64
    bookings: shm.u64


class Station(shm.Struct):
    """One weather station."""

    temperature: Annotated[shm.f64, shm.Unit("°C"), shm.Doc("In the shade.")]
    hits: shm.u64
    samples: shm.Array[shm.u32, Literal[16]]
    mode: Mode
    pose: shm.Latest[Pose]
    label: shm.Latest[shm.Text[Literal[32]]]
    account: shm.Mutex[Account]


# `shm.fingerprint(Station)` is this number.
FINGERPRINT = 0xc566b0c14d2fefe0
