"""How long the rest of a scan will take, told while it runs, against how long it took."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from tinyface_core.pace import Advance
from tinyface_core.project.scanned import Outcome
from tinyface_core.search import tally as module
from tinyface_core.search.tally import Tally

PASSING, SEARCHING = 1 / 500, 0.5


def foretold(monkeypatch: pytest.MonkeyPatch, kinds: list[str], known: int) -> list[tuple[float, Advance]]:
    """What was told after each file, and when; of "known" files some turn out to be "changed", of others to be copies.

    "slow" ones are new too, at a time at which the machine does something else beside.
    """
    now, told = [0.0], list[tuple[float, Advance]]()
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    tally = Tally(lambda advance: told.append((now[0], advance)))
    tally.list([(len(kinds) // 2, known), (len(kinds) - len(kinds) // 2, 0)])
    rng = np.random.default_rng(0)
    for kind in kinds:
        now[0] += PASSING
        if kind == "known":
            tally.passed(Outcome.UNCHANGED, PASSING)
            continue
        if kind == "changed":
            tally.change()
        if kind not in ("copy", "failed"):
            now[0] += float(rng.uniform(0, 2 * SEARCHING)) * (2 if kind == "slow" else 1)
        tally.done({"copy": Outcome.COPY, "failed": Outcome.FAILED}.get(kind, Outcome.SEARCHED))
    assert tally.outcomes.total() == len(kinds)
    return told


ORDERS = {
    "it goes on": ["known"] * 20_000 + ["new"] * 1000,
    "what is known is spread": (["known"] * 20 + ["new"]) * 1000,
    "all is new": ["new"] * 1000,
    "a fifth has changed": (["known"] * 4 + ["changed"]) * 1000,
    "most are copies, or fail": ["new", "copy", "copy", "failed"] * 1000,
    "the machine was busy in the beginning": ["slow"] * 20 + ["new"] * 1000,
}


@pytest.mark.parametrize("order", ORDERS)
def test_a_minute_after_the_first_search_the_remaining_time_is_right_within_a_fifth(
    monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    kinds = ORDERS[order]
    told = foretold(monkeypatch, kinds, kinds.count("known") + kinds.count("changed"))
    end = told[-1][0]
    first = next(at for at, advance in told if advance.per_second)
    later = [(advance.seconds_left, end - at) for at, advance in told if first + 60 < at < end - 60]
    wrong = np.array([abs(said - true) / true for said, true in later])
    assert len(wrong) and np.median(wrong) < 0.1 and np.mean(wrong < 0.2) > 0.95


def test_files_that_were_stored_in_one_change_are_told_of_without_a_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([1.0, 1.00001, 1.00002, 3.0])
    monkeypatch.setattr(module.time, "monotonic", lambda: next(times))
    told: list[Advance] = []
    tally = Tally(told.append)
    for _ in range(4):
        tally.done(Outcome.SEARCHED)
    assert [advance.per_second for advance in told] == [0, 0, 0, pytest.approx(1.5)]


def test_nothing_is_foretold_before_all_is_listed_and_the_first_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = count()
    monkeypatch.setattr(module.time, "monotonic", lambda: next(seconds))
    told: list[Advance] = []
    tally = Tally(told.append)
    tally.done(Outcome.SEARCHED)
    tally.done(Outcome.SEARCHED)
    assert [advance.seconds_left for advance in told] == [-1, -1]
    tally.list([(100, 50)])
    tally.passed(Outcome.UNCHANGED, 0.001)
    assert told[-1].seconds_left > 0 and (told[-1].done, told[-1].total) == (3, 100)
    fresh = Tally(told.append)
    fresh.list([(100, 50)])
    fresh.passed(Outcome.UNCHANGED, 0.001)
    assert told[-1].seconds_left == -1, "nobody knows yet how long a search takes"
    assert replace(told[-1], seconds_left=0) == Advance(1, 100, 0.0, 0)


def test_where_nothing_is_to_be_searched_the_time_of_passing_over_is_told() -> None:
    told: list[Advance] = []
    tally = Tally(told.append)
    tally.list([(1000, 1000)])
    for _ in range(250):
        tally.passed(Outcome.UNCHANGED, 0.01)
    assert told[-1].seconds_left == pytest.approx(7.5)
