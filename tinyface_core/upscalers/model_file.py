"""Enlarging with a model file (.pth, .safetensors) of any of the architectures that spandrel reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from tinyface_core.crop_tensors import to_pixels, to_unit
from tinyface_core.device import choose_device
from tinyface_core.types import CancelToken, CropBatch, UserError, stop_if_asked


def load_model_file(path: Path, device: str = "auto") -> ModelFileUpscaler:
    """An upscaler from a model file, called after the file.

    Raises:
        UserError: if spandrel is not installed, or the file is no model that enlarges RGB pictures.
    """
    try:
        from spandrel import ImageModelDescriptor, ModelLoader, canonicalize_state_dict
    except ImportError as error:
        raise UserError("Model files need the package spandrel: install it with pip install spandrel.") from error
    tensors = _read_tensors(path)
    try:
        model = ModelLoader(torch.device("cpu")).load_from_state_dict(canonicalize_state_dict(tensors))
    except Exception as error:  # every architecture fails in its own way
        sentence = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UserError(f"{path.name} is no model of a known architecture: {sentence}") from error
    if not isinstance(model, ImageModelDescriptor) or model.input_channels != 3 or model.output_channels != 3:
        raise UserError(f"{path.name} is a model, but not one that enlarges RGB pictures.")
    return ModelFileUpscaler(path.stem, model.to(choose_device(device)).eval())


def _read_tensors(path: Path) -> dict[str, Any]:
    """The tensors of a model file, read without running any code from it."""
    try:
        if path.suffix.lower() == ".safetensors":
            from safetensors.torch import load_file

            return dict(load_file(path))
        held = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise UserError(f"{path} does not exist: check the name.") from None
    except Exception as error:  # damage, foreign formats and forbidden code fail in many ways
        raise UserError(
            f"{path.name} cannot be read as plain tensors: it is damaged, no model, or holds code, which is never run."
        ) from error
    if not isinstance(held, dict):
        raise UserError(f"{path.name} holds no named tensors, so it is no model that can be read.")
    return held


class ModelFileUpscaler:
    """A spandrel model as an upscaler; other factors than its own are resized from that by bicubic."""

    def __init__(self, name: str, model: Any) -> None:
        self.name, self._model = name, model

    def enlarge(self, crops: CropBatch, factor: int, cancel: CancelToken | None = None) -> CropBatch:
        """See `Upscaler`; stops between two crops."""
        if factor < 1:
            raise ValueError(f"An enlargement by {factor} is not possible: give 1 or more.")
        size = (crops.shape[1] * factor, crops.shape[2] * factor)
        out = np.empty((len(crops), *size, 3), np.uint8)
        for number in range(len(crops)):
            stop_if_asked(cancel)
            low = to_unit(crops[number : number + 1], self._model.device)
            with torch.inference_mode():
                large = self._model(low).float()
                if large.shape[2:] != size:
                    large = F.interpolate(large, size=size, mode="bicubic", antialias=True)
            out[number] = to_pixels(large)[0]
        return out
