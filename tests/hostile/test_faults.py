"""A few of the random moments of `scripts/faults`, which is for a hundred."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("limits and processes of Linux", allow_module_level=True)

from tests.hostile.faults import FAULTS

_OF_FRESH_PROCESSES = ("no memory for a picture", "killed while it trains", "a worker of a training is killed")
"""Memory that the tests before have left free is room; and where they have trained in threads, no fork can train."""
_SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "faults"


@pytest.mark.parametrize("name", [name for name in FAULTS if name not in _OF_FRESH_PROCESSES])
def test_nothing_that_was_told_is_lost(name: str, tmp_path: Path) -> None:
    FAULTS[name](tmp_path, random.Random(name))


@pytest.mark.parametrize("name", _OF_FRESH_PROCESSES)
def test_nothing_that_was_told_is_lost_in_a_process_of_its_own(name: str) -> None:
    asked = [sys.executable, str(_SCRIPT), "--times", "1", name]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert f"| {name} | 1 | 0 |" in done.stdout
