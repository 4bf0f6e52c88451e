"""The input of all export formats, and the format interface."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tinyface_core.export.case import Case
from tinyface_core.export.late import Mapped
from tinyface_core.export.naming import unique_names
from tinyface_core.files import sha256
from tinyface_core.media.images import MediaError
from tinyface_core.media.sources import FrameReader
from tinyface_core.media.turning import as_in_file
from tinyface_core.names import output_stem
from tinyface_core.project.records import ProjectFace
from tinyface_core.types import Box, CropSet, Face, FindResult, Frame, UserError, Verdict

WORDS = {
    Verdict.UNDECIDED: "",
    Verdict.CONFIRMED: "confirmed",
    Verdict.NOT_A_FACE: "rejected",
    Verdict.UNSURE: "unsure",
}
"""Verdicts as exported files write them."""


class ExportError(UserError):
    """An export that could not be written; the message is one sentence for the user."""


class FaceKey(NamedTuple):
    """Names one face of an export: its picture, its frame number (None for a photo), its place in `faces`."""

    source: str
    frame: int | None
    face: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What the analyst said of a face.

    Attributes:
        verdict, note: the analyst's.
        group: number of the faces that look alike, where they were grouped; 0 where there is none.
    """

    verdict: Verdict = Verdict.UNDECIDED
    note: str = ""
    group: int = 0


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
class Material:
    """Everything that a format may use.

    Attributes:
        results: with thresholds applied already: every face in them is exported. They may be read while they are
            written: a format keeps none of them.
        statements: by face; nothing was said of those without one.
        crops: enlargements by face, for those that were enlarged.
        load: gives the pixels of a result.
        digest: gives the SHA-256 of a file, in hex.
        case: what a report says of it.
        unreadable: told of pictures that cannot be read and are left out; without it they end everything.
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
        """All results of several, in order."""
        statements: dict[FaceKey, Statement] = {}
        for part in parts:
            statements |= part.statements
        return Material([result for part in parts for result in part.results], statements)

    def as_in_files(self) -> Material:
        """The same with boxes in the pictures as their files have them, not as the user turned them."""
        return replace(self, results=Mapped(as_in_file, self.results))

    @contextmanager
    def reading(self, result: FindResult) -> Iterator[None]:
        """What is written inside is left out if the result's picture cannot be read.

        Raises:
            MediaError: then, if there is no `unreadable`.
        """
        try:
            yield
        except MediaError as error:
            if self.unreadable is None:
                raise
            self.unreadable(Path(result.source), error)

    def faces(self, result: FindResult) -> Iterator[tuple[FaceKey, Face, Statement]]:
        """The faces of a result, each with its key and what was said of it."""
        for number, face in enumerate(result.faces):
            key = FaceKey(result.source, result.index, number)
            yield key, face, self.statements.get(key, Statement())

    def true_faces(self, result: FindResult) -> Iterator[tuple[Face, Box, Statement]]:
        """Faces that were not rejected, with their box cut to the picture and what was said, for annotations."""
        for _, face, said in self.faces(result):
            x1, y1, x2, y2 = face.box
            box = (max(x1, 0.0), max(y1, 0.0), min(x2, float(result.width)), min(y2, float(result.height)))
            if said.verdict != Verdict.NOT_A_FACE and box[0] < box[2] and box[1] < box[3]:
                yield face, box, said

    def names(self) -> Sequence[str]:
        """A file name without suffix for each result, no two alike even where pictures' names are."""
        return unique_names(Mapped(_name, self.results))

    def fill(self, target: Path, save: Callable[[FindResult, Path], None], alone: Sequence[str]) -> None:
        """Save a picture for each result as `NAME.png` in a folder; those that cannot be read as `reading` says.

        One result is saved as `target` itself if that has one of the suffixes `alone`.
        """
        if len(self.results) == 1 and target.suffix.lower() in alone:
            save(self.results[0], target)
            return
        for name, result in zip(self.names(), self.results, strict=True):
            with self.reading(result):
                save(result, target / f"{name}.png")

    def above(self, min_score: float, min_size: float) -> Material:
        """The same with only the faces that have at least this score and this longer side in pixels."""
        results, statements = [], {}
        for result in self.results:
            passing = np.flatnonzero((result.faces.scores >= min_score) & (result.faces.sizes >= min_size))
            results.append(replace(result, faces=result.faces.take(passing)))
            for number, before in enumerate(passing.tolist()):
                said = self.statements.get(FaceKey(result.source, result.index, before), Statement())
                statements[FaceKey(result.source, result.index, number)] = said
        return replace(self, results=results, statements=statements)


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write results.

    Attributes:
        suffix: of the file it writes; "" where it fills a folder.
        write: writes a material to a file or folder.
        crops: whether it shows enlarged faces, which take time to make.
        for_files: whether what it says is read beside the pictures' files: boxes lie where these have the faces,
            however the user turned the pictures.
        alone: of a format that fills a folder: what follows a picture's name in that of the one file in which it is
            written alone; "" where a folder is filled then too.
    """

    suffix: str
    write: Callable[[Material, Path], None]
    crops: bool = False
    for_files: bool = False
    alone: str = ""

    @property
    def ending(self) -> str:
        """What follows a picture's name in that of the one file in which it is written alone, "" if there is none."""
        return f"-faces{self.suffix}" if self.suffix else self.alone


def _name(result: FindResult) -> str:
    return output_stem(Path(result.source).stem) + ("" if result.index is None else f"_frame{result.index:06d}")
