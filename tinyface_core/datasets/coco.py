"""Reader of COCO detection annotations (one JSON for all pictures)."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

import numpy as np

from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.types import UserError


def read_coco(images: Path, annotations: Path, categories: Collection[str] | None = None) -> list[AnnotatedPicture]:
    """The pictures of a COCO file that are on this disk; crowd regions are ignored, empty boxes dropped.

    Args:
        images: the folder that the file names start from.
        annotations: the JSON file.
        categories: names of the categories that are faces; None takes all.

    Raises:
        FileNotFoundError: if the file is missing or none of its pictures is in `images`.
        UserError: if the file is not of COCO's form, or has none of the categories.
    """
    if not annotations.is_file():
        raise FileNotFoundError(f"The COCO file {annotations} does not exist.")
    try:
        document = json.loads(annotations.read_text(encoding="utf-8"))
        names = {entry["id"]: entry["name"] for entry in document.get("categories", [])}
        rows: dict[int, list[tuple[list[float], bool]]] = {entry["id"]: [] for entry in document["images"]}
        if categories is not None and not set(categories) & set(names.values()):
            raise ValueError(f"it has the categories {', '.join(names.values())}, not {', '.join(categories)}")
        for entry in document["annotations"]:
            if categories is not None and names.get(entry["category_id"]) not in categories:
                continue
            x, y, width, height = (float(value) for value in entry["bbox"])
            if width > 0 and height > 0:
                rows[entry["image_id"]].append(([x, y, x + width, y + height], bool(entry.get("iscrowd", 0))))
        listed = [(str(entry["file_name"]), rows[entry["id"]]) for entry in document["images"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{annotations.name} cannot be read as COCO annotations: {error}.") from error
    pictures = []
    for name, faces in listed:
        if (images / name).is_file():
            boxes = np.array([box for box, _ in faces], np.float32).reshape(-1, 4)
            pictures.append(AnnotatedPicture(name, images / name, boxes, np.array([crowd for _, crowd in faces], bool)))
    if not pictures:
        raise FileNotFoundError(f"None of the {len(listed)} pictures that {annotations.name} lists is in {images}.")
    return pictures
