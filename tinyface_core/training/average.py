"""Exponential moving average of a network's weights during training, which is the result of the training."""

from __future__ import annotations

import torch
from torch import nn


@torch.no_grad()
def blend(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Update the exponential moving average of a network in place; with a decay of 0 it becomes a copy.

    Running statistics are averaged like weights; counters are copied.
    """
    for mean, value in zip(average.parameters(), network.parameters(), strict=True):
        mean.lerp_(value, 1 - decay)
    for held, current in zip(average.buffers(), network.buffers(), strict=True):
        if held.is_floating_point():
            held.lerp_(current, 1 - decay)
        else:
            held.copy_(current)
