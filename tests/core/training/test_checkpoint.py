"""Checkpoints: whole, exact, and free of code."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from tinyface_core.training.checkpoint import (
    follow_parameters,
    load_checkpoint,
    random_state,
    restore_random_state,
    save_checkpoint,
)
from tinyface_core.types import UserError


class _Code:
    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"{sys.executable} -c \"open(r'{self.marker}', 'w')\"",)


def test_what_was_saved_comes_back_with_the_random_state(tmp_path: Path) -> None:
    torch.manual_seed(1)
    random.seed(1)
    state = {"recipe": "r", "networks": {}, "averages": {}, "weights": [torch.ones(3)], "random": random_state()}
    save_checkpoint(tmp_path / "c.pt", state)
    drawn = torch.rand(4), random.random()
    state = load_checkpoint(tmp_path / "c.pt")
    restore_random_state(state["random"])
    assert torch.equal(torch.rand(4), drawn[0]) and random.random() == drawn[1]
    assert torch.equal(state["weights"][0], torch.ones(3))


def test_code_in_a_checkpoint_is_never_run(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    torch.save({"recipe": _Code(marker)}, tmp_path / "c.pt")
    with pytest.raises(UserError, match="never run"):
        load_checkpoint(tmp_path / "c.pt")
    assert not marker.exists()


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04 and no more"])
def test_a_damaged_checkpoint_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c.pt").write_bytes(content)
    with pytest.raises(UserError, match=r"damaged[^\n]*\.$"):
        load_checkpoint(tmp_path / "c.pt")


@pytest.mark.parametrize("state", [{"weights": torch.ones(2)}, {"recipe": "r", "model": {}, "average": {}}])
def test_other_tensors_and_checkpoints_of_an_earlier_version_are_refused(tmp_path: Path, state: dict[str, Any]) -> None:
    torch.save(state, tmp_path / "c.pt")
    with pytest.raises(UserError, match="no checkpoint of a training"):
        load_checkpoint(tmp_path / "c.pt")


def test_a_missing_checkpoint_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_checkpoint(tmp_path / "gone.pt")


def test_what_an_optimiser_remembers_follows_its_parameters() -> None:
    network = torch.nn.Linear(2, 1)
    optimizer = torch.optim.Adam(network.parameters())
    network(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    before = optimizer.state_dict()["state"][0]["exp_avg"].clone()
    network.double()  # moves the parameters in place, as moving them to another device does
    remembered = optimizer.state[network.weight]["exp_avg"]
    assert remembered.dtype == torch.float32
    follow_parameters(optimizer)
    remembered = optimizer.state[network.weight]["exp_avg"]
    assert remembered.dtype == torch.float64 and torch.equal(remembered.float(), before)
