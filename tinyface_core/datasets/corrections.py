"""Reads the verdicts in a project as training data.

- Confirmed and drawn faces are positive samples.
- Rejected faces ("not a face") are negative samples.
- Unsure faces are ignored.
- In a picture marked as complete everything else is background, including undecided candidates.
- In other pictures everything else is ignored, because it may contain missed faces.

Pictures without any verdict are skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from tinyface_core.boxes import iou_matrix
from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.media.images import read_size
from tinyface_core.media.opening import MediaError
from tinyface_core.media.saving import save_png
from tinyface_core.media.sources import read_frame
from tinyface_core.names import output_stem
from tinyface_core.project.places import name_bytes
from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.types import Verdict

_SAME_PLACE = 0.3


def read_corrections(frames: Path | None, project: Path) -> list[AnnotatedPicture]:
    """The pictures of a project file that have verdicts or are marked as complete.

    Pages, frames of videos and rotated pictures are written to `frames` as PNG, or skipped without it.

    Raises:
        ProjectError: if the project cannot be used.
        FileNotFoundError: if there is no such picture.
    """
    pictures: list[AnnotatedPicture] = []
    with Project.open(project) as opened:
        for picture in opened.pictures():
            faces = opened.faces(picture.source)
            if picture.missing or not (picture.is_video or picture.has_pages or picture.turn):
                pictures += _corrected(picture, picture.path.name, picture.path, faces)
            elif frames is not None:
                pictures += _corrected_frames(picture, faces, frames)
    if not pictures:
        raise FileNotFoundError(
            f"Nothing in {project.name} can be learned yet: confirm faces, reject false ones, or draw missed ones."
        )
    return pictures


def _corrected_frames(picture: ProjectPicture, faces: Sequence[ProjectFace], folder: Path) -> list[AnnotatedPicture]:
    found = []
    frames = {index: list(of) for index, of in groupby(faces, key=lambda face: face.index)}
    if picture.reviewed and not (picture.is_video or picture.has_pages):
        frames.setdefault(None, [])  # a picture without faces: all background
    for index, of_frame in frames.items():
        said = [face for face in of_frame if face.verdict]
        if said or index is None:
            name = output_stem(picture.path.stem) + ("" if index is None else f"-{index:06}")
            name += f"-turned-{picture.turn}" if picture.turn else ""
            found += _corrected(picture, name, _frame_file(picture, index, folder, name), said)
    return found


def _frame_file(picture: ProjectPicture, index: int | None, folder: Path, name: str) -> Path:
    # The checksum distinguishes videos with equal names, and changed versions of a file.
    state = picture.path.stat()
    made_from = f"{state.st_size} {state.st_mtime_ns} ".encode() + name_bytes(picture.source)
    file = folder / f"{crc32(made_from):08x}" / f"{name}.png"
    if not file.exists():
        with suppress(MediaError):  # missing or damaged frames are reported by the check of the data
            save_png(file, read_frame(picture.path, index, picture.turn).pixels)
    return file


def _corrected(picture: ProjectPicture, name: str, file: Path, faces: Sequence[ProjectFace]) -> list[AnnotatedPicture]:
    confirmed = _boxes(face for face in faces if face.verdict == Verdict.CONFIRMED)
    ignored = _boxes(face for face in faces if face.verdict == Verdict.UNSURE)
    rejected = _boxes(face for face in faces if face.verdict == Verdict.NOT_A_FACE)
    if not picture.reviewed and not any(face.verdict for face in faces):
        return []
    if not picture.reviewed:
        try:
            width, height = read_size(file)
        except MediaError:
            width, height = 1, 1  # broken and missing files are reported by the check of the data
        ignored = np.concatenate([ignored, np.array([[0, 0, width, height]], np.float32)])
    boxes = np.concatenate([confirmed, ignored])
    is_ignored = np.arange(len(boxes)) >= len(confirmed)
    return [AnnotatedPicture(name, file, boxes, is_ignored, _apart_from(rejected, confirmed))]


def _boxes(faces: Iterable[ProjectFace]) -> NDArray[np.float32]:
    return np.array([face.face.box for face in faces], np.float32).reshape(-1, 4)


def _apart_from(boxes: NDArray[np.float32], faces: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rejected boxes that do not overlap a face: the analyst may have replaced a bad box by a better one."""
    if not len(boxes) or not len(faces):
        return boxes
    kept: NDArray[np.float32] = boxes[iou_matrix(boxes, faces).max(axis=1) < _SAME_PLACE]
    return kept
