"""Capture time and camera of a photo, from its EXIF data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PIL import ExifTags, Image

_MOST_SIGNS = 100


@dataclass(frozen=True, slots=True)
class Shot:
    """Capture data of a photo.

    Attributes:
        taken: time of the camera's clock, YYYY-MM-DD HH:MM:SS; None if unknown.
        camera: maker and model; None if unknown.
    """

    taken: str | None = None
    camera: str | None = None


def read_shot(path: Path) -> Shot:
    """The capture data of a file; empty without readable EXIF."""
    try:
        with Image.open(path) as image:
            exif = image.getexif()
            taken = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
            maker, model = (_words(exif.get(tag)) for tag in (ExifTags.Base.Make, ExifTags.Base.Model))
            time = _time(taken) or _time(exif.get(ExifTags.Base.DateTime))
    except Exception:  # decoders may raise anything for damaged EXIF
        return Shot()
    # Most models include the maker.
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
