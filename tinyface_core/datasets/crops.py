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
from tinyface_core.boxes import coverage_matrix, iou_matrix, square_rois
from tinyface_core.datasets.annotations import AnnotatedPicture, TellUnreadable, with_pixels
from tinyface_core.detector.registry import Detector
from tinyface_core.files import replacing
from tinyface_core.rois import cut_rois
from tinyface_core.search.proposals import propose
from tinyface_core.types import CancelToken, Effort, RgbImage, UserError, stop_if_asked

FACE, NON_FACE, NEITHER = 1, 0, -1

_FORM = 4
"""Of the file that `Crops.save` writes; cached files of another form are mined again."""

Boxes = NDArray[np.float32]
ProposalSource = Callable[[AnnotatedPicture, RgbImage], Boxes]
"""Gives candidate boxes `(M, 4)` xyxy in pixels for one picture."""


_LARGEST_FILE = 64 * 2**30
"""Bytes of crops that are read into memory at most."""

_MOST_PROPOSALS, _LEAST_SCORE = 200, 0.1
"""Of a detector for one picture."""

_RANDOM_SIDES = (8.0, 250.0)
"""Smallest and largest side of random boxes, in pixels."""


@dataclass(frozen=True, slots=True)
class MiningRules:
    """What is cut, and how it is labelled.

    Attributes:
        high: side in pixels of the high-resolution crop.
        context: share of the box's side added round it.
        margin: share of the crop's side that is stored beyond it, for shifts and scales in training.
        surroundings: side in pixels of the wider crop of the same place.
        surroundings_context: share of the box's side added round it for that.
        face_iou: a candidate is a face from this IoU with a face on (paper: 0.5).
        non_face_iou: it is a non-face below this IoU with every face, ignored ones too (paper: 0.3).
        smallest: candidates whose longer side is less, in pixels, are left out.
        small: keep also candidates that are too small to give a high-resolution crop. They teach
            the face head what it must judge in the end; they have no pixel target. Our addition.
        per_picture: at most so many of each kind (sharp face, small face, sharp and small non-face).
        seed: decides which are kept where there are more.
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
        """Side in pixels of the stored wider crop, half the margin included: it is not to stray from the candidate."""
        return round(self.surroundings * (1 + self.margin / 2))

    @property
    def sharp_from(self) -> float:
        """Longer side in pixels from which a box with its context fills a high-resolution crop."""
        return self.high / (1 + self.context)


@dataclass(frozen=True, slots=True)
class Crops:
    """Mined crops.

    Attributes:
        pixels: RGB uint8 `(N, S, S, 3)`, with the margin.
        face: `(N,)` bool.
        sharp: `(N,)` bool; large enough in the picture to be a high-resolution target.
        size: `(N,)` float32, longer side of the box in pixels of its picture.
        box: `(N, 4)` float32 xyxy, where the annotated face lies, in shares of the stored crop's side; it may reach
            past the crop, and is not a number where there is none or its place is not known.
        surroundings: RGB uint8 `(N, T, T, 3)`, the same places with more of what lies round them, with the margin.
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
        """All crops of several sets, in order."""
        return Crops(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Crops)))

    def chosen(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Crops:
        """Those that a mask or a list of indices names."""
        return Crops(*(getattr(self, field.name)[which] for field in fields(Crops)))

    @property
    def placed(self) -> NDArray[np.bool_]:
        """`(N,)` bool: cut out of a picture, so that there are surroundings; an aligned face is all of its picture."""
        return ~self.face | np.isfinite(self.box).all(axis=1)

    def save(self, path: Path) -> None:
        """Write one `.npz`, whole or not at all."""
        with replacing(path) as part, part.open("wb") as out:
            np.savez(out, **{field.name: getattr(self, field.name) for field in fields(Crops)})

    @staticmethod
    def load(path: Path) -> Crops:
        """Read what `save` wrote.

        Raises:
            OSError: if the file is missing or cannot be read.
            UserError: if it is no such file, or one of an earlier version.
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
    """FACE, NON_FACE or NEITHER `(M,)` for candidate boxes `(M, 4)` against faces `(N, 4)`.

    A face has IoU >= 0.5 with a face that is not ignored; a non-face has IoU < 0.3 with every
    face (section 4.2 and the thresholds of the detector's own training). Of ignored regions nothing is
    known but `negatives` `(K, 4)`, which someone has looked at.
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
    """Proposal source: places that are known to be no faces."""
    return picture.negatives


class DetectorProposals:
    """Proposal source: what a detector takes for faces, rightly or wrongly (section 4.2)."""

    def __init__(self, detector: Detector, effort: Effort) -> None:
        """Take the best proposals of a picture; the rest is plain background, of which random boxes give enough."""
        self._detector, self._effort = detector, effort

    def __call__(self, _picture: AnnotatedPicture, pixels: RgbImage) -> Boxes:
        """The detector's boxes in one picture."""
        found = propose(self._detector, pixels, self._effort).take(slice(_MOST_PROPOSALS))
        return found.boxes[found.scores >= _LEAST_SCORE].astype(np.float32)


class RandomBoxes:
    """Proposal source: boxes anywhere and boxes beside faces, for use before there is a detector."""

    def __init__(self, count: int, seed: int) -> None:
        self._count, self._seed = count, seed

    def __call__(self, picture: AnnotatedPicture, pixels: RgbImage) -> Boxes:
        """`count` boxes; the same for the same picture every time."""
        random = _random(picture.name, self._seed)
        height, width = pixels.shape[:2]
        low, high = _RANDOM_SIDES
        sides = np.exp(random.uniform(np.log(low), np.log(min(high, height, width)), self._count))
        centres = random.uniform((0, 0), (width, height), (self._count, 2))
        if len(picture.boxes):
            beside = random.random(self._count) < 0.4
            near = picture.boxes[random.integers(0, len(picture.boxes), self._count)]
            near_side = (near[:, 2:] - near[:, :2]).max(axis=1)
            sides = np.where(beside, near_side * random.uniform(0.5, 2.0, self._count), sides)
            shift = random.uniform(-1.2, 1.2, (self._count, 2)) * near_side[:, None]
            centres = np.where(beside[:, None], (near[:, :2] + near[:, 2:]) / 2 + shift, centres)
        boxes = np.concatenate([centres - sides[:, None] / 2, centres + sides[:, None] / 2], axis=1)
        return boxes.astype(np.float32)


def mine_crops(
    pictures: Sequence[AnnotatedPicture],
    sources: Iterable[ProposalSource],
    rules: MiningRules,
    progress: Callable[[int, int], None] | None = None,
    cancel: CancelToken | None = None,
    unreadable: TellUnreadable | None = None,
) -> Crops:
    """Cut labelled crops out of pictures; the same arguments give the same crops.

    Args:
        pictures: with their faces.
        sources: candidate boxes; a detector's proposals in the paper.
        rules: what is kept.
        progress: called as `progress(done, total)`.
        cancel: when set, `Cancelled` is raised.
        unreadable: see `with_pixels`.

    Raises:
        Cancelled: when asked to stop.
        UserError: if nothing at all was found.
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
    """The crops in `path` if they were mined by the same recipe, else freshly mined and saved there.

    Args:
        path: an `.npz`; the recipe's fingerprint becomes part of its name.
        recipe: plain JSON values (or a dataclass of them) that decide the result.
        mine: does the work.
    """
    plain = asdict(recipe) if isinstance(recipe, MiningRules) else recipe
    fingerprint = hashlib.sha256(json.dumps([_FORM, plain], sort_keys=True).encode()).hexdigest()[:12]
    file = path.with_name(f"{path.stem}-{fingerprint}.npz")
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        mine().save(file)
    return Crops.load(file)


def aligned_faces(files: Sequence[Path], rules: MiningRules, unreadable: TellUnreadable | None = None) -> Crops:
    """Crops of pictures that show one aligned face each and nothing else, whole picture to whole crop.

    Pictures that cannot be read are left out, see `with_pixels`.
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
    sizes = (candidates[:, 2:] - candidates[:, :2]).max(axis=1, initial=0)
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
    """The face `(K, 4)` that each box shows, in shares of its square region; not a number for what is no face."""
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
