"""Messages to the user for errors."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from tinyface_core.memory import OutOfMemory, is_out_of_memory
from tinyface_core.types import UserError

_LEFT_OUT = {"torch", "torchvision", "lightning_fabric", "onnx", "onnxscript", "scipy", "pyarrow", "ray", "fsspec"}
"""Modules that an installation may do without."""


def user_sentence(error: BaseException) -> str:
    """The sentence for the user, or "" where the error is a defect of the program.

    A full disk, a missing file and a lack of memory are no defects; their sentences are made here. What was raised for
    lack of memory is told as that, whatever it was taken for: readers call a file damaged when they end early.
    """
    if not isinstance(error, OutOfMemory) and any(map(is_out_of_memory, _causes(error))):
        return "There is not enough memory: close other programs, or use a smaller picture."
    if isinstance(error, ModuleNotFoundError) and error.name in _LEFT_OUT:
        return f"This needs {error.name}, which is not installed: pip install {error.name.replace('_', '-')}"
    if isinstance(error, OSError):
        if has_no_room(error):
            return "The disk is full: make room and try again."
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror}." if error.strerror else str(error) or type(error).__name__
    return str(error) if isinstance(error, UserError) else ""


def reason(error: BaseException) -> str:
    """What an error says, for the middle of a sentence: of the system's errors their words alone, no number."""
    said = getattr(error, "reason", error)  # of what urllib could not fetch
    return (isinstance(said, OSError) and said.strerror) or str(said).rstrip(".")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def has_no_room(error: BaseException | None) -> bool:
    """Whether nothing more can be written, be it a full disk or the end of what a user may use of it."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def defect_sentence(error: BaseException) -> str:
    """What is said of a defect of the program; whoever shows it offers the traceback too."""
    return f"Something in the program went wrong ({type(error).__name__}: {error})."
