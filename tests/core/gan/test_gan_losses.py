from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from tinyface_core.gan.discriminator import DiscriminatorOutput
from tinyface_core.gan.generator import Generated
from tinyface_core.gan.losses import (
    CropLabels,
    GanLossWeights,
    adversarial_loss,
    box_loss,
    classification_loss,
    discriminator_loss,
    generator_loss,
    perception_loss,
    perceptual_loss,
    pixel_loss,
    surroundings_loss,
)
from tinyface_core.gan.perception import Guess, PerceptionNetwork, feature_distance
from tinyface_core.gan.surroundings import SurroundingsOutput
from tinyface_core.presets import GAN_PRESETS

WEIGHTS = GanLossWeights()
FACE = torch.tensor([True, False, True])
TARGET = torch.tensor([True, True, False])
NO_BOX = torch.full((3, 4), torch.nan)
LABELS = CropLabels(FACE, TARGET, TARGET, NO_BOX, TARGET, NO_BOX)


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _case() -> tuple[Generated, Tensor, DiscriminatorOutput, DiscriminatorOutput]:
    random = torch.Generator().manual_seed(3)
    pictures = [torch.rand(3, 3, 4, 4, generator=random) for _ in range(3)]
    on_generated = DiscriminatorOutput(torch.tensor([0.3, -1.2, 2.0]), torch.tensor([1.5, 0.4, -0.7]))
    on_real = DiscriminatorOutput(torch.tensor([0.9, -0.1]), torch.tensor([2.2, -1.1]))
    return Generated(pictures[0], pictures[1]), pictures[2], on_generated, on_real


def test_pixel_loss_is_the_sum_of_both_mean_squares_over_crops_that_have_a_target() -> None:
    generated, high, *_ = _case()
    expected = 0.0
    for picture in generated:
        expected += float(((picture[:2] - high[:2]) ** 2).sum() / (2 * 3 * 4 * 4))
    assert float(pixel_loss(generated, high, TARGET)) == pytest.approx(expected, rel=1e-5)


def test_pixel_loss_of_a_generator_without_refinement_counts_its_picture_once() -> None:
    generated, high, *_ = _case()
    single = Generated(generated.upsampled, generated.upsampled)
    expected = float(((single.upsampled - high) ** 2).mean())
    assert float(pixel_loss(single, high, torch.ones(3, dtype=torch.bool))) == pytest.approx(expected, rel=1e-5)


def test_pixel_loss_without_any_target_is_zero_and_still_has_a_gradient_path() -> None:
    generated, high, *_ = _case()
    picture = generated.refined.clone().requires_grad_()
    loss = pixel_loss(Generated(picture, picture), high, torch.zeros(3, dtype=torch.bool))
    loss.backward()
    assert float(loss.detach()) == 0 and picture.grad is not None


def test_adversarial_loss_equals_equation_five() -> None:
    logits = [0.3, -1.2, 2.0]
    printed = sum(math.log(1 - _sigmoid(x)) for x in logits) / 3
    other = sum(-math.log(_sigmoid(x)) for x in logits) / 3
    assert float(adversarial_loss(torch.tensor(logits), True)) == pytest.approx(printed, rel=1e-5)
    assert float(adversarial_loss(torch.tensor(logits), False)) == pytest.approx(other, rel=1e-5)


def test_losses_stay_finite_for_a_discriminator_that_is_entirely_sure() -> None:
    sure = torch.tensor([200.0, -200.0])
    assert torch.isfinite(adversarial_loss(sure, True)) and torch.isfinite(adversarial_loss(sure, False))
    assert float(classification_loss(sure, torch.tensor([0, 1]))) == pytest.approx(200)


def test_generator_objective_equals_equation_eight() -> None:
    generated, high, verdict, _ = _case()
    loss = generator_loss(generated, high, verdict, LABELS, WEIGHTS)
    adversarial = sum(math.log(1 - _sigmoid(x)) for x in verdict.real.tolist()) / 3
    faces = zip(verdict.face.tolist(), FACE.tolist(), strict=True)
    classification = -sum(math.log(_sigmoid(x) if y else 1 - _sigmoid(x)) for x, y in faces) / 3
    expected = 0.001 * adversarial + float(pixel_loss(generated, high, TARGET)) + 0.01 * classification
    assert float(loss.total) == pytest.approx(expected, rel=1e-5)


def test_discriminator_objective_equals_equation_nine() -> None:
    _, _, fake, real = _case()
    loss = discriminator_loss(fake, real, None, LABELS, WEIGHTS)
    adversarial = -sum(math.log(1 - _sigmoid(x)) for x in fake.real.tolist()) / 3
    adversarial -= sum(math.log(_sigmoid(x)) for x in real.real.tolist()) / 2
    fakes = zip(fake.face.tolist(), FACE.tolist(), strict=True)
    reals = zip(real.face.tolist(), FACE.tolist()[:2], strict=True)
    classification = -sum(math.log(_sigmoid(x) if y else 1 - _sigmoid(x)) for x, y in fakes) / 3
    classification -= sum(math.log(_sigmoid(x) if y else 1 - _sigmoid(x)) for x, y in reals) / 2
    assert float(loss.total) == pytest.approx(adversarial + classification, rel=1e-5)


@pytest.mark.parametrize(
    ("switch", "term", "weight"),
    [("pixel", "pixel", 1.0), ("adversarial", "adversarial", 0.001), ("classification", "classification", 0.01)],
)
def test_each_switch_removes_exactly_its_term_from_the_generator(switch: str, term: str, weight: float) -> None:
    generated, high, verdict, _ = _case()
    whole = generator_loss(generated, high, verdict, LABELS, WEIGHTS)
    without = generator_loss(generated, high, verdict, LABELS, replace(WEIGHTS, **{switch: False}))
    assert float(getattr(without, term)) == 0
    assert float(whole.total - without.total) == pytest.approx(weight * float(getattr(whole, term)), abs=1e-6)


def test_without_the_adversarial_term_the_discriminator_only_classifies() -> None:
    _, _, fake, real = _case()
    whole = discriminator_loss(fake, real, None, LABELS, WEIGHTS)
    without = discriminator_loss(fake, real, None, LABELS, replace(WEIGHTS, adversarial=False))
    assert float(without.total) == pytest.approx(float(whole.classification), rel=1e-6)


def test_pre_training_uses_the_pixel_term_alone() -> None:
    generated, high, *_ = _case()
    loss = generator_loss(generated, high, None, LABELS, WEIGHTS)
    assert float(loss.total) == float(pixel_loss(generated, high, TARGET))


def test_a_direct_crop_that_is_not_sharp_teaches_only_the_face_head() -> None:
    _, _, fake, real = _case()
    both = discriminator_loss(fake, real, None, LABELS, WEIGHTS)
    labels = LABELS._replace(has_target=torch.tensor([True, False, False]))
    one_sharp = discriminator_loss(fake, real, None, labels, WEIGHTS)
    assert float(one_sharp.classification) == float(both.classification)
    fakes = -sum(math.log(1 - _sigmoid(x)) for x in fake.real.tolist()) / 3
    assert float(one_sharp.adversarial) == pytest.approx(fakes - math.log(_sigmoid(0.9)), rel=1e-5)
    labels = LABELS._replace(has_target=torch.zeros(3, dtype=torch.bool))
    none_sharp = discriminator_loss(fake, real, None, labels, WEIGHTS)
    assert float(none_sharp.adversarial) == pytest.approx(fakes, rel=1e-5)


def test_a_batch_in_which_every_crop_was_generated_teaches_by_these_alone() -> None:
    _, _, fake, real = _case()
    boxes, nobody = torch.tensor([[0.0, 0.0, 1.0, 1.0]] * 3), torch.zeros(3, dtype=torch.bool)
    fake, real = fake._replace(box=boxes), DiscriminatorOutput(real.real[:0], real.face[:0], boxes[:0])
    labels = LABELS._replace(direct=nobody, box=boxes / 2, placed=nobody)
    loss = discriminator_loss(fake, real, None, labels, WEIGHTS)
    assert float(loss.classification) == pytest.approx(float(classification_loss(fake.face, FACE)), rel=1e-6)
    assert float(loss.adversarial) == pytest.approx(float(torch.nn.functional.softplus(fake.real).mean()), rel=1e-6)
    assert float(loss.box) == pytest.approx(0.75, rel=1e-5), "a quarter of it overlaps"


def test_the_box_head_learns_from_the_overlap_with_known_boxes_alone() -> None:
    _, _, fake, real = _case()
    boxes = torch.tensor([[0.0, 0.0, 1.0, 1.0], [0.2, 0.2, 0.8, 0.8], [0.0, 0.0, 0.5, 1.0]], requires_grad=True)
    truth = torch.tensor([[0.0, 0.0, 0.5, 1.0], [torch.nan] * 4, [0.0, 0.0, 0.5, 1.0]])
    fake, real = fake._replace(box=boxes), real._replace(box=boxes[:2])
    labels = LABELS._replace(box=truth)
    loss = discriminator_loss(fake, real, None, labels, WEIGHTS)
    # Crop 0 overlaps by half, crop 2 wholly, crop 1 has no box: (1/2 + 0) / 2 generated, 1/2 direct.
    assert loss.box.item() == pytest.approx(0.25 + 0.5, rel=1e-5)
    assert loss.total.item() == pytest.approx((loss.adversarial + loss.classification + loss.box).item(), rel=1e-6)
    loss.total.backward()
    assert boxes.grad is not None and boxes.grad.isfinite().all() and not boxes.grad[1].any()
    off = discriminator_loss(fake, real, None, labels, replace(WEIGHTS, box=False))
    assert float(off.box) == 0


def test_boxes_that_nobody_knows_cost_nothing_and_leave_a_gradient_path() -> None:
    boxes = torch.rand(3, 4, requires_grad=True)
    loss = box_loss(boxes, NO_BOX)
    loss.backward()
    assert float(loss.detach()) == 0 and boxes.grad is not None


def test_surroundings_are_taught_by_themselves_as_if_one_candidate_in_eight_were_a_face() -> None:
    _, _, fake, real = _case()
    around = torch.tensor([0.4, -1.0], requires_grad=True)
    boxes = torch.tensor([[0.3, 0.3, 0.6, 0.6], [0.4, 0.4, 0.7, 0.7]], requires_grad=True)
    truth = torch.tensor([[0.3, 0.3, 0.6, 0.9], [0.0, 0.0, 1.0, 1.0], [torch.nan] * 4])
    placed = torch.tensor([True, False, True])
    labels = LABELS._replace(placed=placed, around_box=truth)
    loss = discriminator_loss(fake, real, SurroundingsOutput(around, boxes), labels, WEIGHTS)
    expected = 0.5  # the first face's box covers half of it; the second's place is not known
    for number, logit in ((0, 0.4), (2, -1.0)):
        share = 7 * math.exp(logit) / (7 * math.exp(logit) + 1)
        expected -= math.log(share if FACE[number] else 1 - share) / 2
    assert loss.surroundings.item() == pytest.approx(expected, rel=1e-5)
    loss.surroundings.backward()
    assert around.grad is not None and around.grad.all()
    assert boxes.grad is not None and boxes.grad[0].any() and not boxes.grad[1].any()
    without = discriminator_loss(fake, real, None, labels, WEIGHTS)
    assert float(without.surroundings) == 0
    assert float((loss.total - without.total).detach()) == pytest.approx(expected, rel=1e-4)


def test_of_a_balanced_batch_that_says_nothing_surroundings_learn_the_share_of_faces() -> None:
    logit = torch.tensor([math.log(1 / 7)], requires_grad=True)  # of one in eight
    labels = LABELS._replace(face=torch.tensor([True, False]), placed=torch.tensor([True, True]))
    surroundings_loss(SurroundingsOutput(logit.expand(2), None), labels).backward()
    assert logit.grad is not None and abs(logit.grad.item()) < 1e-6, "the loss is convex, and least here"


def test_features_are_as_far_apart_as_their_directions_whatever_their_length() -> None:
    along, across = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])
    maps = torch.stack([along, across, -along, along]).view(4, 2, 1, 1)
    reference = (3 * along).expand(4, 2).reshape(4, 2, 1, 1)
    assert feature_distance([reference], [maps]).tolist() == pytest.approx([0, 2, 4, 0])
    two_levels = feature_distance([reference, reference], [maps, reference.expand(4, 2, 5, 5)])
    assert two_levels.tolist() == pytest.approx([0, 1, 2, 0])


def test_perceptual_loss_compares_the_refined_pictures_that_have_a_target() -> None:
    preset = GAN_PRESETS["tiny"]
    torch.manual_seed(4)
    network = PerceptionNetwork(preset).eval().requires_grad_(False)
    upsampled, refined, high = (torch.rand(3, 3, 64, 64) for _ in range(3))
    upsampled.requires_grad_()
    refined.requires_grad_()
    loss = perceptual_loss(network, Generated(upsampled, refined), high, TARGET)
    with torch.no_grad():
        expected = feature_distance(network.features(refined[:2]), network.features(high[:2]))
    assert loss.item() == pytest.approx(expected.mean().item(), rel=1e-5) and loss.item() > 0
    loss.backward()
    assert upsampled.grad is None
    assert refined.grad is not None and refined.grad[:2].abs().sum() > 0 and not refined.grad[2].any()
    assert perceptual_loss(network, Generated(high, high), high, TARGET).item() == 0
    nothing = perceptual_loss(network, Generated(upsampled, refined), high, torch.zeros(3, dtype=torch.bool))
    assert nothing.item() == 0 and nothing.requires_grad


def test_the_perceptual_term_is_added_with_its_weight() -> None:
    generated, high, on_generated, _ = _case()
    weights = replace(WEIGHTS, perceptual=0.5)
    plain = generator_loss(generated, high, on_generated, LABELS, weights)
    with_it = generator_loss(generated, high, on_generated, LABELS, weights, torch.tensor(0.8))
    assert float(with_it.total - plain.total) == pytest.approx(0.4, abs=1e-6)
    assert (float(plain.perceptual), float(with_it.perceptual)) == (0, pytest.approx(0.8))
    unasked = generator_loss(generated, high, on_generated, LABELS, WEIGHTS, torch.tensor(0.8))
    assert float(unasked.total) == float(plain.total), "the paper has no such term"


def test_perception_loss_is_the_cross_entropy_of_both_heads() -> None:
    guess = Guess(torch.tensor([[2.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]]), torch.tensor([1.0, -2.0]))
    turned = -math.log(math.exp(2) / (math.exp(2) + 3)) - math.log(1 / (math.e + 3))
    face = -math.log(_sigmoid(1.0)) - math.log(1 - _sigmoid(-2.0))
    loss = perception_loss(guess, torch.tensor([0, 1]), torch.tensor([True, False]))
    assert float(loss) == pytest.approx((turned + face) / 2, rel=1e-5)
