"""Where icons, the style sheet and translations lie."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).resolve().parent.parent / "resources"


def resource(*parts: str) -> Path:
    """Path of a file that comes with the program, e.g. `resource("icons", "open.svg")`."""
    return _FOLDER.joinpath(*parts)
