"""Clusters face features by average linkage in bounded memory; group numbers stay stable."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from tinyface_core.components import components, rows_by_label
from tinyface_core.types import CancelToken, stop_if_asked

Labels = NDArray[np.int64]
Vectors = NDArray[np.float32]

MOST_AT_ONCE = 4000
"""Maximum number of faces whose pairwise distances are held in memory: 64 MB."""

_BLOCK = 64
_SAME = 0.999
"""Similarity above which faces are not separated any further."""


def alike(
    vectors: Vectors,
    least: float,
    progress: Callable[[int, int], object] | None = None,
    cancel: CancelToken | None = None,
) -> Labels:
    """Cluster faces by average linkage, cut at a mean similarity of `least`.

    A cluster is always inside a connected component of the graph of pairs with at least this similarity, so the
    components are computed first, and then clustered one by one. A component of more than `MOST_AT_ONCE` faces is first
    split by a higher similarity, which may split a cluster, too.

    Args:
        vectors: features of unit length `(N, D)`.
        least: cosine similarity, in [0, 1].
        progress: called as `progress(done, total)` with numbers of faces.
        cancel: checked between a few faces.

    Returns:
        Labels of the clusters `(N,)`, from 0.
    """
    labels = np.zeros(len(vectors), np.int64)
    next_label = 0
    waiting = [(np.arange(len(vectors)), least, progress)]
    while waiting:
        rows, cut, tell = waiting.pop()
        for linked in rows_by_label(_linked(vectors[rows], cut, tell, cancel)):
            part = rows[linked]
            if len(part) > MOST_AT_ONCE and cut < _SAME:
                waiting.append((part, (1 + cut) / 2, None))
                continue
            within = np.zeros(len(part), np.int64)
            if 1 < len(part) <= MOST_AT_ONCE:
                within = _average_linkage(vectors[part], least)
            labels[part] = next_label + within
            next_label += int(within.max()) + 1
    return labels


def numbered(labels: Labels, before: Labels) -> Labels:
    """Number the groups `(N,)` of `alike` of at least two faces from 1; a face without a group gets 0.

    A group keeps the number that most of its faces had before, unless more faces of another group had it. New groups
    get new numbers, larger groups first.
    """
    sizes = np.bincount(labels, minlength=1)
    numbers = np.zeros(len(sizes), np.int64)
    had = (before > 0) & (sizes[labels] > 1)
    pairs, counts = np.unique(np.stack([labels[had], before[had]], axis=1), axis=0, return_counts=True)
    taken: set[int] = set()
    for row in np.lexsort((pairs[:, 1], -counts)).tolist():
        label, number = (int(value) for value in pairs[row])
        if not numbers[label] and number not in taken:
            numbers[label] = number
            taken.add(number)
    new = [label for label in np.argsort(-sizes, kind="stable").tolist() if sizes[label] > 1 and not numbers[label]]
    numbers[new] = int(before.max(initial=0)) + 1 + np.arange(len(new))
    return numbers[labels]


def _linked(
    vectors: Vectors, cut: float, progress: Callable[[int, int], object] | None, cancel: CancelToken | None
) -> Labels:
    """Labels of the connected components of the graph of pairs with at least this similarity."""
    count = len(vectors)
    labels: Labels = np.arange(count)
    for first in range(0, count, _BLOCK):
        if progress is not None:
            progress(first, count)
        stop_if_asked(cancel)
        last = min(first + _BLOCK, count)
        rows, columns = np.nonzero(vectors[first:last] @ vectors[:last].T >= cut)
        labels = components(labels[rows + first], labels[columns], count)[labels]
    return labels


def _average_linkage(vectors: Vectors, least: float) -> Labels:
    upper = np.triu_indices(len(vectors), 1)
    distances = np.maximum(1 - (vectors @ vectors.T)[upper], 0).astype(np.float64)
    return np.asarray(fcluster(linkage(distances, "average"), 1 - least, "distance"), np.int64) - 1
