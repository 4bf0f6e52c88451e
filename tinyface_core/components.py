"""Connected components of a graph given by pairs of nodes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


def components(first: Rows, second: Rows, count: int) -> Rows:
    """Labels `(count,)`, from 0, of the connected components of a graph with edges `first (P,)` to `second (P,)`.

    Raises:
        ModuleNotFoundError: if scipy is not installed.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(first), bool), (first, second)), shape=(count, count))
    return np.asarray(connected_components(links, directed=False)[1], np.int64)


def rows_by_label(labels: NDArray[np.integer]) -> list[Rows]:
    """For each distinct label, in increasing order, the indices of its rows."""
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(labels[order])) + 1) if len(order) else []
