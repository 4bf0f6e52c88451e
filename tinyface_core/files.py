"""Safe file access: atomic writing, checked reading."""

from __future__ import annotations

import codecs
import errno
import hashlib
import json
import os
import platform
import re
import stat
import tempfile
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from tinyface_core.failures import has_no_room, reason
from tinyface_core.types import CancelToken, UserError, stop_if_asked

LARGEST_TEXT = 2**30
"""Bytes of the longest text that is read; annotations and results of long videos come near it."""

_PART = re.compile(r"\.(?:(?P<machine>[0-9a-f]{8})-(?P<process>\d+)-)?[0-9a-f]{12,32}\.part(\..*)?")
"""Temporary names; those of older versions named no machine and process."""

_ABANDONED_SECONDS = 86_400.0
"""A temporary file that nobody touched for so long belongs to nobody."""


class NotRegularError(UserError):
    """A pipe or a device, whatever it is called."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`, renamed over it when the block ends well, removed when it fails.

    A reader sees the old file or the new one, never half of one, also when the program is killed.
    Missing folders are made. The temporary name keeps the suffix, since writers choose the format
    by it. A symbolic link is followed, not replaced. What killed programs left in the folder is removed.

    Raises:
        OSError: if the folder cannot be written or the disk is full; an older file at `path` stays
            as it was.
    """
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target.parent)
    part = _temporary(target)
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


def check_regular(path: Path) -> None:
    """Find out that a path is that of a regular file, before it is opened.

    Raises:
        OSError: if it is missing or may not be looked at, or is a folder.
        NotRegularError: if it is a pipe or a device, which may never end.
    """
    state = path.stat()
    if stat.S_ISDIR(state.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(state.st_mode):
        raise NotRegularError(f"{path} is no regular file: choose another one.")


def read_bytes(path: Path, most: int) -> bytes:
    """The content of a regular file of at most so many bytes; nothing waits for a pipe, or reads a device for ever.

    Raises:
        OSError: if it is missing or may not be read.
        UserError: if it is no regular file, or larger.
    """
    check_regular(path)
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise UserError(f"{path.name} is larger than {most // 2**20} MB: it cannot be what it is taken for.")
    return data


def read_text(path: Path) -> str:
    """The text of a file that the user named, in UTF-8 with or without a byte-order mark.

    Raises:
        OSError: if it is missing or may not be read.
        UserError: if it is no text in UTF-8, or larger than `LARGEST_TEXT`.
    """
    data = read_bytes(path, LARGEST_TEXT)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UserError(f"{path.name} is text in UTF-16: save it as UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is no text in UTF-8: save it as UTF-8, or choose another file.") from error


def numbered_lines(path: Path) -> list[tuple[int, str]]:
    """The lines of a text that are not empty, without the space round them, each with its number, from one.

    Raises:
        OSError, UserError: as `read_text`.
    """
    return [(number, line.strip()) for number, line in enumerate(read_text(path).split("\n"), 1) if line.strip()]


def sha256(path: Path, cancel: CancelToken | None = None) -> str:
    """SHA-256 of a regular file, in hex.

    Raises:
        OSError: if it is missing or may not be read.
        NotRegularError: if it is a pipe or a device.
        Cancelled: if `cancel` is set meanwhile.
    """
    check_regular(path)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        # What the system makes up while it is read says that it has no bytes, and may never end.
        left = os.fstat(file.fileno()).st_size
        while block := file.read(min(2**20, left)):
            stop_if_asked(cancel)
            digest.update(block)
            left -= len(block)
    return digest.hexdigest()


def check_writable(folder: Path) -> None:
    """Make a folder, and find out whether files can be written there: before the work, not after it.

    Raises:
        UserError: if they cannot.
        OSError: if the disk is full.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        if has_no_room(error):  # which has a sentence of its own
            raise
        raise UserError(f"Nothing can be written into {folder} ({reason(error)}): choose another folder.") from error


def check_no_original(targets: Iterable[Path], originals: Iterable[Path]) -> None:
    """Make sure that no file to be written is one of those that it is made from, by whatever name.

    Raises:
        UserError: if one is.
    """
    there = [target.stat() for target in targets if target.is_file()]
    for original in originals if there else ():
        if original.exists() and any(os.path.samestat(original.stat(), target) for target in there):
            raise UserError(f"{original} is an original, which is never written over: choose another folder.")


def _temporary(target: Path) -> Path:
    return target.with_name(f".{_machine()}-{os.getpid()}-{uuid4().hex[:12]}.part{target.suffix}")


@cache
def _machine() -> str:
    return f"{zlib.crc32(platform.node().encode()):08x}"


@cache
def _sweep(folder: Path) -> None:
    """Remove the temporary files of programs that were killed; once for each folder."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if (name := _PART.fullmatch(entry.name)) and _is_abandoned(entry, name):
                with suppress(OSError):
                    os.unlink(entry)  # noqa: PTH108, an entry is no Path


def _is_abandoned(entry: os.DirEntry[str], name: re.Match[str]) -> bool:
    if time.time() - entry.stat().st_mtime > _ABANDONED_SECONDS:
        return True
    # Elsewhere than on this machine nobody knows which processes are alive, and Windows has no harmless question.
    if name["machine"] != _machine() or os.name != "posix":
        return False
    try:
        os.kill(int(name["process"]), 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass
    return False
