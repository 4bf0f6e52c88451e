"""Weights that cannot be loaded are named with what is wrong with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tinyface_core.backends.loading import load_enlarger
from tinyface_core.runtime import Runtime
from tinyface_core.weights import Manifest, WeightsError


def test_a_missing_file_of_a_generator_for_display_is_not_called_one_of_another_preset(tmp_path: Path) -> None:
    shown = Manifest.load().default("shown")
    manifest = Manifest(tmp_path, (replace(shown, file="gone.safetensors"),))
    with pytest.raises(WeightsError, match=r"gone\.safetensors cannot be read"):
        load_enlarger(manifest, manifest.default("shown"), Runtime(backend="torch"))
