"""Where trainings run: the card that was asked for, Intel's cards. No card is needed: torch's answers are replaced."""

from __future__ import annotations

import pytest
import torch

from tinyface_core.device import available_devices, choose_device, half_precision, working_type
from tinyface_core.training.fabric import training_fabric
from tinyface_core.types import UserError


@pytest.fixture
def two_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    """CUDA says that there are two."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)


@pytest.fixture
def intel(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No CUDA, and two of Intel's cards that know bfloat16."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.xpu, "is_available", lambda: True)
    monkeypatch.setattr(torch.xpu, "device_count", lambda: 2)
    monkeypatch.setattr(torch.xpu, "is_bf16_supported", lambda: True)
    return monkeypatch


@pytest.mark.parametrize(("name", "device"), [("cuda:1", "cuda:1"), ("cuda", "cuda:0"), ("auto", "cuda:0")])
def test_a_training_runs_on_the_card_that_was_asked_for(two_cards: None, name: str, device: str) -> None:
    assert training_fabric(name).device == torch.device(device)


def test_a_card_that_is_not_there_is_one_sentence(two_cards: None) -> None:
    with pytest.raises(UserError, match=r"no device called cuda:2\. Choose one of: auto, cuda:0, cuda:1, cpu\.$"):
        training_fabric("cuda:2")


def test_several_processes_do_not_share_one_card(two_cards: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "2")
    with pytest.raises(UserError, match="cannot share cuda:1"):
        training_fabric("cuda:1")


def test_intels_cards_are_offered_one_by_one_and_can_be_trained_on(intel: pytest.MonkeyPatch) -> None:
    assert available_devices() == ["xpu:0", "xpu:1", "cpu"]
    for name, device in (("auto", "xpu:0"), ("xpu:1", "xpu:1"), ("xpu", "xpu")):
        assert training_fabric(name).device == torch.device(device)
    fabric, begun = training_fabric("xpu:1", "bf16-mixed"), []
    intel.setattr(torch.xpu, "set_device", begun.append)
    fabric.launch()
    assert begun == [torch.device("xpu:1")]
    with fabric.autocast():
        assert torch.is_autocast_enabled("xpu") and torch.get_autocast_dtype("xpu") == torch.bfloat16
        assert not torch.is_autocast_enabled("cpu")
    assert fabric.world_size == 1


@pytest.mark.parametrize(("bfloat16", "number"), [(True, torch.bfloat16), (False, torch.float16)])
def test_intels_cards_search_with_16_bits(intel: pytest.MonkeyPatch, bfloat16: bool, number: torch.dtype) -> None:
    intel.setattr(torch.xpu, "is_bf16_supported", lambda: bfloat16)
    device = choose_device("xpu:1")
    assert working_type(device) == number
    with half_precision(device):
        assert torch.is_autocast_enabled("xpu") and torch.get_autocast_dtype("xpu") == number


def test_a_device_that_is_no_quicker_with_16_bits_keeps_32() -> None:
    device = torch.device("mps")
    assert working_type(device) == torch.float32
    with half_precision(device):
        assert not torch.is_autocast_enabled("mps")
