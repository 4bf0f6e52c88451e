"""Checks training data before use: its amount, damaged files, and what it is sufficient for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from tinyface_core.boxes import longer_side, shorter_side
from tinyface_core.datasets.annotations import AnnotatedPicture, existing
from tinyface_core.media.images import load_image, read_size
from tinyface_core.media.opening import MediaError
from tinyface_core.names import first_names
from tinyface_core.types import CancelToken, Progress, no_progress, stop_if_asked

Level = Literal["good", "note", "warning", "stop"]
"""Importance of a finding; "stop" means that training is useless."""

SIZE_BANDS = (
    ("under 10", 0.0, 10.0),
    ("10-16", 10.0, 16.0),
    ("16-32", 16.0, 32.0),
    ("32-64", 32.0, 64.0),
    ("above 64", 64.0, float("inf")),
)
"""Bands of face sizes: name, and range of the longer side in pixels, `low <= side < high`."""

SHARP_SIDE = 46.0
"""Minimum longer side in pixels of a face that can be a target of the generator (64 px with its context)."""

_FEWEST_PICTURES, _FEWEST_FACES = 2, 5
_READ_WHOLE_UP_TO = 400


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of the check.

    Attributes:
        kind: identifier.
        sentence: in English.
    """

    kind: str
    level: Level
    sentence: str


@dataclass(frozen=True, slots=True)
class DataCheck:
    """Result of the check.

    Attributes:
        left_out: number of pictures that are missing or cannot be read.
        complete: number of pictures whose background is known, too.
        faces: number of faces that are not ignored, by the names of `SIZE_BANDS`.
        negatives: number of known false detections.
        sharp: number of faces large enough to train the generator.
        findings: most important first.
    """

    pictures: int
    left_out: int
    complete: int
    faces: dict[str, int]
    negatives: int
    sharp: int
    findings: tuple[Finding, ...]

    @property
    def usable(self) -> bool:
        """Whether training is possible."""
        return all(finding.level != "stop" for finding in self.findings)


def check_pictures(
    pictures: Sequence[AnnotatedPicture],
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
) -> tuple[DataCheck, list[AnnotatedPicture]]:
    """Check annotated pictures; returns the usable ones, too, with boxes clipped to the picture.

    Up to 400 pictures are decoded completely; if there are more, only their headers are read.

    Raises:
        FileNotFoundError: if none of them exists.
    """
    usable: list[AnnotatedPicture] = []
    pictures, oddities = existing(pictures)
    broken = list(oddities.missing)
    outside = complete = 0
    for number, picture in enumerate(pictures):
        stop_if_asked(cancel, "The check was stopped.")
        progress("check", number, len(pictures))
        try:
            width, height = _size(picture, whole=len(pictures) <= _READ_WHOLE_UP_TO)
        except MediaError:
            broken.append(picture.path.name)
            continue
        cut, reached_out = _inside(picture, width, height)
        outside += reached_out
        complete += not _hidden(cut, width, height)
        usable.append(cut)
    taught = [picture.boxes[~picture.ignored] for picture in usable]
    sides = longer_side(np.concatenate([np.zeros((0, 4), np.float32), *taught]))
    faces = {name: int(((sides >= low) & (sides < high)).sum()) for name, low, high in SIZE_BANDS}
    negatives = sum(len(picture.negatives) for picture in usable)
    sharp = int((sides >= SHARP_SIDE).sum())
    findings = [
        *_judge_amount(len(usable), len(sides)),
        *_judge_background(len(usable), complete, negatives),
        *_judge_files(broken, outside),
        *(Finding("odd", "warning", sentence) for sentence in replace(oddities, missing=()).sentences),
        *_judge_sizes(faces, len(sides), sharp),
    ]
    order = ("stop", "warning", "good", "note")
    findings.sort(key=lambda finding: order.index(finding.level))
    return DataCheck(len(usable), len(broken), complete, faces, negatives, sharp, tuple(findings)), usable


def _size(picture: AnnotatedPicture, whole: bool) -> tuple[int, int]:
    if not whole:
        return read_size(picture.path)
    frame = load_image(picture.path)
    return frame.width, frame.height


def _inside(picture: AnnotatedPicture, width: int, height: int) -> tuple[AnnotatedPicture, int]:
    """The picture with boxes clipped to it, and the number of faces that extended beyond it."""
    limits = np.array([width, height, width, height], np.float32)
    boxes = np.clip(picture.boxes, 0, limits)
    kept = shorter_side(boxes) >= 1
    beyond = (np.abs(boxes - picture.boxes) > 2).any(axis=1) & ~picture.ignored
    negatives = np.clip(picture.negatives, 0, limits)
    negatives = negatives[shorter_side(negatives) >= 1]
    cut = AnnotatedPicture(picture.name, picture.path, boxes[kept], picture.ignored[kept], negatives)
    return cut, int(beyond.sum())


def _hidden(picture: AnnotatedPicture, width: int, height: int) -> bool:
    """Whether the background of a picture is unknown, that is, an ignored region covers all of it."""
    regions = picture.boxes[picture.ignored]
    return bool(((regions[:, 2:] - regions[:, :2]).prod(axis=1) >= 0.98 * width * height).any())


def _judge_amount(pictures: int, faces: int) -> list[Finding]:
    level: Level = "good"
    if pictures < _FEWEST_PICTURES or faces < _FEWEST_FACES:
        kind, level, enough = "far too little", "stop", "That is too little to learn from, or to measure it."
    elif pictures < 15 or faces < 60:
        kind, level, enough = "a taste", "warning", "That is enough to try it out, hardly to get better."
    elif pictures < 100 or faces < 1000:
        kind, enough = "a scene", "That is enough to adapt to a camera, a place, a repeated mistake."
    elif faces < 10_000:
        kind, enough = "a kind", "That is enough for a lasting change to one kind of picture."
    else:
        kind, enough = "from scratch", "That is enough to train from the beginning."
    return [Finding(kind, level, f"Pictures: {pictures:,}. Faces in them: {faces:,}. {enough}")]


def _judge_background(pictures: int, complete: int, negatives: int) -> list[Finding]:
    if not pictures or complete == pictures:
        return []
    if not complete and negatives < 20:
        sentence = (
            f"No picture is marked as complete, and too little is known to be no face ({negatives:,}): it would learn "
            "to see faces everywhere. Mark pictures as complete (C), or add old data."
        )
        return [Finding("no background", "warning", sentence)]
    partly = pictures - complete
    sentence = f"Pictures that are not marked as complete (C): {partly:,}. Only what was judged in them is taught."
    return [Finding("partly complete", "note", sentence)]


def _judge_files(broken: list[str], outside: int) -> list[Finding]:
    findings = []
    if broken:
        sentence = (
            f"Pictures that are missing or cannot be read: {len(broken):,} ({first_names(broken)}). Nothing is learned "
            "from them, and no figure is about them."
        )
        findings.append(Finding("broken", "warning", sentence))
    if outside:
        sentence = f"Boxes that reach out of their picture: {outside:,}. They are cut at its edge, or dropped."
        findings.append(Finding("outside", "note", sentence))
    return findings


def _judge_sizes(faces: dict[str, int], count: int, sharp: int) -> list[Finding]:
    findings = []
    small = faces["under 10"] + faces["10-16"]
    if count and small < 0.05 * count:
        sentence = f"Faces under 16 pixels: {small:,}. It will not get better at the smallest."
        findings.append(Finding("few small", "note", sentence))
    if sharp < 50:
        sentence = (
            f"Faces that are large and sharp enough to show the generator what it should make: {sharp:,}. "
            "Those are few."
        )
        findings.append(Finding("few sharp", "note", sentence))
    return findings
