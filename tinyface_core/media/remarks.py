"""Remarks on a picture for the user: damage that decoders do not report, and blank pixels."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinyface_core.media.opening import remedy
from tinyface_core.types import RgbImage

_LOOKED_AT = 256
_ONE_COLOUR = 4
_NEARLY_BLACK = 16
_BYTES_FOR_A_PIXEL = 24
"""More than any pixel format needs: four floats are 16 bytes."""
_SMALL_FILE = 300_000
_LARGEST_CHECKED = 2**28
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_UNPACKED_AT_ONCE = 2**20


def jpeg_damage(path: Path) -> str:
    """The warning of libjpeg about a JPEG file, or ""; Pillow ignores it."""
    import simplejpeg

    if path.stat().st_size > _LARGEST_CHECKED:
        return ""
    try:
        # The strongest reduction is fastest, and all data must be decoded for it, too.
        simplejpeg.decode_jpeg(path.read_bytes(), "GRAY", fastdct=True, fastupsample=True, min_height=1, min_width=1)
    except ValueError as error:
        warning = str(error)
        return warning if warning.startswith(("Corrupt JPEG data", "Premature end")) else ""
    return ""


def lacks_rows(path: Path) -> bool:
    """Whether the compressed data of a PNG end before the last row; Pillow leaves missing rows black without a warning.

    All data are decompressed for this, so call it only if the last row is black. Interlaced pictures are not checked.
    """
    if path.stat().st_size > _LARGEST_CHECKED:
        return False
    content = memoryview(path.read_bytes())
    width, height, bits, colour, *_, interlaced = struct.unpack(">IIBBBBB", content[16:29])
    missing = height * (1 + (width * bits * _CHANNELS.get(colour, 1) + 7) // 8)
    unpack, at = zlib.decompressobj(), 8
    while at + 8 <= len(content) and missing > 0 and not interlaced:
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        data: memoryview | bytes = content[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        try:
            while data and missing > 0:
                missing -= len(unpack.decompress(data, _UNPACKED_AT_ONCE))
                data = unpack.unconsumed_tail
        except zlib.error:
            return True
        at += 12 + length
    return missing > 0 and not interlaced


def doubts(path: Path, pixels: RgbImage) -> list[str]:
    """Sentences about blank pixels `(H, W, 3)`, or far fewer pixels than the file size suggests."""
    height, width = pixels.shape[:2]
    levels = _levels(pixels)
    low, high = _ends(levels.sum(axis=1))
    found = []
    if _is_one_colour(levels):
        found.append(f"{path.name} is of one colour: if it should show something, {remedy(path)}.")
    elif high < _NEARLY_BLACK:
        found.append(f"{path.name} is nearly black: brighten it if it should show something.")
    elif low > 255 - _NEARLY_BLACK:
        found.append(f"{path.name} is nearly white: if it should show something, {remedy(path)}.")
    size = path.stat().st_size
    if size > max(_SMALL_FILE, _BYTES_FOR_A_PIXEL * width * height):
        found.append(
            f"{path.name} has {size / 1e6:.1f} MB and only {width} x {height} pixels were read: it may hold a larger "
            "picture, which a converter to JPEG could bring out."
        )
    return found


def is_blank(pixels: RgbImage) -> bool:
    """Whether a picture `(H, W, 3)` has only one colour."""
    return _is_one_colour(_levels(pixels))


def _is_one_colour(levels: NDArray[np.int64]) -> bool:
    low, high = _ends(levels)
    return bool((high - low).max() < _ONE_COLOUR)


def _levels(pixels: RgbImage) -> NDArray[np.int64]:
    """Histogram `(256, 3)` of a subsampled picture."""
    height, width = pixels.shape[:2]
    sample = pixels[:: max(1, height // _LOOKED_AT), :: max(1, width // _LOOKED_AT)]
    return np.stack([np.bincount(sample[..., channel].ravel(), minlength=256) for channel in range(3)], axis=1)


def _ends(levels: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The 0.001 and 0.999 quantiles of a histogram."""
    below = levels.cumsum(axis=0) / levels.sum(axis=0)
    return (below <= 0.001).sum(axis=0), (below < 0.999).sum(axis=0)
