"""A fine-tuning of the tiny world."""

from __future__ import annotations

from pathlib import Path

import pytest

import tinyface_core.weights
from tests.core.tiny_world import NUMBERS, install_tiny_weights, make_project
from tinyface_core.training.finetune import execution
from tinyface_core.training.finetune.request import DataSource, FineTuneRequest


@pytest.fixture
def small_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Untrained tiny networks, installed as the program's weights."""
    folder = tmp_path / "weights"
    install_tiny_weights(folder)
    monkeypatch.setattr(tinyface_core.weights, "BUNDLED", folder)
    return folder


@pytest.fixture
def request_(tmp_path: Path, small_weights: Path) -> FineTuneRequest:
    """A request that takes seconds, on a project of its own."""
    project = make_project(tmp_path)
    source = DataSource("project", str(project))
    return FineTuneRequest("mine", "detector", (source,), numbers=NUMBERS, device="cpu", checkpoint_seconds=0)


@pytest.fixture
def unexported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs in this process leave out the export of their networks, which takes longer than all the rest of them."""
    monkeypatch.setattr(execution, "with_exports", lambda manifest, _pictures: manifest)
