"""A notebook beside a plant that runs: cells to look at its region, of which each can be run by itself.

The plant is another process. Here it is started by the last line of the first cell, so that the page runs as it is; usually it runs
already, and is written in Rust or C.
"""

# %% The plant, as its own program declares it.
import os
import subprocess
import sys

import shm

PLANT = """
import sys, time, shm
from typing import Literal

class Plant(shm.Struct):
    temperature: shm.f64
    steps: shm.u64
    readings: shm.Array[shm.f64, Literal[8]]

plant = shm.create(sys.argv[1], Plant)
for step in range(1, 501):
    plant.readings[step % 8] = 20.0 + step / 100
    plant.temperature = 20.0 + step / 100
    shm.add(plant, steps=1)
    time.sleep(0.001)
"""
name = f"notebook-{os.getpid()}"
program = subprocess.Popen([sys.executable, "-c", PLANT, name])

# %% Opened for reading: nothing in this notebook can disturb the plant.
plant = shm.open(name, read_only=True, wait=10.0)
print(plant)

# %% Fields by name, and an array without a copy where numpy is there.
try:
    import numpy
except ImportError:
    readings = plant.readings
else:
    readings = numpy.asarray(plant.readings)
print(f"{plant.temperature} degrees, {len(readings)} readings")

# %% Its readings as it goes on.
import asyncio


async def collect(count: int) -> list[float]:
    seen: list[float] = []
    async for temperature in shm.watch(plant, "temperature", every=0.002):
        seen.append(temperature)
        if len(seen) == count:
            break
    return seen


seen = asyncio.run(collect(5))
print(seen)
assert seen == sorted(seen) and len(set(seen)) == 5

# %% The plant has ended; its region is still there, until somebody removes it.
assert program.wait() == 0
print(f"{plant.steps} steps, at last {plant.temperature}")
assert plant.steps == 500 and max(readings) == 25.0
shm.unlink(plant)
