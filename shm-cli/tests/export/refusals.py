"""Prints the verdicts of the exported checks; as refusals.c."""

import os
import sys
import tempfile

from station import RegionError, Station


def word(name, method):
    try:
        method(name).close()
        return "ok"
    except RegionError as error:
        assert len(str(error)) > 5
        return error.reason
    except OSError:
        return "System"


def check_images(path, size, method):
    with open(path, "rb") as images, tempfile.NamedTemporaryFile() as file:
        file.truncate(size)
        while True:
            image = images.read(size)
            if len(image) < size:
                break
            os.pwrite(file.fileno(), image, 0)
            print(word(file.name, method))


if sys.argv[1].startswith("check"):
    method = Station.open if sys.argv[1] == "check" else Station.open_read_only
    check_images(sys.argv[2], int(sys.argv[3]), method)
else:
    for name in sys.argv[2:]:
        words = {word(name, Station.open), word(name, Station.open_read_only)}
        print(words.pop() if len(words) == 1 else "differs")
