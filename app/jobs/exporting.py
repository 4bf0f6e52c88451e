"""Writes the faces chosen in the Export dialog, format by format, in a worker thread."""

from __future__ import annotations

import errno
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from tinyface_core.export.case import Case
from tinyface_core.export.followed import FollowedFrames
from tinyface_core.export.late import Joined, Mapped
from tinyface_core.export.material import ExportError, ExportPicture, FaceKey, Format, Material, Statement
from tinyface_core.export.registry import FORMATS
from tinyface_core.registry import Entry, Registry, imported
from tinyface_core.types import CancelToken, Detections, FindResult, Origin, Progress, stop_if_asked

from ..models.face_entry import FaceEntry

if TYPE_CHECKING:
    from tinyface_core.project.records import ProjectFace

_PDF: Entry[Format] = Entry(
    "pdf",
    "PDF report",
    imported(f"{__package__}.report_pdf:FORMAT"),
    "Pictures, faces, settings and weights, to print and to send",
)
EXPORTS: Registry[Format] = Registry("export format", "tinyface.exports", (*FORMATS.own(), _PDF))
"""Those of the core, and what Qt is needed for."""


@dataclass(frozen=True, slots=True)
class FaceChoice:
    """Which faces to write; what they are is found out beside the window, where there may be many thousands.

    Attributes:
        results: of the searched pictures that are written.
        faces: all faces of the window.
        accepts: whether a face is written.
    """

    results: tuple[FindResult, ...]
    faces: tuple[FaceEntry, ...]
    accepts: Callable[[FaceEntry], bool]

    def pictures(self) -> Sequence[ExportPicture]:
        """The pictures with the chosen faces, best first; of a video with the boxes that lie between those of a track.

        A frame of a searched video in which a face was only drawn is one of them, as is one through which faces were
        followed.
        """
        return Joined([FollowedFrames(part) if part[0].result.seconds is not None else part for part in self._files()])

    def _files(self) -> list[list[ExportPicture]]:
        """The searched pictures of each file."""
        from tinyface_core.linking import filled

        chosen: defaultdict[str, defaultdict[int | None, list[ProjectFace]]] = defaultdict(lambda: defaultdict(list))
        said: dict[tuple[str, int], ProjectFace] = {}
        for face in filter(self.accepts, self.faces):
            chosen[face.source][face.index].append(face)
            said[face.source, face.face.track] = face
        searched: dict[str, dict[int | None, FindResult]] = {}
        for result in self.results:
            searched.setdefault(result.source, {})[result.index] = result
        files = []
        for source, frames in searched.items():
            by_frame = chosen[source]
            for index in by_frame.keys() - frames.keys():
                unsearched = replace(next(iter(frames.values())), candidates=0, refined=0, timings={}, cut=False)
                frames[index] = replace(unsearched, remarks=(), index=index, seconds=by_frame[index][0].seconds)
            found = [
                replace(result, faces=Detections.of_faces(face.face for face in by_frame[result.index]))
                for result in sorted(frames.values(), key=lambda result: result.index or 0)
            ]
            pictures = []
            for result in filled(found):
                entries = by_frame[result.index]
                between = [
                    replace(said[source, face.track], face=face, index=result.index, seconds=result.seconds)
                    for face in result.faces
                    if face.origin == Origin.FILLED
                ]
                entries = sorted([*entries, *between], key=lambda entry: -entry.face.score)
                faces = Detections.of_faces(entry.face for entry in entries)
                pictures.append(ExportPicture(replace(result, faces=faces), tuple(entries)))
            files.append(pictures)
        return files

    def fill(self, request: ExportRequest) -> ExportRequest:
        """With these faces."""
        pictures = self.pictures()
        return replace(request, pictures=pictures, faces=self.count())

    @property
    def searched(self) -> int:
        """How many pictures and frames there are."""
        return len(self.results)

    def count(self) -> int:
        """How many faces are written."""
        frames = {(result.source, result.index) for result in self.results}
        return sum((face.source, face.index) in frames and self.accepts(face) for face in self.faces)


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to write where.

    Attributes:
        pictures: in the order to write; they may be read while they are written.
        formats: names in `tinyface_core.export.registry.FORMATS`.
        folder: made if it does not exist.
        upscalers: names of those that enlarge the crops.
        device: "auto" or a name that torch knows.
        gan: name of the generator's weights; empty takes the default of the manifest.
        case: what reports say of the case.
        statements: what was said of the faces; None takes it from the pictures.
        groups: of faces that look alike, by id.
        opened: files that the window shows and works on; they are never written over.
        faces: how many there are, where that is known, to say how far it is.
    """

    pictures: Sequence[ExportPicture]
    formats: tuple[str, ...]
    folder: Path
    upscalers: tuple[str, ...] = ()
    device: str = "auto"
    gan: str = ""
    case: Case = field(default_factory=Case)
    statements: Mapping[FaceKey, Statement] | None = None
    groups: Mapping[int, int] = field(default_factory=dict)
    opened: tuple[str, ...] = ()
    faces: int = 0

    def target(self, name: str, form: Format) -> Path:
        """What a format writes: a file, or a folder that it fills."""
        # COCO and JSON would share a name without the format in it.
        return self.folder / f"faces-{name}{form.suffix}"


def already_there(request: ExportRequest) -> list[Path]:
    """What the export writes over: files, and folders that it fills.

    Raises:
        ExportError: if a file lies where it fills a folder.
    """
    targets = [(form := EXPORTS.load(name), request.target(name, form)) for name in request.formats]
    for folder in (request.folder, *(target for form, target in targets if not form.suffix)):
        if folder.exists() and not folder.is_dir():
            raise ExportError(f"{folder} cannot be written ({os.strerror(errno.EEXIST)}): choose another place.")
    return [target for _, target in targets if target.exists()]


def _said(pictures: Iterable[ExportPicture], groups: Mapping[int, int]) -> dict[FaceKey, Statement]:
    return {
        FaceKey(picture.result.source, picture.result.index, place): said
        for picture in pictures
        for place, entry in enumerate(picture.entries)
        if (said := Statement(entry.verdict, entry.note, groups.get(entry.id, 0))) != Statement()
    }


def export_files(request: ExportRequest, cancel: CancelToken, progress: Progress) -> list[Path]:
    """Write every format that was asked for, tables at once and what shows enlarged faces after them.

    Returns:
        The files and folders written, in order.

    Raises:
        Cancelled: between two formats, pictures or enlargements; what was finished stays.
        ExportError, UserError: one sentence for the user; the latter if an original would be written over.
        MediaError: of the first picture that cannot be read, after all others were written.
    """
    # Imported here: the report draws pictures, and a window must not wait for that.
    from tinyface_core.export.enlarging import EnlargedFaces
    from tinyface_core.export.registry import write
    from tinyface_core.files import check_no_original, sha256
    from tinyface_core.media.sources import FrameReader
    from tinyface_core.upscalers.registry import load_upscalers

    already_there(request)
    loaded = {name: EXPORTS.load(name) for name in request.formats}
    formats = dict(sorted(loaded.items(), key=lambda item: item[1].crops))
    targets = {name: request.target(name, form) for name, form in formats.items()}
    check_no_original(targets.values(), map(Path, request.opened))
    lost: dict[Path, Exception] = {}
    material = Material(
        Mapped(attrgetter("result"), request.pictures),
        _said(request.pictures, request.groups) if request.statements is None else request.statements,
        load=FrameReader(cancel),
        digest=lambda path: sha256(path, cancel),
        case=request.case,
        unreadable=lost.setdefault,
    )
    needs_crops = request.upscalers and any(form.crops for form in formats.values())
    upscalers = load_upscalers(request.upscalers, request.device, request.gan) if needs_crops else []
    request.folder.mkdir(parents=True, exist_ok=True)
    for done, (name, form) in enumerate(formats.items()):
        stop_if_asked(cancel)
        if form.crops and upscalers:
            searched = material.searched()
            crops = EnlargedFaces(searched, upscalers, request.faces, cancel=cancel, progress=progress)
            material = replace(material, crops=crops)
        else:
            progress(name, done, len(formats))
        write(form, material, targets[name])
    for error in lost.values():
        raise error
    return list(targets.values())
