"""Reads a board whose places own values in the heap."""

import copy
import sys

import board

what, name = sys.argv[1:]


def read(region):
    assert region.title == "north gate, " * 700
    assert list(region.samples) == [0.5, 1.5, -2.0] and region.samples[1] == 1.5
    assert list(region.modes) == [board.Mode.Failed, board.Mode.Idle]
    assert len(region.poses) == 2 and region.poses[1].x == 2.0 and region.pose.y == -2.5
    assert [list(row) for row in region.rows] == [[1, 2, 3], [4, 5, 6]]
    assert region.number == 2.5 and region.label == "grün"
    assert [note.text for note in region.notes] == ["", "a note", ""]
    assert region.guarded.unlocked().text == "guarded"
    for attribute in ("title", "samples", "pose"):
        try:
            setattr(region, attribute, None)
        except TypeError as error:
            assert "shm set" in str(error) or "read" in str(error), error
        else:
            raise AssertionError("written")
    note = copy.copy(region.notes[1])
    assert note.number == 0
    try:
        note.text
    except TypeError as error:
        assert "copy" in str(error), error
    else:
        raise AssertionError("a copy has no heap")


def race(region):
    seen = rounds = 0
    # The writer may be stopped while the place is empty.
    while rounds < 20000 or seen < 100:
        rounds += 1
        try:
            text = region.racing
        except board.Contended:
            continue
        assert len(set(text)) <= 1, text[:100]
        if text:
            assert len(text) % 4 == "abcd".index(text[0]), (text[0], len(text))
            seen += 1


def look(region):
    places = ["title", "samples", "modes", "poses", "rows", "pose", "number", "label", "racing"]
    for place in places:
        try:
            value = getattr(region, place)
            value if isinstance(value, (str, float, type(None))) else repr(value)
        except (ValueError, RuntimeError):
            pass
    for note in region.notes:
        try:
            note.text
        except (ValueError, RuntimeError):
            pass


if what == "refused":
    try:
        board.Board.open_read_only(name)
    except board.RegionError as error:
        assert error.reason == "Section", error.reason
    else:
        raise AssertionError("opened")
else:
    for method in (board.Board.open_read_only, board.Board.open):
        with method(name) as region:
            {"read": read, "race": race, "look": look}[what](region)
