"""Reads photos in all common formats as upright 8-bit RGB in sRGB."""

from __future__ import annotations

import ctypes
import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image, ImageFile, UnidentifiedImageError

from tinyface_core.files import NotRegularError, check_regular
from tinyface_core.media.colour_codes import profile_of
from tinyface_core.media.headers import SIDEWAYS, heif_colours, is_parted_tiff, is_turned_heif, size_of_rare_format
from tinyface_core.media.pixels import in_srgb, to_8_bit, to_rgb
from tinyface_core.media.raw import Preview, develop, is_raw, largest_preview
from tinyface_core.media.remarks import doubts, is_blank, jpeg_damage, lacks_rows
from tinyface_core.memory import OutOfMemory, is_out_of_memory
from tinyface_core.types import Frame, RgbImage, UserError

LARGEST_PIXELS = 300_000_000
"""Larger pictures are refused before they are decoded (decompression bombs)."""

# Only photo formats: Pillow runs external programs for some others (EPS).
_FORMATS = (
    "JPEG", "MPO", "PNG", "WEBP", "AVIF", "TIFF", "BMP", "DIB", "GIF", "JPEG2000", "PPM", "TGA", "HEIF",
)  # fmt: skip

# For each EXIF orientation: quarter turns counter-clockwise, and whether to mirror left to right before.
_UPRIGHT = {2: (0, True), 3: (2, False), 4: (2, True), 5: (1, True), 6: (3, False), 7: (3, True), 8: (1, False)}
_ORIENTATION = 0x0112
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_JPEG = ("JPEG", "MPO")
_HEIF = ("AVIF", "HEIF")
_END_OF_JPEG = b"\xff\xd9" * 256
_DARK = 64
"""If the upper bytes of all 16-bit values are below this, they may have only 10 to 14 bits."""

# Pillow's own limit is lower; `LARGEST_PIXELS` is checked at every opening instead.
Image.MAX_IMAGE_PIXELS = None


class _Lenient(threading.local):
    """Whether truncated files are accepted, per thread; Pillow's setting is for the whole process."""

    on = False

    def __bool__(self) -> bool:
        return self.on


_lenient = _Lenient()
ImageFile.LOAD_TRUNCATED_IMAGES = _lenient  # type: ignore[assignment]

# Stop libtiff from printing messages to the terminal; Pillow has no setting for that.
with suppress(OSError, AttributeError):
    _libtiff = ctypes.CDLL(import_module("PIL._imaging").__file__)
    _libtiff.TIFFSetErrorHandler(None)
    _libtiff.TIFFSetWarningHandler(None)


class MediaError(UserError):
    """A picture or video that cannot be read; the message is one sentence for the user."""


class DoesNotFit(MediaError, OutOfMemory):
    """A picture or video for which there is not enough memory."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name} does not fit into memory: close other programs, or reduce it first.")


class _Damaged(MediaError):
    """A truncated or damaged picture, which may still be partly readable."""


def load_image(path: Path, place: int | None = None) -> Frame:
    """Read a photo as 8-bit sRGB, upright according to EXIF, with transparency over white.

    Raw photos are developed by rawpy if it is installed; otherwise the largest preview is read. Values of more than 8
    bits are scaled (see `pixels.to_8_bit`). Damaged files are read as far as possible. All of this is reported in the
    frame's remarks.

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
                return _upright(to_rgb(image)[0], opened.orientation)
    except (NotForPillow, _Damaged):
        pass
    return _reduced(_read_anyway(path)[0], side)


class NotForPillow(Exception):
    """The file is in a format that only OpenCV reads."""

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        self.width, self.height = size


def _read_anyway(path: Path, place: int | None = None) -> tuple[RgbImage, list[str]]:
    """Pixels and remarks, also of a damaged file.

    Raises:
        MediaError: see `load_image`.
    """
    try:
        return _read(path, place)
    except _Damaged as damage:
        return _read_what_is_left(path, place, damage)


def _read(path: Path, place: int | None) -> tuple[RgbImage, list[str]]:
    """Pixels and remarks.

    Raises:
        _Damaged, MediaError: see `load_image`.
    """
    if is_raw(path):
        check_readable(path)
        try:
            developed = develop(path, LARGEST_PIXELS)
        except OverflowError as size:
            raise MediaError(_too_large(path, str(size))) from None
        except MemoryError as error:
            raise DoesNotFit(path) from error
        if developed is not None:
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
    if opened.image.format in _JPEG and not _lenient and (warning := jpeg_damage(path)):
        remarks.append(f"{path.name} is damaged ({warning}): what could be read was taken.")
    if breaks_off:
        remarks.append(_what_is_left(path))
    return _upright(pixels, orientation), [*_told(path, done), *remarks]


def _read_what_is_left(path: Path, place: int | None, damage: _Damaged) -> tuple[RgbImage, list[str]]:
    """As `_read` for a truncated file.

    Raises:
        MediaError: `damage`, if the result is blank.
    """
    _lenient.on = True
    try:
        pixels, _ = _read(path, place)
    except MediaError:
        raise damage from None
    finally:
        _lenient.on = False
    if is_blank(pixels):
        raise damage
    return pixels, [_what_is_left(path)]


def _what_is_left(path: Path) -> str:
    return f"{path.name} is damaged or incomplete: what could be read was taken."


def _told(path: Path, done: str) -> list[str]:
    return [f"{path.name}: {done}."] if done else []


@dataclass(frozen=True, slots=True)
class OpenedImage:
    """An opened picture that is not yet decoded.

    Attributes:
        image: the Pillow image.
        path: of the file.
        is_deep: whether it has 16-bit colours, of which Pillow returns only the upper 8 bits.
        preview: the preview of a raw photo, if `image` is that.
    """

    image: Image.Image
    path: Path
    is_deep: bool
    preview: Preview | None

    @property
    def orientation(self) -> int:
        """EXIF orientation; only valid inside `opened_image`. A PNG is decoded for it, as EXIF may be at its end."""
        return (self.preview and self.preview.orientation) or _orientation(self.image, self.path)

    def at(self, place: int) -> OpenedImage:
        """Switch to another picture of the same file; only valid inside `opened_image`."""
        self.image.seek(place)
        _check_pixels(self.path, *self.image.size)
        return OpenedImage(self.image, self.path, _is_deep(self.image), None)

    def upright(self) -> RgbImage:
        """Upright pixels `(H, W, 3)`; only valid inside `opened_image`."""
        return _upright(to_rgb(self.image)[0], self.orientation)


@contextmanager
def opened_image(path: Path) -> Iterator[OpenedImage]:
    """Open a picture without decoding it; all errors, also inside the block, become a `MediaError`."""
    check_readable(path)
    if is_parted_tiff(path):
        raise MediaError(f"{path.name} keeps deep colours in separate planes: save it interleaved, or as PNG.")
    try:
        preview = largest_preview(path)
        source = preview.content if preview is not None else _ended(path) if _lenient else path
        with Image.open(source, formats=_known_formats()) as image:
            _check_pixels(path, *image.size)
            if image.format in _HEIF and "icc_profile" not in image.info and (codes := heif_colours(path)):
                image.info["icc_profile"] = profile_of(*codes)
            yield OpenedImage(image, path, _is_deep(image), preview)
    except UnidentifiedImageError:
        raise NotForPillow(_checked_size(path)) from None
    except MediaError:
        raise
    except PermissionError:
        raise MediaError(f"{path.name} may not be read: check its permissions.") from None
    except Exception as error:  # decoders may raise anything for a damaged file
        if is_out_of_memory(error):
            raise DoesNotFit(path) from error
        reason = " ".join(str(error).split())  # libheif's messages have several lines
        raise _Damaged(f"{path.name} is damaged or incomplete ({reason}): get a fresh copy of it.") from error


def _is_deep(image: Image.Image) -> bool:
    return ";16" in repr(getattr(image, "tile", ""))  # `tile` is removed when the image is decoded


def _ends_in_zeros(opened: OpenedImage) -> bool:
    width, height = opened.image.size
    return not np.asarray(opened.image.crop((0, height - 1, width, height))).any()


def _ended(path: Path) -> io.BytesIO | Path:
    """A JPEG file with end markers appended, because the decoder returns nothing without them."""
    with path.open("rb") as file:
        if file.read(2) != b"\xff\xd8":
            return path
        return io.BytesIO(b"\xff\xd8" + file.read() + _END_OF_JPEG)


def check_readable(path: Path) -> None:
    """Check that a file can be read.

    Raises:
        MediaError: if it is missing, forbidden, empty, a folder, a pipe or a device.
    """
    try:
        check_regular(path)
        with path.open("rb") as file:
            is_empty = os.fstat(file.fileno()).st_size == 0 or not file.read(1)
    except FileNotFoundError:
        raise MediaError(f"{path} does not exist: check the name.") from None
    except IsADirectoryError:
        raise MediaError(f"{path} is a folder: open the pictures in it.") from None
    except PermissionError:
        raise MediaError(f"{path.name} may not be read: check its permissions.") from None
    except NotRegularError as error:
        raise MediaError(str(error)) from None
    except OSError as error:
        raise MediaError(f"{path} cannot be read ({error.strerror}): check the disk it lies on.") from error
    if is_empty:
        raise MediaError(f"{path.name} is empty: get a fresh copy of it.")


def _check_pixels(path: Path, width: int, height: int) -> None:
    if width * height > LARGEST_PIXELS:
        raise MediaError(_too_large(path, f"{width} x {height}"))


def _too_large(path: Path, size: str) -> str:
    return (
        f"{path.name} has {size} pixels, more than the limit of {LARGEST_PIXELS / 1e6:g} megapixels: reduce it first."
    )


def _checked_size(path: Path) -> tuple[int, int]:
    """Width and height from the header of a picture that Pillow does not know.

    Raises:
        MediaError: if it is not a picture, or larger than the limit.
    """
    try:
        size = size_of_rare_format(path)
    except ValueError as reason:
        raise MediaError(f"{path.name} is damaged or incomplete ({reason}): get a fresh copy of it.") from None
    if size is None or min(size) < 1:
        raise MediaError(_why_unknown(path))
    _check_pixels(path, *size)
    return size


def _why_unknown(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(32)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        if "HEIF" not in _known_formats():
            return f"{path.name} is a HEIC picture: install pillow-heif to read it, or convert it to JPEG."
        return f"{path.name} is a damaged or incomplete HEIC picture: get a fresh copy of it."
    if is_raw(path):
        return f"{path.name} is a raw photo that cannot be read: pip install rawpy, or convert it to JPEG."
    return f"{path.name} is not a picture that can be read: convert it to JPEG or PNG."


@cache
def _known_formats() -> tuple[str, ...]:
    if find_spec("pillow_heif"):
        import_module("pillow_heif").register_heif_opener()
    Image.init()
    return tuple(name for name in _FORMATS if name in Image.OPEN)


def _orientation(image: Image.Image, path: Path) -> int:
    if image.format == "TIFF":  # Pillow applies it itself
        return 1
    if image.format == "HEIF":  # libheif applies only HEIC's own rotation, but many programs write only EXIF
        exif = image.info.get("original_orientation") or 1
        return 1 if exif == 1 or is_turned_heif(path) else int(exif)
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # broken EXIF is no reason to refuse the photo
        return 1


def _upright(pixels: RgbImage, orientation: int) -> RgbImage:
    turns, mirrored = _UPRIGHT.get(orientation, (0, False))
    return np.ascontiguousarray(np.rot90(pixels[:, ::-1] if mirrored else pixels, turns))


def _reduced(pixels: RgbImage, side: int) -> RgbImage:
    small = Image.fromarray(pixels)
    small.thumbnail((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return np.ascontiguousarray(small)


def _read_by_opencv(path: Path, place: int = 0) -> tuple[RgbImage, str]:
    """Pixels, and a remark about scaled values (see `to_8_bit`).

    Raises:
        MediaError: if it cannot be read.
    """
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
        raise MediaError(f"{path.name} is damaged, or of a kind that is not read here: convert it to JPEG or PNG.")
    scaled, done = to_8_bit(decoded)
    return np.ascontiguousarray(scaled[:, :, ::-1]), done
