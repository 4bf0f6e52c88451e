"""One HTML file that opens in any browser, with everything inside it."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from PIL import Image

from tinyface_core.export.material import WORDS, Format, Material
from tinyface_core.files import replacing
from tinyface_core.media.images import MediaError
from tinyface_core.names import shown
from tinyface_core.rendering import NOT_EVIDENCE, certainty_colour
from tinyface_core.types import Face, FindResult, RgbImage

LARGEST_SIDE = 1600
"""Pictures are embedded with at most this many pixels on the longer side."""


@dataclass(frozen=True, slots=True)
class _Crop:
    caption: str
    uri: str
    pixelated: bool


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    face: Face
    verdict: str
    note: str
    colour: str
    crops: list[_Crop]


@dataclass(frozen=True, slots=True)
class _Section:
    number: int
    result: FindResult
    name: str
    picture: str
    trouble: str
    rows: list[_Row]
    settings: str


def write(material: Material, target: Path) -> None:
    """Write one self-contained report; pictures are loaded one at a time, so memory stays bounded.

    A picture that can no longer be read leaves a sentence in its place.
    """
    import jinja2

    template = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        Path(__file__).with_name("report.html.jinja").read_text("utf-8")
    )
    stream = template.stream(
        sections=_sections(material),
        pictures=len(material.results),
        faces=sum(len(result.faces) for result in material.results),
        remark=NOT_EVIDENCE,
    )
    with replacing(target) as part, part.open("w", encoding="utf-8", errors="backslashreplace") as file:
        file.writelines(stream)


FORMAT = Format(".html", write, crops=True)


def _sections(material: Material) -> Iterator[_Section]:
    for number, result in enumerate(material.results, 1):
        picture, trouble = "", ""
        try:
            picture = data_uri(material.load(result).pixels, LARGEST_SIDE)
        except MediaError as error:
            trouble = str(error)
        name = shown(Path(result.source).name)
        if result.index is not None:
            name += f", frame {result.index} at {result.seconds or 0:.2f} s"
        # Without its picture there is nothing to enlarge.
        rows = list(_rows(replace(material, crops={}) if trouble else material, result))
        settings = json.dumps(asdict(result.settings), indent=1, ensure_ascii=False)
        result = replace(result, source=shown(result.source))
        yield _Section(number, result, name, picture, trouble, rows, settings)


def _rows(material: Material, result: FindResult) -> Iterator[_Row]:
    for key, face, said in material.faces(result):
        crops = []
        if found := material.crops.get(key):
            crops.append(_Crop("original pixels", data_uri(found.original), True))
            crops += [_Crop(item.method, data_uri(item.pixels), False) for item in found.enlargements]
        colour = "#{:02x}{:02x}{:02x}".format(*certainty_colour(face.score))
        yield _Row(key.face + 1, face, WORDS[said.verdict], said.note, colour, crops)


def data_uri(pixels: RgbImage, largest_side: int | None = None) -> str:
    """A JPEG data URI; small pictures at high quality, since every pixel of theirs is looked at."""
    image = Image.fromarray(pixels)
    if largest_side is not None:
        image.thumbnail((largest_side, largest_side), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85 if largest_side else 95, subsampling=0)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
