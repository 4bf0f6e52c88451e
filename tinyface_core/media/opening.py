"""Opens pictures without decoding them, within limits of size and format, and turns all errors into `MediaError`."""

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

from tinyface_core.failures import in_a_line
from tinyface_core.files import NotRegularError, check_regular
from tinyface_core.media.colour_codes import profile_of
from tinyface_core.media.headers import heif_colours, is_parted_tiff, is_turned_heif, size_of_rare_format
from tinyface_core.media.pixels import to_rgb
from tinyface_core.media.raw import Preview, is_raw, largest_preview
from tinyface_core.memory import OutOfMemory, is_out_of_memory
from tinyface_core.types import RgbImage, UserError

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
_HEIF = ("AVIF", "HEIF")
_ARCHIVES = {".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar"}
_END_OF_JPEG = b"\xff\xd9" * 256

# Pillow's own limit is lower; `LARGEST_PIXELS` is checked at every opening instead.
Image.MAX_IMAGE_PIXELS = None


class _Lenient(threading.local):
    """Whether truncated files are accepted, per thread; Pillow's setting is for the whole process."""

    on = False

    def __bool__(self) -> bool:
        return self.on


lenient = _Lenient()
ImageFile.LOAD_TRUNCATED_IMAGES = lenient  # type: ignore[assignment]

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


class TooLarge(MediaError):
    """A picture of more than `LARGEST_PIXELS`."""


class Damaged(MediaError):
    """A truncated or damaged picture, which may still be partly readable."""


class NotForPillow(Exception):
    """The file is in a format that only OpenCV reads."""

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        self.width, self.height = size


@dataclass(frozen=True, slots=True)
class OpenedImage:
    """An opened picture that is not yet decoded.

    Attributes:
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
        check_pixels(self.path, *self.image.size)
        return OpenedImage(self.image, self.path, _is_deep(self.image), None)

    def upright(self) -> RgbImage:
        """Upright pixels `(H, W, 3)`; only valid inside `opened_image`."""
        return upright(to_rgb(self.image)[0], self.orientation)


@contextmanager
def opened_image(path: Path) -> Iterator[OpenedImage]:
    """Open a picture without decoding it; all errors, also inside the block, become a `MediaError`."""
    check_readable(path)
    if is_parted_tiff(path):
        raise MediaError(f"{path.name} keeps deep colours in separate planes: save it interleaved, or as PNG.")
    try:
        preview = largest_preview(path)
        source = preview.content if preview is not None else _ended(path) if lenient else path
        with Image.open(source, formats=_known_formats()) as image:
            check_pixels(path, *image.size)
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
        raise Damaged(f"{path.name} is damaged or incomplete ({in_a_line(error)}): get a fresh copy of it.") from error


def _is_deep(image: Image.Image) -> bool:
    return ";16" in repr(getattr(image, "tile", ""))  # `tile` is removed when the image is decoded


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


def check_pixels(path: Path, width: int, height: int) -> None:
    """Raise a `TooLarge` if a picture has more than `LARGEST_PIXELS`."""
    if width * height > LARGEST_PIXELS:
        size, most = f"{width} x {height}", f"{LARGEST_PIXELS / 1e6:g}"
        raise TooLarge(f"{path.name} has {size} pixels, more than the limit of {most} megapixels: reduce it first.")


def _checked_size(path: Path) -> tuple[int, int]:
    """Width and height from the header of a picture that Pillow does not know."""
    try:
        size = size_of_rare_format(path)
    except ValueError as reason:
        raise MediaError(f"{path.name} is damaged or incomplete ({reason}): get a fresh copy of it.") from None
    if size is None or min(size) < 1:
        raise MediaError(_why_unknown(path))
    check_pixels(path, *size)
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
    return f"{path.name} is not a picture that can be read: {remedy(path)}."


def remedy(path: Path) -> str:
    """What to do about a picture that cannot be read, or not rightly: JPEG and PNG files need not be converted."""
    if path.suffix.lower() in _ARCHIVES:
        return "unpack it and open its folder"
    is_plain = path.suffix.lower() in (".jpg", ".jpeg", ".png")
    return "get a fresh copy of it" if is_plain else "convert it to JPEG or PNG"


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


def upright(pixels: RgbImage, orientation: int) -> RgbImage:
    """Rotate and mirror pixels `(H, W, 3)` as an EXIF orientation says."""
    turns, mirrored = _UPRIGHT.get(orientation, (0, False))
    return np.ascontiguousarray(np.rot90(pixels[:, ::-1] if mirrored else pixels, turns))
