"""Imports face regions of photo managers as verdicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from tinyface_core.boxes import clip, iou_matrix
from tinyface_core.media.images import read_size
from tinyface_core.media.regions import read_regions
from tinyface_core.media.turning import turned_boxes
from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.types import CancelToken, Face, UserError, Verdict, stop_if_asked

_SAME_FACE = 0.4
"""Least IoU; people draw larger boxes, round the whole head, than detectors do."""


def take_all_regions(
    project: Project, failed: Callable[[Path, Exception], object], cancel: CancelToken | None = None
) -> tuple[int, int]:
    """Call `take_regions` for every existing photo; `failed` is called for those that cannot be read.

    Returns:
        How many faces were confirmed, and how many added.
    """
    confirmed = added = 0
    for photo in project.pictures():
        stop_if_asked(cancel)
        if photo.is_video or photo.has_pages or photo.missing:
            continue
        try:
            of_these, new = take_regions(project, photo)
            confirmed, added = confirmed + of_these, added + new
        except (OSError, UserError) as error:
            failed(photo.path, error)
    return confirmed, added


def take_regions(project: Project, picture: ProjectPicture) -> tuple[int, int]:
    """Confirm the faces without a verdict that a photo's XMP regions cover, and add regions that were not found.

    Names of people become notes of faces that have none.

    Returns:
        How many faces were confirmed, and how many added.

    Raises:
        OSError: if the photo cannot be read.
        UserError: if its XMP is invalid, or the project cannot be written.
    """
    regions = read_regions(picture.path)
    if not regions:
        return 0, 0
    width, height = read_size(picture.path)
    boxes = clip(np.array([region.box for region in regions]) * [width, height, width, height], width, height)
    boxes = turned_boxes(boxes, width, height, picture.turn)
    faces = project.faces(picture.source)
    overlap = iou_matrix(boxes, np.array([face.face.box for face in faces], np.float64).reshape(-1, 4))
    confirmed, added = [], []
    for region, box, row in zip(regions, boxes.tolist(), overlap, strict=True):
        x1, y1, x2, y2 = box
        if x2 - x1 < 1 or y2 - y1 < 1:
            continue  # outside the picture, or smaller than a pixel
        if not len(row) or row.max() < _SAME_FACE:
            face = Face((x1, y1, x2, y2), 1.0, 1.0)
            added.append(ProjectFace(picture.source, face, verdict=Verdict.CONFIRMED, note=region.name, drawn=True))
        elif not (found := faces[int(row.argmax())]).verdict:
            confirmed.append(replace(found, verdict=Verdict.CONFIRMED, note=found.note or region.name))
    project.put_faces([*confirmed, *added])
    return len(confirmed), len(added)
