"""Reads a board whose values have parts of any length."""

import copy
import sys

import board

what, name = sys.argv[1:]


def read_job(job, number):
    assert job.id == number and job.done
    assert job.title == "paint the north gate, grün" and job.author is None
    assert list(job.tags) == [3, 5, 8] and list(job.modes) == [board.Mode.Failed, board.Mode.Idle]
    assert len(job.poses) == 2 and job.poses[1].x == 2.0 and job.poses[0].y == -2.5
    assert len(job.steps) == 2 and job.steps[0].urgent and job.steps[0].label == "s"
    assert list(job.steps[0].command) == ["cp", "-r", "s" * 1000]
    assert len(job.steps[1].command) == 0
    assert [list(row) for row in job.ends.notes] == [["a", ""], ["bc", "def"]] and job.ends.number == 99
    assert list(job.wide) == [1 << 100]
    assert [[list(one) for one in pair] for pair in job.pairs] == [[[1, 2], []], [[], [3]]]


def read(region):
    job = region.current
    read_job(job, 7)
    assert job == region.current and copy.copy(job) == job and "title='paint" in repr(job)
    assert region.history[0] is None and region.history[1].author == "Ada" and region.history[1].poses is None
    try:
        job.title = "other"
    except TypeError as error:
        assert "copy" in str(error), error
    else:
        raise AssertionError("written")
    read_job(region.by_id[13], 130)
    assert 20 not in region.by_id and len(region.by_id) == 20
    for number, one in region.by_id.items():
        read_job(one, number * 10)
    assert region.by_name["first"].command[2] == "w" * 1000
    # Keys with parts of any length are written as Rust does.
    assert region.by_key[(1, ["a", "bc"])] == 10 and region.by_key[{"number": 1, "names": ["ab", "c"]}] == 20
    assert (1, ["abc"]) not in region.by_key and (1, []) not in region.by_key
    for key in region.by_key:
        assert region.by_key[key] == (10 if key.names[0] == "a" else 20)
    assert sum(dict(region.by_key).values()) == 30


def check_marked(job):
    letter = chr(ord("a") + job.id % 26)
    assert job.title == letter * (job.id % 97), job
    assert job.author == (None if job.id % 3 == 0 else letter * (job.id % 5)), job
    assert list(job.tags) == [job.id % 2**16] * (job.id % 700), job
    assert [list(step.command) for step in job.steps] == [[letter * 3] * 2] * (job.id % 4), job


def race(region):
    seen = listed = turn = 0
    # The writer may be stopped while the place is empty.
    while turn < 4000 or seen < 100 or listed < 100:
        turn += 1
        try:
            job = region.racing
            if job is not None:
                check_marked(job)
                seen += 1
            job = region.racing_by_id[turn % 5]
            assert job.id % 5 == turn % 5
            check_marked(job)
            listed += 1
        except board.Contended:
            pass


def look(region):
    def tried(read):
        try:
            repr(read())
        except (ValueError, RuntimeError, KeyError):
            pass

    places = ["current", "racing", "by_id", "by_name", "by_key", "racing_by_id"]
    for place in places:
        tried(lambda: getattr(region, place))
    for index in range(3):
        tried(lambda: region.history[index])
    for key in range(20):
        tried(lambda: region.by_id[key])


def whole(region):
    assert region.current.title == "nowhere else"


def refused(region):
    try:
        region.current
    except board.InvalidValue as error:
        assert "current." in str(error), error
    else:
        raise AssertionError("read")


with board.Board.open_read_only(name) as region:
    {"read": read, "race": race, "look": look, "whole": whole, "refused": refused}[what](region)
