"""COCO-VID annotations: COCO's, with the videos that pictures are frames of, and the tracks of faces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tinyface_core.export.coco import CATEGORIES, annotation
from tinyface_core.export.material import Format, Material
from tinyface_core.results import write_document


def write(material: Material, target: Path) -> None:
    """Write one COCO-VID file, as MMTracking reads it; rejected faces are left out, boxes cut to the picture.

    A photo is a video of one frame. Videos, frames and tracks have numbers of their own: tracks count from 1, over all
    videos, and a face without a track is one by itself.
    """
    videos: dict[str, int] = {}
    tracks: dict[tuple[str, int], int] = {}
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for image_id, (name, result) in enumerate(zip(material.names(), material.results, strict=True), 1):
        video_id = videos.setdefault(result.source, len(videos) + 1)
        file_name = result.source if result.index is None else f"{name}.png"
        images.append(
            {
                "id": image_id,
                "video_id": video_id,
                "frame_id": result.index or 0,
                "file_name": file_name,
                "width": result.width,
                "height": result.height,
            }
        )
        for face, box, _ in material.true_faces(result):
            number = len(annotations) + 1
            track = (result.source, face.track if face.track >= 0 else -number)
            own = {"id": number, "image_id": image_id, "video_id": video_id}
            instance = tracks.setdefault(track, len(tracks) + 1)
            said = {"instance_id": instance, "origin": face.origin.name.lower()}
            annotations.append({**own, **said, **annotation(face, box)})
    listed = [{"id": number, "name": source} for source, number in videos.items()]
    parts = {"videos": listed, "images": images, "annotations": annotations, "categories": CATEGORIES}
    write_document(target, parts)


FORMAT = Format(".json", write, for_files=True)
