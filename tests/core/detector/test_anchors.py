"""Anchors, their coding and their assignment."""

import numpy as np
import pytest
import torch
from torchvision.ops import box_iou

from tinyface_core.box_tensors import decode
from tinyface_core.detector.anchors import anchor_count, anchors_at
from tinyface_core.detector.assignment import anchor_boxes, assign, make_anchors
from tinyface_core.presets import DETECTOR_PRESETS

PRESET = DETECTOR_PRESETS["desktop"]
SIZE = (256, 320)
NOTHING = torch.zeros(0, 4)


def anchors() -> torch.Tensor:
    return make_anchors(PRESET.branches, *SIZE)


def test_there_is_an_anchor_of_each_side_at_each_cell() -> None:
    cells = sum(len(b.anchors) * (256 // b.stride) * (320 // b.stride) for b in PRESET.branches)
    assert anchors().shape == (cells, 3)
    assert anchors()[0].tolist() == [2, 2, 8]
    assert anchors()[2].tolist() == [6, 2, 8]


def test_zero_deltas_decode_to_the_anchor_itself() -> None:
    torch.testing.assert_close(decode(torch.zeros(len(anchors()), 4), anchors()), anchor_boxes(anchors()))


def test_a_worked_delta_moves_and_widens_the_box() -> None:
    anchor = torch.tensor([[100.0, 50, 20]])
    delta = torch.tensor([[0.5, -0.25, torch.log(torch.tensor(2.0)).item(), 0.0]])
    torch.testing.assert_close(decode(delta, anchor), torch.tensor([[90.0, 35, 130, 55]]))


def test_assignment_agrees_with_the_full_iou_matrix() -> None:
    faces = torch.tensor([[20.0, 30, 29, 40], [60, 60, 84, 90], [120, 40, 220, 150], [201, 205, 207, 212]])
    overlap = box_iou(anchor_boxes(anchors()), faces)
    owner = assign(anchors(), faces, NOTHING, PRESET, SIZE)
    for face in range(len(faces)):
        mine = overlap[:, face]
        assert (owner == face).any()
        assert bool((mine[owner == face] >= min(PRESET.positive_iou, mine.max().item() - 0.35)).all())
    background = owner == -1
    assert bool((overlap[background].amax(dim=1) < PRESET.negative_iou).all())
    assert bool((owner[overlap.amax(dim=1) < 0.1] == -1).all())


def test_a_face_trains_only_branches_that_answer_for_its_size() -> None:
    owner = assign(anchors(), torch.tensor([[40.0, 40, 48, 48]]), NOTHING, PRESET, SIZE)
    assert set(anchors()[owner == 0][:, 2].tolist()) <= set(PRESET.branches[0].anchors)


def test_an_anchor_between_two_faces_learns_the_one_it_overlaps_more() -> None:
    faces = torch.tensor([[96.0, 96, 108, 108], [100, 98, 112, 110]])
    owner = assign(anchors(), faces, NOTHING, PRESET, SIZE)
    overlap = box_iou(anchor_boxes(anchors()), faces)
    both = (owner >= 0) & (overlap >= PRESET.positive_iou).all(dim=1)
    assert bool((overlap[both].argmax(dim=1) == owner[both]).all())


def test_nothing_is_taught_on_ignored_regions() -> None:
    region = torch.tensor([[100.0, 100, 180, 180]])
    owner = assign(anchors(), NOTHING, region, PRESET, SIZE)
    centre = anchors()
    inside = (centre[:, 0] == 138) & (centre[:, 1] == 138)
    assert bool((owner[inside] == -2).all())
    far = (centre[:, 0] < 50) & (centre[:, 2] < 30)
    assert bool((owner[far] == -1).all())


def taught(overlap: list[float], allowed: list[bool], nearest: list[float]) -> int:
    """What an anchor is taught, from its overlap with each face; `nearest` is the best of any anchor with that face."""
    best, owner = 0.0, -2 if max(overlap) >= PRESET.negative_iou else -1
    for face, iou in enumerate(overlap):
        near = iou >= PRESET.positive_iou or (iou >= nearest[face] - 1e-6 and iou > 0.1)
        if allowed[face] and near and iou > best:
            best, owner = iou, face
    return owner


@pytest.mark.parametrize("seed", range(3))
def test_each_anchor_is_taught_what_its_overlap_with_everything_says(seed: int) -> None:
    size, random = (96, 128), torch.Generator().manual_seed(seed)
    places = np.arange(anchor_count(PRESET.branches, *size))
    found, strides = anchors_at(PRESET.branches, *size, places)
    every = torch.from_numpy(found).float()

    def boxes(count: int, smallest: float, largest: float) -> torch.Tensor:
        sides = smallest * (largest / smallest) ** torch.rand(count, 1, generator=random)
        sides = sides * (0.7 + 0.6 * torch.rand(count, 2, generator=random))
        corner = torch.rand(count, 2, generator=random) * torch.tensor([128.0, 96.0]) - sides / 2
        return torch.cat([corner, corner + sides], dim=1)

    faces, ignored, negatives, parts = boxes(12, 5, 120), boxes(2, 20, 60), boxes(6, 8, 40), boxes(3, 8, 40)
    overlap = box_iou(anchor_boxes(every), faces)
    longer = (faces[:, 2:] - faces[:, :2]).amax(dim=1)
    by_stride = {branch.stride: (longer >= branch.smallest) & (longer < branch.largest) for branch in PRESET.branches}
    allowed = torch.stack([by_stride[stride] for stride in strides.tolist()])
    nearest = (overlap * allowed).amax(dim=0)
    of_faces, rows = nearest.tolist(), zip(overlap.tolist(), allowed.tolist(), strict=True)
    wanted = [taught(row, may, of_faces) for row, may in rows]
    assert assign(every, faces, NOTHING, PRESET, size).tolist() == wanted
    unknown = (box_iou(anchor_boxes(every), torch.cat([ignored, parts])) >= PRESET.negative_iou).any(dim=1)
    corner = torch.maximum(anchor_boxes(every)[:, None, :2], ignored[:, :2])
    shared = (torch.minimum(anchor_boxes(every)[:, None, 2:], ignored[:, 2:]) - corner).clamp(min=0).prod(dim=2)
    unknown |= (shared / every[:, None, 2] ** 2 >= 0.5).any(dim=1)
    unknown &= (box_iou(anchor_boxes(every), negatives) < PRESET.negative_iou).all(dim=1)
    for row in unknown.nonzero().flatten().tolist():
        wanted[row] = -2 if wanted[row] == -1 else wanted[row]
    assert assign(every, faces, ignored, PRESET, size, negatives, parts).tolist() == wanted
    assert {-2, -1} < set(wanted)
