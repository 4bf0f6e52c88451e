"""MOTChallenge text: the tracks of videos, for programs that track and that measure tracking."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from tinyface_core.export.material import Format, Material, unique_names
from tinyface_core.files import replacing
from tinyface_core.types import FindResult


def write(material: Material, target: Path) -> None:
    """Fill a folder: `NAME.txt` for each video or photo, "frame,track,left,top,width,height,score,-1,-1,-1" a face.

    All but sizes and scores count from 1, as is the custom there; a face without a track has -1. Rejected faces are
    left out. See https://motchallenge.net/instructions/.
    """
    sources = list(dict.fromkeys(result.source for result in material.results))
    names = dict(zip(sources, unique_names([Path(source).stem for source in sources]), strict=True))
    written: set[str] = set()
    for source, results in groupby(material.results, key=attrgetter("source")):
        path = target / f"{names[source]}.txt"
        with replacing(path) as part, part.open("w", encoding="utf-8") as file:
            if source in written:  # of several files of results two may speak of one video
                file.write(path.read_text("utf-8"))
            file.writelines(line for result in results for line in _lines(material, result))
        written.add(source)


def _lines(material: Material, result: FindResult) -> Iterator[str]:
    for face, (x1, y1, x2, y2), _ in material.true_faces(result):
        frame, track = (result.index or 0) + 1, face.track + 1 if face.track >= 0 else -1
        box = f"{x1 + 1:.2f},{y1 + 1:.2f},{x2 - x1:.2f},{y2 - y1:.2f}"
        yield f"{frame},{track},{box},{face.score:.4f},-1,-1,-1\n"


FORMAT = Format("", write, for_files=True)
