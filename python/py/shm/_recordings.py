"""Readings from the files that ``shm record`` and ``shm watch --json`` write."""

from __future__ import annotations

import csv
import datetime
import importlib
import json
import os
import struct
import warnings
from collections.abc import Iterator
from typing import Any, BinaryIO

#: A time, and values by their names.
Row = tuple[datetime.datetime, dict[str, Any]]

_MAGIC = b"\x89MCAP"


def recorded(path: str | os.PathLike[str]) -> list[Row]:
    """The readings in a file: an MCAP file, a table of CSV, or lines of JSON. Its first bytes say which."""
    name = os.fspath(path)
    with open(path, "rb") as file:
        start = file.read(5)
        file.seek(0)
        if start == _MAGIC:
            return _messages(name, file)
        lines = (line.decode("utf-8") for line in file)
        return list(_table(name, lines) if start == b"time," else _lines(name, lines))


def _lines(name: str, lines: Iterator[str]) -> Iterator[Row]:
    """In each line the time, and the values that have changed."""
    values: dict[str, Any] = {}
    for number, line in enumerate(lines, 1):
        try:
            found = json.loads(line)
            if "values" in found:
                values = {**values, **found["values"]}
                yield datetime.datetime.fromisoformat(found["time"]), values
        except (ValueError, TypeError, KeyError) as error:
            text = f"{name}:{number} is not a line of `shm record --format jsonl` or `shm watch --json`: {error}"
            raise ValueError(text) from None


def _table(name: str, lines: Iterator[str]) -> Iterator[Row]:
    """In each line the time and a value for each column."""
    rows = csv.reader(lines)
    columns = next(rows)[1:]
    for cells in rows:
        try:
            time, *texts = cells
            values = {column: _number(text) for column, text in zip(columns, texts, strict=True)}
            yield datetime.datetime.fromisoformat(time), values
        except ValueError as error:
            raise ValueError(f"{name}:{rows.line_num} is not a line of `shm record --format csv`: {error}") from None


def _number(text: str) -> float | str | None:
    """What a cell holds; nothing, if the reading has no such value."""
    try:
        return float(text)
    except ValueError:
        return text or None


def _messages(name: str, file: BinaryIO) -> list[Row]:
    """The JSON messages of an MCAP file, in the order of their times. By topic, if there are several topics."""
    try:
        reader: Any = importlib.import_module("mcap.reader")
        broken: Any = importlib.import_module("mcap.exceptions").McapError
    except ImportError as error:
        text = f"{name} is an MCAP file, which the package `mcap` reads, and that is not here: `pip install mcap`"
        raise ImportError(text) from error
    found: list[tuple[int, str, dict[str, Any]]] = []
    others: set[str] = set()
    try:
        for _, channel, message in reader.NonSeekingReader(file).iter_messages(log_time_order=False):
            if channel.message_encoding != "json":
                others.add(f"`{channel.topic}` in `{channel.message_encoding}`")
                continue
            value = json.loads(message.data)
            values = value if isinstance(value, dict) else {"value": value}
            found.append((message.log_time, channel.topic, values))
    # Of a record that is cut, the package reports whatever it was about to unpack.
    except (broken, struct.error) as error:
        if not found:
            raise ValueError(f"{name} cannot be read as an MCAP file: {error or type(error).__name__}") from error
        warnings.warn(f"{name} has no end: its writer was killed, or is at work; this is what it has", stacklevel=5)
    if others and not found:
        raise ValueError(f"{name} has no JSON messages, as `shm record` writes them; it has {', '.join(sorted(others))}")
    if others:
        warnings.warn(f"{name}: messages that are not JSON are left out: {', '.join(sorted(others))}", stacklevel=5)
    several = len({topic for _, topic, _ in found}) > 1
    return [
        (_time(time), {topic: values} if several else values)
        for time, topic, values in sorted(found, key=lambda message: message[0])
    ]


def _time(nanoseconds: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(0, datetime.timezone.utc) + datetime.timedelta(microseconds=nanoseconds / 1000)
