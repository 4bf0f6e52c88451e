"""The user's folders: weights, training runs, unnamed projects; and paths as typed by the user."""

from __future__ import annotations

import os
from pathlib import Path

HOME_VARIABLE = "TINYFACE_HOME"
"""Environment variable with another place for all of them, for a portable copy of the program or a test."""


def user_folder(name: str) -> Path:
    """Path of the user's folder `name`; it may not exist yet."""
    home = os.environ.get(HOME_VARIABLE)
    if home:
        return Path(home) / name
    from platformdirs import user_data_path

    return user_data_path("tiny-face-inspector", appauthor=False) / name


def typed_path(text: str) -> Path:
    """A path typed by the user, with ~ expanded; ~name of an unknown user stays as it is."""
    return Path(os.path.expanduser(text))  # noqa: PTH111, Path.expanduser would raise an error for an unknown user
