"""Draws boxes on a frame, and sheets that compare enlargements of its faces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tinyface_core.names import place_in_file
from tinyface_core.score_colours import score_colour
from tinyface_core.search_settings import AND
from tinyface_core.types import Box, Face, FindResult, Frame, RgbImage
from tinyface_core.upscalers.enlargement import CropSet, Enlargement

Colour = tuple[int, int, int]

_DONE = {"detector": "Found", "gan": "Judged"}
"""Verb for the weights of each role, for the head of a sheet."""

NOT_EVIDENCE = "Refined pixels are generated, not evidence."

INK: Colour = (29, 33, 38)
FAINT: Colour = (98, 106, 117)
LINE: Colour = (223, 226, 230)
_HALO: Colour = (16, 20, 26)
PAPER: Colour = (255, 255, 255)


def annotated_picture(
    frame: Frame, faces: Sequence[Face], labels: bool = True, numbers: Sequence[int] | None = None
) -> RgbImage:
    """`annotated_image` as RGB uint8 `(H, W, 3)`."""
    return np.array(annotated_image(frame, faces, labels, numbers))


def score_text(face: Face) -> str:
    """The score of a face that was found; else that it was drawn."""
    return "drawn" if face.is_drawn else f"{face.score:.2f}"


def annotated_image(
    frame: Frame, faces: Sequence[Face], labels: bool = True, numbers: Sequence[int] | None = None
) -> Image.Image:
    """The frame with a box around each face and its score beside it.

    Boxes are drawn outside the faces, with thin lines for tiny ones. A score is omitted if every place for it would
    cover a face or another score. With `numbers`, these are drawn instead of scores, and none is omitted.
    """
    image = Image.fromarray(frame.pixels)
    draw = ImageDraw.Draw(image)
    thickest = max(1, round(max(image.size) / 900))
    # Best faces last, so that they are on top.
    for face in sorted(faces, key=lambda face: face.score):
        _draw_box(draw, face.box, score_colour(face.score), thickest)
    if labels:
        texts = [score_text(face) for face in faces] if numbers is None else list(map(str, numbers))
        size = max(11, round(max(image.size) / 90))
        _draw_labels(draw, image.size, faces, texts, size, all_of_them=numbers is not None)
    return image


def comparison_sheet(
    frame: Frame,
    result: FindResult,
    crop_sets: Sequence[CropSet],
    order: Literal["given", "smallest"] = "smallest",
    limit: int = 12,
    boxes: Sequence[Box] = (),
) -> RgbImage:
    """A sheet with one row per face: its original pixels, then every enlargement, RGB uint8 `(H, W, 3)`.

    Args:
        frame: the searched picture; a small copy with numbered faces is drawn at the top.
        result: gives size and score of the faces.
        crop_sets: regions of that frame with their enlargements.
        order: "smallest" face first, or as given.
        limit: maximum number of rows.
        boxes: in the frame, one for each crop set, if these are not of faces of the result.

    Raises:
        ValueError: if there is no crop set.
    """
    if not crop_sets:
        raise ValueError("There are no crops to compare: enlarge at least one face first.")
    asked = zip(crop_sets, boxes, strict=True) if boxes else ((crops, crops.roi) for crops in crop_sets)
    rows = [_Row(crops, _face_of(crops, result.faces), box) for crops, box in asked]
    if order == "smallest":
        rows.sort(key=lambda row: row.size)
    return _Sheet(frame, result, rows[:limit]).drawn()


@dataclass(frozen=True, slots=True)
class _Row:
    crops: CropSet
    face: Face | None
    asked: Box

    @property
    def size(self) -> float:
        """Longer side of the box in pixels."""
        x1, y1, x2, y2 = self.box
        return max(x2 - x1, y2 - y1)

    @property
    def box(self) -> Box:
        return self.face.box if self.face else self.asked


def _face_of(crops: CropSet, faces: Sequence[Face]) -> Face | None:
    """The face whose centre is the centre of the region, if there is one."""
    x, y = _middle(crops.roi)
    distances = [(abs(_middle(face.box)[0] - x) + abs(_middle(face.box)[1] - y), -face.score) for face in faces]
    if not distances or min(distances)[0] > 0.25 * (crops.roi[2] - crops.roi[0]):
        return None
    return faces[distances.index(min(distances))]


def _names(weights: str) -> str:
    """Names of the weights of a role in a result, without their SHA-256."""
    return f" {AND} ".join(part.split()[0] for part in weights.split(f" {AND} "))


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


class _Sheet:
    """Lays out and draws a comparison sheet."""

    margin = 40
    gap = 14
    label = 118
    caption = 26
    cell = 192

    def __init__(self, frame: Frame, result: FindResult, rows: Sequence[_Row]) -> None:
        self.frame, self.result, self.rows = frame, result, rows
        methods = list(dict.fromkeys(item.method for row in rows for item in row.crops.enlargements))
        self.columns = ["original pixels", *methods]
        width = self.label + len(self.columns) * (self.cell + self.gap) - self.gap
        self.width = max(width, 640) + 2 * self.margin
        overview_width = min(self.width - 2 * self.margin, 2 * self.cell + 2 * self.gap + self.label)
        scale = min(overview_width / frame.width, 300 / frame.height, 1.0)
        self.overview = (max(1, round(frame.width * scale)), max(1, round(frame.height * scale)))
        self.scale = scale
        self.table_top = self.margin + max(self.overview[1], 190) + 34
        self.row_height = self.cell + self.gap
        self.height = self.table_top + self.caption + len(rows) * self.row_height + 44 + self.margin

    def drawn(self) -> RgbImage:
        self.image = Image.new("RGB", (self.width, self.height), PAPER)
        self.draw = ImageDraw.Draw(self.image)
        self._head()
        self._column_names()
        for number, row in enumerate(self.rows):
            self._row(number, row)
        self._foot()
        return np.array(self.image)

    def _head(self) -> None:
        small = Image.fromarray(self.frame.pixels).resize(self.overview, Image.Resampling.LANCZOS)
        self.image.paste(small, (self.margin, self.margin))
        for number, row in enumerate(self.rows, 1):
            box = tuple(self.margin + edge * self.scale for edge in row.box)
            colour = score_colour(row.face.score if row.face else 0)
            _draw_box(self.draw, (box[0], box[1], box[2], box[3]), colour, 1)
            x, y = min(box[2] + 3, self.margin + self.overview[0] - 14), box[1] - 4
            self.draw.text((x, y), str(number), font=font(13), fill=PAPER, stroke_width=2, stroke_fill=_HALO)
        left = self.margin + self.overview[0] + 28
        room = self.width - self.margin - left
        name = Path(self.result.source).name
        if where := place_in_file(self.result.index, self.result.seconds):
            name += f", {where}"
        searched = f", {counted(len(self.result.faces), 'face')} found" if self.result.weights else ""
        lines = [
            f"{self.result.width} x {self.result.height} pixels{searched}",
            f"{counted(len(self.rows), 'face')} compared",
            *(
                f"{_DONE.get(role, role)} by {_names(weights)}"
                for role, weights in self.result.weights.items()
                if weights
            ),
            *(f"Enlarged by {weights}" for weights in self._generators()),
            f"Device: {self.result.settings.device}",
        ]
        top = self.margin - 4
        self.draw.text((left, top), fitting(name, font(24), room), font=font(24), fill=INK)
        for number, line in enumerate(lines):
            self.draw.text((left, top + 42 + number * 23), fitting(line, font(15), room), font=font(15), fill=FAINT)

    def _generators(self) -> list[str]:
        """Names of the weights of the generators that made any of the pictures."""
        made = (item.weights for row in self.rows for item in row.crops.enlargements)
        return list(dict.fromkeys(weights for weights in made if weights))

    def _column_names(self) -> None:
        for number, name in enumerate(self.columns):
            middle = self._left(number) + self.cell / 2
            text = fitting(name, font(16), self.cell)
            self.draw.text((middle, self.table_top + 12), text, font=font(16), fill=INK, anchor="ms")

    def _row(self, number: int, row: _Row) -> None:
        top = self.table_top + self.caption + number * self.row_height
        middle = top + self.cell / 2
        self.draw.line(
            (self.margin, top - self.gap / 2, self.width - self.margin, top - self.gap / 2), fill=LINE, width=1
        )
        self.draw.text((self.margin, middle - 34), f"{number + 1}", font=font(15), fill=FAINT, anchor="lm")
        self.draw.text((self.margin, middle - 8), f"{row.size:.0f} px", font=font(26), fill=INK, anchor="lm")
        if row.face:
            score = score_text(row.face) if row.face.is_drawn else f"score {score_text(row.face)}"
            self.draw.text((self.margin, middle + 20), score, font=font(15), fill=INK, anchor="lm")
        if row.face and not row.face.is_drawn:
            swatch = (self.margin, middle + 36, self.margin + 60 * row.face.score, middle + 41)
            self.draw.rectangle((self.margin, middle + 36, self.margin + 60, middle + 41), fill=LINE)
            self.draw.rectangle(swatch, fill=score_colour(row.face.score))
        # Original pixels are shown as squares, enlargements are resized smoothly to the cell.
        self._picture(0, top, row.crops.original, Image.Resampling.NEAREST)
        if not row.crops.enlargements and len(self.columns) > 1:
            text = "large enough to be seen as it is"
            self.draw.text((self._left(1), middle), text, font=font(15), fill=FAINT, anchor="lm")
        for enlargement in row.crops.enlargements:
            column = self.columns.index(enlargement.method)
            smooth = Image.Resampling.NEAREST if enlargement.method == "nearest" else Image.Resampling.BICUBIC
            self._picture(column, top, enlargement.pixels, smooth)
            self._figure(column, top, enlargement)

    def _picture(self, column: int, top: int, pixels: RgbImage, resampling: Image.Resampling) -> None:
        picture = Image.fromarray(pixels).resize((self.cell, self.cell), resampling)
        self.image.paste(picture, (self._left(column), top))

    def _figure(self, column: int, top: int, made: Enlargement) -> None:
        """What an enlargement cost, or how far it is guessed."""
        cost = f"{made.milliseconds:.1f} ms" if made.milliseconds < 1000 else f"{made.milliseconds / 1000:.1f} s"
        text = f"\u00b1 {made.guessed:.1f} of 255 levels" if made.guessed else cost
        right, bottom = self._left(column) + self.cell, top + self.cell
        width = font(11).getlength(text)
        self.draw.rectangle((right - width - 9, bottom - 17, right - 1, bottom - 1), fill=PAPER)
        self.draw.text((right - 5, bottom - 9), text, font=font(11), fill=FAINT, anchor="rm")

    def _foot(self) -> None:
        y = self.height - self.margin
        self.draw.text((self.margin, y), NOT_EVIDENCE, font=font(16), fill=INK, anchor="ls")

    def _left(self, column: int) -> int:
        return self.margin + self.label + column * (self.cell + self.gap)


def counted(number: int, thing: str) -> str:
    """A number and what it counts, as in "1 face" and "2 faces"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def font(size: int) -> ImageFont.FreeTypeFont:
    """Pillow's built-in font, `size` in pixels."""
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # every Pillow wheel has FreeType
    return font


def fitting(text: str, face: ImageFont.FreeTypeFont, width: float) -> str:
    """The text, shortened in its middle if it is wider than `width` pixels; non-ASCII characters become "?"."""
    text = text.encode("ascii", "replace").decode()
    if face.getlength(text) <= width:
        return text
    kept = len(text)
    while kept > 2 and face.getlength(_shortened(text, kept)) > width:
        kept -= 1
    return _shortened(text, kept)


def _shortened(text: str, kept: int) -> str:
    return f"{text[: ceil(kept / 2)]}...{text[len(text) - kept // 2 :]}"


def _draw_box(draw: ImageDraw.ImageDraw, box: Box, colour: Colour, thickest: int) -> None:
    x1, y1, x2, y2 = floor(box[0]), floor(box[1]), ceil(box[2]), ceil(box[3])
    if x2 <= x1 or y2 <= y1:
        return
    thick = min(thickest, max(1, (x2 - x1) // 10))
    # Pillow includes the last pixel and draws wide lines inwards, so move the rectangle out by the line width.
    draw.rectangle((x1 - thick - 1, y1 - thick - 1, x2 + thick, y2 + thick), outline=_HALO, width=1)
    draw.rectangle((x1 - thick, y1 - thick, x2 + thick - 1, y2 + thick - 1), outline=colour, width=thick)


def _draw_labels(
    draw: ImageDraw.ImageDraw,
    size: tuple[int, int],
    faces: Sequence[Face],
    texts: Sequence[str],
    font_size: int,
    all_of_them: bool,
) -> None:
    letters = font(font_size)
    taken = np.array([face.box for face in faces], np.float32).reshape(-1, 4)
    for face, text in sorted(zip(faces, texts, strict=True), key=lambda pair: -pair[0].score):
        width, height = ceil(letters.getlength(text)) + 6, font_size + 4
        places = [
            place
            for place in _places(face.box, width, height, gap=4)
            if place[0] >= 0 and place[1] >= 0 and place[2] <= size[0] and place[3] <= size[1]
        ]
        free = [place for place in places if not _overlaps(place, taken)]
        for place in (free or places * all_of_them)[:1]:
            x1, y1, x2, y2 = place
            draw.rectangle((x1, y1, x2 - 1, y2 - 1), fill=_HALO)
            middle = ((x1 + x2) / 2, (y1 + y2) / 2)
            draw.text(middle, text, font=letters, fill=PAPER, anchor="mm")
            taken = np.concatenate([taken, np.array([place], np.float32)])


def _places(box: Box, width: int, height: int, gap: int) -> Iterator[Box]:
    """Possible places of a label: above, below, right, left of the box."""
    x1, y1, x2, y2 = floor(box[0]), floor(box[1]), ceil(box[2]), ceil(box[3])
    yield x1, y1 - gap - height, x1 + width, y1 - gap
    yield x1, y2 + gap, x1 + width, y2 + gap + height
    yield x2 + gap, y1, x2 + gap + width, y1 + height
    yield x1 - gap - width, y1, x1 - gap, y1 + height


def _overlaps(place: Box, taken: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> bool:
    x1, y1, x2, y2 = place
    return bool(((taken[:, 0] < x2) & (taken[:, 2] > x1) & (taken[:, 1] < y2) & (taken[:, 3] > y1)).any())
