"""Any photo to upright RGB uint8 pixels, or one clear sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from tinyface_core.types import Frame, RgbImage

LARGEST_PIXELS = 400_000_000
"""Pictures of more pixels are refused: they would fill the memory."""

SUFFIXES = frozenset(
    ".jpg .jpeg .jpe .png .webp .avif .tif .tiff .bmp .dib .gif .heic .heif .jp2 .ppm .pgm .pbm .tga".split()
)


class MediaError(Exception):
    """A picture or video that cannot be read; the message is one sentence for the user."""


def load_image(path: Path, largest_pixels: int = LARGEST_PIXELS) -> Frame:
    """Read a photo: first frame, oriented by EXIF, transparency over white, 16 bits scaled to 8.

    Args:
        path: JPEG (also CMYK), PNG, WebP, AVIF, TIFF, BMP, GIF or anything else that Pillow reads;
            HEIC where pillow-heif is installed.
        largest_pixels: limit on width times height.

    Raises:
        MediaError: if the file is missing, not a picture, damaged, or larger than the limit.
    """
    _register_heif()
    try:
        with Image.open(path) as image:
            if image.width * image.height > largest_pixels:
                raise MediaError(
                    f"{path.name} has {image.width} x {image.height} pixels, more than the limit of "
                    f"{largest_pixels / 1e6:.0f} megapixels: reduce it first."
                )
            image.load()
            pixels = _to_rgb(ImageOps.exif_transpose(image))
    except FileNotFoundError:
        raise MediaError(f"{path} does not exist: check the name.") from None
    except IsADirectoryError:
        raise MediaError(f"{path} is a folder: open the pictures in it.") from None
    except PermissionError:
        raise MediaError(f"{path.name} may not be read: check its permissions.") from None
    except Image.DecompressionBombError:
        raise MediaError(f"{path.name} has too many pixels to be opened safely: reduce it first.") from None
    except UnidentifiedImageError:
        raise MediaError(f"{path.name} is not a picture that can be read: convert it to JPEG or PNG.") from None
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise MediaError(f"{path.name} is damaged ({error}): get a fresh copy of it.") from error
    return Frame(pixels, str(path))


def _register_heif() -> None:
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        return
    register_heif_opener()


def _to_rgb(image: Image.Image) -> RgbImage:
    if image.mode.startswith("I") or image.mode == "F":
        return _deep_grey_to_rgb(np.asarray(image))
    if image.has_transparency_data:
        with_alpha = image.convert("RGBA")
        white = Image.new("RGBA", with_alpha.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, with_alpha)
    return np.array(image.convert("RGB"))


def _deep_grey_to_rgb(values: NDArray[np.generic]) -> RgbImage:
    """Grey of 16 bits by its full scale, floats in [0, 1] by 255, anything wider by its own range."""
    deep = np.nan_to_num(values.astype(np.float64))
    low, high = float(deep.min(initial=0)), float(deep.max(initial=0))
    full = 1.0 if values.dtype.kind == "f" and high <= 1 else 255.0 if high <= 255 and low >= 0 and values.dtype.kind == "f" else 65535.0
    if low < 0 or high > full:
        deep, full = deep - low, max(high - low, 1e-9)
    grey = np.round(deep / full * 255).astype(np.uint8)
    return np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2))
