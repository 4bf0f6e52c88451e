from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.folding import folded
from tinyface_core.gan.discriminator import Discriminator
from tinyface_core.gan.generator import Generator
from tinyface_core.presets import DETECTOR_PRESETS, GAN_PRESETS

TINY = GAN_PRESETS["tiny"]
NETWORKS = {
    "detector": (lambda: MBFCN(DETECTOR_PRESETS["tiny"]), (torch.rand(2, 3, 64, 96) * 255,)),
    "resnet": (lambda: MBFCN(DETECTOR_PRESETS["paper"]), (torch.rand(2, 3, 64, 64) * 255,)),
    "generator": (lambda: Generator(TINY), (torch.rand(3, 3, 16, 16),)),
    "discriminator": (lambda: Discriminator(TINY), (torch.rand(3, 3, 64, 64), torch.rand(3, 3, 48, 48))),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_folded_network_says_the_same_without_batch_normalisation(name: str) -> None:
    torch.manual_seed(3)
    make, inputs = NETWORKS[name]
    network = make().train()
    for module in network.modules():  # parts that start at zero would hide what lies before them
        if isinstance(module, nn.Linear | nn.Conv2d) and not module.weight.any():
            nn.init.normal_(module.weight, std=0.05)
    network(*inputs)  # moves the running statistics
    network.eval()
    before = copy.deepcopy(network.state_dict())
    plain = folded(network)
    with torch.inference_mode():
        for expected, given in zip(network(*inputs), plain(*inputs), strict=True):
            if expected is not None:
                torch.testing.assert_close(given, expected, rtol=1e-3, atol=1e-3)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in plain.modules())
    assert before.keys() == network.state_dict().keys(), "the network itself can be trained on"
    assert all(torch.equal(value, before[key]) for key, value in network.state_dict().items())
