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
    if found.count > @MAX_SECTIONS@ or 128 + found.entry_size * found.count > found.total:
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
    if 1 not in known or 3 not in known or known[3][0] % @CACHE_LINE@:
        raise RegionError("Section", "the region has no schema, or no data at its place")
    known[0] = max(spans)
    return known, newer


def _schema(file, section):
    """The schema that the region was created with."""
    offset, size, flags, checksum = section
    if size > @MAX_SCHEMA_LEN@:
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
    if size % 16 or not 64 <= size <= @MAX_GROWTH_LEN@:
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
        if offset % 4096 or size % 4096 or not 8192 <= size <= @MAX_HEAP_LEN@ or not is_last or 4 not in known:
            raise RegionError("Section", "the region has values of any length, but no valid heap")
    if 4 in known or _HAS_LOCKS:
        offset, size, _, _ = known.get(4, (1, 0, 0, 0))
        if offset % @CACHE_LINE@ or size % 64 or not 1 <= size // 64 <= @MAX_PARTICIPANTS@:
            raise RegionError("Section", "the region has locks, but no valid table of participants")
