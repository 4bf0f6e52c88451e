"""Memory use of this process, and detection of out-of-memory errors."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

from tinyface_core.types import UserError

_SAID = (
    "allocate",  # torch, oneDNN, ONNX Runtime, OpenCV, Python's locks
    "could not create a primitive",  # oneDNN
    "bad_alloc",
    "out of memory",
    "insufficient memory",
    "memory allocation",
    "failed to map segment",  # the dynamic linker
    "start new thread",
    "without exception set",  # Python, for C code that could not even create its exception
    "without setting an exception",
)
"""Parts of error messages, in lower case, that mean a lack of memory: few libraries raise a MemoryError."""


class OutOfMemory(UserError, MemoryError):
    """Memory ran out; the message is one sentence for the user."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of any library means that memory ran out."""
    if isinstance(error, MemoryError) or any(kind.__name__ == "OutOfMemoryError" for kind in type(error).__mro__):
        return True
    if isinstance(error, UserError):
        return False
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno == errno.ENOMEM
    said = str(error).lower()
    return any(words in said for words in _SAID)


def peak_memory_megabytes() -> float:
    """Peak memory of this process in units of 2**20 bytes; NaN on Windows."""
    if sys.platform == "win32":
        return float("nan")
    status = Path("/proc/self/status")
    if status.is_file():
        # getrusage would include the peak of the parent process.
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        if "VmHWM" in lines:
            return int(lines["VmHWM"].split()[0]) / 2**10
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def memory_megabytes() -> float:
    """Resident memory in MB on Linux, its peak on other Unix systems, 0 if unknown."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * 4096 / 1e6
    except (OSError, ValueError, IndexError):
        return 0.0 if sys.platform == "win32" else peak_memory_megabytes() * 2**20 / 1e6
