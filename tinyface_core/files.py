"""Files are written whole or not at all."""

from __future__ import annotations

import codecs
import errno
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from tinyface_core.types import UserError

LARGEST_TEXT = 2**30
"""Bytes of the longest text that is read; annotations and results of long videos come near it."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`, renamed over it when the block ends well, removed when it fails.

    A reader sees the old file or the new one, never half of one, also when the program is killed.
    Missing folders are made. The temporary name keeps the suffix, since writers choose the format
    by it. A symbolic link is followed, not replaced.

    Raises:
        OSError: if the folder cannot be written or the disk is full; an older file at `path` stays
            as it was.
    """
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{uuid4().hex}.part{target.suffix}")
    try:
        yield part
        # The content must be on the disk before the name is: else a power cut leaves an empty file.
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(target)
    except OSError as error:
        if error.filename == str(part):
            error.filename = str(path)  # nobody has heard of the temporary name
        raise
    finally:
        part.unlink(missing_ok=True)


def write_json(path: Path, values: Any, indent: int | None = 2) -> None:
    """Write plain values as JSON, whole or not at all; without an indent in one line, which is quicker.

    Raises:
        OSError: as `replacing`.
    """
    with replacing(path) as part:
        part.write_text(json.dumps(values, indent=indent) + "\n", encoding="utf-8")


def read_bytes(path: Path, most: int) -> bytes:
    """The content of a regular file of at most so many bytes; nothing waits for a pipe, or reads a device for ever.

    Raises:
        OSError: if it is missing or may not be read.
        UserError: if it is no regular file, or larger.
    """
    state = path.stat()
    if stat.S_ISDIR(state.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(state.st_mode):
        raise UserError(f"{path} is no regular file: choose another one.")
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise UserError(f"{path.name} is larger than {most // 2**20} MB: it cannot be what it is taken for.")
    return data


def read_text(path: Path, most: int = LARGEST_TEXT) -> str:
    """The text of a file that the user named, in UTF-8 with or without a byte-order mark.

    Raises:
        OSError: if it is missing or may not be read.
        UserError: if it is no text in UTF-8, or larger than `most` bytes.
    """
    data = read_bytes(path, most)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UserError(f"{path.name} is text in UTF-16: save it as UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is no text in UTF-8: save it as UTF-8, or choose another file.") from error
