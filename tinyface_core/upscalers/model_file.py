"""Enlarging with a model file (.pth, .safetensors) of any of the architectures that spandrel reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from tinyface_core.device import choose_device
from tinyface_core.upscalers.registry import CropBatch, UpscalerError


def load_model_file(path: Path, device: str = "auto") -> ModelFileUpscaler:
    """An upscaler from a model file, called after the file.

    Raises:
        UpscalerError: if spandrel is not installed, or the file is no model that enlarges RGB pictures.
    """
    try:
        from spandrel import ImageModelDescriptor, ModelLoader
    except ImportError as error:
        raise UpscalerError("Model files need the package spandrel: install it with pip install spandrel.") from error
    try:
        # spandrel reads .pth through its own restricted unpickler, which runs no code.
        model = ModelLoader(torch.device("cpu")).load_from_file(path)
    except Exception as error:  # every architecture fails in its own way
        raise UpscalerError(f"{path.name} is no model that can be read: {error}") from error
    if not isinstance(model, ImageModelDescriptor) or model.input_channels != 3 or model.output_channels != 3:
        raise UpscalerError(f"{path.name} is a model, but not one that enlarges RGB pictures.")
    return ModelFileUpscaler(path.stem, model.to(choose_device(device)).eval())


class ModelFileUpscaler:
    """A spandrel model as an upscaler; other factors than its own are resized from that by bicubic."""

    def __init__(self, name: str, model: Any) -> None:
        self._name, self._model = name, model

    @property
    def name(self) -> str:
        """See `Upscaler`."""
        return self._name

    def enlarge(self, crops: CropBatch, factor: int) -> CropBatch:
        """See `Upscaler`."""
        if factor < 1:
            raise ValueError(f"An enlargement by {factor} is not possible: give 1 or more.")
        size = (crops.shape[1] * factor, crops.shape[2] * factor)
        out = np.empty((len(crops), *size, 3), np.uint8)
        for number in range(len(crops)):
            low = torch.from_numpy(np.ascontiguousarray(crops[number : number + 1]))
            with torch.inference_mode():
                large = self._model(low.permute(0, 3, 1, 2).float().to(self._model.device) / 255).float()
                if large.shape[2:] != size:
                    large = F.interpolate(large, size=size, mode="bicubic", antialias=True)
            out[number] = large[0].clamp(0, 1).mul(255).round().to(torch.uint8).permute(1, 2, 0).cpu().numpy()
        return out
