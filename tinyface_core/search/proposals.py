"""Runs a detector on a picture of any size: scaled copies, tiles, non-maximum suppression."""

from __future__ import annotations

import math
from dataclasses import replace

from tinyface_core.boxes import clip
from tinyface_core.detector.registry import Detector
from tinyface_core.search.joining import joined
from tinyface_core.search.room import Room
from tinyface_core.search.tiling import Copies, places
from tinyface_core.types import CancelToken, Detections, Effort, Progress, RgbImage, stop_if_asked

_SMALLEST_TILE = 512


def room_for(detector: Detector) -> Room:
    """The room that a detector's tiles have."""
    whole, failure = detector.plan.tile, "There is not enough memory to search this picture: close other programs."
    return Room(whole, min(whole, _SMALLEST_TILE), detector.leave_accelerator, failure)


def propose(
    detector: Detector,
    picture: RgbImage,
    effort: Effort = Effort.BALANCED,
    room: Room | None = None,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
) -> Detections:
    """Candidates of an RGB uint8 picture `(H, W, 3)`, best first, every face once.

    Args:
        detector: looks at every tile.
        picture: to search.
        effort: decides which copies are searched.
        room: how large tiles may be; kept from picture to picture, it remembers where memory ran out.
        cancel: asked before every tile.
        progress: `progress("detect", done, total)` is called after every tile.

    Raises:
        Cancelled: soon after `cancel` is set.
        OutOfMemory: if there is too little memory.
    """
    height, width = picture.shape[:2]
    plan, pyramid = detector.plan, detector.plan.pyramids[effort]

    def search(tile: int) -> list[list[Detections]]:
        found: list[list[Detections]] = [[] for _ in pyramid]
        copies, where = Copies(picture), list(places(width, height, pyramid, plan, tile))
        for number, place in enumerate(where, 1):
            stop_if_asked(cancel, "The search was cancelled.")
            seen = detector.propose(copies.pixels_at(place), place.finest_stride)
            found[place.level].append(_inside(place.own(seen), width, height))
            if progress is not None:
                progress("detect", number, len(where))
        return found

    found = (room or room_for(detector)).run(search)
    # A picture of many tiles may hold many crowds: each tile's area has a right to as many proposals.
    limit = plan.proposals * max(1, math.ceil(height * width / plan.tile**2))
    return joined([Detections.together(parts) for parts in found], pyramid, plan.nms_iou, plan.score_floor, limit)


def _inside(found: Detections, width: int, height: int) -> Detections:
    """Candidates cut to the picture, without those of which less than a pixel is left."""
    boxes = clip(found.boxes, width, height)
    shorter = (boxes[:, 2:] - boxes[:, :2]).min(axis=1)
    return replace(found, boxes=boxes).take(shorter >= 1)
