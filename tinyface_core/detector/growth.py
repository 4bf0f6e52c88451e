"""Grows weights to the shape of a larger network with the same results, as a start for training.

New channels read the old ones but are not read by them (after Chen et al., Net2Net: Accelerating Learning via Knowledge
Transfer, ICLR 2016); new residual blocks add zero.
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
    """Weights with which `model`, which is not changed, gives the same results as the smaller network of `weights`.

    New channels start with the weights of `model`. Weights of `model`'s own shape are returned unchanged. The numbers
    of stages and branches must be equal.

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
    """The network of a detector preset, by its name, with weights of its shape or of a smaller one.

    Raises:
        WeightsError: if `weights` are of no such network.
    """
    model = MBFCN(DETECTOR_PRESETS[preset])
    model.load_state_dict(grown(weights, model))
    return model


def _fill(value: Tensor, old: Tensor, name: str) -> None:
    """Copy a smaller tensor to the first places of `value`; its outputs do not depend on new inputs."""
    if old.dim() != value.dim() or any(was > now for was, now in zip(old.shape, value.shape, strict=True)):
        raise WeightsError(f"The network has no place for {name} of shape {tuple(old.shape)}.")
    if value.dim() > 1:
        value[: old.shape[0]] = 0
    value[tuple(slice(side) for side in old.shape)] = old.to(value.dtype)


def _is_in_new_block(name: str, weights: Mapping[str, Tensor]) -> bool:
    block = _LATER_BLOCK.match(name)
    return block is not None and not any(key.startswith(block.group()) for key in weights)
