"""Rotates frames, boxes and results by multiples of 90 degrees."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np

from tinyface_core.boxes import turned_back
from tinyface_core.types import Box, FindResult, Floats, Frame

_QUARTER, _FULL = 90, 360
N = TypeVar("N", int, float)


def turned_frame(frame: Frame, by: int) -> Frame:
    """A frame rotated clockwise by `by` more degrees, a multiple of 90."""
    if not by % _FULL:
        return frame
    pixels = np.ascontiguousarray(np.rot90(frame.pixels, -by // _QUARTER))
    return replace(frame, pixels=pixels, turn=(frame.turn + by) % _FULL)


def turned_size(width: N, height: N, by: int) -> tuple[N, N]:
    """Width and height of a picture after a rotation by `by` degrees."""
    return (height, width) if by % (2 * _QUARTER) else (width, height)


def turned_boxes(boxes: Floats, width: float, height: float, by: int) -> Floats:
    """Boxes `(N, 4)` of a picture of this size after a clockwise rotation by `by` degrees."""
    return turned_back(boxes, *turned_size(width, height, by), by // _QUARTER)


def turned_box(box: Box, width: float, height: float, by: int) -> Box:
    """One box; see `turned_boxes`."""
    x1, y1, x2, y2 = turned_boxes(np.array([box], np.float64), width, height, by)[0].tolist()
    return (x1, y1, x2, y2)


def turned_result(result: FindResult, by: int) -> FindResult:
    """A result after a clockwise rotation of its picture by `by` more degrees."""
    if not by % _FULL:
        return result
    boxes = turned_boxes(result.faces.boxes, result.width, result.height, by)
    width, height = turned_size(result.width, result.height, by)
    faces = replace(result.faces, boxes=boxes)
    return replace(result, width=width, height=height, faces=faces, turn=(result.turn + by) % _FULL)


def as_in_file(result: FindResult) -> FindResult:
    """A result in the original orientation of the file."""
    return turned_result(result, -result.turn)
