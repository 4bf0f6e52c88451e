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
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from tinyface_core.failures import has_no_room, reason
from tinyface_core.types import CancelToken, UserError, stop_if_asked

LARGEST_TEXT = 2**30
"""Maximum size in bytes of a text file; annotations and results of long videos come near it."""

_PART = re.compile(r"\.(?:(?P<machine>[0-9a-f]{8})-(?P<process>\d+)-)?[0-9a-f]{12,32}\.part(\..*)?")
"""Names of temporary files; older versions did not include machine and process."""

_ABANDONED_SECONDS = 86_400.0
"""A temporary file that was not modified for this long is deleted."""


class NotRegularError(UserError):
    """A path that leads to a pipe or a device instead of a regular file."""


class Opened(ABC):
    """An open file; as a context manager it is closed at the end."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_reason: object) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Close the file."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Write a file atomically: yields a temporary path that is renamed to `path` if the block succeeds.

    A reader sees either the old or the new file, even if the program is killed. Missing folders are created. The
    temporary name keeps the suffix, because writers choose the format by it. Symbolic links are followed. Temporary
    files of killed programs in the same folder are deleted.

    Raises:
        OSError: if the folder cannot be written or the disk is full; an existing file at `path` is unchanged.
    """
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target.parent)
    part = _temporary(target)
    try:
        yield part
        # Without this a power cut could leave an empty file under the final name.
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(target)
    except OSError as error:
        if error.filename == str(part):
            error.filename = str(path)  # the user does not know the temporary name
        raise
    finally:
        part.unlink(missing_ok=True)


def write_json(path: Path, values: Any, indent: int | None = 2) -> None:
    """Write plain values as JSON, atomically; with `indent=None` in one line, which is faster.

    Raises:
        OSError: as `replacing`.
    """
    with replacing(path) as part:
        part.write_text(json.dumps(values, indent=indent) + "\n", encoding="utf-8")


def absolute(path: Path | str) -> Path:
    """Absolute path without ".."; links are kept, which `Path.resolve` would follow."""
    return Path(os.path.abspath(path))  # noqa: PTH100


def check_regular(path: Path) -> None:
    """Check that a path is a regular file before it is opened; reading a pipe or device might never end.

    Raises:
        OSError: if it is missing, inaccessible or a folder.
        NotRegularError: if it is a pipe or a device.
    """
    state = path.stat()
    if stat.S_ISDIR(state.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(state.st_mode):
        raise NotRegularError(f"{path} is no regular file: choose another one.")


def read_bytes(path: Path, most: int) -> bytes:
    """The content of a regular file of at most `most` bytes.

    Raises:
        UserError: if it is not a regular file, or larger.
    """
    check_regular(path)
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise UserError(f"{path.name} is larger than {most // 2**20} MB: it cannot be what it is taken for.")
    return data


def read_text(path: Path) -> str:
    """The content of a UTF-8 text file, with or without a byte-order mark.

    Raises:
        UserError: if it is not UTF-8 text, or larger than `LARGEST_TEXT`.
    """
    data = read_bytes(path, LARGEST_TEXT)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UserError(f"{path.name} is text in UTF-16: save it as UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is no text in UTF-8: save it as UTF-8, or choose another file.") from error


def numbered_lines(path: Path) -> list[tuple[int, str]]:
    """The non-empty lines of a text file, stripped, each with its line number from 1.

    Raises:
        OSError, UserError: as `read_text`.
    """
    return [(number, line.strip()) for number, line in enumerate(read_text(path).split("\n"), 1) if line.strip()]


def sha256(path: Path, cancel: CancelToken | None = None) -> str:
    """SHA-256 of a regular file, in hex.

    Raises:
        NotRegularError: if it is a pipe or a device.
        Cancelled: if `cancel` is set meanwhile.
    """
    check_regular(path)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        # Virtual files such as those in /proc have size 0 and may be endless: read no more than the stated size.
        left = os.fstat(file.fileno()).st_size
        while block := file.read(min(2**20, left)):
            stop_if_asked(cancel)
            digest.update(block)
            left -= len(block)
    return digest.hexdigest()


def check_writable(folder: Path) -> None:
    """Create a folder and check that files can be written there, before long work begins.

    Raises:
        UserError: if not.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        if has_no_room(error):  # has its own message
            raise
        raise UserError(f"Nothing can be written into {folder} ({reason(error)}): choose another folder.") from error


def check_no_original(targets: Iterable[Path], originals: Iterable[Path]) -> None:
    """Check that no output file is one of the originals, also under another name.

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
    """Delete the temporary files of killed programs; done once per folder."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if (name := _PART.fullmatch(entry.name)) and _is_abandoned(entry, name):
                with suppress(OSError):
                    os.unlink(entry)  # noqa: PTH108, an entry is no Path


def _is_abandoned(entry: os.DirEntry[str], name: re.Match[str]) -> bool:
    if time.time() - entry.stat().st_mtime > _ABANDONED_SECONDS:
        return True
    # Processes of other machines are unknown, and Windows has no harmless way to ask whether a process is alive.
    if name["machine"] != _machine() or os.name != "posix":
        return False
    try:
        os.kill(int(name["process"]), 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass
    return False
