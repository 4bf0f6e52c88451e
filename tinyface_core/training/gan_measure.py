"""Measures a trained generator and discriminator on validation crops."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from tinyface_core.box_tensors import decode, paired_iou
from tinyface_core.datasets.crops import Crops
from tinyface_core.gan.discriminator import Discriminator
from tinyface_core.gan.generator import Generator
from tinyface_core.presets import GanPreset
from tinyface_core.training.gan_batches import Batch, centre_batch


@torch.inference_mode()
def measure_gan(
    generator: Generator, discriminator: Discriminator, crops: Crops, preset: GanPreset, batch: int = 64
) -> dict[str, float]:
    """PSNR and sharpness of enlarged sharp faces, and how well the face head tells faces from others.

    PSNR is in dB over RGB in [0, 1], the mean of the crops' own figures: `psnr_bicubic`, `psnr_g1`,
    `psnr_g2`; `sharpness_bicubic`, `sharpness_g1` and `sharpness_g2` are their energy of edges (`edge_energy`) as a
    share of the real pictures'. The face head judges crops as the finder does, small ones after the generator and
    together with their surroundings, at threshold 0.5 and by the area under the ROC curve: `face_accuracy`,
    `face_auc`, and the same over those that have no sharp target alone (`small_face_accuracy`, `small_face_auc`).
    `real_accuracy` is the real/fake head's; `box_iou` is the mean IoU of the box head's boxes with the annotated ones,
    in crops that are not moved, and `box_iou_expected` that of the place where a candidate's square lies in its crop.

    Args:
        generator: with its weights; it is put into evaluation mode.
        discriminator: likewise.
        crops: as mined; small ones count for the face head only.
        preset: of the networks.
        batch: crops that are judged together.
    """
    generator.eval()
    discriminator.eval()
    psnr: dict[str, list[Tensor]] = {"psnr_bicubic": [], "psnr_g1": [], "psnr_g2": []}
    edges: dict[str, list[Tensor]] = {"sharpness_bicubic": [], "sharpness_g1": [], "sharpness_g2": []}
    face_logits, fake_logits, real_logits, overlaps, real_edges = [], [], [], [], []
    whole = centre_batch(crops, preset)
    for first in range(0, len(crops), batch):
        part = Batch(*(values[first : first + batch].to(discriminator.expected.device) for values in whole))
        generated = generator(part.low)
        verdict = discriminator(generated.refined.clamp(0, 1), part.surroundings)
        as_they_are = discriminator(part.high)
        # Aligned faces, which have no surroundings, are sharp and so judged as they are.
        face_logits.append(torch.where(part.direct, as_they_are.face, verdict.in_place))
        if verdict.box is not None and as_they_are.box is not None:
            boxes = torch.where(part.direct[:, None], as_they_are.box, verdict.box)
            placed = part.box.isfinite().all(dim=1)
            nominal = decode(torch.zeros_like(boxes), discriminator.expected)
            truth = part.box[placed]
            overlaps.append(torch.stack([paired_iou(b[placed], truth) for b in (boxes, nominal)]))
        wanted = part.has_target & part.face
        fake_logits.append(verdict.real[part.has_target])
        if part.has_target.any():
            real_logits.append(as_they_are.real[part.has_target])
        bicubic = F.interpolate(part.low, scale_factor=preset.scale, mode="bicubic")
        pictures = (bicubic, generated.upsampled, generated.refined)
        real_edges.append(edge_energy(part.high[wanted]))
        for errors, energies, picture in zip(psnr.values(), edges.values(), pictures, strict=True):
            shown = picture.clamp(0, 1)[wanted]
            errors.append(crop_psnr(shown, part.high[wanted]))
            energies.append(edge_energy(shown))
    logits, face, small = torch.cat(face_logits).cpu(), whole.face, ~whole.has_target
    right = (logits > 0) == face
    real = torch.cat([torch.cat(real_logits) > 0, torch.cat(fake_logits) <= 0]) if real_logits else right[:0]
    figures = {name: float(torch.cat(values).mean()) for name, values in psnr.items()}
    real_energy = torch.cat(real_edges).sum()
    figures |= {name: float(torch.cat(energies).sum() / real_energy) for name, energies in edges.items()}
    if overlaps:
        judged, expected = torch.cat(overlaps, dim=1).mean(dim=1).tolist()
        figures |= {"box_iou": judged, "box_iou_expected": expected}
    figures |= {
        "face_accuracy": float(right.float().mean()),
        "face_auc": roc_area(logits, face),
        "small_face_accuracy": float(right[small].float().mean()),
        "small_face_auc": roc_area(logits[small], face[small]),
        "real_accuracy": float(real.float().mean()),
        "faces_for_psnr": float((whole.has_target & face).sum()),
        "crops": float(len(crops)),
    }
    return figures


def crop_psnr(pictures: Tensor, targets: Tensor) -> Tensor:
    """PSNR `(N,)` in dB of pictures `(N, 3, H, W)` in [0, 1] against targets of the same shape."""
    error = (pictures - targets).square().mean(dim=(1, 2, 3))
    return -10 * torch.log10(error.clamp(min=1e-10))


def edge_energy(pictures: Tensor) -> Tensor:
    """Energy of edges `(N,)` of pictures `(N, 3, H, W)`: mean squared step of brightness to the next pixel."""
    bright = pictures.mean(dim=1)
    across, down = bright.diff(dim=2).square(), bright.diff(dim=1).square()
    return across.mean(dim=(1, 2)) + down.mean(dim=(1, 2))


def roc_area(scores: Tensor, positive: Tensor) -> float:
    """Area under the ROC curve: how often a positive scores over a negative, ties counting half.

    Args:
        scores: `(N,)`.
        positive: `(N,)` bool.

    Returns:
        In [0, 1]; not a number if there are no positives or no negatives.
    """
    yes, no = scores[positive], scores[~positive].sort().values
    if not len(yes) or not len(no):
        return float("nan")
    below = torch.searchsorted(no, yes, right=False)
    upto = torch.searchsorted(no, yes, right=True)
    return float((below + upto).double().mean() / (2 * len(no)))
