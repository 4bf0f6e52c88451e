"""The losses of generator and discriminator (paper section 3.3, Eq. 4 to 9).

Pictures are RGB float in [0, 1]; the pixel loss is a mean over crops, channels and pixels. Heads
speak in logits, so that no logarithm is ever taken of a rounded zero. Eq. 6 prints
log(y - D(.)); what is meant, and done here, is the binary cross-entropy with the label y.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from tinyface_core.box_tensors import paired_giou
from tinyface_core.gan.discriminator import DiscriminatorOutput
from tinyface_core.gan.generator import Generated
from tinyface_core.gan.perception import Guess, PerceptionNetwork, feature_distance
from tinyface_core.gan.surroundings import SurroundingsOutput

OTHERS_FOR_A_FACE = 7.0
"""Candidates of the detector that are no faces, for each that is one."""


@dataclass(frozen=True, slots=True)
class GanLossWeights:
    """Weights of the terms, and a switch for each, for ablations (paper section 4.3).

    Attributes:
        alpha: of the adversarial term (0.001).
        beta: of the classification term (0.01).
        pixel: whether the generator learns from Eq. 4.
        adversarial: whether generator and real/fake head learn from Eq. 5.
        perceptual: of how differently the refined picture and the real one look to the perception network
            (`gan/perception.py`), where there is one. Our addition; 0 is off.
        classification: whether the *generator* learns from Eq. 6; the face head always does.
        box: whether the box head learns, if there is one.
        saturating: log(1 - D(G(x))) as printed in Eq. 5; else the non-saturating -log D(G(x)).
    """

    alpha: float = 0.001
    beta: float = 0.01
    perceptual: float = 0.0
    pixel: bool = True
    adversarial: bool = True
    classification: bool = True
    box: bool = True
    saturating: bool = True


class GeneratorLoss(NamedTuple):
    """Terms of Eq. 8 and our perceptual one, each a scalar before its weight; a term that is switched off is zero."""

    total: Tensor
    pixel: Tensor
    adversarial: Tensor
    classification: Tensor
    perceptual: Tensor


class DiscriminatorLoss(NamedTuple):
    """Terms of Eq. 9, the box head's and the surroundings', each a scalar; a term that is switched off is zero."""

    total: Tensor
    adversarial: Tensor
    classification: Tensor
    box: Tensor
    surroundings: Tensor


class CropLabels(NamedTuple):
    """What is known of `N` crops.

    Attributes:
        face: whether it is a face, `(N,)` bool.
        has_target: whether the crop is sharp enough to be the generator's target, and to show the discriminator what a
            natural picture is, `(N,)` bool.
        direct: whether it is large enough in its picture for D to judge it without G, `(N,)` bool; see
            `GanPreset.enlarged_to`.
        box: xyxy box of the face in shares of the crop's side, `(N, 4)`; NaN if unknown.
        placed: whether it has surroundings, `(N,)` bool.
        around_box: like `box`, in shares of the side of the surroundings.
    """

    face: Tensor
    has_target: Tensor
    direct: Tensor
    box: Tensor
    placed: Tensor
    around_box: Tensor


def pixel_loss(generated: Generated, high: Tensor, has_target: Tensor) -> Tensor:
    """Eq. 4, a scalar: MSE of G1's and of G2's picture, summed; a generator without G2 counts its one picture once.

    Pictures and targets are `(N, 3, H, W)`, targets in [0, 1]; crops too small to have one (`has_target` `(N,)`) are
    left out.
    """
    if not has_target.any():
        return generated.refined.float().sum() * 0
    target = high[has_target].float()
    loss = F.mse_loss(generated.upsampled[has_target].float(), target)
    if generated.refined is not generated.upsampled:
        loss = loss + F.mse_loss(generated.refined[has_target].float(), target)
    return loss


def perceptual_loss(network: PerceptionNetwork, generated: Generated, high: Tensor, has_target: Tensor) -> Tensor:
    """How differently G2's picture and the real one look to the perception network, a scalar in [0, 4].

    The network is in evaluation mode, without gradients of its own; for the others see `pixel_loss`.
    """
    if not has_target.any():
        return generated.refined.float().sum() * 0
    with torch.no_grad():
        wanted = network.features(high[has_target])
    return feature_distance(network.features(generated.refined[has_target]), wanted).mean()


def adversarial_loss(real_logits: Tensor, saturating: bool) -> Tensor:
    """Eq. 5, a scalar, from real/fake logits `(N,)` of generated crops: mean log(1 - D), or -mean log D."""
    logits = real_logits.float()
    return -F.softplus(logits).mean() if saturating else F.softplus(-logits).mean()


def classification_loss(face_logits: Tensor, face: Tensor) -> Tensor:
    """Eq. 6 for one kind of crops, a scalar: cross-entropy of face logits `(N,)` with labels `(N,)`."""
    return F.binary_cross_entropy_with_logits(face_logits.float(), face.float())


def box_loss(boxes: Tensor, target: Tensor) -> Tensor:
    """Mean of 1 - GIoU, a scalar, of boxes `(N, 4)` xyxy with those of `target` that are known.

    Unknown ones are not numbers. Source: Bai et al., SOD-MTGAN, ECCV 2018, has such a head, with a smooth L1 loss;
    GIoU is what the detector's boxes are taught by.
    """
    known = target.isfinite().all(dim=1)
    if not known.any():
        return boxes.sum() * 0
    return (1 - paired_giou(boxes[known].float(), target[known])).mean()


def perception_loss(guess: Guess, turns: Tensor, face: Tensor) -> Tensor:
    """What the perception network learns from, a scalar: cross-entropy of the turns, and of the face head.

    Turns are `(N,)` int64, quarter turns to the left; labels of faces are `(N,)`.
    """
    return F.cross_entropy(guess.turned.float(), turns) + classification_loss(guess.face, face)


def surroundings_loss(around: SurroundingsOutput, labels: CropLabels) -> Tensor:
    """Cross-entropy and box loss of the surroundings of the `labels.placed.sum()` crops that have any, a scalar.

    Of a batch, half are faces; of the detector's candidates, one in `1 + OTHERS_FOR_A_FACE`. The logits are adjusted
    for that here (Menon et al., ICLR 2021), so that the network itself is right for candidates.
    """
    placed = labels.placed
    loss = classification_loss(around.face + math.log(OTHERS_FOR_A_FACE), labels.face[placed])
    return loss if around.box is None else loss + box_loss(around.box, labels.around_box[placed])


def generator_loss(
    generated: Generated,
    high: Tensor,
    on_generated: DiscriminatorOutput | None,
    labels: CropLabels,
    weights: GanLossWeights,
    perceptual: Tensor | None = None,
) -> GeneratorLoss:
    """Eq. 8: alpha * Eq. 5 + Eq. 4 + beta * Eq. 6; only Eq. 4 without a discriminator (pre-training).

    Our perceptual term, of `perceptual_loss`, is added to either. Pictures and targets are `(N, 3, H, W)` in [0, 1];
    `on_generated` is D's output for the refined pictures.
    """
    zero = torch.zeros((), device=high.device)
    perceptual = zero if perceptual is None else perceptual
    pixel = pixel_loss(generated, high, labels.has_target) if weights.pixel else zero
    adversarial = classification = zero
    if on_generated is not None and weights.adversarial:
        adversarial = adversarial_loss(on_generated.real, weights.saturating)
    if on_generated is not None and weights.classification:
        classification = classification_loss(on_generated.face, labels.face)
    total = weights.alpha * adversarial + pixel + weights.beta * classification + weights.perceptual * perceptual
    return GeneratorLoss(total, pixel, adversarial, classification, perceptual)


def discriminator_loss(
    on_generated: DiscriminatorOutput,
    on_direct: DiscriminatorOutput,
    around: SurroundingsOutput | None,
    labels: CropLabels,
    weights: GanLossWeights,
) -> DiscriminatorLoss:
    """Eq. 9: -(log(1 - D(G(x))) + log D(HR)) plus the cross-entropy of the face head on both.

    The losses of the box head and of the surroundings, if there are any, are added with weight 1.

    Args:
        on_generated: D's output for `N` generated crops.
        on_direct: D's output for those of the same crops that it judges without G, `labels.direct.sum()` of them.
        around: output for the `labels.placed.sum()` crops that have surroundings, if their network was run.
        labels: of the crops.
        weights: says whether the real/fake head and the box head learn.
    """
    zero = on_generated.real.float().sum() * 0
    classification = classification_loss(on_generated.face, labels.face)
    adversarial = F.softplus(on_generated.real.float()).mean() if weights.adversarial else zero
    if len(on_direct.face):
        classification = classification + classification_loss(on_direct.face, labels.face[labels.direct])
    natural = on_direct.real[labels.has_target[labels.direct]]
    if weights.adversarial and len(natural):
        adversarial = adversarial + F.softplus(-natural.float()).mean()
    located = zero
    if weights.box and on_generated.box is not None:
        located = box_loss(on_generated.box, labels.box)
        if on_direct.box is not None:
            located = located + box_loss(on_direct.box, labels.box[labels.direct])
    wider = zero if around is None else surroundings_loss(around, labels)
    total = adversarial + classification + located + wider
    return DiscriminatorLoss(total, adversarial, classification, located, wider)
