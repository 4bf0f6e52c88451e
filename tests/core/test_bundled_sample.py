"""The main job: the bundled weights find most faces of the bundled photo, which they have never seen."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from tinyface_core.boxes import iou_matrix
from tinyface_core.finder import build_finder, visible
from tinyface_core.media.images import load_image

ROOT = Path(__file__).resolve().parents[2]
SHOWN = 0.4
"""The least score that `tinyface find` shows by default."""


def test_most_tiny_faces_of_the_orchestra_are_found_and_most_of_what_is_found_are_faces() -> None:
    marked = torch.tensor(json.loads((ROOT / "tests" / "data" / "orchestra-faces.json").read_text()))
    assert len(marked) == 36 and (marked[:, 2:] - marked[:, :2]).amax() <= 24
    photo = load_image(ROOT / "resources" / "samples" / "orchestra.webp")
    found = visible(build_finder(device="cpu", thorough=True).find(photo).faces, SHOWN)
    overlap = iou_matrix(marked.float(), torch.tensor([face.box for face in found]))
    right = int((overlap.amax(dim=1) >= 0.4).sum())
    assert right >= 0.8 * len(marked), f"{right} of {len(marked)} faces were found"
    assert right > 0.65 * len(found), f"{right} of {len(found)} boxes are faces"
