"""COCO-VID annotations: COCO with videos and tracks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from tinyface_core.export.coco import CATEGORIES, annotation, images, numbered_faces
from tinyface_core.export.material import Format, Material
from tinyface_core.export.naming import SourcesOf
from tinyface_core.results import write_document


def write(material: Material, target: Path) -> None:
    """Write one COCO-VID file, as read by MMTracking; rejected faces are omitted, boxes are clipped to the picture.

    A photo is a video of one frame. Tracks are numbered from 1 over all videos; a face without a track gets its own
    number.
    """
    videos = SourcesOf(material.results)
    numbers = (videos.numbers + 1).tolist()
    parts = {"images": _images(material, numbers), "annotations": _annotations(material, numbers)}
    listed = ({"id": number, "name": path} for number, path in enumerate(videos.paths, 1))
    write_document(target, {**parts, "videos": listed, "categories": CATEGORIES})


def _images(material: Material, videos: Sequence[int]) -> Iterator[dict[str, Any]]:
    for image, result, video_id in zip(images(material), material.results, videos, strict=True):
        yield {**image, "video_id": video_id, "frame_id": result.index or 0}


def _annotations(material: Material, videos: Sequence[int]) -> Iterator[dict[str, Any]]:
    numbers = count(1)
    tracks: defaultdict[tuple[str, int], int] = defaultdict(numbers.__next__)
    for number, (image_id, result, face, box) in enumerate(numbered_faces(material), 1):
        instance = tracks[result.source, face.track] if face.track >= 0 else next(numbers)
        own = {"id": number, "image_id": image_id, "video_id": videos[image_id - 1]}
        yield {**own, "instance_id": instance, "origin": face.origin.name.lower(), **annotation(face, box)}


FORMAT = Format(".json", write, for_files=True)
