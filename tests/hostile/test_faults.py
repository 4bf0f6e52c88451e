"""A few of the random moments of `scripts/faults`, which is for a hundred."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("limits and processes of Linux", allow_module_level=True)

from tests.hostile.faults import FAULTS

_OF_A_FRESH_PROCESS = "no memory for a picture"
"""What the tests before have left free in a process is room; `test_want_of_memory` has the sentences."""


@pytest.mark.parametrize("name", sorted(FAULTS.keys() - {_OF_A_FRESH_PROCESS}))
def test_nothing_that_was_told_is_lost(name: str, tmp_path: Path) -> None:
    FAULTS[name](tmp_path, random.Random(name))
