"""Weights of a network in the shape of a larger one that gives the same results, to train on from there.

What is new starts without a say: its channels see the old ones, the old ones do not see it (after Chen et al.,
Net2Net: Accelerating Learning via Knowledge Transfer, ICLR 2016), and a residual block that is new adds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from torch import Tensor

from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.presets import DETECTOR_PRESETS
from tinyface_core.weights import WeightsError

_LATER_BLOCK = re.compile(r"backbone\.stages\.\d+\.[1-9]\d*\.")
_LAST_OF_BLOCK = (".second.1.weight", ".second.1.bias")
"""Scale and shift of a residual block's last normalisation: at 0 the block hands on what it gets."""


def grown(weights: Mapping[str, Tensor], model: MBFCN) -> dict[str, Tensor]:
    """Weights for `model` that make it give what the smaller network gave that `weights` are of.

    New channels start as `model` has them. Weights of `model`'s own shape come back as they are.

    Args:
        weights: of a network with as many stages and branches, no wider and no deeper than `model`.
        model: the larger network; it is not changed.

    Raises:
        WeightsError: if `weights` are not of such a network.
    """
    result: dict[str, Tensor] = {}
    for name, start in model.state_dict().items():
        value = start.clone()
        if name in weights:
            _fill(value, weights[name], name)
        elif not _is_in_new_block(name, weights):
            raise WeightsError(f"The weights lack {name}.")
        elif name.endswith(_LAST_OF_BLOCK):
            value.zero_()
        result[name] = value
    strange = weights.keys() - result.keys()
    if strange:
        raise WeightsError(f"The network has no place for {min(strange)}.")
    return result


def detector_network(weights: Mapping[str, Tensor], preset: str) -> MBFCN:
    """The detector's network of a preset, by its name, with weights of its shape or of a smaller one.

    Raises:
        WeightsError: if `weights` are of no such network.
    """
    model = MBFCN(DETECTOR_PRESETS[preset])
    model.load_state_dict(grown(weights, model))
    return model


def _fill(value: Tensor, old: Tensor, name: str) -> None:
    """Lay a smaller tensor into the first places of `value`; its outputs see no new inputs."""
    if old.dim() != value.dim() or any(was > now for was, now in zip(old.shape, value.shape, strict=True)):
        raise WeightsError(f"The network has no place for {name} of shape {tuple(old.shape)}.")
    if value.dim() > 1:
        value[: old.shape[0]] = 0
    value[tuple(slice(side) for side in old.shape)] = old.to(value.dtype)


def _is_in_new_block(name: str, weights: Mapping[str, Tensor]) -> bool:
    block = _LATER_BLOCK.match(name)
    return block is not None and not any(key.startswith(block.group()) for key in weights)
