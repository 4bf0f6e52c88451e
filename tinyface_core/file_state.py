"""By what a file is recognised without reading it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileState:
    """By what a file is told from another one in its place, and from its own earlier content.

    Attributes:
        size: in bytes.
        modified: time of the last change in nanoseconds since 1970.
    """

    size: int
    modified: int

    @staticmethod
    def of(path: Path) -> FileState:
        """The current state of a file."""
        state = path.stat()
        return FileState(state.st_size, state.st_mtime_ns)

    @staticmethod
    def if_there(path: Path) -> FileState:
        """As `of`, with -1 for both where there is no such file."""
        try:
            return FileState.of(path)
        except OSError:
            return FileState(-1, -1)
