"""The input of all export formats, and the format interface."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tinyface_core.export.case import Case
from tinyface_core.export.lazy import Mapped
from tinyface_core.export.naming import unique_names
from tinyface_core.files import sha256
from tinyface_core.media.opening import MediaError
from tinyface_core.media.sources import FrameReader
from tinyface_core.media.turning import as_in_file
from tinyface_core.names import output_stem
from tinyface_core.project.records import ProjectFace
from tinyface_core.types import Box, Face, FindResult, Frame, Origin, UserError, Verdict
from tinyface_core.upscalers.enlargement import CropSet

WORDS = {
    Verdict.UNDECIDED: "",
    Verdict.CONFIRMED: "confirmed",
    Verdict.NOT_A_FACE: "rejected",
    Verdict.UNSURE: "unsure",
}
"""Verdicts in exported files."""


class ExportError(UserError):
    """An export that could not be written; the message is one sentence for the user."""


class FaceKey(NamedTuple):
    """Identifies a face of an export: picture, frame number (None for a photo), index in `FindResult.faces`."""

    source: str
    frame: int | None
    face: int


@dataclass(frozen=True, slots=True)
class Statement:
    """The analyst's verdict and note on a face, and its group of similar faces (0 for none)."""

    verdict: Verdict = Verdict.UNDECIDED
    note: str = ""
    group: int = 0


@dataclass(frozen=True, slots=True)
class ExportPicture:
    """One picture to export.

    Attributes:
        result: with the exported faces only.
        entries: the same faces as in the project.
    """

    result: FindResult
    entries: tuple[ProjectFace, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """The input of an export format.

    Attributes:
        results: every face in them is exported. They may be lazy: a format must not keep them.
        statements: by face; may be missing.
        crops: enlargements by face; may be missing.
        load: loads the frame of a result.
        digest: computes the SHA-256 of a file, in hex.
        unreadable: called for pictures that cannot be read and are skipped; None to raise the error instead.
    """

    results: Sequence[FindResult]
    statements: Mapping[FaceKey, Statement] = field(default_factory=dict)
    crops: Mapping[FaceKey, CropSet] = field(default_factory=dict)
    load: Callable[[FindResult], Frame] = field(default_factory=FrameReader)
    digest: Callable[[Path], str] = sha256
    case: Case = field(default_factory=Case)
    unreadable: Callable[[Path, Exception], object] | None = None

    @staticmethod
    def joined(parts: Sequence[Material]) -> Material:
        """Concatenation of several."""
        statements: dict[FaceKey, Statement] = {}
        for part in parts:
            statements |= part.statements
        return Material([result for part in parts for result in part.results], statements)

    def searched(self) -> Material:
        """Without frames of a video in which faces were only followed."""
        shown = [
            place
            for place, result in enumerate(self.results)
            if result.is_searched or (result.faces.origins != Origin.FILLED).any()
        ]
        return replace(self, results=Mapped(self.results.__getitem__, shown))

    def photos(self) -> Material:
        """Without frames of videos and pages of files."""
        places = [place for place, result in enumerate(self.results) if result.index is None]
        return replace(self, results=Mapped(self.results.__getitem__, places))

    def as_in_files(self) -> Material:
        """The same with boxes in the original orientation of the files, without the user's rotations."""
        return replace(self, results=Mapped(as_in_file, self.results))

    @contextmanager
    def reading(self, result: FindResult) -> Iterator[None]:
        """Context that skips the result if its picture cannot be read.

        Raises:
            MediaError: if it cannot be read and `unreadable` is None.
        """
        try:
            yield
        except MediaError as error:
            if self.unreadable is None:
                raise
            self.unreadable(Path(result.source), error)

    def faces(self, result: FindResult) -> Iterator[tuple[FaceKey, Face, Statement]]:
        """The faces of a result, each with its key and statement."""
        for number, face in enumerate(result.faces):
            key = FaceKey(result.source, result.index, number)
            yield key, face, self.statements.get(key, Statement())

    def true_faces(self, result: FindResult) -> Iterator[tuple[Face, Box, Statement]]:
        """Faces that were not rejected, each with its box clipped to the picture and its statement."""
        for _, face, said in self.faces(result):
            x1, y1, x2, y2 = face.box
            box = (max(x1, 0.0), max(y1, 0.0), min(x2, float(result.width)), min(y2, float(result.height)))
            if said.verdict != Verdict.NOT_A_FACE and box[0] < box[2] and box[1] < box[3]:
                yield face, box, said

    def names(self) -> Sequence[str]:
        """A unique file name without suffix for each result."""
        return unique_names(Mapped(_name, self.results))

    def fill(self, target: Path, save: Callable[[FindResult, Path], None], alone: Sequence[str]) -> None:
        """Save a picture for each result as `NAME.png` in a folder; unreadable ones are handled by `reading`.

        A single result is saved as the file `target` if that has one of the suffixes `alone`.
        """
        if len(self.results) == 1 and target.suffix.lower() in alone:
            save(self.results[0], target)
            return
        for name, result in zip(self.names(), self.results, strict=True):
            with self.reading(result):
                save(result, target / f"{name}.png")

    def above(self, min_score: float, min_size: float) -> Material:
        """Only the faces with at least this score and this longer side in pixels."""
        results, statements = [], {}
        for result in self.results:
            passing = np.flatnonzero((result.faces.scores >= min_score) & (result.faces.sizes >= min_size))
            results.append(replace(result, faces=result.faces.take(passing)))
            for number, before in enumerate(passing.tolist()):
                if said := self.statements.get(FaceKey(result.source, result.index, before)):
                    statements[FaceKey(result.source, result.index, number)] = said
        return replace(self, results=results, statements=statements)


@dataclass(frozen=True, slots=True)
class Format:
    """An export format.

    Attributes:
        suffix: of the file it writes; "" if it fills a folder.
        write: writes a material to a file or folder.
        crops: whether it contains enlarged faces, which take time.
        pictures: whether it shows pictures: frames of a video in which faces were only followed are left out.
        photos: whether frames of videos and pages of files are left out.
        for_files: whether boxes refer to the original orientation of the files, not to the user's rotations.
        alone: for a format that fills a folder: suffix of the file that it writes for a single picture; "" if it fills
            a folder then, too.
    """

    suffix: str
    write: Callable[[Material, Path], None]
    crops: bool = False
    for_files: bool = False
    alone: str = ""
    pictures: bool = False
    photos: bool = False

    def part_of(self, material: Material) -> Material:
        """What it writes of a material."""
        if self.photos:
            return material.photos()
        return material.searched() if self.pictures or self.crops else material

    @property
    def ending(self) -> str:
        """Suffix of the file for a single picture, after the picture's name; "" if a folder is filled."""
        return f"-faces{self.suffix}" if self.suffix else self.alone


def _name(result: FindResult) -> str:
    return output_stem(Path(result.source).stem) + ("" if result.index is None else f"_frame{result.index:06d}")
