"""Networks compute what they did when weights were trained for them: with the same weights they give the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from tinyface_core.gan.discriminator import Discriminator
from tinyface_core.gan.generator import Generator
from tinyface_core.gan.perception import PerceptionNetwork
from tinyface_core.gan.shown import ShownGenerator
from tinyface_core.presets import GAN_PRESETS, SHOWN_PRESETS

TINY, SHOWN = GAN_PRESETS["tiny"], SHOWN_PRESETS["tiny"]


def noise(*shape: int, seed: int = 0) -> Tensor:
    return torch.from_numpy(np.random.default_rng(seed).random(shape, np.float32))


def with_weights(network: nn.Module) -> nn.Module:
    """The network with weights of its own, as if it had been trained."""
    given = {}
    for seed, (name, value) in enumerate(network.state_dict().items()):
        made = noise(*value.shape, seed=seed) + (-0.5 if value.dim() > 1 or name.endswith(("bias", "mean")) else 0.5)
        given[name] = made * (24 / value[0].numel()) ** 0.5 if value.dim() > 1 else made
    network.load_state_dict(given)
    return network.eval()


def judged(judge: nn.Module) -> list[Tensor]:
    said = judge(noise(2, 3, 64, 64), noise(2, 3, 48, 48, seed=1))
    return [said.real, said.face, said.box, said.around.face, said.around.box]


def perceived(network: nn.Module) -> list[Tensor]:
    crops = noise(2, 3, 64, 64)
    return [*network(crops), *network.features(crops)]


def enlarged(network: nn.Module) -> list[Tensor]:
    return [*network(noise(2, 3, 16, 16))]


def summary(part: Tensor) -> list[float]:
    return [part.mean().item(), part.std().item(), part.flatten()[0].item(), part.flatten()[-1].item()]


@pytest.mark.parametrize(
    ("made", "ask", "pinned"),
    [
        (
            lambda: Discriminator(TINY),
            judged,
            [
                [-1.1613, 0.52258, -1.5308, -0.79175],
                [-1.4355, 0.38735, -1.7094, -1.1616],
                [2.4747, 1.0317, 1.4715, 2.6087],
                [1.9344, 2.0922, 3.4138, 0.45505],
                [-0.098401, 1.1224, -0.68997, 1.4436],
            ],
        ),
        (
            lambda: PerceptionNetwork(TINY),
            perceived,
            [
                [-3.1645, 3.3094, -5.5558, -0.096607],
                [0.50141, 1.1734, 1.3311, -0.32834],
                [0.63686, 1.0661, 0.20768, 2.7535],
                [1.0426, 1.4118, 1.3676, 1.343],
                [3.8372, 4.1299, 0.62337, 0.10641],
                [2.5155, 4.3685, 5.1277, 0.0],
                [1.8352, 2.6665, 0.0, 0.96101],
            ],
        ),
        (lambda: Generator(TINY), enlarged, [[0.67762, 0.73457, 0.9425, 1.1776], [-4.9513, 18.328, -0.69069, -8.7817]]),
        (
            lambda: Generator(replace(TINY, global_skip=False)),
            enlarged,
            [[0.6621, 0.69393, 0.5429, 0.72936], [-4.8701, 17.801, -2.5852, -8.0654]],
        ),
        (
            lambda: ShownGenerator(SHOWN),
            enlarged,
            [[0.55686, 0.53757, 0.83501, 1.2241], [0.53132, 1.2991, 0.85635, 1.0141]],
        ),
    ],
    ids=["discriminator", "perception", "generator", "generator of the paper", "shown"],
)
@torch.inference_mode()
def test_a_network_gives_what_it_gave(
    made: Callable[[], nn.Module], ask: Callable[[nn.Module], list[Tensor]], pinned: list[list[float]]
) -> None:
    given = [summary(part) for part in ask(with_weights(made()))]
    assert given == [pytest.approx(values, rel=1e-3, abs=1e-4) for values in pinned]
