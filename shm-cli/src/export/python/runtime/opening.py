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
