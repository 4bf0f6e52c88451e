"""Small inputs as they come off old disks, phones, scanners and broken copies."""

from __future__ import annotations

import io
import os

import numpy as np
from PIL import Image

LATIN_1 = os.fsdecode(b"caf\xe9.jpg")
"""A name from an old disk, as Python keeps it."""


def picture_bytes(form: str = "JPEG", side: int = 64, **options: object) -> bytes:
    """A small picture with something in it."""
    y, x = np.mgrid[0:side, 0:side]
    pixels = np.stack([x * 255 // side, y * 255 // side, (x ^ y) * 255 // side], axis=2).astype(np.uint8)
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, form, **options)
    return content.getvalue()
