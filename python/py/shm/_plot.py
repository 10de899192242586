"""Charts of readings, with matplotlib if it is there."""

from __future__ import annotations

import datetime
import importlib
import os
from collections.abc import Iterable, Mapping
from typing import Any

from . import _classes
from ._recordings import recorded


def plot(source: Any, paths: tuple[str, ...], axes: Any) -> Any:
    """Draws the readings into the axes, or into new ones."""
    try:
        pyplot: Any = importlib.import_module("matplotlib.pyplot")
    except ImportError as error:
        raise ImportError("`shm.plot` draws with matplotlib, which is not here: `pip install matplotlib`") from error
    times, series = readings(source, paths)
    if axes is None:
        axes = pyplot.subplots()[1]
    for name, values in series.items():
        points = [(time, value) for time, value in zip(times, values) if value is not None]
        if points:
            # A step, as a value holds until the next reading.
            axes.step(*zip(*points), where="post", label=name or None)
    if any(series):
        axes.legend()
    if times and isinstance(times[0], datetime.datetime):
        axes.figure.autofmt_xdate()
    return axes


def readings(source: Any, paths: tuple[str, ...]) -> tuple[list[Any], dict[str, list[Any]]]:
    """The times of the readings, and for each path its values; ``None`` where a reading does not have it."""
    if isinstance(source, (str, os.PathLike)):
        rows = recorded(source)
    else:
        rows = [_row(index, item) for index, item in enumerate(_elements(source))]
    times = [time for time, _ in rows]
    flat = [_flat(value) for _, value in rows]
    names = list(paths) or list(dict.fromkeys(name for values in flat for name in values))
    series = {name: [values.get(name) for values in flat] for name in names}
    if missing := [name for name, values in series.items() if all(value is None for value in values)]:
        known = ", ".join(f"`{name}`" for name in dict.fromkeys(name for values in flat for name in values))
        raise ValueError(f"no reading has a number at `{missing[0]}`; they have {known or 'no numbers'}")
    return times, series


def _elements(source: Any) -> Iterable[Any]:
    if isinstance(source, Mapping):
        raise TypeError("`shm.plot` takes a sequence of readings, or the file of a recording, not a dict")
    return [source[index] for index in range(len(source))] if hasattr(source, "__getitem__") else list(source)


def _row(index: int, item: Any) -> tuple[Any, Any]:
    """A reading: a pair of a time and a value, or a value alone, whose time is its position."""
    if isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], (int, float, datetime.datetime)):
        return item[0], _classes.plain(item[1])
    return index, _classes.plain(item)


def _flat(value: Any, path: str = "") -> dict[str, float]:
    """The numbers in a value, by their paths."""
    if isinstance(value, Mapping):
        dot = "." if path else ""
        parts = [_flat(part, f"{path}{dot}{name}") for name, part in value.items()]
        return {name: number for part in parts for name, number in part.items()}
    if isinstance(value, (list, tuple)):
        parts = [_flat(part, f"{path}[{index}]") for index, part in enumerate(value)]
        return {name: number for part in parts for name, number in part.items()}
    if isinstance(value, (int, float)):
        return {path: value}
    if isinstance(value, str) and value not in ("NaN", "inf", "-inf"):
        return {}
    try:
        return {path: float(value)}
    except (TypeError, ValueError):
        return {}
