"""As opening.c."""

import sys

from station import RegionError, Station


def options(arguments):
    chosen, rest = {}, iter(arguments)
    for word in rest:
        if word == "reboot":
            chosen["after_reboot"] = True
        elif word == "owner":
            chosen["allow_owner"] = int(next(rest))
    return chosen


def answer(station, name, verb):
    if verb in ("open", "read"):
        if station is not None:
            station.close()
        method = Station.open if verb == "open" else Station.open_read_only
        try:
            return method(name, **options(sys.argv[2:])), "ok"
        except RegionError as error:
            assert len(str(error)) > 5
            return None, error.reason
        except OSError:
            return None, "System"
    if verb == "current":
        return station, "yes" if station.is_current() else "no"
    assert verb == "hits"
    station.hits += 1
    return station, station.hits


station = None
for line in sys.stdin:
    station, word = answer(station, sys.argv[1], line.strip())
    print(word, flush=True)
