from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from tinyface_core.detector.growth import grown
from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.presets import DETECTOR_PRESETS
from tinyface_core.weights import WeightsError

TINY = DETECTOR_PRESETS["tiny"]
LARGER = replace(TINY, widths=(8, 12, 16, 12, 10), blocks=(2, 1, 3, 2), neck=(10, 12, 8, 16), head=(8, 12, 14, 12))


def trained_looking(seed: int) -> MBFCN:
    """A tiny network whose normalisations are not those of a new one."""
    torch.manual_seed(seed)
    model = MBFCN(TINY)
    for value in model.state_dict().values():
        if value.dtype.is_floating_point and value.dim() == 1:
            value.uniform_(0.5, 1.5)
    return model.eval()


def test_a_larger_network_gives_what_the_smaller_one_gave() -> None:
    small, large = trained_looking(1), MBFCN(LARGER)
    large.load_state_dict(grown(small.state_dict(), large))
    pictures = torch.rand(2, 3, 96, 64) * 255
    with torch.inference_mode():
        for expected, found in zip(small(pictures), large.eval()(pictures), strict=True):
            assert expected.std() > 0.01
            torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)


def test_what_is_new_learns() -> None:
    small, large = trained_looking(2), MBFCN(LARGER)
    large.load_state_dict(grown(small.state_dict(), large))
    optimizer = torch.optim.SGD(large.parameters(), lr=1e-2)
    for _ in range(2):  # what sees the new channels, and what comes after a new block, moves in the first step
        scores, boxes = large.train()(torch.rand(2, 3, 64, 64) * 255)
        optimizer.zero_grad()
        (scores.square().mean() + boxes.square().mean()).backward()
        optimizer.step()
    still = [name for name, value in large.named_parameters() if value.grad is None or not value.grad.any()]
    assert still == []


def test_weights_of_the_same_shape_stay_as_they_are() -> None:
    small = trained_looking(3)
    for name, value in grown(small.state_dict(), MBFCN(TINY)).items():
        assert torch.equal(value, small.state_dict()[name])


@pytest.mark.parametrize("lacking", ["branches.0.score.bias", "backbone.stages.1.0.first.0.weight"])
def test_weights_with_a_hole_are_refused(lacking: str) -> None:
    weights = trained_looking(4).state_dict()
    del weights[lacking]
    with pytest.raises(WeightsError, match=f"lack {lacking}"):
        grown(weights, MBFCN(LARGER))


def test_weights_of_a_larger_or_another_network_are_refused() -> None:
    with pytest.raises(WeightsError, match="no place for"):
        grown(MBFCN(LARGER).state_dict(), MBFCN(TINY))
    with pytest.raises(WeightsError, match="no place for strange"):
        grown(trained_looking(5).state_dict() | {"strange": torch.zeros(1)}, MBFCN(TINY))
