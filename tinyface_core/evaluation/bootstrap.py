"""Bootstrap confidence intervals over pictures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval, `low <= high`."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of two measurements on the same pictures.

    Attributes:
        value: second minus first, on all the pictures.
        interval: of the difference, from paired resampling.
        share_above_zero: share of the resamplings in which the second is better, in [0, 1].
    """

    value: float
    interval: Interval
    share_above_zero: float


def resampling_weights(pictures: int, rounds: int, seed: int) -> NDArray[np.float64]:
    """How often each picture is drawn, `(rounds, pictures)`; every row sums to `pictures`.

    The same seed gives the same draws, so that two detectors can be compared by pairs.

    Raises:
        ValueError: if there are no pictures or no rounds.
    """
    if pictures < 1 or rounds < 1:
        raise ValueError(f"A bootstrap needs pictures and rounds, not {pictures} and {rounds}.")
    rng = np.random.default_rng(seed)
    return rng.multinomial(pictures, np.full(pictures, 1 / pictures), size=rounds).astype(np.float64)


def percentile_interval(values: NDArray[np.float64]) -> Interval:
    """The 95 % percentile interval of resampled values `(rounds,)`."""
    low, high = np.quantile(values, [0.025, 0.975])
    return Interval(float(low), float(high))


def paired_difference(first: NDArray[np.float64], second: NDArray[np.float64]) -> Difference:
    """The difference second - first of values `(1 + rounds,)`: on all pictures, then with each of the same draws."""
    value, rounds = float(second[0] - first[0]), second[1:] - first[1:]
    return Difference(value, percentile_interval(rounds), float((rounds > 0).mean()))


def mean_over_trainings(values: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """The mean over trainings of the same kind, and with each resampling of the pictures a resampling of the trainings.

    Values `(trainings, 1 + rounds)` are those on all pictures, then with those of each resampling. The same seed gives
    the same draws, so that two kinds of trainings with as many seeds can be compared by pairs.

    Returns:
        `(1 + rounds,)`.
    """
    count, columns = values.shape
    drawn = np.random.default_rng(seed).integers(count, size=(count, columns))
    drawn[:, 0] = np.arange(count)
    means: NDArray[np.float64] = np.take_along_axis(values, drawn, axis=0).mean(axis=0)
    return means
