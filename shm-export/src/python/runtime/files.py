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
