"""The recipe `python/examples/notebook.py` runs as it stands."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import unittest

NOTEBOOK = pathlib.Path(__file__).resolve().parents[2] / "examples" / "notebook.py"


class Recipes(unittest.TestCase):
    def test_a_notebook_follows_a_plant_to_its_end(self) -> None:
        ran = subprocess.run([sys.executable, str(NOTEBOOK)], capture_output=True, text=True, timeout=120)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertIn("500 steps, at last 25.0", ran.stdout)


if __name__ == "__main__":
    unittest.main()
