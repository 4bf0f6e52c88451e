"""Unit-length feature vectors, whose dot product is the similarity of two faces."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def unit(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Features `(N, ...)` as vectors of unit length `(N, D)`."""
    flat = features.reshape(len(features), -1).astype(np.float32)
    made: NDArray[np.float32] = flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-9)
    return made
