"""Carries verdicts over to the new boxes when a picture is searched again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tinyface_core.boxes import iou_matrix
from tinyface_core.project.records import F

_SAME_FACE = 0.6


def carry_over(before: Sequence[F], found: Sequence[F]) -> list[F]:
    """The faces of a new search, with verdicts, notes, tracks and changed boxes of the old faces that match them.

    Old faces with such edits that no new face matches are appended. Drawn faces are left out: searches do not remove
    them from the project.
    """
    decided = [face for face in before if not face.drawn and (face.verdict or face.note or face.found or face.settled)]
    old_boxes = np.array([face.found or face.face.box for face in decided], np.float64).reshape(-1, 4)
    new_boxes = np.array([face.face.box for face in found], np.float64).reshape(-1, 4)
    covered = iou_matrix(new_boxes, old_boxes) > _SAME_FACE
    free = np.ones(len(decided), bool)
    faces = []
    for new, twins in zip(found, covered, strict=True):
        if not (twins & free).any():
            faces.append(new)
            continue
        number = int((twins & free).argmax())
        free[number] = False
        twin = decided[number]
        said = replace(new, verdict=twin.verdict, note=twin.note).with_track(twin.face.track, twin.settled)
        faces.append(said.with_box(twin.face.box) if twin.found else said)
    return faces + [face for face, is_free in zip(decided, free, strict=True) if is_free]


def join_verdicts(before: Sequence[F], found: Sequence[F]) -> list[F]:
    """`carry_over` for two records of one picture, which also keeps the verdicts of `found` and drawn faces."""
    said = {face.id: face for face in found if face.verdict or face.note}
    joined = [said.get(face.id, face) for face in carry_over(before, found)]
    return joined + [face for face in before if face.drawn]
