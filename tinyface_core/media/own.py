"""Recognises pictures that this program wrote, so that searching a folder again leaves them out."""

from __future__ import annotations

from pathlib import Path

from tinyface_core.files import check_regular
from tinyface_core.types import UserError

ANNOTATED, SHEET = "-faces.jpg", "-comparison.png"
"""What the names of annotated pictures and of comparison sheets end with."""

MARK = "Written by Tiny Face Inspector"
"""Stands in their metadata."""

_HEAD = 4096


def is_own(path: str) -> bool:
    """Whether a file is one of these; only where its name says so it is opened, to look for the mark."""
    if not path.endswith((ANNOTATED, SHEET)):
        return False
    try:
        check_regular(Path(path))
        with Path(path).open("rb") as file:
            return MARK.encode() in file.read(_HEAD)
    except (OSError, UserError):
        return False
