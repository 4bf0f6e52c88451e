"""Memory use of this process, and detection of out-of-memory errors."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

from tinyface_core.types import UserError

_SAID = (
    "allocate",  # torch, oneDNN, ONNX Runtime, OpenCV, Python's locks
    "could not create a primitive",  # oneDNN, of a convolution
    "bad_alloc",
    "out of memory",
    "insufficient memory",
    "memory allocation",
    "failed to map segment",  # the loader of libraries
    "start new thread",
    "without exception set",  # Python, of code in C that failed and could not even say so
    "without setting an exception",
)
"""What libraries say when memory runs out, in small letters; few of them raise a MemoryError."""


class OutOfMemory(UserError, MemoryError):
    """Memory ran out; the message is one sentence for the user."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of any library means that memory ran out; of most of them only their words tell."""
    if isinstance(error, MemoryError) or any(kind.__name__ == "OutOfMemoryError" for kind in type(error).__mro__):
        return True
    if isinstance(error, UserError):
        return False
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno == errno.ENOMEM
    said = str(error).lower()
    return any(words in said for words in _SAID)


def peak_memory_megabytes() -> float:
    """Most memory in use at once since the process began, in units of 2**20 bytes; not a number on Windows."""
    if sys.platform == "win32":
        return float("nan")
    status = Path("/proc/self/status")
    if status.is_file():
        # What getrusage says would be the parent's where that was larger.
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        if "VmHWM" in lines:
            return int(lines["VmHWM"].split()[0]) / 2**10
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def memory_megabytes() -> float:
    """Resident memory in MB now, on Linux; its peak on other Unix systems; 0 where it is not known."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * 4096 / 1e6
    except (OSError, ValueError, IndexError):
        return 0.0 if sys.platform == "win32" else peak_memory_megabytes() * 2**20 / 1e6
