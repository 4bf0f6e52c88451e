"""Files are written whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from tinyface_core.types import UserError


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


def read_text(path: Path) -> str:
    """The text of a file that the user named.

    Raises:
        UserError: if it is no text in UTF-8.
    """
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is no text in UTF-8: choose another file.") from error
