"""Converts pixels of any type to 8-bit sRGB, with little additional memory."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from tinyface_core.types import RgbImage

_BITS, _PHOTOMETRIC, _SAMPLE_FORMAT = 258, 262, 339
_WHITE_IS_ZERO, _UNSIGNED = 0, 1
"""Values of TIFF tags."""

_STRIP_PIXELS = 2**20
_SAMPLE = 2**20
_OF_ALMOST_ALL = (0.001, 0.999)
"""Quantiles between which values are scaled, to exclude hot pixels and "no data" values."""

_OPAQUE = 255
_SAME_COLOUR = 2
"""A colour profile that changes no colour by more than this, in grey levels, is not applied."""


def to_rgb(image: Image.Image) -> tuple[RgbImage, str]:
    """RGB uint8 `(H, W, 3)` of a picture in any mode, and a remark about scaled or transparent values, may be "".

    Colours are converted to sRGB by the picture's profile. Transparent pixels are put over white; a completely
    transparent alpha channel is ignored, as in many 32-bit TGA and BMP files it is unused.
    """
    image.load()
    if image.mode.startswith(("I", "F")):
        grey, remark = to_8_bit(_values(image))
        if _tag(image, _PHOTOMETRIC) == _WHITE_IS_ZERO:
            grey = 255 - grey
        return in_srgb(grey, image.info.get("icc_profile")), remark
    clear = _is_clear(image)
    to_srgb = _to_srgb(image)
    if image.mode == "RGB" and to_srgb is None and not clear:
        return np.asarray(image), ""
    rgb, remark = np.empty((image.height, image.width, 3), np.uint8), ""
    for top, strip in _strips(image):
        # Needed for palettes, whose transparency is only available together with their colours.
        colours = strip.convert("RGBA") if clear else strip
        shown = _plain(colours) if to_srgb is None else to_srgb(colours)
        if clear:
            alpha = colours.getchannel("A")
            shown = Image.composite(shown, Image.new("RGB", shown.size, "white"), alpha)
            if alpha.getextrema()[0] != _OPAQUE:
                remark = "its transparent parts were put over white"
        rgb[top : top + strip.height] = np.asarray(shown)
    return rgb, remark


def in_srgb(pixels: NDArray[np.uint8], profile: bytes | None) -> RgbImage:
    """Convert pixels `(H, W)` or `(H, W, 3)` from an ICC profile to sRGB, RGB uint8 `(H, W, 3)`."""
    image = Image.fromarray(pixels)
    if profile:
        image.info["icc_profile"] = profile
    return to_rgb(image)[0]


def to_8_bit(values: NDArray[np.generic]) -> tuple[NDArray[np.uint8], str]:
    """Convert values `(H, W)` or `(H, W, C)` of any type to uint8; also returns a remark about scaling, may be "".

    16-bit values that use only 10, 12 or 14 bits are scaled by these. Floating-point values are interpreted as [0, 1]
    or [0, 255], or scaled between their quantiles.
    """
    if values.dtype == np.uint8:
        return values.astype(np.uint8, copy=False), ""
    flat = values.reshape(-1)
    step = max(1, flat.size // _SAMPLE)
    sample = flat[:: step + (step % 3 == 0)].astype(np.float64)  # never one channel alone
    sample = sample[np.isfinite(sample)]
    low, high = map(float, np.quantile(sample, _OF_ALMOST_ALL)) if sample.size else (0.0, 0.0)
    remark = ""
    if values.dtype.kind in "iu" and low >= 0 and high <= 65535:
        bits = next(bits for bits in (8, 10, 12, 14, 16) if high < 2**bits)
        if bits < 16 and values.dtype.itemsize == 2:
            remark = f"its values use {bits} of 16 bits, and were stretched"
        low, high = 0.0, 2.0**bits - 1
    elif values.dtype.kind == "f" and low >= -0.01 and high <= 1.01:
        low, high = 0.0, 1.0
    elif values.dtype.kind == "f" and low >= -1 and 32 < high <= 256:
        low, high = 0.0, 255.0
    else:
        remark = f"its values were stretched from {low:.4g} to {high:.4g}"
    scaled = np.empty(values.shape, np.uint8)
    rows = max(1, _STRIP_PIXELS // max(1, values[0].size))
    for top in range(0, len(values), rows):
        real = np.nan_to_num(values[top : top + rows].astype(np.float32), nan=low, posinf=high, neginf=low)
        real = (real - np.float32(low)) * np.float32(255 / max(high - low, 1e-9))
        scaled[top : top + rows] = np.rint(np.clip(real, 0, 255))
    return scaled, remark


def _values(image: Image.Image) -> NDArray[np.generic]:
    """Values `(H, W)`; unsigned 32-bit values, which Pillow returns as signed, are corrected."""
    values = np.asarray(image)
    unsigned = _tag(image, _BITS) == 32 and _tag(image, _SAMPLE_FORMAT) in (None, _UNSIGNED)
    return values.view(np.uint32) if unsigned and values.dtype == np.int32 else values


def _tag(image: Image.Image, tag: int) -> int | None:
    """The first value of a TIFF tag."""
    value = getattr(image, "tag_v2", {}).get(tag)
    return value[0] if isinstance(value, tuple) else value


def _strips(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    rows = max(1, _STRIP_PIXELS // image.width)
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


def _is_clear(image: Image.Image) -> bool:
    """Whether there is transparency, except for a completely transparent alpha channel."""
    if not image.has_transparency_data:
        return False
    return "A" not in image.getbands() or image.getchannel("A").getextrema()[1] != 0


def _plain(strip: Image.Image) -> Image.Image:
    """RGB without transparency."""
    if strip.mode == "LA":
        return strip.getchannel("L").convert("RGB")
    return strip if strip.mode == "RGB" else strip.convert("RGB")


def _to_srgb(image: Image.Image) -> Callable[[Image.Image], Image.Image] | None:
    """A function that converts strips of a picture to sRGB; None without a usable colour profile."""
    content = image.info.get("icc_profile")
    if not content:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(content))
        space = str(profile.profile.xcolor_space).strip()
        mode = {"GRAY": "L", "CMYK": "CMYK"}.get(space, "RGB")
        fits = {"L": image.mode in ("L", "LA"), "CMYK": image.mode == "CMYK", "RGB": space == "RGB"}[mode]
        if not fits or (mode == "RGB" and image.mode in ("CMYK", "L", "LA", "1")):
            return None
        transform = ImageCms.buildTransform(
            profile,
            _srgb(),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        if mode != "CMYK" and _changes_little(transform, mode):
            return None
    except Exception:  # a damaged profile is ignored
        return None

    def convert(strip: Image.Image) -> Image.Image:
        if mode == "L":
            colours = strip.getchannel(0) if strip.mode in ("L", "LA") else strip.convert("L")
        else:
            colours = strip if strip.mode == mode else _plain(strip)
        return ImageCms.applyTransform(colours, transform) or colours

    return convert


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _changes_little(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    levels = np.linspace(0, 255, 9 if mode == "RGB" else 256).astype(np.uint8)
    if mode == "RGB":
        colours = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(1, -1, 3)
    else:
        colours = levels[None]
    before = Image.fromarray(colours)
    after = np.asarray(ImageCms.applyTransform(before, transform), np.int64)
    return bool(np.abs(after - np.asarray(before.convert("RGB"), np.int64)).max() <= _SAME_COLOUR)
