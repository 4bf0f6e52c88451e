"""Blind votes between ways to enlarge: who votes sees two enlargements of a face, and not which is whose.

Each pair of methods meets once on every face. Order and sides are drawn from a seed; over the faces each method of a
pair stands as often at the left as at the right, or once more.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tinyface_core.checked import Count, Edge, Turn, read_json
from tinyface_core.evaluation.bootstrap import Interval, percentile_interval, resampling_weights
from tinyface_core.export.table import harmless
from tinyface_core.files import replacing, write_json
from tinyface_core.names import shown
from tinyface_core.types import UserError

_ROUNDS = 2000
_NORMAL = 1.959963984540054
"""The normal distribution holds 95 % within so many standard deviations."""


class Choice(StrEnum):
    """What was preferred."""

    LEFT = "left"
    RIGHT = "right"
    SAME = "same"
    SKIPPED = "skipped"
    """The enlargements could not be made."""


@dataclass(frozen=True, slots=True)
class VotedFace:
    """A face to vote on: its picture, its frame number (None for a photo), its box in pixels, the picture's turn."""

    source: str
    index: Count | None
    box: tuple[Edge, Edge, Edge, Edge]
    turn: Turn = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """One question: the number of a face, and the methods that stand at both sides."""

    face: Count
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Poll:
    """Questions in the order in which they are asked, and the answers so far.

    Attributes:
        methods: names of upscalers, and paths of model files.
        faces: what is voted on.
        trials: each pair of methods on each face.
        choices: answers to the first of the trials.
        seed: that order and sides were drawn from.
    """

    methods: tuple[str, ...]
    faces: tuple[VotedFace, ...]
    trials: tuple[Trial, ...]
    choices: tuple[Choice, ...] = ()
    seed: int = 0
    format: Literal["tinyface-votes"] = "tinyface-votes"

    @property
    def is_finished(self) -> bool:
        """Whether every question is answered."""
        return len(self.choices) >= len(self.trials)

    def with_vote(self, choice: Choice) -> Poll:
        """The next question answered."""
        return replace(self, choices=(*self.choices, choice))

    def without_last(self) -> Poll:
        """The last answer taken back."""
        return replace(self, choices=self.choices[:-1])


def new_poll(faces: Sequence[VotedFace], methods: Sequence[str], seed: int) -> Poll:
    """A poll of these methods on these faces; the same seed gives the same one.

    Raises:
        UserError: if there is no face, or fewer than two methods.
    """
    if not faces:
        raise UserError("There is no face to vote on: search pictures first, or show more of them.")
    if len(methods) < 2:
        raise UserError("A vote needs two ways to enlarge: tick at least two.")
    rng = np.random.default_rng(seed)
    trials = []
    for pair in combinations(methods, 2):
        sides = np.arange(len(faces)) % 2
        rng.shuffle(sides)
        trials += [Trial(face, pair[side], pair[1 - side]) for face, side in enumerate(sides.tolist())]
    order = rng.permutation(len(trials)).tolist()
    return Poll(tuple(methods), tuple(faces), tuple(trials[number] for number in order), seed=seed)


@dataclass(frozen=True, slots=True)
class PairResult:
    """How two methods did against each other.

    Attributes:
        first, second: names of the methods.
        first_votes, second_votes, no_difference: answers.
        share: of the first one among those that saw a difference, in [0, 1]; None where nobody did.
        interval: of the share, 95 %, by Wilson's score.
    """

    first: str
    second: str
    first_votes: int
    second_votes: int
    no_difference: int
    share: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class MethodResult:
    """How often a method won against any other.

    Attributes:
        method: its name.
        won, decided: answers for it, and answers that saw a difference.
        share: won of decided, in [0, 1]; None where nothing was decided.
        interval: of the share, 95 %, by bootstrap over faces, since the answers on one face go together.
    """

    method: str
    won: int
    decided: int
    share: float | None
    interval: Interval | None


def pair_results(poll: Poll) -> list[PairResult]:
    """The answers so far, one row a pair of methods in the order of the poll."""
    winners = _winners(poll)
    rows = []
    for first, second in combinations(poll.methods, 2):
        of_pair = [won for trial, won in winners if {trial.left, trial.right} == {first, second}]
        a, b = of_pair.count(first), of_pair.count(second)
        share, interval = (a / (a + b), wilson(a, a + b)) if a + b else (None, None)
        rows.append(PairResult(first, second, a, b, len(of_pair) - a - b, share, interval))
    return rows


def method_results(poll: Poll) -> list[MethodResult]:
    """The methods by the share of questions that they won, best first."""
    won, decided = (np.zeros((len(poll.methods), len(poll.faces))) for _ in range(2))
    for trial, winner in _winners(poll):
        if winner is not None:
            for side in (trial.left, trial.right):
                decided[poll.methods.index(side), trial.face] += 1
            won[poll.methods.index(winner), trial.face] += 1
    weights = resampling_weights(len(poll.faces), _ROUNDS, seed=0)
    rows = [_method_result(*row, weights) for row in zip(poll.methods, won, decided, strict=True)]
    return sorted(rows, key=lambda row: -(row.share or 0))


def wilson(successes: int, trials: int) -> Interval:
    """Wilson's score interval of a share, 95 % (Wilson, J. Am. Stat. Assoc. 22, 1927).

    Raises:
        ValueError: if there are no trials.
    """
    if trials < 1:
        raise ValueError("An interval of a share needs trials.")
    share, z2 = successes / trials, _NORMAL**2
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = _NORMAL / (1 + z2 / trials) * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    return Interval(max(middle - half, 0.0), min(middle + half, 1.0))


def save_poll(poll: Poll, path: Path) -> None:
    """Write a poll as JSON, whole or not at all.

    Raises:
        OSError: if it cannot be written.
    """
    write_json(path, asdict(poll), indent=None)


def read_poll(path: Path) -> Poll:
    """A poll of `save_poll`.

    Raises:
        UserError: if the file is missing or damaged, or holds no poll.
    """
    try:
        poll = read_json(path, Poll)
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}): check the name.") from error
    except ValueError as error:
        raise UserError(f"{path.name} holds no votes ({error}): begin a new vote.") from error
    known = all(t.face < len(poll.faces) and {t.left, t.right} <= set(poll.methods) for t in poll.trials)
    boxes = all(x1 < x2 and y1 < y2 for x1, y1, x2, y2 in (face.box for face in poll.faces))
    if not (known and boxes) or len(poll.choices) > len(poll.trials):
        raise UserError(f"{path.name} is damaged: begin a new vote.")
    return poll


def write_votes(poll: Poll, path: Path) -> None:
    """Write the answers as CSV, a line for each in the order in which they were asked.

    Raises:
        OSError: if it cannot be written.
    """
    with replacing(path) as part, part.open("w", encoding="utf-8-sig", newline="", errors="backslashreplace") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(("number", "source", "frame", "x1", "y1", "x2", "y2", "left", "right", "choice", "preferred"))
        for number, (trial, choice) in enumerate(zip(poll.trials, poll.choices, strict=False), 1):
            face = poll.faces[trial.face]
            frame = "" if face.index is None else face.index
            names = (Path(name).stem for name in (trial.left, trial.right, _winner(trial, choice) or ""))
            left, right, preferred = map(harmless, names)
            sides = (left, right, str(choice), preferred)
            writer.writerow(
                (number, harmless(shown(face.source)), frame, *(round(edge, 2) for edge in face.box), *sides)
            )


def _winners(poll: Poll) -> list[tuple[Trial, str | None]]:
    """The questions answered, each with the method that was preferred; those that were skipped are left out."""
    answered = zip(poll.trials, poll.choices, strict=False)
    return [(trial, _winner(trial, choice)) for trial, choice in answered if choice != Choice.SKIPPED]


def _winner(trial: Trial, choice: Choice) -> str | None:
    return {Choice.LEFT: trial.left, Choice.RIGHT: trial.right}.get(choice)


def _method_result(
    method: str, won: NDArray[np.float64], decided: NDArray[np.float64], weights: NDArray[np.float64]
) -> MethodResult:
    if not decided.any():
        return MethodResult(method, 0, 0, None, None)
    drawn = weights @ decided
    rounds = (weights @ won)[drawn > 0] / drawn[drawn > 0]
    share = float(won.sum() / decided.sum())
    return MethodResult(method, int(won.sum()), int(decided.sum()), share, percentile_interval(rounds))
