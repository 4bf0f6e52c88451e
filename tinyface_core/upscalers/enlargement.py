"""The results of upscalers."""

from __future__ import annotations

from dataclasses import dataclass

from tinyface_core.types import Box, RgbImage


@dataclass(frozen=True, slots=True)
class Enlargement:
    """The result of one upscaler for one crop.

    Attributes:
        method: name of the upscaler.
        pixels: RGB uint8 `(S, S, 3)`; `(H, W, 3)` for a region that is not square.
        milliseconds: time it took.
        own_factor: fixed factor of a model file, whose result is resized to the requested one; 0 for any factor.
        frames: number of video frames it was computed from, if several; else 0.
        guessed: spread in grey levels (0 to 255), if this picture shows the uncertainty of another enlargement; else 0.
        weights: name of the generator's weights; else "".
    """

    method: str
    pixels: RgbImage
    milliseconds: float
    own_factor: int = 0
    frames: int = 0
    guessed: float = 0
    weights: str = ""


@dataclass(frozen=True, slots=True)
class CropSet:
    """The same region enlarged by several upscalers to the same size.

    Attributes:
        roi: square region with context, xyxy in pixels of the frame.
        original: the original pixels of the region, RGB uint8.
        enlargements: one per upscaler, in the order of the request.
    """

    roi: Box
    original: RgbImage
    enlargements: tuple[Enlargement, ...]
