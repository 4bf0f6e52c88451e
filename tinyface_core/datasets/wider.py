"""Reader of WIDER FACE in its official form: `.mat` lists or `_bbx_gt.txt`, pictures in event folders or flat."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinyface_core.datasets.annotations import AnnotatedPicture

_SUFFIXES = (".jpg", ".jpeg", ".png", ".avif", ".webp")
_INVALID_COLUMN = 7


def read_wider(
    images: Path, ground_truth: Path, only: Collection[str] | None = None
) -> list[AnnotatedPicture]:
    """All annotated pictures whose file is there; listed pictures without a file are left out.

    Args:
        images: folder of the pictures, with or without the event folders.
        ground_truth: `wider_face_train.mat`, `wider_face_val.mat` or `wider_face_..._bbx_gt.txt`.
        only: official names ("event/file", no suffix) to keep.

    Returns:
        Pictures named "event/file"; faces labelled invalid, and empty boxes, are ignored ones.

    Raises:
        FileNotFoundError: if the list is not there, or not one of its pictures is.
    """
    if not ground_truth.exists():
        raise FileNotFoundError(f"{ground_truth} does not exist: give the official WIDER FACE list.")
    listed = _from_mat(ground_truth) if ground_truth.suffix == ".mat" else _from_text(ground_truth)
    files = {file.stem: file for file in images.rglob("*") if file.suffix.lower() in _SUFFIXES}
    pictures = []
    for name, boxes, invalid in listed:
        file = files.get(name.rpartition("/")[2])
        if file is None or (only is not None and name not in only):
            continue
        corners = boxes.astype(np.float32)
        corners[:, 2:] += corners[:, :2]
        empty = (boxes[:, 2:] <= 0).any(axis=1)
        pictures.append(AnnotatedPicture(name, file, corners, invalid | empty))
    if not pictures:
        raise FileNotFoundError(f"{images} holds none of the pictures that {ground_truth.name} lists.")
    return pictures


def _from_mat(path: Path) -> Iterator[tuple[str, NDArray[np.float32], NDArray[np.bool_]]]:
    from scipy.io import loadmat

    lists = loadmat(str(path))
    for number, event in enumerate(lists["event_list"][:, 0]):
        names = lists["file_list"][number, 0]
        boxes = lists["face_bbx_list"][number, 0]
        invalid = lists["invalid_label_list"][number, 0]
        for row in range(len(names)):
            yield (
                f"{event[0]}/{names[row, 0][0]}",
                boxes[row, 0].reshape(-1, 4).astype(np.float32),
                invalid[row, 0].reshape(-1).astype(bool),
            )


def _from_text(path: Path) -> Iterator[tuple[str, NDArray[np.float32], NDArray[np.bool_]]]:
    lines = iter(path.read_text(encoding="utf-8").splitlines())
    for line in lines:
        if not line.strip():
            continue
        count = int(next(lines))
        # A picture without faces still has one line, of zeros.
        rows = [[float(value) for value in next(lines).split()] for _ in range(max(count, 1))][:count]
        table = np.array(rows, np.float32).reshape(count, -1)
        boxes = table[:, :4].reshape(-1, 4)
        invalid = table[:, _INVALID_COLUMN].astype(bool) if table.shape[1] > _INVALID_COLUMN else np.zeros(count, bool)
        yield str(Path(line.strip()).with_suffix("")), boxes, invalid
