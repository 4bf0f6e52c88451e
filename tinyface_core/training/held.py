"""A lock that lets one process at a time work in a run's folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from tinyface_core.types import UserError


def lock_of(folder: Path) -> FileLock:
    """The lock that the working process holds; the system lets it go when the process ends, however it ends."""
    return FileLock(folder / "lock")


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep a folder, which is made where it is missing, to this process.

    Raises:
        UserError: if another process works there.
        OSError: if the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = lock_of(folder)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise UserError(f"Another training works in {folder}: wait for its end, or choose another folder.") from None
    try:
        yield
    finally:
        lock.release()
