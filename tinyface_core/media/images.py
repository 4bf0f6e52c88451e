"""Reads photos in all common formats as upright 8-bit RGB in sRGB."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image

from tinyface_core.media.headers import SIDEWAYS
from tinyface_core.media.opening import (
    Damaged,
    DoesNotFit,
    MediaError,
    NotForPillow,
    OpenedImage,
    TooLarge,
    check_pixels,
    check_readable,
    lenient,
    opened_image,
    remedy,
    upright,
)
from tinyface_core.media.pixels import in_srgb, to_8_bit, to_rgb
from tinyface_core.media.raw import is_raw
from tinyface_core.media.remarks import doubts, is_blank, jpeg_damage, lacks_rows
from tinyface_core.memory import is_out_of_memory
from tinyface_core.types import Frame, RgbImage

_JPEG = ("JPEG", "MPO")
_DARK = 64
"""If the upper bytes of all 16-bit values are below this, they may have only 10 to 14 bits."""


def load_image(path: Path, place: int | None = None) -> Frame:
    """Read a photo as 8-bit sRGB, upright according to EXIF, with transparency over white.

    Raw photos are developed by rawpy if it is installed; otherwise the largest preview is read. Values of more than 8
    bits are scaled (see `pixels.to_8_bit`). Damaged files are read as far as possible. All of this, and transparent
    parts, is reported in the frame's remarks.

    Args:
        path: JPEG (also CMYK), PNG, WebP, AVIF, TIFF, BMP, GIF, JPEG 2000, PNM, TGA; HEIC if pillow-heif is installed;
            Radiance, OpenEXR, portable float maps; raw photos.
        place: index of the picture in the file; None for the default one.

    Raises:
        MediaError: if the file is missing, not a picture, unreadable, or larger than the limit.
    """
    pixels, remarks = _read_anyway(path, place)
    return Frame(pixels, str(path), remarks=(*remarks, *(doubts(path, pixels) if place is None else ())))


def read_size(path: Path) -> tuple[int, int]:
    """Width and height in pixels of the upright picture, read from its header if possible.

    Raises:
        MediaError: as `load_image`, but damage after the header is not noticed.
    """
    if is_raw(path) and find_spec("rawpy"):
        frame = load_image(path)
        return frame.width, frame.height
    try:
        with opened_image(path) as opened:
            width, height = opened.image.size
            return (height, width) if opened.orientation in SIDEWAYS else (width, height)
    except NotForPillow as size:
        return size.width, size.height


def thumbnail(path: Path, side: int) -> RgbImage:
    """A reduced upright copy, RGB uint8 `(h, w, 3)`, with a longer side of at most `side`; never enlarged.

    JPEG files are decoded at a reduced scale, which is several times faster than `load_image`.

    Raises:
        MediaError: as `load_image`.
    """
    try:
        with opened_image(path) as opened:
            image = opened.image
            if image.mode in ("RGB", "L", "CMYK") and not opened.is_deep:  # others must not be interpolated
                image.draft(image.mode, (side, side))
                image.thumbnail((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0)
                return upright(to_rgb(image)[0], opened.orientation)
    except (NotForPillow, Damaged):
        pass
    return _reduced(_read_anyway(path)[0], side)


def _read_anyway(path: Path, place: int | None = None) -> tuple[RgbImage, list[str]]:
    """Pixels and remarks, also of a damaged file."""
    try:
        return _read(path, place)
    except Damaged as damage:
        return _read_what_is_left(path, place, damage)


def _read(path: Path, place: int | None) -> tuple[RgbImage, list[str]]:
    """Pixels and remarks."""
    if is_raw(path):
        check_readable(path)
        if (developed := _developed(path)) is not None:
            return developed, []
    try:
        with opened_image(path) as opened:
            if place is not None:
                opened = opened.at(place)
            pixels, done = to_rgb(opened.image)
            orientation = opened.orientation
            breaks_off = opened.image.format == "PNG" and place is None and _ends_in_zeros(opened) and lacks_rows(path)
    except NotForPillow:
        pixels, done = _read_by_opencv(path)
        return pixels, _told(path, done)
    if opened.is_deep and pixels.max(initial=0) < _DARK:
        pixels, done = _read_by_opencv(path, place or 0)
        pixels = in_srgb(pixels, opened.image.info.get("icc_profile"))
    remarks, preview = [], opened.preview
    if preview is not None and preview.is_small(*reversed(pixels.shape[:2])):
        remarks.append(
            f"{path.name} is a raw photo of {preview.whole[0]} x {preview.whole[1]} pixels, of which a preview of "
            f"{pixels.shape[1]} x {pixels.shape[0]} was read: pip install rawpy reads all of it."
        )
    if opened.image.format in _JPEG and not lenient and (warning := jpeg_damage(path)):
        remarks.append(f"{path.name} is damaged ({warning}): what could be read was taken.")
    if breaks_off:
        remarks.append(_what_is_left(path))
    return upright(pixels, orientation), [*_told(path, done), *remarks]


def _developed(path: Path) -> RgbImage | None:
    """A raw photo developed by rawpy; None if rawpy is not installed or fails, as there may still be a preview."""
    if not find_spec("rawpy"):
        return None
    import rawpy

    try:
        with rawpy.imread(str(path)) as raw:
            check_pixels(path, raw.sizes.width, raw.sizes.height)
            return np.ascontiguousarray(raw.postprocess(use_camera_wb=True, output_bps=8), np.uint8)
    except TooLarge:
        raise
    except Exception as error:
        if is_out_of_memory(error):
            raise DoesNotFit(path) from error
        return None


def _read_what_is_left(path: Path, place: int | None, damage: Damaged) -> tuple[RgbImage, list[str]]:
    """As `_read` for a truncated file."""
    lenient.on = True
    try:
        pixels, _ = _read(path, place)
    except MediaError:
        raise damage from None
    finally:
        lenient.on = False
    if is_blank(pixels):
        raise damage
    return pixels, [_what_is_left(path)]


def _what_is_left(path: Path) -> str:
    return f"{path.name} is damaged or incomplete: what could be read was taken."


def _told(path: Path, done: str) -> list[str]:
    return [f"{path.name}: {done}."] if done else []


def _ends_in_zeros(opened: OpenedImage) -> bool:
    width, height = opened.image.size
    return not np.asarray(opened.image.crop((0, height - 1, width, height))).any()


def _reduced(pixels: RgbImage, side: int) -> RgbImage:
    small = Image.fromarray(pixels)
    small.thumbnail((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return np.ascontiguousarray(small)


def _read_by_opencv(path: Path, place: int = 0) -> tuple[RgbImage, str]:
    """Pixels, and a remark about scaled values (see `to_8_bit`)."""
    from tinyface_core.opencv import cv2

    try:
        # Not imread, which cannot open non-ASCII names on Windows.
        flags = cv2.IMREAD_COLOR | cv2.IMREAD_ANYDEPTH
        content = np.memmap(path, np.uint8, "r")
        if place:
            pages = cv2.imdecodemulti(content, flags, range=(place, place + 1))[1]
            decoded = pages[0] if pages else None
        else:
            decoded = cv2.imdecode(content, flags)
    except (cv2.error, ValueError) as error:
        if is_out_of_memory(error):
            raise DoesNotFit(path) from error
        decoded = None
    if decoded is None:
        raise MediaError(f"{path.name} is damaged, or of a kind that is not read here: {remedy(path)}.")
    scaled, done = to_8_bit(decoded)
    return np.ascontiguousarray(scaled[:, :, ::-1]), done
