"""Writes the faces that the export dialog chose, format by format, beside the window."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tinyface_core.types import Cancelled, CancelToken, CropSet, Detections, FindResult, Progress

from .upscaling import CropComparer

if TYPE_CHECKING:
    from tinyface_core.export.material import FaceKey
    from tinyface_core.project.records import ProjectFace


@dataclass(frozen=True, slots=True)
class ExportPicture:
    """One picture to write.

    Attributes:
        result: with the chosen faces only.
        entries: those of `result.faces`, with what was said of them.
    """

    result: FindResult
    entries: tuple[ProjectFace, ...]


@dataclass(frozen=True, slots=True)
class FaceChoice:
    """Which faces to write; what they are is found out beside the window, where there may be many thousands.

    Attributes:
        results: of the searched pictures that are written.
        faces: all faces of the window.
        accepts: whether a face is written.
    """

    results: tuple[FindResult, ...]
    faces: tuple[ProjectFace, ...]
    accepts: Callable[[ProjectFace], bool]

    def pictures(self) -> tuple[ExportPicture, ...]:
        """The pictures with the chosen faces, best first."""
        by_frame: defaultdict[tuple[str, int | None], list[ProjectFace]] = defaultdict(list)
        for face in self.faces:
            if self.accepts(face):
                by_frame[face.source, face.index].append(face)
        pictures = []
        for result in self.results:
            entries = sorted(by_frame[result.source, result.index], key=lambda entry: -entry.face.score)
            faces = Detections.of_faces(entry.face for entry in entries)
            pictures.append(ExportPicture(replace(result, faces=faces), tuple(entries)))
        return tuple(pictures)

    def count(self) -> int:
        """How many faces are written."""
        frames = {(result.source, result.index) for result in self.results}
        return sum((face.source, face.index) in frames and self.accepts(face) for face in self.faces)


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to write where.

    Attributes:
        pictures: in the order to write.
        formats: names in `tinyface_core.export.registry.FORMATS`.
        folder: made if it does not exist.
        upscalers: names of those that enlarge the crops.
        device: "auto" or a name that torch knows.
        gan: name of the generator's weights; empty takes the default of the manifest.
    """

    pictures: tuple[ExportPicture, ...]
    formats: tuple[str, ...]
    folder: Path
    upscalers: tuple[str, ...] = ()
    device: str = "auto"
    gan: str = ""


def export_files(request: ExportRequest, cancel: CancelToken, progress: Progress) -> list[Path]:
    """Write every format that was asked for; the files and folders written, in order.

    Raises:
        Cancelled: between two formats, or between two enlargements of a face; what was finished stays.
        ExportError: one sentence for the user.
        MediaError: of the first picture that cannot be read, after all others were written.
    """
    # Imported here: the report draws pictures, and a window must not wait for that.
    from tinyface_core.export.material import FaceKey, Material, Statement
    from tinyface_core.export.registry import FORMATS, export

    results = [picture.result for picture in request.pictures]
    statements = {
        FaceKey(picture.result.source, picture.result.index, place): Statement(entry.verdict, entry.note)
        for picture in request.pictures
        for place, entry in enumerate(picture.entries)
    }
    formats = {name: FORMATS.load(name) for name in request.formats}
    needs_crops = request.upscalers and any(form.crops for form in formats.values())
    lost: dict[Path, Exception] = {}
    crops = _enlarge(request, cancel, progress, lost.setdefault) if needs_crops else {}
    material = Material(results, statements, crops, unreadable=lost.setdefault)
    request.folder.mkdir(parents=True, exist_ok=True)
    written = []
    for done, (name, form) in enumerate(formats.items()):
        if cancel.is_set():
            raise Cancelled
        progress(name, done, len(request.formats))
        # COCO and JSON would share a name without the format in it.
        target = request.folder / f"faces-{name}{form.suffix}"
        export(name, material, target)
        written.append(target)
    for error in lost.values():
        raise error
    return written


def _enlarge(
    request: ExportRequest,
    cancel: CancelToken,
    progress: Progress,
    unreadable: Callable[[Path, Exception], object],
) -> dict[FaceKey, CropSet]:
    from tinyface_core.export.material import FaceKey, load_frame
    from tinyface_core.media.images import MediaError

    comparer = CropComparer()
    crops: dict[FaceKey, CropSet] = {}
    total = sum(len(picture.result.faces) for picture in request.pictures)
    for picture in request.pictures:
        try:
            frame = load_frame(picture.result)
        except MediaError as error:
            unreadable(Path(picture.result.source), error)
            continue
        for place, face in enumerate(picture.result.faces):
            progress("crops", len(crops), total)
            key = FaceKey(picture.result.source, picture.result.index, place)
            crops[key] = comparer(frame, face, request.upscalers, request.device, request.gan, cancel)
    return crops
