"""Zip archives from outside, protected against members that unpack to more than the archive says."""

from __future__ import annotations

import errno
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_GROWTH = 4
"""Weights are hardly smaller when packed; a member that is much larger unpacked is no weights."""

_SMALL = 2**20


@contextmanager
def opened_zip(path: Path, most: int) -> Iterator[zipfile.ZipFile]:
    """An archive to read, after a look at the sizes of all its members.

    Args:
        path: of the file.
        most: bytes that all members together may unpack to.

    Raises:
        OSError: if it is missing or may not be read.
        ValueError: if it is no archive, is damaged, or a member unpacks to far more than lies in it; while it is read,
            too.
    """
    try:
        if not path.is_file():
            raise ValueError("it is no regular file")
        with zipfile.ZipFile(path) as file:
            unpacked = sum(member.file_size for member in file.infolist())
            if unpacked > min(most, _SMALL + _GROWTH * path.stat().st_size):
                raise ValueError(f"it would unpack to {unpacked // 2**20} MB")
            yield file
    except OSError as error:
        if error.errno != errno.EINVAL:  # a damaged archive leads to places that are none
            raise
        raise ValueError("it is a damaged archive") from error
    # What a damaged or foreign archive ends in: bad checks, passwords, methods and streams.
    except (zipfile.BadZipFile, RuntimeError, zlib.error, lzma.LZMAError, EOFError, IndexError) as error:
        raise ValueError(f"it is a damaged archive: {error}") from error
