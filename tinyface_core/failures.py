"""Messages to the user for errors."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from tinyface_core.memory import OutOfMemory, is_out_of_memory
from tinyface_core.types import UserError

_LEFT_OUT = {"torch", "torchvision", "lightning_fabric", "onnx", "onnxscript", "scipy", "pyarrow", "ray", "fsspec"}
"""Optional modules."""


def user_sentence(error: BaseException) -> str:
    """The sentence for the user; "" if the error is a defect of the program.

    A full disk, a missing file or a lack of memory are not defects. An error that was caused by a lack of memory is
    reported as such: readers may have reported a damaged file instead.
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
    """The message of an error for use inside a sentence; for errors of the system without their number."""
    said = getattr(error, "reason", error)  # the cause of a urllib error
    return (isinstance(said, OSError) and said.strerror) or str(said).rstrip(".")


def in_a_line(error: Exception) -> str:
    """The message of an error in one line, for use inside a sentence."""
    return " ".join(str(error).split()) or type(error).__name__


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def has_no_room(error: BaseException | None) -> bool:
    """Whether the error means that the disk is full or the user's quota is used up."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def defect_sentence(error: BaseException) -> str:
    """The sentence about a defect of the program; the caller also shows or logs the traceback."""
    return f"Something in the program went wrong ({type(error).__name__}: {error})."
