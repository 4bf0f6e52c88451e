"""A finder without networks, for what lies round it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import tinyface_core.search.finder
from tinyface_core.search_settings import SearchSettings
from tinyface_core.types import Detections, FindResult, Frame


class OneFace:
    """Finds one face in every frame."""

    def __init__(self) -> None:
        self.settings = SearchSettings()
        self.weights: dict[str, str] = {}
        self.before: Callable[[Frame], None] = lambda _frame: None

    def warm_up(self) -> None:
        """Nothing to load."""

    def find(self, frame: Frame, *_: object, **__: object) -> FindResult:
        self.before(frame)
        faces = Detections.of([[4, 4, 20, 24]], [0.9])
        where = {"index": frame.index, "seconds": frame.seconds}
        return FindResult(frame.source, frame.width, frame.height, faces, 1, 0, settings=SearchSettings(), **where)


@pytest.fixture
def finder(monkeypatch: pytest.MonkeyPatch) -> OneFace:
    """What every command and the window search with."""
    one_face = OneFace()
    monkeypatch.setattr(tinyface_core.search.finder, "build_finder", lambda _settings: one_face)
    return one_face


@pytest.fixture
def noise_photo(tmp_path: Path) -> Path:
    """A photo of noise, 96 x 96 pixels."""
    path = tmp_path / "noise.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (96, 96, 3), np.uint8)).save(path)
    return path
