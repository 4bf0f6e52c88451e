"""Writes redacted copies of photos, without metadata."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tinyface_core.media.images import load_image
from tinyface_core.media.saving import save_picture
from tinyface_core.media.turning import turned_frame
from tinyface_core.redaction.covering import cover
from tinyface_core.redaction.decisions import Decision
from tinyface_core.redaction.order import Covering
from tinyface_core.redaction.sureness import fitted
from tinyface_core.types import RgbImage

_FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    ".jpg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".png": ("PNG", {}),
    ".webp": ("WEBP", {"quality": 95}),
    ".tif": ("TIFF", {"compression": "tiff_lzw"}),
    ".bmp": ("BMP", {}),
}
_SAME = {".jpeg": ".jpg", ".jpe": ".jpg", ".jfif": ".jpg", ".tiff": ".tif", ".dib": ".bmp"}
_LOSSLESS = (".gif", ".ppm", ".pgm", ".pbm", ".tga")


def suffix_for(path: Path) -> str:
    """The suffix of a copy: the photo's own if it can be written, else PNG for lossless formats and JPEG for others."""
    own = path.suffix.lower()
    if _SAME.get(own, own) in _FORMATS:
        return own
    return ".png" if own in _LOSSLESS else ".jpg"


def write_photo(
    path: Path, target: Path, decisions: Sequence[Decision], covering: Covering, turn: int = 0
) -> tuple[RgbImage, RgbImage, list[str]]:
    """Write a copy with faces covered: upright, in sRGB, without metadata, thumbnail and additional pictures.

    The suffix of `target` determines the format; the photo is rotated clockwise by `turn` degrees. Returns the pixels
    before and after, and remarks for the user.

    Raises:
        MediaError: if the photo cannot be read.
        OSError: if the copy cannot be written.
    """
    frame = turned_frame(load_image(path), turn)
    tracks = [one.track for one in decisions if one.covered]
    boxes = np.concatenate([np.zeros((0, 4)), *(fitted(track, float(track.scores.max())) for track in tracks)])
    covered, _ = cover(frame.pixels, boxes, covering)
    suffix = target.suffix.lower()
    form, options = _FORMATS[_SAME.get(suffix, suffix)]
    save_picture(target, covered, form, **options)
    return frame.pixels, covered, list(frame.remarks)
