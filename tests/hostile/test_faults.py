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

_OF_A_FRESH_PROCESS = "no memory for a picture"
"""What the tests before have left free in a process is room."""
_SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "faults"


@pytest.mark.parametrize("name", [name for name in FAULTS if name != _OF_A_FRESH_PROCESS])
def test_nothing_that_was_told_is_lost(name: str, tmp_path: Path) -> None:
    FAULTS[name](tmp_path, random.Random(name))


def test_a_picture_without_memory_costs_a_sentence_in_a_process_of_its_own() -> None:
    asked = [sys.executable, str(_SCRIPT), "--times", "1", _OF_A_FRESH_PROCESS]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert f"| {_OF_A_FRESH_PROCESS} | 1 | 0 |" in done.stdout
