"""Whatever happens to a file that comes from outside, it is read, or refused in one sentence."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.hostile import table
from tests.hostile.damage import WAYS, damaged, outcome
from tests.hostile.kinds import KINDS, Kind

pytestmark = pytest.mark.filterwarnings("ignore")  # libraries remark on damage as on other things

SLOW = ("videos",)
"""Groups that `test_videos.py` damages in its own way."""


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.group not in SLOW], ids=lambda kind: kind.name)
def test_a_damaged_file_is_read_or_refused_in_one_sentence(kind: Kind, tmp_path: Path) -> None:
    folder = tmp_path / "event"
    folder.mkdir()
    path = kind.make(folder)
    whole = path.read_bytes()
    for way in WAYS:
        path.write_bytes(damaged(whole, way, random.Random(f"{kind.name} {way}")))
        outcome(kind, path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name here")
def test_the_page_on_reliability_says_what_happens() -> None:
    text = table.PAGE.read_text("utf-8")
    assert text.partition(table.BEGIN)[2].partition(table.END)[0].splitlines() == table.rows()
