"""Runs a detector on a picture of any size: scaled copies, tiles, non-maximum suppression."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tinyface_core.boxes import clip, shorter_side
from tinyface_core.detector.pyramid import Focus, Pyramid
from tinyface_core.detector.registry import Detector
from tinyface_core.search.focus import places_near
from tinyface_core.search.joining import Look, joined
from tinyface_core.search.portions import PortionSize
from tinyface_core.search.tiling import Copies, Place, places
from tinyface_core.search_settings import SearchSettings
from tinyface_core.types import CancelToken, Detections, Floats, Progress, no_progress, stop_if_asked

_SMALLEST_TILE = 512


def tile_size_for(detector: Detector) -> PortionSize:
    """The side of a detector's tiles in pixels, which is reduced if memory runs out."""
    whole, failure = detector.plan.tile, "There is not enough memory to search this picture: close other programs."
    return PortionSize(whole, min(whole, _SMALLEST_TILE), detector.leave_accelerator, failure)


def propose(
    detector: Detector,
    copies: Copies,
    settings: SearchSettings = SearchSettings(),
    tile_size: PortionSize | None = None,
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
    expected: Floats | None = None,
    pyramid: Pyramid | None = None,
    others: Detections | None = None,
) -> Look:
    """Candidates of a picture after non-maximum suppression, best first; and where it looked.

    Args:
        detector: searches the tiles.
        copies: copies of the picture to search.
        settings: their effort and focus determine which copies are searched, and where.
        tile_size: side of the tiles; reused for the next picture, it remembers that memory ran out.
        cancel: checked before every tile.
        progress: `progress("detect", done, total)` is called after every tile.
        expected: boxes `(N, 4)` in which faces are expected. Only reduced copies are then searched as a whole, the
            others only near these boxes.
        pyramid: the copies that are searched; None: those of the only detector.
        others: candidates of detectors that searched before, near which copies are searched instead of near the
            detector's own; None for the first.

    Raises:
        OutOfMemory: if memory is not sufficient.
    """
    height, width, plan = copies.height, copies.width, detector.plan
    pyramid = _focused(pyramid or plan.pyramid(settings.effort), settings.focus, expected is not None)
    hints = [] if expected is None else [Detections.of(expected, np.ones(len(expected)))]

    def search(tile: int) -> list[Look]:
        def look(where: Sequence[Place], before: int, after: int) -> list[tuple[Place, Detections]]:
            """Candidates of any size at some places; `before` and `after` are numbers of other steps of the search."""
            seen = []
            for number, place in enumerate(where, 1):
                stop_if_asked(cancel, "The search was cancelled.")
                found = detector.propose(copies.pixels_at(place), place.finest_stride)
                seen.append((place, place.in_picture(found)))
                progress("detect", before + number, before + len(where) + after)
            return seen

        whole = list(places(width, height, pyramid, plan, tile))
        focused = [(number, level) for number, level in enumerate(pyramid) if level.focus is not None]
        seen = look(whole, 0, len(whole) if focused else 0)
        known = Detections.together([*hints, *((found for _, found in seen) if others is None else [others])])
        near = [place for level in focused for place in places_near(known, *level, width, height, plan, tile)]
        seen += look(near, len(near), 0)
        return [_look(seen, number, level.say, width, height) for number, level in enumerate(pyramid)]

    looks = (tile_size or tile_size_for(detector)).run(search)
    # A picture with many tiles may show several crowds: the limit is per area of a tile.
    limit = plan.proposals * max(1, math.ceil(height * width / plan.tile**2))
    faces = joined(looks, plan.nms_iou, plan.score_floor, limit)
    return Look(faces, [tile for look in looks for tile in look.tiles])


def _focused(pyramid: Pyramid, focus: bool, expected: bool) -> Pyramid:
    """The levels, with a focus on expected boxes, with their own or without any; if all have one, they keep it."""
    if expected and any(level.scale < 1 for level in pyramid):
        limits = [level.focus.smaller_than if level.focus else level.largest for level in pyramid]
        return tuple(
            replace(level, focus=Focus(1.0, limit)) if level.scale >= 1 else level
            for level, limit in zip(pyramid, limits, strict=True)
        )
    second_opinion = all(level.focus for level in pyramid)
    return pyramid if focus or expected or second_opinion else tuple(replace(level, focus=None) for level in pyramid)


def _look(seen: Sequence[tuple[Place, Detections]], level: int, say: float, width: int, height: int) -> Look:
    """The candidates for which the tiles of one level are responsible."""
    mine = [(place, found) for place, found in seen if place.level == level]
    faces = [_inside(found.take(place.answers_for(found)), width, height) for place, found in mine]
    return Look(Detections.together(faces), [place for place, _ in mine], say)


def _inside(found: Detections, width: int, height: int) -> Detections:
    """Candidates clipped to the picture, without those that become smaller than a pixel."""
    boxes = clip(found.boxes, width, height)
    return replace(found, boxes=boxes).take(shorter_side(boxes) >= 1)
