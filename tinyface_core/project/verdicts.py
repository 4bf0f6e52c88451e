"""What becomes of verdicts when a picture is searched again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from tinyface_core.project.records import ProjectFace
from tinyface_core.types import Box

F = TypeVar("F", bound=ProjectFace)

_SAME_FACE = 0.6


def carry_over(before: Sequence[F], found: Sequence[F]) -> list[F]:
    """The faces of a new search with the verdicts, notes and changed boxes of the old faces that they cover.

    An old face of which something was said and that no new one covers stays, after the new ones. Drawn faces are
    left out: no search takes them away.
    """
    decided = [face for face in before if not face.drawn and (face.verdict or face.note or face.found)]
    faces = []
    for new in found:
        twin = next((old for old in decided if _iou(old.found or old.face.box, new.face.box) > _SAME_FACE), None)
        if twin is not None:
            decided.remove(twin)
            said = replace(new, verdict=twin.verdict, note=twin.note)
            faces.append(said.with_box(twin.face.box) if twin.found else said)
        else:
            faces.append(new)
    return faces + decided


def join_verdicts(before: Sequence[F], found: Sequence[F]) -> list[F]:
    """As `carry_over`, of two records of one picture: what was said of `found` stays, and what was drawn before."""
    said = {face.id: face for face in found if face.verdict or face.note}
    joined = [said.get(face.id, face) for face in carry_over(before, found)]
    return joined + [face for face in before if face.drawn]


def _iou(a: Box, b: Box) -> float:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return width * height / (areas - width * height)
