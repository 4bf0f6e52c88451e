"""Finds re-encoded and resized copies of a picture by perceptual hashes (library imagehash, an extra)."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tinyface_core.components import components, rows_by_label
from tinyface_core.types import RgbImage

MOST_BITS = 4
"""Largest Hamming distance of the 64-bit hashes of two copies; `benchmarks/scan.py` measures hits and mistakes."""

_BITS = 64
_REDUCED = 256


@cache
def can_compare() -> bool:
    """Whether the library is installed."""
    return find_spec("imagehash") is not None


@cache
def prepare_hashing() -> None:
    """Import the library ahead of time, if it is installed; that takes a quarter of a second."""
    if can_compare():
        perceptual_hash(np.zeros((8, 8, 3), np.uint8))


def perceptual_hash(pixels: RgbImage) -> int:
    """The 64-bit perceptual hash (pHash) of a picture `(H, W, 3)`, as a signed number.

    Raises:
        ModuleNotFoundError: see `can_compare`.
    """
    import imagehash

    image = Image.fromarray(pixels)
    # The library reduces with a wide filter, which takes long for large pictures.
    image = image.reduce(max(1, min(image.size) // _REDUCED))
    bits = imagehash.phash(image).hash
    return int(np.packbits(bits).view(">i8")[0])


def copies(hashes: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Groups of at least two pictures whose hashes `(N,)` are alike; copies of copies are in the same group.

    Returns:
        The rows of each group in ascending order; groups ordered by their first row.
    """
    pairs = np.concatenate([np.empty((0, 2), np.int64), *_alike(hashes.view(np.uint64))])
    groups = rows_by_label(components(pairs[:, 0], pairs[:, 1], len(hashes)))
    return sorted((group for group in groups if len(group) > 1), key=lambda group: int(group[0]))


def _alike(hashes: NDArray[np.uint64]) -> list[NDArray[np.int64]]:
    """Pairs of rows that differ in at most `MOST_BITS` bits, as `(M, 2)` arrays.

    By the pigeonhole principle, two such hashes agree in at least one of `MOST_BITS` + 1 pieces: only rows that share a
    piece are compared. Rows of equal hashes are each linked to the first of them.
    """
    values, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
    pairs = [np.stack([np.arange(len(hashes)), first[inverse]], axis=1)]
    edges = np.linspace(0, _BITS, MOST_BITS + 2).astype(np.uint64)
    for low, high in pairwise(edges):
        pieces = (values >> low) & ((np.uint64(1) << (high - low)) - np.uint64(1))
        for rows in rows_by_label(pieces):
            for place in range(len(rows) - 1):
                others = rows[place + 1 :]
                near = others[np.bitwise_count(values[others] ^ values[rows[place]]) <= MOST_BITS]
                pairs.append(np.stack([np.full(len(near), first[rows[place]]), first[near]], axis=1))
    return pairs
