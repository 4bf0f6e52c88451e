#!/usr/bin/env python3
"""Makes the README's pictures of the command line anew: `make pictures`, after new weights or a new look.

The commands are those of `make run` and of the README; their pictures are only packed smaller. A third picture shows
where the sample was searched wrongly, for the card of the weights.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch
from PIL import Image, ImageDraw, ImageFont

from tinyface_core.boxes import iou_matrix, square_rois
from tinyface_core.finder import visible
from tinyface_core.results import read_results
from tinyface_core.types import Face

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "resources" / "samples" / "orchestra.webp"
MARKED = ROOT / "tests" / "data" / "orchestra-faces.json"
PICTURES = ROOT / "docs" / "pictures"
SHOWN = 0.4
"""The least score that `tinyface find` shows by default."""
_SIDE, _GAP, _COLUMNS = 120, 12, 7


def tinyface(*arguments: str | Path) -> None:
    """Run one command of this checkout."""
    subprocess.run([sys.executable, "-m", "tinyface_core.cli", *map(str, arguments)], cwd=ROOT, check=True)


def failures(found: Sequence[Face]) -> Image.Image:
    """Pixels of marked faces that no box meets (IoU 0.4), then of boxes that meet no marked face, with their scores."""
    marked = torch.tensor(json.loads(MARKED.read_text())).float()
    boxes = torch.tensor([face.box for face in found])
    overlap = iou_matrix(marked, boxes)
    missed = overlap.amax(dim=1) < 0.4
    print(f"{int((~missed).sum())} of {len(marked)} marked faces are found, {len(found)} boxes are shown")
    cells = [("missed", box) for box in marked[missed]]
    cells += [(f"{found[i].score:.2f}", boxes[i]) for i in (overlap.amax(dim=0) < 0.4).nonzero()[:, 0].tolist()]
    columns, rows = min(len(cells), _COLUMNS), -(-len(cells) // _COLUMNS)
    step = _SIDE + _GAP
    sheet = Image.new("RGB", (columns * step + _GAP, rows * (step + 20) + _GAP), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(15)
    with Image.open(SAMPLE) as photo:
        for number, (label, box) in enumerate(cells):
            x, y = _GAP + number % _COLUMNS * step, _GAP + number // _COLUMNS * (step + 20)
            region = square_rois(box[None], 1.0)[0].round().int().tolist()
            sheet.paste(photo.convert("RGB").crop(region).resize((_SIDE, _SIDE), Image.Resampling.NEAREST), (x, y))
            draw.text((x + _SIDE / 2, y + _SIDE + 12), label, fill="black", font=font, anchor="mm")
    return sheet


def main() -> None:
    """Search the sample, compare its surest small faces, and pack the pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        output = Path(name)
        tinyface("find", SAMPLE, "--thorough", "--output", output)
        faces = output / "orchestra-faces.json"
        # The sheet of `find` shows the smallest faces; here the sure ones among them, so that it fits into a page.
        tinyface("compare", SAMPLE, "--results", faces, "--min-score", "0.8", "--limit", "6", "--output", output)
        for kind in ("faces", "comparison"):
            with Image.open(output / f"orchestra-{kind}.png") as picture:
                picture.save(PICTURES / f"orchestra-{kind}.webp", quality=90, method=6)
        (result,) = read_results(faces)
        failures(visible(result.faces, SHOWN)).save(PICTURES / "orchestra-failures.webp", quality=90, method=6)


if __name__ == "__main__":
    main()
