"""How much memory this process has needed at most."""

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
