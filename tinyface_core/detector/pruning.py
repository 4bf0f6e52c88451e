"""Prunes weights to the shape of a narrower and shallower network, as a start for training.

Of each group of channels that are added or concatenated, those with the greatest importance stay: their scale in batch
normalisation (Liu et al., Learning Efficient Convolutional Networks through Network Slimming, ICCV 2017) times the
weights with which later layers read them. Residual blocks that contribute least are removed. The results change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.presets import DetectorPreset
from tinyface_core.weights import WeightsError

_BLOCK = re.compile(r"(backbone\.stages\.\d+)\.(\d+)\.")


@dataclass(frozen=True, slots=True)
class _Channels:
    """Channels that are kept or removed together.

    Attributes:
        writers: names of the convolutions that compute them, each with that of its normalisation.
        readers: names of the convolutions that read them.
    """

    writers: tuple[tuple[str, str], ...]
    readers: tuple[str, ...]


def pruned(weights: Mapping[str, Tensor], model: MBFCN) -> dict[str, Tensor]:
    """The part of `weights` that fits into the smaller `model`; the numbers of stages and branches must be equal.

    Raises:
        WeightsError: if `weights` are not of such a network.
    """
    wanted = model.state_dict()
    if model.preset.backbone != "slim":
        raise WeightsError("Weights are cut to a slim network alone: start from weights of the preset's own shape.")
    result = _fewer_blocks(weights, model.preset)
    strange = result.keys() ^ wanted.keys()
    if strange:
        raise WeightsError(f"Weights and network do not both have {min(strange)}.")
    for channels in _channels(model.preset):
        count = len(wanted[f"{channels.writers[0][0]}.weight"])
        if not _has(result, channels, count):
            raise WeightsError(f"The weights have fewer channels in {channels.writers[0][0]} than the network.")
        kept = _worth(result, channels).topk(count).indices.sort().values
        for conv, norm in channels.writers:
            result[f"{conv}.weight"] = result[f"{conv}.weight"][kept]
            for name in ("weight", "bias", "running_mean", "running_var"):
                result[f"{norm}.{name}"] = result[f"{norm}.{name}"][kept]
        for conv in channels.readers:
            result[f"{conv}.weight"] = result[f"{conv}.weight"][:, kept]
    for name, value in wanted.items():
        if result[name].shape != value.shape:
            raise WeightsError(f"The network has no place for {name} of shape {tuple(result[name].shape)}.")
    return result


def is_wider(weights: Mapping[str, Tensor], model: MBFCN) -> bool:
    """Whether any layer of the weights has more channels, or any stage more blocks, than the network."""
    places = model.state_dict()
    shared = (name for name in weights if name in places and weights[name].dim() == places[name].dim())
    return any(
        any(here > there for here, there in zip(weights[name].shape, places[name].shape, strict=True))
        for name in shared
    ) or any(_BLOCK.match(name) and name not in places for name in weights)


def _has(weights: Mapping[str, Tensor], channels: _Channels, count: int) -> bool:
    return all(len(weights[f"{conv}.weight"]) >= count for conv, _ in channels.writers)


def _worth(weights: Mapping[str, Tensor], channels: _Channels) -> Tensor:
    """Importance of each channel, `(C,)`."""
    scale = torch.stack([weights[f"{norm}.weight"].abs() for _, norm in channels.writers]).sum(dim=0)
    read = torch.stack([weights[f"{conv}.weight"].square().sum(dim=(0, 2, 3)) for conv in channels.readers])
    return scale * read.sum(dim=0).sqrt()


def _fewer_blocks(weights: Mapping[str, Tensor], preset: DetectorPreset) -> dict[str, Tensor]:
    """The weights without the residual blocks that contribute least, in stages with too many blocks."""
    kept: dict[str, list[int]] = {}
    for stage, count in enumerate(preset.blocks):
        prefix = f"backbone.stages.{stage}"
        blocks = {int(match[2]) for name in weights if (match := _BLOCK.match(name)) and match[1] == prefix}
        later = sorted(blocks - {0}, key=lambda block: -_added(weights, f"{prefix}.{block}"))
        kept[prefix] = [0, *sorted(later[: count - 1])]
    result = {}
    for name, value in weights.items():
        match = _BLOCK.match(name)
        if match is None:
            result[name] = value
        elif int(match[2]) in kept.get(match[1], ()):
            result[f"{match[1]}.{kept[match[1]].index(int(match[2]))}.{name[match.end() :]}"] = value
    return result


def _added(weights: Mapping[str, Tensor], block: str) -> float:
    return float(weights[f"{block}.second.1.weight"].abs().mean())


def _channels(preset: DetectorPreset) -> Iterator[_Channels]:
    """All channels of a slim network except inputs and outputs, each group after those that read it.

    In this order the importance of channels does not count readers that are already removed.
    """
    last = len(preset.blocks) - 1
    for level in range(last + 1):
        merged, trunk = (f"merge.{level}" if level < last else f"lateral.{level}"), f"branches.{level}.trunk"
        yield _made_by((trunk,), f"branches.{level}.score", f"branches.{level}.box")
        yield _made_by((merged,), f"{trunk}.0", *([f"descend.{level - 1}.0"] if level else ()))
        if level < last:
            yield _made_by((f"lateral.{level}", f"descend.{level}"), f"{merged}.0")
    for stage in range(last, -1, -1):
        blocks = [f"backbone.stages.{stage}.{number}" for number in range(preset.blocks[stage])]
        readers = [f"lateral.{stage}.0", *(f"{block}.first.0" for block in blocks[1:])]
        readers += _into_stage(stage + 1) if stage < last else ()
        shortcut = f"{blocks[0]}.shortcut.1", f"{blocks[0]}.shortcut.2"
        stream = _made_by([f"{block}.second" for block in blocks], *readers)
        yield _Channels((shortcut, *stream.writers), stream.readers)
        for block in blocks:
            yield _made_by((f"{block}.first",), f"{block}.second.0")
    yield _made_by(("backbone.stem",), *_into_stage(0))


def _made_by(writers: Sequence[str], *readers: str) -> _Channels:
    """Channels computed by modules "{name}.0", a convolution, and "{name}.1", its normalisation."""
    return _Channels(tuple((f"{name}.0", f"{name}.1") for name in writers), readers)


def _into_stage(stage: int) -> tuple[str, str]:
    """The convolutions of a stage's first block that read the stage's input."""
    return f"backbone.stages.{stage}.0.first.0", f"backbone.stages.{stage}.0.shortcut.1"
