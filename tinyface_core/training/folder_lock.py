"""A lock that allows only one process at a time in a run's folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from tinyface_core.types import UserError


def lock_of(folder: Path) -> FileLock:
    """The lock held by the process of a run; the system releases it when the process ends."""
    return FileLock(folder / "lock")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock a folder for this process; it is created if missing.

    Raises:
        UserError: if another process has locked it.
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
