"""Groups similar faces of a project: embeds new faces, then clusters all.

Importing this module fails without scipy, so that this is noticed before the embedding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tinyface_core.boxes import square_rois
from tinyface_core.groups.clustering import alike, numbered
from tinyface_core.groups.registry import Embedder
from tinyface_core.groups.vectors import unit
from tinyface_core.media.opening import MediaError
from tinyface_core.media.sources import OpenedFrames
from tinyface_core.project.groups import FaceGroups
from tinyface_core.project.records import ProjectFace, ProjectPicture, by_frame
from tinyface_core.project.store import Project
from tinyface_core.rois import cut_rois
from tinyface_core.search_settings import LEAST_SHOWN
from tinyface_core.types import LEFT_OUT, CancelToken, Progress, no_progress, stop_if_asked

_AT_ONCE = 32
"""Batch size of the network."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """Result: number of compared faces, of groups (at least two faces each), and of faces without a group."""

    faces: int
    groups: int
    alone: int


def group_faces(
    project: Project,
    embedder: Embedder,
    least: float | None = None,
    min_score: float = LEAST_SHOWN,
    failed: Callable[[Path, Exception], object] = lambda _path, _error: None,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> Grouped:
    """Group similar faces of a project; groups keep their numbers if possible.

    Only the best face of a track is compared; the others join its group. Features are stored in the project picture by
    picture, so a cancelled grouping can be continued. The least similarity is the embedder's default if it is None;
    faces under `min_score` take part if they were drawn or judged. `failed` is called for unreadable pictures, progress
    with the stages "look" and "compare".

    Raises:
        Cancelled: once `cancel` is set; the groups are unchanged.
        ProjectError: if the project cannot be read or written.
    """
    groups, seen_by = FaceGroups(project), f"{embedder.name} {embedder.digest}"
    compared: dict[int, ProjectFace | None] = {}
    pictures = [picture for picture in project.pictures() if picture.faces]
    for done, picture in enumerate(pictures):
        stop_if_asked(cancel)
        progress("look", done, len(pictures))
        source = picture.source
        known = groups.looked_at(source, seen_by)
        wanted = _to_compare(project.faces(source), min_score)
        new = [face for face in wanted if known.get(face.id) != face.face.box]
        try:
            _look(groups, embedder, seen_by, picture, new, cancel)
        except MediaError as error:
            failed(Path(source), error)
            wanted = [face for face in wanted if known.get(face.id) == face.face.box]
        # Keep only the ids of faces without a track, to save memory.
        compared.update((face.id, face if face.face.track >= 0 else None) for face in wanted)
    looks = groups.looks(seen_by)
    kept = np.isin(looks.ids, np.fromiter(compared, np.int64, len(compared)))
    ids, before = looks.ids[kept], looks.numbers[kept]
    labels = alike(
        looks.vectors[kept],
        embedder.least if least is None else least,
        lambda done, total: progress("compare", done, total),
        cancel,
    )
    numbers = numbered(labels, before)
    by_id = dict(zip(ids.tolist(), numbers.tolist(), strict=True))
    groups.set_numbers(seen_by, by_id, (face for id_, face in compared.items() if face is not None and id_ in by_id))
    return Grouped(len(numbers), len(np.unique(numbers[numbers > 0])), int((numbers == 0).sum()))


def _to_compare(faces: Iterable[ProjectFace], min_score: float) -> list[ProjectFace]:
    """The faces of a picture with a sufficient score, drawn or judged; only the best face of each track."""
    tracks: dict[int, ProjectFace] = {}
    single = []
    for face in faces:
        if not (face.drawn or face.verdict or (face.face.score >= min_score and face.face.track != LEFT_OUT)):
            continue
        if face.face.track < 0:
            single.append(face)
        else:
            tracks[face.face.track] = max(tracks.get(face.face.track, face), face, key=ProjectFace.worth)
    return [*single, *tracks.values()]


def _look(
    groups: FaceGroups,
    embedder: Embedder,
    seen_by: str,
    picture: ProjectPicture,
    faces: Sequence[ProjectFace],
    cancel: CancelToken | None,
) -> None:
    """Compute and store the features of faces of one picture, frame by frame."""
    with OpenedFrames() as opened:
        for index, of_frame in sorted(by_frame(faces).items(), key=lambda item: item[0] or 0):
            stop_if_asked(cancel)
            pixels = opened.frame(picture.path, index, picture.turn).pixels
            for first in range(0, len(of_frame), _AT_ONCE):
                part = of_frame[first : first + _AT_ONCE]
                rois = square_rois(np.array([face.face.box for face in part], np.float64), embedder.context)
                groups.put(seen_by, part, unit(embedder.embed(cut_rois(pixels, rois, embedder.side))))
