"""The moving average of a network's weights during training, which becomes its result."""

from __future__ import annotations

import torch
from torch import nn


@torch.no_grad()
def blend(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Move `average`, a copy of `network`, towards it by `1 - decay` in place; a decay of 0 makes it the same.

    Running statistics are averaged like the weights that they belong to; counters are copied.
    """
    for mean, value in zip(average.parameters(), network.parameters(), strict=True):
        mean.lerp_(value, 1 - decay)
    for held, current in zip(average.buffers(), network.buffers(), strict=True):
        if held.is_floating_point():
            held.lerp_(current, 1 - decay)
        else:
            held.copy_(current)
