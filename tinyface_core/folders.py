"""The user's folders: weights, training runs, unnamed projects; and paths as typed by the user."""

from __future__ import annotations

import os
from pathlib import Path

HOME_VARIABLE = "TINYFACE_HOME"
"""An environment variable that puts them all elsewhere, for a portable copy of the program or a test."""


def user_folder(name: str) -> Path:
    """The folder `name` among the user's files; it need not exist yet."""
    home = os.environ.get(HOME_VARIABLE)
    if home:
        return Path(home) / name
    from platformdirs import user_data_path

    return user_data_path("tiny-face-inspector", appauthor=False) / name


def typed_path(text: str) -> Path:
    """A path that somebody typed: ~ is a home; where nobody's home is called so, it is a name like others."""
    return Path(os.path.expanduser(text))  # noqa: PTH111, that of a Path raises an error
