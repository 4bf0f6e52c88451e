"""Whether a fine-tuning forgets: how it does on a bundled photo of tiny faces, unless it learned from that one."""

from __future__ import annotations

import filecmp
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from tinyface_core.boxes import best_matches
from tinyface_core.bundled import resource
from tinyface_core.search_settings import LEAST_SHOWN
from tinyface_core.types import CancelToken, Finder

_PHOTO, _FACES = resource("samples", "orchestra.webp"), resource("samples", "orchestra-faces.json")
_MATCH_IOU = 0.5

FACES = 36
"""In the photo, of 17 to 24 pixels."""


def is_photo_among(paths: Iterable[Path]) -> bool:
    """Whether one of the files is a copy of the photo; a figure on it then says nothing about other pictures."""
    return any(path.is_file() and filecmp.cmp(path, _PHOTO, shallow=False) for path in paths)


def found_in_photo(finder: Finder, cancel: CancelToken | None = None) -> tuple[int, int]:
    """Of the `FACES` in the photo how many are shown, and how many other boxes are."""
    from tinyface_core.media.images import load_image  # the window imports `FACES` from here

    marked = np.array(json.loads(_FACES.read_text("utf-8")), np.float64)
    faces = finder.find(load_image(_PHOTO), cancel).faces
    shown = faces.boxes[faces.scores >= LEAST_SHOWN]
    overlap, _ = best_matches(marked, shown)
    right = int((overlap >= _MATCH_IOU).sum())
    return right, len(shown) - right
