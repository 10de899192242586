"""Reads the golden region with maps: tests/golden/make.rs."""

import sys

from directory import Directory, Mode

with Directory.open_read_only(sys.argv[1]) as region:
    expected = {"": 27, "Ada": 36, "Cid": 22, "Dan": 23, "Fay": 25, "größer als Kurt": 26}
    assert region.ages == expected and len(region.ages) == 6
    assert region.ages["größer als Kurt"] == 26 and "Bob" not in region.ages
    pose = region.by_id[1 << 40]
    assert pose.x == 7.0 and pose.mode is Mode.Busy and [list(row) for row in pose.path] == [[1, 2], [3, 4], [5, 6]]
    assert region.by_mode[Mode.Lost] == "search " * 100
    assert list(region.lists["odd"]) == [1, -3, 5]
    assert len(region.empty) == 0
