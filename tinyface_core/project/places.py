"""Paths and URLs of pictures as they are stored in a project; names need not be UTF-8."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from tinyface_core.media.fetching import is_url

NAME = "CAST(? AS TEXT)"
"""SQL parameter for a text given as bytes (`name_bytes`): file names need not be valid UTF-8."""


@lru_cache(maxsize=2**14)  # asked of each of many faces
def in_project(source: str) -> bool:
    """Whether a picture can be part of a project: only absolute paths and URLs can."""
    return Path(source).is_absolute() or is_url(source)


def place_of(source: str, folder: Path) -> tuple[bytes, bytes]:
    """A picture's path relative to a folder, and its absolute path, as values for `NAME`."""
    return name_bytes(_relative(source, folder)), name_bytes(source)


def name_bytes(name: str) -> bytes:
    """A file name as a value for `NAME`."""
    return name.encode("utf-8", "surrogateescape")


def text_of(value: bytes) -> str:
    """The inverse of `name_bytes`."""
    return value.decode("utf-8", "surrogateescape")


def _relative(source: str, folder: Path) -> str:
    if is_url(source):
        return source
    beside, name = os.path.split(source)
    try:
        return f"{_relative_folder(beside, folder)}{name}"
    except ValueError:  # another drive
        return Path(source).as_posix()


@lru_cache(maxsize=1024)
def _relative_folder(place: str, folder: Path) -> str:
    # A folder may have thousands of pictures.
    relative = Path(os.path.relpath(place or os.curdir, folder)).as_posix()
    return "" if relative == "." else f"{relative}/"
