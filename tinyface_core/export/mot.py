"""MOTChallenge text: the tracks of videos, for programs that track and that measure tracking."""

from __future__ import annotations

from pathlib import Path

from tinyface_core.export.material import Format, Material, unique_names
from tinyface_core.files import replacing


def write(material: Material, target: Path) -> None:
    """Fill a folder: `NAME.txt` for each video or photo, "frame,track,left,top,width,height,score,-1,-1,-1" a face.

    All but sizes and scores count from 1, as is the custom there; a face without a track has -1. Rejected faces are
    left out. See https://motchallenge.net/instructions/.
    """
    lines: dict[str, list[str]] = {}
    for result in material.results:
        faces = lines.setdefault(result.source, [])
        for face, (x1, y1, x2, y2), _ in material.true_faces(result):
            frame, track = (result.index or 0) + 1, face.track + 1 if face.track >= 0 else -1
            box = f"{x1 + 1:.2f},{y1 + 1:.2f},{x2 - x1:.2f},{y2 - y1:.2f}"
            faces.append(f"{frame},{track},{box},{face.score:.4f},-1,-1,-1\n")
    names = unique_names([Path(source).stem for source in lines])
    for name, faces in zip(names, lines.values(), strict=True):
        with replacing(target / f"{name}.txt") as part:
            part.write_text("".join(faces), "utf-8")


FORMAT = Format("", write, for_files=True)
