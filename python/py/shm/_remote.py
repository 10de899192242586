"""Regions of other hosts, read and written where they are: :func:`shm.remote`."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from typing import Any

from . import _classes
from ._child import Child, ForkLock, security
from ._errors import DoesNotFit, Error, NoField, NotSupported, OutcomeUnknown, SystemError
from ._failures import failure


class Remote:
    """A connection to another host, whose regions are read and written by commands: a message and its answer each.

    It may be used by several threads, and by forked processes, which get a connection of their own. A server that is started
    again is found by itself.
    """

    def __init__(self, endpoint: str, options: list[str]) -> None:
        self.endpoint = endpoint
        self._options = options
        self._child: Child | None = None
        self._pid = os.getpid()
        self._lock = ForkLock()
        self._is_closed = False

    def region(self, name: str, /) -> RemoteView:
        """A region there: fields are attributes. :class:`Unreachable` if no answer comes."""
        self.request(name, {"get": []})
        return RemoteView(_Region(self, name), "")

    def request(self, region: str, what: dict[str, Any]) -> Any:
        """Sends a command, and returns its result."""
        line = json.dumps({"region": region, **what}).encode()
        changes = "get" not in what
        with self._lock:
            for attempt in range(2):
                answer = self._ask(line, region, changes, is_last=attempt == 1)
                if answer is not None:
                    break
        if "error" in answer:
            raise failure(answer["error"])
        return answer["ok"]

    def _ask(self, line: bytes, region: str, changes: bool, is_last: bool) -> Any:
        """The answer to a request; ``None`` if the program has ended, and it may be sent again."""
        child = self._running()
        try:
            child.send(line)
            said = child.line()
        except (BrokenPipeError, EOFError) as ended:
            self._child = None
            text = child.said().removeprefix("error: ")
            child.close()
            # A line that was not taken was not carried out either.
            if not is_last and (isinstance(ended, BrokenPipeError) or not changes):
                return None
            if text or not changes:
                raise SystemError(f"`shm-mirror remote` has ended: {text or 'it was killed'}") from None
            raise OutcomeUnknown(
                f"`shm-mirror remote` was ended before the answer of {region} came: whether the command was executed is not "
                "known"
            ) from None
        except BaseException:
            # Ctrl-C: the next answer would be that to this request.
            self._child = None
            child.close()
            raise
        assert said is not None
        return json.loads(said)

    def _running(self) -> Child:
        if self._is_closed:
            raise NotSupported(f"the connection to {self.endpoint} was closed")
        if self._pid != os.getpid():
            self._child, self._pid = None, os.getpid()
        if self._child is None or not self._child.is_running():
            if self._child is not None:
                self._child.close()
            self._child = Child("remote", *self._options, "--stdio", "--", self.endpoint)
        return self._child

    def close(self) -> None:
        """Ends the connection."""
        with self._lock:
            self._is_closed = True
            if self._child is not None and self._pid == os.getpid():
                self._child.close()
            self._child = None

    def __del__(self) -> None:
        if getattr(self, "_child", None) is not None:
            self.close()

    def __enter__(self) -> Remote:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def __reduce__(self) -> Any:
        return Remote, (self.endpoint, self._options)

    def __repr__(self) -> str:
        return f"<shm.Remote: {self.endpoint}>"


Remote.__module__ = "shm"


class _Region:
    """A region of another host, and which of its paths are known to lead to more than one value."""

    def __init__(self, remote: Remote, name: str) -> None:
        self.remote = remote
        self.name = name
        self.inner: set[str] = set()

    def __reduce__(self) -> Any:
        return _Region, (self.remote, self.name)

    def get(self, path: str) -> Any:
        [value] = self.remote.request(self.name, {"get": [path]})
        return value

    def set(self, values: dict[str, Any]) -> None:
        try:
            self.remote.request(self.name, {"set": {path: _json(value) for path, value in values.items()}})
        except DoesNotFit as error:
            raise self._told_apart(error, list(values)) from None

    def add(self, path: str, value: int) -> Any:
        try:
            [before] = self.remote.request(self.name, {"add": {path: _json(value)}})
        except DoesNotFit as error:
            raise self._told_apart(error, [path]) from None
        return before

    def _told_apart(self, error: Error, paths: list[str]) -> Error:
        """The origin refused paths with values: a path that cannot be read either leads nowhere."""
        for path in paths:
            try:
                self.get(path)
            except DoesNotFit as missing:
                return _no_field(missing)
        return error


def _no_field(error: Error) -> NoField:
    found = NoField(*error.args)
    for note in getattr(error, "__notes__", []):
        found.add_note(note)
    return found


def _json(value: Any) -> Any:
    """A value as the program reads it, by the type of the field."""
    if isinstance(value, RemoteView):
        return value._shm_region.get(value._shm_path)
    value = _classes.plain(value)
    if isinstance(value, float) and not math.isfinite(value):
        return {math.inf: "inf", -math.inf: "-inf"}.get(value, "NaN")
    if isinstance(value, bytes | bytearray | memoryview):
        return list(bytes(value))
    if isinstance(value, dict):
        return {str(name): _json(part) for name, part in value.items()}
    if isinstance(value, list | tuple | range):
        return [_json(part) for part in value]
    if not isinstance(value, str | int | float | bool | None) and hasattr(value, "tolist"):
        return _json(value.tolist())
    return value


class RemoteView:
    """A struct or an array of another host, of which each access is a command.

    Its attributes are the fields; those that hold more than one value are views again. ``shm.to_dict`` reads it whole, by one
    command, and ``shm.update`` writes several fields, all or none. Text, bytes and numbers that no JSON has are as ``shm get
    --json`` prints them.
    """

    __slots__ = ("_shm_path", "_shm_region")

    _shm_region: _Region
    _shm_path: str

    def __init__(self, region: _Region, path: str) -> None:
        object.__setattr__(self, "_shm_region", region)
        object.__setattr__(self, "_shm_path", path)

    def __reduce__(self) -> Any:
        return RemoteView, (self._shm_region, self._shm_path)

    def __getattr__(self, name: str) -> Any:
        # What Python and notebooks ask every object for is no question to another host.
        if (name.startswith("__") and name.endswith("__")) or name.startswith(("_repr_", "_ipython_")):
            raise AttributeError(name)
        try:
            return _found(self._shm_region, _below(self._shm_path, name))
        except DoesNotFit as error:
            raise _no_field(error) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self._shm_region.set({_below(self._shm_path, name): value})

    def __getitem__(self, key: Any) -> Any:
        path = self._shm_path + _bracket(key, self)
        if isinstance(key, slice):
            return self._shm_region.get(path)
        try:
            return _found(self._shm_region, path)
        except DoesNotFit as error:
            if isinstance(key, int):
                raise IndexError(*error.args) from None
            raise KeyError(*error.args) from None

    def __setitem__(self, key: Any, value: Any) -> None:
        self._shm_region.set({self._shm_path + _bracket(key, self): value})

    def __dir__(self) -> list[str]:
        value = self._plain()
        return list(value) if isinstance(value, dict) else []

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        import numpy

        return numpy.asarray(self._plain(), dtype)

    def __len__(self) -> int:
        return len(self._shm_region.get(self._shm_path))

    def __iter__(self) -> Iterator[Any]:
        return iter(self._shm_region.get(self._shm_path))

    def __eq__(self, other: object) -> bool:
        other = other._shm_region.get(other._shm_path) if isinstance(other, RemoteView) else other
        return bool(self._shm_region.get(self._shm_path) == other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        region = self._shm_region
        place = f"{region.remote.endpoint}/{region.name}" + (f" {self._shm_path}" if self._shm_path else "")
        return f"<{place}: {region.get(self._shm_path)!r}>"

    def _plain(self) -> Any:
        return self._shm_region.get(self._shm_path)


def _found(region: _Region, path: str) -> Any:
    """The value at a path, or a view if there are several in it."""
    if path in region.inner:
        return RemoteView(region, path)
    value = region.get(path)
    if isinstance(value, dict | list):
        region.inner.add(path)
        return RemoteView(region, path)
    return value


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _bracket(key: Any, view: RemoteView) -> str:
    """An index, a range or a key, as in a path."""
    if isinstance(key, bool) or not isinstance(key, slice | int | str):
        raise TypeError(f"an index, a range or a key is an int, a slice or a str, not `{type(key).__name__}`")
    if isinstance(key, str):
        return f"[{json.dumps(key, ensure_ascii=False)}]"
    if isinstance(key, int):
        return f"[{key if key >= 0 else key + len(view)}]"
    if key.step not in (None, 1):
        raise NotSupported("a range of another host's array has steps of 1")
    start, stop, _ = key.indices(len(view)) if (key.start or 0) < 0 or (key.stop or 0) < 0 else (key.start, key.stop, 1)
    return f"[{'' if start is None else start}..{'' if stop is None else stop}]"


class RemotePlace:
    """A value by its path, as :func:`shm.field` gives it."""

    def __init__(self, region: _Region, path: str) -> None:
        self._region = region
        self.path = path

    def get(self) -> Any:
        return self._region.get(self.path)

    def set(self, value: Any) -> None:
        self._region.set({self.path: value})

    def add(self, value: int) -> Any:
        """Adds in one step, which counts once; returns the number before."""
        return self._region.add(self.path, value)


def place(view: RemoteView, path: str) -> RemotePlace:
    """The place of a path below a view."""
    above = view._shm_path
    joined = above + path if not above or not path or path.startswith("[") else f"{above}.{path}"
    return RemotePlace(view._shm_region, joined)


def add(view: RemoteView, name: str, value: int) -> Any:
    """Adds to a field."""
    return view._shm_region.add(_below(view._shm_path, name), value)


def update(view: RemoteView, values: dict[str, Any]) -> None:
    """Assigns to several fields by one command: all or none."""
    view._shm_region.set({_below(view._shm_path, name): value for name, value in values.items()})


def remote(
    endpoint: str,
    /,
    *,
    authority: str | os.PathLike[str] | None = None,
    certificate: str | os.PathLike[str] | None = None,
    key: str | os.PathLike[str] | None = None,
    insecure: bool = False,
) -> Remote:
    """Connects to another host, such as ``"tls/alpha:7447"``, to read and write its regions there.

    ``station = shm.remote("tls/alpha:7447", ...).region("station")``; then ``station.temperature = 21.5``, ``shm.add(station,
    hits=1)``, ``shm.update(station, ...)``, ``shm.field(station, "poses[3].x")``. Each is a message and its answer, where a
    read of a region that is followed (:func:`shm.follow`) is a load from memory.
    """
    return Remote(endpoint, security(authority, certificate, key, insecure))
