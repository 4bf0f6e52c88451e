"""Output of commands: a closed pipe or an unprintable name does not lose results."""

from __future__ import annotations

import errno
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_NOBODY_READS = (errno.EPIPE, errno.EIO)
"""Of a pipe whose reader ended (`| head -1`), and of a terminal that was closed."""


@contextmanager
def lenient_streams() -> Iterator[None]:
    """Standard output and error that lose what nobody reads any more and escape what cannot be encoded."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = map(_lenient, before)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        sys.stdout, sys.stderr = before


def _lenient(stream: Any) -> Any:
    if sys.platform == "win32" and stream.isatty():  # a console takes other letters than a file
        stream.reconfigure(errors="backslashreplace")
        return stream
    try:
        raw = _Unread(stream.fileno(), "wb", closefd=False)
    except (AttributeError, io.UnsupportedOperation):  # without a console, or inside another program
        return stream
    return io.TextIOWrapper(
        io.BufferedWriter(raw), stream.encoding, errors="backslashreplace", line_buffering=True, write_through=True
    )


class _Unread(io.FileIO):
    """A stream whose far end may go away."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            if error.errno not in _NOBODY_READS:
                raise
            return len(data)
