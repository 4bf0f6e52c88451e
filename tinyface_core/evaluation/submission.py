"""The official WIDER FACE submission format: a folder with `event/file.txt`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinyface_core.datasets.annotations import announced_faces, numbers
from tinyface_core.files import numbered_lines, replacing
from tinyface_core.types import UserError

Predictions = Mapping[str, NDArray[np.float64]]
"""By official name "event/file": `(N, 5)` float64 x, y, width, height in pixels and a score, in any order."""


def write_submission(folder: Path, predictions: Predictions) -> None:
    """Write one file per picture: name, count, then lines `x y width height score`, best first."""
    for name, rows in predictions.items():
        path = folder / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        best_first = rows[np.argsort(-rows[:, 4], kind="stable")]
        with replacing(path) as part:
            part.write_text("\n".join(official_lines(path.stem, best_first)) + "\n", encoding="utf-8")


def official_lines(name: str, rows: NDArray[np.float64]) -> list[str]:
    """Name, count, then lines `x y width height score`, as in WIDER FACE and FDDB."""
    return [name, str(len(rows)), *(f"{x:.3f} {y:.3f} {w:.3f} {h:.3f} {s:.9g}" for x, y, w, h, s in rows)]


def read_submission(folder: Path) -> dict[str, NDArray[np.float64]]:
    """Every prediction of a submission folder, by "event/file".

    Raises:
        FileNotFoundError: if there is no `event/file.txt` in the folder.
        UserError: if a file has another format; the message names the file.
    """
    predictions = {}
    for path in sorted(folder.glob("*/*.txt")):
        predictions[f"{path.parent.name}/{path.stem}"] = _read(path)
    if not predictions:
        raise FileNotFoundError(f"{folder} holds no predictions of the form event/file.txt.")
    return predictions


def _read(path: Path) -> NDArray[np.float64]:
    lines = numbered_lines(path)
    at = 0
    try:
        if not lines:
            raise ValueError("it is empty")
        count = announced_faces(lines, 0)
        rows = []
        for at in range(2, len(lines)):
            rows.append(numbers(lines[at][1], 5)[:5])
    except ValueError as error:
        place = f", at line {lines[at][0]}" if lines else ""
        raise UserError(
            f"{path}{place}: not a prediction file of name, count and x y width height score ({error}): write it again."
        ) from error
    table = np.array(rows, np.float64).reshape(-1, 5)
    if not np.isfinite(table).all():
        raise UserError(f"{path} holds what is no number: write the predictions again.")
    if len(table) != count:
        raise UserError(f"{path} announces {count} faces and lists {len(table)}.")
    return table
