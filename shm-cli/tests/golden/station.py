"""The layout of `Station` in shared memory, for CPython 3.8 and later; it needs nothing else.

Written by `shm export --lang python`; do not edit. Regions whose layout has gained fields at the end can be
opened as well; the new fields are left alone: to use them, regenerate the module. Regions of any other
layout are refused.

    with Station.open("name") as region:             # or open_read_only
        region.field, region.array[3], region.array[2:5], region.nested.field
        region.field = 21.5                         # checked: TypeError, OverflowError, ValueError
        region["field"]                             # by its name in Rust
        region.latest, region.ring                  # a copy of the newest version, or item
        Station.latest.version(region)               # its number; of a Watched, `changes`
        region.text, region.list, region.owned          # values in the heap: copies of them; None if there is none
        region.map[key], key in region.map, len(region.map), region.map.items()      # a map in the heap
    copy.copy(region.nested)                    # a private copy of a struct or an array
        region.array.view(), numpy.asarray(region.array)     # not a copy: the memory itself
        region.array[:] = buffer                    # bytes, array.array, numpy: at memcpy's speed
        region.mutex.unlocked()                     # without the lock: only a hint
        region.is_current()                         # whether the name still means this region
    Station.open("name@object")                      # a named object in a region's heap

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

FINGERPRINT = 0xc566b0c14d2fefe0
_SCHEMA = bytes.fromhex(
    "1400000018000000080000000800000000000000010c000000000000180000000800000008000000"
    "00000000010400000000000018000000040000000400000000000000010300000000000024000000"
    "04000000400000000000000006000000000000000200000010000000000000004900000001000000"
    "010000000000000003010000030000000000000000000000040049646c6501000000000000000900"
    "4d6561737572696e67020000000000000006004661696c6564180000000400000004000000000000"
    "00010b0000000000004b000000080000001800000000000000080000000300000000000000000000"
    "00000000000100780800000000000000000000000100791000000000000000050000000700686561"
    "64696e672b0000004000000040000000000000000800000001000000000000000000000006000000"
    "050076616c7565240000004000000000010000000000000600000000000000070000000400000000"
    "00000053000000400000004001000000000000080200000300000000000000000000000100000008"
    "0073657175656e636508000000000000000200000004006c6f636b40000000000000000800000005"
    "00736c6f747318000000010000000100000000000000010100000000000024000000010000002000"
    "00000000000006000000000000000a00000020000000000000003c00000004000000240000000000"
    "0000080600000200000000000000000000000200000003006c656e04000000000000000b00000005"
    "0062797465732b000000400000004000000000000000080000000100000000000000000000000c00"
    "0000050076616c75652400000040000000000100000000000006000000000000000d000000040000"
    "00000000005300000040000000400100000000000008020000030000000000000000000000010000"
    "00080073657175656e636508000000000000000200000004006c6f636b40000000000000000e0000"
    "000500736c6f74731800000008000000080000000000000001090000000000004300000008000000"
    "10000000000000000800000002000000000000000000000010000000070062616c616e6365080000"
    "0000000000010000000800626f6f6b696e67733d0000000800000018000000000000000801000002"
    "00000000000000000000000200000004006c6f636b080000000000000011000000050076616c7565"
    "a400000040000000400300000000000008000000070000000000000000000000000000000b007465"
    "6d706572617475726508000000000000000100000004006869747310000000000000000300000007"
    "0073616d706c657350000000000000000400000004006d6f64658000000000000000090000000400"
    "706f7365c0010000000000000f00000005006c6162656c0003000000000000120000000700616363"
    "6f756e74"
)
_SIZE, _ALIGN, _TAIL, _HAS_LOCKS, _HAS_HEAP = 832, 64, None, True, False


# ---- headers: untrusted, and so checked on a copy for which each byte was read once ----


class RegionError(Exception):
    """A file is not a region that this module can use. `reason` is the name of the check that failed, as
    in docs/format.md."""

    def __init__(self, reason, message):
        super().__init__(message)
        self.reason = reason


class InvalidValue(ValueError):
    """The bytes in the region are not a valid value of the field's type."""


class NotWritable(TypeError):
    """The field cannot be written from Python."""


class Contended(RuntimeError):
    """Versions of a Latest were written faster than one could be copied."""


def _hash(data):
    """FNV-1a, 64 bits."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def _read(file, offset, size):
    data = b""
    while len(data) < size:
        more = os.pread(file, size - len(data), offset + len(data))
        if not more:
            raise RegionError("Truncated", "the file was truncated while it was read")
        data += more
    return data


_PREAMBLE = struct.Struct("<8sIBBHIIQQQQQQQQ16sQQQ")
_Preamble = collections.namedtuple(
    "_Preamble",
    "magic version order width entry_size count pid header_sum directory_sum compatible "
    "read_compatible incompatible total fingerprint tail boot_id start_time created_at ready",
)
_ENTRY = struct.Struct("<IIQQQ")
_SLOT = struct.Struct("<QQQQ")


def _preamble(file, file_size):
    """Reads the preamble, each byte once."""
    head = os.pread(file, 128, 0)
    if not head.startswith(b"\x89SHM\r\n\x1a\n"):
        raise RegionError("NotARegion", f"this is not a region: it starts with {head[:8]!r}")
    if len(head) < 128:
        raise RegionError("Truncated", f"the file has {len(head)} bytes, a header has 128")
    found = _Preamble(*_PREAMBLE.unpack(head))
    if found.version != 1:
        raise RegionError("FormatVersion", f"the region has format version {found.version}, not 1")
    if _hash(head[:24] + bytes(8) + head[32:120] + bytes(8)) != found.header_sum:
        raise RegionError("Damaged", "the region's preamble is damaged: create the region again")
    if found.incompatible:
        bits = hex(found.incompatible)
        raise RegionError("Feature", f"the region has features unknown to this module ({bits})")
    if found.order not in (1, 2) or found.width not in (4, 8):
        raise RegionError("Invalid", "the region's preamble holds an impossible number")
    if found.total > file_size:
        sizes = f"the file has {file_size} bytes, the region needs {found.total}"
        raise RegionError("Truncated", f"{sizes}: create the region again")
    if found.entry_size % 8 or not 32 <= found.entry_size <= 256:
        raise RegionError("Invalid", f"the directory's entries have {found.entry_size} bytes")
    if found.count > 64 or 128 + found.entry_size * found.count > found.total:
        raise RegionError("TooLarge", f"the directory, of {found.count} entries, is too large")
    return found


def _check(file, file_size, to_write, boot_id, for_object):
    """Checks a header in the order of docs/format.md; `boot_id` is that of the running machine, or None
    to skip that check. With `for_object`, the region's own value is not looked at. Returns the number of
    elements at run time, the offset of the data, that of the heap, its size and the number of slots (None
    without one), the region's end, and whether the region must grow before this module can use it."""
    head = _preamble(file, file_size)
    directory = _read(file, 128, head.entry_size * head.count)
    if _hash(directory) != head.directory_sum:
        raise RegionError("Damaged", "the region's directory is damaged: create the region again")
    known, newer = _sections(directory, head.entry_size, head.total)
    made, later = _schema(file, known[1]), _later_schema(file, known.get(5))
    if head.order != (1 if sys.byteorder == "little" else 2):
        raise RegionError("ByteOrder", "the region's data is not in this machine's byte order")
    is_first = made == _SCHEMA
    lacks = False
    if not for_object:
        lacks = _check_first(head, known) if is_first else _check_other(head, known, made, later)
    if to_write and (head.read_compatible or newer):
        raise RegionError("FeatureToWrite", "this module may read the region, but not write it")
    # Zeros: the creator could not read its boot id.
    if any(head.boot_id) and boot_id not in (None, head.boot_id) and not _is_in_memory(file):
        raise RegionError(
            "Rebooted",
            "the region was created before this machine last started: create it again, or open it with "
            "after_reboot=True",
        )
    if not for_object:
        _check_length(known[3][1], head.tail, 5 in known or not (is_first or _TAIL is not None))
    elif 6 not in known:
        raise RegionError("NoObject", "the region has no heap, in which an object could be")
    _check_rooms(known)
    heap = (*known[6][:2], known[4][1] // 64) if 6 in known else None
    return head.tail, known[3][0], heap, head.total, lacks


def _sections(directory, entry_size, total):
    """The sections of known kinds: kind -> offset, length, flags, checksum; and whether there is one
    that forbids writing."""
    known, newer, spans = {}, False, []
    end = 128 + len(directory)
    for at in range(0, len(directory), entry_size):
        kind, flags, offset, size, checksum = _ENTRY.unpack_from(directory, at)
        if not 1 <= kind <= 6 and flags & 1:
            raise RegionError("UnknownSection", f"the region has a section of kind {kind}, unknown here")
        newer = newer or (not 1 <= kind <= 6 and bool(flags & 2))
        if offset < end or offset + size > total or kind in known:
            raise RegionError("Section", "the region's directory is invalid")
        if 1 <= kind <= 6:
            known[kind] = (offset, size, flags, checksum)
        spans.append((offset, size))
    for (offset, size) in sorted(spans):
        if offset < end:
            raise RegionError("Section", "two sections of the region overlap")
        end = offset + size
    if 1 not in known or 3 not in known or known[3][0] % 64:
        raise RegionError("Section", "the region has no schema, or no data at its place")
    known[0] = max(spans)
    return known, newer


def _schema(file, section):
    """The schema that the region was created with."""
    offset, size, flags, checksum = section
    if size > 4194304:
        raise RegionError("TooLarge", f"the region's schema has {size} bytes")
    if not flags & 4:
        raise RegionError("Section", "the region's schema has no checksum")
    found = _read(file, offset, size)
    if _hash(found) != checksum:
        raise RegionError("Damaged", "the region's schema is damaged: create the region again")
    return found


def _later_schema(file, section):
    """The schema that the region has grown to: that of the completely written slot with the higher
    sequence; None if there is no such slot."""
    if section is None:
        return None
    offset, size, _, _ = section
    if size % 16 or not 64 <= size <= 16777280:
        raise RegionError("Section", f"the region's growth section has {size} bytes")
    half = size // 2
    slots = [(_SLOT.unpack(_read(file, at, 32)), at) for at in (offset + half, offset)]
    # The second slot, if both are equal.
    for (sequence, schema, notes, checksum), at in sorted(slots, key=lambda slot: -slot[0][0]):
        if sequence and schema + notes <= half - 32:
            body = _read(file, at + 32, schema + notes)
            if _hash(_SLOT.pack(sequence, schema, notes, 0) + body) == checksum:
                return body[:schema]
    return None


def _check_first(head, known):
    """Checks a region that was created with exactly this module's layout. The program that grew it since
    has checked that this module can still use it."""
    if head.fingerprint != FINGERPRINT:
        raise RegionError("Fingerprint", "the region's fingerprint is not that of its schema")
    if known[3][0] % _ALIGN:
        raise RegionError("Section", "the region's data is not aligned")
    return False


def _check_other(head, known, made, later):
    """Checks a region that was created with another layout. Returns whether the region must grow
    before this module can use it."""
    (offset, room), own, found = known[3][:2], _root(_SCHEMA), _root(made)
    if found.fingerprint not in (None, head.fingerprint.to_bytes(8, "little")):
        raise RegionError("Fingerprint", "the region's fingerprint is not that of its schema")
    found = found if later is None else _root(later)
    if offset % found.align:
        raise RegionError("Section", "the region's data is not aligned")
    if not _has_slice(found) and (head.tail or room < found.size or (room > found.size and 5 not in known)):
        raise RegionError("DataLength", "the size of the region's data is not that of its layout")
    why = _Comparison(found, own).why
    fits = not offset % own.align and room >= own.size and (4 in known or not _HAS_LOCKS) and (6 in known or not _HAS_HEAP)
    if fits and why is None:
        return False
    if fits and _Comparison(own, found).why is None:
        return True
    raise RegionError(
        "LayoutDiffers",
        f"the region's layout is not that of this module: {why or 'it does not fit'}; regenerate the "
        "module with `shm export --lang python`",
    )


def _check_length(found, tail, may_be_longer):
    """Checks the length of a value with `tail` elements."""
    size = _SIZE
    if _TAIL is not None:
        size = -(-(_TAIL[0] + tail * _TAIL[1]) // _ALIGN) * _ALIGN
    if (_TAIL is None and tail) or found < size or (found > size and not may_be_longer):
        raise RegionError("DataLength", "the size of the region's data is not that of its layout")


def _check_rooms(known):
    """Checks that there is room for the processes that use locks, and a heap, as far as they are needed."""
    if 6 in known or _HAS_HEAP:
        offset, size, _, _ = known.get(6, (1, 0, 0, 0))
        is_last = known[0][0] <= offset
        if offset % 4096 or size % 4096 or not 8192 <= size <= 17716744192 or not is_last or 4 not in known:
            raise RegionError("Section", "the region has values of any length, but no valid heap")
    if 4 in known or _HAS_LOCKS:
        offset, size, _, _ = known.get(4, (1, 0, 0, 0))
        if offset % 64 or size % 64 or not 1 <= size // 64 <= 1023:
            raise RegionError("Section", "the region has locks, but no valid table of participants")


# ---- schemas: whether this module can use a region's layout, by the rules of docs/format.md ----

_ENUM, _C_TEXT, _ARRAY, _SLICE, _STRUCT = 3, 5, 6, 7, 8
_HEAD = struct.Struct("<IQBBHI")

# A tag of None is a kind that a later version of the format defines; a type made of one has no known
# fingerprint. Two types of one fingerprint are the same.
_Type = collections.namedtuple("_Type", "tag detail align size parts length depth fingerprint")
# A field has an offset as its number, a variant its value.
_Part = collections.namedtuple("_Part", "number type name")


class _Bytes:
    """Bytes, taken from the front."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def left(self):
        return len(self.data) - self.at

    def take(self, size):
        if size > self.left():
            raise _no_schema("it is cut short")
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self, size):
        return int.from_bytes(self.take(size), "little")


def _no_schema(why):
    return RegionError("Schema", f"the region's schema is invalid: {why}; create the region again")


def _root(data):
    """Decodes a schema, in which each type is made of types before it; returns the type of the whole."""
    data, types = _Bytes(data), []
    count = data.number(4)
    if len(data.data) > 4194304 or not 1 <= count <= 65536:
        raise _no_schema(f"it has {count} types in {len(data.data)} bytes")
    while len(types) < count:
        size = data.number(4)
        if size < 24:
            raise _no_schema(f"the record of type {len(types)} has {size} bytes")
        record = _Bytes(data.take(size - 4))
        types.append(_type(types, record))
        if record.left():
            raise _no_schema(f"type {len(types) - 1} does not fit its tag")
    if data.left():
        raise _no_schema("bytes follow it")
    return types[-1]


def _type(types, record):
    """Decodes a type from its record, after the length."""
    head = record.take(20)
    align, size, tag, detail, _, count = _HEAD.unpack(head)
    if not 1 <= align <= 4096 or align & (align - 1):
        raise _no_schema(f"type {len(types)} has an alignment of {align}")
    if not 1 <= tag <= 9 or (tag == _STRUCT and detail > 7):
        record.take(record.left())
        return _Type(None, detail, align, size, [], 0, 1, None)
    has_names, has_types = tag in (_ENUM, _STRUCT), tag in (_ARRAY, _SLICE, _STRUCT)
    parts, hashed, depth = [], [head], 1
    for _ in range(count if has_names else int(has_types)):
        number = record.take(8) if has_names else b""
        part = _earlier(types, record.number(4)) if has_types else None
        name_size = record.take(2) if has_names else b""
        name = record.take(int.from_bytes(name_size, "little"))
        if len(name) > 255:
            raise _no_schema(f"type {len(types)} has a name of {len(name)} bytes")
        hashed += (number, part.fingerprint if has_types else b"", name_size, name)
        parts.append(_Part(int.from_bytes(number, "little"), part, name))
        depth = max(depth, part.depth + 1 if has_types else 1)
    hashed.append(record.take(8 if tag in (_C_TEXT, _ARRAY) else 0))
    fingerprint = None if None in hashed else _hash(b"".join(hashed)).to_bytes(8, "little")
    length = int.from_bytes(hashed[-1], "little")
    return _Type(tag, detail, align, size, parts, length, depth, fingerprint)


def _earlier(types, index):
    if index >= len(types):
        raise _no_schema(f"type {len(types)} is made of type {index}")
    if types[index].depth >= 64:
        raise _no_schema("its types are nested too deep")
    return types[index]


def _has_slice(root):
    """Whether the length of the whole is known only at run time: it is a slice, or ends in one."""
    last = root.parts[-1].type if root.tag == _STRUCT and root.parts else root
    return last.tag == _SLICE


class _Comparison:
    """A comparison of two types: whether a value of the first can be used as one of the second."""

    def __init__(self, longer, shorter):
        self.end = shorter.size
        # A hostile schema could ask for any number of them.
        self.steps = 1 << 18
        may_grow = not _has_slice(longer) and not _has_slice(shorter)
        self.why = "it is shorter"
        if longer.size >= shorter.size:
            self.why = self._types("", longer, shorter, 0, may_grow)

    def _types(self, path, one, other, offset, may_grow):
        """The reason why two types are not compatible; None if they are."""
        if one.fingerprint is not None and one.fingerprint == other.fingerprint:
            return None
        self.steps -= 1
        if self.steps < 0:
            return "the layouts have too many types to be compared"
        if one.tag is None or (one.tag, one.detail) != (other.tag, other.detail):
            return f"{_named(path)} is of another type"
        if one.tag == _STRUCT:
            # One with a role, a live type, does not grow.
            return self._structs(path, one, other, offset, may_grow and one.detail == 0)
        if one.tag == _ENUM:
            return self._variants(path, one, other)
        if one.tag not in (_ARRAY, _SLICE):
            return f"{_named(path)} is of another type"
        grows = may_grow and one.length > other.length and offset + other.size >= self.end
        if one.length != other.length and not grows:
            return f"{_named(path)} has another length"
        return self._types(path + "[_]", one.parts[0].type, other.parts[0].type, 0, False)

    def _structs(self, path, one, other, offset, may_grow):
        """Shared fields are equal; fields of only one are after the shorter value, or take no room."""
        others = {part.name: part for part in other.parts}
        for part in one.parts:
            name, twin = _join(path, part.name), others.pop(part.name, None)
            if twin is not None:
                if part.number != twin.number:
                    return f"{_named(name)} is at offset {part.number}, not {twin.number}"
                why = self._types(name, part.type, twin.type, offset + part.number, may_grow)
                if why:
                    return why
            elif _takes_room(part.type) and not (may_grow and offset + part.number >= self.end):
                return f"{_named(name)} is new there, and not after all other fields"
        missing = [part for part in others.values() if _takes_room(part.type)]
        if missing:
            return f"{_named(_join(path, missing[0].name))} is missing"
        return None if may_grow or one.size == other.size else f"{_named(path)} has another size"

    def _variants(self, path, one, other):
        """Shared variants are equal, and only one of the enums has extra variants."""
        left, right = ({part.name: part.number for part in side.parts} for side in (one, other))
        shared = left.keys() & right.keys()
        if any(left[name] != right[name] for name in shared):
            return f"{_named(path)} has other values for its variants"
        if len(set(left.values()) & set(right.values())) != len(shared):
            return f"{_named(path)} has other names for its variants"
        if len(shared) < min(len(left), len(right)):
            return f"{_named(path)} has gained variants and lost others"
        return None


def _takes_room(part):
    return part.size > 0 or part.tag == _SLICE


def _join(path, name):
    name = name.decode("utf-8", "replace")
    return f"{path}.{name}" if path else name


def _named(path):
    # As a literal: a name from a region may be unfit for printing.
    return repr(path) if path else "the whole"


# ---- opening: from an untrusted file to a mapping whose layout is known ----


def _refuse_elsewhere():
    # The docstring of this module explains why.
    here = (sys.implementation.name, sys.platform, platform.machine(), sys.maxsize > 2**32)
    if here[:2] != ("cpython", "linux") or here[2] not in ("x86_64", "AMD64") or not here[3]:
        raise RegionError(
            "Processor",
            "found "
            f"{here[0]} on {here[1]} on {here[2]}, but Python can open regions only with 64-bit CPython on "
            "Linux on x86-64: elsewhere nothing orders its accesses to memory; use the C header that "
            "`shm export --lang c` writes",
        )


def _path_of(name):
    """A plain name means a file in /dev/shm, a name with a slash is a path."""
    name = os.fsdecode(name)
    last = name.rpartition("/")[2]
    if last in ("", ".", "..") or "\0" in name or len(os.fsencode(last)) > 255:
        raise RegionError("BadName", f"{name!r} is not a valid name")
    if name == "/" + last:
        raise RegionError(
            "BadName",
            f"{name!r} can mean two files: write {last!r} for the one in /dev/shm, as in shm_open(3), or "
            f"{'/./' + last!r} for the one in the root directory",
        )
    return name if "/" in name else "/dev/shm/" + name


def _open_file(path, to_write, allow_owner):
    """Opens a regular file that belongs to this user, or to `allow_owner`. Follows no symbolic link, does
    not wait at a FIFO, does not acquire a controlling terminal."""
    flags = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
    file = os.open(path, flags | (os.O_RDWR if to_write else os.O_RDONLY))
    try:
        facts = os.fstat(file)
        if not stat.S_ISREG(facts.st_mode):
            raise RegionError("NotRegularFile", f"{path!r} is not a regular file")
        if facts.st_uid != allow_owner:
            _check_owner(path, facts.st_uid)
        return file, facts
    except BaseException:
        os.close(file)
        raise


def _check_owner(path, owner):
    """Refuses a file that is not this user's. In a user namespace that does not map all users, unmapped
    owners of files and unmapped users of processes all appear as the overflow user."""
    user = os.geteuid()
    trust = "if that user is trusted, pass allow_owner to open it"
    if owner != user:
        raise RegionError(
            "ForeignOwner", f"{path!r} belongs to user {owner}, and this is user {user}: {trust}"
        )
    overflow = _text("/proc/sys/kernel/overflowuid") or "65534"
    if owner == int(overflow) and not _maps_all_users():
        raise RegionError(
            "ForeignOwner",
            f"{path!r} belongs to user {owner}, which is what this user namespace shows for every user "
            f"that it does not map (or /proc/self/uid_map cannot be read): {trust}",
        )


def _maps_all_users():
    users = _text("/proc/self/uid_map")
    if users is None:
        # A kernel without user namespaces has /proc/self, but no map in it.
        return os.path.exists("/proc/self/stat") and not os.path.exists("/proc/self/uid_map")
    return users.split() == ["0", "0", "4294967295"]


def _text(path):
    """The text of a file of /proc; None if it is missing: /proc is not mounted, or was mounted with
    subset=pid."""
    try:
        with open(path) as file:
            return file.read()
    except (OSError, ValueError):
        return None


def _boot_id():
    """The boot id of the running machine; None if it cannot be read."""
    try:
        return bytes.fromhex((_text("/proc/sys/kernel/random/boot_id") or "").strip().replace("-", "")) or None
    except ValueError:
        return None


_HUGETLBFS, _TMPFS, _RAMFS = 0x958458F6, 0x01021994, 0x858458F6


def _is_in_memory(file):
    """Whether a file is in memory only: it cannot be older than the machine's last start, whatever boot
    id a container shows."""
    return _file_system(file) in (_HUGETLBFS, _TMPFS, _RAMFS)


def _file_system(file):
    """The number of the file system's type, as in statfs(2), which `os` does not report; None if ctypes is
    missing."""
    try:
        import ctypes

        # The first word of 15; the others are not used.
        facts = (ctypes.c_uint64 * 32)()
        return facts[0] if ctypes.CDLL(None).fstatfs(file, facts) == 0 else None
    except (ImportError, OSError, AttributeError):
        return None


def _object_in(name):
    """The region and the object in `board@hits`: of the last part of a path, the part before the first @,
    and the part after it; None if there is none."""
    folder, slash, last = os.fsdecode(name).rpartition("/")
    region, _, found = last.partition("@")
    return (folder + slash + region, found) if region and found else None


def _open_named(name, to_write, allow_owner):
    """Opens the file of a region, or that in which the object is. Returns its path, the file, what fstat(2)
    says about it, and the name of the object, or None."""
    parts = _object_in(name)
    try:
        path = _path_of(name)
        return (path, *_open_file(path, to_write, allow_owner), None)
    except (RegionError, FileNotFoundError) as error:
        # A region whose name has an @ comes before an object.
        if parts is None or (isinstance(error, RegionError) and error.reason != "BadName"):
            raise
    path = _path_of(parts[0])
    return (path, *_open_file(path, to_write, allow_owner), parts[1])


def _map(name, to_write, allow_owner, after_reboot):
    """Opens, checks and maps a region. Returns the mapping, the number of elements at run time, the offset
    of the data, that of the heap, its size and the number of slots (None without one), the identity of the
    file, and the name of an object, or None."""
    _refuse_elsewhere()
    path, file, facts, found = _open_named(name, to_write, allow_owner)
    try:
        boot_id = None if after_reboot else _boot_id()
        tail, offset, heap, total, lacks = _check(file, facts.st_size, to_write, boot_id, found is not None)
        mapping = _mapping(file, total, to_write)
        # Touching pages after the end of a truncated file would kill this process.
        if os.fstat(file).st_size < total:
            raise RegionError("Truncated", "the file was cut short while it was opened")
    finally:
        os.close(file)
    with memoryview(mapping) as whole, whole[:128] as head, head.cast("Q") as words:
        # The creator's last store: the only part of the header that is read through the mapping.
        if words[15].to_bytes(8, sys.byteorder) != b"\x89READY\r\n":
            raise RegionError("NotReady", "the region's creator has not finished, or died before it did")
    if lacks:
        raise RegionError(
            "NotGrown",
            "the region has room for fields of this module, but not the fields yet: let a Rust program "
            "that has them open it for writing first",
        )
    return mapping, tail, offset, heap, (path, facts.st_dev, facts.st_ino), found


def _mapping(file, size, to_write):
    page = os.fstatvfs(file).f_bsize
    if page > mmap.PAGESIZE and _file_system(file) == _HUGETLBFS:
        size = -(-size // page) * page
    try:
        access = mmap.ACCESS_WRITE if to_write else mmap.ACCESS_READ
        return mmap.mmap(file, size, access=access)
    except ValueError as error:
        # The length is the one that the file had when it was checked.
        raise RegionError("Truncated", f"the file was cut short while it was opened: {error}") from None


def _is_at(place):
    path, device, inode = place
    try:
        there = os.lstat(path)
    except OSError:
        return False
    return (there.st_dev, there.st_ino) == (device, inode)


# ---- memory: atomic accesses by CPython; see the docstring of this module ----

_SIZES = {"B": 1, "H": 2, "I": 4, "Q": 8, "b": 1, "h": 2, "i": 4, "q": 8, "f": 4, "d": 8}
# The number of bytes that are copied at once. From 2 KiB, glibc's `memcpy` may copy byte by byte (`rep movsb`),
# and elements were seen half written. Below that it uses vectors, which begin and end at elements if both
# sides of the copy do.
_STEP = 1024
_READ_ONLY = "the region is open for reading only"
_VERSION = "this is a copy of one version, or item, which writers write under the lock of its Latest or Ring"
_PRIVATE = "this is a private copy: write to the region"


def _bytes(flat, start, end):
    """A copy of a part of a memoryview of bytes."""
    if end - start <= _STEP:
        return flat[start:end].tobytes()
    return b"".join([flat[at : min(at + _STEP, end)] for at in range(start, end, _STEP)])


class _Views(dict):  # type: ignore[type-arg]
    """Views of the same bytes by the code of their elements, made on first use; none once the region is
    closed."""

    def __missing__(self, code):
        if code == "B":
            raise ValueError("the region is closed")
        whole = self["B"]
        with whole[: len(whole) // _SIZES[code] * _SIZES[code]] as part:
            # An empty view cannot be cast.
            view = self[code] = part.cast(code) if part else memoryview(array.array(code))
        return view


class _Memory:
    """Values: the data of a region, or a private copy of some of it. `why` is the reason if it is
    read-only."""

    __slots__ = ("views", "tail", "why", "is_live", "heap")

    def __init__(self, views, tail, why, is_live, heap=None):
        self.views, self.tail, self.why, self.is_live, self.heap = views, tail, why, is_live, heap

    @classmethod
    def of_region(cls, mapping, offset, tail, why, heap):
        # The place of each field is known: the data needs no end.
        with memoryview(mapping) as whole:
            return cls(_Views(B=whole[offset:]), tail, why, True, heap)

    @classmethod
    def of_copy(cls, data, tail, why):
        return cls(_Views(B=memoryview(bytes(data))), tail, why, False)

    def because(self, why):
        """The same memory, but read-only."""
        return _Memory(self.views, self.tail, why, self.is_live, self.heap)

    def close(self):
        for view in self.views.values():
            view.release()
        self.views.clear()
        if self.heap is not None:
            self.heap.close()

    def load(self, code, at):
        # One aligned move, which is an Acquire load on x86-64.
        return self.views[code][at // _SIZES[code]]

    def store(self, code, at, value):
        # One aligned move, which is a Release store on x86-64.
        self.views[code][at // _SIZES[code]] = value

    def part(self, code, at, places):
        """The elements at these places of an array that starts at `at`: in place, as a memoryview."""
        view, first = self.views[code], at // _SIZES[code]
        if not places:
            return view[:0]
        end = first + places[-1] + (1 if places.step > 0 else -1)
        return view[first + places[0] : end if end >= 0 else None : places.step]

    def store_many(self, code, at, places, data):
        if places.step == 1:
            self.store_bytes(at + places.start * _SIZES[code], data)
        elif places:
            # Elements that are not adjacent are copied one by one.
            self.part(code, at, places)[:] = memoryview(data).cast(code)

    def bytes(self, at, size):
        return _bytes(self.views["B"], at, at + size)

    def store_bytes(self, at, data):
        # `data` are `bytes`, which start at a multiple of 16.
        whole = self.views["B"]
        with memoryview(data) as source:
            for start in range(0, len(data), _STEP):
                part = source[start : start + _STEP]
                whole[at + start : at + start + len(part)] = part

    def newest(self, sequence, slots, stride, count, size):
        """The number of the newest version of a Latest and a copy of it; None if a writer overtook it
        each time.

        Bytecode is slow: between two of its reads a writer can write a hundred versions. So one call,
        which copies its parts in order, reads the sequence, a slot, and the sequence again.
        The slot is the one that the sequence gave before: a version of that slot, at least as new, was
        the newest one at some time during the call."""
        whole, words = self.views["B"], self.views["Q"]
        number = whole[sequence : sequence + 8]
        for _ in range(64):
            before = words[sequence // 8]
            start = slots + before % count * stride
            copy = b"".join((number, whole[start : start + size], number))
            first = int.from_bytes(copy[:8], sys.byteorder)
            last = int.from_bytes(copy[-8:], sys.byteorder)
            # The version that the slot held when it was copied, and whether the writer may have
            # started the slot's next version meanwhile.
            version = first - (first - before) % count
            if 0 <= last - version < count - 1:
                return version, copy[8:-8]
        return None


# ---- kinds of fields; first, those of one word of memory ----


class _Key:
    """The name of an entry of a map."""

    def __init__(self, key):
        self.key = key


def _path(parent, name):
    if parent is None:
        return str(name)
    before = _path(parent._parent, parent._name)
    if isinstance(name, int):
        return f"{before}[{name}]"
    if isinstance(name, _Key):
        return f"{before}[{name.key!r}]"
    return f"{before}.{name}" if before else name


def _same(one, other):
    """Whether two values are equal. A NaN is equal to a NaN here: otherwise it would look like
    a change for ever."""
    is_nan = isinstance(one, float) and isinstance(other, float) and one != one and other != other
    return is_nan or one == other


class _Kind:
    """A kind of field: `load` reads it, `encode` gives the bytes or number to write, `store` writes."""

    why: typing.Optional[str] = None
    # The kind of number in memory, of a kind that is one.
    code: typing.Any
    # Whether a copy of its bytes, made in any order, is a value; otherwise `settle` makes it one.
    is_flat = True
    # Its type in numpy's notation, if numpy can share it; and whether any bytes are a value.
    typestr, any_bytes = None, False
    # Whether contents elsewhere belong to it.
    has_contents = False

    def check_writable(self, memory, parent, name):
        why = memory.why or self.why
        if why:
            raise NotWritable(f"`{_path(parent, name)}`: {why}")

    def encode_at(self, value, parent, name):
        try:
            return self.encode(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise type(error)(f"`{_path(parent, name)}`: {error}") from None

    def prepare(self, memory, at, value, parent, name):
        """Encodes the whole value before any of it is stored: one that does not fit stores nothing."""
        self.check_writable(memory, parent, name)
        return [(self, at, self.encode_at(value, parent, name))]

    def settle(self, memory, at, data, to):
        """Makes a value of the bytes that were copied from `at` into `data`, where they start at `to`."""

    def check(self, memory, at, left, parent, name):
        """Checks contents that belong to it, which have at most `left` bytes: each byte of a value is read once. Returns
        the bytes that are left then."""
        return left

    def set(self, memory, at, value, parent, name):
        for kind, where, raw in self.prepare(memory, at, value, parent, name):
            kind.store(memory, where, raw)

    def invalid(self, parent, name, found, allowed):
        message = f"`{_path(parent, name)}` holds {found}, expected {allowed}"
        return InvalidValue(message)


class _Word(_Kind):
    """A kind that is one number in memory, read and written in one move; `code` is its kind of number.
    `decode` makes a value of the number, `encode` a number of the value."""

    # Whether the number is the value.
    is_plain = False

    def decode(self, raw, parent, name):
        return raw

    def load(self, memory, at, parent, name):
        raw = memory.load(self.code, at)
        return raw if self.is_plain else self.decode(raw, parent, name)

    def store(self, memory, at, raw):
        memory.store(self.code, at, raw)

    def load_many(self, memory, at, places, parent):
        raws = memory.part(self.code, at, places).tolist()
        if self.is_plain:
            return raws
        return [self.decode(raw, parent, place) for raw, place in zip(raws, places)]

    def pack(self, values, parent, places):
        """The bytes of many values, all of which must fit."""
        form = f"={len(values)}{self.code}"
        if self.is_plain:
            try:
                return struct.pack(form, *values)
            except (struct.error, TypeError, ValueError, OverflowError):
                pass  # The code below finds the one that failed.
        return struct.pack(form, *[self.encode_at(*one) for one in zip(values, itertools.repeat(parent), places)])

    def bytes_of(self, value, shape):
        """A private copy of a buffer of exactly these numbers in this shape; None for anything else."""
        try:
            view = memoryview(value)
        except (TypeError, BufferError):
            return None
        with view:
            is_such = (view.format or "B").lstrip("@=<") in self.alike and view.itemsize == _SIZES[self.code]
            if not is_such or list(view.shape) != shape:
                return None
            try:
                # The buffer can be a view of a region.
                return _bytes(view.cast("B"), 0, view.nbytes)
            except (TypeError, ValueError):
                return view.tobytes()  # with gaps, without elements, or of ctypes


class _Int(_Word):
    is_plain = any_bytes = True

    def __init__(self, name, code):
        self.name, self.code = name, code
        bits = 8 * _SIZES[code] if code else 128
        self.low = -(1 << bits - 1) if name[0] == "i" else 0
        self.high = self.low + (1 << bits) - 1
        # Other codes for integers of the same size.
        self.alike = "bhilqn" if self.low else "BHILQN"
        self.typestr = f"<{name[0]}{bits // 8}" if code else None

    def encode(self, value):
        try:
            number = operator.index(value)
        except TypeError:
            raise TypeError(f"expected an integer for a `{self.name}`, found {value!r}") from None
        if not self.low <= number <= self.high:
            fits = f"which holds {self.low} to {self.high}"
            raise OverflowError(f"{number} does not fit into a `{self.name}`, {fits}")
        return number


class _Wide(_Kind):
    """An integer of 16 bytes, which no processor reads atomically: it is read only from a private copy."""

    why = "no processor writes 16 bytes atomically"
    is_flat = False

    def __init__(self, name):
        self.name, self.code, self.low = name, None, _Int(name, None).low
        self.encode = _Int(name, None).encode

    def load(self, memory, at, parent, name):
        if memory.is_live:
            raise TypeError(f"`{_path(parent, name)}`: no processor reads 16 bytes atomically")
        return int.from_bytes(memory.bytes(at, 16), sys.byteorder, signed=self.low < 0)

    def settle(self, memory, at, data, to):
        if memory.is_live:
            raise TypeError("it has numbers of 16 bytes, which no processor reads atomically")


class _Float(_Word):
    is_plain = any_bytes = True

    def __init__(self, name, code):
        self.name, self.code, self.alike = name, code, code
        self.typestr = f"<f{_SIZES[code]}"

    def encode(self, value):
        if isinstance(value, str) or not hasattr(value, "__float__"):
            raise TypeError(f"expected a number for a `{self.name}`, found {value!r}")
        try:
            # Refuses a number that would become infinite.
            struct.pack("<" + self.code, float(value))
        except OverflowError:
            raise OverflowError(f"{value!r} does not fit into a `{self.name}`") from None
        return float(value)


class _Bool(_Word):
    name, code = "bool", "B"

    def decode(self, raw, parent, name):
        return raw != 0

    def encode(self, value):
        if isinstance(value, (float, complex)) or value not in (False, True):
            raise TypeError(f"expected True or False, found {value!r}")
        return int(value)


class _Char(_Word):
    name, code = "char", "I"

    def decode(self, found, parent, name):
        if found > 0x10FFFF or 0xD800 <= found <= 0xDFFF:
            raise self.invalid(parent, name, f"{found:#x}", "0 to 0xd7ff, 0xe000 to 0x10ffff")
        return chr(found)

    def encode(self, value):
        if not isinstance(value, str) or len(value) != 1:
            raise TypeError(f"expected a string of one character, found {value!r}")
        if 0xD800 <= ord(value) <= 0xDFFF:
            raise ValueError(f"{value!r} is half a surrogate pair")
        return ord(value)


class _NonZero(_Word):
    """An integer that is never 0 or, if `optional`, for which 0 means None."""

    def __init__(self, number, optional):
        self.number, self.optional, self.code = number, optional, number.code
        self.typestr = None if optional else number.typestr

    def decode(self, found, parent, name):
        if found == 0 and not self.optional:
            raise self.invalid(parent, name, 0, "anything but 0")
        return found or None

    def encode(self, value):
        if value is None and self.optional:
            return 0
        number = self.number.encode(value)
        if number == 0:
            raise ValueError("0 means None: write that" if self.optional else "it is never 0")
        return number


class _Enum(_Word):
    def __init__(self, names, number):
        self.names, self.code, self.typestr = names, number.code, number.typestr

    def decode(self, found, parent, name):
        try:
            return self.names(found)
        except ValueError:
            raise self.invalid(parent, name, found, self.allowed()) from None

    def allowed(self):
        return ", ".join(f"{int(one)} ({one.name})" for one in self.names)

    def encode(self, value):
        # A variant of another enum is also an integer, but not a variant of this one; nor is True.
        is_other = isinstance(value, (bool, enum.Enum)) and not isinstance(value, self.names)
        try:
            if not is_other:
                return int(self.names(operator.index(value)))
        except (TypeError, ValueError):
            pass
        raise ValueError(f"{value!r} is not a variant; allowed: {self.allowed()}")


class _Ordered(_Word):
    """A number in a fixed byte order, aligned: read and written as one word."""

    def __init__(self, number, order):
        self.number, self.form = number, order + number.code
        self.code = {1: "B", 2: "H", 4: "I", 8: "Q"}[_SIZES[number.code]]
        self.typestr = order + number.typestr[1:]

    def decode(self, raw, parent, name):
        return struct.unpack(self.form, struct.pack("=" + self.code, raw))[0]

    def encode(self, value):
        data = struct.pack(self.form, self.number.encode(value))
        return struct.unpack("=" + self.code, data)[0]


# ---- kinds of more than one word, and all kinds without parameters ----


class _Packed(_Kind):
    """A number in a fixed byte order at any address: bytes, which may come from different writes."""

    def __init__(self, number, order):
        self.number, self.form = number, order + (number.code or "")
        self.order = "big" if order == ">" else "little"
        self.size = _SIZES[number.code] if number.code else 16
        self.typestr = order + number.typestr[1:] if number.code else None

    def load(self, memory, at, parent, name):
        data = memory.bytes(at, self.size)
        if self.size == 16:
            return int.from_bytes(data, self.order, signed=self.number.low < 0)
        return struct.unpack(self.form, data)[0]

    def encode(self, value):
        number = self.number.encode(value)
        if self.size == 16:
            return number.to_bytes(16, self.order, signed=self.number.low < 0)
        return struct.pack(self.form, number)

    def store(self, memory, at, raw):
        memory.store_bytes(at, raw)


class _CText(_Kind):
    """Text up to a NUL or the end, byte by byte; bytes that are not UTF-8 become surrogates, as in
    Python's file names, and are written back unchanged."""

    def __init__(self, capacity):
        self.capacity = capacity

    def load(self, memory, at, parent, name):
        data = memory.bytes(at, self.capacity)
        return data.partition(b"\0")[0].decode("utf-8", "surrogateescape")

    def encode(self, value):
        if not isinstance(value, str):
            raise TypeError(f"expected a str, found {value!r}")
        try:
            data = value.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError as error:
            raise ValueError(str(error)) from None
        if b"\0" in data:
            raise ValueError(f"{value!r} has a NUL, where C text ends")
        if len(data) > self.capacity:
            room = f"there is room for {self.capacity}"
            raise OverflowError(f"{value!r} has {len(data)} bytes, {room}")
        return data.ljust(self.capacity, b"\0")

    def store(self, memory, at, raw):
        memory.store_bytes(at, raw)


class _Counted(_Kind):
    """Bytes after a number that counts them; UTF-8 if text."""

    why = "its length and its bytes must agree: it is written only under its lock"

    def __init__(self, is_text, start, capacity):
        self.is_text, self.start, self.capacity = is_text, start, capacity

    def load(self, memory, at, parent, name):
        size = memory.load("I", at)
        if size > self.capacity:
            raise self.invalid(parent, name, f"a length of {size}", f"at most {self.capacity}")
        data = memory.bytes(at + self.start, size)
        if not self.is_text:
            return data
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            raise self.invalid(parent, name, repr(data), f"UTF-8 ({error})") from None


class _Event(_Kind):
    """The number of notifications, modulo 2^31."""

    why = "notifying is an atomic addition, which Python does not have"

    def load(self, memory, at, parent, name):
        # The lowest bit says that a process sleeps.
        return memory.load("I", at) >> 1


class _Once(_Kind):
    """Whether it is done."""

    why = "it is initialised under its lock, which this module does not take"

    def __init__(self, done):
        self.done = done

    def load(self, memory, at, parent, name):
        return memory.load("I", at + self.done) == 0x454E4F44


class _Semaphore(_Kind):
    """The number of permits that no process has, the dead included."""

    why = "permits are taken by an atomic exchange, which Python does not have"

    def __init__(self, seats, count):
        self.seats, self.count = seats, count

    def load(self, memory, at, parent, name):
        seats = range(at + self.seats, at + self.seats + 4 * self.count, 4)
        # The bits below the flags name the process that has the permit.
        return sum(memory.load("I", seat) & 0x3FFFFFFF == 0 for seat in seats)


class _Barrier(_Kind):
    """The members of a barrier, the dead included, how many of them have arrived, and whether the phase is broken."""

    State = collections.namedtuple("State", "members arrived is_broken")

    why = "members join and arrive by atomic exchanges, which Python does not have"

    def __init__(self, state, seats, arrived, count):
        self.state, self.seats, self.arrived, self.count = state, seats, arrived, count

    def load(self, memory, at, parent, name):
        def words(start):
            return [memory.load("I", at + start + 4 * seat) for seat in range(self.count)]

        state = memory.load("I", at + self.state)
        # The bits below the flags name the process that has the seat.
        members = sum(seat & 0x3FFFFFFF != 0 for seat in words(self.seats))
        arrived = words(self.arrived).count(state | 1)
        return self.State(members, arrived, state & 1 == 1)


class _Queue(_Kind):
    """The number of values in it, its capacity, and how many values were ever pushed (`tail`) and popped
    (`head`)."""

    State = collections.namedtuple("State", "len capacity tail head")

    why = "pushing takes a lock, which this module does not take"

    def __init__(self, tail, head, capacity):
        self.tail, self.head, self.capacity = tail, head, capacity

    def load(self, memory, at, parent, name):
        head = memory.load("Q", at + self.head)
        tail = memory.load("Q", at + self.tail)
        found = (tail - head) % 2**64
        return self.State(min(found, self.capacity), self.capacity, tail, head)


_U8, _U16, _U32, _U64 = (_Int(f"u{8 << n}", "BHIQ"[n]) for n in range(4))
_I8, _I16, _I32, _I64 = (_Int(f"i{8 << n}", "bhiq"[n]) for n in range(4))
_U128, _I128 = _Wide("u128"), _Wide("i128")
_F32, _F64 = _Float("f32", "f"), _Float("f64", "d")
_BOOL, _CHAR, _EVENT = _Bool(), _Char(), _Event()


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


# ---- values of any length, in the heap: read as docs/format.md tells readers ----

# For each class of small blocks: the size of a block, the pages of a span, its blocks, and the offset of the
# first one.
_CLASSES = (
    (16, 1, 32, 512),
    (32, 1, 20, 320),
    (48, 1, 16, 256),
    (64, 1, 12, 192),
    (80, 1, 10, 192),
    (96, 1, 8, 128),
    (112, 1, 8, 128),
    (128, 1, 7, 128),
    (160, 1, 5, 128),
    (192, 2, 9, 192),
    (224, 1, 4, 64),
    (256, 2, 7, 128),
    (320, 1, 3, 64),
    (384, 2, 5, 128),
    (448, 1, 2, 64),
    (512, 3, 5, 128),
    (640, 2, 3, 64),
    (768, 4, 5, 128),
    (896, 1, 1, 64),
    (1024, 7, 6, 128),
    (1280, 4, 3, 64),
    (1536, 5, 3, 64),
    (1792, 2, 1, 64),
    (2560, 8, 3, 64),
    (3072, 10, 3, 64),
    (3584, 4, 1, 64),
    (16, 2, 64, 1024),
    (32, 3, 64, 1024),
    (48, 4, 64, 1024),
    (64, 5, 64, 1024),
    (80, 6, 64, 1024),
    (96, 7, 64, 1024),
    (112, 8, 64, 1024),
    (128, 9, 64, 1024),
    (160, 11, 64, 1024),
    (192, 13, 64, 1024),
    (224, 15, 64, 1024),
    (256, 16, 60, 960),
    (320, 16, 48, 768),
    (384, 16, 40, 640),
    (448, 16, 35, 576),
    (512, 16, 31, 512),
    (640, 15, 23, 384),
    (768, 16, 20, 320),
    (896, 16, 17, 320),
    (1024, 16, 15, 256),
    (1280, 14, 11, 192),
    (1536, 14, 9, 192),
    (1792, 16, 9, 192),
    (2560, 13, 5, 128),
    (3072, 16, 5, 128),
    (3584, 11, 3, 64),
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


# ---- named objects: values in the heap that are accessed in place, as docs/format.md tells readers ----


def _find_object(heap, name):
    """The object of a name: the offset of its value in the file, the number of elements at run time, and its
    state, with the place of that among the heap's words. Nothing is used before it is checked, and each word
    is read once."""
    sought = os.fsencode(name)
    if len(sought) > 255 or b"@" in sought:
        raise RegionError("BadName", f"{name!r} is not a valid name of an object")
    for at, pages in _objects(heap):
        state = _state_of(heap, at, sought)
        if state is not None:
            return (*_admit(heap, at, pages), (at + 1, state))
    raise RegionError("NoObject", f"the region has no object {name!r} in its heap: `shm heap` lists those that there are")


def _objects(heap):
    """The first word of each object, and the number of its pages; up to the first one that is nonsense."""
    page = heap.pages - min(heap.words[3], heap.pages)
    while page < heap.pages:
        at = (heap.start + page * 1024) // 8
        pages = heap.words[at]
        if not 1 <= pages <= heap.pages - page:
            return
        yield at, pages
        page += pages


def _state_of(heap, at, name):
    """The state of an object while it has this name; None if it has another one, or none."""
    words = heap.words
    state = words[at + 1]
    if state & 0xFFFFFFFF != 1 << 31 or words[at + 6] != len(name):
        return None
    padded = -(-len(name) // 8) * 8
    is_it = _bytes(heap.flat, at * 8 + 64, at * 8 + 64 + padded) == name.ljust(padded, b"\0")
    return state if is_it and words[at + 1] == state else None


def _admit(heap, at, pages):
    """Checks whether this module can use an object; returns the offset of its value, and its length."""
    _, _, value, size, tail, lens, _, align = heap.words[at : at + 8].tolist()
    schema_size, notes_size = lens & 0xFFFFFFFF, lens >> 32
    schema = 8 * (8 + 32 + -(-heap.slots // 2))
    head = schema + -(-schema_size // 8) * 8 + -(-notes_size // 8) * 8
    offset = heap.file + at * 8 + value
    is_inside = head <= value and value + size <= pages * 1024 and align and not align & (align - 1)
    if not is_inside or offset % align or offset % 8 or max(schema_size, notes_size) > 4194304:
        raise RegionError("Section", "the words of the object are nonsense")
    found = _bytes(heap.flat, at * 8 + schema, at * 8 + schema + schema_size)
    why = None if found == _SCHEMA else _Comparison(_root(found), _root(_SCHEMA)).why
    if _HAS_HEAP:
        why = "an object has no values of any length in it"
    if why is not None:
        raise RegionError(
            "LayoutDiffers",
            f"the object's layout is not that of this module: {why}; regenerate the module with `shm export "
            "--lang python`",
        )
    if offset % _ALIGN:
        raise RegionError("Section", "the object is not aligned")
    _check_length(size, tail, True)
    return offset, tail


# ---- parts of any length of a value in the heap: read as docs/format.md tells readers ----


class _Contents(_Kind):
    """A part of a value whose contents are elsewhere in the copy of it; None if it has none. The copy was checked
    as a whole."""

    why, is_flat, has_contents = _PRIVATE, False, True

    def __init__(self, start, length, size, align, kind):
        self.start, self.length, self.size, self.align, self.kind = start, length, size, align, kind

    def find(self, memory, at):
        return memory.load("Q", at + self.start), memory.load("Q", at + self.length)

    def check(self, memory, at, left, parent, name):
        start, count = self.find(memory, at)
        if start == 0:
            return left
        size = count * self.size
        if start + size > len(memory.views["B"]) or size > left:
            allowed = "contents inside the value, which no other part of it has"
            raise self.invalid(parent, name, f"a length of {count}", allowed)
        if start % self.align:
            raise self.invalid(parent, name, f"an offset of {start}", f"a multiple of {self.align}")
        return self.check_inside(memory, start, count, left - size, parent, name)


class _TailText(_Contents):
    """Text of any length."""

    def load(self, memory, at, parent, name):
        start, size = self.find(memory, at)
        return memory.bytes(start, size).decode("utf-8") if start else None

    def check_inside(self, memory, start, size, left, parent, name):
        try:
            memory.bytes(start, size).decode("utf-8")
        except UnicodeDecodeError as error:
            raise InvalidValue(f"`{_path(parent, name)}`: {error}") from None
        return left

    def put(self, data, at, value):
        raw = value if value is None else _utf8(value)
        if raw is not None:
            start = _refer(self, data, at, len(raw))
            data[start:] = raw


class _TailSlice(_Contents):
    """Any number of elements."""

    def load(self, memory, at, parent, name):
        start, count = self.find(memory, at)
        return _ArrayOf(self.kind, count, self.size).load(memory, start, parent, name) if start else None

    def check_inside(self, memory, start, count, left, parent, name):
        return _ArrayOf(self.kind, count, self.size).check(memory, start, left, parent, name)

    def put(self, data, at, value):
        if value is not None:
            values = list(value)
            start = _refer(self, data, at, len(values))
            for index, one in zip(itertools.count(), values):
                _put(self.kind, data, start + index * self.size, one)


def _refer(kind, data, at, count):
    """Adds room for contents to a value, whose words at `at` refer to it then."""
    data.extend(bytes(-len(data) % kind.align))
    start = len(data)
    data.extend(bytes(count * kind.size))
    struct.pack_into("=Q", data, at + kind.start, start)
    struct.pack_into("=Q", data, at + kind.length, count)
    return start


def _value(kind, size, data, parent, name):
    """A value of a fixed part of `size` bytes, made of the bytes that were copied out of the heap."""
    if len(data) < size or (len(data) > size and not kind.has_contents):
        raise InvalidValue(f"`{_path(parent, name)}` has {len(data)} bytes, its type {size}")
    memory = _Memory.of_copy(data, 0, _PRIVATE)
    value = kind.load(memory, 0, parent, name)
    if kind.has_contents:
        kind.check(memory, 0, len(data) - size, parent, name)
    return value


# ---- views of structs and arrays ----


_looks = itertools.count()


class _View:
    """The place of a struct or an array: in a region, or in a private copy."""

    __slots__ = ("_memory", "_at", "_parent", "_name", "_look")
    _memory: typing.Any

    def _look_at(self, memory, at, parent, name):
        self._memory, self._at, self._parent, self._name = memory, at, parent, name
        self._look = next(_looks)

    def _is_same(self, other):
        """Whether two views are of the same memory, and so equal by definition."""
        if self is other:
            return True
        if self._memory.views is not other._memory.views or self._at != other._at:
            return False
        if self._memory.is_live and abs(self._look - other._look) > _depth(self):
            warnings.warn(
                f"`{_path(self._parent, self._name)}` is compared with itself: both are views of the same "
                "memory, which are always equal. To find out what has changed, keep a copy: copy.copy()",
                RuntimeWarning,
                stacklevel=3,
            )
        return True

    def __copy__(self):
        """A private copy, which does not change; made field by field, so that a concurrent change may be
        seen half done."""
        if not self._memory.is_live:
            return self
        kind, size = self._copied()
        data = bytearray(self._memory.bytes(self._at, size))
        kind.settle(self._memory, self._at, data, 0)
        memory = _Memory.of_copy(data, self._memory.tail, _PRIVATE)
        return kind.load(memory, 0, self._parent, self._name)

    def __deepcopy__(self, memo):
        return self.__copy__()


def _depth(view):
    """The number of views between the region and this one."""
    depth = 0
    while view is not None and not isinstance(view, _Region):
        view, depth = view._parent, depth + 1
    return depth


class Guarded(typing.Generic[_T]):
    """The value of a Mutex or an RwLock, or of a field that a lock beside it guards. This module takes no locks:
    `unlocked()` reads it without one, field by field, so that a concurrent change may be seen half done."""

    __slots__ = ("_kind", "_memory", "_at", "_parent", "_name")
    _kind: typing.Any
    _memory: typing.Any
    _at: int
    _parent: typing.Any
    _name: typing.Any

    def __init__(self, kind, memory, at, parent, name):
        for slot, value in zip(self.__slots__, (kind, memory, at, parent, name)):
            object.__setattr__(self, slot, value)

    def unlocked(self) -> _T:
        kind = self._kind
        memory = self._memory.because(kind.why)
        return kind.kind.load(memory, self._at + kind.start, self._parent, self._name)

    def _refusal(self):
        path = _path(self._parent, self._name)
        return f"`{path}`: {self._kind.why}; read it without the lock, by `.unlocked()`"

    if not typing.TYPE_CHECKING:

        def __getattr__(self, name):
            raise AttributeError(self._refusal())

    def _refuse(self, *_):
        raise TypeError(self._refusal())

    # Without these, every Mutex would be true, and not equal to anything.
    __getitem__ = __bool__ = __copy__ = __deepcopy__ = __array__ = _refuse
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other):
        if isinstance(other, Guarded):
            return _same(self.unlocked(), other.unlocked())
        raise TypeError(self._refusal())

    def __setattr__(self, name, value):
        raise NotWritable(self._refusal())

    def __repr__(self):
        return f"<{self._kind.name}: unlocked() reads {self.unlocked()!r}>"


class _Field(typing.Generic[_T, _W]):
    """A field, by its name. `version` and `changes` take the record that has it."""

    def __init__(self, name, offset, kind, doc):
        self.name, self.offset, self.kind, self.__doc__ = name, offset, kind, doc

    @typing.overload
    def __get__(self, record: None, owner: typing.Any = None) -> "_Field[_T, _W]": ...

    @typing.overload
    def __get__(self, record: "_Record", owner: typing.Any = None) -> _T: ...

    def __get__(self, record, owner=None):
        if record is None:
            return self
        return self.kind.load(record._memory, record._at + self.offset, record, self.name)

    def __set__(self, record: "_Record", value: _W) -> None:
        self.kind.set(record._memory, record._at + self.offset, value, record, self.name)

    def _number(self, record, kind):
        if not isinstance(self.kind, kind):
            raise TypeError(f"`{self.name}` is not a {kind.__name__[1:]}")
        return self.kind.number(record._memory, record._at + self.offset)

    def version(self, record: "_Record") -> int:
        """The number of the newest version of a Latest, or item of a Ring: `Station.pose.version(station)`."""
        return self._number(record, _Latest)

    def changes(self, record: "_Record") -> int:
        """The number of times a Watched was set: `Station.mode.changes(station)`."""
        return self._number(record, _Watched)


class _Record(_View):
    """A struct, in place: its fields are attributes, and items by their names in Rust, as in a dict."""

    __slots__ = ()
    _fields: typing.Dict[str, typing.Any] = {}
    _size = 0

    def __init_subclass__(cls):
        cls._fields = {field.name: field for field in vars(cls).values() if isinstance(field, _Field)}

    def __init__(self, memory, at, parent, name):
        self._look_at(memory, at, parent, name)

    def _field(self, name):
        try:
            return self._fields[name]
        except KeyError:
            names = ", ".join(self._fields)
            raise KeyError(f"{type(self).__name__} has no field `{name}`; it has {names}") from None

    def __getitem__(self, name: str) -> typing.Any:
        return self._field(name).__get__(self)

    def __setitem__(self, name: str, value: typing.Any) -> None:
        self._field(name).__set__(self, value)

    def __iter__(self) -> typing.Iterator[str]:
        return iter(self._fields)

    def keys(self) -> typing.KeysView[str]:
        """The names of the fields in Rust; so `dict(struct)` has them with their values."""
        return self._fields.keys()

    def __eq__(self, other):
        if isinstance(other, _Record):
            if type(self) is not type(other):
                return False
            return self._is_same(other) or all(_same(self[name], other[name]) for name in self._fields)
        if isinstance(other, tuple):
            values = (self[name] for name in self._fields)
            return len(self._fields) == len(other) and all(map(_same, values, other))
        if isinstance(other, dict):
            return self._fields.keys() == other.keys() and all(
                _same(self[name], other[name]) for name in self._fields
            )
        return NotImplemented

    def __hash__(self):
        if self._memory.is_live:
            raise TypeError("a struct in a region changes, and has no hash: copy.copy() has one")
        values = (self[name] for name in self._fields)
        return hash(tuple("NaN" if value != value else _hashable(value) for value in values))

    def _copied(self):
        return _Struct(type(self)), self._size

    if not typing.TYPE_CHECKING:

        def __getattr__(self, name):
            names = ", ".join(self._fields)
            raise AttributeError(f"{type(self).__name__} has no field `{name}`; it has {names}")

    def __repr__(self):
        def shown(name):
            try:
                return f"{name}={self[name]!r}"
            except (InvalidValue, Contended) as error:
                return f"{name}=<{error}>"

        return f"{type(self).__name__}({', '.join(map(shown, self._fields))})"


class _Region(_Record):
    __slots__ = ("_mapping", "_place", "_object")
    _mapping: typing.Any
    _place: typing.Any
    _object: typing.Any

    @classmethod
    def open(
        cls: typing.Type[_R], name: "typing.Union[str, os.PathLike[str]]", *,
        allow_owner: typing.Optional[int] = None, after_reboot: bool = False,
    ) -> _R:
        """Opens a region for reading and writing. A plain name means a file in /dev/shm, a name with
        a slash is a path. `board@hits` means the object with the name `hits` in the heap of the region
        `board`, unless a file has that name. With `allow_owner`, files of that user can be opened as well; that user can
        change and truncate them. With `after_reboot`, so can a region that was created before the machine
        last started."""
        return cls._open(name, True, allow_owner, after_reboot)

    @classmethod
    def open_read_only(
        cls: typing.Type[_R], name: "typing.Union[str, os.PathLike[str]]", *,
        allow_owner: typing.Optional[int] = None, after_reboot: bool = False,
    ) -> _R:
        """Opens a region for reading, as `open`; the mapping is read-only."""
        return cls._open(name, False, allow_owner, after_reboot)

    @classmethod
    def _open(cls, name, to_write, allow_owner, after_reboot):
        mapping, tail, offset, heap, place, sought = _map(name, to_write, allow_owner, after_reboot)
        heap, found = heap and _Heap(mapping, offset, *heap), None
        if sought is not None:
            try:
                offset, tail, found = _find_object(heap, sought)
            except BaseException:
                heap.close()
                mapping.close()
                raise
        memory = _Memory.of_region(mapping, offset, tail, None if to_write else _READ_ONLY, heap)
        region = cls(memory, 0, None, "")
        region._mapping, region._place, region._object = mapping, place, found
        return region

    def is_current(self) -> bool:
        """Whether the name that was opened still means this region, or this object. If not, the region was
        replaced or its file or the object removed, and writes reach only processes that also opened it
        before: open the name again."""
        if self._object is not None:
            at, state = self._object
            if self._memory.heap.words[at] != state:
                return False
        return _is_at(self._place)

    def close(self) -> None:
        """Unmaps the region, which cannot be used any more. Arrays of numpy and memoryviews that share its
        memory still can: it is unmapped when the last of them is dropped."""
        self._memory.close()
        try:
            self._mapping.close()
        except BufferError:
            pass

    # A region is memory that other processes change, not a value.
    def __eq__(self, other):
        return self is other

    __hash__ = object.__hash__

    def __copy__(self):
        raise TypeError("a region cannot be copied: copy its fields, or open it again")

    def __enter__(self: _R) -> _R:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


# ---- arrays ----


def _listed(value):
    """The values to store, as a list."""
    if isinstance(value, (list, tuple)):
        return value
    if isinstance(value, (set, frozenset, dict)):
        raise TypeError(f"a {type(value).__name__} is not a sequence")
    try:
        # Faster than one by one, and yields Python's numbers.
        with memoryview(value) as view:
            return view.tolist() if view.ndim == 1 else list(value)
    except (TypeError, BufferError, NotImplementedError):
        return list(value)


class _Places(_Kind):
    """Elements of one array, each of which is one number."""

    def __init__(self, code, places):
        self.code, self.places = code, places

    def store(self, memory, at, data):
        memory.store_many(self.code, at, self.places, data)


class _Array(_View, typing.Generic[_T]):
    """An array, in place: indexes, slices, iteration. A slice is a list, `copy.copy` a private copy,
    `view()` a memoryview of the array itself, which numpy can share."""

    __slots__ = ("_of",)
    # The array changes in place; a copy, like a list, has no hash either.
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, of, memory, at, parent, name):
        self._of = of
        self._look_at(memory, at, parent, name)

    def __len__(self) -> int:
        return self._of.length(self._memory)

    def _error(self, kind, message):
        return kind(f"`{_path(self._parent, self._name)}`{message}")

    def _where(self, index):
        count = len(self)
        place = operator.index(index)
        place += count if place < 0 else 0
        if not 0 <= place < count:
            raise self._error(IndexError, f" has {count} elements, no [{index}]")
        return place

    def _load(self, index):
        return self._of.kind.load(self._memory, self._at + index * self._of.stride, self, index)

    @typing.overload
    def __getitem__(self, index: int) -> _T: ...

    @typing.overload
    def __getitem__(self, index: slice) -> typing.List[_T]: ...

    def __getitem__(self, index):
        if not isinstance(index, slice):
            return self._load(self._where(index))
        places = range(*index.indices(len(self)))
        if isinstance(self._of.kind, _Word):
            return self._of.kind.load_many(self._memory, self._at, places, self)
        return [self._load(place) for place in places]

    def __setitem__(self, index: typing.Union[int, slice], value: typing.Any) -> None:
        for kind, at, raw in self._prepare(index, value):
            kind.store(self._memory, at, raw)

    def _prepare(self, index, value):
        kind, stride = self._of.kind, self._of.stride
        if not isinstance(index, slice):
            place = self._where(index)
            return kind.prepare(self._memory, self._at + place * stride, value, self, place)
        places = range(*index.indices(len(self)))
        same = self._prepare_buffer(places, value)
        if same is not None:
            return same
        try:
            values = _listed(value)
        except TypeError as error:
            raise self._error(TypeError, f": {error}") from None
        if len(places) != len(values):
            raise self._error(ValueError, f": {len(values)} values for {len(places)} elements")
        if isinstance(kind, _Word):
            kind.check_writable(self._memory, self._parent, self._name)
            return [(_Places(kind.code, places), self._at, kind.pack(values, self, places))]
        stores = []
        for place, one in zip(places, values):
            stores += kind.prepare(self._memory, self._at + place * stride, one, self, place)
        return stores

    def _prepare_buffer(self, places, value):
        """Prepares a store of a whole buffer of exactly these numbers; None for anything else."""
        kind, shape = self._innermost()
        if not kind.any_bytes or not isinstance(kind, _Word) or (len(shape) > 1 and places.step != 1):
            return None
        if isinstance(value, _Array) and value._innermost()[0].any_bytes:
            value = value.view()
        data = kind.bytes_of(value, [len(places)] + shape[1:])
        if data is None:
            return None
        kind.check_writable(self._memory, self._parent, self._name)
        count = math.prod(shape[1:])
        if len(shape) > 1:
            places = range(places.start * count, places.start * count + len(places) * count)
        return [(_Places(kind.code, places), self._at, data)]

    def _innermost(self):
        """The innermost element's kind, and the array's shape."""
        kind, shape = self._of, []
        while isinstance(kind, _ArrayOf):
            shape.append(kind.length(self._memory))
            kind = kind.kind
        return kind, shape

    def tolist(self) -> typing.List[typing.Any]:
        """The values as a list, of lists if the elements are arrays."""
        return [one.tolist() if isinstance(one, _Array) else one for one in self[:]]

    def tobytes(self) -> bytes:
        """A copy of the array's bytes in memory, as `bytes` makes it."""
        if not isinstance(self._innermost()[0], (_Word, _Packed)):
            raise self._error(TypeError, " is not made of numbers only, so its bytes cannot be copied")
        return self._memory.bytes(self._at, len(self) * self._of.stride)

    __bytes__ = tobytes

    def view(self) -> memoryview:
        """A memoryview of the array itself, of its shape, not a copy. It is read-only if the array is, or
        if not every number is valid, as for an enum."""
        kind, shape = self._innermost()
        if not isinstance(kind, _Word) or not (kind.typestr or "").startswith("<"):
            raise self._error(TypeError, " is not made of plain numbers: tolist() copies it")
        count = math.prod(shape)
        view = self._memory.part(kind.code, self._at, range(count))
        view = view if self._is_writable(kind) else view.toreadonly()
        return view.cast("B").cast(kind.code, shape) if count and len(shape) > 1 else view

    def _is_writable(self, kind):
        return kind.any_bytes and self._memory.why is None

    def __buffer__(self, flags):
        # From Python 3.12: for `memoryview(array)`, and everything that takes a buffer.
        return self.view()

    @property
    def __array_interface__(self):
        # For numpy, which then shares the memory, with older Pythons as well.
        kind, shape = self._innermost()
        if kind.typestr is None:
            raise AttributeError("__array_interface__")
        data = self._memory.views["B"][self._at : self._at + len(self) * self._of.stride]
        data = data if self._is_writable(kind) else data.toreadonly()
        return {"version": 3, "shape": tuple(shape), "typestr": kind.typestr, "data": data}

    def __array__(self, dtype=None, copy=None):
        # Otherwise numpy would copy element by element, and the copy would look shared.
        raise self._error(TypeError, " cannot be shared with numpy: copy it with tolist()")

    def __iter__(self) -> typing.Iterator[_T]:
        kind, count = self._of.kind, len(self)
        if isinstance(kind, _Word) and kind.is_plain:
            return iter(self._memory.part(kind.code, self._at, range(count)))
        return (self._load(index) for index in range(count))

    def __eq__(self, other):
        if hasattr(other, "__array_ufunc__"):
            return NotImplemented  # numpy compares element by element.
        if isinstance(other, _Array):
            if self._is_same(other) or self._has_same_bits(other):
                return True
        elif not isinstance(other, (list, tuple)):
            try:
                other = memoryview(other).tolist()
            except (TypeError, BufferError, NotImplementedError):
                return NotImplemented
        return len(self) == len(other) and all(map(_same, self[:], other[:]))

    def _has_same_bits(self, other):
        """Whether two arrays of one type are the same, bit for bit; if not, their values may still be equal."""
        (kind, shape), theirs = self._innermost(), other._innermost()
        if not isinstance(kind, _Word) or kind.typestr is None or kind.typestr != theirs[0].typestr:
            return False
        bits, places = {1: "B", 2: "H", 4: "I", 8: "Q"}[_SIZES[kind.code]], range(math.prod(shape))
        mine = self._memory.part(bits, self._at, places)
        return shape == theirs[1] and mine == other._memory.part(bits, other._at, places)

    def _copied(self):
        return self._of, len(self) * self._of.stride

    def __repr__(self):
        shown = [repr(self._load(index)) for index in range(min(len(self), 8))]
        return f"[{', '.join(shown)}{', ..' if len(self) > 8 else ''}]"


# ---- maps in the heap: read as docs/format.md tells readers ----


def _key_hash(key):
    """The hash of a key, the same in every process."""
    result = len(key)
    for at in range(0, len(key) + 1, 8):
        product = (result ^ int.from_bytes(key[at : at + 8], "little")) * 0x9E3779B97F4A7C15 & 2**64 - 1
        result = product ^ product >> 32
    return result


class _Changed(Exception):
    """Something was freed while it was looked at."""


class _Lookup:
    """The tables of one map, whose handles are at these offsets of the data."""

    def __init__(self, memory, table, next_table):
        self.heap, self.views = memory.heap, memory.views
        self.places = (table, next_table)

    def _handles(self):
        return [self.views["Q"][place // 8] for place in self.places]

    def _owned(self, handle, place):
        """The block that a handle names, if it belongs to the place at that offset of the file."""
        found = self.heap._find(handle) if handle else None
        return found if found and self.heap._is_owned(found, handle, place) else None

    def _is_unchanged(self, handle, found):
        words = self.heap.words
        return words[found[2]] >> 32 == handle >> 32 and words[found[0]] == found[1]

    def _entry(self, bucket):
        """The hash, the key and the value in the bucket at that offset of the heap: as offsets and lengths,
        with what tells whether they are still there. False if the bucket was never used, None if it owns no
        entry."""
        words = self.heap.words
        handle = words[bucket // 8]
        if handle == 0:
            return False
        found = self._owned(handle, self.heap.file + bucket)
        if found is None:
            if words[bucket // 8] != handle:
                raise _Changed
            return None
        start, room = found[3], found[4] // 8 - 2
        lens, hashed = words[start // 8], words[start // 8 + 1]
        key_len, value_len = lens & 0xFFFFFFFF, lens >> 32
        key_words = -(-key_len // 8)
        if key_words > room or -(-value_len // 8) > room - key_words:
            if not self._is_unchanged(handle, found):
                raise _Changed
            return None
        return handle, found, hashed, start + 16, key_len, start + 16 + 8 * key_words, value_len

    def _copy(self, at, size):
        return _bytes(self.heap.flat, at, at + size)

    def _search(self, look):
        """Gives `look` each table: the number of the attempt, the offset of the first bucket, and the number of
        buckets less one; until neither table changes meanwhile, or `look` finds something."""
        for attempt in range(1000):
            handles = self._handles()
            try:
                for handle, place in zip(handles, self.places):
                    found = self._owned(handle, self.heap.data + place)
                    if found is None:
                        continue
                    mask = self.heap.words[found[3] // 8]
                    if mask >= found[4] // 8 - 2 or mask & mask + 1:
                        continue  # Nonsense.
                    result = look(attempt, found[3] + 16, mask)
                    if not self._is_unchanged(handle, found):
                        raise _Changed
                    if result is not None:
                        return result
            except _Changed:
                continue
            # In neither, unless the map grew meanwhile: its `table` is looked at last.
            following = self.views["Q"][self.places[1] // 8]
            if handles == [self.views["Q"][self.places[0] // 8], following]:
                return None
        raise Contended("the map was changed during each attempt to read it")

    def get(self, key):
        """A copy of the value of a key; None if it has none."""
        hashed = _key_hash(key)

        def look(_, first, mask):
            for step in range(mask + 1):
                entry = self._entry(first + 8 * (hashed + step & mask))
                if entry is False:
                    return None
                if entry is None:
                    continue
                handle, found, other, key_at, key_len, at, size = entry
                is_it = other == hashed and key_len == len(key) and self._copy(key_at, key_len) == key
                value = self._copy(at, size) if is_it else None
                if not self._is_unchanged(handle, found):
                    raise _Changed
                if is_it:
                    return value
            return None

        return self._search(look)

    def entries(self, is_counted=False):
        """Copies of all keys and values, each once; or only a number for each."""
        every, last, room = {}, -1, 0

        def look(attempt, first, mask):
            nonlocal last, room
            if attempt != last:
                last, room = attempt, 8 * len(self.heap.words)
                every.clear()
            for bucket in range(first, first + 8 * (mask + 1), 8):
                for _ in range(1000):
                    try:
                        entry = self._entry(bucket)
                        if not entry:
                            break
                        handle, found, _, key_at, key_len, at, size = entry
                        key = bucket if is_counted else self._copy(key_at, key_len)
                        value = None if is_counted else self._copy(at, size)
                        if self._is_unchanged(handle, found):
                            room -= key_len + size
                            # One that is met twice was moved, and perhaps replaced.
                            every[key] = value
                            break
                    except _Changed:
                        pass
                else:
                    raise _Changed
                if room < 0:
                    raise InvalidValue("the entries have more bytes than the heap")
            return None

        self._search(look)
        return every


def _put(kind, data, at, value):
    """Writes a value into bytes that are zeros, as a region has it: padding stays zero."""
    if isinstance(kind, _Word):
        struct.pack_into("=" + kind.code, data, at, kind.encode(value))
    elif isinstance(kind, _Wide):
        data[at : at + 16] = kind.encode(value).to_bytes(16, sys.byteorder, signed=kind.low < 0)
    elif isinstance(kind, (_Packed, _CText)):
        raw = kind.encode(value)
        data[at : at + len(raw)] = raw
    elif isinstance(kind, _Counted):
        raw = _utf8(value) if kind.is_text else bytes(value)
        if len(raw) > kind.capacity:
            raise OverflowError(f"{value!r} has {len(raw)} bytes, there is room for {kind.capacity}")
        struct.pack_into("=I", data, at, len(raw))
        data[at + kind.start : at + kind.start + len(raw)] = raw
    elif isinstance(kind, _Contents):
        kind.put(data, at, value)
    elif isinstance(kind, _Struct):
        fields = kind.record._fields
        values = dict(zip(fields, value)) if isinstance(value, tuple) else value
        if not isinstance(value, (tuple, dict, _Record)) or len(value if isinstance(value, tuple) else list(values)) != len(fields):
            raise TypeError(f"expected {', '.join(fields)}, found {value!r}")
        for name, field in fields.items():
            _put(field.kind, data, at + field.offset, values[name])
    elif isinstance(kind, _ArrayOf):
        values = list(value)
        if len(values) != kind.count:
            raise ValueError(f"{len(values)} values for {kind.count} elements")
        for index, one in zip(itertools.count(), values):
            _put(kind.kind, data, at + index * kind.stride, one)


def _utf8(value):
    if not isinstance(value, str):
        raise TypeError(f"expected a str, found {value!r}")
    return value.encode("utf-8")


class _Content:
    """A key or a value of a map: one value of so many bytes; for `is_many`, any number of them; text if there
    is no kind."""

    def __init__(self, size, kind, is_many):
        self.size, self.kind, self.is_many = size, kind, is_many

    def encode(self, value):
        if self.kind is None:
            return _utf8(value)
        values = list(value) if self.is_many else [value]
        data = bytearray(len(values) * self.size)
        for index, one in zip(itertools.count(), values):
            _put(self.kind, data, index * self.size, one)
        return bytes(data)

    def decode(self, data, parent, name):
        if self.kind is None:
            try:
                return data.decode("utf-8")
            except UnicodeDecodeError as error:
                raise InvalidValue(f"`{_path(parent, name)}`: {error}") from None
        if not self.is_many:
            return _value(self.kind, self.size, data, parent, name)
        if len(data) % self.size:
            raise InvalidValue(f"`{_path(parent, name)}` has {len(data)} bytes, its type {self.size}")
        memory = _Memory.of_copy(data, 0, _PRIVATE)
        return _ArrayOf(self.kind, len(data) // self.size, self.size).load(memory, 0, parent, name)


def _hashable(key):
    return tuple(map(_hashable, key)) if isinstance(key, _Array) else key


class _Map(_Kind):
    """A map in the heap."""

    why, is_flat = (
        "a map is changed by a process that takes part: change it from Rust, or with `shm set` and `shm unset`"
    ), False

    def __init__(self, table, next_table, key, value):
        self.table, self.next, self.key, self.value = table, next_table, key, value

    def load(self, memory, at, parent, name):
        return _Entries(self, memory, at, parent, name)

    def settle(self, memory, at, data, to):
        pass


class _Entries(typing.Mapping[_K, _V]):
    """A map: like a dict that other processes change. `[key]`, `get` and `in` look at one entry; `len`, `items`,
    `keys`, `values` and iteration at all of them, of which those count that are there all the time."""

    __slots__ = ("_kind", "_memory", "_at", "_parent", "_name")
    _kind: typing.Any
    _memory: typing.Any

    def __init__(self, kind, memory, at, parent, name):
        for slot, value in zip(self.__slots__, (kind, memory, at, parent, name)):
            object.__setattr__(self, slot, value)

    def _refusal(self):
        return NotWritable(f"`{_path(self._parent, self._name)}`: {self._kind.why}")

    def _lookup(self):
        if self._memory.heap is None:
            raise TypeError(f"`{_path(self._parent, self._name)}`: a copy does not have what is in the heap")
        return _Lookup(self._memory, self._at + self._kind.table, self._at + self._kind.next)

    def _named(self, read):
        try:
            return read(self._lookup())
        except (InvalidValue, Contended) as error:
            raise type(error)(f"`{_path(self._parent, self._name)}`: {error}") from None

    def _encoded(self, key):
        try:
            return self._kind.key.encode(key)
        except (TypeError, ValueError, OverflowError) as error:
            raise type(error)(f"a key of `{_path(self._parent, self._name)}`: {error}") from None

    def __getitem__(self, key: _K) -> _V:
        data = self._named(lambda lookup: lookup.get(self._encoded(key)))
        if data is None:
            raise KeyError(key)
        return self._kind.value.decode(data, self, _Key(key))

    def __contains__(self, key):
        return self._named(lambda lookup: lookup.get(self._encoded(key))) is not None

    def _items(self):
        for key, value in self._named(_Lookup.entries).items():
            key = _hashable(self._kind.key.decode(key, self, _Key("..")))
            yield key, self._kind.value.decode(value, self, _Key(key))

    def items(self):
        return list(self._items())

    def keys(self):
        return [key for key, _ in self._items()]

    def values(self):
        return [value for _, value in self._items()]

    def __iter__(self) -> typing.Iterator[_K]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self._named(lambda lookup: lookup.entries(True)))

    def __eq__(self, other):
        if not isinstance(other, collections.abc.Mapping):
            return NotImplemented
        mine, theirs = dict(self.items()), dict(other.items())
        return mine.keys() == theirs.keys() and all(_same(mine[key], theirs[key]) for key in mine)

    __hash__ = None  # type: ignore[assignment]

    def __setattr__(self, name, value):
        raise self._refusal()

    def __setitem__(self, key, value):
        raise self._refusal()

    def __delitem__(self, key):
        raise self._refusal()

    def __repr__(self):
        shown = [f"{key!r}: {value!r}" for key, value in itertools.islice(self._items(), 9)]
        return f"{{{', '.join(shown[:8])}{', ..' if len(shown) > 8 else ''}}}"


# ---- the layout ----


class Mode(enum.IntEnum):
    """The station's activity."""

    Idle = 0
    Measuring = 1
    Failed = 2


class Pose(_Record):
    """The position of a robot."""

    __slots__ = ()
    _size = 24
    x: "_Field[float, float]" = _Field("x", 0, _F64, "f64, m")
    y: "_Field[float, float]" = _Field("y", 8, _F64, "f64, m")
    heading: "_Field[float, float]" = _Field("heading", 16, _F32, "f32, rad: Clockwise from north.")


class Account(_Record):
    """Values that belong together."""

    __slots__ = ()
    _size = 16
    balance: "_Field[int, int]" = _Field("balance", 0, _I64, "i64")
    bookings: "_Field[int, int]" = _Field("bookings", 8, _U64, "u64")


class Station(_Region):
    """One weather station."""

    __slots__ = ()
    temperature: "_Field[float, float]" = _Field("temperature", 0, _F64, "f64, °C: In the shade.")
    hits: "_Field[int, int]" = _Field("hits", 8, _U64, "u64")
    samples: "_Field[_Array[int], typing.Iterable[int]]" = _Field("samples", 16, _ArrayOf(_U32, 16, 4), "[u32; 16]")
    mode: "_Field[Mode, int]" = _Field("mode", 80, _Enum(Mode, _U8), "Mode")
    pose: "_Field[Pose, typing.NoReturn]" = _Field("pose", 128, _Latest(0, 64, 64, 4, 24, _Struct(Pose)), "Latest<Pose>")
    label: "_Field[str, typing.NoReturn]" = _Field("label", 448, _Latest(0, 64, 64, 4, 36, _Counted(True, 4, 32)), "Latest<Text<32>>")
    account: "_Field[Guarded[Account], typing.NoReturn]" = _Field("account", 768, _Mutex(8, _Struct(Account)), "Mutex<Account>")
