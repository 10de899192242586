"""Reads a board with maps."""

import copy
import sys

import board

what, name = sys.argv[1:]


def refused(kind, action):
    try:
        action()
    except kind as error:
        return str(error)
    raise AssertionError("not refused")


def read(region):
    by_id = region.by_id
    assert by_id[7].x == 7.0 and by_id[99].y == -2.5 and len(by_id) == 99
    assert 7 in by_id and 13 not in by_id and 1000 not in by_id
    assert sorted(by_id) == [id for id in range(100) if id != 13]
    assert {id: pose.x for id, pose in by_id.items()} == {id: id for id in range(100) if id != 13}
    assert by_id.get(13) is None and by_id.get(7).x == 7.0
    assert refused(KeyError, lambda: by_id[13]) == "13"
    assert "`by_id`" in refused(OverflowError, lambda: by_id[-1])
    assert "`by_id`" in refused(TypeError, lambda: by_id["x"])
    notes = region.notes
    assert notes == {"Ada": "will be late", "": "", "north gate": "x" * 9000}
    assert notes["Ada"] == "will be late" and notes[""] == "" and len(notes) == 3
    assert "Ada" in repr(notes) and "will be late" in repr(notes)
    assert region.small[-5] is board.Mode.Failed
    assert list(region.modes[board.Mode.Measuring]) == [board.Mode.Idle, board.Mode.Failed]
    assert list(region.floats[-1.5]) == [0.5, 1.5]
    assert region.flags[True] == "ß" and region.letters["ß"] is True
    assert dict(region.labels) == {"north": "grün"} and region.names["key"] == "value"
    assert region.big[0x01020304] == 9 and list(region.big) == [0x01020304]
    assert region.wide[1 << 100] == 3 << 90
    point = region.points[{"x": -1, "y": 2}]
    assert (point.x, point.y) == (3, 4) and region.points[-1, 2] == point
    assert region.points[list(region.points)[0]] == point
    assert region.lists[[1, 2, 3]] == 6 and region.lists[()] == 7
    assert sorted(region.lists) == [(), (1, 2, 3)]
    assert list(region.pairs[-1, 2]) == [1, 2, 3] and list(region.pairs) == [(-1, 2)]
    assert [len(box) for box in region.boxes] == [0, 0, 1] and region.boxes[2][7] == 49
    assert region.guarded.unlocked().letters[1] == "dear"
    assert len(region.empty) == 0 and list(region.empty) == [] and 0 not in region.empty
    for action in (
        lambda: setattr(region, "notes", {}),
        lambda: region.notes.__setitem__("Ada", "x"),
        lambda: region.notes.__delitem__("Ada"),
    ):
        message = refused(board.NotWritable, action)
        assert "shm unset" in message or "for reading only" in message, message
    desk = copy.copy(region.guarded.unlocked())
    assert "copy" in refused(TypeError, lambda: desk.letters[1])


def race(region):
    racing = region.racing
    seen = rounds = 0
    while rounds < 400 or not seen:
        rounds += 1
        for key in range(4):
            try:
                value = racing[key]
            except board.Contended:
                continue
            assert len(value) >= 30 and set(value) == {str(key)}, (key, value)
        try:
            items = racing.items()
        except board.Contended:
            continue
        every = dict(items)
        assert len(every) == len(items), "a key is there once"
        for key, value in items:
            assert value and value == str(key) * (len(value) // len(str(key))), (key, value)
        assert all(key in every for key in range(4)), sorted(every)
        seen += 1


def look(region):
    maps = "by_id notes small modes floats flags letters labels names big wide points lists pairs empty racing"
    for each in [getattr(region, name) for name in maps.split()] + list(region.boxes):
        for action in (
            lambda: len(each),
            lambda: repr(each),
            lambda: repr(each.items()),
            lambda: each.get(7) if each._kind.key.kind is board._U64 else None,
        ):
            try:
                action()
            except (ValueError, RuntimeError):
                pass
    for key in ("Ada", "", "north gate", "none"):
        try:
            region.notes.get(key)
        except (ValueError, RuntimeError):
            pass


for method in (board.Board.open_read_only, board.Board.open):
    with method(name) as region:
        {"read": read, "race": race, "look": look}[what](region)
