"""Crop mining: face and non-face crops for the generator and the discriminator (paper section 4.2)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinyface_core.archives import opened_zip
from tinyface_core.boxes import centres, coverage_matrix, iou_matrix, longer_side, square_rois, squares
from tinyface_core.datasets.annotations import AnnotatedPicture, TellUnreadable, with_pixels
from tinyface_core.detector.registry import Detector
from tinyface_core.files import replacing
from tinyface_core.rois import cut_rois
from tinyface_core.search.proposals import propose
from tinyface_core.search.tiling import Copies
from tinyface_core.search_settings import Effort, SearchSettings
from tinyface_core.types import CancelToken, RgbImage, UserError, stop_if_asked

FACE, NON_FACE, NEITHER = 1, 0, -1

_FORM = 4
"""Version of the file format; cached files of another version are mined again."""

Boxes = NDArray[np.float32]
ProposalSource = Callable[[AnnotatedPicture, RgbImage], Boxes]
"""Returns candidate boxes `(M, 4)` xyxy in pixels for one picture."""


_LARGEST_FILE = 64 * 2**30
"""Maximum bytes of crops that are read into memory."""

_MOST_PROPOSALS, _LEAST_SCORE = 200, 0.1
"""Number and minimum score of a detector's proposals in one picture."""

_RANDOM_SIDES = (8.0, 250.0)
"""Range of the sides of random boxes, in pixels."""


@dataclass(frozen=True, slots=True)
class MiningRules:
    """How crops are cut and labelled.

    Attributes:
        high: side in pixels of the high-resolution crop.
        context: share of the box's side that is added around it.
        margin: share of the crop's side that is stored in addition, for random shifts and scales in training.
        surroundings: side in pixels of the wider crop around the same centre.
        surroundings_context: share of the box's side that is added around it for the wider crop.
        face_iou: a candidate is a face if its IoU with a face is at least this (paper: 0.5).
        non_face_iou: a candidate is a non-face if its IoU with every face, also ignored ones, is less (paper: 0.3).
        smallest: minimum longer side of candidates, in pixels.
        small: also keep candidates that are too small for a high-resolution crop. They train the face head only. Our
            addition.
        per_picture: maximum number of each kind (sharp and small faces, sharp and small non-faces).
        seed: of the random choice among more.
    """

    high: int = 64
    context: float = 0.4
    margin: float = 0.25
    surroundings: int = 48
    surroundings_context: float = 2.0
    face_iou: float = 0.5
    non_face_iou: float = 0.3
    smallest: float = 7.0
    small: bool = True
    per_picture: int = 6
    seed: int = 1

    @property
    def stored(self) -> int:
        """Side in pixels of the stored crop, margin included."""
        return round(self.high * (1 + self.margin))

    @property
    def surroundings_stored(self) -> int:
        """Side in pixels of the stored wider crop, with half the margin, so that it stays near the candidate."""
        return round(self.surroundings * (1 + self.margin / 2))

    @property
    def sharp_from(self) -> float:
        """Minimum longer side in pixels of a box that fills a high-resolution crop with its context."""
        return self.high / (1 + self.context)


@dataclass(frozen=True, slots=True)
class Crops:
    """Mined crops.

    Attributes:
        pixels: RGB uint8 `(N, S, S, 3)`, with the margin.
        face: `(N,)` bool.
        sharp: `(N,)` bool; large enough in the picture to be a high-resolution target.
        size: `(N,)` float32, longer side of the box in pixels of its picture.
        box: `(N, 4)` float32 xyxy of the annotated face, in shares of the stored crop's side; it may extend beyond the
            crop. NaN if there is no face or its box is unknown.
        surroundings: RGB uint8 `(N, T, T, 3)`, wider crops around the same centres, with the margin.
    """

    pixels: NDArray[np.uint8]
    face: NDArray[np.bool_]
    sharp: NDArray[np.bool_]
    size: NDArray[np.float32]
    box: Boxes
    surroundings: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.face)

    @staticmethod
    def joined(parts: Sequence[Crops]) -> Crops:
        """Concatenation of several sets."""
        return Crops(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Crops)))

    def chosen(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Crops:
        """A subset, given as a mask or indices."""
        return Crops(*(getattr(self, field.name)[which] for field in fields(Crops)))

    @property
    def placed(self) -> NDArray[np.bool_]:
        """`(N,)` bool: whether there are surroundings; an aligned face fills its whole picture and has none."""
        return ~self.face | np.isfinite(self.box).all(axis=1)

    def save(self, path: Path) -> None:
        """Write one `.npz`, atomically."""
        with replacing(path) as part, part.open("wb") as out:
            np.savez(out, **{field.name: getattr(self, field.name) for field in fields(Crops)})

    @staticmethod
    def load(path: Path) -> Crops:
        """Read a file written by `save`.

        Raises:
            OSError: if the file is missing or cannot be read.
            UserError: if it is not such a file, or of an earlier version.
        """
        try:
            with opened_zip(path, _LARGEST_FILE), np.load(path, allow_pickle=False) as file:
                return Crops(*(file[field.name] for field in fields(Crops)))
        except (KeyError, ValueError, EOFError) as error:
            raise UserError(
                f"{path} is no file of crops, or one of an earlier version: mine the crops again."
            ) from error


def label_candidates(
    candidates: Boxes,
    faces: Boxes,
    ignored: NDArray[np.bool_],
    rules: MiningRules,
    negatives: Boxes | None = None,
) -> NDArray[np.int64]:
    """Label candidate boxes `(M, 4)` as FACE, NON_FACE or NEITHER `(M,)` by comparing them with faces `(N, 4)`.

    See `MiningRules` for the thresholds (section 4.2). Candidates in ignored boxes are NEITHER, except those on known
    false detections `negatives` `(K, 4)`.
    """
    if not len(faces):
        return np.full(len(candidates), NON_FACE)
    iou = iou_matrix(candidates, faces)
    best_known = np.where(ignored[None, :], 0, iou).max(axis=1)
    labels = np.full(len(candidates), NEITHER)
    labels[iou.max(axis=1) < rules.non_face_iou] = NON_FACE
    unknown = coverage_matrix(candidates, faces[ignored])
    labels[(unknown >= 0.5).any(axis=1)] = NEITHER
    if negatives is not None and len(negatives):
        looked_at = iou_matrix(candidates, negatives).max(axis=1)
        labels[(looked_at >= rules.face_iou) & (best_known < rules.non_face_iou)] = NON_FACE
    labels[best_known >= rules.face_iou] = FACE
    return labels


def annotated_faces(picture: AnnotatedPicture, _pixels: RgbImage) -> Boxes:
    """Proposal source: the annotated faces themselves."""
    return picture.boxes[~picture.ignored]


def known_negatives(picture: AnnotatedPicture, _pixels: RgbImage) -> Boxes:
    """Proposal source: known false detections."""
    return picture.negatives


class DetectorProposals:
    """Proposal source: the best proposals of a detector (section 4.2)."""

    def __init__(self, detector: Detector, effort: Effort) -> None:
        self._detector, self._settings = detector, SearchSettings(effort=effort)

    def __call__(self, _picture: AnnotatedPicture, pixels: RgbImage) -> Boxes:
        """The detector's boxes in one picture."""
        found = propose(self._detector, Copies(pixels), self._settings).faces.take(slice(_MOST_PROPOSALS))
        return found.boxes[found.scores >= _LEAST_SCORE].astype(np.float32)


class RandomBoxes:
    """Proposal source: random boxes, some of them near faces; needs no detector."""

    def __init__(self, count: int, seed: int) -> None:
        self._count, self._seed = count, seed

    def __call__(self, picture: AnnotatedPicture, pixels: RgbImage) -> Boxes:
        """`count` boxes, deterministic for each picture."""
        random = _random(picture.name, self._seed)
        height, width = pixels.shape[:2]
        low, high = _RANDOM_SIDES
        sides = np.exp(random.uniform(np.log(low), np.log(min(high, height, width)), self._count))
        middles = random.uniform((0, 0), (width, height), (self._count, 2))
        if len(picture.boxes):
            beside = random.random(self._count) < 0.4
            near = picture.boxes[random.integers(0, len(picture.boxes), self._count)]
            near_side = longer_side(near)
            sides = np.where(beside, near_side * random.uniform(0.5, 2.0, self._count), sides)
            shift = random.uniform(-1.2, 1.2, (self._count, 2)) * near_side[:, None]
            middles = np.where(beside[:, None], centres(near) + shift, middles)
        return squares(middles, sides).astype(np.float32)


def mine_crops(
    pictures: Sequence[AnnotatedPicture],
    sources: Iterable[ProposalSource],
    rules: MiningRules,
    progress: Callable[[int, int], None] | None = None,
    cancel: CancelToken | None = None,
    unreadable: TellUnreadable | None = None,
) -> Crops:
    """Cut labelled crops out of annotated pictures around candidate boxes, in the paper a detector's; deterministic.

    `progress(done, total)` follows each picture; for `unreadable` see `with_pixels`.

    Raises:
        UserError: if there are no crops.
    """
    sources = list(sources)
    parts: list[Crops] = []
    for number, (picture, pixels) in enumerate(with_pixels(pictures, unreadable)):
        stop_if_asked(cancel, "Crop mining was stopped.")
        candidates = np.concatenate([source(picture, pixels) for source in sources])
        parts.append(_crops_of(picture, pixels, candidates.astype(np.float32), rules))
        if progress is not None:
            progress(number + 1, len(pictures))
    crops = Crops.joined(parts) if parts else None
    if crops is None or not len(crops):
        raise UserError("No crops were found. Give pictures with faces, or a proposal source that finds some.")
    return crops


def cached_crops(path: Path, recipe: object, mine: Callable[[], Crops]) -> Crops:
    """Load crops from a cache file, to whose name a hash of the recipe is added, or mine and save them there."""
    plain = asdict(recipe) if isinstance(recipe, MiningRules) else recipe
    fingerprint = hashlib.sha256(json.dumps([_FORM, plain], sort_keys=True).encode()).hexdigest()[:12]
    file = path.with_name(f"{path.stem}-{fingerprint}.npz")
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        mine().save(file)
    return Crops.load(file)


def aligned_faces(files: Sequence[Path], rules: MiningRules, unreadable: TellUnreadable | None = None) -> Crops:
    """Crops of pictures that contain nothing but one aligned face, by resizing the whole picture.

    Pictures that cannot be read are skipped, see `with_pixels`.
    """
    nothing = np.zeros((0, 4), np.float32), np.zeros(0, bool)
    pixels = np.empty((len(files), rules.stored, rules.stored, 3), np.uint8)
    count = 0
    pictures = [AnnotatedPicture(file.name, file, *nothing) for file in files]
    for _, picture in with_pixels(pictures, unreadable):
        height, width = picture.shape[:2]
        pixels[count] = cut_rois(picture, np.array([[0, 0, width, height]], np.float32), rules.stored)[0]
        count += 1
    everyone = np.ones(count, bool)
    return Crops(
        pixels[:count],
        everyone,
        everyone.copy(),
        np.full(count, rules.sharp_from, np.float32),
        np.full((count, 4), np.nan, np.float32),
        np.zeros((count, rules.surroundings_stored, rules.surroundings_stored, 3), np.uint8),
    )


def _crops_of(picture: AnnotatedPicture, pixels: RgbImage, candidates: Boxes, rules: MiningRules) -> Crops:
    labels = label_candidates(candidates, picture.boxes, picture.ignored, rules, picture.negatives)
    sizes = longer_side(candidates)
    random = _random(picture.name, rules.seed)
    kept: list[int] = []
    for label in (FACE, NON_FACE):
        for sharp in (True, False) if rules.small else (True,):
            large = sizes >= rules.sharp_from
            group = np.flatnonzero((labels == label) & (large == sharp) & (sizes >= rules.smallest))
            kept += sorted(random.permutation(group)[: rules.per_picture].tolist())
    boxes = candidates[kept]
    places = boxes.reshape(-1, 4)
    rois = square_rois(square_rois(places, rules.context), rules.margin)
    wider = square_rois(square_rois(places, rules.surroundings_context), rules.margin / 2)
    return Crops(
        cut_rois(pixels, rois, rules.stored),
        labels[kept] == FACE,
        sizes[kept] >= rules.sharp_from,
        sizes[kept].astype(np.float32),
        _face_boxes(boxes, labels[kept] == FACE, picture.boxes[~picture.ignored], rois),
        cut_rois(pixels, wider, rules.surroundings_stored),
    )


def _face_boxes(boxes: Boxes, is_face: NDArray[np.bool_], faces: Boxes, rois: Boxes) -> Boxes:
    """Box `(K, 4)` of the face in each region, in shares of the region's side; NaN for non-faces."""
    shown = np.full_like(boxes, np.nan)
    if is_face.any():
        nearest = iou_matrix(boxes[is_face], faces).argmax(axis=1)
        region = rois[is_face]
        side = region[:, 2:3] - region[:, :1]
        shown[is_face] = (faces[nearest] - np.tile(region[:, :2], 2)) / side
    return shown


def _random(name: str, seed: int) -> np.random.Generator:
    digest = hashlib.sha256(f"{seed}/{name}".encode("utf-8", "surrogateescape")).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "little"))
