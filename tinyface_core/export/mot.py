"""MOTChallenge text: the tracks of videos."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, groupby
from pathlib import Path

from tinyface_core.export.lazy import Mapped
from tinyface_core.export.material import Format, Material
from tinyface_core.export.naming import SourcesOf, unique_names
from tinyface_core.files import replacing


def write(material: Material, target: Path) -> None:
    """Fill a folder: `NAME.txt` for each video or photo, one line per face.

    A line is "frame,track,left,top,width,height,score,-1,-1,-1". Frames, tracks and coordinates are counted from 1; a
    face without a track has -1. Rejected faces are omitted. See https://motchallenge.net/instructions/.
    """
    sources = SourcesOf(material.results)
    names = unique_names(Mapped(lambda path: Path(path).stem, sources.paths))
    for number, places in groupby(range(len(material.results)), key=sources.numbers.__getitem__):
        path, first = target / f"{names[number]}.txt", next(places)
        with replacing(path) as part, part.open("w", encoding="utf-8") as file:
            if first > sources.firsts[number]:  # several result files may refer to one video
                file.write(path.read_text("utf-8"))
            file.writelines(line for place in chain((first,), places) for line in _lines(material, place))


def _lines(material: Material, place: int) -> Iterator[str]:
    result = material.results[place]
    for face, (x1, y1, x2, y2), _ in material.true_faces(result):
        frame, track = (result.index or 0) + 1, face.track + 1 if face.track >= 0 else -1
        box = f"{x1 + 1:.2f},{y1 + 1:.2f},{x2 - x1:.2f},{y2 - y1:.2f}"
        yield f"{frame},{track},{box},{face.score:.4f},-1,-1,-1\n"


FORMAT = Format("", write, for_files=True)
