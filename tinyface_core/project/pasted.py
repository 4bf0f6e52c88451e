"""Pasted pictures: stored in the user's folder and also inside the project, since there is no other copy."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tinyface_core.files import replacing
from tinyface_core.folders import user_folder
from tinyface_core.names import local_time
from tinyface_core.types import RgbImage

_NAME = "pasted"


def pasted_folder() -> Path:
    """The folder of pasted pictures; it need not exist."""
    return user_folder(_NAME)


def is_pasted(source: str) -> bool:
    """Whether a picture was pasted."""
    # Called for every picture of a folder: the cheap check rules out nearly all of them.
    return _NAME in source and Path(source).parent == pasted_folder()


def save_pasted(pixels: RgbImage, title: str) -> Path:
    """Write a pasted picture `(H, W, 3)` as PNG, named after a title and the time."""
    from tinyface_core.media.saving import save_png

    path = pasted_folder() / f"{title} {local_time()}.png"
    save_png(path, pixels)
    return path


def put_pasted(name: str, content: bytes) -> Path:
    """Write a pasted picture's file; a digest is added to the name if another picture has it."""
    path = pasted_folder() / name
    if path.exists() and path.read_bytes() != content:
        path = path.with_name(f"{path.stem} {hashlib.sha256(content).hexdigest()[:8]}{path.suffix}")
    if not path.exists():
        with replacing(path) as part:
            part.write_bytes(content)
    return path
