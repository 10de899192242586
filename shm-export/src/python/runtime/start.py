"""The layout of `@TYPE@` in shared memory, for CPython 3.8 and later; it needs nothing else.

Written by `shm export --lang python`; do not edit. Regions whose layout has gained fields at the end can be
opened as well; the new fields are left alone: to use them, regenerate the module. Regions of any other
layout are refused.

    with @NAME@.open("name") as region:             # or open_read_only
        region.field, region.array[3], region.array[2:5], region.nested.field
        region.field = 21.5                         # checked: TypeError, OverflowError, ValueError
        region["field"]                             # by its name in Rust
        region.latest, region.ring                  # a copy of the newest version, or item
        @NAME@.latest.version(region)               # its number; of a Watched, `changes`
        region.text, region.list, region.owned          # values in the heap: copies of them; None if there is none
        region.map[key], key in region.map, len(region.map), region.map.items()      # a map in the heap
    copy.copy(region.nested)                    # a private copy of a struct or an array
        region.array.view(), numpy.asarray(region.array)     # not a copy: the memory itself
        region.array[:] = buffer                    # bytes, array.array, numpy: at memcpy's speed
        region.mutex.unlocked()                     # without the lock: only a hint
        region.is_current()                         # whether the name still means this region
    @NAME@.open("name@object")                      # a named object in a region's heap

This module relies on the following, which is why it opens regions only on x86-64:

* A field of at most 8 bytes is read and written through a memoryview that was cast to the field's
  type. CPython's memoryview copies an element by a `memcpy` of a size that its compiler knows, which is
  one move; the field is aligned, and such a move is atomic. `struct.unpack_from` would not do: with
  `<` or `>` it goes byte by byte.
* On x86-64 loads are not reordered with other loads, nor stores with other stores, so that each
  serves as an Acquire load or a Release store, and a compiler cannot move one call of CPython's over
  another. Other processors need barriers, which Python does not have.
* There is no atomic addition: `region.hits += 1` reads, adds, and writes, and loses concurrent updates.
  There are no locks either: the value of a Mutex is read without its lock, and a Latest, a Ring, a
  Watched or a value in the heap, in a map too, cannot be written.
* Many elements at once (a slice that is assigned, `bytes(array)`, `copy.copy`) are copied by the C
  library's `memcpy`, in vectors that start and end at elements: no element is seen half written, but
  the elements may come from different moments.
* A Latest or Ring is read by `bytes.join`, which copies its parts in order: sequence, slot, sequence.
* Text and numbers of alignment 1 (CText, packed numbers) are copied as bytes and may tear, as they may
  in Rust.
"""

import array
import collections
import collections.abc
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
import typing
import warnings

# The types of fields, of regions and of arrays are annotated, for programs that use this module; the code that
# makes them is not.
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls, no-check-untyped-defs, no-warn-return-any

_T = typing.TypeVar("_T")
_W = typing.TypeVar("_W")
_K = typing.TypeVar("_K")
_V = typing.TypeVar("_V")
_R = typing.TypeVar("_R", bound="_Region")

FINGERPRINT = @FINGERPRINT@
_SCHEMA = bytes.fromhex(
@SCHEMA@
)
_SIZE, _ALIGN, _TAIL, _HAS_LOCKS, _HAS_HEAP = @SIZE@, @ALIGN@, @TAIL@, @HAS_LOCKS@, @HAS_HEAP@
