"""The layout of `Station` in shared memory, for CPython 3.8 and later; it needs nothing else.

Written by `shm export --lang python`; do not edit. Regions to whose layout fields were added at the end
are opened, too, and new fields not touched: to use them, write the module anew. Those of any other
layout are refused.

    with Station.open("name") as region:             # or open_read_only
        region.field, region.array[3], region.array[2:5], region.nested.field
        region.field = 21.5                         # checked: TypeError, OverflowError, ValueError
        region["field"]                             # by its name in Rust, whatever Python makes of it
        region.latest                               # a copy of the newest version, whole
        Station.latest.version(region)               # its number; of a Watched, `changes`
        region.mutex.unlocked()                     # without the lock: a hint, no more

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
* A Latest is read by `bytes.join`, which copies its parts in their order: sequence, slot, sequence.
* Text and numbers of alignment 1 (CText, packed numbers) are copied as bytes and may tear, as they may
  in Rust.
"""

import collections
import enum
import mmap
import operator
import os
import platform
import stat
import struct
import sys

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
_SIZE, _ALIGN, _TAIL, _HAS_LOCKS = 832, 64, None, True


# ---- opening: a file that anybody may have written becomes a mapping whose layout is known ----


class RegionError(Exception):
    """A file is no region that this module can use. `reason` is the name of the check that failed, as
    in docs/format.md."""

    def __init__(self, reason, message):
        super().__init__(message)
        self.reason = reason


class InvalidValue(ValueError):
    """What stands in the region is no value of the field's type."""


class NotWritable(TypeError):
    """The field is not written from here."""


class Contended(RuntimeError):
    """Versions of a Latest were written faster than one could be copied."""


def _refuse_elsewhere():
    # Why only there: see the start of this module.
    here = (sys.implementation.name, sys.platform, platform.machine(), sys.maxsize > 2**32)
    if here[:2] != ("cpython", "linux") or here[2] not in ("x86_64", "AMD64") or not here[3]:
        raise RegionError(
            "Processor",
            "regions are opened from Python by 64-bit CPython on Linux on x86-64 alone, this is "
            f"{here[0]} on {here[1]} on {here[2]}: elsewhere nothing orders Python's accesses to "
            "memory; use the C header that `shm export --lang c` writes",
        )


def _path_of(name):
    """A plain name means a file in /dev/shm, anything with a slash is a path."""
    name = os.fsdecode(name)
    last = name.rpartition("/")[2]
    if last in ("", ".", "..") or "\0" in name or len(os.fsencode(last)) > 255:
        raise RegionError("BadName", f"{name!r} names no file")
    if name == "/" + last:
        raise RegionError(
            "BadName",
            f"{name!r} can mean two files: write {last!r} for the one in /dev/shm, as in shm_open(3), or "
            f"{'/./' + last!r} for the one in the root directory",
        )
    return name if "/" in name else "/dev/shm/" + name


def _open_file(path, to_write):
    """Opens a file without being fooled by what stands there: no symbolic link, no waiting for the
    other end of a FIFO, no controlling terminal; a regular file of one's own."""
    flags = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
    file = os.open(path, flags | (os.O_RDWR if to_write else os.O_RDONLY))
    try:
        facts = os.fstat(file)
        if not stat.S_ISREG(facts.st_mode):
            raise RegionError("NotRegularFile", f"{path!r} is no regular file")
        if not _is_own(facts.st_uid):
            raise RegionError(
                "ForeignOwner",
                f"{path!r} belongs to user {facts.st_uid}, this is {os.geteuid()} (in a user namespace, "
                "one number stands for all users without a number there)",
            )
        return file, facts.st_size
    except BaseException:
        os.close(file)
        raise


def _text_of(path):
    """A small file of /proc; None if it cannot be read."""
    try:
        with open(path) as text:
            return text.read()
    except OSError:
        return None


def _is_own(owner):
    """Whether an owner is the user of this process, for sure: in a user namespace one number stands for
    all users that have none of their own (user_namespaces(7))."""
    if owner != os.geteuid():
        return False
    if owner != int(_text_of("/proc/sys/kernel/overflowuid") or 65534):
        return True
    users = _text_of("/proc/self/uid_map")
    if users is None:
        # A kernel without user namespaces shows the process, and no map.
        return os.path.exists("/proc/self/stat") and not os.path.exists("/proc/self/uid_map")
    return users.split() == ["0", "0", "4294967295"]


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
    """The preamble, each byte of which is read once."""
    head = os.pread(file, 128, 0)
    if not head.startswith(b"\x89SHM\r\n\x1a\n"):
        raise RegionError("NotARegion", f"this is not a region: it starts with {head[:8]!r}")
    if len(head) < 128:
        raise RegionError("Truncated", f"the file has {len(head)} bytes, a header has 128")
    found = _Preamble(*_PREAMBLE.unpack(head))
    if found.version != 1:
        raise RegionError("FormatVersion", f"the region has format version {found.version}, not 1")
    if _hash(head[:24] + bytes(8) + head[32:120] + bytes(8)) != found.header_sum:
        raise RegionError("Damaged", "the region's preamble is damaged: create it anew")
    if found.incompatible:
        bits = hex(found.incompatible)
        raise RegionError("Feature", f"the region has features unknown to this module ({bits})")
    if found.order not in (1, 2) or found.width not in (4, 8):
        raise RegionError("Invalid", "the region's preamble holds an impossible number")
    if found.total > file_size:
        sizes = f"the file has {file_size} bytes, the region needs {found.total}"
        raise RegionError("Truncated", f"{sizes}: create it anew")
    if found.entry_size % 8 or not 32 <= found.entry_size <= 256:
        raise RegionError("Invalid", f"the directory's entries have {found.entry_size} bytes")
    if found.count > 64 or 128 + found.entry_size * found.count > found.total:
        raise RegionError("TooLarge", f"the directory, of {found.count} entries, is too large")
    return found


def _check(file, file_size, to_write):
    """Checks a header as docs/format.md says, in its order. Returns the number of elements at run
    time, where the data starts and the region ends, and whether this module has fields for which
    there is room and no more yet."""
    head = _preamble(file, file_size)
    directory = _read(file, 128, head.entry_size * head.count)
    if _hash(directory) != head.directory_sum:
        raise RegionError("Damaged", "the region's directory is damaged: create it anew")
    known, newer = _sections(directory, head.entry_size, head.total)
    made, later = _schema(file, known[1]), _later_schema(file, known.get(5))
    if head.order != (1 if sys.byteorder == "little" else 2):
        raise RegionError("ByteOrder", "the region's data is in another byte order")
    is_first = made == _SCHEMA
    lacks = _check_first(head, known) if is_first else _check_other(head, known, made, later)
    if to_write and (head.read_compatible or newer):
        raise RegionError("FeatureToWrite", "this module may read the region, not write it")
    if not _is_of_this_boot(file, head.boot_id):
        raise RegionError("Rebooted", "the region was made before this machine last started")
    _check_lengths(known, head.tail, is_first)
    return head.tail, known[3][0], head.total, lacks


def _sections(directory, entry_size, total):
    """The sections of known kinds: kind -> offset, length, flags, checksum; and whether there is one
    that forbids writing."""
    known, newer, spans = {}, False, []
    end = 128 + len(directory)
    for at in range(0, len(directory), entry_size):
        kind, flags, offset, size, checksum = _ENTRY.unpack_from(directory, at)
        if not 1 <= kind <= 5 and flags & 1:
            raise RegionError("UnknownSection", f"the region has a section of kind {kind}, unknown here")
        newer = newer or (not 1 <= kind <= 5 and bool(flags & 2))
        if offset < end or offset + size > total or kind in known:
            raise RegionError("Section", "the region's directory says something impossible")
        if 1 <= kind <= 5:
            known[kind] = (offset, size, flags, checksum)
        spans.append((offset, size))
    for (offset, size) in sorted(spans):
        if offset < end:
            raise RegionError("Section", "two sections of the region overlap")
        end = offset + size
    if 1 not in known or 3 not in known or known[3][0] % 64:
        raise RegionError("Section", "the region has no schema, or no data where it must be")
    return known, newer


def _schema(file, section):
    """The schema with which the region was made."""
    offset, size, flags, checksum = section
    if size > 1 << 24:
        raise RegionError("TooLarge", f"the region's schema has {size} bytes")
    if not flags & 4:
        raise RegionError("Section", "the region's schema has no checksum")
    found = _read(file, offset, size)
    if _hash(found) != checksum:
        raise RegionError("Damaged", "the region's schema is damaged: create it anew")
    return found


def _later_schema(file, section):
    """The schema to which the region has grown: that of the slot that was written to its end and has
    the higher sequence; None if there is no such slot."""
    if section is None:
        return None
    offset, size, _, _ = section
    if size % 16 or not 64 <= size <= 67108928:
        raise RegionError("Section", f"the region's growth section has {size} bytes")
    half = size // 2
    slots = [(_SLOT.unpack(_read(file, at, 32)), at) for at in (offset + half, offset)]
    # The second one, if both have the same.
    for (sequence, schema, notes, checksum), at in sorted(slots, key=lambda slot: -slot[0][0]):
        if sequence and schema + notes <= half - 32:
            body = _read(file, at + 32, schema + notes)
            if _hash(_SLOT.pack(sequence, schema, notes, 0) + body) == checksum:
                return body[:schema]
    return None


def _check_first(head, known):
    """Checks a region that was made with this module's layout, byte for byte. Whoever let it grow since
    has checked that this module can go on."""
    if head.fingerprint != FINGERPRINT:
        raise RegionError("Fingerprint", "the region's fingerprint is not that of its schema")
    if known[3][0] % _ALIGN:
        raise RegionError("Section", "the region's data is not aligned")
    return False


def _check_other(head, known, made, later):
    """Checks a region that was made with another layout. Whether this module has fields for which there
    is room and no more yet."""
    (offset, room), own, found = known[3][:2], _root(_SCHEMA), _root(made)
    if found.fingerprint not in (None, head.fingerprint.to_bytes(8, "little")):
        raise RegionError("Fingerprint", "the region's fingerprint is not that of its schema")
    found = found if later is None else _root(later)
    if offset % found.align:
        raise RegionError("Section", "the region's data is not aligned")
    if not _has_slice(found) and (head.tail or room < found.size or (room > found.size and 5 not in known)):
        raise RegionError("DataLength", "the region's data has another size than its layout")
    why = _Comparison(found, own).why
    fits = not offset % own.align and room >= own.size and (4 in known or not _HAS_LOCKS)
    if fits and why is None:
        return False
    if fits and _Comparison(own, found).why is None:
        return True
    raise RegionError(
        "LayoutDiffers",
        f"the region has another layout than this module: {why or 'there is no place for it'}; write "
        "the module anew with `shm export --lang python`",
    )


def _check_lengths(known, tail, is_first):
    """Checks the length of the data, and that there is room for those who use locks."""
    size = _SIZE
    if _TAIL is not None:
        size = -(-(_TAIL[0] + tail * _TAIL[1]) // _ALIGN) * _ALIGN
    found, may_be_longer = known[3][1], 5 in known or not (is_first or _TAIL is not None)
    if (_TAIL is None and tail) or found < size or (found > size and not may_be_longer):
        raise RegionError("DataLength", "the region's data has another size than its layout")
    if 4 in known or _HAS_LOCKS:
        offset, size, _, _ = known.get(4, (1, 0, 0, 0))
        if offset % 64 or size % 64 or not 1 <= size // 64 <= 1023:
            raise RegionError("Section", "the region has no participants for its locks")


def _is_of_this_boot(file, boot_id):
    """Whether a region is of this start of the machine, or cannot be told to be older."""
    now = _text_of("/proc/sys/kernel/random/boot_id")
    if now is None or not any(boot_id) or bytes.fromhex(now.strip().replace("-", "")) == boot_id:
        return True
    # A file that lies in memory cannot be older, whatever boot id its creator's container had.
    device = os.fstat(file).st_dev
    device = f"{os.major(device)}:{os.minor(device)}"
    for mount in (_text_of("/proc/self/mountinfo") or "").splitlines():
        place, _, kind = mount.partition(" - ")
        if place.split()[2] == device:
            return kind.split()[0] in ("tmpfs", "ramfs", "hugetlbfs", "devtmpfs")
    return False


def _map(name, to_write):
    """Opens, checks and maps a region."""
    _refuse_elsewhere()
    file, file_size = _open_file(_path_of(name), to_write)
    try:
        tail, offset, total, lacks = _check(file, file_size, to_write)
        access = mmap.ACCESS_WRITE if to_write else mmap.ACCESS_READ
        mapping = mmap.mmap(file, total, access=access)
    finally:
        os.close(file)
    with memoryview(mapping) as whole, whole[:128] as head, head.cast("Q") as words:
        # The creator's last store.
        if words[15].to_bytes(8, sys.byteorder) != b"\x89READY\r\n":
            raise RegionError("NotReady", "the region's creator is still at work, or died at it")
    if lacks:
        raise RegionError(
            "NotGrown",
            "the region has room for fields of this module, but not the fields yet: let a Rust program "
            "that has them open it for writing first",
        )
    return mapping, tail, offset


# ---- schemas: whether this module can use what a region has, as docs/format.md says ----

_ENUM, _C_TEXT, _ARRAY, _SLICE, _STRUCT = 3, 5, 6, 7, 8
_HEAD = struct.Struct("<IQBBHI")

# A tag of None is a kind that a later version of the format defines; nobody knows the fingerprint of
# what is made of one. Two types of one fingerprint are the same.
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
    return RegionError("Schema", f"the region's schema is none: {why}; create the region anew")


def _root(data):
    """The type of the whole from the bytes of a schema, each type of which is made of ones before it."""
    data, types = _Bytes(data), []
    count = data.number(4)
    if len(data.data) > 1 << 24 or not 1 <= count <= 65536:
        raise _no_schema(f"it has {count} types in {len(data.data)} bytes")
    while len(types) < count:
        size = data.number(4)
        if size < 24:
            raise _no_schema(f"the record of type {len(types)} has {size} bytes")
        record = _Bytes(data.take(size - 4))
        types.append(_type(types, record))
        if record.left():
            raise _no_schema(f"type {len(types) - 1} is not what its tag says")
    if data.left():
        raise _no_schema("something is behind it")
    return types[-1]


def _type(types, record):
    """A type from its record behind the length."""
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
    """Whether the length of the whole is known at run time alone: it is a slice, or ends in one."""
    last = root.parts[-1].type if root.tag == _STRUCT and root.parts else root
    return last.tag == _SLICE


class _Comparison:
    """Two values, one of which may be longer: whether the first can be used as the second."""

    def __init__(self, longer, shorter):
        self.end = shorter.size
        # A hostile schema could ask for any number of them.
        self.steps = 1 << 18
        may_grow = not _has_slice(longer) and not _has_slice(shorter)
        self.why = "it is shorter"
        if longer.size >= shorter.size:
            self.why = self._types("", longer, shorter, 0, may_grow)

    def _types(self, path, one, other, offset, may_grow):
        """Why two types do not go together; None if they do."""
        if one.fingerprint is not None and one.fingerprint == other.fingerprint:
            return None
        self.steps -= 1
        if self.steps < 0:
            return "the layouts are made of too many types to be compared"
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
        """Fields of both are the same; what one alone has lies behind the shorter value, or takes no
        room."""
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
                return f"{_named(name)} is new there, and not behind everything else"
        missing = [part for part in others.values() if _takes_room(part.type)]
        if missing:
            return f"{_named(_join(path, missing[0].name))} is missing"
        return None if may_grow or one.size == other.size else f"{_named(path)} has another size"

    def _variants(self, path, one, other):
        """What both enums have is the same, and not both have what the other one lacks."""
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
    # As a literal: what stands in a region may not be fit to be printed.
    return repr(path) if path else "the whole"


# ---- memory: how CPython's accesses become atomic; see the start of this module ----

_SIZES = {"B": 1, "H": 2, "I": 4, "Q": 8, "b": 1, "h": 2, "i": 4, "q": 8, "f": 4, "d": 8}
_READ_ONLY = "the region is open for reading only"


class _Views(dict):
    """Views of the data by the code of their elements; none of a region that was closed."""

    def __missing__(self, code):
        raise ValueError("the region is closed")


class _Live:
    """The data of a region. `why` says why nothing is written, if nothing is."""

    __slots__ = ("views", "tail", "why")

    def __init__(self, views, tail, why):
        self.views, self.tail, self.why = views, tail, why

    @classmethod
    def over(cls, mapping, offset, tail, why):
        views = _Views()
        with memoryview(mapping) as whole:
            size = len(whole) - offset
            for code, width in _SIZES.items():
                with whole[offset : offset + size // width * width] as part:
                    views[code] = part.cast(code)
        return cls(views, tail, why)

    def because(self, why):
        """The same, but not to be written."""
        return _Live(self.views, self.tail, why)

    def close(self):
        for view in self.views.values():
            view.release()
        self.views.clear()

    def load(self, code, at):
        # One aligned move, which is an Acquire load on x86-64.
        return self.views[code][at // _SIZES[code]]

    def store(self, code, at, value):
        # One aligned move, which is a Release store on x86-64.
        self.views[code][at // _SIZES[code]] = value

    def many(self, code, at, count):
        first = at // _SIZES[code]
        return self.views[code][first : first + count].tolist()

    def bytes(self, at, size):
        return self.views["B"][at : at + size].tobytes()

    def store_bytes(self, at, data):
        self.views["B"][at : at + len(data)] = data

    def newest(self, sequence, slots, stride, count, size):
        """A copy of the newest version of a Latest; None if a writer came round to it each time.

        Bytecode is slow: between two of its reads a writer can write a hundred versions. So one call,
        which copies its parts in their order, reads the sequence, a slot, and the sequence again.
        Which slot, is known from the sequence as it was before: a version of that slot, at least as
        new, was the newest one at some time during the call."""
        whole, words = self.views["B"], self.views["Q"]
        number = whole[sequence : sequence + 8]
        for _ in range(64):
            before = words[sequence // 8]
            start = slots + before % count * stride
            copy = b"".join((number, whole[start : start + size], number))
            first = int.from_bytes(copy[:8], sys.byteorder)
            last = int.from_bytes(copy[-8:], sys.byteorder)
            # The version that the slot held when it was copied, and whether the writer may have
            # begun with the next one for it meanwhile.
            version = first - (first - before) % count
            if 0 <= last - version < count - 1:
                return copy[8:-8]
        return None


class _Copy:
    """A private copy of one version of a Latest."""

    __slots__ = ("data",)
    why = "this is a copy of one version of a Latest, which others write under its lock"
    tail = 0

    def __init__(self, data):
        self.data = data

    def load(self, code, at):
        return struct.unpack_from("=" + code, self.data, at)[0]

    def many(self, code, at, count):
        return list(struct.unpack_from(f"={count}{code}", self.data, at))

    def bytes(self, at, size):
        return self.data[at : at + size]


# ---- kinds: what a field can be ----


def _path(parent, name):
    if parent is None:
        return str(name)
    before = _path(parent._parent, parent._name)
    if isinstance(name, int):
        return f"{before}[{name}]"
    return f"{before}.{name}" if before else name


class _Kind:
    """What a field can be: `load` reads it, `encode` says what would be written, `store` writes."""

    why = None

    def prepare(self, memory, at, value, parent, name):
        """What is to be stored; nothing is, if anything of it does not fit."""
        why = memory.why or self.why
        if why:
            raise NotWritable(f"`{_path(parent, name)}`: {why}")
        try:
            return [(self, at, self.encode(value))]
        except (TypeError, ValueError, OverflowError) as error:
            raise type(error)(f"`{_path(parent, name)}`: {error}") from None

    def set(self, memory, at, value, parent, name):
        for kind, where, raw in self.prepare(memory, at, value, parent, name):
            kind.store(memory, where, raw)

    def invalid(self, parent, name, found, allowed):
        message = f"`{_path(parent, name)}` holds {found}, which is no value of it: {allowed}"
        return InvalidValue(message)


class _Int(_Kind):
    def __init__(self, name, code):
        self.name, self.code = name, code
        bits = 8 * _SIZES[code] if code else 128
        self.low = -(1 << bits - 1) if name[0] == "i" else 0
        self.high = self.low + (1 << bits) - 1

    def load(self, memory, at, parent, name):
        return memory.load(self.code, at)

    def encode(self, value):
        try:
            number = operator.index(value)
        except TypeError:
            raise TypeError(f"{value!r} is no integer, and a `{self.name}` is one") from None
        if not self.low <= number <= self.high:
            fits = f"which holds {self.low} to {self.high}"
            raise OverflowError(f"{number} does not fit a `{self.name}`, {fits}")
        return number

    def store(self, memory, at, raw):
        memory.store(self.code, at, raw)


class _Wide(_Int):
    """An integer of 16 bytes, which no processor reads in one step: of a copy, it need not."""

    why = "no processor writes 16 bytes in one step"

    def load(self, memory, at, parent, name):
        if isinstance(memory, _Live):
            raise TypeError(f"`{_path(parent, name)}`: no processor reads 16 bytes in one step")
        return int.from_bytes(memory.bytes(at, 16), sys.byteorder, signed=self.low < 0)


class _Float(_Kind):
    def __init__(self, name, code):
        self.name, self.code = name, code

    def load(self, memory, at, parent, name):
        return memory.load(self.code, at)

    def encode(self, value):
        if isinstance(value, str) or not hasattr(value, "__float__"):
            raise TypeError(f"{value!r} is no number, and a `{self.name}` is one")
        try:
            # Refuses what would become infinite.
            struct.pack("<" + self.code, float(value))
        except OverflowError:
            raise OverflowError(f"{value!r} does not fit a `{self.name}`") from None
        return float(value)

    def store(self, memory, at, raw):
        memory.store(self.code, at, raw)


class _Bool(_Kind):
    name, code = "bool", "B"

    def load(self, memory, at, parent, name):
        return memory.load("B", at) != 0

    def encode(self, value):
        if value not in (False, True):
            raise TypeError(f"{value!r} is neither True nor False")
        return int(value)

    def store(self, memory, at, raw):
        memory.store("B", at, raw)


class _Char(_Kind):
    name, code = "char", "I"

    def load(self, memory, at, parent, name):
        found = memory.load("I", at)
        if found > 0x10FFFF or 0xD800 <= found <= 0xDFFF:
            raise self.invalid(parent, name, f"{found:#x}", "0 to 0xd7ff, 0xe000 to 0x10ffff")
        return chr(found)

    def encode(self, value):
        if not isinstance(value, str) or len(value) != 1:
            raise TypeError(f"{value!r} is no string of one character")
        if 0xD800 <= ord(value) <= 0xDFFF:
            raise ValueError(f"{value!r} is half a surrogate pair")
        return ord(value)

    def store(self, memory, at, raw):
        memory.store("I", at, raw)


class _NonZero(_Kind):
    """An integer that is never 0 or, if `optional`, for which 0 means None."""

    def __init__(self, number, optional):
        self.number, self.optional = number, optional

    def load(self, memory, at, parent, name):
        found = memory.load(self.number.code, at)
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

    def store(self, memory, at, raw):
        memory.store(self.number.code, at, raw)


class _Enum(_Kind):
    def __init__(self, names, number):
        self.names, self.number = names, number

    def load(self, memory, at, parent, name):
        found = memory.load(self.number.code, at)
        try:
            return self.names(found)
        except ValueError:
            raise self.invalid(parent, name, found, self.allowed()) from None

    def allowed(self):
        return ", ".join(f"{int(one)} ({one.name})" for one in self.names)

    def encode(self, value):
        try:
            return int(self.names(operator.index(value)))
        except (TypeError, ValueError):
            raise ValueError(f"{value!r} is no variant; allowed: {self.allowed()}") from None

    def store(self, memory, at, raw):
        memory.store(self.number.code, at, raw)


class _Ordered(_Kind):
    """A number in a fixed byte order, aligned: read and written as one word."""

    def __init__(self, number, order):
        self.number, self.form = number, order + number.code
        self.word = {1: "B", 2: "H", 4: "I", 8: "Q"}[_SIZES[number.code]]

    def load(self, memory, at, parent, name):
        word = memory.load(self.word, at)
        return struct.unpack(self.form, struct.pack("=" + self.word, word))[0]

    def encode(self, value):
        data = struct.pack(self.form, self.number.encode(value))
        return struct.unpack("=" + self.word, data)[0]

    def store(self, memory, at, raw):
        memory.store(self.word, at, raw)


class _Packed(_Kind):
    """A number in a fixed byte order at any address: bytes, which may be of different writes."""

    def __init__(self, number, order):
        self.number, self.form = number, order + (number.code or "")
        self.order = "big" if order == ">" else "little"
        self.size = _SIZES[number.code] if number.code else 16

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
    """Text up to a NUL or the end, byte by byte; bytes that are no UTF-8 become surrogates, as Python
    has them in file names, and are written back as they were."""

    def __init__(self, capacity):
        self.capacity = capacity

    def load(self, memory, at, parent, name):
        data = memory.bytes(at, self.capacity)
        return data.partition(b"\0")[0].decode("utf-8", "surrogateescape")

    def encode(self, value):
        if not isinstance(value, str):
            raise TypeError(f"{value!r} is no text")
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
    """As many bytes as a number before them says; of text, UTF-8."""

    why = "its length and its bytes must agree: it is written by those who hold its lock"

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
            raise self.invalid(parent, name, repr(data), str(error)) from None


class _Event(_Kind):
    """How often was notified, modulo 2^31."""

    why = "to notify is an addition in one step, which Python has not"

    def load(self, memory, at, parent, name):
        # The lowest bit says that somebody sleeps.
        return memory.load("I", at) >> 1


class _Once(_Kind):
    """Whether it is done."""

    why = "it is done under its lock, which this module does not take"

    def __init__(self, done):
        self.done = done

    def load(self, memory, at, parent, name):
        return memory.load("I", at + self.done) == 0x454E4F44


_U8, _U16, _U32, _U64 = (_Int(f"u{8 << n}", "BHIQ"[n]) for n in range(4))
_I8, _I16, _I32, _I64 = (_Int(f"i{8 << n}", "bhiq"[n]) for n in range(4))
_U128, _I128 = _Wide("u128", None), _Wide("i128", None)
_F32, _F64 = _Float("f32", "f"), _Float("f64", "d")
_BOOL, _CHAR, _EVENT = _Bool(), _Char(), _Event()


# ---- what is made of parts ----


class _Struct(_Kind):
    why = "a struct is written field by field"

    def __init__(self, record):
        self.record = record

    def load(self, memory, at, parent, name):
        return self.record(memory, at, parent, name)


class _ArrayOf(_Kind):
    def __init__(self, kind, count, stride):
        self.kind, self.count, self.stride = kind, count, stride

    def length(self, memory):
        return self.count

    def load(self, memory, at, parent, name):
        return _Array(self, memory, at, parent, name)

    def prepare(self, memory, at, value, parent, name):
        return self.load(memory, at, parent, name)._prepare(slice(None), value)


class _Tail(_ArrayOf):
    """An array of a length that the region has."""

    def __init__(self, kind, stride):
        super().__init__(kind, None, stride)

    def length(self, memory):
        return memory.tail


class _Latest(_Kind):
    why = (
        "a Latest is written under its lock, which this module does not take: write it from Rust, or "
        "with `shm set`"
    )

    def __init__(self, sequence, slots, stride, count, size, kind):
        self.sequence, self.slots, self.stride = sequence, slots, stride
        self.count, self.size, self.kind = count, size, kind

    def load(self, memory, at, parent, name):
        ring = (at + self.sequence, at + self.slots, self.stride, self.count, self.size)
        copy = memory.newest(*ring)
        if copy is None:
            path = _path(parent, name)
            raise Contended(f"`{path}`: versions are written faster than one can be copied")
        return self.kind.load(_Copy(copy), 0, parent, name)

    def number(self, memory, at):
        return memory.load("Q", at + self.sequence)


class _Watched(_Kind):
    why = "who writes a Watched wakes those who wait for it, which this module does not do"

    def __init__(self, start, kind):
        self.start, self.kind = start, kind

    def load(self, memory, at, parent, name):
        memory = memory if memory.why else memory.because(self.why)
        return self.kind.load(memory, at + self.start, parent, name)

    def number(self, memory, at):
        return memory.load("I", at) >> 1


class _Mutex(_Kind):
    why = "it is behind a Mutex, which this module does not lock"

    def __init__(self, start, kind):
        self.start, self.kind = start, kind

    def load(self, memory, at, parent, name):
        return Guarded(self, memory, at, parent, name)


class Guarded:
    """What a Mutex guards. This module takes no locks: `unlocked()` reads it without, field by field,
    so that a change that somebody is making may be seen half done."""

    __slots__ = ("_kind", "_memory", "_at", "_parent", "_name")

    def __init__(self, kind, memory, at, parent, name):
        for slot, value in zip(self.__slots__, (kind, memory, at, parent, name)):
            object.__setattr__(self, slot, value)

    def unlocked(self):
        kind = self._kind
        memory = self._memory.because(kind.why)
        return kind.kind.load(memory, self._at + kind.start, self._parent, self._name)

    def _refusal(self):
        path = _path(self._parent, self._name)
        return f"`{path}`: {_Mutex.why}; read it as it stands, without the lock, by `.unlocked()`"

    def __getattr__(self, name):
        raise AttributeError(self._refusal())

    def __getitem__(self, name):
        raise TypeError(self._refusal())

    def __setattr__(self, name, value):
        raise NotWritable(self._refusal())

    def __repr__(self):
        return f"<a Mutex: unlocked() reads {self.unlocked()!r}>"


class _Array:
    """An array, in place: indexes, slices, iteration."""

    __slots__ = ("_of", "_memory", "_at", "_parent", "_name")
    __hash__ = None

    def __init__(self, of, memory, at, parent, name):
        self._of, self._memory, self._at = of, memory, at
        self._parent, self._name = parent, name

    def __len__(self):
        return self._of.length(self._memory)

    def _where(self, index):
        count = len(self)
        place = operator.index(index)
        place += count if place < 0 else 0
        if not 0 <= place < count:
            path = _path(self._parent, self._name)
            raise IndexError(f"`{path}` has {count} elements, no [{index}]")
        return place

    def _load(self, index):
        return self._of.kind.load(self._memory, self._at + index * self._of.stride, self, index)

    def __getitem__(self, index):
        if not isinstance(index, slice):
            return self._load(self._where(index))
        places = range(*index.indices(len(self)))
        kind = self._of.kind
        if places.step == 1 and type(kind) in (_Int, _Float):
            at = self._at + places.start * self._of.stride
            return self._memory.many(kind.code, at, len(places))
        return [self._load(place) for place in places]

    def __setitem__(self, index, value):
        for kind, at, raw in self._prepare(index, value):
            kind.store(self._memory, at, raw)

    def _prepare(self, index, value):
        kind, stride = self._of.kind, self._of.stride
        if not isinstance(index, slice):
            place = self._where(index)
            return kind.prepare(self._memory, self._at + place * stride, value, self, place)
        places, values = range(*index.indices(len(self))), list(value)
        if len(places) != len(values):
            path = _path(self._parent, self._name)
            raise ValueError(f"`{path}`: {len(values)} values for {len(places)} elements")
        stores = []
        for place, one in zip(places, values):
            stores += kind.prepare(self._memory, self._at + place * stride, one, self, place)
        return stores

    def __iter__(self):
        return (self._load(index) for index in range(len(self)))

    def __eq__(self, other):
        if not isinstance(other, (list, tuple, _Array)):
            return NotImplemented
        return list(self) == list(other)

    def __repr__(self):
        shown = [repr(self._load(index)) for index in range(min(len(self), 8))]
        return f"[{', '.join(shown)}{', ..' if len(self) > 8 else ''}]"


class _Field:
    """A field by its name. `version` and `changes` take the record that has it."""

    def __init__(self, name, offset, kind, doc):
        self.name, self.offset, self.kind, self.__doc__ = name, offset, kind, doc

    def __get__(self, record, owner=None):
        if record is None:
            return self
        return self.kind.load(record._memory, record._at + self.offset, record, self.name)

    def __set__(self, record, value):
        self.kind.set(record._memory, record._at + self.offset, value, record, self.name)

    def _number(self, record, kind):
        if not isinstance(self.kind, kind):
            raise TypeError(f"`{self.name}` is no {kind.__name__[1:]}")
        return self.kind.number(record._memory, record._at + self.offset)

    def version(self, record):
        """The number of the newest version of a Latest: `Station.pose.version(station)`."""
        return self._number(record, _Latest)

    def changes(self, record):
        """How often a Watched was set: `Station.mode.changes(station)`."""
        return self._number(record, _Watched)


class _Record:
    """A struct, in place: its fields are attributes, and items by their names in Rust."""

    __slots__ = ("_memory", "_at", "_parent", "_name")
    _fields = {}

    def __init_subclass__(cls):
        cls._fields = {field.name: field for field in vars(cls).values() if isinstance(field, _Field)}

    def __init__(self, memory, at, parent, name):
        self._memory, self._at, self._parent, self._name = memory, at, parent, name

    def _field(self, name):
        try:
            return self._fields[name]
        except KeyError:
            names = ", ".join(self._fields)
            raise KeyError(f"{type(self).__name__} has no field `{name}`; it has {names}") from None

    def __getitem__(self, name):
        return self._field(name).__get__(self)

    def __setitem__(self, name, value):
        self._field(name).__set__(self, value)

    def __iter__(self):
        return iter(self._fields)

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
    __slots__ = ("_mapping",)

    @classmethod
    def open(cls, name):
        """Opens a region for reading and writing. A plain name means a file in /dev/shm, anything with
        a slash is a path."""
        return cls._open(name, True)

    @classmethod
    def open_read_only(cls, name):
        """Opens a region for reading; it is mapped so that nothing can write to it from here."""
        return cls._open(name, False)

    @classmethod
    def _open(cls, name, to_write):
        mapping, tail, offset = _map(name, to_write)
        region = cls(_Live.over(mapping, offset, tail, None if to_write else _READ_ONLY), 0, None, "")
        region._mapping = mapping
        return region

    def close(self):
        """Unmaps the region; nothing of it can be used any more."""
        self._memory.close()
        self._mapping.close()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


# ---- the layout ----


class Mode(enum.IntEnum):
    """What the station is doing."""

    Idle = 0
    Measuring = 1
    Failed = 2


class Pose(_Record):
    """Where a robot is."""

    __slots__ = ()
    x = _Field("x", 0, _F64, "f64, m")
    y = _Field("y", 8, _F64, "f64, m")
    heading = _Field("heading", 16, _F32, "f32, rad: Clockwise from north.")


class Account(_Record):
    """What belongs together."""

    __slots__ = ()
    balance = _Field("balance", 0, _I64, "i64")
    bookings = _Field("bookings", 8, _U64, "u64")


class Station(_Region):
    """One weather station."""

    __slots__ = ()
    temperature = _Field("temperature", 0, _F64, "f64, °C: In the shade.")
    hits = _Field("hits", 8, _U64, "u64")
    samples = _Field("samples", 16, _ArrayOf(_U32, 16, 4), "[u32; 16]")
    mode = _Field("mode", 80, _Enum(Mode, _U8), "Mode")
    pose = _Field("pose", 128, _Latest(0, 64, 64, 4, 24, _Struct(Pose)), "Latest<Pose>")
    label = _Field("label", 448, _Latest(0, 64, 64, 4, 36, _Counted(True, 4, 32)), "Latest<Text<32>>")
    account = _Field("account", 768, _Mutex(8, _Struct(Account)), "Mutex<Account>")
