"""COCO object detection annotations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tinyface_core.export.material import Format, Material
from tinyface_core.results import write_document
from tinyface_core.types import Box, Face, FindResult

CATEGORIES = [{"id": 1, "name": "face", "supercategory": "person"}]


def write(material: Material, target: Path) -> None:
    """Write one COCO file with the category "face"; rejected faces are omitted, boxes are clipped to the picture."""
    annotations = (
        {"id": number, "image_id": image_id, **annotation(face, box)}
        for number, (image_id, _, face, box) in enumerate(numbered_faces(material), 1)
    )
    write_document(target, {"images": images(material), "annotations": annotations, "categories": CATEGORIES})


def images(material: Material) -> Iterator[dict[str, Any]]:
    """The pictures, numbered from 1."""
    for image_id, (name, result) in enumerate(zip(material.names(), material.results, strict=True), 1):
        file_name = result.source if result.index is None else f"{name}.png"
        yield {"id": image_id, "file_name": file_name, "width": result.width, "height": result.height}


def numbered_faces(material: Material) -> Iterator[tuple[int, FindResult, Face, Box]]:
    """The exported faces, each with the number of its picture and the picture's result."""
    for image_id, result in enumerate(material.results, 1):
        for face, box, _ in material.true_faces(result):
            yield image_id, result, face, box


def annotation(face: Face, box: Box) -> dict[str, Any]:
    """The fields of an annotation, except the ids of annotation, picture and track."""
    x1, y1, x2, y2 = box
    return {
        "category_id": 1,
        "bbox": [x1, y1, x2 - x1, y2 - y1],
        "area": (x2 - x1) * (y2 - y1),
        "iscrowd": 0,
        "score": face.score,
    }


FORMAT = Format(".json", write, for_files=True)
