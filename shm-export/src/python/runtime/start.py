"""The layout of `@TYPE@` in shared memory, for CPython 3.8 and later; it needs nothing else.

Written by `shm export --lang python`; do not edit. Regions to whose layout fields were added at the end
are opened, too, and new fields not touched: to use them, write the module anew. Those of any other
layout are refused.

    with @NAME@.open("name") as region:             # or open_read_only
        region.field, region.array[3], region.array[2:5], region.nested.field
        region.field = 21.5                         # checked: TypeError, OverflowError, ValueError
        region["field"]                             # by its name in Rust, whatever Python makes of it
        region.latest                               # a copy of the newest version, whole
        @NAME@.latest.version(region)               # its number; of a Watched, `changes`
        copy.copy(region.nested)                    # a private copy of a struct or an array
        region.array.view(), numpy.asarray(region.array)     # not a copy: the memory itself
        region.array[:] = buffer                    # bytes, array.array, numpy: at memcpy's speed
        region.mutex.unlocked()                     # without the lock: a hint, no more
        region.is_current()                         # whether the name still means this region

What this module relies on, and why it opens regions on x86-64 alone:

* A field of at most 8 bytes is read and written through a memoryview that was cast to the field's
  type. CPython's memoryview copies an element by a `memcpy` of a size that its compiler knows, which is
  one move; the field is aligned, and such a move is atomic. `struct.unpack_from` would not do: with
  `<` or `>` it goes byte by byte.
* On x86-64 loads are not reordered with other loads, nor stores with other stores, so that each is as
  good as an Acquire load or a Release store, and no call of CPython's is one that a compiler could
  move another over. Other processors need barriers, which Python has not.
* Nothing adds in one step: `region.hits += 1` reads, adds, and writes, and loses the updates that others
  make meanwhile. There are no locks here, either: what is behind a Mutex is read without, and a Latest
  or a Watched is not written.
* Many elements at once (a slice that is assigned, `bytes(array)`, `copy.copy`) are copied by the C
  library's `memcpy`, in vectors that start and end at elements: no element is seen half written, but not
  all are of one time.
* A Latest is read by `bytes.join`, which copies its parts in their order: sequence, slot, sequence.
* Text and numbers of alignment 1 (CText, packed numbers) are copied as bytes and may tear, as they may
  in Rust.
"""

import array
import collections
import enum
import itertools
import math
import mmap
import operator
import os
import platform
import stat
import struct
import sys
import warnings

FINGERPRINT = @FINGERPRINT@
_SCHEMA = bytes.fromhex(
@SCHEMA@
)
_SIZE, _ALIGN, _TAIL, _HAS_LOCKS = @SIZE@, @ALIGN@, @TAIL@, @HAS_LOCKS@
