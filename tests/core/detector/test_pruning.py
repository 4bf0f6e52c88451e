from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from tests.core.detector.test_growth import LARGER, TINY, trained_looking
from tinyface_core.detector.growth import grown
from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.detector.pruning import is_wider, pruned
from tinyface_core.presets import DETECTOR_PRESETS
from tinyface_core.weights import WeightsError


def test_what_was_grown_without_a_say_is_what_goes_again() -> None:
    small, large = trained_looking(1), MBFCN(LARGER)
    weights = grown(small.state_dict(), large)
    for name, value in pruned(weights, MBFCN(TINY)).items():
        assert torch.equal(value, small.state_dict()[name]), name


def test_a_network_whose_channels_say_nothing_gives_the_same_without_them_wherever_they_stand() -> None:
    torch.manual_seed(2)
    large = MBFCN(LARGER)
    large.load_state_dict(grown(trained_looking(2).state_dict(), large))
    weights = large.state_dict()
    turned = torch.tensor([7, 2, 0, 9, 4, 5, 11, 1, 3, 10, 6, 8])  # another order of the stream on stride 4
    for block in range(LARGER.blocks[0]):
        for part in ("second.0", "second.1", *(("shortcut.1", "shortcut.2") if block == 0 else ())):
            for key in (name for name in weights if name.startswith(f"backbone.stages.0.{block}.{part}.")):
                weights[key] = weights[key][turned] if weights[key].dim() else weights[key]
    readers = ("lateral.0.0", "backbone.stages.0.1.first.0", "backbone.stages.1.0.first.0")
    for conv in (*readers, "backbone.stages.1.0.shortcut.1"):
        weights[f"{conv}.weight"] = weights[f"{conv}.weight"][:, turned]
    small = MBFCN(TINY)
    small.load_state_dict(pruned(weights, small))
    pictures = torch.rand(2, 3, 96, 64) * 255
    with torch.inference_mode():
        for expected, found in zip(large.eval()(pictures), small.eval()(pictures), strict=True):
            torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)


def test_the_block_that_adds_least_goes() -> None:
    deep = replace(TINY, blocks=(3, 1, 1, 1))
    torch.manual_seed(3)
    weights = MBFCN(deep).state_dict()
    weights["backbone.stages.0.1.second.1.weight"] *= 0.1
    kept = pruned(weights, MBFCN(replace(TINY, blocks=(2, 1, 1, 1))))
    assert torch.equal(kept["backbone.stages.0.1.first.0.weight"], weights["backbone.stages.0.2.first.0.weight"])


def test_the_quick_preset_is_cut_from_the_one_for_desktops() -> None:
    quick, desktop = (MBFCN(DETECTOR_PRESETS[name]) for name in ("quick", "desktop"))
    quick.load_state_dict(pruned(desktop.state_dict(), quick))
    assert is_wider(desktop.state_dict(), quick)
    assert not is_wider(quick.state_dict(), desktop)


def test_weights_that_cannot_be_cut_are_refused() -> None:
    small = trained_looking(4).state_dict()
    mixed = MBFCN(replace(TINY, widths=(8, 6, 16, 8, 8)))
    with pytest.raises(WeightsError, match=r"fewer channels in backbone.stages.1.0.shortcut.1"):
        pruned(small, mixed)
    with pytest.raises(WeightsError, match="strange"):
        pruned(small | {"strange": torch.zeros(1)}, MBFCN(TINY))
    with pytest.raises(WeightsError, match="slim network"):
        pruned(small, MBFCN(DETECTOR_PRESETS["paper"]))
