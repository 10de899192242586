"""Regions in notebooks: tables as ``shm show`` draws them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from . import _classes, _shm

#: The most elements of an array that are shown.
_ELEMENTS = 16
_HEAD = ("offset", "type", "name", "value", "notes")


def html(view: Any) -> str:
    """A view, or a place: of the whole region with a header, of a part its fields alone."""
    try:
        region = _shm.region_of(view)
        path = _classes.place(view, "").path
    except TypeError:
        return _copy(view)
    kind, doc = region.described
    title = _title(region, kind, doc) if not path else f"<code>{escape(path)}</code>"
    rows = [
        (str(offset), type_, "\u2003" * depth + name, f"{value} {unit}".rstrip(), notes)
        for offset, type_, depth, name, value, unit, notes in region.rows(path)
    ]
    return _table(title, _HEAD, rows)


def _title(region: _shm.Region, kind: str, doc: str) -> str:
    name = "a region without a name" if region.path is None else str(region.path).removeprefix("/dev/shm/")
    number = region.fingerprint()
    facts = [f"{region.size:,} bytes"]
    if number is not None:
        facts.append(f"fingerprint {number:#018x}")
    if region.closed:
        facts.append("closed here")
    elif region.read_only:
        facts.append("opened for reading only")
    head = f"<b>{escape(name)}</b> <code>{escape(kind)}</code> {escape(doc.partition(chr(10))[0])}"
    return f"{head}<br>{escape(', '.join(facts))}"


def _copy(view: Any) -> str:
    """A copy, as `Latest.load` gives it: it is not in a region."""
    facts = _classes.info(type(view))
    rows = []
    for name, shown in zip(_classes.names(type(view)), _classes.shown(view)):
        doc, unit, _ = facts.notes[name]
        rows.append((name, f"{shown.partition('=')[2]} {unit}".rstrip(), doc))
    return _table(f"<code>{escape(type(view).__name__)}</code>, a copy", ("name", "value", "notes"), rows)


def array(view: Any) -> str:
    """The elements of an array, or the first of them."""
    elements = [view[index] for index in range(min(len(view), _ELEMENTS))]
    if elements and isinstance(elements[0], _classes.Struct):
        names = _classes.names(type(elements[0]))
        head: tuple[str, ...] = ("", *names)
        rows: Sequence[tuple[str, ...]] = [
            (str(index), *(shown.partition("=")[2] for shown in _classes.shown(element)))
            for index, element in enumerate(elements)
        ]
    else:
        head = ("", "value")
        rows = [(str(index), repr(element)) for index, element in enumerate(elements)]
    more = len(view) - len(elements)
    title = f"{len(view):,} elements" + (f", of which {more:,} are not shown" if more else "")
    return _table(title, head, rows)


def _table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table; the title is HTML, all else is text."""
    style = ' style="text-align: left; white-space: pre-wrap"'
    heads = "".join(f"<th{style}>{escape(cell)}</th>" for cell in head)
    body = "".join(
        "<tr>" + "".join(f"<td{style}>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><caption{style}>{title}</caption><tr>{heads}</tr>{body}</table>"
