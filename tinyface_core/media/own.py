"""Recognises pictures written by this program, so that searching a folder again skips them."""

from __future__ import annotations

from pathlib import Path

from tinyface_core.files import check_regular
from tinyface_core.types import UserError

ANNOTATED, SHEET = "-faces.jpg", "-comparison.png"
"""Endings of the names of annotated pictures and comparison sheets."""

MARK = "Written by Tiny Face Inspector"
"""Text in their metadata."""

_HEAD = 4096


def is_own(path: str) -> bool:
    """Whether a file is one of these, by its name and the mark in its metadata."""
    if not path.endswith((ANNOTATED, SHEET)):
        return False
    try:
        check_regular(Path(path))
        with Path(path).open("rb") as file:
            return MARK.encode() in file.read(_HEAD)
    except (OSError, UserError):
        return False
