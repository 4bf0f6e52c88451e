"""Comparison sheets: the smallest faces of a picture, enlarged in several ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from tinyface_core.commands.options import COMPARED, split_names
from tinyface_core.types import FindResult, Frame, RgbImage, UserError

if TYPE_CHECKING:
    from tinyface_core.upscalers.registry import Upscaler

ROWS = 12
"""Faces on a comparison sheet, the smallest first."""

LARGEST_ENLARGED = 64
"""Side in pixels of the largest region that a sheet enlarges: what is larger gains nothing by the generator."""


def compared_upscalers(device: str, gan: str) -> list[Upscaler]:
    """What the sheets show, ready to run; without a trained generator interpolation alone."""
    from tinyface_core.upscalers.comparison import warm_up
    from tinyface_core.upscalers.registry import load_upscalers

    try:
        upscalers = load_upscalers(split_names(COMPARED), device, gan)
    except UserError as error:
        typer.echo(f"{error} The comparison sheets show interpolation alone.")
        upscalers = load_upscalers(("bilinear", "bicubic", "lanczos"), device)
    warm_up(upscalers)
    return upscalers


def made_sheet(frame: Frame, result: FindResult, upscalers: Sequence[Upscaler]) -> RgbImage:
    """A sheet `(H, W, 3)` of a result that has faces."""
    from tinyface_core.rendering import comparison_sheet
    from tinyface_core.upscalers.comparison import compare_crops

    boxes = [face.box for face in sorted(result.faces, key=lambda face: face.size)[:ROWS]]
    sets = compare_crops(frame, boxes, upscalers, largest=LARGEST_ENLARGED)
    return comparison_sheet(frame, result, sets, limit=ROWS)
