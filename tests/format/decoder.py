"""Decodes a region by docs/format.md alone: every offset, size and number comes from its tables.

usage: decoder.py FORMAT.MD REGION            names, types, offsets and doc comments of the region
       decoder.py FORMAT.MD REGION --bytes    every byte of it but padding, with its meaning
"""
import json, re, sys

# The items that something new starts with.
STARTS = ("kind", "types", "length", "entries", "data")
WIDTH = {"u8": 1, "u16": 2, "u32": 4, "u64": 8}


def tables(text):
    """Every table of the document: (heading above it, title of its first column) -> its rows."""
    found, heading, rows = {}, "", None
    for line in text.splitlines():
        if line.startswith("#"):
            heading = line.strip("# ")
        if not line.startswith("|"):
            rows = None
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if rows is None:
            rows = found[heading, cells[0]] = []
        elif not set(cells[0]) <= set("-: "):
            rows.append(cells)
    return found


def fnv1a(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


class Reader:
    """Takes items off a stretch of the file and remembers what each was."""

    def __init__(self, data, start, end, seen):
        self.data, self.at, self.end, self.seen = data, start, end, seen

    def take(self, size, label):
        assert self.at + size <= self.end, f"{label} does not fit"
        taken = self.data[self.at : self.at + size]
        self.seen.append((self.at, taken, label))
        self.at += size
        return taken

    def item(self, kind, label):
        if kind in ("name", "text"):
            size = self.item("u16" if kind == "name" else "u32", f"length of the {label}")
            taken = self.take(size, label)
            if taken:
                self.seen[-1] += (taken.decode(),)
            return taken.decode()
        if kind == "names":
            return [self.item("name", label) for _ in range(self.item("u16", f"number of {label}"))]
        if kind.startswith("[u8;"):
            return self.take(int(kind[4:-1]), label)
        return int.from_bytes(self.take(WIDTH[kind], label), "little")

    def struct(self, rows):
        """The fields of a table with offsets; checks that they follow each other."""
        start, values = self.at, {}
        for offset, kind, name, *_ in rows:
            assert self.at - start == int(offset), f"{name} is not where the table says"
            values[name] = self.item(kind, name)
        return values

    def parts(self, grammar):
        """`u32 element, u64 len`, as the payload column gives it."""
        return {name: self.item(kind, name) for kind, name in re.findall(r"(\w+) (\w+)", grammar)}


def decode(doc, data):
    """The preamble, the sections, the types and the annotations of a region."""
    seen, section = [], {}
    preamble = Reader(data, 0, 128, seen).struct(doc["Preamble", "Offset"])
    covered = bytearray(data[:128])
    for offset, kind, name, *_ in doc["Preamble", "Offset"]:
        if name in ("header_checksum", "ready"):
            covered[int(offset) : int(offset) + WIDTH[kind]] = bytes(WIDTH[kind])
    assert fnv1a(covered) == preamble["header_checksum"], "header checksum"
    kinds = {int(code): name for code, name, *_ in doc["Directory", "Kind"]}
    flags = {name: int(bit) for bit, name, _ in doc["Directory", "Flag"]}
    end = 128 + preamble["section_entry_size"] * preamble["section_count"]
    assert fnv1a(data[128:end]) == preamble["directory_checksum"], "directory checksum"
    for start in range(128, end, preamble["section_entry_size"]):
        entry = Reader(data, start, end, seen).struct(doc["Directory", "Offset"])
        start, stop = entry["offset"], entry["offset"] + entry["len"]
        section[kinds[entry["kind"]]] = Reader(data, start, stop, seen)
        if entry["flags"] & flags["checksummed"]:
            assert fnv1a(data[start:stop]) == entry["checksum"], "section checksum"
    if heap := section.get("heap"):
        head = heap.struct(doc["Heap", "Offset"])
        assert head["still"] == 0, "still"
    if mirror := section.get("mirror"):
        mirror.struct(doc["Mirror", "Offset"])
    types = read_types(doc, section["schema"])
    assert types[-1]["fingerprint"] == preamble["fingerprint"], "fingerprint"
    notes = section["annotations"]
    if grown := read_growth(doc, section.get("growth")):
        types, notes = read_types(doc, grown[0]), grown[1]
    notes = [read_notes(doc, notes) for _ in range(notes.item("u32", "entries"))]
    return preamble, section, types, notes, seen


def read_growth(doc, section):
    """The schema and the annotations of the slot that counts, if there is one."""
    slots = []
    half = (section.end - section.at) // 2 if section else 0
    for start in (section.at, section.at + half) if section else ():
        slot, seen = section.data[start : start + half], []
        reader = Reader(slot, 0, half, seen)
        head = reader.struct(doc["Growth", "Offset"])
        schema = Reader(slot, reader.at, reader.at + head["schema_len"], seen)
        notes = Reader(slot, schema.end, schema.end + head["annotations_len"], seen)
        covered = bytearray(slot[: notes.end])
        [offset] = [int(row[0]) for row in doc["Growth", "Offset"] if row[2] == "slot_checksum"]
        covered[offset : offset + 8] = bytes(8)
        if head["sequence"] and notes.end <= half and fnv1a(covered) == head["slot_checksum"]:
            slots.append((head["sequence"], schema, notes))
    return max(reversed(slots), key=lambda slot: slot[0])[1:] if slots else None


def read_types(doc, schema):
    types = [read_type(doc, schema) for _ in range(schema.item("u32", "types"))]
    for ty in types:
        ty["fingerprint"] = fingerprint(doc, ty, types)
    return types


def read_type(doc, reader):
    ty = reader.struct(doc["Schema", "Offset"])
    payload = {int(row[0]): row for row in doc["Schema", "Tag"]}[ty["tag"]]
    ty["kind"], grammar = payload[1], payload[4]
    ty["parts"] = [reader.parts(grammar) for _ in range(ty["count"] if "repeated" in grammar else 1)]
    return ty


def fingerprint(doc, ty, types):
    """The record again, without its length, each type as its fingerprint."""
    record = b""
    for _, kind, name, _ in doc["Schema", "Offset"][1:]:
        record += ty[name].to_bytes(WIDTH[kind], "little")
    grammar = {int(row[0]): row[4] for row in doc["Schema", "Tag"]}[ty["tag"]]
    for part in ty["parts"]:
        for kind, name in re.findall(r"(\w+) (\w+)", grammar):
            if name in ("element", "type"):
                record += types[part[name]]["fingerprint"].to_bytes(8, "little")
            elif kind == "name":
                text = part[name].encode()
                record += len(text).to_bytes(2, "little") + text
            else:
                record += part[name].to_bytes(WIDTH[kind], "little")
    return fnv1a(record)


def read_notes(doc, reader):
    *whole, (repeated, _), (guards, _), (flags, _) = doc["Annotations", "Part"]
    start, entry = reader.at, reader.parts(", ".join(part for part, _ in whole))
    entry["parts"] = [reader.parts(repeated) for _ in range(entry["count"])]
    has_guards = reader.at < start + entry["length"]
    for part in entry["parts"]:
        part.update(reader.parts(guards) if has_guards else {"guard": ""})
    has_flags = reader.at < start + entry["length"]
    for part in entry["parts"]:
        part.update(reader.parts(flags) if has_flags else {"flags": 0})
    assert reader.at == start + entry["length"], "length of the entry"
    return entry


def show(doc, types, notes, path, offset, note):
    """One line per type and field, depth first."""
    ty = types[notes[note]["type"]]
    scalars = {int(code): name for code, name, _ in doc["Schema", "Code"]}
    roles = {int(code): name for code, name, *_ in doc["Participants", "Role"]}
    detail = (roles if ty["kind"] == "struct" else scalars).get(ty["detail"], "-")
    facts = [ty["kind"], detail, str(ty["flags"])]
    if ty["kind"] == "enum":
        facts += [f"{part['name']}={part['value']}" for part in ty["parts"]]
    facts += [str(part[key]) for part in ty["parts"] for key in ("capacity", "len") if key in part]
    text = lambda value: json.dumps(value, ensure_ascii=False)
    print(path or ".", offset, ty["size"], ty["align"], *facts, text(notes[note]["name"]), text(notes[note]["doc"]))
    for part, about in zip(ty["parts"], notes[note]["parts"]):
        inner = f"{path}[]" if "element" in part else f"{path}.{part['name']}"
        if "element" not in part:
            print(" ", text(about["doc"]), text(about["unit"]), text(about["aliases"]), text(about["guard"]), about["flags"])
        show(doc, types, notes, inner, offset + part.get("offset", 0), about["entry"])


def show_bytes(data, seen):
    end = 0
    for at, taken, *label in sorted(seen, key=lambda item: item[0]):
        if label[0] in STARTS:
            print()
        if at > end:
            print(f"{end:5}  {'..':48} padding")
        for start in range(0, len(taken), 16):
            line = f"{at + start:5}  {taken[start:start + 16].hex(' '):48} {' '.join(label)}"
            print(line.rstrip())
            label = [""]
        end = at + len(taken)


def main(doc, region, *options):
    doc, data = tables(open(doc, encoding="utf-8").read()), open(region, "rb").read()
    preamble, section, types, notes, seen = decode(doc, data)
    value = section["data"]
    if options:
        value.take(value.end - value.at, "data")
        return show_bytes(data, seen)
    for name in ("byte_order", "pointer_width", "tail_len", "creator_pid", "total_size"):
        print(name, preamble[name])
    print("fingerprint", f"{preamble['fingerprint']:#018x}")
    print("data", value.at, value.end - value.at)
    print("sections", *sorted(section))
    show(doc, types, notes, "", 0, len(notes) - 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
