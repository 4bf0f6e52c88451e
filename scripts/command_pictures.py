#!/usr/bin/env python3
"""Makes the README's pictures of the command line anew: `make pictures`, after new weights or a new look.

The commands are those of `make run` and of the README; their pictures are only packed smaller. Two more show where
the sample was searched wrongly, and what becomes of faces out of focus, for the card of the weights.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tinyface_core.boxes import iou_matrix, square_rois
from tinyface_core.evaluation.picture_sets import reduce_crops
from tinyface_core.results import read_results
from tinyface_core.search.finder import visible
from tinyface_core.types import Detections
from tinyface_core.upscalers.registry import load_upscalers

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "resources" / "samples" / "orchestra.webp"
PORTRAIT = ROOT / "resources" / "samples" / "astronaut.jpg"
PORTRAIT_FACE = (162, 57, 288, 183)
"""The face in it with its surroundings, xyxy in pixels."""
MARKED = SAMPLE.with_name("orchestra-faces.json")
PICTURES = ROOT / "docs" / "pictures"
SHOWN = 0.4
"""The least score that `tinyface find` shows by default."""
UPSCALERS = ("bicubic", "sr-only", "refined")
_SIDE, _GAP, _COLUMNS = 120, 12, 7


def tinyface(*arguments: str | Path) -> None:
    """Run one command of this checkout."""
    subprocess.run([sys.executable, "-m", "tinyface_core", *map(str, arguments)], cwd=ROOT, check=True)


def failures(found: Detections) -> Image.Image:
    """Pixels of marked faces that no box meets (IoU 0.4), then of boxes that meet no marked face, with their scores."""
    marked = np.array(json.loads(MARKED.read_text()), np.float64)
    overlap = iou_matrix(marked, found.boxes)
    missed = overlap.max(axis=1) < 0.4
    print(f"{int((~missed).sum())} of {len(marked)} marked faces are found, {len(found)} boxes are shown")
    places = [("missed", box) for box in marked[missed]]
    strange = found.take(overlap.max(axis=0) < 0.4)
    places += [(f"{score:.2f}", box) for score, box in zip(strange.scores, strange.boxes, strict=True)]
    with Image.open(SAMPLE) as photo:
        pixels = photo.convert("RGB")
    regions = [square_rois(box[None], 1.0)[0].round().astype(int).tolist() for _, box in places]
    cells = [(label, pixels.crop(region)) for (label, _), region in zip(places, regions, strict=True)]
    return sheet(cells, min(len(cells), _COLUMNS))


def out_of_focus() -> Image.Image:
    """A face of 16 pixels as it is, and blurred by 1 and by 2 of its pixels, enlarged: one row each."""
    with Image.open(PORTRAIT) as photo:
        face = photo.convert("RGB").crop(PORTRAIT_FACE).resize((64, 64), Image.Resampling.BICUBIC)
    deviations = (0, 1, 2)
    blurred = [np.asarray(face.filter(ImageFilter.GaussianBlur(4 * deviation))) for deviation in deviations]
    small = reduce_crops(np.stack(blurred), 4)
    columns = {"16 x 16": small}
    columns |= {upscaler.name: upscaler.enlarge(small, 4) for upscaler in load_upscalers(UPSCALERS, "cpu")}
    cells = [
        (f"{name}, blur {deviation}", Image.fromarray(crops[row]))
        for row, deviation in enumerate(deviations)
        for name, crops in columns.items()
    ]
    return sheet(cells, len(columns))


def sheet(cells: Sequence[tuple[str, Image.Image]], columns: int) -> Image.Image:
    """Pictures in rows, all of one size, each with its label below."""
    rows, step = -(-len(cells) // columns), _SIDE + _GAP
    page = Image.new("RGB", (columns * step + _GAP, rows * (step + 20) + _GAP), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(15)
    for number, (label, picture) in enumerate(cells):
        x, y = _GAP + number % columns * step, _GAP + number // columns * (step + 20)
        page.paste(picture.resize((_SIDE, _SIDE), Image.Resampling.NEAREST), (x, y))
        draw.text((x + _SIDE / 2, y + _SIDE + 12), label, fill="black", font=font, anchor="mm")
    return page


def main() -> None:
    """Search the sample, compare its surest small faces, and pack the pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        output = Path(name)
        tinyface("find", SAMPLE, "--effort", "thorough", "--output", output)
        faces = output / "orchestra-faces.json"
        # The sheet of `find` shows the smallest faces; here the sure ones among them, so that it fits into a page.
        tinyface("compare", SAMPLE, "--results", faces, "--min-score", "0.8", "--limit", "6", "--output", output)
        for kind in ("faces", "comparison"):
            (written,) = output.glob(f"orchestra-{kind}.[jp][pn]g")
            with Image.open(written) as picture:
                picture.save(PICTURES / f"orchestra-{kind}.webp", quality=90, method=6)
        (result,) = read_results(faces)
        failures(visible(result.faces, SHOWN)).save(PICTURES / "orchestra-failures.webp", quality=90, method=6)
    out_of_focus().save(PICTURES / "out-of-focus.webp", quality=90, method=6)


if __name__ == "__main__":
    main()
