"""Where the files that come with the program lie: `resources` and `weights`."""

from __future__ import annotations

from pathlib import Path

_ABOVE = Path(__file__).resolve().parents[1]
_INSTALLED = _ABOVE / "tiny_face_inspector"

FOLDER = _INSTALLED if (_INSTALLED / "resources").is_dir() else _ABOVE
"""Folder that contains `resources` and `weights`: the top of the repository, or the installed package."""


def resource(*parts: str) -> Path:
    """Path of a file that comes with the program, e.g. `resource("icons", "open.svg")`."""
    return FOLDER.joinpath("resources", *parts)
