"""The tutorial, `docs/python.md`: every block runs, and prints what the page says."""

from __future__ import annotations

import contextlib
import doctest
import pathlib
import re
import unittest

import shm

PAGE = pathlib.Path(__file__).resolve().parents[3] / "docs" / "python.md"


class Tutorial(unittest.TestCase):
    def setUp(self) -> None:
        self.remove()
        self.addCleanup(self.remove)

    def remove(self) -> None:
        for name in ("python-tutorial", "python-log", "python-plant", "python-new"):
            with contextlib.suppress(shm.NotFound):
                shm.unlink(name)

    def test_every_block_of_the_tutorial_prints_what_the_page_says(self) -> None:
        page = PAGE.read_text()
        blocks = re.findall(r"^```pycon\n(.*?)^```$", page, re.M | re.S)
        self.assertGreater(len(blocks), 12)
        # A module of its own, as annotations are looked up in the module of their class.
        test = doctest.DocTestParser().get_doctest("\n".join(blocks), {"__name__": "__main__"}, "python.md", str(PAGE), 0)
        report: list[str] = []
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
        runner.run(test, out=report.append)
        self.assertEqual(runner.failures, 0, "".join(report))
        self.assertGreater(runner.tries, 120)


if __name__ == "__main__":
    unittest.main()
