"""Paths and URLs of pictures as they are stored in a project; names need not be UTF-8."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from tinyface_core.media.fetching import is_url

NAME = "CAST(? AS TEXT)"
"""Takes the bytes of a text, mostly a file name, which need not be UTF-8, and keeps them as they are."""


def in_project(source: str) -> bool:
    """Whether a picture can be part of a project: it must be a file, or a URL."""
    return Path(source).is_absolute() or is_url(source)


def place_of(source: str, folder: Path) -> tuple[bytes, bytes]:
    """A picture's path from a folder and by itself, as `NAME` takes them."""
    return name_bytes(_relative(source, folder)), name_bytes(source)


def name_bytes(name: str) -> bytes:
    """A file name, which need not be UTF-8, as `NAME` takes it."""
    return name.encode("utf-8", "surrogateescape")


def text_of(value: bytes) -> str:
    """A text of a table, which may be a file name; the way back from `name_bytes`."""
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
    # Of the thousands of pictures of a folder this is worked out once.
    relative = Path(os.path.relpath(place or os.curdir, folder)).as_posix()
    return "" if relative == "." else f"{relative}/"
