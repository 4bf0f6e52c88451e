"""The main job: the bundled weights find and enlarge faces of the bundled photos, which they have never seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tinyface_core.backends.loading import load_stage
from tinyface_core.boxes import best_matches, iou_matrix, square_rois
from tinyface_core.evaluation.picture_sets import reduce_crops
from tinyface_core.evaluation.restoration import photo_crops
from tinyface_core.evaluation.similarity import psnr
from tinyface_core.gan.stage import GanSecondStage
from tinyface_core.media.images import load_image
from tinyface_core.rois import cut_rois
from tinyface_core.runtime import Runtime
from tinyface_core.search.finder import build_finder, visible
from tinyface_core.search_settings import Effort, SearchSettings
from tinyface_core.training.finetune.known_photo import FACES
from tinyface_core.training.gan_measure import edge_energy
from tinyface_core.types import Detections, FindResult, Frame
from tinyface_core.upscalers.registry import load_upscalers
from tinyface_core.weights import Manifest

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("bicubic", "sr-only", "refined")
SHOWN = 0.4
"""The least score that `tinyface find` shows by default."""


DATA = ROOT / "tests" / "data"


@cache
def searched(name: str, effort: Effort) -> FindResult:
    finder = build_finder(SearchSettings.of(effort, device="cpu", backend="torch", precision="float32"))
    return finder.find(load_image(ROOT / "resources" / "samples" / name))


def test_most_tiny_faces_of_the_orchestra_are_found_and_most_of_what_is_found_are_faces() -> None:
    marked = np.array(json.loads((ROOT / "resources" / "samples" / "orchestra-faces.json").read_text()), np.float64)
    assert len(marked) == FACES == 36 and (marked[:, 2:] - marked[:, :2]).max() <= 24
    found = visible(searched("orchestra.webp", Effort.THOROUGH).faces, SHOWN)
    overlap = iou_matrix(marked, found.boxes)
    right = int((overlap.max(axis=1) >= 0.4).sum())
    assert right >= 0.8 * len(marked), f"{right} of {len(marked)} faces were found"
    assert right > 0.65 * len(found), f"{right} of {len(found)} boxes are faces"


@pytest.mark.parametrize("effort", [Effort.FAST, Effort.THOROUGH])
@pytest.mark.parametrize("name", ["astronaut.jpg", "mariachi.webp", "orchestra.webp"])
def test_results_are_those_that_were_written_down(name: str, effort: Effort) -> None:
    # Box, score and detector score of every face with a score of 0.2 or more.
    pinned = np.array(json.loads((DATA / "pinned-search.json").read_text())[f"{name} {effort}"])
    found = searched(name, effort).faces
    overlap, match = best_matches(pinned[:, :4], found.boxes)
    assert overlap.min() > 0.99
    assert (found.scores >= 0.2 + 1e-3).sum() <= len(pinned)
    np.testing.assert_allclose(found.scores[match], pinned[:, 4], atol=1e-3)
    np.testing.assert_allclose(found.detector_scores[match], pinned[:, 5], atol=1e-3)


@pytest.mark.parametrize("name", ["astronaut.jpg", "mariachi.webp", "orchestra.webp"])
def test_the_second_stage_says_what_was_written_down(name: str) -> None:
    # Places, faces and others; then surroundings, "a face?" and "looks real?", and the box that the second stage gives.
    pinned = np.array(json.loads((DATA / "pinned-judgements.json").read_text())[name], np.float64)
    manifest = Manifest.load()
    stage = GanSecondStage(load_stage(manifest, manifest.default("gan"), Runtime("cpu", "torch", "float32")))
    photo = load_image(ROOT / "resources" / "samples" / name)
    said = stage.judge(photo.pixels, Detections.of(pinned[:, :4], np.full(len(pinned), 0.5)))
    probabilities = np.column_stack([said.surroundings, said.face, said.real])
    np.testing.assert_allclose(probabilities, pinned[:, 4:7], atol=0.01)
    np.testing.assert_allclose(said.boxes, pinned[:, 7:], atol=0.05)
    assert probabilities[:, 1].max() > 0.99 and probabilities[:, 1].min() < 0.2, "faces and others are among them"


@pytest.mark.parametrize("side", [100, 1400, 2000])
def test_a_portrait_is_one_face_at_every_size(side: int) -> None:
    photo = load_image(ROOT / "resources" / "samples" / "astronaut.jpg").pixels
    portrait = Image.fromarray(photo[60:190, 170:280])
    width = round(side * portrait.width / portrait.height)
    picture = np.asarray(portrait.resize((width, side), Image.Resampling.LANCZOS))
    finder = build_finder(SearchSettings.of(Effort.FAST, device="cpu"))
    faces = visible(finder.find(Frame(picture, "portrait")).faces, SHOWN)
    assert len(faces) == 1
    marked = np.array([[11.0, 9.0, 100.0, 119.0]]) * side / portrait.height
    assert iou_matrix(marked, faces.boxes).item() >= 0.6


def _large_faces() -> np.ndarray:
    crops = []
    for name in ("astronaut.jpg", "mariachi.webp"):
        photo = load_image(ROOT / "resources" / "samples" / name)
        boxes = visible(searched(name, Effort.FAST).faces, 0.6).boxes
        boxes = boxes[boxes[:, 3] - boxes[:, 1] >= 64]
        crops.append(cut_rois(photo.pixels, square_rois(boxes, 0.4), 64))
    faces = np.concatenate(crops)
    assert len(faces) >= 4
    return faces


@pytest.mark.parametrize("reduce", [reduce_crops, photo_crops])
def test_large_faces_that_were_made_small_come_back_nearer_than_by_interpolation_and_sharper_in_the_end(
    reduce: Callable[[np.ndarray, int], np.ndarray],
) -> None:
    large_faces = _large_faces()
    small = reduce(large_faces, 4)
    enlarged = {upscaler.name: upscaler.enlarge(small, 4) for upscaler in load_upscalers(NAMES, "cpu")}
    bicubic, upsampled, refined = (float(psnr(large_faces, enlarged[name]).mean()) for name in NAMES)
    assert upsampled > bicubic + 2
    assert refined > upsampled - 2.5, "what is sharper is further from the pixels"

    def edges(name: str) -> float:
        return float(edge_energy(torch.from_numpy(enlarged[name]).permute(0, 3, 1, 2).float()).mean())

    assert edges("refined") > 1.5 * edges("sr-only") > 2.25 * edges("bicubic")
