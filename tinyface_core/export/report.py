"""The content of a report, page by page, for HTML and PDF."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from PIL import Image

from tinyface_core.export.case import number_writer, words
from tinyface_core.export.material import WORDS, Material
from tinyface_core.media.opening import MediaError
from tinyface_core.names import shown
from tinyface_core.pages import page_environment
from tinyface_core.rendering import NOT_EVIDENCE
from tinyface_core.score_colours import score_colour
from tinyface_core.types import Face, FindResult, Frame, RgbImage

LARGEST_SIDE = 1600
"""Maximum longer side of embedded pictures, in pixels."""

FACES_A_PAGE, PICTURES_A_PAGE = 200, 50

PictureOf = Callable[[Frame, FindResult, range], RgbImage]
"""Draws the faces with these numbers on a picture."""


@dataclass(frozen=True, slots=True)
class Part:
    """A picture, or some of its faces, on a page.

    Attributes:
        picture: its number, from 1.
        count: number of all its faces.
        faces: indices of the faces on this page.
    """

    picture: int
    name: str
    count: int
    faces: range


@dataclass(frozen=True, slots=True)
class Crop:
    """One enlargement of a face."""

    caption: str
    uri: str
    pixelated: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One face of the table."""

    number: int
    face: Face
    verdict: str
    note: str
    colour: str
    crops: list[Crop]


@dataclass(frozen=True, slots=True)
class Section:
    """One picture with its faces."""

    number: int
    result: FindResult
    name: str
    picture: str
    trouble: str
    sha256: str
    rows: list[Row]
    settings: str


def report_pages(results: Sequence[FindResult]) -> list[list[Part]]:
    """Distribute pictures over pages of at most `FACES_A_PAGE` faces and `PICTURES_A_PAGE` pictures.

    A picture is split only if it has more faces than fit on a page. There is at least one page.
    """
    pages: list[list[Part]] = [[]]
    room = FACES_A_PAGE
    for number, result in enumerate(results, 1):
        for first in range(0, max(len(result.faces), 1), FACES_A_PAGE):
            faces = range(first, min(first + FACES_A_PAGE, len(result.faces)))
            if pages[-1] and (len(faces) > room or len(pages[-1]) >= PICTURES_A_PAGE):
                pages.append([])
                room = FACES_A_PAGE
            pages[-1].append(Part(number, shown(Path(result.source).name), len(result.faces), faces))
            room -= len(faces)
    return pages


class Report:
    """Writes a material page by page; pictures are loaded one at a time, so memory is bounded."""

    def __init__(self, material: Material, template: str) -> None:
        """`template`: name of a file beside this one."""
        self._material = material
        self.pages = report_pages(material.results)
        self._digests: dict[str, str] = {}
        self.say = words(material.case.language)
        place = Path(__file__).parent
        environment = page_environment()
        environment.filters["t"] = self.say
        environment.filters["n"] = number_writer(material.case.language)
        self._template = environment.from_string((place / template).read_text("utf-8"))

    def write(self, number: int, draw: PictureOf | None = None, **values: object) -> Iterator[str]:
        """The text of a page, in parts.

        Args:
            number: of the page, from 0.
            draw: draws on the pictures before they are reduced; may be None.
            values: additional values for the template.

        Raises:
            Cancelled: from loading pictures or computing crops.
        """
        case = self._material.case
        yield from self._template.stream(
            case=case,
            sections=(self._section(part, draw) for part in self.pages[number]),
            index=self.pages,
            page=number,
            pictures=len(self._material.results),
            faces=sum(len(part.faces) for page in self.pages for part in page),
            crops=bool(self._material.crops),
            remark=self.say(NOT_EVIDENCE),
            **values,
        )

    def _section(self, part: Part, draw: PictureOf | None) -> Section:
        material, result = self._material, self._material.results[part.picture - 1]
        picture, trouble = "", ""
        try:
            frame = material.load(result)
            picture = data_uri(frame.pixels if draw is None else draw(frame, result, part.faces), LARGEST_SIDE)
        except MediaError as error:
            trouble = self.say(str(error))
        name = shown(Path(result.source).name)
        if result.index is not None:
            name += ", " + self._moment(result.index, result.seconds)
        if result.turn:
            name += ", " + self.say("turned by {degrees}°").format(degrees=result.turn)
        # Without the picture its faces cannot be enlarged.
        rows = list(self._rows(replace(material, crops={}) if trouble else material, result, part.faces))
        settings = json.dumps(asdict(result.settings), indent=1, ensure_ascii=False)
        digest = "" if trouble else self._digest(result.source)
        return Section(
            part.picture, replace(result, source=shown(result.source)), name, picture, trouble, digest, rows, settings
        )

    def _moment(self, index: int, seconds: float | None) -> str:
        if seconds is None:
            return self.say("page {number}").format(number=index + 1)
        told = number_writer(self._material.case.language)(seconds, 2)
        return self.say("frame {number} at {seconds} s").format(number=index, seconds=told)

    def _digest(self, source: str) -> str:
        # Keep the last one: frames of a video are consecutive, and the file may be large.
        if source not in self._digests:
            try:
                self._digests = {source: self._material.digest(Path(source))}
            except OSError:
                self._digests = {source: ""}  # a pasted picture, or one that was removed meanwhile
        return self._digests[source]

    def _rows(self, material: Material, result: FindResult, faces: range) -> Iterator[Row]:
        for key, face, said in material.faces(result):
            if key.face not in faces:
                continue
            crops = []
            if found := material.crops.get(key):
                crops.append(Crop(self.say("original pixels"), data_uri(found.original), True))
                named = [(self.say(Path(made.method).stem), made.pixels) for made in found.enlargements]
                crops += [Crop(name, data_uri(pixels), False) for name, pixels in named]
            colour = "#{:02x}{:02x}{:02x}".format(*score_colour(face.score))
            yield Row(key.face + 1, face, self.say(WORDS[said.verdict]), said.note, colour, crops)


def data_uri(pixels: RgbImage, largest_side: int | None = None) -> str:
    """A JPEG data URI; with higher quality if no `largest_side` is given (crops)."""
    image = Image.fromarray(pixels)
    if largest_side is not None:
        image.thumbnail((largest_side, largest_side), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85 if largest_side else 95, subsampling=0)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
