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
    if len(data.data) > @MAX_SCHEMA_LEN@ or not 1 <= count <= @MAX_TYPES@:
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
    if not 1 <= align <= @MAX_ALIGN@ or align & (align - 1):
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
        if len(name) > @MAX_NAME_LEN@:
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
    if types[index].depth >= @MAX_DEPTH@:
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
