"""The machine code of the library: an attribute is read by one load of the field's own width."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import unittest

import shm

#: The functions that read a number, in the order of no one's choice: each loads once, by one of these.
LOADS = {
    # The instruction, the register it loads into, and the bytes that it reads.
    r"movz?[sz]?b\w?\s+(\(%rdi\)),": 1,
    r"mov[sz]w\w\s+(\(%rdi\)),": 2,
    r"movslq\s+(\(%rdi\)),|mov\s+(\(%rdi\)),%e": 4,
    r"mov(q|sd)?\s+(\(%rdi\)),%(r|xmm)": 8,
}

#: How many kinds of numbers are read by how many bytes: `u8` and `i8`; `u16`, `i16`; `u32`, `i32`; `u64`, `i64`, `f64`.
EXPECTED = {1: 2, 2: 2, 4: 2, 8: 3}


def functions() -> dict[str, list[str]]:
    """The instructions of each function that reads a number for an attribute, by address."""
    text = subprocess.run(
        ["objdump", "--disassemble", "--demangle", "--no-show-raw-insn", shm._shm.__file__],
        capture_output=True, text=True, check=True, timeout=300,
    ).stdout
    found: dict[str, list[str]] = {}
    name = None
    for line in text.splitlines():
        if match := re.match(r"([0-9a-f]+) <(.*)>:$", line):
            # `reader` is the function that has them inside.
            name = match[1] if re.search(r"live::number::reader::.*read", match[2]) else None
        elif name and (match := re.match(r"\s+[0-9a-f]+:\s+(.*)", line)):
            found.setdefault(name, []).append(match[1].strip())
    return found


def optimized() -> bool:
    """Whether this is the library of a wheel: a build for tests has other code."""
    return bool(re.search(r"site-packages|dist-packages", shm._shm.__file__))


@unittest.skipUnless(platform.machine() == "x86_64", "knows the instructions of x86-64")
@unittest.skipUnless(shutil.which("objdump"), "needs objdump (Debian's package binutils)")
@unittest.skipUnless(optimized(), "needs a release build: .ci/python tests the wheel")
class Machine(unittest.TestCase):
    def test_an_attribute_that_is_a_number_is_read_by_one_load_of_its_width(self) -> None:
        widths: dict[int, int] = {}
        for instructions in functions().values():
            touching = [text for text in instructions if "(" in text and not text.startswith(("lea", "nop"))]
            loads = [text for text in touching if "(%rdi)" in text]
            with self.subTest(code=instructions):
                self.assertEqual(len(loads), 1, "loads of the field")
                # Besides, there is only the call of CPython, through the table of imports.
                others = [text for text in touching if text not in loads and not re.match(r"(jmp|call)\s+\*", text)]
                self.assertEqual(others, [])
                self.assertFalse([text for text in instructions if text.startswith(("lock", "xchg", "mfence"))])
            for pattern, width in LOADS.items():
                if re.match(pattern, loads[0]):
                    widths[width] = widths.get(width, 0) + 1
                    break
            else:
                self.fail(f"`{loads[0]}` is not a load that this test knows")
        self.assertEqual(widths, EXPECTED)


if __name__ == "__main__":
    unittest.main()
