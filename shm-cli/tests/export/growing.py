"""As growing.c."""

import sys

from station import InvalidValue, RegionError, Station


def reopen(station):
    if station is not None:
        station.close()
    try:
        return Station.open(sys.argv[1]), "ok"
    except RegionError as error:
        return None, error.reason


def answer(station, verb, number):
    if verb == "add":
        station.hits += number
        return station.hits
    if verb == "mode":
        try:
            return station.mode.name
        except InvalidValue:
            return "invalid"
    assert verb == "humidity"
    before, station.humidity = station.humidity, number
    return int(before)


station = None
for line in sys.stdin:
    verb, _, number = line.strip().partition(" ")
    if verb == "open":
        station, word = reopen(station)
        print(word, flush=True)
    else:
        print(answer(station, verb, int(number or 0)), flush=True)
