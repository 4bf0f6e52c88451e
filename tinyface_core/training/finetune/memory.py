"""How much memory this process uses."""

from __future__ import annotations

import sys
from pathlib import Path


def memory_megabytes() -> float:
    """Resident memory in MB now, on Linux; its peak on other Unix systems; 0 where it is not known."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * 4096 / 1e6
    except (OSError, ValueError, IndexError):
        pass
    if sys.platform == "win32":
        return 0.0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)
