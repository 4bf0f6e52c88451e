"""Writes the faces chosen in the Export dialog, format by format, in a worker thread."""

from __future__ import annotations

import errno
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from operator import attrgetter
from pathlib import Path

from tinyface_core.export.case import Case
from tinyface_core.export.followed import file_pictures
from tinyface_core.export.lazy import Joined, Mapped
from tinyface_core.export.material import ExportError, ExportPicture, FaceKey, Format, Material, Statement
from tinyface_core.export.registry import FORMATS, checked_format
from tinyface_core.registry import Entry, Registry, imported
from tinyface_core.types import CancelToken, FindResult, Progress, stop_if_asked

from ..models.face_entry import FaceEntry

_PDF: Entry[Format] = Entry(
    "pdf",
    "PDF report",
    imported(f"{__package__}.report_pdf:FORMAT"),
    "Pictures, faces, settings and weights, to print and to send",
)
EXPORTS: Registry[Format] = Registry("export format", "tinyface.exports", (*FORMATS.own(), _PDF), checked_format)
"""The formats of the core, and those that need Qt."""


@dataclass(frozen=True, slots=True)
class FaceChoice:
    """The faces to write. There may be many thousands, so they are determined in the worker thread.

    Attributes:
        results: of the searched pictures that are written.
        accepts: returns whether a face is written.
        groups: numbers of faces that look alike, by id.
    """

    results: tuple[FindResult, ...]
    faces: tuple[FaceEntry, ...]
    accepts: Callable[[FaceEntry], bool]
    groups: Mapping[int, int] = field(default_factory=dict)

    def pictures(self) -> Sequence[ExportPicture]:
        """Pictures with their chosen faces, best first, by file; see `file_pictures`."""
        chosen: defaultdict[str, list[FaceEntry]] = defaultdict(list)
        for face in filter(self.accepts, self.faces):
            chosen[face.source].append(face)
        searched: defaultdict[str, list[FindResult]] = defaultdict(list)
        for result in self.results:
            searched[result.source].append(result)
        return Joined([file_pictures(results, chosen[source]) for source, results in searched.items()])

    def fill(self, request: ExportRequest, _cancel: CancelToken | None = None) -> ExportRequest:
        """The request with the chosen faces."""
        pictures = self.pictures()
        return replace(request, pictures=pictures, statements=self._said(pictures), faces=self.count())

    def _said(self, pictures: Iterable[ExportPicture]) -> dict[FaceKey, Statement]:
        return {
            FaceKey(picture.result.source, picture.result.index, place): said
            for picture in pictures
            for place, entry in enumerate(picture.entries)
            if (said := Statement(entry.verdict, entry.note, self.groups.get(entry.id, 0))) != Statement()
        }

    @property
    def searched(self) -> int:
        """Number of photos and videos."""
        return len({result.source for result in self.results})

    def count(self) -> int:
        """Number of faces that are written."""
        frames = {(result.source, result.index) for result in self.results}
        return sum((face.source, face.index) in frames and self.accepts(face) for face in self.faces)


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """An export.

    Attributes:
        pictures: in the order of writing; may be an iterator.
        formats: names in `tinyface_core.export.registry.FORMATS`.
        folder: created if missing.
        upscalers: names of the upscalers for the crops.
        device: "auto" or a name of torch.
        gan: name of the generator's weights; empty: the default of the manifest.
        opened: files open in the window, which are never overwritten.
        faces: number of faces, if known, for the progress.
    """

    pictures: Sequence[ExportPicture]
    formats: tuple[str, ...]
    folder: Path
    upscalers: tuple[str, ...] = ()
    device: str = "auto"
    gan: str = ""
    case: Case = field(default_factory=Case)
    statements: Mapping[FaceKey, Statement] = field(default_factory=dict)
    opened: tuple[str, ...] = ()
    faces: int = 0

    def target(self, name: str, form: Format) -> Path:
        """What a format writes: a file, or a folder that it fills."""
        # COCO and JSON would share a name without the format in it.
        return self.folder / f"faces-{name}{form.suffix}"


def already_there(request: ExportRequest) -> list[Path]:
    """Existing files that the export will overwrite, and existing folders that it will fill.

    Raises:
        ExportError: if there is a file with the name of such a folder.
    """
    targets = [(form := EXPORTS.load(name), request.target(name, form)) for name in request.formats]
    for folder in (request.folder, *(target for form, target in targets if not form.suffix)):
        if folder.exists() and not folder.is_dir():
            raise ExportError(f"{folder} cannot be written ({os.strerror(errno.EEXIST)}): choose another place.")
    return [target for _, target in targets if target.exists()]


def export_files(
    request: ExportRequest, cancel: CancelToken, progress: Progress, finished: Callable[[str], object] = lambda _: None
) -> list[Path]:
    """Write the requested formats, first tables, then those with enlarged faces; `finished` is called with each.

    Returns:
        The files and folders written, in order.

    Raises:
        Cancelled: between two formats, pictures or enlargements; finished files stay.
        ExportError, UserError: one sentence for the user; the latter if an original would be written over.
        MediaError: for the first unreadable picture, after all others were written.
    """
    # Imported here: the report draws pictures, and a window must not wait for that.
    from tinyface_core.export.enlarging import EnlargedFaces, enlarging_once
    from tinyface_core.export.registry import write
    from tinyface_core.files import check_no_original, sha256
    from tinyface_core.media.sources import FrameReader
    from tinyface_core.upscalers.registry import load_upscalers

    already_there(request)
    formats = {name: EXPORTS.load(name) for name in request.formats}
    formats = dict(sorted(formats.items(), key=lambda item: item[1].crops))
    targets = {name: request.target(name, form) for name, form in formats.items()}
    check_no_original(targets.values(), map(Path, request.opened))
    lost: dict[Path, Exception] = {}
    material = Material(
        Mapped(attrgetter("result"), request.pictures),
        request.statements,
        load=FrameReader(cancel),
        digest=lambda path: sha256(path, cancel),
        case=request.case,
        unreadable=lost.setdefault,
    )
    enlarging = sum(form.crops for form in formats.values())
    loaded = load_upscalers(request.upscalers, request.device, request.gan) if enlarging else []
    request.folder.mkdir(parents=True, exist_ok=True)
    with enlarging_once(loaded, request.folder) if enlarging > 1 else nullcontext(loaded) as upscalers:
        for done, (name, form) in enumerate(formats.items()):
            stop_if_asked(cancel)
            if form.crops and upscalers:
                searched = material.searched()
                crops = EnlargedFaces(searched, upscalers, request.faces, cancel=cancel, progress=progress)
                material = replace(material, crops=crops)
            else:
                progress(name, done, len(formats))
            write(form, material, targets[name])
            finished(name)
    for error in lost.values():
        raise error
    return list(targets.values())
