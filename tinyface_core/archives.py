"""Zip archives from outside, protected against members that unpack to more than the archive says."""

from __future__ import annotations

import errno
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tinyface_core.files import check_regular

_GROWTH, _SMALL = 4, 2**20
"""Factor and bytes by which an archive may grow when unpacked: weights hardly compress."""


@contextmanager
def opened_zip(path: Path, most: int) -> Iterator[zipfile.ZipFile]:
    """Open an archive for reading after checking that its members unpack to at most `most` bytes.

    Raises:
        NotRegularError: if it is a pipe or a device.
        ValueError: if it is not an archive, is damaged, or would unpack to too much; also raised inside the block.
    """
    try:
        check_regular(path)
        with zipfile.ZipFile(path) as file:
            unpacked = sum(member.file_size for member in file.infolist())
            if unpacked > min(most, _SMALL + _GROWTH * path.stat().st_size):
                raise ValueError(f"it would unpack to {unpacked // 2**20} MB")
            yield file
    except OSError as error:
        if error.errno != errno.EINVAL:  # a damaged archive may contain impossible offsets
            raise
        raise ValueError("it is a damaged archive") from error
    # Errors of damaged archives: wrong checksums, passwords, unknown compression methods, damaged streams.
    except (zipfile.BadZipFile, RuntimeError, zlib.error, lzma.LZMAError, EOFError, IndexError) as error:
        raise ValueError(f"it is a damaged archive: {error}") from error
