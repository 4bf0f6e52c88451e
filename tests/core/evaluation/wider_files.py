"""Writes small WIDER FACE ground truth in the official `.mat` structure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.io import savemat


@dataclass
class Annotated:
    """One picture: boxes x, y, w, h; invalid labels; 1-based faces that count, by subset."""

    boxes: list[list[float]]
    invalid: list[int] = field(default_factory=list)
    counted: dict[str, list[int]] = field(default_factory=dict)


def write_ground_truth(folder: Path, pictures: Mapping[str, Annotated]) -> Path:
    """Write the four official files for pictures named "event/file"; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    events: dict[str, dict[str, Annotated]] = {}
    for name, picture in pictures.items():
        event, _, file = name.partition("/")
        events.setdefault(event, {})[file] = picture

    def column(entry):
        table = np.empty((len(events), 1), object)
        for row, files in enumerate(events.values()):
            table[row, 0] = np.empty((len(files), 1), object)
            for line, (file, picture) in enumerate(files.items()):
                table[row, 0][line, 0] = entry(file, picture)
        return table

    event_list = np.empty((len(events), 1), object)
    event_list[:, 0] = list(events)
    lists = {
        "event_list": event_list,
        "file_list": column(lambda file, _: file),
        "face_bbx_list": column(lambda _, picture: np.array(picture.boxes, np.float64).reshape(-1, 4)),
        "invalid_label_list": column(
            lambda _, picture: np.array(picture.invalid or [0] * len(picture.boxes), np.uint8).reshape(-1, 1)
        ),
    }
    savemat(folder / "wider_face_val.mat", lists)
    for subset in ("easy", "medium", "hard"):
        counted = column(lambda _, picture: np.array(picture.counted.get(subset, []), np.uint16).reshape(-1, 1))  # noqa: B023
        savemat(folder / f"wider_{subset}_val.mat", {**lists, "gt_list": counted})
    return folder
