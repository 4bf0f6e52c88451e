"""Cost of a network: parameters and multiply-adds."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Cost:
    """Parameters, and multiply-adds of one forward pass."""

    parameters: int
    multiply_adds: int


def count_cost(network: nn.Module, example: Tensor) -> Cost:
    """Cost of one forward pass over `example`, by torch's counter (half of its floating-point operations)."""
    from torch.utils.flop_counter import FlopCounterMode

    counter = FlopCounterMode(display=False)
    with torch.no_grad(), counter:
        network.eval()(example)
    return Cost(sum(p.numel() for p in network.parameters()), counter.get_total_flops() // 2)


def preset_costs() -> dict[str, dict[str, Cost]]:
    """Cost by preset and network: a 1024 x 768 picture for the detector, one crop for the others."""
    from tinyface_core.detector.mbfcn import MBFCN
    from tinyface_core.gan.discriminator import Discriminator
    from tinyface_core.gan.generator import RefinementNetwork, UpsamplingNetwork
    from tinyface_core.gan.shown import ShownRefinement, ShownUpsampling
    from tinyface_core.gan.surroundings import SurroundingsNetwork
    from tinyface_core.presets import DETECTOR_PRESETS, GAN_PRESETS, SHOWN_PRESETS

    costs: dict[str, dict[str, Cost]] = {}
    for name in ("desktop", "quick", "paper"):
        with torch.device("meta"):  # nothing is computed on this device, so counting is fast
            costs[name] = {"detector": count_cost(MBFCN(DETECTOR_PRESETS[name]), torch.zeros(1, 3, 768, 1024))}
        if name not in GAN_PRESETS:
            continue
        gan = GAN_PRESETS[name]
        low, high = torch.zeros(1, 3, gan.low, gan.low), torch.zeros(1, 3, gan.high, gan.high)
        costs[name] |= {
            "up-sampling network G1": count_cost(UpsamplingNetwork(gan), low),
            "refinement network G2": count_cost(RefinementNetwork(gan), high),
            "discriminator": count_cost(Discriminator(gan, surroundings=False), high),
        }
        if gan.surroundings:
            around = torch.zeros(1, 3, gan.surroundings, gan.surroundings)
            costs[name]["surroundings"] = count_cost(SurroundingsNetwork(gan), around)
        if name in SHOWN_PRESETS:
            shown = SHOWN_PRESETS[name]
            costs[name]["G1 that shows"] = count_cost(ShownUpsampling(shown), low)
            costs[name]["G2 that shows"] = count_cost(ShownRefinement(shown), high)
    return costs
