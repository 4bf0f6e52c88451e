"""How far a command has come: bars on a terminal, lines elsewhere."""

from __future__ import annotations

import io
import sys

import numpy as np
import pytest

from tinyface_core.commands import progress as progress_module
from tinyface_core.commands.progress import shown_progress


def test_without_a_terminal_a_slow_stage_says_now_and_then_how_long_it_will_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: now[0])
    told = io.StringIO()
    monkeypatch.setattr(sys, "stderr", told)
    with shown_progress() as progress:
        for done in range(9):
            progress("detect", done, 8)
            now[0] += 2
    assert told.getvalue().splitlines() == [
        "detect: 3 of 8, 30 a minute, about 10 s left",
        "detect: 6 of 8, 30 a minute, about 4 s left",
    ]


def test_hours_are_told_in_minutes_and_each_stage_has_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: now[0])
    told = io.StringIO()
    monkeypatch.setattr(sys, "stderr", told)
    with shown_progress() as progress:
        progress("photos", 0, 100)
        now[0] = 60
        progress("detect", 0, 2)
        now[0] = 63
        progress("detect", 1, 2)  # three seconds are not worth a line
        progress("photos", 1, 100)
    assert told.getvalue() == "photos: 1 of 100, 57 an hour, about 104 min left\n"


def test_on_a_terminal_bars_show_the_stages_and_are_gone_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    screen.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with shown_progress() as progress:
        progress("photos", 1, 2)
        progress("detect", 3, 4)
        print("between", file=sys.stderr)
    shown = screen.getvalue()
    assert "photos" in shown and "1/2" in shown and "3/4" in shown and "between" in shown
    assert shown.endswith("\x1b[2K"), "the bars' lines are cleared"


def test_what_was_done_in_a_moment_before_does_not_spoil_the_remaining_time() -> None:
    """A scan that goes on passes over 5,000 files in a second, then needs about half a second for each."""
    pace, rng = progress_module.Pace(), np.random.default_rng(0)
    now, total = 0.0, 8000
    ends = {}
    for done in range(total + 1):
        pace.see(now, done)
        ends[done] = now, pace.per_second
        now += 1 / 5000 if done < 5000 else float(rng.exponential(0.5))
    later = [(at, (total - done) / speed, now - at) for done, (at, speed) in ends.items() if at > 60 and done < 7500]
    wrong = np.array([abs(said - true) / true for _, said, true in later])
    assert np.median(wrong) < 0.1 and np.mean(wrong < 0.2) > 0.9


@pytest.mark.parametrize(
    ("per_second", "words"), [(41.2, "41 a second"), (1.26, "1.3 a second"), (0.5, "30 a minute"), (0.01, "36 an hour")]
)
def test_a_rate_is_told_in_whole_ones(per_second: float, words: str) -> None:
    assert progress_module.rate(per_second) == words
