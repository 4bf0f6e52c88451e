"""Raw photos: which they are, and the largest preview in them."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tinyface_core.media.headers import Directory, tiff_directories

RAW_SUFFIXES = frozenset((
    ".3fr", ".arw", ".cr2", ".cr3", ".dcr", ".dng", ".erf", ".iiq", ".kdc", ".mef", ".mos", ".mrw", ".nef", ".nrw",
    ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f",
))  # fmt: skip
"""Suffixes of raw photos."""

_LARGEST_FILE = 2**30
_OF_SENSORS = (32803, 34892)
"""Photometric interpretations of raw sensor data."""
_LEAST_SHARE = 0.5
"""A preview with less than this share of the photo's pixels is reported as small."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The largest embedded preview of a raw photo.

    Attributes:
        content: a file that Pillow can open.
        orientation: EXIF orientation; 0 if it is in `content`.
        whole: width and height of the photo itself.
    """

    content: io.BytesIO
    orientation: int
    whole: tuple[int, int]

    def is_small(self, width: int, height: int) -> bool:
        """Whether this size of the decoded preview is much smaller than the photo."""
        return width * height < _LEAST_SHARE * self.whole[0] * self.whole[1]


def is_raw(path: Path) -> bool:
    """Whether the file is a raw photo, by its suffix."""
    return path.suffix.lower() in RAW_SUFFIXES


def largest_preview(path: Path) -> Preview | None:
    """The largest preview in a TIFF-based file whose first picture is a preview; None for other files."""
    with path.open("rb") as file:
        head = file.read(4)
        if head[:2] not in (b"II", b"MM") or path.stat().st_size > _LARGEST_FILE:
            return None
        try:
            found = [d for d in tiff_directories(file) if d.width and d.height]
        except ValueError:
            return None
        if len(found) < 2 or not (found[0].reduced or is_raw(path)):
            return None
        file.seek(0)
        content = file.read()
    whole = max(found, key=lambda d: d.width * d.height)
    readable = sorted((d for d in found if d.photometric not in _OF_SENSORS), key=lambda d: -d.width * d.height)
    for directory in readable:
        if directory == found[0] or (preview := _opens(content, directory)) is None:
            continue
        if directory.width * directory.height > found[0].width * found[0].height:
            turned = directory.orientation or found[0].orientation
            return Preview(preview, turned if directory.jpeg[1] else 0, (whole.width, whole.height))
    return Preview(io.BytesIO(content), 0, (whole.width, whole.height))


def _opens(content: bytes, directory: Directory) -> io.BytesIO | None:
    """One picture of a file as a separate file, if Pillow can open it."""
    start, length = directory.jpeg
    if length:
        own = io.BytesIO(content[start : start + length])
    else:
        order = "<" if content[:2] == b"II" else ">"
        own = io.BytesIO(content[:2] + struct.pack(f"{order}HI", 42, directory.offset) + content[8:])
    try:
        with Image.open(own, formats=("JPEG", "TIFF")) as image:
            if image.size != (directory.width, directory.height):
                return None
    except Exception:
        return None
    return own
