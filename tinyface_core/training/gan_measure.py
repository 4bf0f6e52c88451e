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
from tinyface_core.training.gan_batches import centre_batch

_BATCH = 64


@torch.inference_mode()
def measure_gan(
    generator: Generator, discriminator: Discriminator, crops: Crops, preset: GanPreset
) -> dict[str, float]:
    """Measure the quality of enlarged sharp faces and of the discriminator's heads.

    - `psnr_bicubic`, `psnr_g1`, `psnr_g2`: mean PSNR in dB over RGB in [0, 1].
    - `sharpness_bicubic`, `sharpness_g1`, `sharpness_g2`: edge energy (`edge_energy`) relative to the real crops'.
    - `face_accuracy` (threshold 0.5) and `face_auc` (area under the ROC curve) of the face head. Crops are judged as
      in a search: small ones after the generator, with their surroundings.
    - `small_face_accuracy`, `small_face_auc`: the same for crops without a sharp target.
    - `real_accuracy`: accuracy of the real/fake head.
    - `box_iou`: mean IoU of the box head's boxes with the annotated ones, in crops that are not shifted;
      `box_iou_expected`: the same for the candidate's own box.

    Args:
        generator: the generator, which is put into evaluation mode.
        discriminator: the discriminator, likewise.
        crops: mined crops; small ones are used only for the face head.
        preset: preset of the networks.
    """
    generator.eval()
    discriminator.eval()
    psnr: dict[str, list[Tensor]] = {"psnr_bicubic": [], "psnr_g1": [], "psnr_g2": []}
    edges: dict[str, list[Tensor]] = {"sharpness_bicubic": [], "sharpness_g1": [], "sharpness_g2": []}
    face_logits, fake_logits, real_logits, overlaps, real_edges = [], [], [], [], []
    whole = centre_batch(crops, preset)
    for first in range(0, len(crops), _BATCH):
        part = whole.part(slice(first, first + _BATCH), discriminator.expected.device)
        labels = part.labels
        generated = generator(part.low)
        on_generated = discriminator(generated.refined.clamp(0, 1), part.surroundings)
        on_high = discriminator(part.high)
        # Aligned faces have no surroundings; they are sharp and therefore judged without the generator.
        face_logits.append(torch.where(labels.direct, on_high.face, on_generated.in_place))
        if on_generated.box is not None and on_high.box is not None:
            boxes = torch.where(labels.direct[:, None], on_high.box, on_generated.box)
            placed = labels.box.isfinite().all(dim=1)
            nominal = decode(torch.zeros_like(boxes), discriminator.expected)
            truth = labels.box[placed]
            overlaps.append(torch.stack([paired_iou(b[placed], truth) for b in (boxes, nominal)]))
        wanted = labels.has_target & labels.face
        fake_logits.append(on_generated.real[labels.has_target])
        if labels.has_target.any():
            real_logits.append(on_high.real[labels.has_target])
        bicubic = F.interpolate(part.low, scale_factor=preset.scale, mode="bicubic")
        pictures = (bicubic, generated.upsampled, generated.refined)
        real_edges.append(edge_energy(part.high[wanted]))
        for errors, energies, picture in zip(psnr.values(), edges.values(), pictures, strict=True):
            shown = picture.clamp(0, 1)[wanted]
            errors.append(crop_psnr(shown, part.high[wanted]))
            energies.append(edge_energy(shown))
    logits, face, small = torch.cat(face_logits).cpu(), whole.labels.face, ~whole.labels.has_target
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
        "faces_for_psnr": float((whole.labels.has_target & face).sum()),
        "crops": float(len(crops)),
    }
    return figures


def crop_psnr(pictures: Tensor, targets: Tensor) -> Tensor:
    """PSNR `(N,)` in dB of pictures `(N, 3, H, W)` in [0, 1] against targets of the same shape."""
    error = (pictures - targets).square().mean(dim=(1, 2, 3))
    return -10 * torch.log10(error.clamp(min=1e-10))


def edge_energy(pictures: Tensor) -> Tensor:
    """Edge energy `(N,)` of pictures `(N, 3, H, W)`: mean squared difference of the brightness of adjacent pixels."""
    bright = pictures.mean(dim=1)
    across, down = bright.diff(dim=2).square(), bright.diff(dim=1).square()
    return across.mean(dim=(1, 2)) + down.mean(dim=(1, 2))


def roc_area(scores: Tensor, positive: Tensor) -> float:
    """Area under the ROC curve, in [0, 1]; NaN if there are no positives or no negatives.

    It is the probability that a positive `(N,)` scores higher than a negative; ties count half.
    """
    yes, no = scores[positive], scores[~positive].sort().values
    if not len(yes) or not len(no):
        return float("nan")
    below = torch.searchsorted(no, yes, right=False)
    upto = torch.searchsorted(no, yes, right=True)
    return float((below + upto).double().mean() / (2 * len(no)))
