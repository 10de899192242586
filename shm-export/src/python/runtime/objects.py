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
    if not is_inside or offset % align or offset % 8 or max(schema_size, notes_size) > @MAX_SCHEMA_LEN@:
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
