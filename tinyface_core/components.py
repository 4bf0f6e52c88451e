"""Connected components of a graph given by pairs of nodes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


def components(first: Rows, second: Rows, count: int) -> Rows:
    """A label for each of `count` rows `(count,)`, from 0 on, equal for those that pairs `(P,)`, `(P,)` link.

    Raises:
        ModuleNotFoundError: if scipy is not installed.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(first), bool), (first, second)), shape=(count, count))
    return np.asarray(connected_components(links, directed=False)[1], np.int64)


def rows_by_label(labels: NDArray[np.integer]) -> list[Rows]:
    """The rows of each label that there is, rising."""
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(labels[order])) + 1) if len(order) else []
