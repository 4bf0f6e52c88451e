"""Average linkage part by part is average linkage, and numbers of groups stay."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

import tinyface_core.groups.clustering as clustering
from tinyface_core.groups.clustering import alike, numbered
from tinyface_core.groups.vectors import unit
from tinyface_core.types import Cancelled


def made(kinds: int, each: int, spread: float, seed: int = 0) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    middles = rng.normal(size=(kinds, 16)).repeat(each, axis=0)
    return unit((middles + spread * rng.normal(size=middles.shape)).astype(np.float32))


def partition(labels: NDArray[np.int64]) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("spread", "least"), [(0.2, 0.6), (0.6, 0.5), (1.0, 0.4), (1.0, 0.1)])
def test_groups_are_those_of_average_linkage_of_all_pairs(seed: int, spread: float, least: float) -> None:
    vectors = made(12, 15, spread, seed)
    distances = (1 - vectors @ vectors.T)[np.triu_indices(len(vectors), 1)].astype(np.float64)
    wanted = fcluster(linkage(distances, "average"), 1 - least, "distance")
    assert partition(alike(vectors, least)) == partition(wanted)


def test_more_faces_than_are_held_at_once_are_parted_by_stricter_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """All hang together by pairs of 0.05 and more; by stricter ones they are the kinds that they were made of."""
    monkeypatch.setattr(clustering, "MOST_AT_ONCE", 20)
    vectors = made(10, 12, 0.15)
    assert partition(alike(vectors, 0.05)) == {frozenset(range(first, first + 12)) for first in range(0, 120, 12)}


def test_any_number_of_equal_faces_is_one_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clustering, "MOST_AT_ONCE", 20)
    assert set(alike(np.tile(made(1, 1, 0), (200, 1)), 0.5).tolist()) == {0}


def test_nothing_and_one_face_are_no_trouble() -> None:
    assert alike(made(1, 1, 0)[:0], 0.5).tolist() == [] and alike(made(1, 1, 0), 0.5).tolist() == [0]
    assert numbered(np.zeros(0, np.int64), np.zeros(0, np.int64)).tolist() == []


def test_comparing_tells_how_far_it_is_and_can_be_stopped() -> None:
    told: list[tuple[int, int]] = []
    alike(made(10, 20, 0.2), 0.6, lambda *done: told.append(done))
    assert told == [(0, 200), (64, 200), (128, 200), (192, 200)]
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        alike(made(2, 2, 0.2), 0.6, cancel=stop)


def test_larger_groups_get_lower_numbers_and_faces_that_are_alone_get_none() -> None:
    labels = np.array([0, 1, 1, 2, 3, 3, 3])
    assert numbered(labels, np.zeros(7, np.int64)).tolist() == [0, 2, 2, 0, 1, 1, 1]


def test_a_group_keeps_its_number_when_faces_come_and_go() -> None:
    """Five of group 4 and two new ones; group 7 fell into a larger and a smaller part; the last two are new."""
    before = np.array([4, 4, 4, 4, 4, 0, 0, 7, 7, 7, 7, 7, 0, 0])
    labels = np.array([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 3])
    assert numbered(labels, before).tolist() == [4] * 7 + [7] * 3 + [8] * 2 + [9] * 2


def test_of_two_groups_that_become_one_the_larger_gives_its_number() -> None:
    assert numbered(np.zeros(5, np.int64), np.array([2, 2, 3, 3, 3])).tolist() == [3] * 5
    assert numbered(np.array([0, 0, 1]), np.array([2, 2, 2])).tolist() == [2, 2, 0]
