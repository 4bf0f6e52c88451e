"""Blind votes: how they are drawn, counted and kept."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from scipy.stats import binomtest

from tinyface_core.evaluation.voting import (
    Choice,
    Poll,
    VotedFace,
    method_results,
    new_poll,
    pair_results,
    read_poll,
    save_poll,
    wilson,
    write_votes,
)
from tinyface_core.types import UserError

FACES = tuple(VotedFace(f"{n}.jpg", n or None, (n, 0, n + 20, 20)) for n in range(10))


def answered(poll: Poll, best: str, worst: str) -> Poll:
    """By somebody who always prefers one method, never another, and sees no other difference."""
    for trial in poll.trials:
        sides = (trial.left, trial.right)
        if best in sides or worst in sides:
            wins_left = trial.left == best or trial.right == worst
            poll = poll.with_vote(Choice.LEFT if wins_left else Choice.RIGHT)
        else:
            poll = poll.with_vote(Choice.SAME)
    return poll


def test_every_pair_meets_once_on_every_face_and_sides_are_balanced() -> None:
    poll = new_poll(FACES, ("a", "b", "c"), seed=3)
    met = Counter((trial.face, frozenset((trial.left, trial.right))) for trial in poll.trials)
    assert len(met) == 30 and set(met.values()) == {1}
    left = Counter((trial.left, trial.right) for trial in poll.trials)
    assert set(left.values()) == {5}


def test_order_and_sides_follow_the_seed_alone() -> None:
    assert new_poll(FACES, ("a", "b"), 1) == new_poll(FACES, ("a", "b"), 1)
    one, other = (new_poll(FACES, ("a", "b"), seed).trials for seed in (1, 2))
    assert one != other and [trial.face for trial in one] != sorted(trial.face for trial in one)


def test_a_poll_without_faces_or_with_one_method_is_refused_with_what_to_do() -> None:
    with pytest.raises(UserError, match="no face to vote on"):
        new_poll((), ("a", "b"), 0)
    with pytest.raises(UserError, match="tick at least two"):
        new_poll(FACES, ("a",), 0)


@pytest.mark.parametrize(("won", "of"), [(0, 5), (5, 5), (7, 12), (1, 1), (380, 1000)])
def test_the_interval_of_a_share_is_wilsons(won: int, of: int) -> None:
    reference = binomtest(won, of).proportion_ci(method="wilson")
    assert (wilson(won, of).low, wilson(won, of).high) == pytest.approx((reference.low, reference.high), abs=1e-12)


def test_answers_count_for_the_method_whatever_side_it_stood_on() -> None:
    poll = answered(new_poll(FACES, ("good", "plain", "poor"), 7), "good", "poor")
    rows = {(row.first, row.second): row for row in pair_results(poll)}
    assert (rows["good", "plain"].first_votes, rows["good", "plain"].second_votes) == (10, 0)
    assert rows["plain", "poor"].share == 1.0
    assert sum(row.no_difference for row in pair_results(poll)) == 0
    assert [(row.method, row.won, row.decided) for row in method_results(poll)] == [
        ("good", 20, 20), ("plain", 10, 20), ("poor", 0, 20),
    ]  # fmt: skip
    half = method_results(poll)[1]
    assert half.interval is not None and half.interval.low == half.interval.high == 0.5  # alike on every face


def test_no_difference_is_counted_apart_and_gives_no_share() -> None:
    poll = answered(new_poll(FACES, ("a", "b"), 7), "none", "none")
    row = pair_results(poll)[0]
    assert (row.no_difference, row.share, row.interval) == (10, None, None)
    assert method_results(poll)[0].share is None


def test_a_vote_is_taken_back_and_an_unfinished_poll_is_counted_as_far_as_it_is() -> None:
    poll = new_poll(FACES, ("a", "b"), 7).with_vote(Choice.LEFT).with_vote(Choice.RIGHT).without_last()
    assert poll.choices == (Choice.LEFT,) and not poll.is_finished
    assert pair_results(poll)[0].first_votes + pair_results(poll)[0].second_votes == 1


def test_votes_are_kept_in_a_file_and_exported_with_the_names_of_what_was_preferred(tmp_path: Path) -> None:
    poll = answered(new_poll(FACES, ("/models/4x.pth", "bicubic"), 7), "bicubic", "none")
    save_poll(poll, tmp_path / "poll.json")
    assert read_poll(tmp_path / "poll.json") == poll
    write_votes(poll, tmp_path / "votes.csv")
    with (tmp_path / "votes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 10 and {row["preferred"] for row in rows} == {"bicubic"}
    assert {row["left"] for row in rows} == {"4x", "bicubic"}


def test_damaged_votes_are_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "poll.json"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match="holds no votes"):
        read_poll(path)
    poll = new_poll(FACES, ("a", "b"), 7)
    boxes = ((5.0, 1.0, 5.0, 9.0), (1.0, 9.0, 5.0, 2.0), (0.0, 0.0, 1e300, 9.0), (0.0, 0.0, float("inf"), 9.0))
    damaged = [
        replace(poll, faces=poll.faces[:2]),
        replace(poll, trials=(replace(poll.trials[0], face=-11),)),
        replace(poll, trials=(replace(poll.trials[0], left="c"),)),
        *(replace(poll, faces=(replace(FACES[0], box=box), *FACES[1:])) for box in boxes),
        replace(poll, faces=(replace(FACES[0], turn=45), *FACES[1:])),
    ]
    for one in damaged:
        path.write_text(json.dumps(asdict(one)).replace("Infinity", "1e999"))
        with pytest.raises(UserError, match=r"poll\.json (is damaged|holds no votes)"):
            read_poll(path)
