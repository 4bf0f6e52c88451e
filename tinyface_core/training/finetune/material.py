"""Prepares training and validation data of a run: reads, checks, splits and mixes annotated pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tinyface_core.datasets.annotations import AnnotatedPicture, existing, with_pixels
from tinyface_core.datasets.check import DataCheck, Finding, check_pictures
from tinyface_core.datasets.registry import READERS
from tinyface_core.training.finetune.comparison import FEWEST_TO_TELL
from tinyface_core.training.finetune.request import DataSource
from tinyface_core.types import CancelToken, Progress, UserError, no_progress

_CAUSES = ("broken", "outside")
"""Kinds of findings that may be why there are too few faces."""
_MOST_HELD_BACK = 60
_FEWEST_OLD, _MOST_OLD = 60, 400


@dataclass(frozen=True, slots=True)
class Material:
    """Pictures of a run.

    Attributes:
        learned: new pictures for training.
        held_back: new pictures for validation.
        old: pictures of earlier trainings, for training too.
        check: result of the check of the new pictures.
    """

    learned: tuple[AnnotatedPicture, ...]
    held_back: tuple[AnnotatedPicture, ...]
    old: tuple[AnnotatedPicture, ...]
    check: DataCheck


def read_sources(sources: Sequence[DataSource], frames: Path) -> list[AnnotatedPicture]:
    """All pictures of several data sets, without duplicate files and boxes; frames of videos are written to `frames`.

    Raises:
        UserError, FileNotFoundError: if one of them cannot be read.
    """
    pictures: dict[Path, AnnotatedPicture] = {}
    for source in sources:
        images = frames if source.kind == "project" else Path(source.images)
        for picture in READERS.make(source.kind, images, Path(source.annotations)):
            pictures.setdefault(picture.path.absolute(), picture)
    return [_without_equal_boxes(picture) for picture in pictures.values()]


def _without_equal_boxes(picture: AnnotatedPicture) -> AnnotatedPicture:
    _, first = np.unique(np.column_stack([picture.boxes, picture.ignored]), axis=0, return_index=True)
    kept = np.sort(first)
    return replace(picture, boxes=picture.boxes[kept], ignored=picture.ignored[kept])


def make_material(
    sources: Sequence[DataSource],
    old: Sequence[DataSource],
    held_back_share: float,
    frames: Path,
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
) -> Material:
    """Read, check and split the data; the split is deterministic.

    Raises:
        UserError, FileNotFoundError: if data cannot be read, or there are too few.
    """
    check, usable = check_pictures(read_sources(sources, frames), cancel, progress)
    if not check.usable:
        raise UserError(" ".join(f.sentence for f in check.findings if f.level == "stop" or f.kind in _CAUSES))
    chosen = choose_held_back(usable, held_back_share)
    names = {picture.path for picture in chosen}
    # The check may have read only the headers, but validation pictures must be complete. What is found in them is kept
    # under their paths, as pictures of several folders may have one name.
    whole = with_pixels(chosen, lambda _file, _error: None)
    held_back = [replace(picture, name=str(picture.path)) for picture, _ in whole]
    if not held_back:
        raise UserError("None of the pictures to measure on can be read: get fresh copies of them.")
    learned = [picture for picture in usable if picture.path not in names]
    remembered: list[AnnotatedPicture] = []
    if old:
        known = {picture.path.absolute() for picture in usable}
        there, oddities = existing(read_sources(old, frames))
        findings = (Finding("old", "warning", f"Old data. {sentence}") for sentence in oddities.sentences)
        check = replace(check, findings=(*check.findings, *findings))
        fresh = [p for p in there if p.path.absolute() not in known]
        remembered = sorted(fresh, key=_place)[: min(_MOST_OLD, max(_FEWEST_OLD, 2 * len(learned)))]
    return Material(tuple(learned), tuple(held_back), tuple(remembered), check)


def choose_held_back(pictures: Sequence[AnnotatedPicture], share: float) -> list[AnnotatedPicture]:
    """Validation pictures, chosen from those with faces by a hash of their names: adding pictures changes few.

    Few pictures give more than the share, up to a third, until what is measured on them tells something.
    """
    with_faces = [picture for picture in pictures if (~picture.ignored).any()]
    wanted = max(1, round(share * len(pictures)), min(FEWEST_TO_TELL, len(pictures) // 3))
    count = min(wanted, _MOST_HELD_BACK, max(1, len(with_faces) - 1))
    return sorted(with_faces, key=_place)[:count]


def mixed(new: int, old: int, old_share: float) -> list[int]:
    """Indices into a list of `new` and then `old` pictures, repeated so that the share of old ones is `old_share`."""
    if not old or not new:
        return list(range(new + old))
    wanted = old_share / (1 - old_share)
    # One of the two is used once, the other is repeated.
    new_times = max(1, round(old / (new * wanted))) if wanted else 1
    old_times = max(1, round(wanted * new * new_times / old)) if wanted else 0
    return list(range(new)) * new_times + list(range(new, new + old)) * old_times


def at_least(places: list[int], count: int) -> list[int]:
    """The list, repeated until it has at least `count` items."""
    return list(np.resize(places, max(count, len(places))))


def _place(picture: AnnotatedPicture) -> bytes:
    return hashlib.sha256(picture.name.encode()).digest()
