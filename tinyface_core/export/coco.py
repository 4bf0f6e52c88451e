"""COCO object detection annotations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tinyface_core.export.material import Format, Material
from tinyface_core.results import write_document
from tinyface_core.types import Box, Face

CATEGORIES = [{"id": 1, "name": "face", "supercategory": "person"}]


def write(material: Material, target: Path) -> None:
    """Write one COCO file with the category "face"; rejected faces are left out, boxes cut to the picture."""
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for image_id, (name, result) in enumerate(zip(material.names(), material.results, strict=True), 1):
        file_name = result.source if result.index is None else f"{name}.png"
        images.append({"id": image_id, "file_name": file_name, "width": result.width, "height": result.height})
        for face, box, _ in material.true_faces(result):
            annotations.append({"id": len(annotations) + 1, "image_id": image_id, **annotation(face, box)})
    write_document(target, {"images": images, "annotations": annotations, "categories": CATEGORIES})


def annotation(face: Face, box: Box) -> dict[str, Any]:
    """What an annotation says of a face but for the numbers of its own, of the picture and of the track."""
    x1, y1, x2, y2 = box
    return {
        "category_id": 1,
        "bbox": [x1, y1, x2 - x1, y2 - y1],
        "area": (x2 - x1) * (y2 - y1),
        "iscrowd": 0,
        "score": face.score,
    }


FORMAT = Format(".json", write, for_files=True)
