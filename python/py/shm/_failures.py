"""Errors that ``shm-mirror`` reports to programs, ``{"kind": .., "message": .., "help": ..}``, as exceptions."""

from __future__ import annotations

from typing import Any

from ._errors import (
    Busy, DoesNotFit, Error, InvalidRequest, LayoutDiffers, OutcomeUnknown, OwnerDied, PermissionDenied,
    SystemError, Unreachable,
)

_CLASSES: dict[str, type[Error]] = {
    "unreachable": Unreachable,
    "outcome_unknown": OutcomeUnknown,
    "not_allowed": PermissionDenied,
    "busy": Busy,
    "layout_differs": LayoutDiffers,
    "owner_died": OwnerDied,
    "invalid": DoesNotFit,
    "too_large": InvalidRequest,
    "insecure": InvalidRequest,
}


def failure(reported: dict[str, Any]) -> Error:
    """The exception for an error."""
    error = _CLASSES.get(str(reported.get("kind")), SystemError)(str(reported.get("message")))
    if help_ := reported.get("help"):
        error.add_note(f"help: {help_}")
    return error
