"""Model files (.pth, .safetensors) of any architecture that spandrel supports, as upscalers."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from tinyface_core.crop_tensors import to_pixels, to_unit
from tinyface_core.device import choose_device
from tinyface_core.files import read_bytes
from tinyface_core.torch_files import read_torch_file
from tinyface_core.types import CancelToken, CropBatch, UserError, stop_if_asked
from tinyface_core.weights import LARGEST_WEIGHTS

_FACE_SIDE = 512
"""Input side in pixels of face restoration networks such as GFPGAN, RestoreFormer and CodeFormer."""


def load_model_file(path: Path, device: str = "auto", factor: int = 0) -> ModelFileUpscaler:
    """An upscaler from a model file; a factor of 0 is the model's own.

    Raises:
        UserError: if spandrel is not installed, or the file is not a model that enlarges RGB pictures.
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
    name = f"{path.stem} x{factor}" if factor else path.stem
    return ModelFileUpscaler(name, model.to(choose_device(device)).eval(), factor)


def _read_tensors(path: Path) -> dict[str, Any]:
    """The tensors of a model file, loaded without running code from it."""
    try:
        if path.suffix.lower() == ".safetensors":
            from safetensors.torch import load

            held: Any = load(read_bytes(path, LARGEST_WEIGHTS))
        else:
            held = read_torch_file(path)
    except FileNotFoundError:
        raise UserError(f"{path} does not exist: check the name.") from None
    except Exception as error:  # damage and foreign formats fail in many ways
        raise UserError(
            f"{path.name} cannot be read as plain tensors: it is damaged, no model, claims more than it holds, or "
            "holds code, which is never run."
        ) from error
    if not isinstance(held, dict):
        raise UserError(f"{path.name} holds no named tensors, so it is no model that can be read.")
    return held


class ModelFileUpscaler:
    """A spandrel model as an upscaler; for other scale factors than its own, the result is resized bicubically."""

    def __init__(self, name: str, model: Any, factor: int = 0) -> None:
        """`factor` replaces the model's own; if it is larger, the model is applied repeatedly."""
        self.name, self._model = name, model
        self.own_factor = factor or int(model.scale)
        self._is_told, scale = bool(factor), int(model.scale)
        self._runs = next(runs for runs in count(1) if scale < 2 or scale**runs >= self.own_factor)

    def enlarge(self, crops: CropBatch, factor: int, cancel: CancelToken | None = None) -> CropBatch:
        """See `Upscaler`; can be cancelled between crops.

        Raises:
            UserError: if the model fails.
        """
        if factor < 1:
            raise ValueError(f"An enlargement by {factor} is not possible: give 1 or more.")
        size = (crops.shape[1] * factor, crops.shape[2] * factor)
        out = np.empty((len(crops), *size, 3), np.uint8)
        for number in range(len(crops)):
            stop_if_asked(cancel)
            low = to_unit(crops[number : number + 1], self._model.device).contiguous()
            with torch.inference_mode():
                large = self._made(_resized(low, self._working_size(size)))
                for _ in range(1, self._runs):
                    stop_if_asked(cancel)
                    large = self._made(large)
                own = (crops.shape[1] * self.own_factor, crops.shape[2] * self.own_factor)
                large = _resized(_resized(large, own if self._is_told else None), size)
            out[number] = to_pixels(large)[0]
        return out

    def _working_size(self, size: tuple[int, int]) -> tuple[int, int] | None:
        """Size to which the crop is resized for the model: restoration models expect enlarged crops; None for as is."""
        if self._model.purpose == "FaceSR":
            return _FACE_SIDE, _FACE_SIDE
        if self._model.scale > 1:
            return None
        least = self._model.size_requirements.minimum
        return max(size[0], least), max(size[1], least)

    def _made(self, low: Tensor) -> Tensor:
        """The model's output for a picture `(1, 3, H, W)` in [0, 1]."""
        try:
            large: Tensor = self._model(low).float()
        except Exception as error:  # every architecture fails in its own way
            if isinstance(error, torch.OutOfMemoryError):
                raise
            reason = next(iter(str(error).splitlines()), type(error).__name__)
            raise UserError(f"{self.name} cannot enlarge {low.shape[3]} x {low.shape[2]} pixels: {reason}") from error
        if large.dim() != 4 or large.shape[:2] != (1, 3) or not bool(large.isfinite().all()):
            raise UserError(f"{self.name} gives no picture: choose another model file.")
        return large


def _resized(picture: Tensor, size: tuple[int, int] | None) -> Tensor:
    if size is None or tuple(picture.shape[2:]) == size:
        return picture
    return F.interpolate(picture, size=size, mode="bicubic", antialias=True).clamp(0, 1)
