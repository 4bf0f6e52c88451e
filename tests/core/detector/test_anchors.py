"""Anchors, their coding and their assignment."""

import torch
from torchvision.ops import box_iou

from tinyface_core.box_tensors import decode
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
