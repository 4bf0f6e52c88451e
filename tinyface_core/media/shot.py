"""Capture time and camera of a photo, from its EXIF data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PIL import ExifTags, Image

_MOST_SIGNS = 100


@dataclass(frozen=True, slots=True)
class Shot:
    """What a camera noted of a photo.

    Attributes:
        taken: by the camera's clock, YYYY-MM-DD HH:MM:SS; None where it is not known.
        camera: its maker and model; None where they are not known.
    """

    taken: str | None = None
    camera: str | None = None


def read_shot(path: Path) -> Shot:
    """What the camera noted; nothing of a file without EXIF, or whose EXIF cannot be read."""
    try:
        with Image.open(path) as image:
            exif = image.getexif()
            taken = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
            maker, model = (_words(exif.get(tag)) for tag in (ExifTags.Base.Make, ExifTags.Base.Model))
            time = _time(taken) or _time(exif.get(ExifTags.Base.DateTime))
    except Exception:  # readers let anything escape when a file lies about itself; the photo itself was read
        return Shot()
    # Most models begin with their maker.
    camera = model if model.casefold().startswith(maker.casefold()) else f"{maker} {model}"
    return Shot(time, camera.strip() or None)


def _time(value: object) -> str | None:
    try:
        return str(datetime.strptime(_words(value), "%Y:%m:%d %H:%M:%S"))
    except ValueError:
        return None


def _words(value: object) -> str:
    text = str(value or "").partition("\0")[0]
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:_MOST_SIGNS]
