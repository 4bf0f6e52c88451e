"""Folds batch normalisation into the preceding convolutions: equal results, less memory traffic."""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import TypeVar

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

Network = TypeVar("Network", bound=nn.Module)


def folded(network: Network) -> Network:
    """A copy of a trained network for inference in which batch normalisation is folded into preceding convolutions.

    The children of a module are assumed to run in the order of their definition.
    """
    network = copy.deepcopy(network).eval()
    for module in list(network.modules()):
        _fold_parts(module)
    return network


def _fold_parts(module: nn.Module) -> None:
    parts = list(module.named_children())
    for (first, conv), (second, norm) in pairwise(parts):
        if isinstance(conv, nn.Conv2d | nn.ConvTranspose2d) and isinstance(norm, nn.BatchNorm2d):
            setattr(module, first, fuse_conv_bn_eval(conv, norm, transpose=isinstance(conv, nn.ConvTranspose2d)))
            setattr(module, second, nn.Identity())
