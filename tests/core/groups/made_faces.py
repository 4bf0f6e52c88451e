"""A project of photos of coloured squares, and an embedder that sees nothing but colour."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tinyface_core.groups.vectors import unit
from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.types import CropBatch, Detections, Face, FindResult

RED, GREEN, BLUE = (220, 20, 20), (20, 220, 20), (20, 20, 220)
SIDE = 16


class Colours:
    """Features are the mean colour of a crop."""

    name, digest, side, context, least = "colours", "1", 8, 0.0, 0.9

    def __init__(self) -> None:
        self.looked_at = 0

    def embed(self, crops: CropBatch) -> NDArray[np.float32]:
        self.looked_at += len(crops)
        return unit(crops.mean(axis=(1, 2), dtype=np.float32))


def add_photo(project: Project, path: Path, colours: Sequence[tuple[int, int, int]], score: float = 0.9) -> None:
    """Put a photo of such squares side by side into a project, each a face."""
    pixels = np.full((SIDE, SIDE * len(colours), 3), 128, np.uint8)
    faces = []
    for place, colour in enumerate(colours):
        pixels[:, SIDE * place : SIDE * (place + 1)] = colour
        box = (float(SIDE * place), 0.0, float(SIDE * (place + 1)), float(SIDE))
        faces.append(ProjectFace(str(path), Face(box, score, score)))
    Image.fromarray(pixels).save(path)
    project.add_pictures([ProjectPicture(str(path))])
    result = FindResult(str(path), pixels.shape[1], SIDE, Detections.of([], []), len(colours), 0)
    project.put_result(result, faces)
