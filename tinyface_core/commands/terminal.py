"""Standard streams that tolerate a closed pipe and unprintable names."""

from __future__ import annotations

import errno
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_NOBODY_READS = (errno.EPIPE, errno.EIO)
"""Errors of a pipe whose reader has ended (`| head -1`), and of a closed terminal."""


@contextmanager
def lenient_streams() -> Iterator[None]:
    """Standard output and error that discard text nobody reads and escape text that cannot be encoded."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = map(_lenient, before)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        sys.stdout, sys.stderr = before


def _lenient(stream: Any) -> Any:
    if sys.platform == "win32" and stream.isatty():  # the console has its own encoding
        stream.reconfigure(errors="backslashreplace")
        return stream
    try:
        raw = _Unread(stream.fileno(), "wb", closefd=False)
    except (AttributeError, io.UnsupportedOperation):  # no console, or redirected inside Python
        return stream
    return io.TextIOWrapper(
        io.BufferedWriter(raw), stream.encoding, errors="backslashreplace", line_buffering=True, write_through=True
    )


class _Unread(io.FileIO):
    """A stream that ignores errors after its reader has closed it, and reports any other error once."""

    has_failed = False

    def write(self, data: Any, /) -> int:
        try:
            return len(data) if self.has_failed else super().write(data)
        except OSError as error:
            if error.errno not in _NOBODY_READS:
                self.has_failed = True  # what is still buffered would raise it again at the end of the program
                raise
            return len(data)
