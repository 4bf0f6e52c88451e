"""How much memory this process uses, and has used at most."""

from __future__ import annotations

import sys
from pathlib import Path


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
