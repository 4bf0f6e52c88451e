"""A scan with a made search, also as a program of its own that can be killed."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tinyface_core.media.step import Step
from tinyface_core.project.scanned import Outcome
from tinyface_core.project.store import Project
from tinyface_core.search import scan as module
from tinyface_core.search.pipeline import Concurrency
from tinyface_core.search.scan import ScanOrder, scan
from tinyface_core.types import Detections, FindResult, Frame


def save_photo(path: Path, seed: int, side: int = 96, quality: int = 90) -> Path:
    """A photo of coarse patches that are another one for each seed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    patches = np.random.default_rng(seed).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    Image.fromarray(patches).resize((side, side), Image.Resampling.BICUBIC).save(path, quality=quality)
    return path


def found_in(frame: Frame) -> FindResult:
    """One face for every dark patch, by what the picture shows."""
    ys, xs = np.nonzero(frame.pixels[::16, ::16].mean(axis=2) < 100)
    boxes = np.stack([xs, ys, xs + 10, ys + 12], axis=1) * 1.0
    faces = Detections.of(boxes, frame.pixels[ys * 16, xs * 16, 0] / 255)
    return FindResult(frame.source, frame.width, frame.height, faces, len(faces), 0, index=frame.index)


def scanned(project: Path, *paths: Path, retry: bool = False, **more: Any) -> Counter[Outcome]:
    """Scan into a project, which is made if there is none."""
    if not project.exists():
        Project.create(project).close()
    with Project.open(project) as opened:
        order = ScanOrder(paths, retry=retry, every=Step(3))
        return scan(opened, order, more.pop("search", found_in), **more)


def content(project: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that a project holds but the numbers that are drawn by chance."""
    with sqlite3.connect(project) as connection:
        tables = {
            "pictures": "SELECT id, path, sha256, size, likeness FROM pictures ORDER BY id",
            "files": "SELECT path, size, modified, picture, reason FROM files ORDER BY path",
            "runs": "SELECT picture, frame, width, height, candidates, settings FROM runs ORDER BY picture, frame",
            "faces": "SELECT picture, frame, x1, y1, x2, y2, score, verdict FROM faces ORDER BY 1, 2, 3, 4",
        }
        held = {name: connection.execute(query).fetchall() for name, query in tables.items()}
    connection.close()
    return held


def main(arguments: Sequence[str]) -> None:
    """`python -m tests.core.search.made_scan PROJECT FOLDER N`: kill this program before its n-th statement of SQL."""
    project, folder, left = Path(arguments[0]), Path(arguments[1]), count(int(arguments[2]), -1)
    module._MOST_IN_A_CHANGE = 8

    def kill(_statement: str) -> None:
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    with Project.open(project) as opened:
        with opened.reading() as connection:
            connection.set_trace_callback(kill)
        scan(opened, ScanOrder([folder]), found_in, how=Concurrency(ahead=2))


if __name__ == "__main__":
    main(sys.argv[1:])
