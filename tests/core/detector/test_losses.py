"""Detector losses against plain formulas."""

import math

import pytest
import torch

from tinyface_core.detector.losses import detector_loss, hard_negative_cross_entropy, quality_focal


def test_quality_focal_matches_its_formula() -> None:
    logits, quality = torch.tensor([0.3, -1.2]), torch.tensor([0.8, 0.0])
    expected = 0.0
    for logit, q in zip(logits.tolist(), quality.tolist(), strict=True):
        p = 1 / (1 + math.exp(-logit))
        expected += (p - q) ** 2 * -(q * math.log(p) + (1 - q) * math.log(1 - p))
    loss = quality_focal(logits, quality, torch.tensor([True, False]))
    assert loss.item() == pytest.approx(expected, rel=1e-5)


def test_hard_negatives_count_three_for_each_positive() -> None:
    logits = torch.tensor([2.0, -5.0, -4.0, 1.0, -3.0, 0.5])
    positive = torch.tensor([True, False, False, False, False, False])
    softplus = [math.log1p(math.exp(x)) for x in (1.0, 0.5, -3.0)]
    expected = math.log1p(math.exp(-2.0)) + sum(softplus)
    assert hard_negative_cross_entropy(logits, positive.float(), positive).item() == pytest.approx(expected, rel=1e-5)


def test_a_perfect_box_has_no_box_loss_and_ignored_anchors_count_nothing() -> None:
    box = torch.tensor([[[10.0, 10, 20, 20], [0, 0, 5, 5], [0, 0, 9, 9]]])
    logits = torch.tensor([[20.0, -20.0, 7.0]])
    loss = detector_loss(logits, box, torch.tensor([[0, -1, -2]]), box, "focal")
    assert loss.box.item() == pytest.approx(0, abs=1e-6)
    assert loss.total.item() == pytest.approx(0, abs=1e-5)


def test_a_single_face_counts_whole_and_boxes_count_twice() -> None:
    boxes = torch.tensor([[[0.0, 0, 10, 5], [0, 0, 5, 5]]])
    truth = torch.tensor([[[0.0, 0, 10, 10], [0, 0, 0, 0]]])
    loss = detector_loss(torch.zeros(1, 2), boxes, torch.tensor([[0, -1]]), truth, "focal")
    assert loss.box.item() == pytest.approx(0.5, rel=1e-5), "half of it overlaps"
    assert loss.total.item() == pytest.approx(loss.classification.item() + 1, rel=1e-5)


def test_a_batch_without_faces_still_teaches_background() -> None:
    logits = torch.zeros(1, 2, requires_grad=True)
    boxes = torch.zeros(1, 2, 4, requires_grad=True)
    loss = detector_loss(logits, boxes, torch.full((1, 2), -1), torch.zeros(1, 2, 4), "ohem")
    loss.total.backward()
    assert logits.grad is not None and bool((logits.grad > 0).all())


def test_what_a_score_is_taught_does_not_move_the_box() -> None:
    boxes = torch.tensor([[[11.0, 9, 24, 22], [0, 0, 5, 5]]], requires_grad=True)
    truth = torch.tensor([[[10.0, 10, 20, 20], [0, 0, 0, 0]]])
    logits = torch.zeros(1, 2, requires_grad=True)
    loss = detector_loss(logits, boxes, torch.tensor([[0, -1]]), truth, "focal")
    loss.classification.backward(retain_graph=True)
    assert boxes.grad is None and logits.grad is not None and bool(logits.grad.any())
    logits.grad = None
    loss.box.backward()
    assert boxes.grad is not None and bool(boxes.grad[0, 0].any()) and logits.grad is None
