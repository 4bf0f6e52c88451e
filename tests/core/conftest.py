"""What the tests of the core share."""

from __future__ import annotations

from pathlib import Path

import pytest

import tinyface_core.weights
from tests.core.tiny_world import install_tiny_weights


@pytest.fixture
def small_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Untrained tiny networks that find something everywhere, installed as the program's weights."""
    folder = tmp_path / "weights"
    install_tiny_weights(folder, eager=True)
    monkeypatch.setattr(tinyface_core.weights, "BUNDLED", folder)
    return folder
