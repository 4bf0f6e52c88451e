"""Pictures with the boxes drawn in."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tinyface_core.export.material import Format, Material
from tinyface_core.media.own import ANNOTATED
from tinyface_core.media.saving import save_jpeg, save_picture
from tinyface_core.rendering import annotated_image
from tinyface_core.types import FindResult


def write(material: Material, target: Path) -> None:
    """Write the file `target` if it has a picture's suffix and there is one result; otherwise fill it as a folder."""
    material.fill(target, partial(_save, material), (".png", ".jpg", ".jpeg", ".webp"))


FORMAT = Format("", write, alone=ANNOTATED, pictures=True)


def _save(material: Material, result: FindResult, path: Path) -> None:
    image = annotated_image(material.load(result), result.faces)
    form = {".png": "PNG", ".webp": "WEBP"}.get(path.suffix.lower())
    if form is None:
        save_jpeg(path, image)
    else:
        save_picture(path, image, form)
