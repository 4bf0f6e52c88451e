"""Photos of any common format as upright RGB pixels."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from tinyface_core.files import replacing
from tinyface_core.types import Frame, RgbImage, UserError

LARGEST_PIXELS = 300_000_000
"""Pictures with more pixels than this are refused before they are unpacked (decompression bombs)."""

# Only formats of photos: Pillow hands some of its others (EPS) to outside programs.
_FORMATS = (
    "JPEG", "MPO", "PNG", "WEBP", "AVIF", "TIFF", "BMP", "DIB", "GIF", "JPEG2000", "PPM", "TGA", "HEIF",
)  # fmt: skip

# How each EXIF orientation is made upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = (5, 6, 7, 8)
_ORIENTATION = 0x0112
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

# Pillow's own limit is lower and one for the whole process; ours is checked at every opening.
Image.MAX_IMAGE_PIXELS = None


class MediaError(UserError):
    """A picture or video that cannot be read; the message is one sentence for the user."""


def load_image(path: Path, largest_pixels: int = LARGEST_PIXELS) -> Frame:
    """Read a photo: the first picture of the file, upright by EXIF, alpha over white, 8 bit.

    16-bit pictures are scaled to 8 bit, not cut off; floating-point ones are taken as [0, 1], or
    stretched from their darkest to their brightest value when they go beyond it.

    Args:
        path: JPEG (also CMYK), PNG, WebP, AVIF, TIFF, BMP, GIF, JPEG 2000, PNM, TGA; HEIC where
            pillow-heif is installed; anything else that OpenCV reads (EXR, HDR).
        largest_pixels: width x height above which the picture is refused before it is unpacked.

    Raises:
        MediaError: if the file is missing, not a picture, damaged, or larger than the limit.
    """
    try:
        with _opened(path, largest_pixels) as image:
            pixels = np.asarray(_upright(_as_rgb(image), _orientation(image)))
    except _NotForPillow:
        pixels = _load_by_opencv(path, largest_pixels)
    return Frame(np.ascontiguousarray(pixels), str(path))


def read_size(path: Path, largest_pixels: int = LARGEST_PIXELS) -> tuple[int, int]:
    """Width and height in pixels of the upright picture, read from its header where there is one.

    Raises:
        MediaError: as `load_image`, but damage behind the header is not noticed.
    """
    try:
        with _opened(path, largest_pixels) as image:
            width, height = image.size
            return (height, width) if _orientation(image) in _SIDEWAYS else (width, height)
    except _NotForPillow:
        height, width = _load_by_opencv(path, largest_pixels).shape[:2]
        return width, height


def thumbnail(path: Path, side: int, largest_pixels: int = LARGEST_PIXELS) -> RgbImage:
    """A reduced copy, RGB uint8 `(h, w, 3)`, upright, longer side at most `side`; never enlarged.

    JPEG is unpacked at a reduced scale, which is several times quicker than `load_image`.

    Raises:
        MediaError: as `load_image`.
    """
    try:
        with _opened(path, largest_pixels) as image:
            image.draft("RGB", (side, side))
            image.load()
            small = _as_rgb(image)
            small.thumbnail((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0)
            return np.ascontiguousarray(_upright(small, _orientation(image)))
    except _NotForPillow:
        small = Image.fromarray(_load_by_opencv(path, largest_pixels))
        small.thumbnail((side, side), Image.Resampling.BILINEAR)
        return np.ascontiguousarray(small)


class _NotForPillow(Exception):
    """The file is there and has content, and Pillow cannot tell what it is."""


@contextmanager
def _opened(path: Path, largest_pixels: int) -> Iterator[Image.Image]:
    """The picture, opened and not yet unpacked; every way it can fail becomes a sentence."""
    _register_heif()
    try:
        with Image.open(path, formats=_known_formats()) as image:
            _check_pixels(path, *image.size, largest_pixels)
            yield image
    except UnidentifiedImageError:
        _check_worth_another_try(path)
        raise _NotForPillow from None
    except MediaError:
        raise
    except FileNotFoundError:
        raise MediaError(f"{path} does not exist: check the name.") from None
    except IsADirectoryError:
        raise MediaError(f"{path} is a folder: open the pictures in it.") from None
    except PermissionError:
        if path.is_dir():  # Windows says so of folders.
            raise MediaError(f"{path} is a folder: open the pictures in it.") from None
        raise MediaError(f"{path.name} may not be read: check its permissions.") from None
    except MemoryError:
        raise MediaError(f"{path.name} does not fit into memory: reduce it first.") from None
    except Exception as error:  # readers let anything escape when a file breaks off or lies about itself
        reason = " ".join(str(error).split())  # libheif speaks in several lines
        raise MediaError(f"{path.name} is damaged or incomplete ({reason}): get a fresh copy of it.") from error


def _check_pixels(path: Path, width: int, height: int, largest_pixels: int) -> None:
    if width * height > largest_pixels:
        raise MediaError(
            f"{path.name} has {width} x {height} pixels, more than the limit of "
            f"{largest_pixels / 1e6:g} megapixels: reduce it first."
        )


def _check_worth_another_try(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(32)
    if not head:
        raise MediaError(f"{path.name} is empty: get a fresh copy of it.")
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        if "HEIF" not in _known_formats():
            raise MediaError(f"{path.name} is a HEIC picture: install pillow-heif to read it, or convert it to JPEG.")
        raise MediaError(f"{path.name} is a damaged or incomplete HEIC picture: get a fresh copy of it.")


@cache
def _register_heif() -> None:
    if find_spec("pillow_heif"):
        import_module("pillow_heif").register_heif_opener()


@cache
def _known_formats() -> tuple[str, ...]:
    _register_heif()
    Image.init()
    return tuple(name for name in _FORMATS if name in Image.OPEN)


def _orientation(image: Image.Image) -> int:
    if image.format == "TIFF":  # Pillow has turned it already.
        return 1
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:
        # Broken EXIF is no reason to refuse the photo.
        return 1


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    method = _UPRIGHT.get(orientation)
    return image if method is None else image.transpose(method)


def _as_rgb(image: Image.Image) -> Image.Image:
    """Mode RGB from any mode."""
    if image.mode.startswith(("I", "F")):
        return Image.fromarray(_to_8_bit(np.asarray(image))).convert("RGB")
    if image.has_transparency_data:
        with_alpha = image.convert("RGBA")
        white = Image.new("RGBA", with_alpha.size, "white")
        return Image.alpha_composite(white, with_alpha).convert("RGB")
    return image.convert("RGB")


def _to_8_bit(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Values of any number type scaled to [0, 255]: by the type's range, or the picture's own."""
    if values.dtype == np.uint8:
        return values.astype(np.uint8)
    if values.dtype == np.uint16:
        # 65535 / 255 = 257 exactly.
        return ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)
    real = np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(real.min()), float(real.max())
    if values.dtype.kind == "f" and low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    elif values.dtype.kind in "iu" and low >= 0 and high <= 65535:
        # 32-bit integers are nearly always 16-bit pictures in a wider type (or 8-bit ones).
        low, high = 0.0, 65535.0 if high > 255 else 255.0
    scaled: NDArray[np.uint8] = np.rint((real - low) * (255 / max(high - low, 1e-9))).astype(np.uint8)
    return scaled


def _load_by_opencv(path: Path, largest_pixels: int) -> RgbImage:
    from tinyface_core.opencv import cv2

    # EXR is off in OpenCV unless asked for.
    os.environ.setdefault("OPENCV_IO_ENABLE_OPENEXR", "1")
    try:
        # imdecode, since imread cannot open names beyond ASCII on Windows.
        decoded = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_ANYDEPTH)
    except (cv2.error, ValueError, MemoryError):
        decoded = None
    if decoded is None:
        raise MediaError(f"{path.name} is not a picture that can be read: convert it to JPEG or PNG.")
    height, width = decoded.shape[:2]
    _check_pixels(path, width, height, largest_pixels)
    rgb: RgbImage = _to_8_bit(decoded)[:, :, ::-1]
    return rgb


def save_jpeg(path: Path, pixels: RgbImage) -> None:
    """Write RGB uint8 `(H, W, 3)` as a JPEG of high quality, whole or not at all; it takes a tenth of a PNG's time.

    Raises:
        OSError: if the disk is full or the folder cannot be written.
    """
    with replacing(path) as part:
        Image.fromarray(pixels).save(part, format="JPEG", quality=95, subsampling=0)


def save_png(path: Path, pixels: RgbImage) -> None:
    """Write RGB uint8 `(H, W, 3)` as PNG, whole or not at all.

    Raises:
        OSError: if the disk is full or the folder cannot be written.
    """
    with replacing(path) as part:
        Image.fromarray(pixels).save(part, format="PNG")
