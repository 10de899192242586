"""Regions of other hosts as regions here: :func:`shm.follow`."""

from __future__ import annotations

import json
import os
import time
from typing import Any

from . import _classes, _shm
from ._child import Child, security
from ._declared import layout as _layout
from ._errors import Error, SystemError, TimedOut
from ._failures import failure


class Following:
    """A region of another host that is followed here, by a program that ends with this process or with :meth:`close`.

    Its mirror is a region: any program opens it, read-only. It stays when the following ends, and grows old.
    """

    def __init__(
        self, endpoint: str, region: str, name: str, options: list[str], timeout: float
    ) -> None:
        self.endpoint = endpoint
        self.region = region
        #: The name of the mirror, or its path.
        self.name = name
        self._child = Child("follow", *options, "--json", "--as", name, "--", endpoint, region)
        try:
            self._wait(time.monotonic() + timeout, timeout)
        except BaseException:
            self._child.close()
            raise
        _followed.add(self)

    def _wait(self, deadline: float, timeout: float) -> None:
        """Waits until everything has arrived."""
        last: Error | None = None
        while True:
            try:
                line = self._child.line(deadline)
            except EOFError as ended:
                raise SystemError(f"`shm-mirror follow` has ended: {str(ended).removeprefix('error: ')}") from None
            if line is None:
                text = f"{self.region} of {self.endpoint} has not arrived within {timeout} s"
                raise TimedOut(text if last is None else f"{text}: {last}") from None
            said = json.loads(line)
            if "following" in said:
                return
            last = failure(said["error"])
            # What may heal is tried again, until the time is over.
            if said["error"]["kind"] != "unreachable":
                raise last

    def open(self, layout: Any = None, /) -> Any:
        """The view of the mirror: it can be read, and is as old as :meth:`mirror` says."""
        region = _shm.open(self.name, True, None, None if layout is None else _layout(layout))
        return _classes.root(region, layout)

    def mirror(self) -> _shm.Mirror:
        """Of which region the mirror is one, and how current it is."""
        found = _shm.open(self.name, True).mirror()
        assert found is not None
        return found

    def is_running(self) -> bool:
        """Whether the program that follows it runs; if it was killed, the mirror's age tells as well."""
        return self._child.is_running()

    def close(self) -> None:
        """Ends following. The mirror stays, and grows old; ``shm.unlink`` removes it."""
        _followed.discard(self)
        self._child.close()

    def __enter__(self) -> Following:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<shm.Following: {self.region} of {self.endpoint} as {self.name}>"


#: What is followed until it is closed, also if nothing refers to it.
_followed: set[Following] = set()

Following.__module__ = "shm"


def follow(
    endpoint: str,
    region: str,
    /,
    *,
    as_: str | os.PathLike[str] | None = None,
    authority: str | os.PathLike[str] | None = None,
    certificate: str | os.PathLike[str] | None = None,
    key: str | os.PathLike[str] | None = None,
    insecure: bool = False,
    max_size: int | None = None,
    timeout: float = 10.0,
) -> Following:
    """Follows a region of another host: here it is a region of the same name, or that of ``as_``, which is read as any other.

    ``endpoint`` is where it is served, such as ``"tls/alpha:7447"``, with the three files for TLS; beyond this host, one
    without encryption has to be asked for with ``insecure``. Returns once everything has arrived, or raises
    :class:`TimedOut` after ``timeout`` seconds. A mirror takes at most ``max_size`` MiB, 64 if that is not given.

    ``with shm.follow("tls/alpha:7447", "station", ...) as following: station = following.open()``
    """
    options = security(authority, certificate, key, insecure)
    if max_size is not None:
        options += ["--max-size", str(max_size)]
    name = region if as_ is None else os.fspath(as_)
    return Following(endpoint, region, name, options, timeout)
