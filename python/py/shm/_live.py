"""The live types of a region: what a field of each role is in Python."""

from __future__ import annotations

from typing import Any

from . import _shm


def _latest(value: Any, offset: int, place: _shm.Place) -> Any:
    return _shm.Latest(place, value)


def _mutex(value: Any, offset: int, place: _shm.Place) -> Any:
    return _shm.Mutex(place, value, offset)


def _watched(value: Any, offset: int, place: _shm.Place) -> Any:
    return _shm.Watched(place, value, offset)


def _event(value: Any, offset: int, place: _shm.Place) -> Any:
    return _shm.Event(place)


def _queue(value: Any, offset: int, place: _shm.Place) -> Any:
    return _shm.Queue(place)


def _ring(value: Any, offset: int, place: _shm.Place) -> Any:
    return _shm.Ring(place)


def _map(value: Any, offset: int, place: _shm.Place) -> Any:
    return _shm.Map(place)


def _rwlock(value: Any, offset: int, place: _shm.Place) -> Any:
    return _shm.RwLock(place, value, offset)


def _semaphore(value: Any, offset: int, place: _shm.Place) -> Any:
    return _shm.Semaphore(place)


def _barrier(value: Any, offset: int, place: _shm.Place) -> Any:
    return _shm.Barrier(place)


def _once(value: Any, offset: int, place: _shm.Place) -> Any:
    return _shm.Once(place)


def _per_process(value: Any, offset: int, place: _shm.Place) -> Any:
    return _shm.PerProcess(place, value)


#: What makes the object of a live type of each role. The others are reached by path.
MAKERS: dict[str, Any] = {
    "Latest": _latest,
    "Mutex": _mutex,
    "RwLock": _rwlock,
    "Semaphore": _semaphore,
    "Barrier": _barrier,
    "Once": _once,
    "PerProcess": _per_process,
    "Watched": _watched,
    "Event": _event,
    "Queue": _queue,
    "Ring": _ring,
    "Map": _map,
}

#: What to do instead of an assignment.
ADVICE: dict[str, str] = {
    "Latest": "use its `store`",
    "Mutex": "which is taken for that: `with .. as value`",
    "RwLock": "which is taken for that: `with ...write() as value`",
    "Semaphore": "use its `acquire`",
    "Barrier": "use its `join`",
    "Once": "use its `call`",
    "PerProcess": "use its `claim`",
    "Watched": "use its `set`",
    "Event": "use its `notify`",
    "Queue": "use its `push`",
    "Ring": "use its `push`",
    "Map": "assign to its entries, or use `shm.update`",
}
