"""What a user is told when something goes wrong."""

from __future__ import annotations

import errno

from tinyface_core.types import UserError

_LEFT_OUT = {"torch", "torchvision", "lightning_fabric", "onnx", "onnxscript", "scipy", "pyarrow", "ray", "fsspec"}
"""Modules that an installation may do without."""


def user_sentence(error: BaseException) -> str:
    """The sentence for the user, or "" where the error is a defect of the program.

    A full disk, a missing file and a lack of memory are no defects; their sentences are made here.
    """
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":  # the latter is torch's
        return "There is not enough memory: close other programs, or use a smaller picture."
    if isinstance(error, ModuleNotFoundError) and error.name in _LEFT_OUT:
        return f"This needs {error.name}, which is not installed: pip install {error.name.replace('_', '-')}"
    if isinstance(error, OSError):
        if has_no_room(error):
            return "The disk is full: make room and try again."
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror}." if error.strerror else str(error) or type(error).__name__
    return str(error) if isinstance(error, UserError) else ""


def has_no_room(error: BaseException | None) -> bool:
    """Whether nothing more can be written, be it a full disk or the end of what a user may use of it."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def defect_sentence(error: BaseException) -> str:
    """What is said of a defect of the program; whoever shows it offers the traceback too."""
    return f"Something in the program went wrong ({type(error).__name__}: {error})."
