"""Regions in notebooks."""

from __future__ import annotations

from html import escape
from typing import Any

from . import _classes


def html(view: Any) -> str:
    """A table of the fields of a view: name, value, unit and documentation."""
    facts = _classes.info(type(view))
    rows = []
    for name, shown in zip(_classes.names(type(view)), _classes.shown(view)):
        doc, unit = facts.notes[name]
        value = shown.partition("=")[2]
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in (name, value, unit, doc))
        rows.append(f"<tr>{cells}</tr>")
    head = "".join(f"<th>{cell}</th>" for cell in ("field", "value", "unit", ""))
    name = escape(type(view).__name__)
    return f"<table><caption>{name}</caption><tr>{head}</tr>{''.join(rows)}</table>"
