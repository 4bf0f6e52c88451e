"""Blind votes between upscalers: the voter sees two enlargements of a face without their names.

Each pair of methods is compared once on every face, in random order. Over all faces each method of a pair is on the
left as often as on the right (plus or minus one).
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
"""Quantile of the normal distribution for a 95 % interval."""


class Choice(StrEnum):
    """The answer to a question."""

    LEFT = "left"
    RIGHT = "right"
    SAME = "same"
    SKIPPED = "skipped"
    """The enlargements could not be made."""


@dataclass(frozen=True, slots=True)
class VotedFace:
    """A face to vote on: path, frame number (None for a photo), box in pixels, rotation of the picture in degrees."""

    source: str
    index: Count | None
    box: tuple[Edge, Edge, Edge, Edge]
    turn: Turn = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """One question: index of the face, and the methods on both sides."""

    face: Count
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Poll:
    """Questions in their order, and the answers so far.

    Attributes:
        methods: names of upscalers or paths of model files.
        trials: the questions: each pair of methods on each face.
        choices: answers to the first questions.
        seed: of the random order and sides.
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
        """The poll with the answer to the next question."""
        return replace(self, choices=(*self.choices, choice))

    def without_last(self) -> Poll:
        """The poll without the last answer."""
        return replace(self, choices=self.choices[:-1])


def new_poll(faces: Sequence[VotedFace], methods: Sequence[str], seed: int) -> Poll:
    """A new poll, determined by the seed.

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
    """Votes between two methods.

    Attributes:
        first_votes, second_votes, no_difference: numbers of answers.
        share: of votes for the first method among answers that saw a difference, in [0, 1]; None if there are none.
        interval: 95 % interval of the share, by Wilson's score.
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
    """Votes for a method against all others.

    Attributes:
        won, decided: numbers of answers for it, and of answers that saw a difference.
        share: won / decided, in [0, 1]; None if nothing was decided.
        interval: 95 % interval of the share, by bootstrap over faces, because answers on one face are correlated.
    """

    method: str
    won: int
    decided: int
    share: float | None
    interval: Interval | None


def pair_results(poll: Poll) -> list[PairResult]:
    """The result of each pair of methods, in the order of the poll."""
    winners = _winners(poll)
    rows = []
    for first, second in combinations(poll.methods, 2):
        of_pair = [won for trial, won in winners if {trial.left, trial.right} == {first, second}]
        a, b = of_pair.count(first), of_pair.count(second)
        share, interval = (a / (a + b), wilson(a, a + b)) if a + b else (None, None)
        rows.append(PairResult(first, second, a, b, len(of_pair) - a - b, share, interval))
    return rows


def method_results(poll: Poll) -> list[MethodResult]:
    """The result of each method, highest share first."""
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
    """Write a poll as JSON, atomically."""
    write_json(path, asdict(poll), indent=None)


def read_poll(path: Path) -> Poll:
    """Read a poll written by `save_poll`.

    Raises:
        UserError: if the file is missing, damaged, or not a poll.
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
    """Write the answers as CSV, one line each, in order."""
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
    """The answered questions with the preferred method, without skipped ones."""
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
